"""The facts of one video stream, from its packets, its first frame and, where fields are in question, a few more."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.media import tags
from pipeline.media.facts import VideoFacts
from pipeline.media.fields import UNSEEN, Fields, is_suspicious, look
from pipeline.media.orientation import Orientation
from pipeline.media.sizes import changes
from pipeline.media.spans import Extent

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from pipeline.media.demux import Reel

LARGEST_SIDE_PX = 16384
"""What the reader takes at all, to guard its memory; below that the house format's limits decide."""
SMALLEST_SIDE_PX = 2
MOST_ASPECT = 4
"""Pixels that are wider or narrower than this are a mistake; the widest in use are 2:1."""
_TOP_FIRST, _BOTTOM_FIRST = frozenset({2, 5}), frozenset({3, 4})
"""AVFieldOrder by which field is shown first. Source: libavcodec/defs.h."""
_TWO_FIELDS = (Fraction(9, 5), Fraction(11, 5))
"""How many packets a frame takes when each field has one of its own."""


_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""Source: WebM Project, VP8 Alpha Encode/Decode; Matroska element AlphaMode."""


def video_facts(container: InputContainer, reel: Reel, span: Extent | None, dolby_vision: int | None) -> VideoFacts:
    """Return the facts of the reel's stream, which gave a frame.

    Raises:
        InputError: ``too-large`` or ``too-small``.

    """
    stream: VideoStream = reel.stream  # type: ignore[assignment]  # by its type
    frame: VideoFrame = reel.frame  # type: ignore[assignment]  # by the stream's type
    _refuse_size(frame)
    span = span or _counted(stream, reel.span.packets)
    rate = span.frame_rate if len(span.starts) > 1 else _stated_rate(stream)
    resized = reel.watch is not None and changes(reel.watch, stream, (frame.width, frame.height))
    plain = resized or span.is_variable or bool(_turn(stream, frame).rotation_deg)
    fields = _fields(container, stream, frame, span, rate=rate, plain=plain)
    halves = _packets_a_frame(fields, span)
    return VideoFacts(
        **_looks(stream, frame),
        frame_rate=rate / halves,
        variable_rate=span.is_variable,
        dolby_vision=dolby_vision or tags.dolby_vision(frame),
        scan=fields.scan or "progressive",
        top_field_first=fields.top_field_first,
        start_s=span.start_s,
        end_s=max(span.end_s, (span.starts[-1] + _step(stream, span)) * span.base),
        frames=-(-len(span.starts) // halves),
        promised_frames=_promised(stream, span, -(-len(span.starts) // halves)),
        size_changes=resized,
        wild_times=span.wild,
    )


def _promised(stream: VideoStream, span: Extent, frames: int) -> int:
    """Return how many frames the index promises; as many as there are where they last as long as all that it promises.

    An AVI's index also counts the empty packets by which a picture is shown again.
    """
    promised = stream.frames or 0
    rate = stream.average_rate or Fraction(0)
    whole = bool(rate) and promised / rate <= (span.end_s - span.start_s) * Fraction(3, 2)
    return min(promised, frames) if whole else promised


def _turn(stream: VideoStream, frame: VideoFrame) -> Orientation:
    tag = next((text for name, text in stream.metadata.items() if name.lower() == "rotate"), None)
    return tags.orientation(frame, tag)


def _looks(stream: VideoStream, frame: VideoFrame) -> dict[str, Any]:
    """Return those facts that one frame shows."""
    context, turn = stream.codec_context, _turn(stream, frame)
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    # libavcodec's own decoders of these drop the alpha, which lies in a stream of its own beside each packet.
    beside = any(name.lower() == "alpha_mode" and text == "1" for name, text in stream.metadata.items())
    decoder = _ALPHA_DECODERS.get(context.codec.canonical_name) if beside else None
    sane = Fraction(1, MOST_ASPECT) <= aspect <= MOST_ASPECT
    return {
        "index": stream.index,
        "codec": context.codec.canonical_name,
        "profile": context.profile,
        "coded_width_px": frame.width,
        "coded_height_px": frame.height,
        "rotation_deg": turn.rotation_deg,
        "mirrored": turn.mirrored,
        "matrix_ignored": turn.ignored,
        "pixel_aspect": aspect if sane else Fraction(1),
        "aspect_ignored": not sane,
        "pix_fmt": frame.format.name,
        **tags.colours(frame, context)._asdict(),
        "has_alpha": any(component.is_alpha for component in frame.format.components) or decoder is not None,
        "decoder": decoder,
    }


def _fields(
    container: InputContainer, stream: VideoStream, frame: VideoFrame, span: Extent, *, rate: Fraction, plain: bool
) -> Fields:
    """Return what the pictures are; where they do not show it, the file's word. ``plain`` ones are not suspected."""
    import av  # noqa: PLC0415 - slow to import

    context = stream.codec_context
    order = context.field_order
    flagged = frame.interlaced_frame or order in _TOP_FIRST | _BOTTOM_FIRST
    plain = plain or frame.format.name.startswith("yuvj")
    suspicious = not plain and is_suspicious(context.codec.canonical_name, frame.width, frame.height, rate)
    seen = UNSEEN
    if flagged or suspicious:
        with contextlib.suppress(av.FFmpegError, ValueError):  # pictures of a kind that cannot be looked at
            seen = look(container, stream, span.starts, flagged=flagged)
    if seen.scan or not flagged:
        return seen
    first = True if order in _TOP_FIRST else False if order in _BOTTOM_FIRST else None
    return seen._replace(scan="interlaced", top_field_first=first)


def _refuse_size(frame: VideoFrame) -> None:
    if max(frame.width, frame.height) > LARGEST_SIDE_PX:
        raise InputError("too-large", frame.width, frame.height, LARGEST_SIDE_PX)
    if min(frame.width, frame.height) < SMALLEST_SIDE_PX:
        raise InputError("too-small", frame.width, frame.height)


def _stated_rate(stream: VideoStream) -> Fraction:
    """Return the rate that the file tells, for want of frames to measure it by."""
    return stream.average_rate or stream.guessed_rate or Fraction(30)


def _counted(stream: VideoStream, packets: int) -> Extent:
    """Return the extent of a stream whose packets have no times, as in a bare stream: one after another."""
    base = Fraction(stream.time_base or 1)
    rate = stream.guessed_rate or _stated_rate(stream)  # the parameter sets' own, which ffmpeg goes by
    step = max(1, round(1 / (rate * base)))
    starts = tuple(range(0, max(1, packets) * step, step))
    return Extent(base, starts, len(starts) * step, wild=False)


def _step(stream: VideoStream, span: Extent) -> int:
    """Return how long one frame lasts, in ticks of the stream."""
    step = span.step if len(span.starts) > 1 else 1 / (_stated_rate(stream) * span.base)
    return max(1, round(step))


def _packets_a_frame(fields: Fields, span: Extent) -> int:
    """Return 2 where each field is a packet of its own, as field-coded H.264 comes from transport streams."""
    if fields.step is None or len(span.starts) < 2:  # noqa: PLR2004 - no step to compare with
        return 1
    least, most = _TWO_FIELDS
    return 2 if least * span.step <= fields.step <= most * span.step else 1
