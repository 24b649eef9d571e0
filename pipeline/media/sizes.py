"""Finds out whether the picture's size changes on the way, from the packets' headers; few packets are decoded for it.

Source: RFC 6386, 9.1 (VP8); VP9 bitstream specification 0.6, 6.2 and Annex B; ITU-T H.262, 6.2.2.1;
ITU-T H.264, 7.3.1, and H.265, 7.3.1.2 (NAL units); AV1 bitstream specification, 5.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

Size = tuple[int, int]
_HEAD_BYTES = 4096
"""Parameter sets stand at the beginning of a packet."""
_MOST_SUSPECTS = 6
_KEY_ONLY = frozenset({"h264", "hevc", "av1", "vp8", "mpeg1video", "mpeg2video"})
_SUPERFRAME_SIGN = 0b110


class SizeWatch:
    """Looks at every packet of a stream that goes by."""

    def __init__(self, stream: VideoStream) -> None:
        context = stream.codec_context
        self._codec = context.codec.canonical_name
        self._nal_length = _nal_length(self._codec, bytes(context.extradata or b""))
        self._sets: set[bytes] = set()
        self._vp9 = _Vp9()
        self.sizes: set[Size] = set()
        """Sizes that the headers tell."""
        self.suspects: list[Packet[VideoStream]] = []
        """Packets with new parameters, which only a decoder understands."""

    def look(self, packet: Packet[VideoStream]) -> None:
        """Look at a packet, in the order of decoding."""
        if self._codec == "vp9":
            self.sizes |= self._vp9.sizes(memoryview(packet))
            return
        if packet.has_sidedata("new_extradata"):
            self._suspect(packet)
        if self._codec not in _KEY_ONLY or not packet.is_keyframe:
            return
        head = bytes(memoryview(packet)[:_HEAD_BYTES])
        if self._codec == "vp8":
            self.sizes |= _vp8_sizes(head)
        elif self._codec.startswith("mpeg"):
            self.sizes |= _mpeg_sizes(head)
        else:
            self._sets_of(packet, head)

    def _sets_of(self, packet: Packet[VideoStream], head: bytes) -> None:
        sets = _av1_sequence(head) if self._codec == "av1" else _parameter_sets(self._codec, head, self._nal_length)
        if sets and sets not in self._sets:
            if self._sets:
                self._suspect(packet)
            self._sets.add(sets)

    def _suspect(self, packet: Packet[VideoStream]) -> None:
        if len(self.suspects) < _MOST_SUSPECTS:
            self.suspects.append(packet)


def changes(watch: SizeWatch, stream: VideoStream, first: Size) -> bool:
    """Tell whether any size differs from ``first``. Decodes the suspects; the decoder is flushed before and after."""
    import av  # noqa: PLC0415 - slow to import

    if len(watch.sizes | ({first} if stream.codec_context.codec.canonical_name == "vp9" else set())) > 1:
        return True
    context = stream.codec_context
    for packet in watch.suspects:
        frames: list[Any] = []
        try:
            context.flush_buffers()
            frames = [*context.decode(packet), *context.decode(None)]
        except (av.FFmpegError, EOFError):
            continue
        finally:
            context.flush_buffers()
        if any((frame.width, frame.height) != first for frame in frames):
            return True
    return False


def _nal_length(codec: str, extradata: bytes) -> int:
    """Return the bytes of a NAL unit's length, 0 when start codes part them. Source: ISO/IEC 14496-15, 5.3.3, 8.3.3."""
    at = {"h264": 4, "hevc": 21}.get(codec, 0)
    return (extradata[at] & 3) + 1 if at and len(extradata) > at and extradata[0] == 1 else 0


def _parameter_sets(codec: str, head: bytes, nal_length: int) -> bytes:
    """Return the sequence parameter sets at the beginning of a packet."""
    found = b""
    for unit in _units(head, nal_length):
        kind = unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F
        if kind == (7 if codec == "h264" else 33):
            found += unit.rstrip(b"\0")
    return found


def _units(head: bytes, nal_length: int) -> list[bytes]:
    if not nal_length:
        return [unit for unit in head.split(b"\0\0\1")[1:] if unit]
    found, at = [], 0
    while at + nal_length < len(head):
        size = int.from_bytes(head[at : at + nal_length], "big")
        unit = head[at + nal_length : at + nal_length + size]
        if not unit:
            break
        found.append(unit)
        at += nal_length + size
    return found


