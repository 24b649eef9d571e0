from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.units import AAC_FRAME_SAMPLES, frames_in, join_multiple, samples_in, seconds_text

UNHURRIED = settings(deadline=None)

RATES = tuple(Fraction(rate) for rate in ("24", "25", "30", "50", "60", "24000/1001", "30000/1001", "60000/1001"))


@pytest.mark.parametrize(
    ("duration_s", "rate", "frames"),
    [("0", "30", 1), ("1/1000", "30", 1), ("1", "30", 30), ("1/60", "30", 1), ("3/60", "30", 2), ("2", "25", 50)],
)
def test_frames_are_the_nearest_count_and_at_least_one(duration_s: str, rate: str, frames: int) -> None:
    assert frames_in(Fraction(duration_s), Fraction(rate)) == frames


@UNHURRIED
@given(duration_s=st.fractions(0, 10_000, max_denominator=90_000), rate=st.sampled_from(RATES))
def test_frames_are_never_more_than_half_a_frame_off(duration_s: Fraction, rate: Fraction) -> None:
    frames = frames_in(duration_s, rate)
    assert frames >= 1
    assert abs(frames / rate - duration_s) <= Fraction(1, 2) / rate or frames == 1


@UNHURRIED
@given(frames=st.integers(1, 10**7), rate=st.sampled_from(RATES))
def test_frames_survive_the_way_to_seconds_and_back(frames: int, rate: Fraction) -> None:
    assert frames_in(frames / rate, rate) == frames


def test_samples_are_exact() -> None:
    assert samples_in(1, Fraction(30), 48000) == 1600
    assert samples_in(16, Fraction(30), 48000) == 25 * AAC_FRAME_SAMPLES
    assert samples_in(5, Fraction(30000, 1001), 48000) == 8008


def test_samples_that_are_not_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="whole samples"):
        samples_in(1, Fraction(30000, 1001), 48000)


@pytest.mark.parametrize(
    ("rate", "hz", "multiple"), [("30", 48000, 16), ("25", 48000, 8), ("60", 48000, 32), ("50", 48000, 16)]
)
def test_the_join_multiple_of_house_rates(rate: str, hz: int, multiple: int) -> None:
    assert join_multiple(Fraction(rate), hz) == multiple


@UNHURRIED
@given(rate=st.sampled_from(RATES), hz=st.sampled_from([32000, 44100, 48000]))
def test_the_join_multiple_is_the_least_that_gives_whole_aac_frames(rate: Fraction, hz: int) -> None:
    multiple = join_multiple(rate, hz)
    assert samples_in(multiple, rate, hz) % AAC_FRAME_SAMPLES == 0
    per_frame = Fraction(hz) / rate
    for divisor in {p for p in range(2, multiple + 1) if multiple % p == 0 and all(p % q for q in range(2, p))}:
        assert (multiple // divisor * per_frame / AAC_FRAME_SAMPLES).denominator != 1


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0", 3, "0.000"),
        ("1/2", 0, "1"),
        ("1/2000", 3, "0.001"),
        ("-1/4", 1, "-0.3"),
        ("-1/10000", 3, "0.000"),
        ("59999/1000", 2, "60.00"),
        ("61", 3, "61.000"),
        ("1/30", 6, "0.033333"),
    ],
)
def test_seconds_as_text(value: str, digits: int, text: str) -> None:
    assert seconds_text(Fraction(value), digits) == text


@UNHURRIED
@given(value=st.fractions(-(10**6), 10**6, max_denominator=10**6), digits=st.integers(0, 9))
def test_seconds_as_text_are_off_by_half_a_digit_at_most(value: Fraction, digits: int) -> None:
    text = seconds_text(value, digits)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**digits)
    assert len(text.partition(".")[2]) == digits
    assert math.copysign(1, float(text)) == 1 or value < 0
