"""Captions fitted to a picture, with letters 10 px wide and units of three letters."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from caption_factory import captions
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.style import styled
from pipeline.text.thai import count
from pipeline.text.wrapping import wrap


def measure(text: str) -> float:
    return 10.0 * len(text)


def units(text: str) -> list[str]:
    cut, found = 0, []
    for index in range(1, len(text) + 1):
        if index == len(text) or (text[index] != " " and (text[index - 1] == " " or index - cut >= 3)):
            found.append(text[cut:index])
            cut = index
    return found


def shown(text: str, width_px: float) -> list[str]:
    return [cue.text for cue in wrap(captions((0, 8, text)), measure, width_px, units).cues]


@pytest.mark.parametrize(
    ("text", "width_px", "expected"),
    [
        ("aaa bbb", 100, ["aaa bbb"]),
        ("aaa\nbbb", 100, ["aaa\nbbb"]),
        ("aaa bbb ccc ddd", 100, ["aaa bbb\nccc ddd"]),
        ("aaaaaa\nb c", 60, ["aaaaaa\nb c"]),
        ("aa\nbb\ncc", 60, ["aa\nbb cc"]),
        ("aaabbb ccc", 60, ["aaabbb\nccc"]),
        ("aaabbbcccddd", 60, ["aaabbb\ncccddd"]),
        ("aaa bbb ccc ddd", 40, ["aaa\nbbb", "ccc\nddd"]),
    ],
)
def test_lines_break_at_the_best_place(text: str, width_px: float, expected: list[str]) -> None:
    assert shown(text, width_px) == expected


def test_a_long_cue_is_shared_out_in_time() -> None:
    parts = wrap(captions((2, 8, "aaa bbb ccc ddd")), measure, 40, units).cues
    assert [(float(part.start_s), float(part.end_s)) for part in parts] == [(2.0, 5.0), (5.0, 8.0)]


@given(
    text=st.text(st.sampled_from("กขาิ่เab1 \n"), max_size=120),
    width_px=st.integers(20, 400),
    start_s=st.fractions(0, 9, max_denominator=99),
)
def test_wrapping_loses_no_letter_and_no_time_and_fits(text: str, width_px: int, start_s: Fraction) -> None:
    wrapped = wrap(captions((start_s, start_s + 5, text)), measure, width_px, units).cues
    assert "".join("".join(cue.text.split()) for cue in wrapped) == "".join(text.split())
    for cue in wrapped:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert all(measure(line) <= max(width_px, 60) for line in lines)  # a cluster of marks may be wider than 20
        assert cue.start_s < cue.end_s
    if wrapped:
        assert (wrapped[0].start_s, wrapped[-1].end_s) == (start_s, start_s + 5)
        assert all(a.end_s == b.start_s for a, b in pairwise(wrapped))


def test_a_breaker_that_changes_the_text_is_not_believed() -> None:
    wrapped = wrap(captions((0, 1, "abcdef")), measure, 30, lambda _text: ["x"])
    assert [cue.text for cue in wrapped.cues] == ["abc\ndef"]


@given(text=st.text(st.sampled_from("กขาิ่เab1i. \n"), max_size=160), width_px=st.integers(200, 2000))
def test_no_line_has_more_than_thirty_five_characters_however_narrow_they_are(text: str, width_px: int) -> None:
    wrapped = wrap(captions((0, 20, text)), lambda line: len(line) / 9, width_px, units).cues
    assert all(count(line) <= 35 for cue in wrapped for line in cue.text.split("\n"))


@given(text=st.text(st.sampled_from("กขาิ่เab1 \n"), max_size=160))
def test_burned_cues_are_those_of_the_files_where_the_width_allows(text: str) -> None:
    shown = styled(captions((0, 6, text), (6, 7, "ก")), Fraction(30), units)
    assert wrap(shown.captions, lambda line: 10 * count(line), 350, units, Fraction(1, 10)) == shown.captions


def test_cues_that_are_too_wide_part_by_the_gap() -> None:
    parts = wrap(captions((2, 8, "aaa bbb ccc ddd")), measure, 40, units, Fraction(1, 15)).cues
    assert parts[1].start_s - parts[0].end_s >= Fraction(1, 15)
    assert (parts[0].start_s, parts[1].end_s) == (Fraction(2), Fraction(8))


def test_pages_that_would_not_be_seen_are_shown_together() -> None:
    parts = wrap(captions((0, Fraction(1, 15), "aaa bbb ccc ddd")), measure, 40, units).cues
    assert [cue.text for cue in parts] == ["aaa\nbbb\nccc\nddd"]
