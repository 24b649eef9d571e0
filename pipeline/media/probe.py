"""Reads a clip's facts, in the reader: one pass over its packets, and as few frames decoded as it takes.

A file is hostile until proven otherwise: the demuxer must be one that cannot open further files or addresses, and
only local files are allowed as a protocol. Otherwise a playlist named ``clip.mp4`` would make libavformat fetch
whatever it lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.media import boxes, choose
from pipeline.media.demux import Reel, read
from pipeline.media.facts import SHORTEST_S, TEXT_CODECS, AudioFacts, ClipFacts, SubtitleFacts, VideoFacts
from pipeline.media.moov import read_moov
from pipeline.media.spans import WILD_GAP_S, Extent, extent
from pipeline.media.watching import video_facts

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

DEMUXERS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,ogg,ivf,mxf,dv,rm,gxf,wtv,nut,m4v,h264,hevc,vvc,av1,"
    "obu,vc1,swf,mp3,wav,w64,flac,aac,ac3,aiff,amr,yuv4mpegpipe,cine"
)
"""Demuxers that read one file and no other: no ``hls``, ``dash``, ``concat``, ``image2``, ``sdp``, ``tedcaptions``."""
WHOLE_SHARE = 0.98
"""A recording stopped at once may lack its last samples; less than this is a broken upload."""
_MOV_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip"})
_MATROSKA_HEAD_BYTES = 1 << 18


def probe(path: Path) -> ClipFacts:
    """Return the facts of the clip at ``path``.

    Raises:
        InputError: the file holds no picture that can be shown; the code says why.

    """
    import av  # noqa: PLC0415 - costs 0.1 s, and a run with nothing to do needs none of it

    av.logging.set_level(None)
    try:
        with opened(path) as container:
            return _facts(path, container)
    except av.FFmpegError as error:
        raise _refusal(path) from error


def opened(path: Path) -> InputContainer:
    """Return the file opened by the rules of this module; raises ``av.FFmpegError`` when it is no media."""
    import av  # noqa: PLC0415 - see probe()

    options = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    return av.open(f"file:{path}", options=options, metadata_errors="replace")


def _refusal(path: Path) -> InputError:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except PermissionError as denied:  # libav also says so of files that point to others
        return InputError("unreadable", str(denied.strerror))
    if head[4:8] in _MOV_BOXES:
        return InputError("index-missing")
    return InputError("not-media", "ชนิดที่ไม่รู้จัก", "of an unknown kind")


def _facts(path: Path, container: InputContainer) -> ClipFacts:
    tracks = _tracks(path, container)
    usable, asides = _moving(container), [s for s in container.streams.audio if s.codec_context is not None]
    shown = [stream for stream in usable if _trouble_with(stream, tracks) is None]
    if not shown:
        raise _trouble_with(usable[0], tracks) or InputError("no-picture", "-")
    clear = [s for s in asides if s.codec_context.is_decoder and not _is_encrypted(s, tracks)]
    reels = {stream.index: Reel(stream) for stream in (*shown, *clear)}
    torn = read(container, reels)
    pictures = _pictures(container, [reels[stream.index] for stream in shown], list(reels.values()), tracks)
    video = choose.picture(pictures)
    heard = ((reels[s.index], _extent(reels[s.index], reels.values())) for s in clear)
    sounds = tuple(_audio_facts(reel, span) for reel, span in heard if reel.frame is not None and span is not None)
    audio = choose.sound(sounds)
    start_s, shift_s = _zero(container, video, sounds)
    used = (video.index, *([audio.index] if audio else []))
    return ClipFacts(
        container=container.format.name.split(",")[0],
        start_s=start_s,
        clock_shift_s=shift_s,
        duration_s=max(SHORTEST_S, max(video.end_s, audio.end_s if audio else video.end_s) - start_s),
        video=video,
        video_streams=len(choose.moving(pictures)),
        audio=audio,
        audio_streams=len(container.streams.audio),
        sounds=sounds,
        broken_sounds=len(container.streams.audio) - len(sounds),
        subtitles=tuple(_subtitle_facts(stream) for stream in container.streams.subtitles),
        damaged_packets=sum(reels[index].damaged for index in used) + torn,
    )


def _tracks(path: Path, container: InputContainer) -> dict[int, boxes.Track]:
    """Return what the container says of its tracks where libav keeps silent, by the number that is the stream's id."""
    if container.format.name.startswith("matroska"):
        with path.open("rb") as file:
            profile = boxes.matroska_dolby_vision(file.read(_MATROSKA_HEAD_BYTES))
        return {s.id: boxes.Track(s.id, encrypted=False, dolby_vision=profile) for s in container.streams.video}
    if not container.format.name.startswith("mov"):
        return {}
    return {track.id: track for track in boxes.tracks(read_moov(path))}


