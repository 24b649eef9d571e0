"""Text in lines: balanced, or cut short at a word."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from golden_rows import ANY_TEXT, CLIMATE, DISABLED, HARD, NAMES, WORDS, breaks
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.card.fonts import load
from pipeline.preset.model import Face
from pipeline.text import thai
from pipeline.text.lines import ELLIPSIS, WAITING, balanced_lines, narrowed, truncated
from pipeline.text.thai import WordBreaker


@pytest.fixture(scope="module")
def breaker() -> WordBreaker:
    return thai.make_breaker(WORDS)


def test_one_unit_wider_than_the_line_is_refused(breaker: WordBreaker) -> None:
    assert balanced_lines("ยังสมาร์ทฟาร์มเมอร์", len, 5, 9, breaker) is None


@given(ANY_TEXT, st.integers(1, 60), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_lines_keep_their_promises(text: str, width: int, most: int) -> None:
    breaker = thai.make_breaker(WORDS)
    lines = balanced_lines(text, len, width, most, breaker)
    if lines is None:
        assert len(text.strip()) > width
        return
    assert len(lines) <= most
    assert all(len(line) <= width and line == line.strip() and line for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if len(lines) > 1:
        assert balanced_lines(text, len, width, len(lines) - 1, breaker) is None


def test_breaks_at_a_space_of_its_own_first(breaker: WordBreaker) -> None:
    assert balanced_lines(DISABLED, thai.count, 26, 2, breaker) == tuple(DISABLED.split(" "))


def test_a_space_far_from_the_middle_is_no_reason(breaker: WordBreaker) -> None:
    lines = balanced_lines("ที่ " + CLIMATE, thai.count, 50, 2, breaker)
    assert lines is not None
    assert min(map(thai.count, lines)) > 20


def test_lines_are_as_equal_as_word_ends_allow(breaker: WordBreaker) -> None:
    lines = balanced_lines(CLIMATE, thai.count, 60, 2, breaker)
    assert lines is not None
    units = breaker.units(CLIMATE)
    splits = [max(thai.count("".join(units[:at])), thai.count("".join(units[at:]))) for at in range(1, len(units))]
    assert balanced_lines(CLIMATE, thai.count, min(splits), 2, breaker) is not None
    assert balanced_lines(CLIMATE, thai.count, min(splits) - 1, 2, breaker) is None
    narrow = balanced_lines(CLIMATE, thai.count, thai.count(CLIMATE) - 1, 2, breaker)
    assert narrow is not None
    assert max(map(thai.count, narrow)) == min(splits)


def test_a_connective_goes_with_what_follows(breaker: WordBreaker) -> None:
    name = "เครือข่ายอนุรักษ์และพัฒนาลุ่มน้ำรัตภูมี"
    assert balanced_lines(name, thai.count, 25, 2, breaker) == ("เครือข่ายอนุรักษ์", "และพัฒนาลุ่มน้ำรัตภูมี")


def check_truncated(text: str, short: str) -> None:
    """Check that ``short`` is ``text``, or its beginning with an ellipsis, cut where a reader would."""
    whole = text.strip()
    if short == whole:
        return
    assert short.endswith(ELLIPSIS)
    kept = short.removesuffix(ELLIPSIS)
    assert whole.startswith(kept)
    assert kept == kept.rstrip()
    assert kept[-1:] not in {*"เแโใไ([{“‘«,;:"}
    ends = {len("".join(thai.clusters(whole)[:index])) for index in range(len(thai.clusters(whole)) + 1)}
    assert len(kept) in ends
    assert unicodedata.category(whole[len(kept)]) != "Mn" or not kept


@given(ANY_TEXT, st.integers(1, 40))
@settings(max_examples=150)
def test_what_is_cut_short_fits_and_ends_with_a_word(text: str, width: int) -> None:
    breaker = thai.make_breaker(WORDS)
    short = truncated(text, thai.count, width, breaker)
    assert thai.count(short) <= width
    check_truncated(text, short)
    words = breaker.units(text.strip())
    if short not in {text.strip(), ELLIPSIS} and thai.count(words[0].rstrip()) < width - 1:
        kept = short.removesuffix(ELLIPSIS)
        starts = ["".join(words[:index]) for index in range(1, len(words))]
        assert kept in {start.rstrip(WAITING) for start in starts}


@pytest.mark.parametrize("name", [*NAMES, *HARD])
@pytest.mark.parametrize("width_px", [90, 300, 700])
def test_names_are_cut_short_by_measured_pixels(name: str, width_px: int, breaker: WordBreaker) -> None:
    measure = load(Face(family="prompt", weight=600), 42).getlength
    short = truncated(name, measure, width_px, breaker)
    assert measure(short) <= width_px
    check_truncated(name, short)
    if name in NAMES and short != name:
        assert measure(short) > width_px / 3


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("สมาคมคนพิการจังหวัดสงขลา", 99, "สมาคมคนพิการจังหวัดสงขลา"),
        ("สมาคมคนพิการจังหวัดสงขลา", 16, "สมาคมคนพิการ…"),
        ("สมาคมคนพิการ จังหวัดสงขลา", 16, "สมาคมคนพิการ…"),
        ("ดี (ปี 2566) มาก", 4, "ดี…"),
        ("เก้าอี้", 2, "…"),  # not เ…, whose consonant would be gone
        ("เก้าอี้", 3, "เก้…"),
        ("โรงเรียน", 4, "โรง…"),
        ("กข", 1, "…"),
        ("", 0, ""),
        ("   ", 9, ""),
    ],
)
def test_cut_short(text: str, width: int, short: str, breaker: WordBreaker) -> None:
    assert truncated(text, thai.count, width, breaker) == short


@given(text=st.text(st.sampled_from("กขาิ่เแำๆ้ab1."), max_size=60), width=st.integers(6, 30))
def test_what_no_line_can_hold_is_cut_between_clusters(text: str, width: int) -> None:
    parts = list(narrowed(text, thai.count, width))
    assert "".join(parts) == text
    assert breaks(parts) <= breaks(thai.clusters(text))
    for part, after in pairwise(parts):
        if len(thai.clusters(part)) > 1:
            settled = [
                piece
                for piece, following in pairwise([*thai.clusters(part), after[0]])
                if piece[-1] not in thai.NEVER_LAST and following[0] not in thai.NEVER_FIRST
            ]
            assert not settled or (part[-1] not in thai.NEVER_LAST and after[0] not in thai.NEVER_FIRST)
        assert thai.count(part) <= width


def test_only_what_is_too_wide_is_cut(breaker: WordBreaker) -> None:
    address = "https://example.org/" + "a" * 40
    assert balanced_lines(f"เว็บ {address}", thai.count, 30, 4, breaker) is None
    lines = balanced_lines(f"เว็บ {address}", thai.count, 30, 4, breaker, cut=True)
    assert lines is not None
    assert "".join(lines) == f"เว็บ{address}"
    assert balanced_lines(DISABLED, thai.count, 26, 2, breaker, cut=True) == tuple(DISABLED.split(" "))
