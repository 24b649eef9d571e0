"""Progressive, interlaced or telecined? Judged by the pictures, because flags are wrong in both directions.

A frame's lines come in two fields. Woven with the field of its own frame, of the frame before and of the one after,
the upper field gives three pictures; the one whose fields are of one moment is combed least. Which that is tells what
the frame is. ffmpeg's ``idet`` compares lines too, but fine detail that moves fools it: of 49 progressive frames of
``testsrc2`` it took 38 for interlaced, this none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pipeline.media.facts import Scan

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    Lines = np.ndarray[Any, np.dtype[np.int32]]

NTSC_RATE = Fraction(30000, 1001)
PLACES = (Fraction(1, 2), Fraction(1, 5), Fraction(4, 5))
"""Where in the clip to look: beginnings are often black, ends too."""
GLANCE_FRAMES = 10
"""Enough to see that ordinary pictures are what they seem."""
FARTHEST_FRAMES = 300
"""How far a place may lie behind its key frame: the longest distance that x264 chooses is 250."""
LOOK_FRAMES = 32
"""Six rounds of film's 3:2 pattern."""
LEAST_FRAMES = 6
"""Fewer frames with motion in them than this decide nothing."""
STRIP_PX = 640
"""So wide a strip from the middle is looked at."""
BYTE_BITS = 8
_INTERLACED_HEIGHTS_PX = frozenset({480, 486, 512, 576, 608, 1080, 1088})
"""Source: ITU-R BT.601 and BT.709, with the padding that MPEG-2, D-10 and H.264 add."""
_TAPE_CODECS = frozenset(
    {"cfhd", "dnxhd", "dvvideo", "ffv1", "huffyuv", "mjpeg", "mpeg2video", "prores", "rawvideo", "utvideo", "v210"}
)
"""Codecs of capture and editing: their containers often lose the flag."""
_WEB_CODECS = frozenset({"h264", "hevc", "mpeg4", "vc1", "wmv3"})
_TAPE_RATES = (Fraction(25), NTSC_RATE)
_RATE_SLACK = Fraction(1, 2000)
_STILL_SHARE = 0.06
_LEAST_COMBING = 0.4
"""Differences in combing below this share, and below so many steps of 255, are an encoder's noise."""
_NEAR, _FAR = 0.2, 0.4
_MOST, _MANY, _SOME = 0.8, 0.5, 0.25
_CUT_FRAMES = 2
"""At a cut the frames to either side look combed."""


class Fields(NamedTuple):
    """What the pictures say; ``scan`` is None when they say nothing."""

    scan: Scan | None
    top_field_first: bool | None = None
    step: Fraction | None = None
    """The usual time between decoded frames, in ticks of the stream."""


UNSEEN = Fields(None)


def is_suspicious(codec: str, width_px: int, height_px: int, rate: Fraction) -> bool:
    """Tell whether unflagged pictures may be interlaced all the same: the sizes and exact rates of television."""
    if height_px not in _INTERLACED_HEIGHTS_PX or width_px < height_px:
        return False
    even = any(abs(rate / tape - 1) < _RATE_SLACK for tape in _TAPE_RATES)
    return even and codec in _TAPE_CODECS | _WEB_CODECS


def look(container: InputContainer, stream: VideoStream, times: tuple[int, ...], *, flagged: bool) -> Fields:
    """Return what the pictures of ``stream`` are, decoding some from up to three places; ``times`` are its frames'.

    Where the file says that they are interlaced, all three places are looked at.
    """
    if not flagged and not _is_worth_it(container, stream, times):
        return UNSEEN
    seen, verdict, places = "", UNSEEN, list[Fields]()
    steps: list[Fraction] = []
    for place in PLACES:
        frames = _frames(container, stream, times, place, LOOK_FRAMES)
        kinds = _kinds(frames)
        seen += kinds
        stamps = sorted(frame.pts for frame in frames if frame.pts is not None)
        steps += [Fraction(median(b - a for a, b in pairwise(stamps)))] if len(stamps) > 1 else []
        verdict = judge(seen, _rate(stream, steps), flagged=flagged)
        places.append(judge(kinds, _rate(stream, steps), flagged=flagged))
        if (verdict.scan and not flagged) or len(times) <= LOOK_FRAMES:
            break
    # A still or a graphic in the middle of a programme of television: what is combed anywhere is deinterlaced.
    combed = [each for each in places if each.scan == "interlaced"]
    if verdict.scan == "progressive" and combed:
        verdict = combed[0]
    return verdict._replace(step=min(steps) if steps else None)


def _is_worth_it(container: InputContainer, stream: VideoStream, times: tuple[int, ...]) -> bool:
    """Tell, from a glance at up to three places, whether anything is combed."""
    for place in PLACES:
        kinds = _kinds(_frames(container, stream, times, place, GLANCE_FRAMES))
        combed = sum(kinds.count(kind) for kind in "pntb")
        if combed >= _MANY * (combed + kinds.count("c")) and combed > _CUT_FRAMES:
            return True
        if kinds.count("c") > _CUT_FRAMES:
            return False
    return False


