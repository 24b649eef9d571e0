"""The run-down as a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_up_event import book, catalog
from test_playlist import item

from pipeline.deliver.rundown import HEAD, clock, rundown
from pipeline.deliver.show import ShowItem, running_order
from pipeline.preset.model import Book, Theme

UNHURRIED = settings(deadline=None)

BOOK = book()
PATH = "playlists/rundown.csv"


def text_of(items: tuple[ShowItem, ...], owner: Book = BOOK) -> str:
    package = rundown(items, owner)
    assert set(package) == {PATH}
    content = package[PATH]
    assert isinstance(content, str)
    return content


def rows(items: tuple[ShowItem, ...], owner: Book = BOOK) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(items, owner).removeprefix("\ufeff"), newline="")))


def test_the_table_letter_for_letter() -> None:
    items = (item(1, "มูลนิธิชุมชนสงขลา"), item(2, 'A, "B"', 176, kind="slate"), item(3, "=1+1", 90))  # fmt: skip
    assert text_of(items) == (
        "\ufeffposition,starts_at,duration_s,kind,title,theme,file,note\r\n"
        "1,0:00:00.000,64.000,clip,มูลนิธิชุมชนสงขลา,,01-p1.mp4,\r\n"
        '2,0:01:04.000,5.867,slate,"A, ""B""",,02-p2.mp4,ยังไม่ได้รับคลิป จึงใช้ภาพคั่นแทน\r\n'
        "3,0:01:09.867,3.000,clip,'=1+1,,03-p3.mp4,\r\n"
    )


def test_it_opens_with_one_byte_order_mark_and_ends_lines_as_spreadsheets_do() -> None:
    data = text_of((item(1, "ไทย"),)).encode("utf-8")
    assert data.startswith(b"\xef\xbb\xbfposition,")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.count(b"\n") == data.count(b"\r\n") == 2


def test_an_empty_show_has_a_head() -> None:
    assert text_of(()) == "\ufeff" + ",".join(HEAD) + "\r\n"


@example("=cmd|' /C calc'!A0")
@example("@SUM(1)")
@example("+66 74 000 000")
@example("-1")
@example("\t=1")
@example('a","=1')
@example("a\r\n=1,2")
@UNHURRIED
@given(title=st.text(max_size=40) | st.text(st.sampled_from("=+-@\t\r\n,;\"' กa1"), max_size=20))
def test_no_title_is_run_as_a_formula_or_moves_a_cell(title: str) -> None:
    title = title.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    found = rows((item(1, title), item(2, "ปกติ")))
    assert [row["file"] for row in found] == ["01-p1.mp4", "02-p2.mp4"]
    shown = found[0]["title"]
    assert shown[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert shown.removeprefix("'") == title.removeprefix("'")
    assert all(None not in row and set(row) == set(HEAD) for row in found)


def test_a_theme_is_no_formula_either() -> None:
    partner = BOOK.event.partners[0].model_copy(update={"theme": "x"})
    event = BOOK.event.model_copy(update={"themes": (Theme(id="x", name="=ประเด็น"),)})
    made = item(1, "ก").model_copy(update={"partner": partner})
    assert rows((made,), BOOK.model_copy(update={"event": event}))[0]["theme"] == "'=ประเด็น"


def test_starts_are_sums_of_exact_lengths() -> None:
    items = running_order(catalog(BOOK.event), BOOK)
    found = rows(items)
    at = Fraction(0)
    for row, each in zip(found, items, strict=True):
        assert row["starts_at"] == clock(at)
        assert row["position"] == str(each.position)
        at += each.duration_s


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ("0", "0:00:00.000"),
        ("59999/1000", "0:00:59.999"),
        ("599999/10000", "0:01:00.000"),
        ("3600", "1:00:00.000"),
        ("360000", "100:00:00.000"),
        ("1001/30000", "0:00:00.033"),
    ],
)
def test_the_clock(seconds: str, text: str) -> None:
    assert clock(Fraction(seconds)) == text


@UNHURRIED
@given(seconds=st.fractions(0, 10**5, max_denominator=90_000))
def test_the_clock_is_never_half_a_millisecond_off(seconds: Fraction) -> None:
    hours, minutes, rest = clock(seconds).split(":")
    assert abs(int(hours) * 3600 + int(minutes) * 60 + Fraction(rest) - seconds) <= Fraction(1, 2000)
    assert int(minutes) < 60
    assert Fraction(rest) < 60
