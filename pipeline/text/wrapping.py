"""Captions in lines that fit: at most two, balanced, measured in pixels; longer cues become several in time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise

from pipeline.text.cues import Captions, Cue
from pipeline.text.markup import tidy
from pipeline.text.thai import clusters, count

Measure = Callable[[str], float]
Units = Callable[[str], list[str]]

MAX_LINES = 2
# Where a line may end, the best first: where the cue itself ended one, at a space, between two words.
_OWN, _SPACE, _WORD = 0, 1, 2
_KIND_COST = 0.15
"""How much of a line's width of imbalance it is worth to end a cue at a better place by one rank."""
_LOOK_AHEAD = 2.5
"""Line widths to look ahead for the end of a cue: two full lines, the spaces at their ends, and the error of adding."""
_MAX_PIECES = 400
"""More than ever fit two lines; bounds the work on text that takes no room."""


@dataclass(frozen=True)
class _Piece:
    """Words that stay together, their width, and what kind of break may follow."""

    text: str
    width_px: float
    after: int


def wrap(captions: Captions, measure: Measure, width_px: float, units: Units) -> Captions:
    """Return ``captions`` in lines of at most ``width_px``, two to a cue; no word is lost.

    Lines that fit already stay as they are. Otherwise a cue is broken at its own newlines if that fits, else at a
    space, else between words, each time where the two lines come out most equal. A cue that needs more than two
    lines becomes several, which share its time by their number of characters.

    Args:
        captions: what to wrap.
        measure: the width in pixels of a piece of text.
        width_px: no line is wider, unless one single cluster is.
        units: cuts a text where a line may end; joined, they must be the text.

    """
    known = lru_cache(maxsize=20_000)(measure)
    cues = (part for cue in captions.cues for part in _wrapped(cue, known, width_px, units))
    return Captions(language=captions.language, cues=tuple(cues))


def _wrapped(cue: Cue, measure: Measure, width_px: float, units: Units) -> Iterator[Cue]:
    text = tidy(cue.text)
    if not text:
        return
    lines = text.split("\n")
    if len(lines) <= MAX_LINES and all(measure(line) <= width_px for line in lines):
        yield Cue(start_s=cue.start_s, end_s=cue.end_s, text=text)
        return
    pieces = [piece for line in lines for piece in _pieces(line, measure, width_px, units)]
    pages = list(_pages(pieces, measure, width_px))
    ends = list(accumulate(max(1, count(page)) for page in pages))
    length_s = cue.end_s - cue.start_s
    times = [cue.start_s, *(cue.start_s + length_s * Fraction(end, ends[-1]) for end in ends)]
    for page, (start_s, end_s) in zip(pages, pairwise(times), strict=True):
        yield Cue(start_s=start_s, end_s=end_s, text=page)


def _pieces(line: str, measure: Measure, width_px: float, units: Units) -> Iterator[_Piece]:
    """Yield the pieces of one line of a cue; one that is too wide by itself is cut between clusters."""
    words = units(line)
    if "".join(words) != line:  # a breaker that changes the text is not believed
        words = [line]
    parts = [part for word in words for part in _narrow(word, measure, width_px)]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        kind = _OWN if last else _SPACE if part[-1].isspace() else _WORD
        yield _Piece(
            part + " " if last else part, measure(part.rstrip()) + (measure(" ") if kind != _WORD else 0), kind
        )


def _narrow(word: str, measure: Measure, width_px: float) -> Iterator[str]:
    if measure(word.rstrip()) <= width_px:
        yield word
        return
    part, part_px = "", 0.0
    for cluster in clusters(word):
        cluster_px = measure(cluster)
        if part and part_px + cluster_px > width_px:
            yield part
            part, part_px = "", 0.0
        part, part_px = part + cluster, part_px + cluster_px
    if part:
        yield part


def _pages(pieces: Sequence[_Piece], measure: Measure, width_px: float) -> Iterator[str]:
    """Yield what each cue shows: as few cues as can be, about equally full."""
    begin = 0
    left_px = sum(piece.width_px for piece in pieces)
    while begin < len(pieces):
        rest = pieces[begin:]
        may_fit = left_px <= _LOOK_AHEAD * width_px and len(rest) <= _MAX_PIECES
        page = _two_lines(rest, measure, width_px) if may_fit else None
        if page is not None:
            yield page
            return
        parts = max(2, math.ceil(left_px / (MAX_LINES * width_px)))
        length, page = _first_page(rest[:_MAX_PIECES], measure, width_px, left_px / parts)
        yield page
        left_px -= sum(piece.width_px for piece in rest[:length])
        begin += length


def _first_page(pieces: Sequence[_Piece], measure: Measure, width_px: float, target_px: float) -> tuple[int, str]:
    """Return how many pieces the first of several cues shows, about ``target_px`` of them, and its lines."""
    best = (math.inf, 1, pieces[0].text.strip())
    sum_px = 0.0
    for length, piece in enumerate(pieces, 1):
        sum_px += piece.width_px
        if length > 1 and sum_px > _LOOK_AHEAD * width_px:
            break
        if sum_px < target_px / 2 and length < len(pieces):
            continue
        page = _two_lines(pieces[:length], measure, width_px)
        cost = abs(sum_px - target_px) / width_px + _KIND_COST * piece.after
        if page is not None and cost <= best[0]:
            best = (cost, length, page)
    return best[1], best[2]


def _two_lines(pieces: Sequence[_Piece], measure: Measure, width_px: float) -> str | None:
    """Return the pieces in one line, else in the two most equal lines at the best kind of break; None if too wide."""
    whole = "".join(piece.text for piece in pieces).strip()
    if measure(whole) <= width_px:
        return whole
    best: tuple[int, float, str] | None = None
    for index in range(1, len(pieces)):
        kind = pieces[index - 1].after
        if best is not None and kind > best[0]:
            continue
        first = "".join(piece.text for piece in pieces[:index]).strip()
        second = "".join(piece.text for piece in pieces[index:]).strip()
        wider_px = max(measure(first), measure(second))
        if wider_px <= width_px and (best is None or (kind, wider_px) < best[:2]):
            best = (kind, wider_px, f"{first}\n{second}")
    return None if best is None else best[2]
