from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from follower import Follower, packed, parse
from hypothesis import given, settings
from hypothesis import strategies as st
from show_factory import RATE, START, Part, entries, show

from pipeline.live.course import Course
from pipeline.live.filling import fill
from pipeline.live.journal import anchor, follow
from pipeline.live.lay import Schedule, caption_paths, pieces
from pipeline.live.model import LEAD_S, WINDOW_S, Anchor, Journal
from pipeline.live.playlist import caption_playlist, media_playlist
from pipeline.show.channel import Airing, unix_s

START_S = unix_s(START)
HOUR_S = 3600
PARTS = (
    Part("opener", 64, kind="opener"),
    Part("one", 1600, cues=((1.0, 2.0, "หนึ่ง"),)),
    Part("two", 960),
    Part("rest", 496, kind="break"),
    Part("four", 1280, session="afternoon"),
)
PLANNED, LOOPING = Airing(), Airing(loops=True)
AT_ONCE = Airing(starts_at=START + timedelta(hours=1), loops=True)
AIRINGS = st.sampled_from([PLANNED, LOOPING, AT_ONCE])
MADE: dict[tuple[str, tuple[Part, ...], tuple[str, ...]], Schedule] = {}
LAID: dict[tuple[int, str], tuple[Schedule, Course]] = {}
OUTPUTS = ("air-1080p", "air-720p")
STEPS = st.lists(st.fractions(0, 9, max_denominator=1000), min_size=5, max_size=60)


def schedule(airing: Airing = PLANNED, parts: tuple[Part, ...] = PARTS, without: tuple[str, ...] = ()) -> Schedule:
    """Return a show's schedule, laid once. ``without``: what the order file leaves out."""
    asked = (airing.model_dump_json(), parts, without)
    if asked not in MADE:
        MADE[asked] = _schedule(airing, parts, without)
    return MADE[asked]


def _schedule(airing: Airing, parts: tuple[Part, ...], without: tuple[str, ...]) -> Schedule:
    made = show(tuple(entry for entry in entries(parts) if entry.key not in without))
    media = packed(made)
    return Schedule(made, airing, pieces(media, airing.list_id, {}))


def step(journal: Journal | None, plan: Schedule, at_s: Fraction) -> Journal:
    where = anchor(journal, plan, at_s)
    asked = (id(plan), where.model_dump_json())
    if asked not in LAID:
        LAID[asked] = (plan, plan.course(where))  # the plan is kept, so that its id stays its own
    return follow(journal, plan, LAID[asked][1], where, at_s)


class Viewer:
    """Follows every rendition and sees to it that they agree."""

    def __init__(self) -> None:
        self.followers = [Follower() for _ in range(3)]

    def look(self, journal: Journal) -> None:
        texts = [*(media_playlist(journal, output) for output in OUTPUTS), caption_playlist(journal, "th")]
        for follower, text in zip(self.followers, texts, strict=True):
            follower.read(text)
        first, *others = (parse(text) for text in texts)
        for other in others:
            assert first[:2] == other[:2]
            assert [(n, r.cc, r.is_break, r.at_s, r.length_s) for n, r in first[2].items()] == [
                (n, r.cc, r.is_break, r.at_s, r.length_s) for n, r in other[2].items()
            ]

    def check_joins(self) -> None:
        for follower in self.followers:
            follower.check_joins()


@settings(max_examples=40)
@given(st.fractions(-HOUR_S, 4 * HOUR_S, max_denominator=1000), STEPS, AIRINGS)
def test_a_follower_never_meets_a_contradiction(offset_s: Fraction, steps: list[Fraction], airing: Airing) -> None:
    plan, viewer, journal, at_s = SCHEDULES[airing.model_dump_json()], Viewer(), None, START_S + offset_s
    for each in steps:
        at_s += each
        journal = step(journal, plan, at_s)
        viewer.look(journal)
        assert at_s + LEAD_S - 6 < journal.ends_s <= at_s + LEAD_S
        assert WINDOW_S <= journal.ends_s - journal.announced[0].starts_s < WINDOW_S + 6
    viewer.check_joins()


SCHEDULES = {airing.model_dump_json(): schedule(airing) for airing in (PLANNED, LOOPING, AT_ONCE)}


