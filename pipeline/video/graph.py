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

from pipeline.media.facts import ClipFacts, VideoFacts
from pipeline.noun import Noun
from pipeline.preset.model import House, VideoOutput
from pipeline.units import seconds_text
from pipeline.video.plan import ClipPlan, picture_in

BLUR_SHARE = 8
"""The ground is blurred at an eighth of the size: at least 8.6 times cheaper, and it looks the same."""
HD_HEIGHT_PX = 720
REFERENCE_WHITE_NITS = 203
"""Source: ITU-R BT.2408-7, 2.2: diffuse white of HDR programmes."""
OVERSAMPLED_HZ = 192_000
"""A limiter at 48 kHz lets true peaks through that only show between samples."""
FONTS = "fonts"

Stream = Any
"""ffmpeg-python's node; the package ships no types."""


class Gain(Noun):
    """How the sound is set: a gain, and the ceiling of the limiter when it is needed."""

    gain_db: float
    ceiling_dbtp: float | None


def source_input(path: Path, facts: ClipFacts) -> Stream:
    """Return the clip as an input that can open neither a second file nor an address."""
    return ffmpeg.input(f"file:{path}", f=facts.container, protocol_whitelist="file", reinit_filter=0)


def card_input(name: str) -> Stream:
    """Return a card, a PNG in the scratch folder, as an input of a single frame."""
    return ffmpeg.input(f"file:{name}", f="png_pipe", protocol_whitelist="file")


def body(source: Stream, plan: ClipPlan, output: VideoOutput, ass: str | None) -> Stream:
    """Return the footage in the frame of ``output``, its first frame held for the length of the cross-fade."""
    house = plan.house
    stream = _upright(source, plan.facts.video, house)
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


def _upright(source: Stream, video: VideoFacts, house: House) -> Stream:
    """Return the stream at constant rate from time zero; ffmpeg has turned it upright before the graph."""
    stream = source
    if video.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", fps=str(house.frame_rate), start_time=0)
    if video.has_alpha:
        stream = stream.filter("format", "gbrap").filter("premultiply", inplace=1)
    return stream


def _placed(stream: Stream, facts: ClipFacts, output: VideoOutput) -> Stream:
    picture = picture_in(facts, output.width_px, output.height_px)
    fitted = _scaled(stream, facts.video, picture.width_px, picture.height_px)
    if picture.covers:
        return fitted.filter("crop", output.width_px, output.height_px)
    halves = fitted.filter_multi_output("split", 2)
    ground = _ground(halves[0], picture.width_px, picture.height_px, output)
    return (
        ground.overlay(halves[1], x="(W-w)/2", y="(H-h)/2", format="yuv420")
        .filter("format", "yuv420p")
        .filter("setsar", 1)
    )


def _scaled(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    if video.transfer != "sdr":
        return _tone_mapped(stream, video, width_px, height_px)
    # Without tags swscale takes everything for BT.601, which turns HD greens.
    matrix = video.color_space or ("bt709" if video.coded_height_px >= HD_HEIGHT_PX else "smpte170m")
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv", "flags": "bicubic"}
    if video.pix_fmt.startswith(("yuv", "nv", "p0")) and not video.has_alpha:
        options |= {"in_color_matrix": _swscale_matrix(matrix), "in_range": video.color_range or "tv"}
    return stream.filter("scale", width_px, height_px, **options).filter("format", "yuv420p").filter("setsar", 1)


def _swscale_matrix(matrix: str) -> str:
    """Return swscale's name for an H.273 matrix; it knows no constant-luminance BT.2020."""
    return {"bt2020nc": "bt2020", "bt2020c": "bt2020"}.get(matrix, matrix)


def _tone_mapped(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Scale first and tone-map at the final size: 3.4 times cheaper than at 4K."""
    tags = {
        "tin": video.color_transfer,
        "pin": video.color_primaries or "bt2020",
        "min": video.color_space or "bt2020nc",
        "rin": video.color_range or "tv",
    }
    return (
        stream.filter(
            "zscale", width_px, height_px, filter="bicubic", transfer="linear", npl=REFERENCE_WHITE_NITS, **tags
        )
        .filter("format", "gbrpf32le")
        .filter("zscale", primaries="bt709")
        .filter("tonemap", "mobius", desat=0)
        .filter("zscale", transfer="bt709", matrix="bt709", range="tv", dither="error_diffusion")
        .filter("format", "yuv420p")
        .filter("sidedata", mode="delete", type="MASTERING_DISPLAY_METADATA")
        .filter("sidedata", mode="delete", type="CONTENT_LIGHT_LEVEL")
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
