"""From what the decoder gives to whole pictures at the house's rate, upright and on the clip's own clock. Pure."""

from __future__ import annotations

from fractions import Fraction

from pipeline.media.facts import VideoFacts
from pipeline.preset.model import House
from pipeline.units import seconds_text
from pipeline.video.stream import Stream

WILD_SLACK_S = 300
"""Times this far beyond the clip's length are wrong; those that are told as wrong lie twice as far away."""
FILM_IN_TELEVISION = "30000/1001"
"""The rate of telecined film: four of its frames in five. Source: SMPTE RP 197."""
_TURNS: dict[tuple[int, bool], tuple[tuple[str, ...], ...]] = {
    (0, False): (),
    (90, False): (("transpose", "clock"),),
    (180, False): (("hflip",), ("vflip",)),
    (270, False): (("transpose", "cclock"),),
    (0, True): (("hflip",),),
    (90, True): (("transpose", "cclock_flip"),),
    (180, True): (("vflip",),),
    (270, True): (("transpose", "clock_flip"),),
}
"""Filters for a turn clockwise and then a flip left to right; two kinds of ``transpose`` do both at once."""


def upright(source: Stream, video: VideoFacts, house: House) -> Stream:
    """Return the stream at constant rate from time zero, as it is to be looked at.

    ffmpeg is told not to turn the picture (:func:`pipeline.video.graph.source_input`), so that broken matrices are
    treated as the facts say; the matrix must not reach an output, where a player would turn the picture again.
    """
    stream = source
    if video.wild_times:
        limit_s = video.end_s - video.start_s + WILD_SLACK_S
        stream = stream.filter("select", f"not(gte(abs(t),{seconds_text(limit_s)}))")
    if video.size_changes:
        stream = _one_size(stream, video)
    # A single frame that is shorter than half of one of ours would round away to nothing.
    even = {"fps": str(house.frame_rate), "start_time": 0, "eof_action": "pass"}
    stream = _whole_frames(stream, video).filter("fps", **even)
    for name, *options in _TURNS[video.rotation_deg, video.mirrored]:
        stream = stream.filter(name, *options)
    stream = stream.filter("sidedata", mode="delete", type="DISPLAYMATRIX")
    if video.has_alpha:
        stream = stream.filter("format", "gbrap").filter("premultiply", inplace=1)
    return stream


def _one_size(stream: Stream, video: VideoFacts) -> Stream:
    """Return pictures of the first one's size, later ones fitted in: filters that set up once would misread them."""
    size = (video.coded_width_px, video.coded_height_px)
    fitted = stream.filter("scale", *size, force_original_aspect_ratio="decrease", flags="bicubic")
    return fitted.filter("pad", *size, "(ow-iw)/2", "(oh-ih)/2", eval="frame").filter(
        "setsar", _ratio(video.pixel_aspect)
    )


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _whole_frames(stream: Stream, video: VideoFacts) -> Stream:
    """Return frames of one moment each.

    Interlaced: each field becomes a frame, so that 25 frames of two moments give the 30 that are wanted more evenly.
    Telecined: fields of one film frame are put together again, what does not fit is deinterlaced, and the frame that
    is there twice goes.
    """
    first = {True: "tff", False: "bff", None: "auto"}[video.top_field_first]
    if video.scan == "interlaced":
        return stream.filter("bwdif", mode="send_field", parity=first, deint="all")
    if video.scan == "telecined":
        even = stream.filter("fps", fps=FILM_IN_TELEVISION, start_time=0)
        matched = even.filter("fieldmatch", order=first, combmatch="full")
        return matched.filter("bwdif", mode="send_frame", deint="interlaced").filter("decimate")
    return stream
