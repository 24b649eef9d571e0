"""The run-down: the show as a table for people and spreadsheets. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from pipeline.deliver.show import ShowItem
from pipeline.preset.model import Book
from pipeline.store.package import Package
from pipeline.units import seconds_text

HEAD = ("position", "starts_at", "duration_s", "kind", "title", "theme", "file", "note")


def rundown(items: Sequence[ShowItem], book: Book) -> Package:
    """Return ``rundown.csv``: UTF-8 with BOM, so that a spreadsheet shows Thai; starts run from 0:00:00."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # Source: RFC 4180, 2
    writer.writerow(HEAD)
    starts_s = Fraction(0)
    for item in items:
        theme = book.event.theme_of(item.partner.theme if item.partner else None)
        writer.writerow(
            [
                item.position,
                clock(starts_s),
                seconds_text(item.duration_s),
                item.kind,
                _inert(item.title),
                _inert(theme.name if theme else ""),
                item.file,
                item.reason.th if item.reason else "",
            ]
        )
        starts_s += item.duration_s
    return {"playlists/rundown.csv": "\ufeff" + text.getvalue()}


def clock(seconds: Fraction) -> str:
    """Return ``h:mm:ss.mmm``."""
    whole, part = seconds_text(seconds).split(".")
    minutes, second = divmod(int(whole), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}.{part}"


def _inert(text: str) -> str:
    """Return ``text`` so that a spreadsheet does not run it as a formula. Source: OWASP, CSV injection."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
