"""The audio part of the graph: from the source's own to the house's, by a gain, behind the card. Pure."""

from __future__ import annotations

import ffmpeg

from pipeline.noun import Noun
from pipeline.preset.model import House
from pipeline.units import seconds_text
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream

OVERSAMPLED_HZ = 192_000
"""A limiter at 48 kHz lets true peaks through that only show between samples."""


class Gain(Noun):
    """How the sound is set: a gain, and the ceiling of the limiter when it is needed."""

    gain_db: float
    ceiling_dbtp: float | None


def sound(source: Stream, plan: ClipPlan, gain: Gain) -> Stream:
    """Return the clip's sound, set by ``gain`` and placed behind the card, to the exact sample."""
    audio = plan.facts.audio
    if audio is None:
        return silence(plan.samples, plan.house)
    lead = plan.lead_frames * plan.house.sample_rate_hz / plan.house.frame_rate
    return (
        levelled(source, plan, gain)
        .filter("adelay", delays=f"{int(lead)}S", all=1)
        .filter("apad")
        .filter("atrim", end_sample=plan.samples)
    )


def levelled(source: Stream, plan: ClipPlan, gain: Gain) -> Stream:
    """Return the clip's own sound with gain, limiter and fade-in: what is measured is what is used."""
    audio, house = plan.facts.audio, plan.house
    assert audio is not None  # noqa: S101 - both callers have asked
    rate = house.sample_rate_hz
    stream = (
        source[str(audio.index)]
        .filter("aresample", rate, **{"async": 1, "first_pts": 0})
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    )
    if gain.gain_db:
        stream = stream.filter("volume", f"{gain.gain_db:.3f}dB")
    if gain.ceiling_dbtp is not None:
        limit = f"{10 ** (gain.ceiling_dbtp / 20):.5f}"
        stream = (
            stream.filter("aresample", OVERSAMPLED_HZ)
            .filter("alimiter", limit=limit, attack=5, release=50, level="false", latency="true")
            .filter("aresample", rate)
            .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
        )
    first, count = (int(frames * rate / house.frame_rate) for frames in (plan.skip_frames, plan.body_frames))
    return (
        stream.filter("atrim", start_sample=first, end_sample=first + count)
        .filter("asetpts", "PTS-STARTPTS")
        .filter("afade", type="in", duration=seconds_text(house.sound_fade_s))
    )


def silence(samples: int, house: House) -> Stream:
    """Return ``samples`` of stereo silence."""
    null = ffmpeg.input(f"anullsrc=r={house.sample_rate_hz}:cl=stereo", f="lavfi")
    return null["a"].filter("aformat", sample_fmts="fltp").filter("atrim", end_sample=samples)
