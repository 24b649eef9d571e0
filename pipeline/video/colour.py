"""Colours: from whatever a source has to the BT.709 that every output has, at the output's size. Pure.

HDR goes through one fixed curve, so that nothing flickers and nothing hangs on what a file claims of itself. Light up
to the knee stays as it is; from there it bends, and white is reached where the brightest displays end. All channels are
dimmed by what the brightest of them needs, so that no hue turns.
"""

from __future__ import annotations

from typing import Any

from pipeline.media.facts import VideoFacts
from pipeline.video.stream import Stream

HD_HEIGHT_PX = 720
REFERENCE_WHITE_NITS = 203
"""Source: ITU-R BT.2408-7, 2.2: diffuse white of HDR programmes."""
PEAK_NITS = {"hlg": 1000, "pq": 4000}
"""Where white is reached. Source: ITU-R BT.2100-2, table 5: the nominal peak of an HLG display. PQ is graded for up to
4000, and phones write skies of more than 1000."""
KNEE = 0.5
"""Share of white below which light stays as it is: about that of light skin. So the curve for HLG keeps within 6 codes
of 255 of the one in ITU-R BT.2390-11, 5.4.1, from 1000 to 203 cd/m²; a higher knee leaves no room for clouds."""
_HEADROOM = 4
"""``colorchannelmixer`` takes factors up to 2; so linear IPT is mixed by a quarter of the matrix, from four times as
much light."""
_LMS_OF_RGB = ((0.304034, 0.58439, 0.111575), (0.292256, 0.69859, 0.009154), (-0.12958, 1.01004, 0.119541))
"""To L'M'S' from what the matrix of BT.709 makes of I, P, T: its inverse, then IPT's. Source: Ebner and Fairchild,
CIC 6, 1998; it is what the streams' own metadata say too."""
_BT709_OF_LMS = ((5.80079, -4.96, 0.15921), (-1.21823, 2.41809, -0.19988), (0.01042, -0.22674, 1.2165))
"""To linear BT.709 from linear LMS: the crosstalk of 2 % taken out (as the streams' metadata say), Hunt-Pointer-Estevez
to BT.2020, then to BT.709. Source: libplacebo, src/shaders/colorspace.c (``dovi_lms2rgb``); ITU-R BT.2087."""
_WIDE_PRIMARIES = {"bt2020", "smpte432"}
"""SDR in these would look pale. Those of SD differ less than screens do, and phones name them wrongly."""
_RGB_NAMES = ("gbr", "rgb", "bgr", "argb", "abgr", "0rgb", "0bgr", "x2rgb", "x2bgr", "pal8")


