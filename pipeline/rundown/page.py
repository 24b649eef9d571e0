"""The run-down as a page: on paper (A4, landscape) for those who sit at the desk, and on a phone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from pipeline.deliver.pages import Pages, Words, href
from pipeline.reasons import Reason
from pipeline.rundown.rows import KINDS, Group, Row, moment, whole_second
from pipeline.show.model import EntryKind, Show, ShowList
from pipeline.text.dates import thai_date
from pipeline.units import clock_text

TEMPLATE = "rundown.html.j2"
LOOK = "playlists/look"
"""Where the pages' style and faces are; the lists beside it stay easy to find."""


@dataclass(frozen=True)
class Line:
    """A row as the page prints it. Times are of the second that has begun, so that no clip seems to start early."""

    number: int
    poster: str | None
    starts: str
    runs_from: str
    length: str
    title: str
    below: tuple[str, ...]
    """Partner, theme, and why it is a slate."""
    kind: EntryKind
    kind_words: Words


@dataclass(frozen=True)
class Part:
    """A session as the page prints it."""

    name: str
    place: str
    """Room and day; empty where nothing is known."""
    hours: str
    late: str
    """By how much the session takes longer than planned; empty where it does not."""
    count: int
    length: str
    lines: tuple[Line, ...]


def page(pages: Pages, show: Show, listed: ShowList, groups: Sequence[Group], name: str) -> str:
    """Return the page of one list; ``name`` is that of its files in ``playlists/``, without ending.

    Raises:
        PresetError: ``template-broken`` when the template is missing or misspelt.

    """
    counts = Counter(row.entry.kind for group in groups for row in group.rows)
    return pages.render(
        TEMPLATE,
        show=show,
        listed=listed,
        name=name,
        parts=[_part(group, show) for group in groups],
        is_timed=any(group.starts_s is not None for group in groups),
        total=running(floor(show.length_s(listed) + Fraction(1, 2))),
        counts=[(word, counts[kind]) for kind, word in KINDS.items() if counts[kind]],
        remarks=_remarks(show, listed),
        others=[(each, "rundown" if each.kind == "all" else each.id) for each in show.lists if each.id != listed.id],
    )


def running(seconds: int) -> str:
    """Return a clock that counts from 0: ``0:00:00``."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}"


def _part(group: Group, show: Show) -> Part:
    session = group.session
    day, hours = "", ""
    if group.starts_s is not None and group.ends_s is not None:
        starts_at, ends_at = (moment(at_s, show.timezone) for at_s in (group.starts_s, group.ends_s))
        day = f"{_weekday(starts_at.weekday())} {thai_date(starts_at.date())}"
        hours = f"{starts_at:%H:%M:%S}–{ends_at:%H:%M:%S} น."
    return Part(
        name=session.name,
        place=" · ".join(filter(None, (session.room, day))),
        hours=hours,
        late=clock_text(group.late_s) if group.late_s >= 1 else "",
        count=len(group.rows),
        length=clock_text(group.length_s),
        lines=tuple(_line(row, show) for row in group.rows),
    )


def _line(row: Row, show: Show) -> Line:
    entry = row.entry
    starts = f"{moment(whole_second(row.starts_s), show.timezone):%H:%M:%S}" if row.starts_s is not None else ""
    said = (row.owner, row.theme.name if row.theme else "", entry.reason.th if entry.reason else "")
    return Line(
        number=entry.position,
        poster=href(entry.poster, up=1) if entry.poster else None,
        starts=starts,
        runs_from=running(floor(row.runs_from_s)),
        length=clock_text(row.length_s),
        title=row.title,
        below=tuple(filter(None, said)),
        kind=entry.kind,
        kind_words=KINDS[entry.kind],
    )


def _remarks(show: Show, listed: ShowList) -> tuple[Reason, ...]:
    return show.remarks if listed.kind == "all" else ()


def _weekday(number: int) -> str:
    """Return the day's name, from Monday as 0."""
    return ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")[number]
