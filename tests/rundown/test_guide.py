"""The programme guide: read back, and in the order that the DTD of XMLTV asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st
from long_show import BOOK, PLACES, real_show
from test_table import titled, untimed

from pipeline.rundown.guide import channel_id, guide
from pipeline.show.model import Show

REAL = real_show()
PROGRAMME = re.compile(
    r"(title )+(sub-title )*(desc )*(credits )?(date )?(category )*(keyword )*(language )?(orig-language )?(length )?"
    r"(icon )*(url )*(country )*(episode-num )*"
)
"""Source: xmltv.dtd, ELEMENT programme."""


def tree(made: Show) -> ET.Element:
    return ET.fromstring(guide(made, BOOK, PLACES))  # noqa: S314 - our own text


def at(text: str | None) -> datetime:
    assert text
    return datetime.strptime(text, "%Y%m%d%H%M%S %z")


def test_children_stand_in_the_order_of_the_dtd() -> None:
    root = tree(REAL)
    assert re.fullmatch(r"(channel )*(programme )*", "".join(f"{child.tag} " for child in root))
    for programme in root.iter("programme"):
        assert PROGRAMME.fullmatch("".join(f"{child.tag} " for child in programme))
        assert set(programme.attrib) == {"start", "stop", "channel"}
    assert all(channel.find("display-name") is not None for channel in root.iter("channel"))


def test_every_entry_is_on_the_channel_of_its_room_at_its_time() -> None:
    found = list(tree(REAL).iter("programme"))
    assert [each.findtext("title") for each in found] == [entry.title for entry in REAL.items]
    for programme, entry in zip(found, REAL.items, strict=True):
        assert programme.get("channel") == channel_id(REAL, REAL.session(entry).room)
        assert abs((at(programme.get("start")) - REAL.starts_at(entry)).total_seconds()) <= 0.5
        assert str(programme.get("start")).endswith(" +0700")


def test_on_a_channel_each_programme_stops_where_the_next_starts() -> None:
    days = defaultdict(list)
    for programme, entry in zip(tree(REAL).iter("programme"), REAL.items, strict=True):
        days[entry.session].append((programme.get("start"), programme.get("stop")))
    for times in days.values():
        assert [stop for _, stop in times[:-1]] == [start for start, _ in times[1:]]


def test_it_says_language_theme_and_picture() -> None:
    clip = list(tree(REAL).iter("programme"))[2]
    assert [(each.get("lang"), each.text) for each in clip.iter("category")] == [
        ("th", "สิ่งแวดล้อมยั่งยืน"),
        ("en", "Sustainable environment"),
    ]
    icon = clip.find("icon")
    assert icon is not None
    assert icon.get("src") == "https://example.org/event/clips/songkhla-community-foundation/poster.jpg"


def test_a_session_without_a_time_is_in_no_guide() -> None:
    assert list(tree(untimed(REAL))) == []


@example("]]><title>&amp;\ufffe\uffff\x0b")
@given(title=st.text(max_size=40) | st.text(st.sampled_from("<>&\"'\ufffe\x00\x1fก"), max_size=20))
def test_any_title_is_xml(title: str) -> None:
    found = tree(titled(title))
    assert len(list(found.iter("programme"))) == 5
    shown = found.findtext("programme/title") or ""
    assert not re.search("[\x00-\x1f\ufffe\uffff]", shown)
