"""The show as a programme guide (XMLTV), for players and boxes that show what is on and what is next. Pure."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree as ET

from pipeline.deliver.pages import one_line
from pipeline.preset.model import Book
from pipeline.rundown.rows import Row, groups, moment
from pipeline.show.model import Places, Show, ShowList
from pipeline.units import seconds_text

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
"""Characters that no XML document may contain and that are not control characters. Source: XML 1.0, 2.2."""


def guide(show: Show, book: Book, places: Places) -> str:
    """Return every entry of the sessions that have a time as a programme, on the channel of its room.

    Children stand in the order of the DTD: title, desc, category, length, icon. Times are whole seconds, rounded half
    up, so that each programme stops where the next starts; what is shorter than that is left out.
    """
    root = ET.Element("tv", {"generator-info-name": "Showcase", "source-info-name": _plain(show.event_name)})
    timed = [session for session in show.sessions if session.is_timed]
    rooms = dict.fromkeys(session.room for session in timed)
    for room in rooms:
        channel = ET.SubElement(root, "channel", {"id": channel_id(show, room)})
        ET.SubElement(channel, "display-name", {"lang": "th"}).text = _plain(room) or _plain(show.event_name)
    every = ShowList(id="", kind="all", title="", positions=tuple(entry.position for entry in show.items))
    for group in groups(show, every, book.event):
        if group.session.is_timed:
            for row in group.rows:
                _programme(root, row, show, book, places)
    ET.indent(root)
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def channel_id(show: Show, room: str) -> str:
    """Return the channel of a room: the same as long as the room's name is. Players keep their settings by it."""
    return f"{hashlib.sha256(room.encode()).hexdigest()[:8]}.{show.event_id}.showcase"


def _programme(root: ET.Element, row: Row, show: Show, book: Book, places: Places) -> None:
    starts_s = row.starts_s if row.starts_s is not None else Fraction(0)
    start, stop = (_time(at_s, show.timezone) for at_s in (starts_s, starts_s + row.length_s))
    if start == stop:
        return
    channel = channel_id(show, show.session(row.entry).room)
    programme = ET.SubElement(root, "programme", {"start": start, "stop": stop, "channel": channel})
    ET.SubElement(programme, "title", {"lang": "th"}).text = _plain(row.title)
    partner = book.event.partner(row.entry.partner)
    if partner and partner.name_en and not row.owner:
        ET.SubElement(programme, "title", {"lang": "en"}).text = _plain(partner.name_en)
    said = " · ".join(filter(None, (row.owner, row.entry.reason.th if row.entry.reason else "")))
    if said:
        ET.SubElement(programme, "desc", {"lang": "th"}).text = _plain(said)
    if row.theme:
        ET.SubElement(programme, "category", {"lang": "th"}).text = _plain(row.theme.name)
        if row.theme.name_en:
            ET.SubElement(programme, "category", {"lang": "en"}).text = _plain(row.theme.name_en)
    ET.SubElement(programme, "length", {"units": "seconds"}).text = seconds_text(row.length_s, 0)
    if places.base_url and row.entry.poster:
        ET.SubElement(programme, "icon", {"src": f"{places.base_url}/{quote(row.entry.poster)}"})


def _time(at_s: Fraction, zone: str) -> str:
    return f"{moment(at_s, zone):%Y%m%d%H%M%S %z}"


def _plain(text: str) -> str:
    return one_line(text).translate(_NOT_XML)
