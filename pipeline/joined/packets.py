"""Reads what a finished video holds, packet by packet: nothing is decoded, and no header is believed."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.noun import Noun

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

_KEPT_FAULTS = 20


class Track(Noun):
    """The packets of one stream. Times are in ticks of ``base``."""

    base: Fraction
    packets: int
    starts: int
    """When the first packet is decoded; negative where it only primes the decoder."""
    step: int
    """How far apart most packets are."""
    uneven: tuple[int, ...]
    """Before which packets (from 0) the step is another one; the first 20."""
    digests: tuple[int, ...]
    """CRC-32 of the bytes of each group of packets that was asked for, at least of all."""
    new_headers: int
    """How often the decoder is told to begin anew, with other parameters."""

    @property
    def length_s(self) -> Fraction:
        """How long all packets last, one after another."""
        return self.packets * self.step * self.base


class Packets(Noun):
    """A video as it is. ``signature``: what must be equal in all files that are joined by copy, by name."""

    signature: dict[str, str]
    video: Track | None
    audio: Track | None
    chapters: tuple[str, ...]
    title: str | None


@dataclass
class _Tally:
    """Counts one stream's packets into groups of the wanted sizes."""

    groups: Sequence[int]
    times: list[int] = field(default_factory=list)
    digests: list[int] = field(default_factory=list)
    new_headers: int = 0
    _left: int = 0

    def add(self, packet: Packet[Any]) -> None:
        """Count a packet in."""
        if not self._left:
            place = len(self.digests)
            self._left = self.groups[place] if place < len(self.groups) else -1
            self.digests.append(0)
        self._left -= 1
        self.digests[-1] = zlib.crc32(packet, self.digests[-1])
        self.times.append(packet.dts if packet.dts is not None else (packet.pts or 0))
        if packet.has_sidedata("new_extradata"):
            self.new_headers += 1

    def track(self, base: Fraction) -> Track:
        """Return what it came to."""
        steps = [later - earlier for earlier, later in zip(self.times, self.times[1:], strict=False)]
        step = Counter(steps).most_common(1)[0][0] if steps else 0
        return Track(
            base=base,
            packets=len(self.times),
            starts=self.times[0] if self.times else 0,
            step=step,
            uneven=tuple(n for n, each in enumerate(steps, 1) if each != step)[:_KEPT_FAULTS],
            digests=tuple(self.digests),
            new_headers=self.new_headers,
        )


def read_packets(
    source: Path | IO[bytes], video_groups: Sequence[int] = (), audio_groups: Sequence[int] = ()
) -> Packets:
    """Return what the MP4 at ``source``, a file or its bytes, holds.

    ``video_groups``, ``audio_groups``: how many packets each group has of which a digest is wanted; what is left over
    is one group more.

    Raises:
        OSError, av.FFmpegError: it cannot be opened, or breaks off in the middle of a packet.

    """
    import av  # noqa: PLC0415 - slow to import, and a run with nothing to do needs none of it

    opened = f"file:{source}" if isinstance(source, Path) else source
    options = {"protocol_whitelist": "file"} if isinstance(source, Path) else {}
    with av.open(opened, "r", format="mov", options=options, metadata_errors="replace") as container:
        tallies = {s.index: _Tally(video_groups if s.type == "video" else audio_groups) for s in _kept(container)}
        for packet in container.demux([container.streams[index] for index in tallies]):
            if packet.size:
                tallies[packet.stream_index].add(packet)
        tracks = {
            stream.type: tallies[stream.index].track(Fraction(stream.time_base or 1)) for stream in _kept(container)
        }
        return Packets(
            signature=signature(container),
            video=tracks.get("video"),
            audio=tracks.get("audio"),
            chapters=tuple(str(chapter["metadata"].get("title", "")) for chapter in container.chapters()),
            title=container.metadata.get("title"),
        )


def _kept(container: InputContainer) -> list[Any]:
    return [*container.streams.video[:1], *container.streams.audio[:1]]


def signature(container: InputContainer) -> dict[str, str]:
    """Return what must be equal in all files of a show, by name. Where there is no sound, its names are missing."""
    media = [stream for stream in container.streams if stream.type in {"video", "audio"}]
    found = {"streams": " ".join(stream.type for stream in media)}
    for video in container.streams.video[:1]:
        context = video.codec_context
        found |= {
            "video-codec": context.name,
            "profile": str(context.profile),
            "level": str(context.level),
            "size": f"{context.width}x{context.height}",
            "pixels": str(context.pix_fmt),
            "pixel-aspect": str(Fraction(video.sample_aspect_ratio or 1)),
            "fields": str(context.field_order),
            "frame-rate": str(video.average_rate),
            "base-rate": str(video.base_rate),
            "timescale": str(video.time_base),
            "colours": f"{context.color_range}/{context.colorspace}/{context.color_trc}/{context.color_primaries}",
            "reordering": str(context.has_b_frames),
            "picture-begins": str(video.start_time),
            "parameter-sets": hashlib.sha256(context.extradata or b"").hexdigest()[:16],
        }
    for audio in container.streams.audio[:1]:
        sound = audio.codec_context
        found |= {
            "audio-codec": sound.name,
            "audio-profile": str(sound.profile),
            "sample-rate": str(sound.sample_rate),
            "channels": sound.layout.name,
            "audio-timescale": str(audio.time_base),
            "sound-begins": str(audio.start_time),
            "audio-parameters": (sound.extradata or b"").hex(),
        }
    return found
