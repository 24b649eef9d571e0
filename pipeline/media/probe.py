"""Reads a clip's facts in-process: one pass over its packets, and as many frames decoded as it takes to get one.

A file is hostile until proven otherwise: the demuxer must be one that cannot open further files or addresses, and
only local files are allowed as a protocol. Otherwise a playlist named ``clip.mp4`` would make libavformat fetch
whatever it lists.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.media.facts import AudioFacts, ClipFacts, VideoFacts

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

DEMUXERS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,ogg,ivf,mxf,dv,rm,gxf,wtv,nut,m4v,h264,hevc,vvc,av1,"
    "obu,vc1,swf,mp3,wav,w64,flac,aac,ac3,aiff,amr,yuv4mpegpipe,cine"
)
"""Demuxers that read one file and no other: no ``hls``, ``dash``, ``concat``, ``image2``, ``sdp``, ``tedcaptions``."""
LARGEST_SIDE_PX = 8192
SMALLEST_SIDE_PX = 2
FIRST_FRAME_PACKETS = 400
"""Give up on a stream when so many packets hold no frame: a talk of 10 s without a picture is not a clip."""
VARIABLE_SHARE = 0.02
WHOLE_SHARE = 0.98
"""A recording stopped at once may lack its last samples; less than this is a broken upload."""
_RANGES = {1: "tv", 2: "pc"}
# Names as ffmpeg's filters take them. Source: ITU-T H.273, tables 2 to 4, and libavutil/pixdesc.c.
_SPACES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
_PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 12: "smpte432"}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}


@dataclass
class _Span:
    """What the packets of one stream add up to."""

    times: list[int] = field(default_factory=list)
    end: int | None = None
    corrupt: int = 0
    packets: int = 0

    def add(self, packet: Packet[Any]) -> None:
        self.packets += 1 if packet.size else 0
        stamp = packet.pts if packet.pts is not None else packet.dts
        if packet.is_corrupt:
            self.corrupt += 1
        if stamp is None or packet.is_discard or not packet.size:
            return
        self.times.append(stamp)
        self.end = max(self.end if self.end is not None else stamp, stamp + (packet.duration or 0))


def probe(path: Path) -> ClipFacts:
    """Return the facts of the clip at ``path``.

    Raises:
        InputError: the file holds no picture that can be shown; the code says why.

    """
    import av  # noqa: PLC0415 - costs 0.1 s, and a run with nothing to do needs none of it

    av.logging.set_level(None)
    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    try:
        with av.open(f"file:{path}", options=options, metadata_errors="replace") as container:
            return _facts(container)
    except av.FFmpegError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: Exception) -> InputError:
    if isinstance(error, PermissionError):
        return InputError("unreadable", str(error.strerror))
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] in {b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip"}:
        return InputError("index-missing")
    return InputError("not-media", "ชนิดที่ไม่รู้จัก", "of an unknown kind")


def _facts(container: InputContainer) -> ClipFacts:
    video, audio = _choose_video(container), _choose_audio(container)
    spans: dict[int, _Span] = {stream.index: _Span() for stream in (video, audio) if stream is not None}
    frame = _read(container, video, [stream for stream in (video, audio) if stream is not None], spans)
    start_s = Fraction(container.start_time or 0, 1_000_000)
    video_facts = _video_facts(video, frame, spans[video.index])
    audio_facts = _audio_facts(audio, spans[audio.index]) if audio is not None else None
    ends = [video_facts.end_s, *([audio_facts.end_s] if audio_facts else [])]
    return ClipFacts(
        container=container.format.name.split(",")[0],
        start_s=start_s,
        duration_s=max(Fraction(1, 1000), max(ends) - start_s),
        video=video_facts,
        audio=audio_facts,
        audio_streams=len(container.streams.audio),
        subtitle_streams=len(container.streams.subtitles),
        damaged_packets=sum(span.corrupt for span in spans.values()),
    )


def _choose_video(container: InputContainer) -> VideoStream:
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        kinds = Counter(stream.type for stream in container.streams)
        raise InputError("no-picture", ", ".join(sorted(kinds)) or "-")
    # A phone's motion photo carries its still as a second video stream of a frame or two, larger than the clip.
    longest = max(stream.frames for stream in moving)
    chosen = max(
        moving,
        key=lambda s: (bool(s.disposition & Disposition.default), s.frames >= longest / 2, _area(s), -s.index),
    )
    context = chosen.codec_context
    # Source: ISO/IEC 23001-7: sample entries of protected tracks are renamed to encv and enca.
    if context is not None and context.codec_tag in {"encv", "drmi"}:
        raise InputError("encrypted")
    if context is None or not context.is_decoder:
        raise InputError("no-decoder", str(getattr(context, "codec_tag", "-")))
    return chosen


def _area(stream: VideoStream) -> int:
    context = stream.codec_context
    return (context.width or 0) * (context.height or 0) if context is not None else 0


def _choose_audio(container: InputContainer) -> AudioStream | None:
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    usable = [s for s in container.streams.audio if s.codec_context is not None and s.codec_context.sample_rate]
    return max(
        usable,
        key=lambda s: (bool(s.disposition & Disposition.default), s.codec_context.channels, -s.index),
        default=None,
    )


def _read(
    container: InputContainer, video: VideoStream, streams: Iterable[Stream], spans: dict[int, _Span]
) -> VideoFrame:
    """Go through every packet once; return the first frame that decodes."""
    import av  # noqa: PLC0415 - see probe()

    frame: VideoFrame | None = None
    tried = 0
    trouble = "no frame"
    video.codec_context.thread_count = 1
    packets = container.demux(list(streams))
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.FFmpegError:  # the file ends in the middle of something: what came before still counts
            spans[video.index].corrupt += 1
            break
        span = spans.get(packet.stream_index)
        if span is None:
            continue
        span.add(packet)
        if frame is None and packet.stream_index == video.index and tried < FIRST_FRAME_PACKETS:
            tried += 1
            try:
                frame = next(iter(packet.decode()), None)  # type: ignore[assignment]
            except av.FFmpegError as error:
                trouble = error.strerror or str(error)
    _refuse_cut_off(container, video, spans[video.index])
    if frame is None:
        raise InputError("no-frame", trouble)
    return frame


def _refuse_cut_off(container: InputContainer, video: VideoStream, span: _Span) -> None:
    """Raise for an MP4 whose index promises samples that are not in the file: half an upload must not go on air."""
    promised = video.frames if container.format.name.startswith("mov") else 0
    if promised and span.packets < WHOLE_SHARE * promised:
        raise InputError("cut-off", int(100 * span.packets / promised))


def _video_facts(stream: VideoStream, frame: VideoFrame, span: _Span) -> VideoFacts:
    context, base = stream.codec_context, Fraction(stream.time_base or 1)
    if max(frame.width, frame.height) > LARGEST_SIDE_PX:
        raise InputError("too-large", frame.width, frame.height)
    if min(frame.width, frame.height) < SMALLEST_SIDE_PX:
        raise InputError("too-small", frame.width, frame.height)
    times = sorted(set(span.times))
    step = _step(stream, times)
    start, end = (times[0], max(span.end or 0, times[-1] + step)) if times else (0, step)
    rate = Fraction(len(times) - 1) / (Fraction(times[-1] - times[0]) * base) if len(times) > 1 else 1 / (step * base)
    aspect = stream.sample_aspect_ratio
    pix_fmt = frame.format.name
    return VideoFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        profile=context.profile,
        coded_width_px=frame.width,
        coded_height_px=frame.height,
        rotation_deg=round(-frame.rotation / 90) * 90 % 360,
        pixel_aspect=Fraction(aspect) if aspect else Fraction(1),
        frame_rate=rate,
        variable_rate=_is_variable(times),
        pix_fmt=pix_fmt,
        bit_depth=max((component.bits for component in frame.format.components), default=8),
        color_range="pc" if pix_fmt.startswith("yuvj") else _RANGES.get(int(frame.color_range)),
        color_space=_SPACES.get(int(frame.colorspace)),
        color_primaries=_PRIMARIES.get(int(frame.color_primaries)),
        color_transfer=_TRANSFERS.get(int(frame.color_trc)),
        interlaced=frame.interlaced_frame,
        has_alpha=any(component.is_alpha for component in frame.format.components),
        extradata_sha256=hashlib.sha256(context.extradata or b"").hexdigest(),
        start_s=start * base,
        end_s=end * base,
        frames=len(times) or 1,
        promised_frames=stream.frames or 0,
    )


def _step(stream: VideoStream, times: list[int]) -> int:
    """Return how long one frame lasts, in ticks of the stream."""
    if len(times) > 1:
        return max(1, round(median(b - a for a, b in pairwise(times))))
    rate = stream.average_rate or stream.guessed_rate or Fraction(30)
    return max(1, round(1 / (rate * Fraction(stream.time_base or 1))))


def _is_variable(times: list[int]) -> bool:
    steps = [b - a for a, b in pairwise(times)]
    if not steps:
        return False
    usual = median(steps)
    # A clock of 1/1000 s cannot write 30 fps evenly: one tick to either side is rounding, not variation.
    off = sum(1 for step in steps if abs(step - usual) > max(1, usual / 50))
    return off >= max(2, VARIABLE_SHARE * len(steps))


def _audio_facts(stream: AudioStream, span: _Span) -> AudioFacts | None:
    if not span.times:
        return None
    context, base = stream.codec_context, Fraction(stream.time_base or 1)
    return AudioFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        channels=context.channels,
        layout=context.layout.name,
        sample_rate_hz=context.sample_rate,
        language=stream.language,
        start_s=min(span.times) * base,
        end_s=max(span.end or 0, *span.times) * base,
    )