@pytest.mark.parametrize("airing", [PLANNED, LOOPING, AT_ONCE])
def test_many_hours_through_idle_time_programme_and_its_end(airing: Airing) -> None:
    plan, viewer, journal = SCHEDULES[airing.model_dump_json()], Viewer(), None
    seen = []
    for second in range(-60, 4 * HOUR_S, 5):
        journal = step(journal, plan, START_S + second)
        viewer.followers[0].read(media_playlist(journal, OUTPUTS[0]))
        seen.append(journal.announced[-1].shown.key)
    viewer.followers[0].check_joins()
    assert set(seen) >= {"opener", "one", "two", "rest", "four"} if airing != AT_ONCE else len(set(seen)) == 5
    numbers = sorted(viewer.followers[0].rows)
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


@given(st.fractions(-9 * HOUR_S, 9 * HOUR_S, max_denominator=1000), st.fractions(0, HOUR_S, max_denominator=7), AIRINGS)
def test_two_servers_say_the_same_whenever_they_were_started(early: Fraction, later: Fraction, airing: Airing) -> None:
    plan = SCHEDULES[airing.model_dump_json()]
    first = step(None, plan, START_S + early)
    at_s = START_S + early + later
    assert step(first, plan, at_s).announced == step(None, plan, at_s).announced


def test_a_discontinuity_is_only_where_media_time_does_not_go_on() -> None:
    journal = step(None, schedule(), START_S + 34)
    broken = [(each.shown.key, each.shown.index) for each in journal.announced if each.is_break]
    assert broken == [("opener", 0)]  # behind the filler; from there on one media time
    looped = step(None, schedule(AT_ONCE), START_S + HOUR_S + sum(part.frames for part in PARTS) / RATE)
    assert [each.shown.key for each in looped.announced if each.is_break] == ["opener"]


def test_each_piece_is_on_at_its_scheduled_time() -> None:
    course = schedule().course(Anchor())
    for second, key in ((0, "opener"), (3, "one"), (60, "two"), (3 * HOUR_S + 2, "four")):
        assert course.at(course.number_at(START_S + second)).shown.key == key
    first = course.at(course.number_at(START_S))
    assert (first.starts_s, first.shown.index) == (START_S, 0)
    noon = course.number_at(START_S + 3 * HOUR_S + 2)
    four = next(course.at(n) for n in range(noon, noon - 10, -1) if course.at(n).shown.index == 0)
    assert four.shown.key == "four"
    assert 0 <= four.starts_s - (START_S + 3 * HOUR_S) <= 1


@given(st.lists(st.integers(1, 45).map(lambda n: 4 * n), min_size=1, max_size=6), st.integers(0, 40000))
def test_a_filling_is_never_short_and_never_too_long_by_a_piece(lengths: list[int], frames: int) -> None:
    filling = fill(lengths, frames)
    shown = filling.times * sum(lengths) + sum(lengths[index] for index in filling.indices)
    assert frames <= shown < frames + max(lengths) or frames <= 0 == shown


def test_a_filling_of_five_minutes_is_exact_to_a_second() -> None:
    for frames in range(9000, 9200):
        filling = fill((180, 180, 136), frames)
        assert 0 <= filling.times * 496 + sum((180, 180, 136)[i] for i in filling.indices) - frames <= 30


CHANGES = st.sampled_from(
    [
        PARTS,
        (*PARTS[:2], Part("new", 700), *PARTS[2:]),
        tuple(part for part in PARTS if part.id != "one"),
        tuple(part for part in PARTS if part.id != "two"),
        (PARTS[0], PARTS[2], PARTS[1], *PARTS[3:]),
        (*PARTS[:2], Part("two", 960, title="replaced"), *PARTS[3:]),
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CHANGES, STEPS), min_size=2, max_size=4),
    st.integers(-60, 200),
    AIRINGS,
    st.sampled_from(["runs", "restarts"]),
)
def test_a_changed_show_keeps_what_was_announced(
    turns: list[tuple[tuple[Part, ...], list[Fraction]]], offset_s: int, airing: Airing, server: str
) -> None:
    viewer, journal = Viewer(), None
    at_s = START_S + offset_s + (HOUR_S if airing.starts_at else 0)
    for parts, steps in turns:
        plan = schedule(airing, parts)
        for each in steps:
            at_s += each
            journal = step(journal, plan, at_s)
            viewer.look(journal)
        if server == "restarts" and journal is not None:
            again = Journal.model_validate_json(journal.model_dump_json())
            assert again == journal
            journal = again
    viewer.check_joins()


