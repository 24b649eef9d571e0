"""Reads each entry's captions as a player would, and says which cannot be shown."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from pipeline.preflight.model import Problem, problem
from pipeline.preflight.places import Shelf
from pipeline.show.model import Entry, Show

_TIMES = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
"""Source: WebVTT, 4.1."""


def captions_of(entry: Entry, show: Show, out: Path, shelf: Shelf) -> list[Problem]:
    """Return what is wrong with an entry's captions: gone, not WebVTT, or longer than the entry."""
    found: list[Problem] = []
    length_s = entry.length_s(show.frame_rate)
    for path in entry.captions.values():
        inside = shelf.inside(path, "")
        fault = problem("entry-outside", entry.key, path) if inside is None else shelf.fault(inside, entry.key)
        if fault:
            found.append(fault)
            continue
        try:
            ends_s = last_end_s((out / path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            found.append(problem("captions-gone", entry.key, path, str(error)[:80]))
            continue
        if ends_s > length_s + 1 / show.frame_rate:
            found.append(problem("captions-overrun", entry.key, path, f"{float(ends_s):.3f}", f"{float(length_s):.3f}"))
    return found


def last_end_s(text: str) -> Fraction:
    """Return when the last cue of a WebVTT file ends; 0 where it has none.

    Raises:
        ValueError: it is not WebVTT, or a cue's times cannot be read.

    """
    if not re.match(r"\ufeff?WEBVTT(?:[ \t\r\n]|$)", text):
        raise ValueError(text[:20])
    ends = [Fraction(0)]
    for line in text.splitlines():
        begin, arrow, rest = line.partition("-->")
        if not arrow:
            continue
        start, end = _seconds(begin.strip()), _seconds(rest.strip().partition(" ")[0])
        if start is None or end is None or end <= start:
            raise ValueError(line[:80])
        ends.append(end)
    return max(ends)


def _seconds(text: str) -> Fraction | None:
    found = _TIMES.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds, part = (int(each or 0) for each in found.groups())
    return Fraction(((hours * 60 + minutes) * 60 + seconds) * 1000 + part, 1000)
