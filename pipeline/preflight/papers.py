"""Says which lists and papers of the show must be there and are not, and reads those that no player plays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from pipeline.dialects.ffplayout import broadcast_days
from pipeline.preflight.days import day_path
from pipeline.preflight.hls import FOLDER, read_media
from pipeline.preflight.model import ListReport, Problem, problem
from pipeline.preflight.places import Shelf, read_text
from pipeline.show.model import Show

_EVERY = (".m3u8", ".xspf", ".ffconcat")
"""What every list of the show comes as."""
_PAPERS = tuple(f"playlists/rundown.{suffix}" for suffix in ("html", "csv", "ics", "xml"))


def wanted(show: Show) -> Iterator[tuple[str, str]]:
    """Yield the path of each list and paper that a show must have, and what it is of."""
    for listed in show.lists:
        if listed.positions:
            for suffix in _EVERY:
                yield f"playlists/{listed.id}{suffix}", listed.id
            yield f"{FOLDER}{listed.id}/master.m3u8", listed.id
    if show.items:
        yield "playlists/show.mp4", "show"
        yield "playlists/obs-scenes.json", "obs-scenes"
        for day in broadcast_days(show):
            yield day_path(day), day.isoformat()
        for path in _PAPERS:
            yield path, path.rpartition("/")[2]


def absent(show: Show, there: set[str], shelf: Shelf) -> Iterator[ListReport]:
    """Yield a report for each list and paper that is not there. ``there``: what has been read and is told already."""
    for path, of in wanted(show):
        if path not in there and shelf.size(path) is None:
            yield ListReport(list=path, entries=0, problems=(problem("list-absent", None, f"{of} ({path})"),))


def papers(show: Show, out: Path) -> Iterator[ListReport]:
    """Yield what is wrong with the calendar and the programme guide, where they are there."""
    for path, check in (("playlists/rundown.ics", _calendar), ("playlists/rundown.xml", _guide)):
        try:
            told = check(read_text(out / path), show)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, ET.ParseError) as error:
            told = [problem("list-unreadable", None, str(error)[:120])]
        yield ListReport(list=path, entries=len(show.items), problems=tuple(told))


def _calendar(text: str, show: Show) -> list[Problem]:
    from icalendar import Calendar  # noqa: PLC0415 - slow to import

    meetings = len(Calendar.from_ical(text).walk("VEVENT"))
    right = len({e.session for e in show.items} & {session.id for session in show.sessions if session.is_timed})
    return [] if meetings == right else [problem("list-rule", None, 0, f"VEVENT {meetings} ≠ {right}")]


def _guide(text: str, show: Show) -> list[Problem]:
    root = ET.fromstring(text)  # noqa: S314 - our own delivery; entities that grow are refused by expat 2.4
    if root.tag != "tv":
        return [problem("list-first-line", None, "<tv>")]
    is_timed = any(show.session(entry).is_timed for entry in show.items)
    return [problem("list-rule", None, 0, "<programme>")] if is_timed and root.find("programme") is None else []


def check_captions(path: str, texts: Mapping[str, str], shelf: Shelf, out: Path) -> list[Problem]:
    """Return what is wrong with the caption segments of the HLS list at ``path``."""
    found: list[Problem] = []
    folder = path.rpartition("/")[0] + "/"
    for child in (each for each in texts if each.startswith(folder) and each != path):
        names = dict.fromkeys(uri for uri, _, _ in read_media(texts[child]).segments if uri.endswith(".vtt"))
        for inside in (shelf.inside(name, child) for name in names):
            if inside is None or shelf.size(inside) is None:
                continue  # told with the list
            try:
                head = read_text(out / inside).lstrip("\ufeff").split("\n\n")[0]
            except (OSError, ValueError) as error:
                found.append(problem("captions-gone", None, inside, str(error)[:80]))
                continue
            if not head.startswith("WEBVTT") or "\nX-TIMESTAMP-MAP=" not in head:
                found.append(problem("captions-segment", None, inside))
    return found