def on_air(without: tuple[str, ...], parts: tuple[Part, ...], change_s: int) -> list[str]:
    """Return what is shown, in order, when the show changes some seconds after its start."""
    plan, found, journal = schedule(), [], None
    for second in range(0, 200, 2):
        if second == change_s:
            plan = schedule(PLANNED, parts, without)
        journal = step(journal, plan, START_S + second)
        found += [(each.number, each.shown.key) for each in journal.announced if not each.shown.is_filler]
    keys = [key for _, key in sorted(set(found))]
    return [key for n, key in enumerate(keys) if n == 0 or keys[n - 1] != key]


def test_what_is_on_air_is_shown_to_its_end_and_nothing_is_lost() -> None:
    moved = (PARTS[0], PARTS[2], PARTS[1], *PARTS[3:])
    assert on_air((), PARTS, 10) == ["opener", "one", "two", "rest"]
    assert on_air(("one",), PARTS, 10) == ["opener", "one", "two", "rest"]
    assert on_air(("two",), PARTS, 10) == ["opener", "one", "rest"]
    assert on_air(("opener", "one"), PARTS, 10) == ["opener", "one", "two", "rest"]
    assert on_air((), moved, 10) == ["opener", "one", "two", "one", "rest"]
    assert on_air((), (*PARTS[:2], Part("new", 700), *PARTS[2:]), 10) == ["opener", "one", "new", "two", "rest"]


@given(st.integers(61, 40 * HOUR_S), CHANGES, AIRINGS)
def test_after_a_long_stop_no_number_is_used_again(pause_s: int, parts: tuple[Part, ...], airing: Airing) -> None:
    viewer = Viewer()
    journal = step(None, SCHEDULES[airing.model_dump_json()], START_S)
    viewer.look(journal)
    for second in (pause_s, pause_s + 7, pause_s + 40):
        journal = step(journal, schedule(airing, parts), START_S + LEAD_S + second)
        viewer.look(journal)
        assert START_S + 2 * LEAD_S + second - journal.ends_s < 6


def test_a_clock_that_was_far_ahead_does_not_stop_the_channel() -> None:
    plan, viewer = schedule(), Viewer()
    journal = step(None, plan, START_S + HOUR_S)
    viewer.look(journal)
    for second in (0, 6, 12):
        journal = step(journal, plan, START_S + second)
        viewer.look(journal)
        assert journal.ends_s <= START_S + second + LEAD_S


def test_a_clock_set_back_a_little_changes_nothing() -> None:
    journal = step(None, schedule(), START_S + 20)
    assert step(journal, schedule(), START_S + 10) is journal


def test_the_captions_of_a_piece_are_those_of_its_list() -> None:
    made = show(entries(PARTS))
    count = sum(-(-part.frames // 180) for part in PARTS)
    text = "#EXTM3U\n" + "".join(f"#EXTINF:6,\n../captions/th-{n}.vtt\n" for n in range(count))
    captions = {"show": {"th": caption_paths(text)}}
    journal = step(None, Schedule(made, PLANNED, pieces(packed(made), "show", captions)), START_S + 10)
    rows = parse(caption_playlist(journal, "th"))[2].values()
    programme = [row.uri for row, each in zip(rows, journal.announced, strict=True) if not each.shown.is_filler]
    assert programme == [f"../playlists/hls/captions/th-{n}.vtt" for n in range(len(programme))]
    assert all(row.uri == "empty.vtt" for row in parse(caption_playlist(journal, "en"))[2].values())


def test_an_entry_without_pieces_is_idle_time() -> None:
    made = show(entries(PARTS))
    has = {key: each for key, each in pieces(packed(made), "show", {}).items() if key != "one"}
    journal = step(None, Schedule(made, PLANNED, has), START_S + 30)
    keys = [each.shown.key for each in journal.announced]
    assert "one" not in keys
    assert all(a.ends_s(RATE) == b.starts_s for a, b in pairwise(journal.announced))


def test_years_cost_nothing() -> None:
    for year in (-9, 40):
        assert step(None, schedule(LOOPING), START_S + year * 365 * 86400).announced
