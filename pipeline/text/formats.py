"""The caption formats that are lines of text: each reader takes a file's text and returns what it found.

Readers are tolerant where only one meaning is possible, and keep count of what they had to leave out, so that nothing
disappears without a word. pysubs2 1.8.1 is not used here: it stops at the first bad time code of an ASS file, drops
cues of SRT files without a word, and does not know SBV.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from pipeline.errors import InputError
from pipeline.reasons import Reason, reason
from pipeline.text.markup import without_tags

_QUOTED_LENGTH = 40
_CLOCK = re.compile(
    r"\s*([-−]?)(?:(\d{1,4}) ?: ?)?(\d{1,3}) ?: ?(\d{1,3})(?: ?[.,] ?(\d*))?(?=\s|$)",
    re.ASCII,
)
_OTHER_ARROW = re.compile(r"- ?- ?>|->|[–—―] ?>|→")
_NUMBER_START = re.compile(r"\s*[-−]?\s*\d")  # of any script: a time in Thai digits is a broken one, not words
_NUMBER = re.compile(r"\s*\d+\s*", re.ASCII)
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_ASS_CLOCK = re.compile(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?\s*", re.ASCII)
_ASS_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
# Blocks are bounded, so that no line can be written that takes the square of its length to search.
_ASS_DRAWING = re.compile(r"\{[^{}]{0,400}\\p[1-9][^{}]{0,400}\}.*?(?:\{[^{}]{0,400}\\p0[^{}]{0,400}\}|$)", re.DOTALL)
_OVERRIDE_BEGINS = "{\\"
_ASS_BLOCK = re.compile(r"\{[^{}]*\}")
_ASS_SIGNS = (("\\{", "\ue000"), ("\\}", "\ue001"), ("\\N", "\n"), ("\\n", "\n"), ("\\h", " "))
SBV_TIMES = re.compile(r"\s*(\d{1,4}:\d\d:\d\d\.\d{2,3})\s*,\s*(\d{1,4}:\d\d:\d\d\.\d{2,3})\s*", re.ASCII)
MICRODVD_TIMES = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)", re.ASCII)
MPL2_TIMES = re.compile(r"\s*\[(\d{1,9})\]\[(\d{0,9})\](.*)", re.ASCII)
_MICRODVD_CODES = re.compile(r"\{[A-Za-z]:[^{}]*\}")


_LEFT_OVER_BREAK = re.compile(r"\\N")
"""Programs that make SRT of ASS leave it in."""
_ENTITY = re.compile("&(?:amp|lt|gt|quot|nbsp|#39);")


@dataclass(frozen=True)
class Timed:
    """A cue as the file has it: not yet checked against its neighbours."""

    start_s: Fraction
    end_s: Fraction
    text: str


@dataclass
class Found:
    """What a reader found: cues in file order, the pieces without a usable time, and what is worth knowing."""

    cues: list[Timed] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    whole_seconds: int = 0
    tagged: int = 0
    """Cues that had tags, which are gone."""
    run_on: int = 0
    """Cues without an empty line before them."""
    notes: list[Reason] = field(default_factory=list)

    def plain(self, words: str) -> str:
        """Return the words without tags, and count that they had some."""
        bare = without_tags(words)
        self.tagged += bare != words or _OVERRIDE_BEGINS in words
        return bare

    def leave_out(self, piece: str) -> None:
        """Remember a piece of the file whose time cannot be used."""
        self.broken.append(" ".join(piece.split())[:_QUOTED_LENGTH])


def read_srt(text: str) -> Found:
    """Return the cues of SubRip text; numbers and empty lines may be missing, ``.`` may stand for ``,``."""
    found = Found()
    lines = text.split("\n")
    at = [index for index, line in enumerate(lines) if _is_time_line(line)]
    spaced = bool(at) and all(index > 1 and not lines[index - 1].strip() for index in at)
    spaced = spaced and all(_NUMBER.fullmatch(lines[index - 2]) for index in at)
    for index, following in pairwise([*at, len(lines)]):
        before = index - 1 - bool(index and _NUMBER.fullmatch(lines[index - 1]))
        found.run_on += before >= 0 and index != at[0] and bool(lines[before].strip())
        last = following
        if following < len(lines):
            number = following - (2 if spaced else 1)
            last = number if number > index and _NUMBER.fullmatch(lines[number]) else following
        words = _LEFT_OVER_BREAK.sub("\n", "\n".join(lines[index + 1 : last]))
        _take(found, lines[index], _entities(found.plain(words)))
    return found


def _entities(words: str) -> str:
    """Return the words with the entities that programs which make SRT of WebVTT leave in."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), words)


def read_vtt(text: str) -> Found:
    """Return the cues of WebVTT text with entities decoded; notes, styles, regions and settings are left aside."""
    found = Found()
    header, *blocks = re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))
    if "-->" in header:
        found.notes.append(reason("captions-header-joined"))
        blocks.insert(0, header.partition("\n")[2])
    for block in blocks:
        if _NOT_CUES.match(block):
            continue
        lines = block.split("\n")
        at = [index for index, line in enumerate(lines) if "-->" in line]
        if not at:
            found.leave_out(block)
        for index, following in pairwise([*at, len(lines)]):
            words = "\n".join(lines[index + 1 : following])
            _take(found, lines[index], html.unescape(found.plain(words)))
    return found


