"""Plans: lengths that join, pictures that keep their shape, and what people are told beforehand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.card.texts import CardText, SlateText, ThirdText
from pipeline.media.facts import AudioFacts, ClipFacts, SubtitleFacts, VideoFacts
from pipeline.preset.load import load
from pipeline.preset.model import Book, House
from pipeline.text.cues import Captions, Cue
from pipeline.units import AAC_FRAME_SAMPLES, samples_in
from pipeline.video.cautions import warnings
from pipeline.video.fit import SAME_ASPECT, picture_in
from pipeline.video.plan import ClipPlan, lead_for, plan_card, plan_clip, trimmed
from pipeline.video.promise import promise

UNHURRIED = settings(deadline=None)

BOOK = load(Path(__file__).parents[2] / "presets")
HOUSE = BOOK.house
HOUSE_25 = HOUSE.model_copy(update={"frame_rate": Fraction(25), "timescale_hz": 12800})
CARD = CardText(event_name="งาน", name="ชื่อ", theme=None, date_text="27 ก.ย. 2565", number=7, total=31, accent="#FFBE5C")
FRAMES = tuple((output.width_px, output.height_px) for output in BOOK.videos)


def clip_facts(video: dict[str, Any] | None = None, audio: dict[str, Any] | None = None, **whole: Any) -> ClipFacts:  # noqa: ANN401 - passed on
    """Return the facts of an ordinary clip of two seconds, with changes."""
    picture: dict[str, Any] = {
        "index": 0, "codec": "h264", "profile": "High", "coded_width_px": 1280, "coded_height_px": 720,
        "rotation_deg": 0, "pixel_aspect": 1, "frame_rate": 30, "variable_rate": False, "pix_fmt": "yuv420p",
        "color_range": "tv", "color_space": "bt709", "color_primaries": "bt709",
        "color_transfer": "bt709", "scan": "progressive", "has_alpha": False, "start_s": 0,
        "end_s": 2, "frames": 60, "promised_frames": 60,
    }  # fmt: skip
    sound: dict[str, Any] = {
        "index": 1, "codec": "aac", "channels": 2, "layout": "stereo", "sample_rate_hz": 48000, "language": None,
        "start_s": 0, "end_s": 2,
    }  # fmt: skip
    found: dict[str, Any] = {
        "container": "mov", "start_s": 0, "duration_s": 2, "audio_streams": 1, "damaged_packets": 0,
    }  # fmt: skip
    heard = AudioFacts(**sound | (audio or {}))
    found |= {"video": VideoFacts(**picture | (video or {})), "audio": heard, "sounds": (heard,)}
    return ClipFacts(**found | whole)


def plan(facts: ClipFacts, book: Book = BOOK, stage: str = "air", **more: Any) -> ClipPlan:  # noqa: ANN401 - passed on
    parts: dict[str, Any] = {"captions": (), **more}
    return plan_clip(stage=stage, clip_id="a", title="ชื่อ", sha256="0" * 64, facts=facts, book=book, card=CARD, **parts)


@pytest.mark.parametrize(("house", "multiple", "longest"), [(HOUSE, 16, 135), (HOUSE_25, 8, 127)])
@UNHURRIED
@given(data=st.data())
def test_every_length_joins(house: House, multiple: int, longest: int, data: st.DataObject) -> None:
    body = data.draw(st.integers(1, 10**6))
    lead = lead_for(body, house)
    assert house.card_frames == 120 <= lead <= longest
    assert (lead + body) % multiple == 0
    assert samples_in(lead + body, house.frame_rate, house.sample_rate_hz) % AAC_FRAME_SAMPLES == 0


def test_the_card_is_never_longer_than_it_must_be() -> None:
    assert [lead_for(body, HOUSE) for body in (8, 9, 16, 23, 24)] == [120, 135, 128, 121, 120]


@UNHURRIED
@given(duration_s=st.fractions(Fraction(1, 1000), 4000, max_denominator=90_000))
def test_a_plans_numbers_agree(duration_s: Fraction) -> None:
    made = plan(clip_facts(duration_s=duration_s))
    assert made.frames == made.lead_frames + made.body_frames
    assert made.frames % 16 == 0
    assert made.samples == made.frames * 1600 - 1024
    assert made.lead_s == Fraction(made.lead_frames, 30)
    assert abs(Fraction(made.body_frames, 30) - duration_s) <= Fraction(1, 60) or made.body_frames == 1
    for output in made.outputs:
        promised = promise(made, output)
        assert promised.frames == made.frames
        assert (promised.audio_packets - 1) * AAC_FRAME_SAMPLES == made.samples
        assert promised.gop_frames == 60
        assert promised.subtitle_tracks == 0


@UNHURRIED
@given(frames=st.integers(1, 3000))
def test_cards_join_too(frames: int) -> None:
    made = plan_card(SlateText(**CARD.model_dump(exclude={"kind"}), note="รอ"), "ชื่อ", BOOK, frames)
    assert frames <= made.frames < frames + 16
    assert made.frames % 16 == 0
    assert made.samples == made.frames * 1600 - 1024
    assert promise(made, made.outputs[0]).audio_packets * AAC_FRAME_SAMPLES == made.frames * 1600
    assert made.outputs[0].id == "air-1080p"


@UNHURRIED
@given(duration_s=st.fractions(Fraction(1, 1000), 90, max_denominator=1000))
@example(Fraction(3))
@example(Fraction(4))
def test_a_lower_third_lies_within_the_footage_or_is_left_out(duration_s: Fraction) -> None:
    text = ThirdText(name="ชื่อ", number=7, total=31, accent="#FFBE5C")
    made = plan(clip_facts(duration_s=duration_s), third=text)
    if made.third is None:
        assert made.body_frames < 15 + 90 + 15
        return
    assert made.third.first_frame == 15
    assert 90 <= made.third.frames <= 150
    assert made.third.first_frame + made.third.frames <= made.body_frames - 15
    assert made.third.frames == 150 or made.body_frames < 15 + 150 + 15


@pytest.mark.parametrize("languages", [(), ("th",), ("th", "en")])
def test_every_language_gets_a_track(languages: tuple[str, ...]) -> None:
    made = plan(
        clip_facts(), stage="pages", captions=tuple(Captions(language=each, cues=(cue(0, 1),)) for each in languages)
    )
    tracks = {output.id: promise(made, output).subtitle_tracks for output in made.outputs}
    assert tracks == {"page-1080p": len(languages), "clean": 0, "portrait": 0, "square": 0, "vertical": 0}


def test_a_plan_says_all_that_decides_the_bytes_and_survives_json() -> None:
    made = plan(clip_facts(), captions=(Captions(language="th", cues=(cue(0, 1),)),))
    assert ClipPlan.model_validate_json(made.model_dump_json()) == made
    assert {output.stage for output in made.outputs} == {"air"}
    assert {layout: output.id for layout, output in made.largest.items()} == {"wide": "air-1080p"}
    assert list(plan(clip_facts(), stage="pages").largest) == [
        "portrait",
        "square",
        "tall",
    ]  # the wide one is the master itself


sizes = st.integers(2, 8192)


@example(1920, 1080, Fraction(1), 0)
@example(720, 576, Fraction(64, 45), 0)
@example(1920, 1080, Fraction(1), 90)
@example(2, 8192, Fraction(1), 0)
@UNHURRIED
@given(width=sizes, height=sizes, sar=st.fractions(Fraction(1, 4), 4, max_denominator=128),
       turn=st.sampled_from([0, 90, 180, 270]))  # fmt: skip
def test_a_picture_keeps_its_shape_in_every_frame(width: int, height: int, sar: Fraction, turn: int) -> None:
    facts = clip_facts({"coded_width_px": width, "coded_height_px": height, "pixel_aspect": sar, "rotation_deg": turn})
    aspect = Fraction(facts.video.display_width_px, facts.video.display_height_px)
    for frame_width, frame_height in FRAMES:
        found = picture_in(facts, frame_width, frame_height)
        assert found.width_px % 2 == found.height_px % 2 == 0
        near = abs(aspect / Fraction(frame_width, frame_height) - 1) <= SAME_ASPECT
        assert found.covers is near
        if found.covers:
            assert found.width_px >= frame_width
            assert found.height_px >= frame_height
            assert found.width_px == frame_width or found.height_px == frame_height
            assert found.width_px * found.height_px <= frame_width * frame_height * Fraction(53, 50)
        else:
            assert 2 <= found.width_px <= frame_width
            assert 2 <= found.height_px <= frame_height
            assert found.width_px == frame_width or found.height_px == frame_height
        # Sides are even, so the shape is kept as well as two pixels allow, and never 4 % off where that is visible.
        if min(found.width_px, found.height_px) >= 50:
            assert abs(Fraction(found.width_px, found.height_px) / aspect - 1) <= Fraction(1, 25)


@pytest.mark.parametrize(
    ("size", "frame", "expected"),
    [
        ((1280, 720), (1920, 1080), (1920, 1080, True)),
        ((1920, 1088), (1920, 1080), (1920, 1088, True)),
        ((1080, 1920), (1920, 1080), (608, 1080, False)),
        ((640, 480), (1920, 1080), (1440, 1080, False)),
        ((1920, 800), (1920, 1080), (1920, 800, False)),
        ((1920, 1080), (1080, 1080), (1080, 608, False)),
        ((1000, 1000), (1080, 1080), (1080, 1080, True)),
        ((1080, 1920), (1080, 1920), (1080, 1920, True)),
    ],
)
def test_pictures_of_known_shapes(
    size: tuple[int, int], frame: tuple[int, int], expected: tuple[int, int, bool]
) -> None:
    found = picture_in(clip_facts({"coded_width_px": size[0], "coded_height_px": size[1]}), *frame)
    assert (found.width_px, found.height_px, found.covers) == expected


@pytest.mark.parametrize(
    ("trim_in", "trim_out", "expected"),
    [
        (None, None, (0, 10)),
        (2, None, (2, 8)),
        (None, 4, (0, 4)),
        (2, 4, (2, 2)),
        (2, 99, (2, 8)),
        (0, 0, (0, 10)),
        (4, 2, (0, 10)),
        (10, None, (0, 10)),
        (99, None, (0, 10)),
        (3, 3, (0, 10)),
    ],
)
def test_trims(trim_in: int | None, trim_out: int | None, expected: tuple[int, int]) -> None:
    told = [None if value is None else Fraction(value) for value in (trim_in, trim_out)]
    begin, length = trimmed(Fraction(10), told[0], told[1])
    assert [begin, length] == list(expected)


times = st.none() | st.fractions(0, 100, max_denominator=1000)


@UNHURRIED
@given(duration_s=st.fractions(Fraction(1, 1000), 100, max_denominator=1000), trim_in=times, trim_out=times)
def test_a_trim_always_leaves_something_of_the_clip(
    duration_s: Fraction, trim_in: Fraction | None, trim_out: Fraction | None
) -> None:
    begin, length = trimmed(duration_s, trim_in, trim_out)
    assert begin >= 0
    assert length > 0
    assert begin + length <= duration_s
    made = plan(clip_facts(duration_s=duration_s), trim=(trim_in, trim_out))
    assert 0 <= begin - Fraction(made.skip_frames, 30) < Fraction(1, 30)
    assert made.frames % 16 == 0


def cue(start_s: float, end_s: float) -> Cue:
    return Cue(start_s=Fraction(start_s), end_s=Fraction(end_s), text=f"{start_s}")


def test_captions_move_with_the_trim_and_what_is_cut_off_is_left_out() -> None:
    thai = Captions(language="th", cues=(cue(0, 1), cue(1.5, 3), cue(4, 9), cue(9, 10)))
    english = Captions(language="en", cues=(cue(0, 1),))
    made = plan(clip_facts(duration_s=10), captions=(thai, english), trim=(Fraction(2), Fraction(8)))
    assert [each.language for each in made.captions] == ["th"]
    assert [[c.start_s, c.end_s] for c in made.captions[0].cues] == [[0, 1], [2, 6]]
    assert promise(made, next(o for o in BOOK.videos if o.id == "page-1080p")).subtitle_tracks == 1


def codes(facts: ClipFacts) -> set[str]:
    return {told.code for told in warnings(facts)}


WORDS_TRACK = SubtitleFacts(index=2, codec="subrip", language="tha", is_text=True)
PICTURES_TRACK = SubtitleFacts(index=2, codec="hdmv_pgs_subtitle", language=None, is_text=False)


def test_an_ordinary_clip_needs_no_words() -> None:
    assert codes(clip_facts()) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"audio": None, "audio_streams": 0}, "silence-added"),
        ({"audio_streams": 2}, "several-audio"),
        ({"subtitles": (WORDS_TRACK,)}, "embedded-captions-used"),
        ({"subtitles": (PICTURES_TRACK,)}, "embedded-captions"),
        ({"audio_streams": 2, "broken_sounds": 1, "sounds": ()}, {"audio-broken", "several-audio"}),
        ({"video_streams": 2}, "several-video"),
        ({"clock_shift_s": Fraction(-36000)}, "odd-times"),
        ({"damaged_packets": 3}, "damaged"),
        ({"duration_s": Fraction(1, 2)}, "very-short"),
        ({"duration_s": Fraction(181)}, "very-long"),
    ],
)
def test_what_people_are_told_of_a_clip(changes: dict[str, Any], code: str | set[str]) -> None:
    assert codes(clip_facts().model_copy(update=changes)) == ({code} if isinstance(code, str) else code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"color_transfer": "arib-std-b67"}, "hdr"),
        ({"color_transfer": "smpte2084"}, "hdr"),
        ({"dolby_vision": 5}, "dolby-vision-5"),
        ({"dolby_vision": 10, "color_transfer": None}, "dolby-vision-5"),
        ({"dolby_vision": 10, "color_transfer": "smpte2084"}, "hdr"),
        ({"dolby_vision": 8, "color_transfer": "arib-std-b67"}, "hdr"),
        ({"scan": "interlaced"}, "interlaced"),
        ({"scan": "telecined"}, "telecined"),
        ({"matrix_ignored": True}, "odd-rotation"),
        ({"aspect_ignored": True}, "odd-pixels"),
        ({"size_changes": True}, "size-changes"),
        ({"wild_times": True}, "odd-times"),
        ({"has_alpha": True}, "alpha-flattened"),
        ({"coded_width_px": 480, "coded_height_px": 270}, "low-resolution"),
        ({"coded_width_px": 720, "coded_height_px": 350, "rotation_deg": 90}, "low-resolution"),
        ({"frames": 1}, "single-frame"),
        ({"frame_rate": 5}, "low-frame-rate"),
        ({"end_s": Fraction(3, 2)}, "lengths-differ"),
    ],
)
def test_what_people_are_told_of_the_picture(changes: dict[str, Any], code: str) -> None:
    assert codes(clip_facts(changes)) == {code}


@pytest.mark.parametrize(("changes", "code"), [({"channels": 6}, "downmixed"), ({"end_s": 1}, "lengths-differ")])
def test_what_people_are_told_of_the_sound(changes: dict[str, Any], code: str) -> None:
    assert codes(clip_facts(audio=changes)) == {code}


def test_a_recording_that_stopped_early_is_told_unless_it_is_refused_anyway() -> None:
    short = {"frames": 20, "promised_frames": 60}
    assert codes(clip_facts(short, container="avi")) == {"cut-off-used"}
    assert codes(clip_facts(short, container="mov")) == set()  # probe() has refused it


def test_every_warning_is_told_in_both_languages_with_its_numbers() -> None:
    facts = clip_facts(
        {"coded_width_px": 200, "coded_height_px": 100, "scan": "interlaced", "color_transfer": "smpte2084"},
        {"channels": 6, "end_s": Fraction(9, 2)},
        audio_streams=3,
        subtitles=(PICTURES_TRACK,),
        duration_s=Fraction(400),
    )
    told = {each.code: each for each in warnings(facts)}
    assert len(told) == 8
    assert "200×100" in told["low-resolution"].en
    assert "200×100" in told["low-resolution"].th
    assert "2.0" in told["lengths-differ"].en
    assert "4.5" in told["lengths-differ"].en
    assert "6.7" in told["very-long"].th
