"""Where speech is heard in clips, against the times at which it was put there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sound_factory import level, music, noise, talk
from spoken import RATE_HZ, levels, sentences, voice, write_spoken

from pipeline.errors import MediaError
from pipeline.media.probe import probe
from pipeline.sync.activity import Levels
from pipeline.sync.speech import listen

SECONDS = 40
SPANS = sentences(11, SECONDS)


def hear(clip: Path, folder: Path, ffmpeg: str) -> Levels:
    facts = probe(clip)
    assert facts.audio is not None
    return listen(clip, facts, facts.audio, folder, ffmpeg)


def agreement(heard: Levels, spans: list[tuple[float, float]] = SPANS) -> float:
    """Return the share of the hops about which it is right."""
    truth = levels(spans, SECONDS)[: heard.size]
    return float(np.mean((heard[: truth.size] > 0.5) == (truth > 0.5)))


@pytest.mark.parametrize(
    "sound",
    [
        voice(SPANS, SECONDS),
        voice(SPANS, SECONDS) * 0.02,
        np.stack([voice(SPANS, SECONDS), -voice(SPANS, SECONDS)], axis=1),
        np.stack([voice(SPANS, SECONDS), np.zeros(SECONDS * RATE_HZ)], axis=1),
        voice(SPANS, SECONDS) + level(noise(SECONDS, rate_hz=RATE_HZ, channels=1)[:, 0], -40),
        voice(SPANS, SECONDS) + level(music(SECONDS, rate_hz=RATE_HZ)[:, 0], -45),
    ],
    ids=["plain", "quiet", "one side upside down", "one side only", "over noise", "over music"],
)
def test_speech_is_heard_where_it_is(tmp_path: Path, ffmpeg: str, sound: Levels) -> None:
    clip = write_spoken(tmp_path / "clip.mp4", sound)
    assert agreement(hear(clip, tmp_path, ffmpeg)) > 0.9


@pytest.mark.parametrize(
    ("sound", "most"),
    [
        (level(noise(SECONDS, rate_hz=RATE_HZ), -20), 0.01),
        (np.zeros((SECONDS * RATE_HZ, 2)), 0.0),
        (np.stack([0.1 * np.sin(2 * np.pi * 440 * np.arange(SECONDS * RATE_HZ) / RATE_HZ)] * 2, axis=1), 0.01),
    ],
    ids=["noise", "silence", "a tone"],
)
def test_what_is_no_speech_is_not_heard_as_speech(tmp_path: Path, ffmpeg: str, sound: Levels, most: float) -> None:
    clip = write_spoken(tmp_path / "clip.mkv", sound, codec="pcm_s16le")
    assert hear(clip, tmp_path, ffmpeg).mean() <= most


def test_sound_that_begins_later_is_heard_later(tmp_path: Path, ffmpeg: str) -> None:
    whole = voice(SPANS, SECONDS)
    plain = hear(write_spoken(tmp_path / "plain.mkv", whole, codec="pcm_s16le"), tmp_path, ffmpeg)
    late = write_spoken(tmp_path / "late.mkv", whole, "-af", "asetpts=PTS+2/TB", codec="pcm_s16le")
    heard = hear(late, tmp_path, ffmpeg)
    assert np.mean((heard[200:] > 0.5)[: plain.size - 200] == (plain[:-200] > 0.5)) > 0.98


def test_the_levels_last_as_long_as_the_clip(tmp_path: Path, ffmpeg: str) -> None:
    clip = write_spoken(tmp_path / "clip.mkv", voice(SPANS, SECONDS)[: 30 * RATE_HZ], "-af", "atrim=end=20")
    facts = probe(clip)
    heard = hear(clip, tmp_path, ffmpeg)
    assert heard.size == pytest.approx(float(facts.duration_s) * 100, abs=5)
    assert not heard[2100:].any()


def test_a_transport_stream_is_on_the_clips_clock(tmp_path: Path, ffmpeg: str) -> None:
    clip = write_spoken(tmp_path / "clip.ts", voice(SPANS, SECONDS), codec="mp2")
    assert agreement(hear(clip, tmp_path, ffmpeg)) > 0.9


def test_sound_that_is_broken_is_an_error_of_the_tool(tmp_path: Path, ffmpeg: str) -> None:
    clip = write_spoken(tmp_path / "clip.mp4", level(talk(3, rate_hz=RATE_HZ), -20))
    facts = probe(clip)
    assert facts.audio is not None
    clip.write_bytes(b"\0" * 4000)
    with pytest.raises(MediaError):
        listen(clip, facts, facts.audio, tmp_path, ffmpeg)
