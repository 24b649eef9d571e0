"""One pass over a file's packets: what each stream adds up to, and one decoded frame of each."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.media.sizes import SizeWatch
from pipeline.media.spans import Clock, Span

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

FIRST_FRAME_PACKETS = 400
"""Give up on a stream when so many packets hold no frame: a talk of 10 s without a picture is not a clip."""
FIRST_SOUND_PACKETS = 60
"""A second of sound."""
_STATED_PACKETS = 3
"""Damage is counted after so many packets: a transport stream that was cut begins in the middle of something."""


class Reel:
    """One stream as it goes by: its span, its first frame, and why there is none."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.span = Span(Fraction(stream.time_base or 1))
        self.frame: VideoFrame | AudioFrame | None = None
        self.trouble = "no frame"
        self.encrypted = False
        self.damaged = 0
        self.watch = SizeWatch(stream) if stream.type == "video" else None  # type: ignore[arg-type]  # by its type
        self._tried = 0
        self._torn = 0
        self._patience = FIRST_FRAME_PACKETS if stream.type == "video" else FIRST_SOUND_PACKETS
        stream.codec_context.thread_count = 1

    def see(self, packet: Packet[Any], clock: Clock) -> None:
        """Take in one packet of this stream."""
        self.span.add(packet, clock.shift(packet, self.span.base))
        if self.watch is not None and packet.size:
            self.watch.look(packet)
        self._count_damage(packet)
        if self.frame is None and self._tried < self._patience:
            self._decode(packet)

    def _count_damage(self, packet: Packet[Any]) -> None:
        """Count a torn packet once another follows: what is torn at either end nobody sees."""
        if packet.size:
            self.damaged += self._torn
            self._torn = int(packet.is_corrupt and self.frame is not None and self.span.packets > _STATED_PACKETS)

    def _decode(self, packet: Packet[Any]) -> None:
        import av  # noqa: PLC0415 - slow to import

        self._tried += 1
        self.encrypted |= packet.has_sidedata("encryption_info") or packet.has_sidedata("encryption_init_info")
        try:
            if self._tried == 1 and packet.is_keyframe and not packet.is_discard:
                self.frame = self._at_once(packet)
            if self.frame is None:
                self.frame = next(iter(packet.decode()), None)
        except (av.FFmpegError, EOFError) as error:
            self.trouble = getattr(error, "strerror", None) or str(error)

    def _at_once(self, packet: Packet[Any]) -> VideoFrame | AudioFrame | None:
        """Return the packet's frame without the dozen after it that a decoder waits for to put them in order."""
        context: Any = self.stream.codec_context
        try:
            frames = [*context.decode(packet), *context.decode(None)]
        finally:
            context.flush_buffers()
        return next(iter(frames), None)


def read(container: InputContainer, reels: dict[int, Reel]) -> bool:
    """Go through all packets of ``reels``, by stream index; return whether the file breaks off in the middle."""
    import av  # noqa: PLC0415 - slow to import

    clock = Clock(container.format.name)
    streams = [reel.stream for reel in reels.values()]
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return False
        except IndexError:  # a packet of a stream that began in mid-file, of which PyAV knows nothing: not one of ours
            packets = container.demux(streams)
            continue
        except av.FFmpegError:  # what came before still counts
            return True
        reel = reels.get(packet.stream_index)
        if reel is not None:
            reel.see(packet, clock)
