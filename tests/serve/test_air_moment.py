"""What the operator page says of a moment agrees with what the channel shows, at every moment."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import show_factory
from hypothesis import given
from hypothesis import strategies as st
from show_factory import PARTS, RATE, START, Part

from pipeline.serve.moment import drift_s, expected, lay, moment, planned_s
from pipeline.show.channel import Airing, runs, unix_s

SHOW = show_factory.show(show_factory.entries((*PARTS, Part("end", 64, "ขอบคุณ", "end", session="afternoon"))))
START_S = unix_s(START)
MOMENTS = st.integers(-40_000, 600_000).map(lambda frames: START_S + frames / (RATE * 2))
"""From some minutes before the show to some minutes after the last session began."""
AIRINGS = st.sampled_from(
    [Airing(), Airing(list_id="theme-red"), Airing(starts_at=START), Airing(starts_at=START, loops=True)]
)


@given(at_s=MOMENTS, airing=AIRINGS)
def test_on_air_is_what_the_channel_shows(at_s: Fraction, airing: Airing) -> None:
    seen = moment(lay(SHOW, airing), at_s)
    run = next(runs(SHOW, airing, at_s))
    if run.is_filler:
        assert seen.now is None
        assert seen.filler == run.entry
    else:
        assert seen.now is not None
        assert (seen.now.entry, seen.now.starts_s, seen.now.ends_s) == (run.entry, run.starts_s, run.ends_s(RATE))
        assert seen.now.starts_s <= at_s < seen.now.ends_s


@given(at_s=MOMENTS, airing=AIRINGS)
def test_what_comes_is_what_the_channel_will_show(at_s: Fraction, airing: Airing) -> None:
    seen = moment(lay(SHOW, airing), at_s)
    ahead = (run for run in islice(runs(SHOW, airing, at_s), 20_000) if not run.is_filler and run.starts_s > at_s)
    if seen.coming:
        first = next(ahead)
        assert (seen.coming[0].entry, seen.coming[0].starts_s) == (first.entry, first.starts_s)
    starts = [slot.starts_s for slot in seen.coming]
    assert starts == sorted(starts)
    assert all(each > at_s for each in starts)


@given(after=st.sampled_from(["opener", "one", "two", "three"]), ahead_frames=st.integers(0, 5000))
def test_after_a_change_the_plan_goes_on_behind_what_was_on(after: str, ahead_frames: int) -> None:
    from_s = START_S + 300 + ahead_frames / RATE
    laid = lay(SHOW, Airing(), from_s, after)
    keys = [entry.key for entry in SHOW.items]
    assert [slot.entry.key for slot in laid.slots] == keys[keys.index(after) + 1 :]
    assert all(slot.starts_s >= from_s for slot in laid.slots)


def test_drift_is_measured_against_the_plan() -> None:
    late = lay(SHOW, Airing(), START_S + 120, "opener")
    seen = moment(late, START_S + 121)
    assert seen.now is not None
    assert seen.now.entry.key == "one"
    assert drift_s(SHOW, seen) == 120 - Fraction(64, 30)
    assert planned_s(SHOW, seen.now.entry) == START_S + Fraction(64, 30)
    on_time = moment(lay(SHOW, Airing()), START_S + 3)
    assert drift_s(SHOW, on_time) == 0


def test_nothing_is_compared_where_nobody_said_when_it_starts() -> None:
    untimed = SHOW.model_copy(
        update={"sessions": tuple(each.model_copy(update={"is_timed": False}) for each in SHOW.sessions)}
    )
    assert drift_s(untimed, moment(lay(untimed, Airing()), START_S + 3)) is None


def test_a_rehearsal_years_later_is_not_late() -> None:
    years_later = Airing(starts_at=START.replace(year=2026))
    at_s = unix_s(START.replace(year=2026)) + 1
    assert drift_s(SHOW, moment(lay(SHOW, years_later), at_s)) is None


def test_what_was_shown_has_no_expected_time() -> None:
    at_s = START_S + Fraction(64 + 80, 30)
    assert list(expected(moment(lay(SHOW, Airing()), at_s))) == ["one", "two", "three", "four", "end"]


def test_an_empty_list_is_no_trouble() -> None:
    bare = SHOW.model_copy(update={"items": (), "lists": ()})
    seen = moment(lay(bare, Airing()), START_S)
    assert (seen.now, seen.coming, seen.filler) == (None, (), None)
