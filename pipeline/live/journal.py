"""Announces what has come so far, and goes on where the show changed or the server was away. Pure.

What is announced is never taken back: it leaves the window at its front, in order, and nothing else ever happens to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipeline.live.course import Course
from pipeline.live.lay import Schedule
from pipeline.live.model import LEAD_S, WINDOW_S, Anchor, Announced, Journal, Shown

_AWAY_S = WINDOW_S
"""Nobody who watches is still there after so long without news."""


def anchor(journal: Journal | None, schedule: Schedule, at_s: Fraction) -> Anchor:
    """Return from where on the channel is to be counted: as before, as long as nothing has changed.

    A change while somebody may be watching: what is on air is shown to its end, then comes the list as it is now. After
    a pause, or where the clock was put far back, the plan alone decides; no number is used again.
    """
    if journal is None:
        return Anchor()
    is_same = journal.mark == schedule.mark and journal.airing == schedule.airing
    ahead_s = journal.ends_s - (at_s + LEAD_S)
    if is_same and ahead_s <= _AWAY_S:
        return journal.anchor
    if journal.airing == schedule.airing and journal.frame_rate == schedule.show.frame_rate and abs(ahead_s) <= _AWAY_S:
        return _behind(journal, tuple(entry.key for entry in schedule.entries))
    return _elsewhere(journal, schedule, at_s)


def follow(journal: Journal | None, schedule: Schedule, course: Course, where: Anchor, at_s: Fraction) -> Journal:
    """Return the journal with everything announced that has to be at a time; the same one when that is nothing new.

    ``where`` and ``course``: what :func:`anchor` says, and the schedule's course from there.
    """
    known = () if journal is None or _is_other(journal, schedule, where, at_s) else journal.announced
    newest = course.number_at(at_s + LEAD_S) - 1  # the piece that is on then is not over
    if not known:
        ends_s = course.at(newest + 1).starts_s
        first = course.number_at(ends_s - WINDOW_S)
        newest = max(newest, first)
    else:
        first = known[-1].number + 1
    more = tuple(course.between(first, newest))
    if journal is not None and not more and where == journal.anchor and schedule.mark == journal.mark:
        return journal
    announced = _within_window((*known, *more), course.frame_rate)
    before, after = _around(journal, schedule, course, announced[-1])
    return Journal(
        airing=schedule.airing,
        frame_rate=course.frame_rate,
        sample_rate_hz=schedule.show.sample_rate_hz,
        mark=schedule.mark,
        anchor=where,
        announced=announced,
        rest=_rest(course, announced[-1]),
        passed=before,
        to_come=after,
    )


def _is_other(journal: Journal, schedule: Schedule, where: Anchor, at_s: Fraction) -> bool:
    """Return whether what was announced no longer belongs to what is to be announced."""
    was_away = at_s + LEAD_S - journal.ends_s > _AWAY_S
    is_same = where == journal.anchor and journal.mark == schedule.mark and journal.airing == schedule.airing
    goes_on = is_same or where.starts_s == journal.ends_s
    return was_away or not goes_on


def _within_window(announced: Sequence[Announced], frame_rate: Fraction) -> tuple[Announced, ...]:
    starts_s = announced[-1].ends_s(frame_rate) - WINDOW_S
    return tuple(each for each in announced if each.ends_s(frame_rate) > starts_s)


def _rest(course: Course, last: Announced) -> tuple[Shown, ...]:
    """Return what is still to come of the entry that is on; a filler can be left at any time."""
    rest: list[Shown] = []
    shown = last.shown
    while not shown.is_filler:
        following = course.at(last.number + len(rest) + 1).shown
        if (following.key, following.index, following.is_filler) != (shown.key, shown.index + 1, False):
            break
        rest.append(shown := following)
    return tuple(rest)


def _around(
    journal: Journal | None, schedule: Schedule, course: Course, last: Announced
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the list's keys up to what is on, and behind it."""
    keys = tuple(entry.key for entry in schedule.entries)
    key = course.stretch_of(last.number).passed if last.shown.is_filler else last.shown.key
    if key in keys:
        behind = keys.index(key) + 1
        return keys[:behind], keys[behind:]
    if key is None or journal is None:
        return (), keys
    return journal.passed, journal.to_come


def _behind(journal: Journal, keys: Sequence[str]) -> Anchor:
    """Return where a changed list goes on: when what is on air has been shown to its end."""
    last = journal.announced[-1]
    return Anchor(
        starts_s=journal.ends_s,
        number=last.number + 1,
        breaks=last.breaks,
        before=last.shown.piece,
        rest=journal.rest,
        after=_after(journal, keys),
    )


def _after(journal: Journal, keys: Sequence[str]) -> str | None:
    """Return the entry behind which a changed list goes on: what is on air, or what was before it and is still listed.

    Where what was still to come now stands right before what is on air (it was moved back), that is not lost.
    """
    on_air = next((key for key in reversed(journal.passed) if key in keys), None)
    if on_air is None or on_air != journal.passed[-1]:
        return on_air
    place = keys.index(on_air)
    if place and keys[place - 1] in journal.to_come:
        while place and keys[place - 1] in journal.to_come:
            place -= 1
        return keys[place - 1] if place else None
    return on_air


def _elsewhere(journal: Journal, schedule: Schedule, at_s: Fraction) -> Anchor:
    """Return the plan, with numbers that were never used."""
    plan = schedule.course(Anchor())
    newest = plan.at(plan.number_at(at_s + LEAD_S))
    first = plan.at(plan.number_at(newest.starts_s - WINDOW_S))
    last = journal.announced[-1]
    return Anchor(number=max(0, last.number + 1 - first.number), breaks=max(0, last.breaks + 1 - first.breaks))