def _moving(container: InputContainer) -> list[VideoStream]:
    """Return the video streams that are no cover pictures and no thumbnails.

    Raises:
        InputError: ``no-picture``: there is none.

    """
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    pinned = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    moving = [stream for stream in container.streams.video if not stream.disposition & pinned]
    if not moving:
        kinds = Counter(stream.type for stream in container.streams)
        raise InputError("no-picture", ", ".join(sorted(kinds)) or "-")
    return moving


def _trouble_with(stream: VideoStream, tracks: dict[int, boxes.Track]) -> InputError | None:
    context = stream.codec_context
    if _is_encrypted(stream, tracks):
        return InputError("encrypted")
    if context is None or not context.is_decoder:
        return InputError("no-decoder", str(getattr(context, "codec_tag", "-")))
    return None


def _is_encrypted(stream: Stream, tracks: dict[int, boxes.Track]) -> bool:
    """Tell whether the track's samples are encrypted; a licence box (``pssh``) beside clear tracks says nothing."""
    return stream.id in tracks and tracks[stream.id].encrypted


def _extent(reel: Reel, reels: Iterable[Reel]) -> Extent | None:
    return extent(reel.span, [other.span for other in reels if other is not reel])


def _pictures(
    container: InputContainer, shown: list[Reel], reels: list[Reel], tracks: dict[int, boxes.Track]
) -> list[tuple[VideoFacts, bool]]:
    """Return the facts of each video that gave a picture, and whether it is the default."""
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    for reel in shown:
        _refuse_cut_off(container, reel)
    seen = [reel for reel in shown if reel.frame is not None]
    if not seen:
        raise InputError("encrypted") if shown[0].encrypted else InputError("no-frame", shown[0].trouble)
    found = []
    for reel in seen:
        track = tracks.get(reel.stream.id)
        facts = video_facts(container, reel, _extent(reel, reels), track.dolby_vision if track else None)
        found.append((facts, bool(reel.stream.disposition & Disposition.default)))
    return found


def _refuse_cut_off(container: InputContainer, reel: Reel) -> None:
    """Raise for an MP4 whose index promises samples that are not in the file: half an upload must not go on air."""
    promised = reel.stream.frames if container.format.name.startswith("mov") else 0
    if promised and reel.span.packets < WHOLE_SHARE * promised:
        raise InputError("cut-off", int(100 * reel.span.packets / promised))


def _zero(container: InputContainer, video: VideoFacts, sounds: tuple[AudioFacts, ...]) -> tuple[Fraction, Fraction]:
    """Return the presentation's zero, and what to add to ffmpeg's times to get there."""
    told_s = Fraction(container.start_time or 0, 1_000_000)
    first_s = min([video.start_s, *(sound.start_s for sound in sounds)])
    return (first_s, told_s - first_s) if abs(first_s - told_s) > WILD_GAP_S else (told_s, Fraction(0))


def _audio_facts(reel: Reel, span: Extent) -> AudioFacts:
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    stream: AudioStream = reel.stream  # type: ignore[assignment]  # by its type
    aside = Disposition.comment | Disposition.visual_impaired | Disposition.hearing_impaired | Disposition.descriptions
    context = stream.codec_context
    return AudioFacts(
        index=stream.index,
        codec=context.codec.canonical_name,
        channels=context.channels,
        layout=context.layout.name,
        sample_rate_hz=context.sample_rate,
        language=stream.language,
        is_default=bool(stream.disposition & Disposition.default),
        is_aside=bool(stream.disposition & aside),
        start_s=span.start_s,
        end_s=span.end_s,
    )


def _subtitle_facts(stream: Stream) -> SubtitleFacts:
    from av.stream import Disposition  # noqa: PLC0415 - see probe()

    context = stream.codec_context
    codec = context.codec.canonical_name if context is not None else "unknown"
    return SubtitleFacts(
        index=stream.index,
        codec=codec,
        language=stream.language,
        is_text=codec in TEXT_CODECS,
        is_default=bool(stream.disposition & Disposition.default),
        is_forced=bool(stream.disposition & Disposition.forced),
    )
