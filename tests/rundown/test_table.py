"""The run-down as a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from long_show import BOOK, real_show
from show_factory import entries, show

from pipeline.rundown.rows import groups
from pipeline.rundown.table import FORMULAS, HEAD, running, table
from pipeline.show.model import Show, ShowSession

REAL = real_show()


def text_of(made: Show, list_id: str = "show") -> str:
    listed = made.list(list_id)
    assert listed
    return table(groups(made, listed, BOOK.event), made.timezone)


def rows(made: Show, list_id: str = "show") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(made, list_id).removeprefix("\ufeff"), newline="")))


def titled(title: str) -> Show:
    first, *others = entries()
    return show((first.model_copy(update={"title": title}), *others))


def untimed(made: Show) -> Show:
    sessions: tuple[ShowSession, ...] = tuple(each.model_copy(update={"is_timed": False}) for each in made.sessions)
    return made.model_copy(update={"sessions": sessions})


def test_it_opens_with_one_byte_order_mark_and_ends_lines_as_spreadsheets_do() -> None:
    data = text_of(REAL).encode("utf-8")
    assert data.startswith(b"\xef\xbb\xbfposition,")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.count(b"\n") == data.count(b"\r\n") == 1 + len(REAL.items)


@example("=cmd|' /C calc'!A0")
@example("@SUM(1)")
@example("+66 74 000 000")
@example("\t=1")
@example(" -1")
@example("＝1")
@example('a","=1')
@example("a\r\n=1,2")
@given(title=st.text(max_size=40) | st.text(st.sampled_from("=+-@＝\t\r\n,;\"' กa1"), max_size=20))
def test_no_title_is_run_as_a_formula_or_moves_a_cell(title: str) -> None:
    found = rows(titled(title))
    assert [row["file"] for row in found] == [entry.file for entry in entries()]
    assert found[0]["title"][:1] not in FORMULAS
    assert all(None not in row and set(row) == set(HEAD) for row in found)


def test_times_are_the_exact_ones() -> None:
    at = Fraction(0)
    for row, entry in zip(rows(REAL), REAL.items, strict=True):
        assert row["runs_from"] == running(at)
        assert int(row["frames"]) == entry.frames
        planned = datetime.fromisoformat(row["starts_at"])
        exact = REAL.starts_at(entry).replace(tzinfo=None)
        assert abs((planned - exact).total_seconds()) <= 0.0005001
        at += Fraction(entry.frames, 30)


def test_a_theme_runs_from_zero_but_keeps_its_place_in_the_show_and_the_day() -> None:
    found = rows(REAL, "theme-happy-society")
    assert found[0]["runs_from"] == "0:00:00.000"
    assert found[0]["position"] == found[0]["file"].split("-")[0].lstrip("0")
    assert found[0]["starts_at"].startswith("2022-09-27T09:0")


def test_without_a_time_there_is_only_the_running_clock() -> None:
    assert {row["starts_at"] for row in rows(untimed(REAL))} == {""}


def test_a_slate_says_why() -> None:
    notes = {row["note"] for row in rows(REAL) if row["kind"] == "slate"}
    assert notes == {"ยังไม่ได้รับคลิป จึงใช้ภาพคั่นแทน"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ("0", "0:00:00.000"),
        ("59999/1000", "0:00:59.999"),
        ("599999/10000", "0:01:00.000"),
        ("360000", "100:00:00.000"),
        ("1001/30000", "0:00:00.033"),
    ],
)
def test_the_clock(seconds: str, text: str) -> None:
    assert running(Fraction(seconds)) == text


@given(seconds=st.fractions(0, 10**5, max_denominator=90_000))
def test_the_clock_is_never_half_a_millisecond_off(seconds: Fraction) -> None:
    hours, minutes, rest = running(seconds).split(":")
    assert abs(int(hours) * 3600 + int(minutes) * 60 + Fraction(rest) - seconds) <= Fraction(1, 2000)
    assert int(minutes) < 60
    assert Fraction(rest) < 60
