"""Thai text: clusters, words, line breaking, tidying, counting and dates.

Thai writes no spaces between words and stacks marks on letters, so text is never sliced by code point: it is
cut between *units*, which end where a word ends and where a mark, a vowel or a closing sign never begins.
Pure, but for the dictionary that a :class:`WordBreaker` reads when it is made.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import regex

BUDDHIST_ERA_YEARS = 543
"""The Thai calendar counts 543 years more than the common era."""
MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

NEVER_FIRST = frozenset("ะาำๅๆฯ.,)]}”’»…!?:;%")
"""A unit after the first never begins with one of these, nor with a combining mark."""
NEVER_LAST = frozenset("เแโใไ([{“‘«")
"""A unit before the last never ends with one of these."""
_PREFIXES = frozenset({"การ", "ความ"})  # they make a noun of the word behind them, and are one word with it
_GLUE = frozenset("\u00a0\u202f\u2060\u200d\ufeff")
_LATIN = regex.compile(r"[A-Za-z0-9_@:./#&+=?%~\-]")
_CLUSTER = regex.compile(r"\X")
_SPACE = r"[^\S\u00a0\u202f]"  # white space at which a line may end: all but the no-break ones
_CHUNK = regex.compile(rf"{_SPACE}*[\S\u00a0\u202f]+{_SPACE}*|{_SPACE}+")
_TRAILING_SPACE = regex.compile(rf"{_SPACE}+$")

WORD_BREAK_COST = 0.35
"""What a break between words costs against one at a space: as one of two lines being 0.4 as long as the other."""
CONNECTIVES = frozenset(["และ", "หรือ", "เพื่อ", "ของ", "ที่", "ใน", "โดย", "กับ", "แก่", "ต่อ", "จาก", "ด้าน"])
CONNECTIVE_COST = 0.1
"""What it costs more when a line ends with a word that belongs to what follows: about a difference of a third."""

# Repairs that lose nothing a reader could see; each pair is (what is typed, what is meant).
_REPAIRS = (
    (regex.compile("[\u200b\u00ad\u2060\ufeff]"), ""),
    (regex.compile("เเ"), "แ"),
    (regex.compile("([่-๋]?)ํ([่-๋]?)า"), r"\1\2ำ"),
    (regex.compile("([่-๋]+)([ัิ-ฺ็]+)"), r"\2\1"),
    (regex.compile("([ัิ-ฺ็-๎])\\1+"), r"\1"),
)


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of ``text``: what a reader takes for one character. Source: UAX #29."""
    return [match.group() for match in _CLUSTER.finditer(text)]


def normalise(text: str) -> str:
    """Return ``text`` in NFC with safe repairs: invisible signs, doubled marks, เเ for แ, ํา for ำ, marks in order.

    NFKC is not used because it takes ำ apart. Spaces and repeated letters stay as they are.
    """
    while True:
        tidy = unicodedata.normalize("NFC", text)
        for pattern, meant in _REPAIRS:
            tidy = pattern.sub(meant, tidy)
        if tidy == text:
            return text
        text = tidy


def count(text: str) -> int:
    """Return how many characters of ``text`` take room on a line: no combining marks, format or control signs.

    Source: Netflix Thai Timed Text Style Guide, which leaves out marks above and below.
    """
    return sum(unicodedata.category(char) not in {"Mn", "Cf", "Cc"} for char in text)


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two neighbouring pieces, by the signs that meet there."""
    end = before.rstrip()[-1:]
    first = after[:1]
    if unicodedata.category(first) == "Mn" or first in NEVER_FIRST or end in NEVER_LAST:
        return False
    if before in _PREFIXES or before[-1] in _GLUE or first in _GLUE:
        return False
    return not (_LATIN.match(before[-1]) and _LATIN.match(first))


class WordBreaker:
    """Finds where a line may end. ``words`` are the event's own words and names; they are never broken."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._own = tuple(sorted({normalise(word) for word in words if word.strip()}))
        self._trie, self._segment = _dictionary(self._own)

    def units(self, text: str) -> list[str]:
        """Return ``text`` cut where a line may end; joined again, the units are ``text``.

        Spaces belong to the end of the unit before them (at the very start of the text, to the first unit).
        """
        whole = set(accumulate(map(len, clusters(text))))
        cuts = sorted((self._word_ends(text) & whole) - self._inside_own(text))
        units: list[str] = []
        for start, end in pairwise([0, *cuts, len(text)]):
            piece = text[start:end]
            if piece and units and (not units[-1].strip() or not piece.strip() or not _may_break(units[-1], piece)):
                units[-1] += piece
            elif piece:
                units.append(piece)
        return units

    def _word_ends(self, text: str) -> set[int]:
        """Return the offsets at which a dictionary word, with the spaces behind it, ends."""
        ends: set[int] = set()
        offset = 0
        for chunk in _CHUNK.findall(text):
            body = _TRAILING_SPACE.sub("", chunk)
            words = self._segment(body, self._trie, safe_mode=True) if body.strip() else []
            if "".join(words) == body:  # a breaker that changed the text is not believed
                ends.update(offset + end for end in accumulate(map(len, words[:-1])))
            offset += len(chunk)
            ends.add(offset)
        return ends

    def _inside_own(self, text: str) -> set[int]:
        """Return the offsets that lie inside one of the event's own words."""
        inside: set[int] = set()
        for word in self._own:
            start = text.find(word)
            while start >= 0:
                inside.update(range(start + 1, start + len(word)))
                start = text.find(word, start + 1)
        return inside


