"""ffplayout: one list for each broadcast day, in which everything begins at its time. Pure.

ffplayout adds up lengths from the start of its day to know when an item begins. So idle time is filled here, to the
microsecond, and a day is always 24 hours long. Items shorter than a second are skipped by it.
Source: ffplayout 2.0.0-rc3, ``json_serializer.rs``, ``input/playlist.rs``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import islice
from zoneinfo import ZoneInfo

from pipeline.dialects.words import owner, title
from pipeline.noun import Noun
from pipeline.show.channel import Airing, Run, runs, unix_s
from pipeline.show.model import Entry, Show

DAY_STARTS_AT = time(5, 59, 25)
"""ffplayout's own setting. Source: ``migrations/00001_create_tables.sql``."""
DAY_S = 86400
"""Length of a list, as ffplayout sets it."""
SHORTEST_S = 1
"""Source: ``gen_source`` in ``input/playlist.rs``."""


class Item(Noun):
    """What is played of an entry."""

    entry: Entry
    from_s: Fraction
    until_s: Fraction


def ffplayout(show: Show, root: str) -> dict[date, str]:
    """Return each broadcast day with something planned → its list, with absolute paths.

    A day runs from 05:59:25 for 24 hours: leave ``day_start`` and ``length`` as ffplayout sets them, and set the
    channel's time zone to the event's.
    """
    _, filler = _programme(show)
    days: dict[date, str] = {}
    for day, today in broadcast_days(show).items():
        from_s, until_s = day_span_s(show, day)
        if filler is not None:
            items = _filled(today, filler, from_s, until_s, show.frame_rate)
            days[day] = _text(show, day, items, root)
    return days


def broadcast_days(show: Show) -> dict[date, tuple[Run, ...]]:
    """Return each broadcast day with something planned → what is planned, as it is laid on the wall clock."""
    programme, _ = _programme(show)
    if not programme:
        return {}
    ends_s = [run.ends_s(show.frame_rate) for run in programme]
    day = _day_of(programme[0].starts_s, ZoneInfo(show.timezone))
    days: dict[date, tuple[Run, ...]] = {}
    while day_span_s(show, day)[0] < ends_s[-1]:
        from_s, until_s = day_span_s(show, day)
        both = zip(programme, ends_s, strict=True)
        today = tuple(run for run, end_s in both if end_s > from_s and run.starts_s < until_s)
        if today:
            days[day] = today
        day += timedelta(days=1)
    return days


def day_span_s(show: Show, day: date) -> tuple[Fraction, Fraction]:
    """Return when a broadcast day begins and ends, in Unix time: 24 hours, also where clocks are changed."""
    from_s = unix_s(datetime.combine(day, DAY_STARTS_AT, ZoneInfo(show.timezone)))
    return from_s, from_s + DAY_S


def _programme(show: Show) -> tuple[Sequence[Run], Entry | None]:
    """Return what is planned, in order, and what fills the time between and around it."""
    listed = show.list("show")
    count = len(listed.positions) if listed else 0
    if not listed or not count:
        return (), None
    from_s = unix_s(show.starts_at(show.entries(listed)[0]))
    # A start is known to the microsecond; what begins within it is still to come.
    laid = runs(show, Airing(), from_s)
    programme = list(islice((run for run in laid if not run.is_filler), count))
    return programme, next(laid).entry


def _day_of(at_s: Fraction, zone: ZoneInfo) -> date:
    local = datetime.fromtimestamp(int(at_s), zone)
    return local.date() if local.time() >= DAY_STARTS_AT else local.date() - timedelta(days=1)


def _filled(
    today: Sequence[Run], filler: Entry, from_s: Fraction, until_s: Fraction, frame_rate: Fraction
) -> Iterator[Item]:
    """Yield what is on from ``from_s`` until ``until_s``, without a hole."""
    at_s = from_s
    for run in today:
        yield from _idle(filler, run.starts_s - at_s, frame_rate)
        cut_s = min(run.ends_s(frame_rate), until_s)
        at_s = max(run.starts_s, from_s)
        yield Item(entry=run.entry, from_s=at_s - run.starts_s, until_s=cut_s - run.starts_s)
        at_s = cut_s
    yield from _idle(filler, until_s - at_s, frame_rate)


def _idle(filler: Entry, idle_s: Fraction, frame_rate: Fraction) -> Iterator[Item]:
    """Yield the filler for ``idle_s``. A last piece that ffplayout would skip shares the time of the one before.

    Where less than a second is idle in all, ffplayout skips it and goes on that much early.
    """
    if idle_s <= 0:
        return
    length_s = filler.length_s(frame_rate)
    whole, rest_s = divmod(idle_s, length_s)
    if 0 < rest_s < SHORTEST_S and whole:
        whole, lasts_s = whole - 1, [(length_s + rest_s) / 2] * 2
    else:
        lasts_s = [rest_s] if rest_s else []
    full = Item(entry=filler, from_s=Fraction(0), until_s=length_s)
    yield from (full for _ in range(whole))
    yield from (Item(entry=filler, from_s=Fraction(0), until_s=each_s) for each_s in lasts_s)


def _text(show: Show, day: date, items: Iterator[Item], root: str) -> str:
    """Return the list: a line for each item, so that people can read it too."""
    lines, last, line = [], None, ""
    for item in items:
        if item is not last:  # a filler fills hours: its line is written once
            last, line = item, _line(show, item, root)
        lines.append(line)
    head = f'"channel": {_json(owner(show))}, "date": "{day.isoformat()}"'
    return f'{{{head}, "program": [\n' + ",\n".join(lines) + "\n]}\n"


def _line(show: Show, item: Item, root: str) -> str:
    row = {
        "in": float(item.from_s),
        "out": float(item.until_s),
        "duration": float(item.entry.length_s(show.frame_rate)),
        "source": f"{root}/{item.entry.master}",
        "title": title(item.entry),
    }
    return _json(row)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
