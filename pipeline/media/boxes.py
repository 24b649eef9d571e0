"""What an MP4 or QuickTime file says of its tracks where libav keeps silent: protection, Dolby Vision.

Pure: bytes in, nouns out; nothing in a file can make these functions raise or run for long.
Source: ISO/IEC 14496-12, 8.5.2 and 8.12; ISO/IEC 23001-7, 8.2; Dolby Vision streams within the ISO base media file
format 2.4, 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

HEADER_BYTES = 8
_LONG_HEADER_BYTES = 16
_MOST_BOXES = 1024
"""More boxes side by side, or tracks, than any camera writes."""
_PROTECTED = frozenset({b"encv", b"enca", b"enct", b"encs", b"encf", b"encm", b"drmi", b"drms", b"drmt"})
_DOLBY_VISION = frozenset({b"dvh1", b"dvhe", b"dvav", b"dva1"})


class Box(NamedTuple):
    """A box: its type, and where its content lies."""

    kind: bytes
    start: int
    end: int


class Track(NamedTuple):
    """What a track's box says."""

    id: int
    encrypted: bool
    dolby_vision: int | None


def box_at(head: bytes, at: int, end: int) -> Box | None:
    """Return the box whose header is ``head`` (up to 16 bytes) at position ``at``; None when that is no box."""
    size, kind = int.from_bytes(head[:4], "big"), head[4:8]
    skip = HEADER_BYTES
    if size == 1:
        size, skip = int.from_bytes(head[8:16], "big"), _LONG_HEADER_BYTES
    elif size == 0:
        size = end - at
    if len(head) < skip or size < skip:
        return None
    return Box(kind, at + skip, min(at + size, end))


def children(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that lie side by side between two positions, as far as they make sense."""
    for _ in range(_MOST_BOXES):
        box = box_at(data[start : start + _LONG_HEADER_BYTES], start, end) if start + HEADER_BYTES <= end else None
        if box is None:
            return
        yield box
        start = box.end


def tracks(moov: bytes) -> tuple[Track, ...]:
    """Return the tracks of a ``moov`` box's content."""
    found = (box for box in children(moov, 0, len(moov)) if box.kind == b"trak")
    return tuple(_track(moov, box) for box in found)


def has_edit_list(moov: bytes) -> bool:
    """Return whether a track of a ``moov`` box's content has an edit list. Source: ISO/IEC 14496-12, 8.6.6."""
    found = (box for box in children(moov, 0, len(moov)) if box.kind == b"trak")
    return any(_inside(moov, box, b"edts", b"elst") for box in found)


def _track(moov: bytes, trak: Box) -> Track:
    header = _inside(moov, trak, b"tkhd")
    number = 0
    if header and header.end - header.start >= 24:  # noqa: PLR2004 - up to and with the track's number
        at = header.start + (20 if moov[header.start] == 1 else 12)
        number = int.from_bytes(moov[at : at + 4], "big")
    table = _inside(moov, trak, b"mdia", b"minf", b"stbl", b"stsd")
    entries = list(children(moov, table.start + 8, table.end)) if table else []
    profiles = [profile for entry in entries if (profile := _dolby_vision(moov, entry)) is not None]
    return Track(
        id=number,
        encrypted=any(_is_encrypted(moov, entry) for entry in entries),
        dolby_vision=profiles[0] if profiles else None,
    )


def _inside(data: bytes, box: Box | None, *path: bytes) -> Box | None:
    for kind in path:
        if box is None:
            return None
        box = next((child for child in children(data, box.start, box.end) if child.kind == kind), None)
    return box


def _within(data: bytes, entry: Box, kind: bytes) -> Box | None:
    """Return the first ``kind`` anywhere in a sample entry: where its boxes begin depends on version and brand."""
    at = data.find(kind, entry.start, entry.end)
    while at >= 0:
        size = int.from_bytes(data[at - 4 : at], "big")
        if HEADER_BYTES <= size <= entry.end - at + 4:
            return Box(kind, at + 4, at - 4 + size)
        at = data.find(kind, at + 1, entry.end)
    return None


def _is_encrypted(data: bytes, entry: Box) -> bool:
    """Tell whether samples of this entry are encrypted; a ``tenc`` box may say that they are not."""
    if entry.kind not in _PROTECTED and _within(data, entry, b"sinf") is None:
        return False
    tenc = _within(data, entry, b"tenc")
    return tenc is None or tenc.end - tenc.start < 7 or data[tenc.start + 6] != 0  # noqa: PLR2004 - its default_isProtected


def _dolby_vision(data: bytes, entry: Box) -> int | None:
    for kind in (b"dvcC", b"dvvC", b"dvwC"):
        box = _within(data, entry, kind)
        if box and box.end - box.start >= 4:  # noqa: PLR2004 - version, profile and level
            return data[box.start + 2] >> 1
    return 5 if entry.kind in _DOLBY_VISION else None


def matroska_dolby_vision(head: bytes) -> int | None:
    """Return the Dolby Vision profile that the beginning of a Matroska file tells.

    Source: RFC 9559, 5.1.4.1.17 (BlockAddIDType 0x41E7, BlockAddIDExtraData 0x41ED).
    """
    for kind in (b"dvcC", b"dvvC"):
        at = head.find(b"\x41\xe7\x84" + kind)
        data = head.find(b"\x41\xed", max(0, at - 64), at + 64) if at >= 0 else -1
        if data >= 0 and len(head) >= data + 6 and head[data + 2] & 0x80:
            return head[data + 5] >> 1
    return None
