"""Which shift and rate are found, and that nothing is found where there is nothing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import Spans, levels, sentences, unsynced

from pipeline.sync.finding import LEAST_CUES, RATES, Fit
from pipeline.sync.fit import fit

CLEAR = 0.04


def worst_s(found: Fit, rate: Fraction, offset_s: float, captions: Spans) -> float:
    """Return how far any cue is from where it belongs, in seconds."""
    return max(
        abs(float(found.rate) * at_s + float(found.offset_s) - float(rate) * at_s - offset_s) for at_s, _ in captions
    )


@given(st.integers(0, 10_000), st.floats(-45, 45))
@settings(max_examples=25)
def test_a_shift_is_found_to_a_frame(seed: int, offset_s: float) -> None:
    spans = sentences(seed, 180)
    captions = unsynced(spans, offset_s=offset_s)
    found = fit(levels(spans, 180), captions)
    assert found is not None
    assert found.rate == 1
    assert abs(float(found.offset_s) - offset_s) <= CLEAR


@pytest.mark.parametrize("rate", tuple(RATES), ids=str)
@pytest.mark.parametrize("offset_s", [0.0, -3.0, 12.0])
def test_a_rate_is_found_together_with_a_shift(rate: Fraction, offset_s: float) -> None:
    spans = sentences(7, 900)
    captions = unsynced(spans, rate, offset_s)
    found = fit(levels(spans, 900), captions)
    assert found is not None
    assert found.rate == rate
    assert worst_s(found, rate, offset_s, captions) <= 2 * CLEAR


@given(st.integers(0, 10_000), st.sampled_from(tuple(RATES)), st.floats(-20, 20), st.integers(30, 240))
@settings(max_examples=25)
def test_what_is_found_is_right(seed: int, rate: Fraction, offset_s: float, seconds: int) -> None:
    spans = sentences(seed, seconds)
    captions = unsynced(spans, rate, offset_s)
    found = fit(levels(spans, seconds), captions)
    assert found is None or worst_s(found, rate, offset_s, captions) < 0.5


@given(st.integers(0, 10_000), st.floats(-0.2, 0.2))
@settings(max_examples=20)
def test_captions_in_step_stay(seed: int, offset_s: float) -> None:
    random = np.random.default_rng(seed)
    spans = sentences(seed, 180)
    # People put them a little off, and leave them to be read.
    captions = [(max(0.0, a + offset_s + random.normal(0, 0.08)), b + random.uniform(0, 0.8)) for a, b in spans]
    found = fit(levels(spans, 180), captions)
    assert found is None or found.in_step


def test_chance_finds_nothing() -> None:
    false = 0
    for seed in range(300):
        seconds = (45, 90, 200)[seed % 3]
        speech = levels(sentences(seed, seconds), seconds)
        captions = sentences(seed + 5000, seconds, pause_s=(0.05, 0.7, 2.0)[seed // 3 % 3])
        false += fit(speech, captions) is not None
    assert false == 0


def test_too_few_captions_find_nothing() -> None:
    spans = sentences(3, 180)
    assert fit(levels(spans, 180), spans) is not None
    assert fit(levels(spans, 180), spans[: LEAST_CUES - 1]) is None


@pytest.mark.parametrize("speech", [0.0, 1.0], ids=["silence", "speech without a pause"])
def test_sound_that_never_changes_finds_nothing(speech: float) -> None:
    assert fit(np.full(18_000, speech), sentences(3, 180)) is None


def test_no_sound_at_all_finds_nothing() -> None:
    assert fit(np.zeros(0), sentences(3, 180)) is None


def test_a_steady_beat_fits_everywhere_so_nothing_is_found() -> None:
    beat = [(at_s + 0.5, at_s + 2.5) for at_s in range(0, 177, 3)]
    late = unsynced(beat, offset_s=-1.5)
    assert fit(levels(beat, 180), late) is None


def test_captions_of_a_longer_version_find_nothing() -> None:
    spans = sentences(5, 600)
    first = [span for span in spans if span[1] < 120]
    assert fit(levels(first, 120), unsynced(spans, offset_s=-3.0)) is None
