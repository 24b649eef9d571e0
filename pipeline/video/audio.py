"""The audio part of the graph: from the source's own to the house's, by a remedy and a gain, behind the card. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

import ffmpeg

from pipeline.media.facts import AudioFacts
from pipeline.noun import Noun
from pipeline.preset.model import House
from pipeline.units import samples_in, seconds_text
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream

OVERSAMPLED_HZ = 192_000
"""A limiter at 48 kHz lets true peaks through that only show between samples."""
OWN = "own.f32"
"""The clip's own sound in the scratch folder: raw 32-bit floats in stereo, 23 MB a minute, nothing of it clipped."""
EVENED = "evened.mka"
SOUND = "sound.m4a"
"""The finished sound in the scratch folder."""
ON_TIME = {"async": 1, "min_hard_comp": 0.015, "min_comp": 0.004, "max_soft_comp": 0.001, "comp_duration": 1}
"""Keeps samples at the times that their packets state: what is off by more than 15 ms is filled or cut at once, a
drift is stretched away, by a thousandth at most, which nobody hears. The default lets 100 ms add up, three frames.
Source: ffmpeg-resampler(1); ITU-R BT.1359-1 puts the threshold of detection at 45 ms early and 125 ms late."""

INAUDIBLE_HZ = 15
"""A sound card's constant offset and the wind's rumble are below: nobody hears them, the limiter would.
Source: ISO 226, whose contours begin at 20 Hz."""
METERED_S = Fraction(2, 5)
"""The meter hears nothing shorter. Source: BS.1770-5, blocks of 400 ms."""

Remedy = Literal["left-only", "right-only", "inverted"]
"""What is wrong with the two channels, and so what is done about it."""
_REMEDIES: dict[Remedy, str] = {
    "left-only": "stereo|c0<c0|c1<c0",
    "right-only": "stereo|c0<c1|c1<c1",
    "inverted": "stereo|c0<c0|c1<-1*c1",
}
"""As pan takes them. ``<`` makes the weights of a channel add up to 1; ``=`` would not survive the escaping."""
_UNKNOWN_LAYOUT = re.compile(r"\d+ channels")


class Gain(Noun):
    """How the sound is set: a gain, and the ceiling of the limiter when it is needed."""

    gain_db: float
    ceiling_dbtp: float | None


def own(source: Stream, plan: ClipPlan, audio: AudioFacts) -> Stream:
    """Return the part of the clip's own sound that is used, in stereo at the house's rate, on the clip's clock."""
    pan = _pan(audio)
    stream = source[str(audio.index)]
    return timed(stream.filter("pan", pan) if pan else stream, plan)


def evened(source: Stream, plan: ClipPlan, audio: AudioFacts) -> Stream:
    """Return the clip's own sound in one format throughout, where rate or channels change in the middle of it."""
    stream = source[str(audio.index)].filter("aresample", plan.house.sample_rate_hz)
    return stream.filter("aformat", sample_fmts="flt", channel_layouts="stereo")


def timed(stream: Stream, plan: ClipPlan) -> Stream:
    """Return the part of a sound that is used, in stereo at the house's rate, each sample at its packet's time."""
    rate = plan.house.sample_rate_hz
    first, count = (int(frames * rate / plan.house.frame_rate) for frames in (plan.skip_frames, plan.body_frames))
    return (
        stream.filter("aresample", rate, **ON_TIME, first_pts=0)
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
        .filter("highpass", f=INAUDIBLE_HZ)
        .filter("atrim", start_sample=first, end_sample=first + count)
        .filter("asetpts", "PTS-STARTPTS")
        .filter("afade", type="in", duration=seconds_text(plan.house.sound_fade_s))
        .filter("apad", whole_len=int(METERED_S * rate))
    )


def _pan(audio: AudioFacts) -> str | None:
    """Return how channels come to two sides where ffmpeg does not know: all on both, so that nothing is lost.

    Ambisonic sound has what a single microphone hears in its first channel. Source: AmbiX, W is channel 0.
    """
    if audio.layout.startswith("ambisonic"):
        return _REMEDIES["left-only"]
    if audio.channels > 2 and _UNKNOWN_LAYOUT.fullmatch(audio.layout):  # noqa: PLR2004 - stereo
        each = "+".join(f"c{n}" for n in range(audio.channels))
        return f"stereo|c0<{each}|c1<{each}"
    return None


def own_input(house: House) -> Stream:
    """Return :data:`OWN` as an input."""
    return ffmpeg.input(
        f"file:{OWN}", f="f32le", ar=house.sample_rate_hz, channel_layout="stereo", protocol_whitelist="file"
    )["a"]


def levelled(stream: Stream, house: House, remedy: Remedy | None, gain: Gain) -> Stream:
    """Return the clip's own sound with its remedy, gain and limiter: what is measured is what is used."""
    if remedy:
        stream = stream.filter("pan", _REMEDIES[remedy])
    if gain.gain_db:
        stream = stream.filter("volume", f"{gain.gain_db:.3f}dB", precision="float")
    if gain.ceiling_dbtp is None:
        return stream
    limit = f"{10 ** (gain.ceiling_dbtp / 20):.5f}"
    return (
        stream.filter("aresample", OVERSAMPLED_HZ)
        .filter("alimiter", limit=limit, attack=5, release=50, level="false", latency="true")
        .filter("aresample", house.sample_rate_hz)
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    )


def placed(stream: Stream, plan: ClipPlan) -> Stream:
    """Return the sound behind the card, to the exact sample: where it ends before the picture, silence follows."""
    lead = samples_in(plan.lead_frames, plan.house.frame_rate, plan.house.sample_rate_hz)
    return (
        stream.filter("adelay", delays=f"{lead}S", all=1).filter("apad").filter("atrim", end_sample=plan.samples)
    )  # fmt: skip


def silence(samples: int, house: House) -> Stream:
    """Return ``samples`` of stereo silence."""
    null = ffmpeg.input(f"anullsrc=r={house.sample_rate_hz}:cl=stereo", f="lavfi")
    return null["a"].filter("aformat", sample_fmts="fltp").filter("atrim", end_sample=samples)
