"""Filter graphs and command lines for ffmpeg. Pure: a plan in, an argv out; nothing here runs.

The picture: constant rate, upright, tone-mapped, scaled once, captions burned, the card before it, then split to
the outputs. All paths are given by the caller; names inside the scratch folder are plain ASCII because filter
arguments would need three layers of escaping otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.media.facts import ClipFacts
from pipeline.preset.model import House, VideoOutput
from pipeline.units import seconds_text
from pipeline.video.colour import scaled
from pipeline.video.plan import ClipPlan, picture_in
from pipeline.video.stream import Stream
from pipeline.video.upright import upright

BLUR_SHARE = 8
"""The ground is blurred at an eighth of the size: at least 8.6 times cheaper, and it looks the same."""
FONTS = "fonts"


def source_input(path: Path, facts: ClipFacts) -> Stream:
    """Return the clip as an input that can open neither a second file nor an address."""
    return ffmpeg.input(f"file:{path}", f=facts.container, protocol_whitelist="file", reinit_filter=0)


def card_input(name: str) -> Stream:
    """Return a card, a PNG in the scratch folder, as an input of a single frame."""
    return ffmpeg.input(f"file:{name}", f="png_pipe", protocol_whitelist="file")


def body(source: Stream, plan: ClipPlan, output: VideoOutput, ass: str | None) -> Stream:
    """Return the footage in the frame of ``output``, its first frame held for the length of the cross-fade."""
    house = plan.house
    stream = upright(source, plan.facts.video, house)
    if plan.skip_frames:
        stream = stream.filter("trim", start_frame=plan.skip_frames).filter("setpts", "PTS-STARTPTS")
    stream = _placed(stream, plan.facts, output)
    if ass:
        stream = stream.filter("ass", ass, fontsdir=FONTS)
    fade = house.card_fade_frames
    return _counted(
        stream.filter("tpad", start=fade, start_mode="clone", stop=-1, stop_mode="clone"),
        fade + plan.body_frames,
        house.frame_rate,
    )


def _placed(stream: Stream, facts: ClipFacts, output: VideoOutput) -> Stream:
    picture = picture_in(facts, output.width_px, output.height_px)
    fitted = scaled(stream, facts.video, picture.width_px, picture.height_px)
    if picture.covers:
        return fitted.filter("crop", output.width_px, output.height_px)
    halves = fitted.filter_multi_output("split", 2)
    ground = _ground(halves[0], picture.width_px, picture.height_px, output)
    return (
        ground.overlay(halves[1], x="(W-w)/2", y="(H-h)/2", format="yuv420")
        .filter("format", "yuv420p")
        .filter("setsar", 1)
    )


def _ground(stream: Stream, width_px: int, height_px: int, output: VideoOutput) -> Stream:
    """Return the blurred, darker copy that fills the frame behind the picture."""
    aspect = Fraction(output.width_px, output.height_px)
    if Fraction(width_px, height_px) > aspect:
        crop = (_even_down(height_px * aspect), height_px)
    else:
        crop = (width_px, _even_down(width_px / aspect))
    small = (_even_down(Fraction(output.width_px, BLUR_SHARE)), _even_down(Fraction(output.height_px, BLUR_SHARE)))
    return (
        stream.filter("crop", *crop)
        .filter("scale", *small, flags="area")
        .filter("gblur", sigma=4)
        .filter("eq", brightness=-0.06, saturation=0.85)
        .filter("scale", output.width_px, output.height_px, flags="bicubic")
        .filter("setsar", 1)
    )


def _even_down(length_px: Fraction) -> int:
    return max(2, 2 * int(length_px / 2))


def _counted(stream: Stream, frames: int, rate: Fraction) -> Stream:
    """Return exactly ``frames`` frames with exact times."""
    return (
        stream.filter("trim", end_frame=frames)
        .filter("settb", f"{rate.denominator}/{rate.numerator}")
        .filter("setpts", "N")
        .filter("fps", fps=str(rate))
    )


def still(card: Stream, output: VideoOutput, frames: int, rate: Fraction) -> Stream:
    """Return the card for ``frames`` frames: decoded and scaled once, then repeated."""
    once = (
        card.filter(
            "scale", output.width_px, output.height_px, flags="bicubic", out_color_matrix="bt709", out_range="tv"
        )
        .filter("format", "yuv420p")
        .filter("setsar", 1)
        .filter("loop", loop=frames - 1, size=1, start=0)
    )
    return _counted(once, frames, rate)


def with_card(card: Stream, footage: Stream, plan: ClipPlan, output: VideoOutput) -> Stream:
    """Return card and footage, the card's end cross-fading into the footage's first frame."""
    house = plan.house
    offset_s = (plan.lead_frames - house.card_fade_frames) / house.frame_rate
    faded = ffmpeg.filter(
        [still(card, output, plan.lead_frames, house.frame_rate), footage],
        "xfade",
        transition="fade",
        duration=seconds_text(house.card_fade_frames / house.frame_rate, 6),
        offset=seconds_text(offset_s, 6),
    )
    return tagged(_counted(faded, plan.frames, house.frame_rate))


def smaller(stream: Stream, output: VideoOutput) -> Stream:
    """Return a finished picture scaled down to ``output``."""
    return tagged(stream.filter("scale", output.width_px, output.height_px, flags="bicubic").filter("setsar", 1))


def tagged(stream: Stream) -> Stream:
    """Return the stream with its colours and scan named, so that every file has the same parameter sets."""
    return stream.filter(
        "setparams",
        range="tv",
        color_primaries="bt709",
        color_trc="bt709",
        colorspace="bt709",
        chroma_location="left",
        field_mode="prog",
    )


def codec_options(output: VideoOutput, house: House) -> Mapping[str, Any]:
    """Return the encoder's options: all that decides the parameter sets is pinned."""
    gop = house.gop_frames
    return {
        "vcodec": "libx264",
        "preset": output.x264_preset,
        "crf": f"{output.crf:g}",
        "maxrate": f"{output.maxrate_kbps}k",
        "bufsize": f"{output.bufsize_kbps}k",
        "profile:v": house.profile,
        "level:v": house.level,
        "x264-params": f"stitchable=1:keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0",
        "threads:v": house.x264_threads,
        "pix_fmt": "yuv420p",
        "fps_mode": "cfr",
    }


def container_options(title: str, house: House) -> Mapping[str, Any]:
    """Return the muxer's options: index first, one clock, nothing of the source's metadata."""
    return {
        "video_track_timescale": house.timescale_hz,
        "movflags": "+faststart",
        "map_metadata": -1,
        "map_chapters": -1,
        "metadata": f"title={title}",
        "f": "mp4",
    }


def audio_options(house: House) -> Mapping[str, Any]:
    """Return the sound encoder's options."""
    return {"acodec": "aac", "audio_bitrate": f"{house.audio_kbps}k", "ar": house.sample_rate_hz, "ac": 2}


def argv(outputs: list[Stream], binary: str) -> list[str]:
    """Return the whole command line: quiet but for errors, no standard input, progress on standard output."""
    merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    head = [binary, "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats", "-progress", "pipe:1"]
    return [*head, "-stats_period", "0.5", *merged.compile(cmd=binary)[1:]]
