"""Caption files become :class:`Captions`: any of the usual formats and encodings, repaired, with every repair told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from pipeline.errors import InputError
from pipeline.reasons import Reason
from pipeline.text.cues import Captions
from pipeline.text.encoding import decode
from pipeline.text.formats import (
    MICRODVD_TIMES,
    MPL2_TIMES,
    SBV_TIMES,
    Found,
    read_ass,
    read_microdvd,
    read_mpl2,
    read_sbv,
    read_srt,
    read_vtt,
)
from pipeline.text.repairs import repaired
from pipeline.text.ttml import read_ttml

MAX_BYTES = 5_000_000
_NEWLINE = re.compile("\r*\n|\r")  # "\r\r\n" is one end of line, written by a program that translated twice
_TTML_ROOT = re.compile(r"<(?:[\w.-]+:)?tt[\s>/]")
_SUBVIEWER = re.compile(r"\[(?:INFORMATION|TITLE|SUBTITLE|COLF)\]", re.IGNORECASE)
_UNKNOWN_FORMATS = (
    (re.compile(r"\s*<sami", re.IGNORECASE), "SAMI"),
    (re.compile(r"\s*\{\\rtf"), "RTF"),
    (re.compile(r"Scenarist_SCC"), "SCC"),
    (re.compile(r"\s*\[\d\d:\d\d(?:\.\d{1,3})?\]"), "LRC"),
)
_BINARY_FORMATS = ((re.compile(rb"\d{3}STL"), "EBU STL"), (re.compile(rb"\0\0\x01\xba"), "VobSub"))
# The languages a file name may end in (ISO 639-1), and the longer codes that Thai files meet (ISO 639-2).
_LANGUAGES = (
    "af am ar az be bg bn bo bs ca cs cy da de el en eo es et eu fa fi fil fr ga gl gu he hi hr hu hy id "
    "is it ja jv ka kk km kn ko ku ky la lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no pa pl ps pt "
    "ro ru si sk sl so sq sr su sv sw ta te tg th tk tl tr tt ug uk ur uz vi xh yi yo zh zu"
)
_LONG_CODES = {
    "tha": "th", "eng": "en", "msa": "ms", "may": "ms", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko",
    "lao": "lo", "khm": "km", "mya": "my", "bur": "my", "vie": "vi", "ind": "id", "ara": "ar", "fra": "fr",
    "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "rus": "ru", "por": "pt", "hin": "hi", "fil": "fil",
}  # fmt: skip
_NOT_LANGUAGES = {"auto", "cc", "default", "draft", "forced", "sdh"}
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_MOSTLY = 0.5


@dataclass(frozen=True)
class Read:
    """Captions ready to use, and what people should know about how they were read."""

    captions: Captions
    warnings: tuple[Reason, ...]


def read_captions(data: bytes, name: str, language: str | None, frame_rate: Fraction | None) -> Read:
    """Return the captions of a file.

    The text of a cue is plain, in lines of its own; it may hold ``<`` and ``&`` as letters, so whoever puts it into a
    page escapes it.

    Args:
        data: the file.
        name: its name, for its extension and its language.
        language: BCP 47, when someone has said which; otherwise the name says, or the text when it is mostly Thai.
        frame_rate: of the clip, for captions that count frames.

    Raises:
        InputError: there is nothing to show, with the reason.

    """
    if len(data) > MAX_BYTES:
        raise InputError("captions-too-big", f"{len(data) / 1e6:.1f}", f"{MAX_BYTES / 1e6:.0f}")
    if not data.strip(b"\0 \t\r\n"):
        raise InputError("captions-empty")
    for head, form in _BINARY_FORMATS:
        if head.match(data):
            raise InputError("captions-format", form)
    decoded = decode(data)
    text = _NEWLINE.sub("\n", decoded.text).lstrip("\ufeff")
    if not text.strip():
        raise InputError("captions-empty")
    found = _read(text, name, frame_rate)
    cues, repairs = repaired(found)
    if not cues:
        raise InputError("captions-no-cue")
    shown = "".join(cue.text for cue in cues)
    chosen = language or language_of_name(name) or ("th" if _is_mostly_thai(shown) else "und")
    first = () if decoded.warning is None else (decoded.warning,)
    warnings = {warning.code: warning for warning in (*first, *found.notes, *repairs)}
    return Read(Captions(language=chosen, cues=cues), tuple(warnings.values()))


def language_of_name(name: str) -> str | None:
    """Return the language that a file name ends in (BCP 47): ``clip.en.vtt`` gives ``en``; None when it names none."""
    parts = PurePath(name).name.split(".")[1:-1]
    while parts and parts[-1].lower() in _NOT_LANGUAGES:
        parts.pop()
    match = _LANGUAGE.fullmatch(parts[-1]) if parts else None
    if match is None:
        return None
    code = match[1].lower()
    code = _LONG_CODES.get(code, code)
    if code not in _LANGUAGES.split():
        return None
    script = [match[2].title()] if match[2] else []
    region = [match[3].upper()] if match[3] else []
    return "-".join([code, *script, *region])


def _read(text: str, name: str, frame_rate: Fraction | None) -> Found:
    """Read ``text`` in the format that its content shows; only what looks like SRT is held to a name in ``.vtt``."""
    start = text.lstrip()
    for pattern, unknown in _UNKNOWN_FORMATS:
        if pattern.match(text):
            raise InputError("captions-format", unknown)
    if re.match(r"WEBVTT(?:\s|$)", start):
        return read_vtt(start)
    if re.match(r"\[Script Info\]|\[Events\]|\[V4\+? Styles\]|;", start, re.IGNORECASE) and "Dialogue:" in text:
        return read_ass(text)
    if start.startswith("<") and _TTML_ROOT.search(start):
        return read_ttml(start)
    line = start.partition("\n")[0]
    if MICRODVD_TIMES.fullmatch(line):
        return read_microdvd(text, frame_rate)
    if MPL2_TIMES.fullmatch(line):
        return read_mpl2(text)
    if PurePath(name).suffix.lower() == ".vtt":
        raise InputError("captions-no-header")
    return read_sbv(text) if SBV_TIMES.fullmatch(line) or _SUBVIEWER.match(start) else read_srt(text)


def _is_mostly_thai(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum("\u0e01" <= letter <= "\u0e5b" for letter in letters) > _MOSTLY * len(letters)
