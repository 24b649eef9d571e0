"""What is on at a moment, what comes next and how late it all is. Pure.

The plan is laid once for each show, with :func:`pipeline.show.channel.runs`; a moment only looks into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from pipeline.show.channel import Airing, Run, runs, unix_s
from pipeline.show.model import Entry, Show

_BEFORE_S = 1
_RUNS_MAX = 500_000
"""More fillers in a row than this: nothing comes any more."""


@dataclass(frozen=True)
class Slot:
    """One entry on the wall clock, in Unix time."""

    entry: Entry
    starts_s: Fraction
    ends_s: Fraction


@dataclass(frozen=True)
class Laid:
    """A list on the wall clock, without what fills its idle time."""

    slots: tuple[Slot, ...]
    filler: Entry | None
    """What is shown in idle time; None: there is nothing to show."""
    lengths: tuple[tuple[Entry, Fraction], ...]
    """All entries and how long each is, in seconds, where the list begins again at its end; else nothing."""

    @property
    def round_s(self) -> Fraction:
        """How long all entries are without a pause; 0 where the list does not begin again."""
        return sum((length_s for _, length_s in self.lengths), Fraction(0))


@dataclass(frozen=True)
class Moment:
    """A look at the plan. ``now`` is None in idle time and while there is nothing to show."""

    now: Slot | None
    coming: tuple[Slot, ...]
    """What comes, the next one first; with a list that loops, its next round too."""
    filler: Entry | None
    """What is on in idle time."""
    is_again: bool = False
    """Whether the list has begun once more."""


def lay(show: Show, airing: Airing, from_s: Fraction | None = None, after: str | None = None) -> Laid:
    """Return the plan; with ``from_s`` and ``after``, what is left of it from there on."""
    listed = show.list(airing.list_id)
    entries = show.entries(listed) if listed else ()
    first_s = min((unix_s(show.starts_at(entry)) for entry in entries), default=Fraction(0))
    if airing.starts_at is not None:
        first_s = unix_s(airing.starts_at)
    keys = [entry.key for entry in entries]
    if from_s is None or after not in keys:
        from_s, after = first_s - _BEFORE_S, None
    wanted = set(keys[keys.index(after) + 1 :] if after is not None else keys)
    plainly = airing.model_copy(update={"loops": False})
    filler: Entry | None = None
    slots: list[Slot] = []
    for count, run in enumerate(runs(show, plainly, from_s, after)):
        if run.is_filler:
            filler = filler or run.entry
        else:
            slots.append(_slot(run, show.frame_rate))
            wanted.discard(run.entry.key)
        if (not wanted and filler) or count > _RUNS_MAX:
            break
    again = tuple((entry, entry.length_s(show.frame_rate)) for entry in entries) if airing.loops else ()
    return Laid(tuple(slots), filler, again)


def _slot(run: Run, frame_rate: Fraction) -> Slot:
    return Slot(run.entry, run.starts_s, run.ends_s(frame_rate))


def moment(laid: Laid, at_s: Fraction) -> Moment:
    """Return what is on at ``at_s``, and all that comes."""
    slots, is_again = laid.slots, False
    if laid.lengths and slots:
        again_s = slots[-1].ends_s
        if at_s >= again_s:
            is_again = True
            again_s += (at_s - again_s) // laid.round_s * laid.round_s
            slots = _round(laid, again_s)
            again_s += laid.round_s
        slots = (*slots, *_round(laid, again_s))
    now = next((slot for slot in slots if slot.starts_s <= at_s < slot.ends_s), None)
    coming = tuple(slot for slot in slots if slot.starts_s > at_s)
    return Moment(now, coming, None if now else laid.filler, is_again)


def _round(laid: Laid, at_s: Fraction) -> tuple[Slot, ...]:
    ends = [at_s + end_s for end_s in accumulate(length_s for _, length_s in laid.lengths)]
    starts = [at_s, *ends[:-1]]
    return tuple(Slot(entry, *times) for (entry, _), *times in zip(laid.lengths, starts, ends, strict=True))


REHEARSAL_S = 12 * 3600
"""So far from the plan, nobody is late."""


def drift_s(show: Show, seen: Moment) -> Fraction | None:
    """Return by how much what is on, else what comes next, is later than planned; negative: earlier.

    None where there is no plan to compare with: nobody said when the session starts, all is over, it goes round, or it
    is so far from its time that it is a rehearsal.
    """
    slot = seen.now or (seen.coming[0] if seen.coming else None)
    if slot is None or seen.is_again or not show.session(slot.entry).is_timed:
        return None
    apart_s = slot.starts_s - planned_s(show, slot.entry)
    return apart_s if abs(apart_s) < REHEARSAL_S else None


def planned_s(show: Show, entry: Entry) -> Fraction:
    """Return when an entry starts by plan, in exact Unix time."""
    return unix_s(show.session(entry).starts_at) + entry.offset_frames / show.frame_rate


def expected(seen: Moment) -> dict[str, Slot]:
    """Return key → what is on or comes next of it."""
    found: dict[str, Slot] = {}
    slots: Sequence[Slot] = (seen.now, *seen.coming) if seen.now else seen.coming
    for slot in slots:
        found.setdefault(slot.entry.key, slot)
    return found
