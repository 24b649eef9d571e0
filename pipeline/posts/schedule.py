"""When posts go out, as a table and as a calendar. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from pipeline.posts.build import Post
from pipeline.preset.model import Event

PRODUCT = "-//Showcase//Posts//TH"
_LENGTH = timedelta(minutes=15)
"""How long posting takes: the length of an entry in the calendar."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is worked out by spreadsheets. Source: OWASP, CSV Injection."""


def as_table(posts: Sequence[Post]) -> str:
    """Return a row a post, with a byte order mark so that spreadsheets read Thai; lines end with CRLF (RFC 4180)."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\r\n")
    rows.writerow(("วัน", "เวลา", "ลำดับ", "โพสต์", "หน่วยงาน", "ช่องทาง", "โฟลเดอร์"))
    for post in posts:
        if post.at:
            where = ", ".join(offer.name for offer in post.offers if not offer.problems)
            partner = post.said.partner or ""
            row = (f"{post.at:%Y-%m-%d}", f"{post.at:%H:%M}", post.roster, post.title, partner, where, post.id)
            rows.writerow([_plain(cell) for cell in row])
    return "\ufeff" + table.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_calendar(posts: Sequence[Post], event: Event) -> str:
    """Return an event a post (iCalendar, RFC 5545), in UTC; the same posts give the same bytes."""
    from icalendar import Calendar  # noqa: PLC0415 - start-up of the command stays fast
    from icalendar import Event as Slot  # noqa: PLC0415 - same

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", f"โพสต์ · {event.name}")
    for post in posts:
        if post.at is None:
            continue
        slot = Slot()
        slot.add("uid", str(uuid5(NAMESPACE_URL, f"showcase:{event.id}/posts/{post.id}")))
        slot.add("dtstamp", datetime.combine(event.starts_on, time(), UTC))
        slot.add("dtstart", post.at.astimezone(UTC))
        slot.add("dtend", (post.at + _LENGTH).astimezone(UTC))
        slot.add("summary", f"โพสต์: {post.title}")
        slot.add("description", f"posts/{post.id}/index.html\n\n{post.text}")
        made.add_component(slot)
    return str(made.to_ical().decode("utf-8"))
