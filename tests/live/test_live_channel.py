from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from itertools import cycle, pairwise

import pytest
from follower import Follower, packed, parse
from hypothesis import given, settings
from hypothesis import strategies as st
from show_factory import RATE, START, Part, entries, show

from pipeline.hls.model import BASE_S
from pipeline.live.course import Course, Laying
from pipeline.live.filling import fill
from pipeline.live.journal import anchor, follow
from pipeline.live.lay import Schedule, caption_paths, pieces
from pipeline.live.model import LEAD_S, WINDOW_S, Anchor, Journal
from pipeline.live.playlist import caption_playlist, media_playlist
from pipeline.live.timing import media_name, read_caption_name, read_media_name
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
        texts = [
            *(media_playlist(journal, output, START_S) for output in OUTPUTS),
            caption_playlist(journal, "th", START_S),
        ]
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
        viewer.followers[0].read(media_playlist(journal, OUTPUTS[0], START_S))
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


def test_media_time_goes_on_through_fillers_and_rounds() -> None:
    """What a segment has, the shift in its address, and how long it is: the next one goes on from there."""
    looped = START_S + HOUR_S + sum(part.frames for part in PARTS) / RATE
    for plan, at_s in ((schedule(), START_S + 34), (schedule(), START_S + 3 * HOUR_S), (schedule(AT_ONCE), looped)):
        journal = step(None, plan, at_s)
        assert not any(each.is_break for each in journal.announced)
        ends: list[int] = []
        for each in journal.announced:
            found = read_media_name(media_name(each, RATE, 48000, each.shown.piece.media["air-720p"].lower()))
            assert found
            timing, _ = found
            assert (timing.number, timing.frames, timing.frame_samples) == (each.number, each.shown.piece.frames, 1600)
            starts = timing.shift_frames + each.shown.piece.starts_frames
            assert starts <= each.starts_s * RATE < starts + 1  # Unix time
            assert not ends or ends[-1] == starts
            ends.append(starts + timing.frames)


def test_a_discontinuity_is_where_parameters_change() -> None:
    one, *others = step(None, schedule(), START_S + 34).announced
    other = one.shown.piece.model_copy(update={"inits": {"air-720p": "another.mp4"}})
    assert one.shown.piece.goes_on_in(others[0].shown.piece)
    assert not one.shown.piece.goes_on_in(other)
    laying = Laying(RATE, START_S, Anchor(before=other))
    laying.add([one.shown], None, None)
    assert [each.is_break for each in laying.course().between(0, 1)] == [True, False]


def test_the_list_says_where_the_clock_is() -> None:
    for second in range(100):
        at_s = START_S + Fraction(second * 7, 5)
        journal = step(None, schedule(), at_s)
        back = re.search(r"#EXT-X-START:TIME-OFFSET=-([0-9.]+),PRECISE=YES", media_playlist(journal, OUTPUTS[0], at_s))
        assert back
        assert abs(journal.ends_s - Fraction(back[1]) - at_s) < Fraction(1, 1000)
        assert 18 <= Fraction(back[1]) <= 24


def test_each_piece_is_on_at_its_scheduled_time() -> None:
    course = schedule().course(Anchor())
    for second, key in ((0, "opener"), (3, "one"), (60, "two"), (3 * HOUR_S + 2, "four")):
        assert course.at(course.number_at(START_S + second)).shown.key == key
    first = course.at(course.number_at(START_S))
    assert (first.starts_s, first.shown.index) == (START_S, 0)
    noon = course.number_at(START_S + 3 * HOUR_S + 2)
    four = next(course.at(n) for n in range(noon, noon - 10, -1) if course.at(n).shown.index == 0)
    assert (four.shown.key, four.starts_s) == ("four", START_S + 3 * HOUR_S)


@given(st.lists(st.integers(1, 45).map(lambda n: 4 * n), min_size=1, max_size=6), st.integers(0, 40000))
def test_a_filling_is_exact(lengths: list[int], frames: int) -> None:
    filling = fill(lengths, frames, cut_frames=1, least_frames=25)
    assert filling.times * sum(lengths) + sum(filling.tail) == frames
    assert all(0 < shown <= length for shown, length in zip(filling.tail, cycle(lengths), strict=False))


@given(st.lists(st.sampled_from([60, 120, 180, 136]), min_size=1, max_size=6), st.integers(0, 40000))
def test_a_filling_that_is_cut_at_key_frames_is_late_by_less_than_a_gop(lengths: list[int], frames: int) -> None:
    filling = fill(lengths, frames, cut_frames=60, least_frames=25)
    assert 0 <= filling.times * sum(lengths) + sum(filling.tail) - frames < 60
    for shown, length in zip(filling.tail, cycle(lengths), strict=False):
        assert shown == length or shown % 60 == 0


def test_no_piece_of_a_filling_is_shorter_than_need_be() -> None:
    for frames in range(50, 2000):
        filling = fill((180, 180, 136), frames, cut_frames=1, least_frames=30)
        assert min(filling.tail, default=30) >= 30


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
    rows = parse(caption_playlist(journal, "th", START_S))[2].values()
    programme = [row.uri for row, each in zip(rows, journal.announced, strict=True) if not each.shown.is_filler]
    assert [uri.partition("/th-")[2] for uri in programme] == [f"{n}.vtt" for n in range(len(programme))]
    for uri, each in zip(programme, (each for each in journal.announced if not each.shown.is_filler), strict=True):
        read = read_caption_name(uri.removeprefix("captions/"))
        assert read
        hours, minutes, seconds, ticks = re.findall(r"LOCAL:(\d+):(\d+):([\d.]+),MPEGTS:(\d+)", read[0])[0]
        local_s = 3600 * int(hours) + 60 * int(minutes) + Fraction(seconds)
        media_s = BASE_S + each.starts_s - each.shown.piece.starts_frames / RATE + local_s
        assert (media_s * 90000 - int(ticks)) % (1 << 33) < 3000  # less than a frame
        assert 0 <= each.shown.piece.starts_frames / RATE - local_s < Fraction(1, 1000)
    assert all(row.uri == "empty.vtt" for row in parse(caption_playlist(journal, "en", START_S))[2].values())


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


def test_a_show_of_25_frames_a_second_is_on_time() -> None:
    rate = Fraction(25)
    made = show(entries(PARTS)).model_copy(update={"frame_rate": rate})
    plan = Schedule(made, PLANNED, pieces(packed(made), "show", {}))
    journal = step(None, plan, START_S + 3 * HOUR_S + 10)
    four = next(each for each in journal.announced if each.shown.key == "four")
    assert (four.shown.index, four.starts_s) == (0, START_S + 3 * HOUR_S)
    before = journal.announced[journal.announced.index(four) - 1]
    assert rate <= before.shown.piece.frames < 6 * rate
    assert f"-1920-{before.shown.piece.frames}/" in media_playlist(journal, OUTPUTS[0], START_S)
