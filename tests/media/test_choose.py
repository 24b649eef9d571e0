"""Which of several streams is meant."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from pipeline.media.choose import heard, picture, sound
from pipeline.media.facts import AudioFacts, ClipFacts, VideoFacts

THAI_FIRST = (("tha", "th"), ("eng", "en"))


def track(index: int, language: str | None = None, **more: Any) -> AudioFacts:  # noqa: ANN401 - passed on
    fields: dict[str, Any] = {"channels": 2, "layout": "stereo", "start_s": 0, "end_s": 10, "codec": "aac"}
    return AudioFacts(index=index, language=language, sample_rate_hz=48000, **fields | more)


def shown(index: int, **more: Any) -> VideoFacts:  # noqa: ANN401 - passed on
    fields: dict[str, Any] = {
        "codec": "h264", "profile": None, "coded_width_px": 640, "coded_height_px": 360, "rotation_deg": 0,
        "pixel_aspect": 1, "frame_rate": 30, "variable_rate": False, "pix_fmt": "yuv420p",
        "color_range": None, "color_space": None, "color_primaries": None, "color_transfer": None, "has_alpha": False,
        "start_s": 0, "end_s": 10, "frames": 300, "promised_frames": 300,
    }  # fmt: skip
    return VideoFacts(index=index, **fields | more)


SOUNDS = {
    "none": ((), None),
    "one": ((track(1),), 1),
    "the default": ((track(1, "tha", channels=6), track(2, "eng", is_default=True)), 2),
    "a mark on all says nothing": ((track(1, "eng", is_default=True), track(2, "tha", is_default=True)), 2),
    "the language, in two letters": ((track(1, "eng", channels=6), track(2, "th")), 2),
    "the language, in three letters": ((track(1, "en"), track(2, "THA")), 2),
    "the second language": ((track(1, "deu"), track(2, "en-GB"), track(3)), 2),
    "most channels": ((track(1), track(2, channels=6), track(3, channels=1)), 2),
    "longest": ((track(1, end_s=4), track(2, end_s=Fraction(19, 2)), track(3, end_s=9)), 2),
    "the first": ((track(4), track(5)), 4),
    "no commentary": ((track(1), track(2, "tha", channels=6, is_default=True, is_aside=True)), 1),
    "a commentary when it is all there is": ((track(2, is_aside=True),), 2),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_the_sound_that_is_meant(name: str) -> None:
    sounds, expected = SOUNDS[name]
    chosen = sound(sounds, THAI_FIRST)
    assert (chosen.index if chosen else None) == expected


VIDEOS = {
    "one": (((shown(0), False),), 0),
    "the default": (((shown(0, end_s=20), False), (shown(1), True)), 1),
    "a mark on all says nothing": (((shown(0, end_s=5), True), (shown(1), True)), 1),
    "longest": (((shown(0, end_s=5, coded_width_px=1920), False), (shown(1), False)), 1),
    "largest": (((shown(0), False), (shown(1, coded_width_px=1280), False)), 1),
    "no still, even if it is the default": (((shown(0, frames=1, end_s=99), True), (shown(1), False)), 1),
    "a short clip beside a still": (((shown(0, frames=2, coded_width_px=4032), False), (shown(1, frames=9), False)), 1),
    "nothing but stills": (((shown(0, frames=1), False), (shown(1, frames=1, coded_width_px=4032), False)), 1),
}


@pytest.mark.parametrize("name", VIDEOS)
def test_the_picture_that_is_meant(name: str) -> None:
    videos, expected = VIDEOS[name]
    assert picture(videos).index == expected


def test_another_language_changes_the_sound_and_with_it_the_length() -> None:
    thai, english = track(1, "tha"), track(2, "eng", end_s=14)
    facts = ClipFacts(container="mov", start_s=1, duration_s=9, video=shown(0), audio=thai, audio_streams=2,
                      sounds=(thai, english), damaged_packets=0)  # fmt: skip
    assert heard(facts, (("tha", "th"),)) == facts
    assert heard(facts) == heard(facts, (("eng", "en"),))  # without a wish the longer one
    found = heard(facts, (("en",), ("th",)))
    assert found.audio == english
    assert found.duration_s == 13
    silent = facts.model_copy(update={"audio": None, "sounds": ()})
    assert heard(silent, (("tha",),)) == silent
