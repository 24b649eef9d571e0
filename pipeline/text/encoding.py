"""What letters a text file holds: a strict cascade that refuses rather than guesses.

BOM, then UTF-16 by its NUL bytes, then strict UTF-8, then Thai Windows-874 if the outcome reads like Thai. Statistical
detectors are not used: charset-normalizer 3.5.2 named every short Thai file wrongly (measured on 38 files).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.reasons import Reason, reason

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"cp874": "Windows-874 (TIS-620)"}
_ONE_SIDED = 0.9
"""Share of the NULs that lie on one side of the byte pairs in UTF-16: ASCII digits put them all on one."""
_NUL_SHARE = 0.02
"""Least share of NULs in UTF-16: a time line alone has 30, so fewer are strays in a file of another encoding."""
_LEAST_NULS = 8
_THAI_SHARE = 0.7
_WELL_FORMED_SHARE = 0.95
_GARBLED_SHARE = 0.5

_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_CONSONANTS = "\u0e01-\u0e2e"
_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")
_THAI_RUN = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]{2,}")
_JUDGED = re.compile(f"[{_MARKS}\u0e40-\u0e44]")
_WELL_PLACED = re.compile(f"(?<=[{_CONSONANTS}{_MARKS}\u0e45])[{_MARKS}]|[\u0e40-\u0e44](?=[{_CONSONANTS}])")
# A Thai letter is E0 B8 xx or E0 B9 xx in UTF-8. Read as Windows-874 these are "เธ" or "เน" and what byte xx (80-BF)
# looks like there; read as Windows-1252 they are "à¸" or "à¹". Thai itself hardly ever writes such threes: in เธอ and
# เนื้อ the third letter is outside 80-BF.
_AS_THAI = re.compile("เ[ธน][\u0e01-\u0e1f\u0080-\u00a0€…‘’“”•–—\ufffd?□]")
_AS_LATIN = re.compile("à[¸¹]|‡[∏π]")  # Windows-1252, Mac Roman
_AS_THAI_RUN = re.compile(f"(?:{_AS_THAI.pattern}){{3}}")  # no word is written so, so one is enough among good ones
_WESTERN = re.compile("[\u00a1-\u00ff]{2}")
_ENOUGH = 3
_QUESTION_MARKS = 20
_WESTERN_ONLY = dict.fromkeys((*range(0xA1, 0x100), *map(ord, "€…‘’“”•–—")))
_FEW = 8
_SPOKEN = re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Decoded:
    """Text without its BOM, the name of the encoding it came in, and what people should know about that."""

    text: str
    encoding: str
    warning: Reason | None


def decode(data: bytes) -> Decoded:
    """Return the text of ``data``.

    Raises:
        InputError: ``captions-encoding`` when no encoding fits, ``captions-mixed`` when several are needed,
            ``captions-mojibake`` when the letters were lost before the file was saved.

    """
    found = _by_bom(data) or _by_nul(data) or _utf8(data) or _cp874(data)
    if found is None or found[1] == "cp874":
        if _is_mixed(data):
            raise InputError("captions-mixed")
        if found is None:
            raise InputError("captions-encoding")
    text, encoding, cut = found
    if _is_garbled(text):
        raise InputError("captions-mojibake")
    warning = None
    if cut:
        warning = reason("captions-cut")
    elif encoding != "utf-8":
        warning = reason("captions-converted", _NAMES.get(encoding, encoding.upper()))
    return Decoded(text, encoding, warning)


def _strict(data: bytes, encoding: str) -> tuple[str, str, bool] | None:
    """Return the text, the encoding, and whether the last character is cut; None when the bytes do not fit."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(data)
        cut = bool(decoder.getstate()[0])  # bytes that wait for the rest of their character
    except UnicodeDecodeError:
        return None
    return text, encoding, cut


def _by_bom(data: bytes) -> tuple[str, str, bool] | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            found = _strict(data[len(mark) :], encoding)
            if found is not None and "\0" not in found[0]:
                return found
    return None


def _by_nul(data: bytes) -> tuple[str, str, bool] | None:
    """Return UTF-16 without BOM, or a file whose end a crashed copy has filled with NULs; None when neither."""
    if b"\0" not in data:
        return None
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if even + odd >= _NUL_SHARE * len(data) and max(even, odd) >= max(_LEAST_NULS, _ONE_SIDED * (even + odd)):
        found = _strict(data, "utf-16-be" if even > odd else "utf-16-le")
        if found is not None and "\0" not in found[0]:
            return found
    whole = data.rstrip(b"\0")
    if b"\0" in whole:
        raise InputError("captions-encoding")
    found = _by_bom(whole) or _utf8(whole) or _cp874(whole)
    return None if found is None else (found[0], found[1], True)


def _utf8(data: bytes) -> tuple[str, str, bool] | None:
    found = _strict(data, "utf-8")
    if found is not None and found[2] and found[0].isascii():
        return None  # one odd byte after nothing but ASCII says more about Windows-874 than about a cut
    return found


def _cp874(data: bytes) -> tuple[str, str, bool] | None:
    """Return Thai in Windows-874, which covers TIS-620 and ISO 8859-11; None when it does not read like Thai."""
    found = _strict(data, "cp874")
    if found is None:
        return None
    text = found[0]
    foreign = sum(not letter.isascii() for letter in text)
    thai = len(_THAI.findall(text))
    in_runs = sum(len(run) for run in _THAI_RUN.findall(text))
    judged = len(_JUDGED.findall(text))
    plausible = (
        thai > _THAI_SHARE * foreign
        and in_runs > _THAI_SHARE * thai
        and len(_WELL_PLACED.findall(text)) >= _WELL_FORMED_SHARE * judged
    )
    return found if plausible else None


def _is_mixed(data: bytes) -> bool:
    """Say whether some lines can only be UTF-8 and others only Windows-874, or the latter stands behind a UTF-8 BOM."""
    if data.startswith(codecs.BOM_UTF8):
        return True
    utf8 = other = 0
    for line in data.splitlines():
        if line.isascii():
            continue
        found = _strict(line, "utf-8")
        if found is not None and not found[2] and _THAI.search(found[0]):
            utf8 += 1
        else:
            other += _cp874(line) is not None
    return bool(utf8 and other)


def _is_garbled(text: str) -> bool:
    """Say whether the letters were lost before saving: read as another encoding, or turned into ``?``."""
    if _AS_THAI_RUN.search(text) or (_WESTERN.search(text) and _was_thai(text)):
        return True
    foreign = sum(not letter.isascii() for letter in text)
    threes = max(len(_AS_THAI.findall(text)), len(_AS_LATIN.findall(text)))
    if threes >= _ENOUGH and 3 * threes > _GARBLED_SHARE * foreign:
        return True
    lost = text.count("\ufffd")
    if lost >= _ENOUGH and lost > _GARBLED_SHARE * foreign:
        return True
    marks = text.count("?")
    return marks >= _QUESTION_MARKS and marks > sum(letter.isalpha() for letter in text)


def _was_thai(text: str) -> bool:
    """Say whether Western letters are what Windows-874 looks like as Windows-1252: more of them than plain ones."""
    letters = "".join(letter for letter in text if letter > "\u00a0")
    if len(letters) <= max(_FEW, len(_SPOKEN.findall(text))) or letters.translate(_WESTERN_ONLY).strip():
        return False
    return _cp874(text.encode("cp1252", "ignore")) is not None