def _dictionary(own: tuple[str, ...]) -> tuple[Any, Callable[..., list[str]]]:
    """Return PyThaiNLP's word list together with ``own``, and its breaker."""
    # PyThaiNLP makes a folder when it is imported, in the home folder unless told otherwise; it stays empty here.
    if "PYTHAINLP_DATA_DIR" not in os.environ:
        os.environ.setdefault("PYTHAINLP_DATA", str(Path(tempfile.gettempdir()) / "showcase-pythainlp"))
    from pythainlp.corpus import thai_words  # noqa: PLC0415 - 0.2 s and 80 MB, only for those who break lines
    from pythainlp.tokenize import newmm  # noqa: PLC0415 - same
    from pythainlp.util import dict_trie  # noqa: PLC0415 - same

    return dict_trie(thai_words() | set(own)), newmm.segment


@lru_cache(maxsize=4)
def make_breaker(words: tuple[str, ...] = ()) -> WordBreaker:
    """Return the word breaker for an event's own ``words``; made once per process (0.5 s) and kept."""
    return WordBreaker(words)


class _Course(NamedTuple):
    """The best way found to set the first units of a text in some number of lines."""

    cost: float
    lines: tuple[str, ...]


class _Span(NamedTuple):
    """A run of units that fits on one line, as it would be drawn."""

    line: str
    width_px: float
    break_cost: float


def balanced_lines(
    text: str, measure: Callable[[str], float], width_px: float, max_lines: int, breaker: WordBreaker
) -> tuple[str, ...] | None:
    """Return ``text`` in as few lines as fit ``width_px``, as equal in width as can be.

    A line ends at a space of the text itself when that gives an acceptable balance, else between words; never
    inside a word. Spaces at the breaks go; nothing else changes.

    Args:
        text: what to set.
        measure: the width in pixels of a piece of text.
        width_px: no line is wider.
        max_lines: no more lines than this.
        breaker: tells where a line may end.

    Returns:
        The lines (none for blank text), or None when the text does not fit.

    """
    if not text.strip():
        return ()
    units = breaker.units(text)
    spans = _fitting_spans(units, measure, width_px)
    whole_px = max(measure(text.strip()), 1.0)
    for line_count in range(1, min(max_lines, len(units)) + 1):
        best = _best_course(len(units), spans, line_count, whole_px / line_count)
        if best is not None:
            return best.lines
    return None


def _fitting_spans(
    units: Sequence[str], measure: Callable[[str], float], width_px: float
) -> dict[tuple[int, int], _Span]:
    """Return every run of units, by its first unit and the one after its last, that is no wider than ``width_px``."""
    spans: dict[tuple[int, int], _Span] = {}
    for start in range(len(units)):
        for end in range(start + 1, len(units) + 1):
            line = "".join(units[start:end]).strip()
            line_px = measure(line)
            if line_px > width_px:
                break
            spans[start, end] = _Span(line, line_px, 0.0 if end == len(units) else _break_cost(units[end - 1]))
    return spans


def _break_cost(last: str) -> float:
    """Return what it costs to end a line after the unit ``last``."""
    if last != last.rstrip():
        return 0.0
    return WORD_BREAK_COST + (CONNECTIVE_COST if last in CONNECTIVES else 0.0)


def _best_course(
    unit_count: int, spans: dict[tuple[int, int], _Span], line_count: int, ideal_px: float
) -> _Course | None:
    """Return the cheapest way to set all units in exactly ``line_count`` lines, or None when there is none."""
    courses: dict[int, _Course] = {0: _Course(0.0, ())}
    for _ in range(line_count):
        longer: dict[int, _Course] = {}
        for (start, end), span in spans.items():
            so_far = courses.get(start)
            if so_far is None:
                continue
            slack = (span.width_px - ideal_px) / ideal_px
            cost = so_far.cost + slack * slack + span.break_cost
            if end not in longer or cost < longer[end].cost:
                longer[end] = _Course(cost, (*so_far.lines, span.line))
        courses = longer
    return courses.get(unit_count)


def thai_date(day: date, *, short: bool = False) -> str:
    """Return a day as Thai readers write it, in the Buddhist era: ``27 กันยายน 2565``, short ``27 ก.ย. 65``."""
    year = day.year + BUDDHIST_ERA_YEARS
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {year % 100:02d}" if short else _date(day, MONTHS, year)


def thai_date_range(first: date, last: date) -> str:
    """Return two days and those between: ``27–28 กันยายน 2565``, ``30 กันยายน – 2 ตุลาคม 2565``.

    Raises:
        ValueError: ``last`` is before ``first``.

    """
    return _date_range(first, last, MONTHS, BUDDHIST_ERA_YEARS)


def english_date_range(first: date, last: date) -> str:
    """Return two days and those between, in the common era: ``27–28 September 2022``.

    Raises:
        ValueError: ``last`` is before ``first``.

    """
    return _date_range(first, last, ENGLISH_MONTHS, 0)


def _date(day: date, months: Sequence[str], year: int) -> str:
    return f"{day.day} {months[day.month - 1]} {year}"


def _date_range(first: date, last: date, months: Sequence[str], era_years: int) -> str:
    """Return the range, saying the month and the year only once where both days share them."""
    if last < first:
        message = f"{last} is before {first}"
        raise ValueError(message)
    end = _date(last, months, last.year + era_years)
    if first == last:
        return end
    if first.year != last.year:
        return f"{_date(first, months, first.year + era_years)} – {end}"
    if first.month != last.month:
        return f"{first.day} {months[first.month - 1]} – {end}"
    return f"{first.day}–{end}"