def _rate(stream: VideoStream, steps: list[Fraction]) -> Fraction:
    step: Fraction = min(steps, default=Fraction(0))
    return 1 / (step * Fraction(stream.time_base or 1)) if step else step


def _frames(
    container: InputContainer, stream: VideoStream, times: tuple[int, ...], place: Fraction, count: int
) -> list[VideoFrame]:
    """Return up to ``count`` frames from the key frame before a place on; fewer when the file is broken there."""
    import av  # noqa: PLC0415 - slow to import

    found: list[VideoFrame] = []
    at = times[int(place * (len(times) - 1))]
    for again in (False, True):  # a transport stream of a single group of pictures begins nowhere else
        try:
            stream.codec_context.flush_buffers()
            container.seek(0 if again else at, stream=None if again else stream)
            decoded = container.decode(stream)
            found += islice(_from(decoded, at, FARTHEST_FRAMES), count)
        except (av.FFmpegError, EOFError, ValueError, IndexError):
            pass
        if found:
            break
    same = [frame for frame in found if (frame.width, frame.height) == (found[0].width, found[0].height)]
    return [frame for frame in same if frame.format.name == found[0].format.name]


def _from(frames: Iterator[VideoFrame], at: int, most: int) -> Iterator[VideoFrame]:
    """Yield the frames from the time ``at`` on; where that is more than ``most`` frames away, from there on."""
    for n, frame in enumerate(frames):
        if n >= most or frame.pts is None or frame.pts >= at:
            yield frame


def judge(kinds: str, rate: Fraction, *, flagged: bool) -> Fields:
    """Return what frames of these kinds (:func:`kind_of`) at ``rate`` a second make together. Pure."""
    count = Counter(kinds)
    clear = sum(count[kind] for kind in "cpntb")
    before, after = count["p"], count["n"]
    if clear < LEAST_FRAMES:
        return UNSEEN
    film = max(before, after)
    if (
        film >= _SOME * clear <= count["c"]
        and film >= max(count["t"], count["b"])
        and film > 3 * min(before, after)
        and abs(rate / NTSC_RATE - 1) < Fraction(1, 100)
    ):
        return Fields("telecined", before > after)
    if count["c"] >= _MOST * clear:
        return Fields("progressive")
    top, bottom = count["t"] + before, count["b"] + after
    if max(top, bottom) >= (_MANY if flagged else 0.6) * clear and max(top, bottom) > 3 * min(top, bottom):
        return Fields("interlaced", top > bottom)
    return UNSEEN


def _kinds(frames: list[VideoFrame]) -> str:
    lines = [_luma(frame) for frame in frames]
    return "".join(kind_of(*lines[n - 1 : n + 2]) for n in range(1, len(lines) - 1))


def _luma(frame: VideoFrame) -> Lines:
    if not frame.format.name.startswith(("yuv4", "yuvj4", "yuva4", "gray", "nv", "p0")):
        frame = frame.reformat(format="gray")
    plane = frame.planes[0]
    deep = max(component.bits for component in frame.format.components) - BYTE_BITS
    kind = np.dtype(np.uint16 if deep > 0 else np.uint8)
    rows = np.frombuffer(memoryview(plane), dtype=kind).reshape(frame.height, -1)
    left = max(0, frame.width - STRIP_PX) // 2
    strip = rows[: frame.height // 2 * 2, left : left + min(frame.width, STRIP_PX)]
    return np.asarray(strip >> max(0, deep), np.int32)


def kind_of(before: Lines, frame: Lines, after: Lines) -> str:
    """Return what a frame is, by its own lines and those of its neighbours.

    ``c``: both its fields are of one moment. ``p``, ``n``: its upper field is of one moment with the lower field of the
    previous or the next frame, as in telecined film. ``t``, ``b``: its fields are half a frame apart, the top or the
    bottom one first. ``?``: nothing moves. ``-``: none of these, as at a cut.
    """
    top = frame[0::2]
    own, previous, following = (_combing(top, lines[1::2]) for lines in (frame, before, after))
    least, most = min(own, previous, following), max(own, previous, following)
    if most - least < max(_STILL_SHARE * most, _LEAST_COMBING):
        return "?"
    own, previous, following = ((value - least) / (most - least) for value in (own, previous, following))
    for name, one, others in (("c", own, (previous, following)), ("p", previous, (own, following)),
                              ("n", following, (own, previous))):  # fmt: skip
        if one < _NEAR and min(others) > _FAR:
            return name
    if own >= _FAR or min(previous, following) >= _FAR:
        return "-"
    return "t" if following > previous else "b"


def _combing(top: Lines, bottom: Lines) -> float:
    """Return how much every other line sticks out when two fields are woven."""
    lower = np.abs(top[:-1] + top[1:] - 2 * bottom[:-1]).mean()
    upper = np.abs(bottom[:-1] + bottom[1:] - 2 * top[1:]).mean()
    return float(lower + upper)
