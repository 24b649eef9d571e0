"""The calendar as another program reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Component
from long_show import BOOK, PLACES, real_show
from show_factory import START, entries, show
from test_table import titled, untimed

from pipeline.deliver.pages import one_line
from pipeline.rundown.calendar import calendar
from pipeline.show.model import Show

REAL = real_show()


def meetings(made: Show) -> list[Component]:
    return list(Calendar.from_ical(calendar(made, BOOK, PLACES)).walk("VEVENT"))


def test_each_session_is_an_event_where_and_when_it_is() -> None:
    found = meetings(REAL)
    assert [str(each["summary"]).split(" · ")[0] for each in found] == ["ช่วงเช้า", "ช่วงบ่าย", "พิธีปิด"]
    first = found[0]
    assert first.decoded("dtstart") == START.astimezone(UTC)
    last = next(entry for entry in REAL.items if entry.id == "break")
    ends_at = REAL.starts_at(last) + timedelta(seconds=last.frames / 30)
    assert timedelta(0) <= first.decoded("dtend") - ends_at < timedelta(seconds=1)
    assert str(first["location"]) == f"ห้องใหญ่, {BOOK.event.venue}"
    assert str(first["url"]) == "https://example.org/event/playlists/session-morning.html"
    assert len(str(first["description"]).splitlines()) == sum(each.session == "morning" for each in REAL.items)


def test_it_lasts_as_planned_where_the_entries_are_shorter() -> None:
    noon = START.replace(hour=12)
    sessions = tuple(each.model_copy(update={"ends_at": noon}) for each in REAL.sessions[:1])
    made = REAL.model_copy(update={"sessions": (*sessions, *REAL.sessions[1:])})
    assert meetings(made)[0].decoded("dtend") == noon.astimezone(UTC)


def test_a_session_without_a_time_is_in_no_calendar() -> None:
    assert meetings(untimed(REAL)) == []


def test_a_session_that_moves_stays_the_same_event() -> None:
    moved = tuple(each.model_copy(update={"starts_at": each.starts_at + timedelta(hours=1)}) for each in REAL.sessions)
    after = meetings(REAL.model_copy(update={"sessions": moved}))
    assert [each["uid"] for each in after] == [each["uid"] for each in meetings(REAL)]
    assert [each.decoded("dtstamp") for each in after] == [datetime(2022, 9, 27, tzinfo=UTC)] * 3


@example("a;b,c\\n\nEND:VEVENT")
@example("ก" * 300)
@example("\u0e33" * 80)
@given(title=st.text(max_size=90) | st.text(st.sampled_from('กำ่;,:\\\n\r"a'), max_size=90))
def test_any_title_comes_back_and_no_line_is_too_long(title: str) -> None:
    text = calendar(titled(title), BOOK, PLACES)
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode("utf-8")
    morning = Calendar.from_ical(text).walk("VEVENT")[0]
    lines = str(morning["description"]).split("\n")
    assert lines[0] == f"09:00 {one_line(title)} (เปิดงาน)"
    assert len(lines) == sum(each.session == "morning" for each in entries())
    assert len(Calendar.from_ical(text).walk("VEVENT")) == len(show().sessions)
