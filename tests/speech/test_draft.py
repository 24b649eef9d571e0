"""When a clip gets a draft, and what its key covers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.intake.assign import assign
from pipeline.intake.sidecar import Sidecar
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.facts import AudioFacts, ClipFacts, VideoFacts
from pipeline.orders import ClipOrder, orders
from pipeline.preset.load import load
from pipeline.speech.draft import DraftOrder, DraftPlan, Recogniser, plan_draft
from pipeline.text.cues import Captions, Cue
from pipeline.video.plan import ClipPlan

RECOGNISER = Recogniser(sha256="ab" * 32, engine="faster-whisper=1", is_multilingual=True)
AUDIO = AudioFacts(
    index=1,
    codec="aac",
    channels=2,
    layout="stereo",
    sample_rate_hz=48000,
    language=None,
    start_s=Fraction(0),
    end_s=Fraction(20),
)
VIDEO = VideoFacts(
    index=0,
    codec="h264",
    profile=None,
    coded_width_px=1280,
    coded_height_px=720,
    rotation_deg=0,
    pixel_aspect=Fraction(1),
    frame_rate=Fraction(30),
    variable_rate=False,
    pix_fmt="yuv420p",
    color_range=None,
    color_space=None,
    color_primaries=None,
    color_transfer=None,
    has_alpha=False,
    start_s=Fraction(0),
    end_s=Fraction(20),
    frames=600,
    promised_frames=600,
)
OWN = (Captions(language="th", cues=(Cue(start_s=Fraction(0), end_s=Fraction(1), text="ก"),)),)


def air(sidecar: Sidecar | None = None, audio: AudioFacts | None = AUDIO) -> ClipPlan:
    facts = ClipFacts(
        container="mov",
        start_s=Fraction(0),
        duration_s=Fraction(20),
        video=VIDEO,
        audio=audio,
        audio_streams=int(audio is not None),
        sounds=() if audio is None else (audio,),
        damaged_packets=0,
    )
    stamp = Stamp(bytes=1, mtime_ns=1, ctime_ns=1)
    found = {"07.mp4": Sighting(path="07.mp4", stamp=stamp, kind="clip", sha256="cd" * 32, clip=facts)}
    if sidecar:
        found["07.toml"] = Sighting(path="07.toml", stamp=stamp, kind="sidecar", sidecar=sidecar)
    book = load(Path(__file__).resolve().parents[2] / "presets")
    made = [each.work for each in orders(assign(found, book.event), book, "tools") if each.kind == "air"]
    (work,) = (each for each in made if isinstance(each, ClipOrder))
    return work.plan


def drafted(plan: ClipPlan, **changes: object) -> DraftPlan | None:
    given = {"captions": (), "recogniser": RECOGNISER, "language": None} | changes
    return plan_draft(plan, **given)  # type: ignore[arg-type]


def test_a_clip_with_sound_and_without_captions_gets_a_draft_in_thai() -> None:
    plan = drafted(air())
    assert plan is not None
    assert (plan.language, plan.sound_index, plan.skip_s, plan.length_s) == ("th", 1, Fraction(0), Fraction(20))
    assert plan.file_name == f"{plan.id}.th.draft.srt"


@pytest.mark.parametrize(
    "changes",
    [
        {"captions": OWN},
        {"recogniser": None},
        {"recogniser": RECOGNISER.model_copy(update={"is_multilingual": False})},
    ],
)
def test_there_is_none_where_captions_came_along_or_nobody_can_hear(changes: dict[str, object]) -> None:
    assert drafted(air(), **changes) is None


def test_there_is_none_without_sound() -> None:
    assert drafted(air(audio=None)) is None


def test_the_sidecar_says_what_is_spoken() -> None:
    english = RECOGNISER.model_copy(update={"is_multilingual": False})
    plan = drafted(air(), recogniser=english, language="en-GB")
    assert plan is not None
    assert plan.language == "en"


def test_a_trimmed_clip_is_heard_where_it_is_used_and_timed_as_a_whole() -> None:
    plan = drafted(air(Sidecar(trim_in_s=Fraction(5), trim_out_s=Fraction(11))))
    assert plan is not None
    assert (plan.skip_s, plan.length_s) == (Fraction(5), Fraction(6))


def key(plan: DraftPlan | None, needs_key: str = "k") -> str:
    assert plan is not None
    return DraftOrder(plan=plan, needs_key=needs_key).key


def test_the_key_covers_all_that_is_heard_and_by_whom_and_nothing_else() -> None:
    plain = key(drafted(air()))
    others = [
        key(drafted(air(Sidecar(trim_in_s=Fraction(1))))),
        key(drafted(air(audio=AUDIO.model_copy(update={"index": 2})))),
        key(drafted(air(), language="en")),
        key(drafted(air(), recogniser=RECOGNISER.model_copy(update={"sha256": "ef" * 32}))),
        key(drafted(air(), recogniser=RECOGNISER.model_copy(update={"engine": "faster-whisper=2"}))),
        key(drafted(air().model_copy(update={"sha256": "01" * 32}))),
    ]
    assert len({plain, *others}) == 7
    assert key(drafted(air(Sidecar(title="ชื่ออื่น"))), "another master") == plain
    assert key(drafted(air(), recogniser=RECOGNISER.model_copy(update={"is_at_hand": False}))) == plain


def test_an_order_travels_as_json() -> None:
    plan = drafted(air())
    assert plan is not None
    order = DraftOrder(plan=plan, needs_key="k")
    assert DraftOrder.model_validate_json(order.model_dump_json()) == order