def read_sbv(text: str) -> Found:
    """Return the cues of YouTube's SBV text, or of SubViewer's, which has a head and counts hundredths of a second."""
    found = Found()
    lines = text.split("\n")
    head = next((index for index, line in enumerate(lines) if SBV_TIMES.fullmatch(line)), len(lines))
    for block in re.split(r"\n(?:[ \t]*\n)+", "\n".join(lines[head:]).strip("\n")):
        times, _, words = block.partition("\n")
        match = SBV_TIMES.fullmatch(times)
        start_s, end_s = (_ass_clock(match[1]), _ass_clock(match[2])) if match else (None, None)
        if start_s is None or end_s is None:
            found.leave_out(block)
        else:
            found.cues.append(Timed(start_s, end_s, found.plain(words.replace("[br]", "\n"))))
    return found


def read_ass(text: str) -> Found:
    """Return the dialogue of an ASS or SSA script without its styling and drawings."""
    found = Found()
    fields: tuple[str, ...] = _ASS_FIELDS
    in_events = False
    for line in text.split("\n"):
        key, _, rest = line.strip().partition(":")
        if key.startswith("["):
            in_events = key.lower().startswith("[events]")
        elif in_events and key.lower() == "format":
            fields = tuple(name.strip().lower() for name in rest.split(","))
        elif in_events and key.lower() == "dialogue":
            values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
            start_s, end_s = _ass_clock(values.get("start", "")), _ass_clock(values.get("end", ""))
            if start_s is None or end_s is None:
                found.leave_out(line)
            else:
                found.cues.append(Timed(start_s, end_s, _ass_words(values.get("text", ""))))
    return found


def read_microdvd(text: str, frame_rate: Fraction | None) -> Found:
    """Return the cues of MicroDVD text, which counts frames; a first line ``{1}{1}25`` tells the rate.

    Raises:
        InputError: ``captions-frame-rate`` when neither the file nor ``frame_rate`` tells it.

    """
    found = Found()
    lines = [line for line in text.split("\n") if line.strip()]
    told = MICRODVD_TIMES.fullmatch(lines[0]) if lines else None
    if told and told[1] == told[2] and re.fullmatch(r"\d{2,3}(?:\.\d{1,6})?", told[3].strip(), re.ASCII):
        frame_rate = Fraction(told[3].strip())
        del lines[0]
    if not frame_rate:
        raise InputError("captions-frame-rate")
    for line in lines:
        match = MICRODVD_TIMES.fullmatch(line)
        if match is None:
            found.leave_out(line)
            continue
        words = _MICRODVD_CODES.sub("", match[3]).replace("|", "\n")
        end = match[2] or match[1]  # no end: as long as it takes to read
        found.cues.append(Timed(int(match[1]) / frame_rate, int(end) / frame_rate, found.plain(words)))
    found.notes.append(reason("captions-frames", f"{float(frame_rate):.3f}".rstrip("0").rstrip(".")))
    return found


def read_mpl2(text: str) -> Found:
    """Return the cues of MPL2 text, which counts tenths of a second; a line that starts with ``/`` is in italics."""
    found = Found()
    for line in text.split("\n"):
        match = MPL2_TIMES.fullmatch(line)
        if match is None:
            if line.strip():
                found.leave_out(line)
            continue
        words = "\n".join(part.strip().removeprefix("/") for part in match[3].split("|"))
        start_s, end_s = Fraction(int(match[1]), 10), Fraction(int(match[2] or match[1]), 10)
        found.cues.append(Timed(start_s, end_s, found.plain(_MICRODVD_CODES.sub("", words))))
    return found


def _take(found: Found, time_line: str, words: str) -> None:
    """Add the cue of one time line, or remember that its times cannot be used."""
    parts = _OTHER_ARROW.split(time_line, maxsplit=1)
    times = [_CLOCK.match(part) for part in parts]
    seconds = [None if time is None else _seconds(time) for time in times]
    start_s, end_s = seconds if len(seconds) == 2 else (None, None)  # noqa: PLR2004 - a start and an end
    if start_s is None or end_s is None:
        found.leave_out(time_line)
        return
    found.whole_seconds += any(time is not None and not time[5] for time in times)
    found.cues.append(Timed(start_s, end_s, words))


def _is_time_line(line: str) -> bool:
    """Say whether a line of SRT gives times, be they broken, rather than words with an arrow in them."""
    before, arrow, after = line.partition("-->")
    if arrow:
        return bool(_NUMBER_START.match(before) or _CLOCK.match(after))
    parts = _OTHER_ARROW.split(line, maxsplit=1)
    times = [_CLOCK.match(part) for part in parts]
    return len(parts) > 1 and all(time is not None and time[2] and time[5] for time in times)


def _seconds(time: re.Match[str]) -> Fraction | None:
    """Return the seconds of a clock, None when it cannot be one: 61 seconds, or two or four digits of a fraction.

    ``,90`` is 90 ms to some players and 900 ms to others, so it is not guessed.
    """
    sign, hours, minutes, seconds, part = time.groups(default="")
    if int(minutes) > 59 or int(seconds) > 59 or len(part) not in {0, 3}:  # noqa: PLR2004 - a clock
        return None
    whole_s = Fraction(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
    return (whole_s + Fraction(int(part or 0), 1000)) * (-1 if sign else 1)


def _ass_clock(text: str) -> Fraction | None:
    match = _ASS_CLOCK.fullmatch(text)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:  # noqa: PLR2004 - a clock
        return None
    part = match[4] or "0"
    whole_s = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
    return whole_s + Fraction(int(part), 10 ** len(part))


def _ass_words(text: str) -> str:
    """Return what a script's text shows: no blocks, no drawings; newlines as such."""
    for written, meant in _ASS_SIGNS:
        text = text.replace(written, meant)
    text = _ASS_BLOCK.sub("", _ASS_DRAWING.sub("", text))
    return text.replace("\ue000", "{").replace("\ue001", "}").replace("\\\u2060", "\\")