def scaled(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Return the picture as ``width_px`` × ``height_px`` of 8-bit BT.709, limited range, square pixels."""
    if video.is_dolby_vision_alone:
        return _tone_mapped(_linear_from_ipt(stream, video, width_px, height_px), PEAK_NITS["pq"])
    if video.transfer != "sdr":
        return _tone_mapped(_linear_from_hdr(stream, video, width_px, height_px), PEAK_NITS[video.transfer])
    if video.color_primaries in _WIDE_PRIMARIES or (video.pix_fmt.startswith("gray") and not video.has_alpha):
        return _converted(stream, video, width_px, height_px)
    # Without tags swscale takes everything for BT.601, which turns HD greens.
    options: dict[str, Any] = {"out_color_matrix": "bt709", "out_range": "tv", "flags": "bicubic"}
    if video.pix_fmt.startswith(("yuv", "nv", "p0")) and not video.has_alpha:
        options |= {"in_color_matrix": _swscale_matrix(_matrix(video)), "in_range": video.color_range or "tv"}
    return stream.filter("scale", width_px, height_px, **options).filter("format", "yuv420p").filter("setsar", 1)


def _matrix(video: VideoFacts) -> str:
    """Return the matrix of the picture; where no tag says it, the one that its height suggests."""
    return video.color_space or ("bt709" if video.coded_height_px >= HD_HEIGHT_PX else "smpte170m")


def _swscale_matrix(matrix: str) -> str:
    """Return swscale's name for an H.273 matrix; it knows no constant-luminance BT.2020."""
    return {"bt2020nc": "bt2020", "bt2020c": "bt2020"}.get(matrix, matrix)


def _zscale_tags(video: VideoFacts, matrix: str) -> dict[str, Any]:
    """Return what the picture is, as ``zscale`` is told it. A picture with alpha comes as RGB (see ``upright``)."""
    is_rgb = video.has_alpha or video.pix_fmt.startswith(_RGB_NAMES)
    return {"min": "gbr", "rin": "pc"} if is_rgb else {"min": matrix, "rin": video.color_range or "tv"}


def _converted(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Return SDR that ``scale`` would get wrong: it keeps wide primaries, and takes every grey for full range."""
    tags = _zscale_tags(video, _matrix(video)) | {"pin": video.color_primaries or "bt709", "tin": "bt709"}
    target = {"matrix": "bt709", "primaries": "bt709", "transfer": "bt709", "range": "tv"}
    return (
        stream.filter("zscale", width_px, height_px, filter="bicubic", dither="error_diffusion", **tags, **target)
        .filter("format", "yuv420p")
        .filter("setsar", 1)
    )


def _linear_from_hdr(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Return linear BT.709 as it would be shown, 1.0 being white; scaled here: 3.4 times cheaper than after, at 4K.

    zscale's quick gamma bends HLG's channels one by one, as an SDR camera does, not their luminance, as BT.2100 does.
    """
    tags = _zscale_tags(video, video.color_space or "bt2020nc") | {
        "tin": video.color_transfer,
        "pin": video.color_primaries or "bt2020",
    }
    target = {"transfer": "linear", "npl": REFERENCE_WHITE_NITS, "primaries": "bt709"}
    return stream.filter("zscale", width_px, height_px, filter="bicubic", **tags, **target).filter(
        "format", "gbrpf32le"
    )


def _linear_from_ipt(stream: Stream, video: VideoFacts, width_px: int, height_px: int) -> Stream:
    """Return linear BT.709 of IPT, without what the stream's metadata would reshape."""
    # zscale knows no IPT: the matrix of BT.709 makes planes of it that can be mixed; floating point cuts nothing off.
    tags = {"color_primaries": "bt2020", "color_trc": "smpte2084", "colorspace": "bt709"}
    quarter = tuple(tuple(factor / _HEADROOM for factor in row) for row in _BT709_OF_LMS)
    return (
        stream.filter("setparams", range=video.color_range or "pc", **tags)
        .filter("zscale", width_px, height_px, filter="bicubic", matrix="gbr")
        .filter("format", "gbrpf32le")
        .filter("colorchannelmixer", **_mixed(_LMS_OF_RGB))
        .filter("zscale", transfer="linear", npl=REFERENCE_WHITE_NITS / _HEADROOM)
        .filter("colorchannelmixer", **_mixed(quarter))
        .filter("setparams", color_primaries="bt709")
    )


def _mixed(matrix: tuple[tuple[float, ...], ...]) -> dict[str, str]:
    """Return a matrix as the options of ``colorchannelmixer``."""
    return {
        f"{to}{of}": f"{factor:.6f}"
        for to, row in zip("rgb", matrix, strict=True)
        for of, factor in zip("rgb", row, strict=True)
    }


def _tone_mapped(stream: Stream, peak_nits: int) -> Stream:
    """Return linear BT.709 as what a screen takes, without what the source said of its light and the room's."""
    curve = {"param": KNEE, "peak": f"{peak_nits / REFERENCE_WHITE_NITS:.3f}", "desat": 0}
    return (
        stream.filter("tonemap", "mobius", **curve)
        .filter("zscale", transfer="bt709", matrix="bt709", range="tv", dither="error_diffusion")
        .filter("format", "yuv420p")
        .filter("sidedata", mode="delete")
        .filter("setsar", 1)
    )
