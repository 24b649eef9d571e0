"""Chapters of a list that is one film: as text for YouTube, and as metadata for an MP4. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from pipeline.deliver.pages import one_line
from pipeline.reasons import Reason, reason
from pipeline.show.model import Show, ShowList
from pipeline.text.thai import clusters
from pipeline.units import clock_text

FEWEST, SHORTEST_S = 3, 10
"""Fewer chapters, or shorter ones, and YouTube shows none. Source: YouTube Help, "Video Chapters"."""
LONGEST_DESCRIPTION_BYTES = 4500
"""YouTube takes 5,000 bytes of description; the rest is for the post's own words. Source: YouTube Data API, videos."""
TITLE_LENGTHS = (100, 70, 50, 40, 30)
"""Longest titles in characters, tried until the text is short enough."""
LONGEST_TITLE_BYTES = 255
"""What fits in a chapter of an MP4, whose title has its length in one byte. Source: ffmpeg, mov_write_chpl_tag."""
_SPECIAL = re.compile(r"[=;#\\]")
_TIME_IN_TITLE = re.compile(r"(?<=\d):(?=\d)")
_NOT_ON_YOUTUBE = str.maketrans("<>", "‹›")


@dataclass(frozen=True)
class Chapter:
    """A line of the list: the second of the film, and what is shown from there on."""

    at_s: Fraction
    title: str


def youtube_chapters(show: Show, listed: ShowList) -> str:
    """Return lines for a video's description, and below them what has no line of its own, in words.

    An entry shorter than 10 s has none: it is shown in the chapter before it, and the first chapter begins at 0:00
    whatever comes first. A chapter begins at the first whole second of its entry. Fewer than three chapters are none:
    then only the words are there.
    """
    chapters, skipped = _chapters(show, listed)
    if len(chapters) < FEWEST:
        return _said(reason("chapters-few", FEWEST, SHORTEST_S))
    words = _said(reason("chapters-skipped", SHORTEST_S, ", ".join(skipped))) if skipped else ""
    for most in TITLE_LENGTHS:
        lines = "".join(f"{clock_text(each.at_s)} {_cut(each.title, most)}\n" for each in chapters)
        if len(lines.encode()) <= LONGEST_DESCRIPTION_BYTES:
            break
    return lines + ("\n" + words if words else "")


def chapters_metadata(show: Show, listed: ShowList) -> str:
    """Return chapters as ffmpeg reads them (``-f ffmetadata``): every entry of the list, exact to the frame.

    In an MP4 they stay exact when the movie's time scale is a multiple of the frame rate: ``-movie_timescale``.
    """
    rate = show.frame_rate
    lines = [";FFMETADATA1", f"title={_escaped(listed.title)}"]
    starts = 0
    for entry in show.entries(listed):
        ends = starts + entry.frames
        lines += ["[CHAPTER]", f"TIMEBASE={rate.denominator}/{rate.numerator}", f"START={starts}", f"END={ends}"]
        lines.append(f"title={_escaped(entry.title)}")
        starts = ends
    return "\n".join(lines) + "\n"


def _chapters(show: Show, listed: ShowList) -> tuple[list[Chapter], list[str]]:
    """Return the chapters, and the titles of entries that are too short to be one."""
    timed = list(show.timed(listed))
    starts = [ceil(at_s) for at_s, _ in timed]
    ends = [*starts[1:], floor(show.length_s(listed))][: len(starts)]
    chapters: list[Chapter] = []
    skipped: list[str] = []
    for (_, entry), starts_s, ends_s in zip(timed, starts, ends, strict=True):
        title = _plain(entry.title)
        if ends_s - starts_s >= SHORTEST_S:
            chapters.append(Chapter(Fraction(starts_s if chapters else 0), title))
        else:
            skipped.append(title)
    return chapters, list(dict.fromkeys(skipped))


def _said(why: Reason) -> str:
    return f"{why.th}\n{why.en}\n"


def _plain(title: str) -> str:
    """Return a title without what YouTube refuses, or would take for a time."""
    return _TIME_IN_TITLE.sub("\u2236", one_line(title).translate(_NOT_ON_YOUTUBE))


def _escaped(title: str) -> str:
    """Return a title for ffmetadata. Source: ffmpeg, "Metadata"."""
    return _SPECIAL.sub(r"\\\g<0>", _within_bytes(clusters(one_line(title))))


def _within_bytes(pieces: Iterable[str]) -> str:
    """Return as many whole clusters as fit in a chapter."""
    text = ""
    for piece in pieces:
        if len((text + piece).encode()) > LONGEST_TITLE_BYTES:
            break
        text += piece
    return text


def _cut(title: str, most: int) -> str:
    pieces = clusters(title)
    return title if len(pieces) <= most else "".join(pieces[: most - 1]).rstrip() + "…"
