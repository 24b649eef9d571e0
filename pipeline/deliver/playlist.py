"""The show as a list, in the dialects that players read. Pure.

File names inside the lists are plain ASCII by contract, so no dialect's escaping is ever needed for them; titles are
what people see, and each dialect has its own traps there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from pipeline.deliver.show import ShowItem
from pipeline.preset.model import Book
from pipeline.store.package import Package
from pipeline.units import seconds_text

XSPF = "http://xspf.org/ns/0/"
FOLDER = "../show/"


def playlists(items: Sequence[ShowItem], book: Book) -> Package:
    """Return ``playlists/``: the whole show as M3U8, XSPF and ffconcat."""
    return {
        "playlists/show.m3u8": m3u8(items, book),
        "playlists/show.xspf": xspf(items, book),
        "playlists/show.ffconcat": ffconcat(items),
    }


def m3u8(items: Sequence[ShowItem], book: Book) -> str:
    """Return a simple list: UTF-8 without BOM, first line exactly ``#EXTM3U``, no ``#EXT-X-`` (that makes it HLS)."""
    lines = ["#EXTM3U"]
    for item in items:
        # VLC splits the title at the first comma and at " - " (artist, title).
        title = _one_line(f"{book.event.name} - {item.title}").replace(",", "\u201a")
        lines += [f"#EXTINF:{seconds_text(item.duration_s)},{title}", FOLDER + item.file]
    return "\n".join(lines) + "\n"


def xspf(items: Sequence[ShowItem], book: Book) -> str:
    """Return XSPF version 1: durations in milliseconds, only elements of the specification (VLC stops at others)."""
    root = ET.Element("playlist", {"version": "1", "xmlns": XSPF})
    ET.SubElement(root, "title").text = _one_line(book.event.name)
    tracks = ET.SubElement(root, "trackList")
    for item in items:
        track = ET.SubElement(tracks, "track")
        ET.SubElement(track, "location").text = FOLDER + item.file
        ET.SubElement(track, "title").text = _one_line(item.title)
        ET.SubElement(track, "creator").text = _one_line(book.event.name)
        ET.SubElement(track, "trackNum").text = str(item.position)
        ET.SubElement(track, "duration").text = seconds_text(item.duration_s * 1000, 0)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def ffconcat(items: Sequence[ShowItem]) -> str:
    """Return a list for ffmpeg's concat demuxer. ``../`` is not "safe" to it: read with ``-safe 0``."""
    lines = ["ffconcat version 1.0"]
    for item in items:
        lines += [f"file '{FOLDER}{item.file}'", f"duration {seconds_text(item.duration_s, 6)}"]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """Return ``text`` as NFC without control characters. Source: RFC 8216, 4.1."""
    kept = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())