def _av1_sequence(head: bytes) -> bytes:
    at = 0
    while at + 1 < len(head):
        kind, extended, sized = head[at] >> 3 & 15, head[at] >> 2 & 1, head[at] >> 1 & 1
        at += 1 + extended
        size = shift = 0
        while sized and at < len(head) and shift < 32:  # noqa: PLR2004 - leb128 of 32 bits
            size |= (head[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not head[at - 1] & 0x80:
                break
        if kind == 1:
            return head[at : at + size]
        if not sized:
            break
        at += size
    return b""


def _vp8_sizes(head: bytes) -> set[Size]:
    if len(head) < 10 or head[3:6] != b"\x9d\x01\x2a":  # noqa: PLR2004 - up to and with the height
        return set()
    return {(int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF)}


def _mpeg_sizes(head: bytes) -> set[Size]:
    at = head.find(b"\0\0\1\xb3")
    if at < 0 or len(head) < at + 7:
        return set()
    both = int.from_bytes(head[at + 4 : at + 7], "big")
    return {(both >> 12, both & 0xFFF)}


class _Vp9:
    """Follows the sizes of the eight pictures that later ones refer to: VP9 changes size on any picture."""

    def __init__(self) -> None:
        self._known: list[Size | None] = [None] * 8

    def sizes(self, packet: memoryview) -> set[Size]:
        """Return the sizes of the pictures in a packet."""
        found = {self._size(bytes(part)) for part in _superframe(packet)}
        return {size for size in found if size is not None}

    def _size(self, head: bytes) -> Size | None:
        bits = _Bits(head)
        if bits.take(2) != 2:  # noqa: PLR2004 - the frame marker
            return None
        profile = bits.take(1) | bits.take(1) << 1
        bits.take(1 if profile == 3 else 0)  # noqa: PLR2004 - of the profiles 0 to 3
        if bits.take(1):  # an earlier picture is shown again
            return None
        inter, shown, resilient = bits.take(1), bits.take(1), bits.take(1)
        refresh = 0xFF
        intra_only = 0
        if inter:
            intra_only = 0 if shown else bits.take(1)
            bits.take(0 if resilient else 2)
        if not inter or intra_only:
            bits.take(24)
            if not inter or profile:
                _skip_colours(bits, profile)
            refresh = bits.take(8) if inter else refresh
            size: Size | None = (bits.take(16) + 1, bits.take(16) + 1)
        else:
            refresh = bits.take(8)
            places = [bits.take(4) >> 1 for _ in range(3)]
            known = next((place for place in places if bits.take(1)), None)
            size = (bits.take(16) + 1, bits.take(16) + 1) if known is None else self._known[known]
        if bits.spent:
            return None
        self._known = [size if refresh >> place & 1 else old for place, old in enumerate(self._known)]
        return size


def _skip_colours(bits: _Bits, profile: int) -> None:
    bits.take(1 if profile >= 2 else 0)  # noqa: PLR2004 - the profiles with 10 or 12 bits
    rgb = bits.take(3) == 7  # noqa: PLR2004 - CS_RGB
    bits.take(0 if rgb else 1)
    bits.take((1 if rgb else 3) if profile & 1 else 0)


class _Bits:
    """Reads bits from the highest on; past the end they are 0 and ``spent`` is true."""

    def __init__(self, data: bytes) -> None:
        head = data[:32]
        self._value, self._left = int.from_bytes(head, "big"), len(head) * 8
        self.spent = False

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            self.spent = True
            return 0
        return self._value >> self._left & ((1 << count) - 1)


def _superframe(packet: memoryview) -> list[memoryview]:
    """Return the pictures in a VP9 packet: hidden ones travel with the next that is shown."""
    last = packet[-1] if len(packet) else 0
    count, width = (last & 7) + 1, (last >> 3 & 3) + 1
    index = 2 + count * width
    if last >> 5 != _SUPERFRAME_SIGN or len(packet) < index or packet[-index] != last:
        return [packet]
    found, at = [], 0
    for n in range(count):
        place = len(packet) - index + 1 + n * width
        size = int.from_bytes(packet[place : place + width], "little")
        found.append(packet[at : at + size])
        at += size
    return found
