"""Compares the lists of broadcast days with the show as it is laid on the wall clock. Pure but for the shelf."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import accumulate

from pipeline.dialects.ffplayout import broadcast_days, day_span_s
from pipeline.preflight.model import Item, Problem, Reading, problem
from pipeline.preflight.places import Shelf
from pipeline.show.channel import Run, filler_of
from pipeline.show.model import Entry, Show

FOLDER = "playlists/ffplayout/"


def day_path(day: date) -> str:
    """Return where the list of a broadcast day lies."""
    return f"{FOLDER}{day:%Y/%m/%Y-%m-%d}.json"


def check_day(path: str, reading: Reading, show: Show, shelf: Shelf) -> list[Problem]:
    """Return what is wrong with a day's list: each entry at its time, once, and nothing but the filler between."""
    days = {day_path(day): (day, runs) for day, runs in broadcast_days(show).items()}
    if path not in days:
        return [problem("list-unknown", None, path)]
    found = list(reading.faults)
    day, planned = days[path]
    from_s, until_s = day_span_s(show, day)
    by_file = {file: entry for entry in show.items for file in entry.media.values()}
    known: dict[str, Entry | None] = {}
    for item in {item.name: item for item in reading.items}.values():  # a filler fills hours
        inside = shelf.inside(item.name, path)
        known[item.name] = entry = by_file.get(inside or "")
        key = entry.key if entry else None
        fault = problem("entry-outside", key, item.name[:120]) if inside is None else shelf.fault(inside, key)
        if fault or entry is None:
            found.append(fault or problem("list-extra", None, 0, item.name[:120]))
    found += _files_differ(reading, known, show)
    found += _times(reading, known, planned, from_s, show)
    total = sum((item.length_s or Fraction(0) for item in reading.items), Fraction(0))
    if reading.items and abs(total - (until_s - from_s)) > 1 / show.frame_rate:
        found.append(problem("list-length", None, f"{float(total):.3f}", f"{float(until_s - from_s):.3f}"))
    return found


def _files_differ(reading: Reading, known: dict[str, Entry | None], show: Show) -> list[Problem]:
    told = dict.fromkeys((item.name, item.file_s) for item in reading.items)
    return [
        problem("list-duration", entry.key, f"{float(file_s):.3f}", f"{float(entry.length_s(show.frame_rate)):.3f}")
        for name, file_s in told
        if (entry := known[name]) and file_s is not None
        if abs(file_s - entry.length_s(show.frame_rate)) > 1 / show.frame_rate
    ]


def _times(
    reading: Reading, known: dict[str, Entry | None], planned: tuple[Run, ...], from_s: Fraction, show: Show
) -> list[Problem]:
    """Return which entry is not at its time or not there, and what stands there once too often."""
    lengths = (item.length_s or Fraction(0) for item in reading.items)
    begins = list(accumulate(lengths, initial=from_s))[:-1]
    listed = show.list("show")
    filler = filler_of(show, show.entries(listed) if listed else ())
    left: dict[str, list[tuple[Fraction, int, Item]]] = {}
    for number, (begin_s, item) in enumerate(zip(begins, reading.items, strict=True), 1):
        if entry := known[item.name]:
            left.setdefault(entry.master, []).append((begin_s, number, item))
    found: list[Problem] = []
    for run in planned:
        at_s = max(run.starts_s, from_s)
        among = left.get(run.entry.master, [])
        best = min(among, key=lambda each: abs(each[0] - at_s), default=None)
        is_there = best is not None and abs(best[0] - at_s) <= 1 / show.frame_rate
        if best is None or (not is_there and filler is not None and run.entry.master == filler.master):
            found.append(problem("list-missing", run.entry.key, run.entry.title))
            continue
        among.remove(best)
        if not is_there:
            late_s = f"{float(best[0] - at_s):+.1f}"
            found.append(problem("list-time", run.entry.key, run.entry.title, late_s))
    for master, rest in left.items():
        if filler is None or master != filler.master:
            found += [problem("list-extra", None, number, item.name[:120]) for _, number, item in rest]
    return found
