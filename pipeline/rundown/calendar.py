"""The sessions as a calendar (iCalendar, RFC 5545). Pure.

One event per session: that is when somebody has to be in a room. Thirty-one clips of two minutes would bury the day;
they are lines of the description, and the guide (:mod:`pipeline.rundown.guide`) has each as a programme of its own.

``UID`` is made of the ids of event and session, so a session that moves is the same event. ``DTSTAMP`` is the first
day of the event and ``SEQUENCE`` is left at its default of 0: the same show gives the same bytes, and a file made from
the show alone cannot count how often it has changed. So a change reaches those who follow the address, which is read
as a whole; those who imported a copy import again.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from pipeline.deliver.pages import one_line
from pipeline.preset.model import Book
from pipeline.rundown.rows import KINDS, Row, groups, moment, next_second, session_ends_s, unix_s, whole_second
from pipeline.show.model import Places, Show, ShowList, ShowSession

if TYPE_CHECKING:
    from icalendar import Component

PRODUCT = "-//Showcase//Run-down//TH"


def calendar(show: Show, book: Book, places: Places) -> str:
    """Return the calendar of all sessions that have a time and something to show; lines end with CRLF.

    Times are in UTC: right in every zone, and no rules of a zone that another machine knows otherwise.
    """
    from icalendar import Calendar  # noqa: PLC0415 - start-up of the command stays fast

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", one_line(show.event_name))
    made.add("x-wr-timezone", show.timezone)
    for session in show.sessions:
        if session.is_timed and any(entry.session == session.id for entry in show.items):
            made.add_component(_event(show, session, book, places))
    return str(made.to_ical().decode("utf-8"))


def _event(show: Show, session: ShowSession, book: Book, places: Places) -> Component:
    from icalendar import Event as Meeting  # noqa: PLC0415 - same

    event = book.event
    meeting = Meeting()
    meeting.add("uid", str(uuid5(NAMESPACE_URL, f"showcase:{show.event_id}/{session.id}")))
    meeting.add("dtstamp", datetime.combine(event.starts_on, time(), UTC))
    meeting.add("dtstart", session.starts_at.astimezone(UTC))
    meeting.add("dtend", _ends_at(show, session))
    meeting.add("summary", " · ".join(dict.fromkeys((one_line(session.name), one_line(show.event_name)))))
    meeting.add("location", ", ".join(filter(None, (one_line(session.room), one_line(event.venue)))))
    meeting.add("description", _description(show, session, book))
    theme = event.theme_of(session.theme)
    if theme:
        meeting.add("categories", [one_line(theme.name)])
    page = f"playlists/session-{session.id}.html"
    if places.base_url and show.list(f"session-{session.id}"):
        meeting.add("url", f"{places.base_url}/{quote(page)}")
    return meeting


def _ends_at(show: Show, session: ShowSession) -> datetime:
    """Return the first moment after the session: as planned, or later where its entries take longer."""
    planned_s = unix_s(session.ends_at) if session.ends_at else unix_s(session.starts_at)
    ends_s = max(planned_s, session_ends_s(show, session), unix_s(session.starts_at) + 1)  # DTEND is after DTSTART
    return moment(next_second(ends_s), "UTC")


def _description(show: Show, session: ShowSession, book: Book) -> str:
    """Return the entries, a line each."""
    mine = tuple(entry.position for entry in show.items if entry.session == session.id)
    listed = ShowList(id="", kind="session", title="", positions=mine)
    return "\n".join(_line(row, show.timezone) for group in groups(show, listed, book.event) for row in group.rows)


def _line(row: Row, zone: str) -> str:
    at = f"{moment(whole_second(row.starts_s), zone):%H:%M} " if row.starts_s is not None else ""
    kind = "" if row.entry.kind == "clip" else f" ({KINDS[row.entry.kind].th})"
    return f"{at}{row.title}{kind}"
