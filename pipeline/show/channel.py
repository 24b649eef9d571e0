"""A list laid on the wall clock: what is on at every moment, without a hole. Pure.

Time is exact Unix time in seconds. A session starts when it is planned, or when the one before it is over; what lies
between is filled with a card again and again, cut when the next session starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import groupby

from pipeline.noun import Noun
from pipeline.show.model import Entry, Show

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FILLERS = ("break", "slate", "end", "opener")
"""Kinds that can be seen for a long time, the best first."""


class Airing(Noun):
    """How a list is shown: from ``starts_at`` on without a pause, or when its sessions are planned."""

    list_id: str = "show"
    starts_at: datetime | None = None
    """With a zone. None: by the plan."""
    loops: bool = False


class Run(Noun):
    """One entry on the wall clock."""

    entry: Entry
    starts_s: Fraction
    """Unix time."""
    frames: int
    """How many are shown: fewer than the entry has where a filler is cut."""
    is_filler: bool = False

    def ends_s(self, frame_rate: Fraction) -> Fraction:
        """Return when the next one begins, in Unix time."""
        return self.starts_s + self.frames / frame_rate


def unix_s(at: datetime) -> Fraction:
    """Return a time with a zone as exact Unix time."""
    return Fraction((at - _EPOCH) // timedelta(microseconds=1), _SECOND // timedelta(microseconds=1))


def runs(show: Show, airing: Airing, from_s: Fraction, after: str | None = None) -> Iterator[Run]:
    """Yield what is on from ``from_s`` on, without end and without a hole; nothing for a list without entries.

    The first run covers ``from_s``. With ``after``, the key of the entry that was shown until ``from_s``, the one
    behind it comes next, whatever the plan says now: the show may have changed. An ``after`` that is no longer in the
    list is as none.
    """
    listed = show.list(airing.list_id)
    entries = show.entries(listed) if listed else ()
    filler = filler_of(show, entries)
    if filler is None or not entries:
        return
    keys = [entry.key for entry in entries]
    if after in keys:
        behind = keys.index(after) + 1
        blocks = _blocks(show, airing, entries, behind, from_s)
        at_s = from_s
    else:
        blocks = _blocks(show, airing, entries, 0, None)
        at_s = blocks[0][0]
        yield from _ahead(filler, at_s, from_s, show.frame_rate)
    for run in _laid(show, filler, blocks, at_s):
        if run.ends_s(show.frame_rate) > from_s:
            yield run
        at_s = run.ends_s(show.frame_rate)
    over_s = max(at_s, from_s) if after in keys else at_s
    yield from _beyond(show, entries if airing.loops else (filler,), over_s, from_s, is_filler=not airing.loops)


Block = tuple[Fraction, Sequence[Entry]]
"""Entries that follow each other without a pause, and when they start at the earliest."""


def _blocks(show: Show, airing: Airing, entries: Sequence[Entry], first: int, from_s: Fraction | None) -> list[Block]:
    """Return what is still to come. ``from_s``: when the rest of a block that has begun goes on."""
    if airing.starts_at is not None:
        return [(unix_s(airing.starts_at) if from_s is None else from_s, entries[first:])]
    blocks: list[Block] = []
    begun = entries[first - 1].session if first else None
    for session, each in groupby(entries[first:], key=lambda entry: entry.session):
        block = tuple(each)
        planned_s = unix_s(show.session(block[0]).starts_at) + block[0].offset_frames / show.frame_rate
        goes_on = from_s is not None and session == begun and not blocks
        blocks.append((from_s if goes_on and from_s is not None else planned_s, block))
    return blocks


def _laid(show: Show, filler: Entry, blocks: Sequence[Block], at_s: Fraction) -> Iterator[Run]:
    """Yield the blocks one after the other, and fillers between them."""
    for starts_s, block in blocks:
        yield from _filled(filler, at_s, starts_s, show.frame_rate)
        at_s = max(at_s, starts_s)
        for entry in block:
            yield Run(entry=entry, starts_s=at_s, frames=entry.frames)
            at_s += entry.frames / show.frame_rate


def _filled(filler: Entry, at_s: Fraction, until_s: Fraction, frame_rate: Fraction) -> Iterator[Run]:
    """Yield the filler from ``at_s`` until ``until_s``, the last time cut to whole frames."""
    while (frames := min(filler.frames, int((until_s - at_s) * frame_rate))) > 0:
        yield Run(entry=filler, starts_s=at_s, frames=frames, is_filler=True)
        at_s += frames / frame_rate


def _ahead(filler: Entry, until_s: Fraction, from_s: Fraction, frame_rate: Fraction) -> Iterator[Run]:
    """Yield whole fillers that end at ``until_s``: whoever looks, and whenever, sees the same ones."""
    length_s = filler.frames / frame_rate
    for left in range(-int((from_s - until_s) // length_s), 0, -1):
        yield Run(entry=filler, starts_s=until_s - left * length_s, frames=filler.frames, is_filler=True)


def _beyond(show: Show, again: Sequence[Entry], at_s: Fraction, from_s: Fraction, *, is_filler: bool) -> Iterator[Run]:
    """Yield what comes when all is over, again and again. Whole rounds that are over are left out."""
    round_s = sum(entry.frames for entry in again) / show.frame_rate
    if from_s > at_s:
        at_s += (from_s - at_s) // round_s * round_s
    while True:
        for entry in again:
            run = Run(entry=entry, starts_s=at_s, frames=entry.frames, is_filler=is_filler)
            at_s = run.ends_s(show.frame_rate)
            if at_s > from_s:
                yield run


def filler_of(show: Show, entries: Sequence[Entry]) -> Entry | None:
    """Return the entry that fills idle time: of the list where it has one, else of the show; None: there is none."""
    for among in (entries, show.items):
        for kind in _FILLERS:
            found = next((entry for entry in among if entry.kind == kind), None)
            if found:
                return found
    return entries[-1] if entries else None
