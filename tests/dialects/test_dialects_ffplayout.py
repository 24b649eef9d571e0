"""ffplayout's day lists: its schema, and that everything begins at its time."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dialect_shows import WITH_BREAK, with_break
from hypothesis import given, settings
from hypothesis import strategies as st
from show_factory import entries, show

from pipeline.dialects.ffplayout import DAY_STARTS_AT, ffplayout
from pipeline.show.model import Show

ZONE = ZoneInfo("Asia/Bangkok")
KEYS = {"in": float, "out": float, "duration": float, "source": str, "title": str}
"""Source: ffplayout 2.0.0-rc3, ``Media`` in ``player/utils/mod.rs``."""


def checked(text: str, day: date) -> list[tuple[float, dict[str, Any]]]:
    """Hold a list against ffplayout's schema; return each item with its second of the day, added up as it does."""
    playlist = json.loads(text)
    assert list(playlist) == ["channel", "date", "program"]
    assert playlist["date"] == day.isoformat()
    at_s, begins = 5 * 3600 + 59 * 60 + 25.0, []
    for item in playlist["program"]:
        assert {key: type(value) for key, value in item.items()} == KEYS
        assert 0 <= item["in"] < item["out"] <= item["duration"]
        assert item["source"].startswith("/srv/masters/")
        begins.append((at_s, item))
        at_s += item["out"] - item["in"]
    assert at_s == pytest.approx(5 * 3600 + 59 * 60 + 25 + 86400, abs=1e-5)
    return begins


def moved(made: Show, *starts_at: datetime) -> Show:
    sessions = tuple(
        session.model_copy(update={"starts_at": at}) for session, at in zip(made.sessions, starts_at, strict=True)
    )
    return made.model_copy(update={"sessions": sessions})


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2022, 9, day, hour, minute, second, tzinfo=ZONE)


def test_sessions_begin_at_their_time() -> None:
    lists = ffplayout(with_break(), "/srv")
    assert list(lists) == [date(2022, 9, 27)]
    begins = checked(lists[date(2022, 9, 27)], date(2022, 9, 27))
    first = {name: next(b for b, item in begins if f"/{name}.air" in item["source"]) for name in ("opener", "three")}
    assert first["opener"] == pytest.approx(9 * 3600, abs=1e-5)
    assert first["three"] == pytest.approx(12 * 3600, abs=1e-5)


def test_idle_days_have_no_list_and_an_entry_over_the_edge_is_in_both() -> None:
    made = moved(with_break(), at(27, 5, 59, 24), at(29, 9))
    lists = ffplayout(made, "/srv")
    assert list(lists) == [date(2022, 9, 26), date(2022, 9, 27), date(2022, 9, 29)]
    last = checked(lists[date(2022, 9, 26)], date(2022, 9, 26))[-1][1]
    first = checked(lists[date(2022, 9, 27)], date(2022, 9, 27))[0][1]
    assert last["source"] == first["source"]
    assert (last["in"], last["out"], first["in"]) == (0.0, 1.0, 1.0)


@settings(max_examples=30)
@given(st.integers(0, 3 * 86400), st.integers(0, 30 * 3600))
def test_every_second_is_filled(first_s: int, apart_s: int) -> None:
    starts_at = at(27, 0) + timedelta(seconds=first_s)
    made = moved(with_break(), starts_at, starts_at + timedelta(seconds=apart_s))
    seen: list[str] = []
    for day, text in ffplayout(made, "/srv").items():
        begins = checked(text, day)
        for (_, item), (_, after) in pairwise(begins):
            filler = "/break.air" in item["source"]
            if item["in"] == 0 and not (
                filler and item["out"] - item["in"] < 1 and "/break.air" not in after["source"]
            ):
                assert item["out"] - item["in"] >= 1 or not filler
        seen += [item["source"] for _, item in begins if "/break.air" not in item["source"] and item["in"] == 0]
    names = [source.rpartition("/")[2].partition(".")[0] for source in seen]
    assert names == [part.id for part in WITH_BREAK if part.id != "break"]


def test_a_piece_that_would_be_skipped_shares_its_time() -> None:
    # Ten minutes before noon and half a second: 1,800.5 s are idle behind the morning.
    morning_s = sum(part.frames for part in WITH_BREAK if part.session == "morning") / 30
    made = moved(with_break(), at(27, 9), at(27, 9) + timedelta(seconds=int(morning_s) + 1801))
    begins = checked(ffplayout(made, "/srv")[date(2022, 9, 27)], date(2022, 9, 27))
    pieces = [item["out"] for begin, item in begins if 9 * 3600 + morning_s - 1 < begin < 9 * 3600 + morning_s + 1801]
    fillers = [length for length in pieces if length > 5]
    assert len(fillers) == 2
    assert fillers[0] == pytest.approx(fillers[1])
    assert sum(fillers) == pytest.approx(int(morning_s) + 1801 - morning_s)


def test_an_empty_show_has_no_day() -> None:
    assert ffplayout(show(entries(())), "/srv") == {}
    assert DAY_STARTS_AT.isoformat() == "05:59:25"
