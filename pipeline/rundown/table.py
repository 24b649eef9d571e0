"""The run-down as a table for spreadsheets. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from pipeline.deliver.pages import one_line
from pipeline.rundown.rows import Group, Row, moment
from pipeline.units import seconds_text

HEAD = (
    *("position", "session", "room", "starts_at", "runs_from", "duration_s", "frames"),
    *("kind", "title", "theme", "file", "note"),
)
FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for the start of a formula. Source: OWASP, CSV Injection."""
CLOCK_DIGITS = 3


def table(groups: Sequence[Group], zone: str) -> str:
    """Return the rows as CSV (RFC 4180) in UTF-8 with BOM, so that a spreadsheet shows Thai.

    ``position`` is the place in the whole show, as in ``file``. ``starts_at`` is local time of the event, CE, empty
    where nobody said when the session starts; ``runs_from`` counts from the list's start. Both are rounded to
    milliseconds; ``frames`` is exact.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # Source: RFC 4180, 2
    writer.writerow(HEAD)
    for group in groups:
        writer.writerows(_cells(group, row, zone) for row in group.rows)
    return "\ufeff" + text.getvalue()


def running(at_s: Fraction) -> str:
    """Return ``h:mm:ss.mmm``."""
    whole, part = seconds_text(at_s, CLOCK_DIGITS).split(".")
    minutes, second = divmod(int(whole), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}.{part}"


def _cells(group: Group, row: Row, zone: str) -> list[str | int]:
    entry = row.entry
    starts_at = moment(row.starts_s, zone, CLOCK_DIGITS) if row.starts_s is not None else None
    return [
        entry.position,
        _inert(group.session.name),
        _inert(group.session.room),
        starts_at.replace(tzinfo=None).isoformat(timespec="milliseconds") if starts_at else "",
        running(row.runs_from_s),
        seconds_text(row.length_s),
        entry.frames,
        entry.kind,
        _inert(row.title),
        _inert(row.theme.name if row.theme else ""),
        _inert(entry.file),
        _inert(entry.reason.th if entry.reason else ""),
    ]


def _inert(text: str) -> str:
    """Return ``text`` on one line, so that a spreadsheet does not run it as a formula."""
    line = one_line(text)
    return f"'{line}" if line[:1] in FORMULAS else line
