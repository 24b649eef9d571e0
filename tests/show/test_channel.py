from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st
from show_factory import RATE, START, Part, entries, show

from pipeline.show.channel import Airing, Run, runs, unix_s

START_S = unix_s(START)
LATE = 5 * 3600
OFFSETS_S = st.fractions(-LATE, LATE, max_denominator=90)


def on(airing: Airing, from_s: Fraction, count: int = 40, after: str | None = None) -> list[Run]:
    return list(islice(runs(SHOW, airing, from_s, after), count))


PARTS = (
    Part("opener", 64, kind="opener"),
    Part("one", 160),
    Part("two", 96),
    Part("rest", 480, kind="break"),
    Part("four", 128, session="afternoon"),
)
SHOW = show(entries(PARTS))
PLANNED, LOOPING = Airing(), Airing(loops=True)
AT_ONCE = Airing(starts_at=START + timedelta(hours=1), loops=True)


def test_a_session_starts_when_it_is_planned() -> None:
    found = on(PLANNED, START_S, 4)
    assert [run.entry.key for run in found] == ["opener", "one", "two", "rest"]
    assert [run.starts_s - START_S for run in found] == [0, Fraction(64, 30), Fraction(224, 30), Fraction(320, 30)]


def test_the_filler_between_sessions_is_cut_when_the_next_one_starts() -> None:
    noon_s = START_S + 3 * 3600
    *fillers, next_one = on(PLANNED, noon_s - 20, 3)
    assert [run.entry.key for run in fillers] == ["rest", "rest"]
    assert all(run.is_filler for run in fillers)
    assert fillers[-1].frames < 480
    assert fillers[-1].ends_s(RATE) == noon_s == next_one.starts_s
    assert next_one.entry.key == "four"


def test_a_session_that_is_late_pushes_the_next_one_back() -> None:
    long = show(entries((Part("one", 4 * 3600 * 30), Part("two", 96, session="afternoon"))))
    found = list(islice(runs(long, PLANNED, START_S), 2))
    assert [(run.entry.key, int(run.starts_s - START_S)) for run in found] == [("one", 0), ("two", 4 * 3600)]


def test_after_the_end_comes_the_filler_or_the_list_again() -> None:
    end_s = START_S + 3 * 3600 + Fraction(128, 30)
    assert [run.entry.key for run in on(PLANNED, end_s, 3)] == ["rest"] * 3
    assert [run.entry.key for run in on(LOOPING, end_s, 6)] == ["opener", "one", "two", "rest", "four", "opener"]


def test_a_changed_show_goes_on_behind_what_was_shown() -> None:
    found = on(PLANNED, START_S + 77, 2, after="one")
    assert [(run.entry.key, run.starts_s - START_S) for run in found] == [
        ("two", Fraction(77)),
        ("rest", 77 + Fraction(96, 30)),
    ]


def test_behind_the_last_of_a_session_the_next_one_waits_for_its_time() -> None:
    found = on(PLANNED, START_S + 3 * 3600 - 17, 3, after="rest")
    assert [(run.entry.key, run.is_filler) for run in found] == [("rest", True), ("rest", True), ("four", False)]
    assert found[2].starts_s == START_S + 3 * 3600


def test_nothing_is_on_where_the_list_is_empty() -> None:
    assert on(Airing(list_id="no-such"), START_S) == []


@given(OFFSETS_S, st.sampled_from([PLANNED, LOOPING, AT_ONCE]), st.sampled_from([None, "one", "rest", "four", "gone"]))
def test_there_is_never_a_hole(offset_s: Fraction, airing: Airing, after: str | None) -> None:
    at_s = START_S + offset_s
    found = on(airing, at_s, after=after)
    assert len(found) == 40
    assert found[0].starts_s <= at_s < found[0].ends_s(RATE)
    for one, next_one in pairwise(found):
        hole_s = next_one.starts_s - one.ends_s(RATE)
        assert 0 <= hole_s < 1 / RATE  # where the clock is off the frames' beat, less than one frame is left


@given(OFFSETS_S, OFFSETS_S, st.sampled_from([PLANNED, LOOPING, AT_ONCE]))
def test_whoever_looks_whenever_sees_the_same(one_s: Fraction, other_s: Fraction, airing: Airing) -> None:
    early, late = sorted((START_S + one_s, START_S + other_s))
    first = next(iter(runs(SHOW, airing, late)))
    seen = next(run for run in runs(SHOW, airing, early) if run.ends_s(RATE) > late)
    assert seen == first


def test_years_before_and_after_cost_nothing() -> None:
    for year in (2000, 2100):
        assert len(on(LOOPING, unix_s(datetime.fromisoformat(f"{year}-01-01T00:00:00+07:00")), 3)) == 3
