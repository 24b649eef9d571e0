"""How a card moves, as numbers."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.card.draw import WAVE_ROOM
from pipeline.card.motion import HOME, Pose, course, drift_px, pose, seconds_left

RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50), Fraction(60)])
LENGTHS = st.fractions(min_value=Fraction(1, 10), max_value=Fraction(4000), max_denominator=60)
ROLES = st.sampled_from(["ghost", "bar", "event", "name", "theme", "date", "digit"])


def poses(role: str, step: int, last: int, rate: Fraction, length_s: Fraction) -> list[Pose]:
    way = course(range(last + 1), length_s, 1080)
    frames = min(150, int(length_s * rate) + 1)
    return [pose(role, step, n / rate, way) for n in range(frames)]


@given(role=ROLES, step=st.integers(0, 30), more=st.integers(0, 30), rate=RATES, length_s=LENGTHS)
def test_nothing_goes_back_or_too_far(role: str, step: int, more: int, rate: Fraction, length_s: Fraction) -> None:
    found = poses(role, step, step + more, rate, length_s)
    for one, two in itertools.pairwise(found):
        assert 24 >= one.below_px >= two.below_px >= 0
        assert 0 <= one.alpha <= two.alpha <= 1
        assert 0 <= one.share <= two.share <= 1


@given(role=ROLES, step=st.integers(0, 30), more=st.integers(0, 30), length_s=LENGTHS)
def test_everything_is_in_place_in_time(role: str, step: int, more: int, length_s: Fraction) -> None:
    way = course(range(step + more + 1), length_s, 1080)
    assert pose(role, step, length_s * Fraction(3, 5), way) == HOME or length_s * Fraction(3, 5) > 2
    assert pose(role, step, Fraction(2), way) == HOME
    if role != "ghost":
        assert pose(role, step, Fraction(16, 10), way) == HOME


@given(steps=st.integers(1, 30), length_s=LENGTHS)
def test_words_come_one_after_another(steps: int, length_s: Fraction) -> None:
    way = course(range(steps + 1), length_s, 1080)
    for step in range(steps):
        moments = [Fraction(n, 100) / Fraction(way.hurry) for n in range(200)]
        first, second = (
            next(at for at in moments if pose("name", each, at, way).alpha > 0) for each in (step, step + 1)
        )
        assert first <= second
        halfway = [pose("name", each, first + Fraction(1, 10) / Fraction(way.hurry), way) for each in (step, step + 1)]
        assert halfway[0].alpha > halfway[1].alpha


def test_words_rise_24_px_in_600_ms_and_come_to_rest_softly() -> None:
    way = course(range(6), Fraction(4), 1080)
    start_s = Fraction(1, 10) + 2 * Fraction(way.apart_s)
    assert pose("name", 2, start_s, way).below_px == 24
    assert pose("name", 2, start_s + Fraction(59, 100), way).below_px > 0
    assert pose("name", 2, start_s + Fraction(60, 100), way) == HOME
    steps = [pose("name", 2, start_s + Fraction(n, 30), way).below_px for n in range(19)]
    falls = [one - two for one, two in itertools.pairwise(steps)]
    assert falls == sorted(falls, reverse=True)
    assert falls[-1] < 0.1


def test_the_rise_is_as_large_as_the_frame() -> None:
    small = course(range(6), Fraction(4), 360)
    assert pose("name", 5, Fraction(0), small).below_px == 8


@pytest.mark.parametrize("role", ["ground", "wave"])
def test_ground_and_water_are_there_from_the_start(role: str) -> None:
    assert pose(role, None, Fraction(0), course([0, 1], Fraction(4), 1080)) == HOME


def test_everything_else_is_not() -> None:
    way = course(range(3), Fraction(4), 1080)
    assert pose("bar", 0, Fraction(0), way).share == 0
    assert pose("ghost", None, Fraction(0), way).alpha == 0
    assert pose("name", 2, Fraction(0), way).alpha == 0


@given(body=st.integers(0, 2), at=st.integers(0, 10**6), rate=RATES, width_px=st.integers(16, 3840))
def test_water_moves_less_than_a_pixel_a_frame_and_never_out_of_its_room(
    body: int, at: int, rate: Fraction, width_px: int
) -> None:
    width_px = min(width_px, 1920)
    now, then = (drift_px(body, n / rate, width_px) for n in (at, at + 1))
    assert abs(then - now) < 1
    assert abs(now) <= WAVE_ROOM * width_px - 1 or width_px < 101


@pytest.mark.parametrize("width_px", [480, 1080, 1920])
def test_in_a_title_card_each_body_of_water_goes_one_way_at_a_speed_of_its_own(width_px: int) -> None:
    ways = [[drift_px(body, Fraction(n, 30), width_px) for n in range(136)] for body in range(3)]
    for way in ways:
        assert all(two > one for one, two in itertools.pairwise(way))
    assert ways[0][-1] * 1.3 < ways[1][-1] < ways[2][-1] / 1.3


@given(seconds=st.integers(1, 3600), at_s=st.fractions(min_value=0, max_value=4000))
def test_a_clock_shows_every_value_for_one_second(seconds: int, at_s: Fraction) -> None:
    assert seconds_left(seconds, Fraction(0)) == seconds
    left = seconds_left(seconds, at_s)
    assert left == 0 or left - 1 < seconds - at_s <= left
    assert left > 0 or at_s >= seconds
