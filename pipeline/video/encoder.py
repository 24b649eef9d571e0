"""The video encoders that can make the house format, and the options that pin it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.preset.model import Encoder, House, VideoOutput
from pipeline.video.stream import Stream

HARDWARE: tuple[Encoder, ...] = ("nvenc", "qsv", "vaapi", "videotoolbox")
"""Tried in this order where the house format says ``auto``."""
_VAAPI_DEVICE = "/dev/dri/renderD128"
_VIDEOTOOLBOX_BEST = 100


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
    return {
        "vcodec": "libx264",
        "preset": output.x264_preset,
        "crf": f"{output.crf:g}",
        "level:v": house.level,
        "x264-params": f"{pinned}:{output.x264_params}" if output.x264_params else pinned,
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
        "q:v": round(_VIDEOTOOLBOX_BEST - 2 * output.crf),
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
