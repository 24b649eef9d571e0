"""What people should know of the plan: clashes, overruns, idle time, countdowns that count to another moment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from pipeline.preset.model import Event
from pipeline.reasons import Reason, reason
from pipeline.show.model import Show, ShowSession, later
from pipeline.show.programme import local

IDLE_S = 60
"""A shorter pause is nothing to speak of."""
COUNTDOWN_OFF_S = 1


def remarks(show: Show, event: Event) -> tuple[Reason, ...]:
    """Return what people should know, in the order of the programme. Sessions that nobody timed have no times."""
    timed = [session for session in show.sessions if session.is_timed]
    told: list[Reason] = []
    for session in timed:
        told += _against_plan(show, session)
    told += _between(show, timed)
    told += _countdowns(show, event)
    return tuple(told)


def span(show: Show, session: ShowSession) -> tuple[datetime, datetime]:
    """Return when the first entry of a session starts and the last one ends."""
    mine = [entry for entry in show.items if entry.session == session.id]
    if not mine:
        return session.starts_at, session.starts_at
    last = mine[-1]
    ends_at = later(show.starts_at(last), timedelta(seconds=float(last.length_s(show.frame_rate))))
    return show.starts_at(mine[0]), ends_at


def _against_plan(show: Show, session: ShowSession) -> Iterator[Reason]:
    if session.ends_at is None:
        return
    _, over_at = span(show, session)
    left_s = seconds_from(over_at, session.ends_at)
    if left_s <= -1:
        yield reason("session-overruns", session.name, length(-left_s), clock(session.ends_at))
    elif left_s >= IDLE_S:
        yield reason("session-idle", session.name, length(left_s), clock(over_at))


def _between(show: Show, timed: list[ShowSession]) -> Iterator[Reason]:
    """Yield clashes in one room; in different rooms sessions may go on at the same time."""
    rooms: dict[str, list[ShowSession]] = {}
    for session in timed:
        rooms.setdefault(session.room, []).append(session)
    for mine in rooms.values():
        for one, next_one in pairwise(mine):
            over_at, begins_at = span(show, one)[1], span(show, next_one)[0]
            late_s = seconds_from(begins_at, over_at)
            if late_s >= 1:
                yield reason("session-clash", one.name, next_one.name, length(late_s))
            elif -late_s >= IDLE_S and over_at.date() == begins_at.date() and one.ends_at is None:
                yield reason("session-idle", one.name, length(-late_s), clock(over_at))


def _countdowns(show: Show, event: Event) -> Iterator[Reason]:
    told = {card.id: local(card.starts_at, event) for card in event.cards if card.starts_at}
    for entry in show.items:
        if entry.kind == "countdown" and entry.id in told and show.session(entry).is_timed:
            ends_at = later(show.starts_at(entry), timedelta(seconds=float(entry.length_s(show.frame_rate))))
            if abs(seconds_from(told[entry.id], ends_at)) > COUNTDOWN_OFF_S:
                yield reason("countdown-off", entry.title, clock(told[entry.id]), clock(ends_at))


def seconds_from(one: datetime, other: datetime) -> float:
    """Return how long after one moment another is, whatever the clocks on the wall did meanwhile."""
    return (other.astimezone(UTC) - one.astimezone(UTC)).total_seconds()


def clock(at: datetime) -> str:
    """Return a time of day as Thai signs write it: ``09.00``."""
    return f"{at:%H.%M}"


def length(seconds: float) -> str:
    """Return a length as ``h:mm:ss``."""
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}"
