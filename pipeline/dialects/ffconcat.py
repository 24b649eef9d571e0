"""ffconcat: the list of ffmpeg's concat demuxer. Pure."""

from __future__ import annotations

from pipeline.show.model import Show, ShowList
from pipeline.units import seconds_text


def ffconcat(show: Show, listed: ShowList, base: str) -> str:
    """Return the list, each file behind ``base``, with its length so that the whole can be seeked.

    ``../`` is not "safe" to the demuxer; ``-safe 0`` is all that is needed: ``ffmpeg -f concat -safe 0 -i LIST``. No
    title is in it. ffmpeg ends with status 0 even where a file is missing and the rest was left out: compare the length
    of what it wrote. Source: ffmpeg-formats, "concat"; ``libavformat/concatdec.c``.
    """
    lines = ["ffconcat version 1.0"]
    for entry in show.entries(listed):
        lines += [f"file '{base}{entry.master}'", f"duration {seconds_text(entry.length_s(show.frame_rate), 6)}"]
    return "\n".join(lines) + "\n"
