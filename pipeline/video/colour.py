"""Colours: from whatever a source has to the BT.709 that every output has, at the output's size. Pure."""

from __future__ import annotations

from typing import Any

from pipeline.media.facts import VideoFacts
from pipeline.video.stream import Stream

HD_HEIGHT_PX = 720
REFERENCE_WHITE_NITS = 203
"""Source: ITU-R BT.2408-7, 2.2: diffuse white of HDR programmes."""


def scaled(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Return the picture as ``width_px`` × ``height_px`` of 8-bit BT.709, limited range, square pixels."""
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
