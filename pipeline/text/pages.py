"""The words of one cue, set in pages: what stands on the screen at a time, in at most two lines. Pure.

Every way of showing captions sets its pages here, in files by characters and burned by pixels too, so that all show the
same cues wherever the width allows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import regex

from pipeline.text.geometry import LINE_CHARS
from pipeline.text.lines import CONNECTIVES
from pipeline.text.markup import tidy
from pipeline.text.thai import NEVER_FIRST, clusters, count

Units = Callable[[str], list[str]]
Fill = Callable[[str], float]
"""How much of a line a text takes; it fits when that is no more than 1."""

MAX_LINES = 2
# Where a line or page may end, the best first: where the cue itself ended a line, at the end of a phrase, at another
# space, between two words, within a name of several Latin words. In Thai a space ends a phrase, but not beside Latin
# words and figures.
_OWN, _PHRASE, _SPACE, _WORD, _NAME = 0, 1, 2, 3, 4
_LINE_COSTS = (0.0, 0.05, 0.3, 0.35, 0.5)
"""What it costs to end a line so, in line widths by which the wider line is wider than half of both."""
_CONNECTIVE_COST = 0.1
_TOP_HEAVY_COST = 0.02
_PAGE_COSTS = (0.0, 0.05, 1.5, 2.0, 2.5)
"""What it costs to end a page so, as squares of the share by which pages differ from the mean.

