"""M3U8: a simple list that VLC, mpv and ffplayout's import read. Pure."""

from __future__ import annotations

import re

from pipeline.dialects.words import owner, title
from pipeline.show.model import Show, ShowList
from pipeline.units import seconds_text

_LONE_HYPHEN = re.compile(r"(?<!\S)-(?!\S)")
_TAG = re.compile("#(?=ext)", re.IGNORECASE)


def m3u8(show: Show, listed: ShowList, base: str) -> str:
    """Return a simple list: UTF-8 without a byte order mark, first line exactly ``#EXTM3U``, no HLS tag.

    Each file stands behind ``base``. VLC ends the artist at the first " - " and the title at a comma; ffmpeg takes a
    list for HLS where an HLS tag stands anywhere in it.
    """
    artist = _LONE_HYPHEN.sub("\u2013", owner(show))
    lines = ["#EXTM3U"]
    for entry in show.entries(listed):
        credit = _TAG.sub("\uff03", f"{artist} - {title(entry)}".replace(",", "\u201a"))
        lines += [f"#EXTINF:{seconds_text(entry.length_s(show.frame_rate))},{credit}", base + entry.master]
    return "\n".join(lines) + "\n"
