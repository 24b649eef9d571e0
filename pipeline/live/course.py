"""The channel from its anchor on: which piece is on at a time, and its numbers, without counting one by one. Pure."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise

from pipeline.live.model import Anchor, Announced, Shown


@dataclass(frozen=True)
class Stretch:
    """Pieces in a row, shown ``times`` over (None: for ever), and the numbers of the first one."""

    round: tuple[Shown, ...]
    times: int | None
    starts_s: Fraction
    number: int
    breaks: int
    """Discontinuities before the first piece and at it."""
    is_break: bool
    """Whether there is one at the first piece."""
    passed: str | None
    """Key of the list's entry that is on, or was last."""

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Frames from the start of a round to each piece, and to the end."""
        return tuple(accumulate((each.piece.frames for each in self.round), initial=0))

    @cached_property
    def breaks_before(self) -> tuple[int, ...]:
        """Discontinuities within a round, up to and at each piece; the last one is the next round's first."""
        cuts = (not a.piece.goes_on_in(b.piece) for a, b in pairwise((*self.round, self.round[0])))
        return tuple(accumulate(cuts, initial=0))

    def frames(self) -> int:
        """Return how long it is. For one that has an end."""
        return self.offsets[-1] * (self.times or 0)

    def announced(self, place: int, frame_rate: Fraction) -> Announced:
        """Return the piece that is at a place of the stretch, from 0."""
        rounds, index = divmod(place, len(self.round))
        so_far = self.breaks_before[-1] * rounds + self.breaks_before[index]
        if index:
            is_break = self.breaks_before[index] > self.breaks_before[index - 1]
        else:
            is_break = self.breaks_before[-1] > self.breaks_before[-2] if rounds else self.is_break
        return Announced(
            number=self.number + place,
            breaks=self.breaks + so_far,
            is_break=is_break,
            starts_s=self.starts_s + (self.offsets[-1] * rounds + self.offsets[index]) / frame_rate,
            shown=self.round[index],
        )


@dataclass(frozen=True)
class Course:
    """Stretches without a hole between them; the last one has no end."""

    frame_rate: Fraction
    stretches: tuple[Stretch, ...]

    def at(self, number: int) -> Announced:
        """Return the piece with that number, or the first one for a number before it."""
        stretch = self.stretch_of(number)
        return stretch.announced(max(0, number - stretch.number), self.frame_rate)

    def number_at(self, at_s: Fraction) -> int:
        """Return the number of the piece that is on at a time, or of the first one for a time before it."""
        index = bisect_right(self.stretches, at_s, key=lambda each: each.starts_s) - 1
        if index < 0:
            return self.stretches[0].number
        stretch = self.stretches[index]
        rounds, frames = divmod((at_s - stretch.starts_s) * self.frame_rate, stretch.offsets[-1])
        return stretch.number + int(rounds) * len(stretch.round) + bisect_right(stretch.offsets, frames) - 1

    def between(self, first: int, last: int) -> Iterator[Announced]:
        """Yield the pieces of these numbers, both counted."""
        for number in range(first, last + 1):
            yield self.at(number)

    def stretch_of(self, number: int) -> Stretch:
        """Return the stretch in which a number is."""
        index = bisect_right(self.stretches, number, key=lambda each: each.number) - 1
        return self.stretches[max(0, index)]

    @cached_property
    def mark(self) -> str:
        """A name for all that is in it: two courses with one mark are the same."""
        sha256 = hashlib.sha256(str(self.frame_rate).encode())
        for each in self.stretches:
            sha256.update(f"\n{each.starts_s} {each.number} {each.breaks} {each.times} {each.passed}".encode())
            for shown in each.round:
                piece = shown.piece
                sha256.update(f"\n{shown.key} {piece.frames} {piece.starts_frames} {piece.media}".encode())
                sha256.update(f" {piece.inits} {piece.captions}".encode())
        return sha256.hexdigest()


class Laying:
    """Puts stretch behind stretch, counting on."""

    def __init__(self, frame_rate: Fraction, starts_s: Fraction, anchor: Anchor) -> None:
        """Begin at a time, with the anchor's numbers, behind what was shown before it."""
        self.at_s = starts_s
        self._frame_rate = frame_rate
        self._number = anchor.number
        self._breaks = anchor.breaks
        self._before = anchor.before
        self._laid: list[Stretch] = []

    def add(self, pieces: Sequence[Shown], times: int | None, passed: str | None) -> None:
        """Add pieces, ``times`` over; None: for ever, and nothing can follow."""
        if not pieces or times == 0:
            return
        is_break = self._before is not None and not self._before.goes_on_in(pieces[0].piece)
        stretch = Stretch(tuple(pieces), times, self.at_s, self._number, self._breaks + is_break, is_break, passed)
        self._laid.append(stretch)
        if times is not None:
            last = stretch.announced(times * len(pieces) - 1, self._frame_rate)
            self._number, self._breaks, self._before = last.number + 1, last.breaks, last.shown.piece
            self.at_s = last.ends_s(self._frame_rate)

    def course(self) -> Course:
        """Return what was laid."""
        return Course(self._frame_rate, tuple(self._laid))
