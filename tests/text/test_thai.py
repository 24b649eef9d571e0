"""Thai text: what holds for any of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from golden_rows import ANY_TEXT, NAMES, THAI_TEXT, WORDS, breaks, check_units
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import thai
from pipeline.text.thai import WordBreaker, speed_cps


@pytest.fixture(scope="module")
def breaker() -> WordBreaker:
    return thai.make_breaker(WORDS)


@given(st.sampled_from(WORDS), THAI_TEXT, THAI_TEXT)
def test_the_events_own_words_are_never_broken(word: str, before: str, after: str) -> None:
    text = before + word + after
    inside = range(len(before) + 1, len(before) + len(word))
    assert breaks(thai.make_breaker(WORDS).units(text)).isdisjoint(inside)


@given(ANY_TEXT)
@example("ก\u200bข")
@settings(max_examples=150, deadline=None)
def test_w2_any_text(text: str) -> None:
    check_units(text, thai.make_breaker(WORDS).units(text))


def test_an_address_is_never_broken(breaker: WordBreaker) -> None:
    assert "https://example.org/a-b/c?d=%41&e=~f " in breaker.units("ดูที่ https://example.org/a-b/c?d=%41&e=~f นะ")


@given(ANY_TEXT)
def test_tidy_text_is_left_alone(text: str) -> None:
    tidy = thai.normalise(text)
    assert thai.normalise(tidy) == tidy


@pytest.mark.parametrize("text", NAMES)
def test_the_roster_needs_no_repair(text: str) -> None:
    assert thai.normalise(text) == text


def test_clusters_are_what_readers_see() -> None:
    assert thai.clusters("เก้าอี้น้ำ") == ["เ", "ก้", "า", "อี้", "น้ำ"]


@given(ANY_TEXT)
def test_counting_adds_up(text: str) -> None:
    assert thai.count(text) == sum(thai.count(sign) for sign in text) <= len(text)


def test_reading_speed_counts_letters_spaces_and_signs_but_no_marks_or_newlines() -> None:
    assert speed_cps("ผู้ใหญ่ ที่นี่\nน้ำ!", Fraction(2)) == Fraction(4 + 1 + 2 + 2 + 1, 2)
