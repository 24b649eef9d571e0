"""XSPF: the list that VLC and Liquidsoap read. Pure."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from pipeline.dialects.words import one_line, owner, title
from pipeline.show.model import Show, ShowList
from pipeline.units import seconds_text

XSPF = "http://xspf.org/ns/0/"


def xspf(show: Show, listed: ShowList, base: str) -> str:
    """Return XSPF version 1: durations in milliseconds, only elements of the specification (VLC stops at others).

    Each file stands behind ``base``, which makes a URI of it. VLC shows ``&lt;`` in a title as ``<``, however it is
    written. Source: xspf.org/xspf-v1.html; ``modules/demux/playlist/xspf.c`` of VLC.
    """
    root = ET.Element("playlist", {"version": "1", "xmlns": XSPF})
    ET.SubElement(root, "title").text = one_line(listed.title) or listed.id
    ET.SubElement(root, "creator").text = owner(show)
    tracks = ET.SubElement(root, "trackList")
    for number, entry in enumerate(show.entries(listed), 1):
        track = ET.SubElement(tracks, "track")
        ET.SubElement(track, "location").text = base + entry.master
        ET.SubElement(track, "title").text = title(entry)
        ET.SubElement(track, "creator").text = owner(show)
        ET.SubElement(track, "trackNum").text = str(number)
        ET.SubElement(track, "duration").text = seconds_text(entry.length_s(show.frame_rate) * 1000, 0)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
