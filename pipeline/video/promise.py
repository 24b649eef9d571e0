"""What an output must turn out to be: compared with what it is before anyone sees it. Pure."""

from __future__ import annotations

from fractions import Fraction

from pipeline.noun import Noun
from pipeline.preset.model import House, VideoOutput
from pipeline.units import AAC_FRAME_SAMPLES
from pipeline.video.plan import CardPlan, ClipPlan, samples_of


class Promise(Noun):
    """The facts that one output must turn out to have."""

    profile: str
    """H.264's profile, by the name that FFmpeg gives it."""
    width_px: int
    height_px: int
    frames: int
    frame_rate: Fraction
    gop_frames: int
    timescale_hz: int
    audio_packets: int
    """0: a picture without sound."""
    sample_rate_hz: int
    subtitle_tracks: int
    has_edit_list: bool = True
    """Whether it may have one; without, the sound begins with its first packet."""


def promise(plan: ClipPlan | CardPlan, output: VideoOutput, frames: int | None = None) -> Promise:
    """Return what ``output`` must turn out to be. ``frames``: how many, where it is not the whole of the plan."""
    frames = plan.frames if frames is None else frames
    soft = len(plan.captions) if output.captions == "soft" and isinstance(plan, ClipPlan) else 0
    packets = packets_of(samples_of(frames, plan.house)) - (not output.has_edit_list)
    more = {"audio_packets": packets, "subtitle_tracks": soft, "has_edit_list": output.has_edit_list}
    return picture_promise(plan.house, output, frames).model_copy(update=more)


def packets_of(samples: int) -> int:
    """Return how many AAC packets hold so many samples, with the one of priming that the encoder puts before them.

    Source: ISO/IEC 14496-3.
    """
    return -(-samples // AAC_FRAME_SAMPLES) + 1


def picture_promise(house: House, output: VideoOutput, frames: int) -> Promise:
    """Return what a picture of ``output`` must turn out to be, alone in its file."""
    return Promise(
        profile=house.profile.capitalize(),
        width_px=output.width_px,
        height_px=output.height_px,
        frames=frames,
        frame_rate=house.frame_rate,
        gop_frames=house.gop_frames,
        timescale_hz=house.timescale_hz,
        audio_packets=0,
        sample_rate_hz=house.sample_rate_hz,
        subtitle_tracks=0,
    )
