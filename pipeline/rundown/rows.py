"""The run-down as rows: what its pages, tables, calendar and guide all say. Pure.

Times are exact until the last line: seconds of Unix time as :class:`~fractions.Fraction`, made into a date by whoever
shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from zoneinfo import ZoneInfo

from pipeline.deliver.pages import Words, one_line
from pipeline.preset.model import Event, Theme
from pipeline.show.model import Entry, EntryKind, Show, ShowList, ShowSession

KINDS: dict[EntryKind, Words] = {
    "clip": Words("คลิป", "Clip"),
    "slate": Words("ภาพคั่น", "Slate"),
    "opener": Words("เปิดงาน", "Opener"),
    "countdown": Words("นับถอยหลัง", "Countdown"),
    "break": Words("พักรายการ", "Break"),
    "end": Words("ปิดท้าย", "Closing"),
    "recap": Words("ประมวลภาพ", "Photos"),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One entry of a list."""

    entry: Entry
    starts_s: Fraction | None
    """When it starts by plan, in Unix time; None where nobody said when its session starts."""
    runs_from_s: Fraction
    """From the list's start, played without a pause."""
    length_s: Fraction
    title: str
    owner: str
    """The partner, where the title does not say it already."""
    theme: Theme | None


@dataclass(frozen=True)
class Group:
    """Entries of one session that stand together in a list."""

    session: ShowSession
    rows: tuple[Row, ...]
    starts_s: Fraction | None
    """When the programme of the session begins, in Unix time; None where nobody said."""
    ends_s: Fraction | None
    """When the last entry of the whole session ends, in Unix time."""

    @property
    def length_s(self) -> Fraction:
        """The rows of this group alone."""
        return sum((row.length_s for row in self.rows), Fraction(0))

    @property
    def late_s(self) -> Fraction:
        """How much later than planned the session ends; 0 where it does not."""
        if self.ends_s is None or self.session.ends_at is None:
            return Fraction(0)
        return max(Fraction(0), self.ends_s - unix_s(self.session.ends_at))


def groups(show: Show, listed: ShowList, event: Event) -> tuple[Group, ...]:
    """Return the rows of a list, by session, in order. A session that the list comes back to has a group each time."""
    sessions = {session.id: session for session in show.sessions}
    ends = {session.id: session_ends_s(show, session) for session in show.sessions}
    found = []
    for session_id, part in groupby(show.timed(listed), key=lambda timed: timed[1].session):
        session = sessions[session_id]
        rows = tuple(_row(show, session, runs_from_s, entry, event) for runs_from_s, entry in part)
        starts_s = unix_s(session.starts_at) if session.is_timed else None
        found.append(Group(session, rows, starts_s, ends[session_id] if session.is_timed else None))
    return tuple(found)


def session_ends_s(show: Show, session: ShowSession) -> Fraction:
    """Return when a session's last entry ends, in Unix time; its start where it has no entry."""
    frames = max((each.offset_frames + each.frames for each in show.items if each.session == session.id), default=0)
    return unix_s(session.starts_at) + frames / show.frame_rate


def unix_s(at: datetime) -> Fraction:
    """Return an aware time as exact Unix time."""
    return Fraction((at - EPOCH) // timedelta(microseconds=1), 1_000_000)


def moment(at_s: Fraction, zone: str, digits: int = 0) -> datetime:
    """Return an exact time as the event's clock shows it, rounded half up at ``digits`` of a second (6 at most)."""
    scaled = floor(at_s * 10**digits + Fraction(1, 2))
    return (EPOCH + timedelta(microseconds=scaled * 10 ** (6 - digits))).astimezone(ZoneInfo(zone))


def whole_second(at_s: Fraction) -> Fraction:
    """Return the second that a clock shows at that time: the one that has begun."""
    return Fraction(floor(at_s))


def next_second(at_s: Fraction) -> Fraction:
    """Return the first whole second at or after a time."""
    return Fraction(ceil(at_s))


def _row(show: Show, session: ShowSession, runs_from_s: Fraction, entry: Entry, event: Event) -> Row:
    partner = event.partner(entry.partner)
    title = one_line(entry.title)
    owner = one_line(partner.name) if partner else ""
    return Row(
        entry=entry,
        starts_s=unix_s(session.starts_at) + entry.offset_frames / show.frame_rate if session.is_timed else None,
        runs_from_s=runs_from_s,
        length_s=entry.length_s(show.frame_rate),
        title=title,
        owner="" if owner == title else owner,
        theme=event.theme_of(entry.theme),
    )
