"""What the encoder saw, told to people."""

from __future__ import annotations

from fractions import Fraction

from test_plan import clip_facts, plan

from pipeline.video.sight import remarks, stretches

PRINTED = """frame:6    pts:6       pts_time:0.2
lavfi.black_start=0.2
frame:12   pts:12      pts_time:0.4
lavfi.black_end=0.4
frame:156  pts:156     pts_time:5.2
lavfi.freezedetect.freeze_start=3.2
frame:192  pts:192     pts_time:6.4
lavfi.freezedetect.freeze_duration=3.2
lavfi.freezedetect.freeze_end=6.4
frame:200  pts:200     pts_time:6.7
lavfi.black_start=6.7
"""


def test_each_stretch_has_a_begin_and_an_end() -> None:
    black = list(stretches(PRINTED, "black", Fraction(20)))
    assert black == [(Fraction("0.2"), Fraction("0.4")), (Fraction("6.7"), Fraction(20))]
    assert list(stretches(PRINTED, "freezedetect.freeze", Fraction(20))) == [(Fraction("3.2"), Fraction("6.4"))]


def test_people_hear_of_two_seconds_and_more_on_the_clock_of_their_file() -> None:
    made = plan(clip_facts(duration_s=30), trim=(Fraction(10), None))
    told = {each.code: each for each in remarks([(PRINTED, Fraction(20))], made)}
    assert set(told) == {"black-picture", "frozen-picture"}
    assert "0:17–0:30" in told["black-picture"].en
    assert "0:00" not in told["black-picture"].en
    assert "0:13–0:16" in told["frozen-picture"].th
    assert all(each.is_remark for each in told.values())


def test_many_places_are_not_all_named() -> None:
    lines = [f"lavfi.black_start={n}\nlavfi.black_end={n + 3}\n" for n in range(0, 50, 10)]
    (told,) = remarks([("".join(lines), Fraction(60))], plan(clip_facts(duration_s=60)))
    assert told.en.count("–") == 3
    assert "…" in told.en


def test_nothing_seen_is_nothing_told() -> None:
    assert remarks([("", Fraction(2))], plan(clip_facts())) == ()
    assert remarks([("noise\nlavfi.black_start=x\n", Fraction(2))], plan(clip_facts())) == ()


def test_what_goes_on_over_a_joint_is_told_once_and_ends_where_it_ends() -> None:
    def frozen(*events: tuple[str, str]) -> str:
        return "".join(f"lavfi.freezedetect.freeze_{what}={at}\n" for what, at in events)

    made = plan(clip_facts(duration_s=600))
    # It stands still from 0:57, is seen again at once in the next part, and moves at 1:10; then once more, far away.
    first = (frozen(("start", "57")), Fraction(60))
    second = (frozen(("start", "60.03"), ("end", "70"), ("start", "100"), ("end", "103")), Fraction(120))
    (told,) = remarks([first, second], made)
    assert "0:57–1:10, 1:40–1:43" in told.en
    # It moves a second after the joint: too short for the next part to tell, and not the end of the clip.
    (told,) = remarks([first, ("", Fraction(120)), ("", Fraction(600))], made)
    assert "(0:57–1:00)" in told.en
