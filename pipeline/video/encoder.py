"""The video encoders that can make the house format, and the options that pin it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.preset.model import Encoder, House, VideoOutput
from pipeline.video.stream import Stream

HARDWARE: tuple[Encoder, ...] = ("nvenc", "qsv", "vaapi", "videotoolbox")
"""Tried in this order where the house format says ``auto``."""
_VAAPI_DEVICE = "/dev/dri/renderD128"
"""The first render node, where a machine with one graphics card has it. A second card is not tried.

Source: FFmpeg's manual, ``-init_hw_device vaapi``: the nodes are renderD128, renderD129 and so on.
"""
_VIDEOTOOLBOX_WORST, _VIDEOTOOLBOX_BEST = 1, 100
"""Source: FFmpeg, libavcodec/videotoolboxenc.c: ``-q:v`` is kVTCompressionPropertyKey_Quality in percent."""
_VIDEOTOOLBOX_PER_CRF = 2
"""A straight line from crf 0, the best, to about crf 50, the worst: crf 21.5 gives 57.

The two scales are not known to agree anywhere else, and nothing was measured: no Mac was at hand. The bit rate's
ceiling holds whatever comes of it.
"""
_PROFILE_NEEDS = {"high": ("8x8dct=1",), "main": ("8x8dct=0", "cabac=1")}
"""x264 writes the profile of what it used, not of what was asked for: ultrafast alone gives Constrained Baseline.

Source: x264, encoder/set.c, x264_sps_init.
"""


def encoder_options(output: VideoOutput, house: House) -> Mapping[str, Any]:
    """Return the encoder's options: all that decides the parameter sets is pinned.

    Closed captions of television that lie inside the source's pictures are left behind: frames are repeated and left
    out to reach the house's rate, which garbles them.
    """
    common = {
        "maxrate": f"{output.maxrate_kbps}k",
        "bufsize": f"{output.bufsize_kbps}k",
        "profile:v": house.profile,
        "fps_mode": "cfr",
    }
    return {**_OPTIONS[house.encoder](output, house), **common}


def _x264(output: VideoOutput, house: House) -> dict[str, Any]:
    gop = house.gop_frames
    pinned = f"stitchable=1:keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0"
    wished = [wish for wish in output.x264_params.split(":") if wish]
    needed = [need for need in _PROFILE_NEEDS[house.profile] if need not in wished]  # last, where they win
    return {
        "vcodec": "libx264",
        "preset": output.x264_preset,
        "crf": f"{output.crf:g}",
        "level:v": house.level,
        "x264-params": ":".join((pinned, *wished, *needed)),
        "threads:v": house.x264_threads,
        "a53cc": 0,
        "pix_fmt": "yuv420p",
    }


def _nvenc(output: VideoOutput, house: House) -> dict[str, Any]:
    return {
        "vcodec": "h264_nvenc",
        "preset": "p5",
        "rc": "vbr",
        "cq": f"{output.crf:g}",
        "level:v": house.level,
        "g": house.gop_frames,
        "no-scenecut": 1,
        "forced-idr": 1,
        "strict_gop": 1,
        "a53cc": 0,
        "pix_fmt": "yuv420p",
    }


def _qsv(output: VideoOutput, house: House) -> dict[str, Any]:
    return {
        "vcodec": "h264_qsv",
        "preset": "medium",
        "global_quality": f"{output.crf:g}",
        "level:v": house.level.replace(".", ""),
        "g": house.gop_frames,
        "idr_interval": 0,
        "forced_idr": 1,
        "a53cc": 0,
        "pix_fmt": "nv12",
    }


def _vaapi(output: VideoOutput, house: House) -> dict[str, Any]:
    return {
        "vcodec": "h264_vaapi",
        "rc_mode": "QVBR",
        "global_quality": f"{output.crf:g}",
        "level:v": house.level.replace(".", ""),
        "g": house.gop_frames,
        "idr_interval": 0,
        "sei": 0,
    }


def _videotoolbox(output: VideoOutput, house: House) -> dict[str, Any]:
    return {
        "vcodec": "h264_videotoolbox",
        "q:v": max(_VIDEOTOOLBOX_WORST, round(_VIDEOTOOLBOX_BEST - _VIDEOTOOLBOX_PER_CRF * output.crf)),
        "level:v": house.level,
        "g": house.gop_frames,
        "a53cc": 0,
        "pix_fmt": "yuv420p",
    }


_OPTIONS = {"x264": _x264, "nvenc": _nvenc, "qsv": _qsv, "vaapi": _vaapi, "videotoolbox": _videotoolbox}


def uploaded(stream: Stream, house: House) -> Stream:
    """Return the stream where the encoder can read it."""
    if house.encoder != "vaapi":
        return stream
    return stream.filter("format", "nv12").filter("hwupload")


def device_arguments(house: House) -> list[str]:
    """Return what must stand at the head of the command line for the encoder's device."""
    return ["-vaapi_device", _VAAPI_DEVICE] if house.encoder == "vaapi" else []