Two pages differ by 2 at most, so that words are not torn from their phrase while any other way is left.
"""
_FULL = 1 + 1e-9
_ONE_MORE = 1.0
"""What one more page costs: less than a phrase torn."""
_MOST_PIECES = 200
"""Set at once; longer texts, which nobody speaks, are set one such part after another. Bounds the work."""
# Scripts without spaces that the Thai dictionary knows nothing of: their lines end between any two clusters.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_PHRASE_END = regex.compile(r"[.,!?;:…。、，！？；：”»)\]]\s*$")
_THAI_LIKE = regex.compile(rf"{_UNSPACED.pattern}|[\p{{Thai}}“”()\[\]«»\"']")
_NEVER_FIRST = NEVER_FIRST | frozenset("、。，．！？：；」』）】〉》ー々っッゃゅょャュョ")


def by_count(text: str) -> float:
    """Return how much of a line of 35 characters ``text`` takes."""
    return count(text) / LINE_CHARS


@dataclass(frozen=True)
class _Piece:
    """Words that stay together, with the space behind them, and what kind of break may follow."""

    text: str
    after: int


class _Course(NamedTuple):
    """The best way found to set the first pieces of a text in some number of pages."""

    cost: float
    torn: int
    ends: tuple[int, ...]


def pages(text: str, fill: Fill, units: Units, least: int = 1, most: int = 1) -> tuple[str, ...]:
    """Return ``text`` in pages of at most two lines, none when it is blank; no word is lost.

    Lines of its own that fit stay as they are. Otherwise pages end with a phrase (at a newline of its own or a space)
    and only where that is not to be had between words; lines too, balanced. A piece that no line can hold stands alone.

    Args:
        text: of one cue.
        fill: how much of a line a text takes.
        units: cuts a text where a line may end; joined, they must be the text.
        least: so many pages are wanted; there are fewer when that would tear a phrase.
        most: where words would be torn, one more page is taken, up to this many.

    """
    text = tidy(text)
    lines = text.split("\n")
    fits = bool(text) and len(lines) <= MAX_LINES and all(fill(line) <= 1 for line in lines)
    if not text or (fits and least <= 1):
        return (text,) if text else ()
    pieces = [piece for line in lines for piece in _pieces(line, fill, units)]
    if len(pieces) <= _MOST_PIECES:
        return _Setting(pieces, fill).pages(1 if fits else None, least, most)
    parts = (pieces[start : start + _MOST_PIECES] for start in range(0, len(pieces), _MOST_PIECES))
    return tuple(page for part in parts for page in _Setting(part, fill).pages(None, 1, 1))


def _pieces(line: str, fill: Fill, units: Units) -> Iterator[_Piece]:
    """Yield the pieces of one line of a cue."""
    words = units(line)
    if "".join(words) != line:  # a breaker that changes the text is not believed
        words = [line]
    parts = [part for word in words for part in _narrowed(word, fill)]
    for before, after in pairwise([*parts, ""]):
        yield _Piece(before, _kind(before, after)) if after else _Piece(before + " ", _OWN)


def _kind(before: str, after: str) -> int:
    """Return what kind of break lies between two pieces of one line."""
    if not before[-1].isspace():
        return _WORD
    if _PHRASE_END.search(before):
        return _PHRASE
    thai_like = sum(bool(_THAI_LIKE.match(sign)) for sign in (before.rstrip()[-1:], after[0]))
    return (_NAME, _SPACE, _PHRASE)[thai_like]


def _narrowed(word: str, fill: Fill) -> Iterator[str]:
    """Yield a word too wide for a line in parts, where its script may end a line anywhere; else the word."""
    if fill(word.rstrip()) <= 1 or not _UNSPACED.search(word):
        yield word
        return
    part = ""
    for cluster in clusters(word):
        if part and cluster[0] not in _NEVER_FIRST and fill(part + cluster) > 1:
            yield part
            part = ""
        part += cluster
    yield part


class _Setting:
    """The pieces of one text, and how they can be set; each piece is measured once, lines are sums."""

    def __init__(self, pieces: Sequence[_Piece], fill: Fill) -> None:
        self._pieces = pieces
        self._count = len(pieces)
        self._from = [0.0, *accumulate(fill(piece.text) for piece in pieces)]
        self._until = [
            0.0,
            *(before + fill(piece.text.rstrip()) for before, piece in zip(self._from[:-1], pieces, strict=True)),
        ]
        """By the end of a line, from the first piece on; the space at its end takes no room."""
        line_ends = [self._line_end(start) for start in range(self._count)] + [self._count]
        self._reach = [line_ends[line_ends[start]] for start in range(self._count)]
        """By first piece: the end of the longest page that begins with it."""
        self._needed = [0] * (self._count + 1)
        """By first piece: the fewest pages for all from there."""
        for start in reversed(range(self._count)):
            self._needed[start] = 1 + self._needed[self._reach[start]]

    def pages(self, as_it_is: int | None, least: int, most: int) -> tuple[str, ...]:
        """Return the pages as :func:`pages` says; ``as_it_is``: 1 for a text whose own lines are a page."""
        fewest = as_it_is or self._needed[0]
        best = self._course(fewest) if as_it_is is None else _Course(0.0, 0, (self._count,))
        more = self._course(fewest + 1) if as_it_is is None and best.torn and fewest < most else None
        if more is not None and more.cost + _ONE_MORE < best.cost:
            best = more
        phrases = sum(piece.after <= _PHRASE for piece in self._pieces)
        for wanted in range(min(least, phrases + best.torn), len(best.ends), -1):
            course = self._course(wanted)
            if course.torn <= best.torn:
                best = course
                break
        return tuple(self._page(start, end) for start, end in pairwise((0, *best.ends)))

    def _course(self, page_count: int) -> _Course:
        """Return the cheapest way to set all pieces in exactly so many pages; at endless cost where there is none."""
        mean = max(self._until[-1] / page_count, 0.01)
        courses: dict[int, _Course] = {0: _Course(0.0, 0, ())}
        for left in reversed(range(page_count)):
            longer: dict[int, _Course] = {}
            for start, so_far in courses.items():
                for end in range(start + 1, self._reach[start] + 1):
                    if self._needed[end] > left or (left == 0) != (end == self._count):
                        continue
                    taken = self._measured(start, end)
                    kind = self._pieces[end - 1].after if left else _OWN
                    cost = so_far.cost + (taken / mean - 1) ** 2 + _PAGE_COSTS[kind]
                    if end not in longer or cost < longer[end].cost:
                        longer[end] = _Course(cost, so_far.torn + (kind > _PHRASE), (*so_far.ends, end))
            courses = longer
        return courses.get(self._count, _Course(math.inf, self._count, ()))

    def _page(self, start: int, end: int) -> str:
        """Return the pieces in their own lines where those fit, else in one line, else in the two best lines."""
        own = [start, *(at for at in range(start + 1, end) if self._pieces[at - 1].after == _OWN), end]
        spans = list(pairwise(own))
        if len(spans) > MAX_LINES or not all(self._measured(*span) <= _FULL for span in spans):
            spans = [(start, end)]
            if self._measured(start, end) > _FULL and end - start > 1:
                middle = min(range(start + 1, end), key=lambda at: self._line_cost(start, at, end))
                spans = [(start, middle), (middle, end)]
        return "\n".join(self._joined(*span) for span in spans)

    def _line_cost(self, start: int, middle: int, end: int) -> tuple[float, float]:
        first, second = self._measured(start, middle), self._measured(middle, end)
        last = self._pieces[middle - 1]
        cost = max(first, second) - (first + second) / 2 + _LINE_COSTS[last.after]
        cost += _CONNECTIVE_COST * (last.text in CONNECTIVES) + _TOP_HEAVY_COST * (first > second)
        return max(_FULL, first, second), cost

    def _line_end(self, start: int) -> int:
        """Return the end of the longest line that begins with a piece; a piece that no line can hold is one."""
        return max(start + 1, bisect_right(self._until, self._from[start] + _FULL) - 1)

    def _measured(self, start: int, end: int) -> float:
        return self._until[end] - self._from[start]

    def _joined(self, start: int, end: int) -> str:
        return "".join(piece.text for piece in self._pieces[start:end]).strip()
