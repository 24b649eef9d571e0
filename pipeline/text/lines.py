"""Text in lines: balanced over as few as fit, or cut short at a word, by measured pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from pipeline.text.thai import NEVER_FIRST, NEVER_LAST, WordBreaker, clusters

WORD_BREAK_COST = 0.35
"""What a break between words costs against one at a space: as one of two lines being 0.4 as long as the other."""
CONNECTIVES = frozenset(["และ", "หรือ", "เพื่อ", "ของ", "ที่", "ใน", "โดย", "กับ", "แก่", "ต่อ", "จาก", "ด้าน"])
CONNECTIVE_COST = 0.1
"""What it costs more when a line ends with a word that belongs to what follows: about a difference of a third."""
ELLIPSIS = "…"
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
WAITING = "".join(NEVER_LAST) + _SPACES + "\u2060,;:-–—/&+…"
"""What no shortened text ends with, because more would have to come."""


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
    text: str,
    measure: Callable[[str], float],
    width_px: float,
    max_lines: int,
    breaker: WordBreaker,
    *,
    cut: bool = False,
) -> tuple[str, ...] | None:
    """Return ``text`` in as few lines as fit ``width_px``, as equal in width as can be.

    A line ends at a space of the text itself when that gives an acceptable balance, else between words; never
    inside a word, unless ``cut`` allows it. Spaces at the breaks go; nothing else changes.

    Args:
        text: what to set.
        measure: the width in pixels of a piece of text.
        width_px: no line is wider.
        max_lines: no more lines than this.
        breaker: tells where a line may end.
        cut: whether a word that no line can hold is cut, between clusters.

    Returns:
        The lines (none for blank text), or None when the text does not fit.

    """
    if not text.strip():
        return ()
    units = breaker.units(text)
    if cut:
        units = [part for unit in units for part in narrowed(unit, measure, width_px)]
    spans = _fitting_spans(units, measure, width_px)
    whole_px = max(measure(text.strip()), 1.0)
    for line_count in range(1, min(max_lines, len(units)) + 1):
        best = _best_course(len(units), spans, line_count, whole_px / line_count)
        if best is not None:
            return best.lines
    return None


def narrowed(unit: str, measure: Callable[[str], float], width_px: float) -> Iterator[str]:
    """Yield a unit that no line can hold in parts that end between clusters; what fits whole.

    No part is wider than ``width_px``, unless a single cluster is. Where there is a choice, none ends with a vowel such
    as เ and none begins with one such as ะ.
    """
    part: list[str] = []
    for cluster in clusters(unit) if measure(unit.rstrip()) > width_px else [unit]:
        while part and measure("".join(part) + cluster) > width_px:
            end = _settled([*part, cluster])
            yield "".join(part[:end])
            part = part[end:]
        part.append(cluster)
    yield "".join(part)


def _settled(pieces: Sequence[str]) -> int:
    """Return how many of the pieces, all but the last at the most, may stand before a cut."""
    for end in range(len(pieces) - 1, 0, -1):
        if pieces[end - 1][-1] not in NEVER_LAST and pieces[end][0] not in NEVER_FIRST:
            return end
    return len(pieces) - 1


def truncated(text: str, measure: Callable[[str], float], width_px: float, breaker: WordBreaker) -> str:
    """Return ``text``, or as many of its first words as fit ``width_px`` together with the ``…`` behind them.

    The cut lies where a line might end. Only when not even the first word fits is that word cut, between clusters.
    Nothing that waits for more stands before the ``…``: no space, opening sign, comma, nor a vowel such as เ whose
    consonant is gone. Where nothing fits at all, ``…`` comes back alone.

    Args:
        text: one line.
        measure: the width in pixels of a piece of text.
        width_px: the outcome is no wider, unless it is ``…`` alone.
        breaker: tells where a line may end.

    """
    text = text.strip()
    if measure(text) <= width_px:
        return text
    units = breaker.units(text)
    return _longest(units[:-1], measure, width_px) or _longest(clusters(units[0]), measure, width_px) or ELLIPSIS


def _longest(pieces: Iterable[str], measure: Callable[[str], float], width_px: float) -> str:
    """Return the longest run of first pieces that fits with an ellipsis behind it; "" when none does."""
    best = ""
    for start in accumulate(pieces):
        words = start.rstrip(WAITING)
        if words and measure(words + ELLIPSIS) > width_px:
            break
        best = words + ELLIPSIS if words else best
    return best


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
