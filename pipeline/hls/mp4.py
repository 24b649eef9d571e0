"""Fragmented MP4, written byte by byte: the initialisation segment of a rendition, and one media segment. Pure.

Written by hand because every number in it must be ours: decode times on a list's clock, no edit list, no bit rate, no
library's name or version, so that equal media give equal bytes.
Source: ISO/IEC 14496-12 (boxes), 14496-14 (``esds``), 14496-15 (``avcC``); RFC 8216, 3.3 (fMP4 in HLS).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.media.boxes import Box, children

VIDEO_ID, AUDIO_ID = 1, 2
_ENTRY_BYTES = 78
"""Of a visual sample entry, before its boxes. Source: ISO/IEC 14496-12, 12.1.3.2."""
_LEVEL_BYTES = 4
"""Of ``avcC``, up to and with the level. Source: ISO/IEC 14496-15, 5.3.3.1."""
_TWO_KEYS_BYTES = 16
"""Of the content of ``stss``: version and flags, how many there are, and two of them. Source: 8.6.2.2."""
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
"""Flags of a sample: depends on none; depends on others and is no sync sample. Source: 8.8.3.1."""
_SIZES, _FLAGS, _SHIFTS = 0x201, 0x400, 0x800
"""What a run tells of each sample: its size (and of all where they lie), its flags, its shift. Source: 8.8.8.1."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KEPT = (b"avcC", b"colr", b"pasp")
"""What of the picture's description decides how it is decoded and shown; ``btrt`` differs from clip to clip."""


@dataclass(frozen=True)
class Sample:
    """One coded frame of picture or sound: where its bytes lie in the master."""

    at: int
    size: int
    is_sync: bool = True
    shift: int = 0
    """Presentation less decode time, in ticks."""


@dataclass(frozen=True)
class Run:
    """The samples of one track in a segment: ``decode_ticks`` of the first, all of the same length."""

    track: int
    decode_ticks: int
    sample_ticks: int
    samples: Sequence[Sample]


@dataclass(frozen=True)
class Format:
    """What a decoder must know, and what HLS tells of it."""

    timescale_hz: int
    width_px: int
    height_px: int
    picture: bytes
    """The boxes of the visual sample entry, ``avcC`` first."""
    sample_rate_hz: int
    channels: int
    sound: bytes
    """AudioSpecificConfig."""

    @property
    def codecs(self) -> str:
        """``CODECS`` of HLS. Source: RFC 6381, 3.3; ISO/IEC 14496-3, 1.6.2.1."""
        profile, constraints, level = self.picture[9:12]
        return f"avc1.{profile:02x}{constraints:02x}{level:02x},mp4a.40.{self.sound[0] >> 3}"


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def picture_boxes(moov: bytes) -> tuple[int, int, bytes]:
    """Return width and height in px, and the boxes that describe the picture, of the content of a master's ``moov``.

    Raises:
        ValueError: there is no H.264 picture in it, or what describes it is cut.

    """
    for trak in (one for one in children(moov, 0, len(moov)) if one.kind == b"trak"):
        table = _within(moov, trak, b"mdia", b"minf", b"stbl", b"stsd")
        entry = next(children(moov, table.start + 8, table.end), None) if table else None
        if entry and entry.kind == b"avc1":
            if entry.end - entry.start < _ENTRY_BYTES:
                break
            width_px, height_px = struct.unpack(">HH", moov[entry.start + 24 : entry.start + 28])
            inside = {one.kind: one for one in children(moov, entry.start + _ENTRY_BYTES, entry.end)}
            if b"avcC" in inside and inside[b"avcC"].end - inside[b"avcC"].start >= _LEVEL_BYTES:
                kept = [box(kind, moov[inside[kind].start : inside[kind].end]) for kind in _KEPT if kind in inside]
                return width_px, height_px, b"".join(kept)
    raise ValueError("its picture is not described")


def gop_frames(moov: bytes) -> int | None:
    """Return after how many frames a master's second key frame comes; None when its ``moov`` tells of no second one.

    Source: ISO/IEC 14496-12, 8.6.2 (``stss``: numbers of the key frames, from 1).
    """
    for trak in (one for one in children(moov, 0, len(moov)) if one.kind == b"trak"):
        keys = _within(moov, trak, b"mdia", b"minf", b"stbl", b"stss")
        if keys and keys.end - keys.start >= _TWO_KEYS_BYTES:
            count, first, second = struct.unpack_from(">III", moov, keys.start + 4)
            if count > 1 and second > first:
                return int(second - first)
    return None


def _within(data: bytes, outer: Box, *path: bytes) -> Box | None:
    found: Box | None = outer
    for kind in path:
        if found is None:
            return None
        found = next((one for one in children(data, found.start, found.end) if one.kind == kind), None)
    return found


def init_segment(form: Format) -> bytes:
    """Return the initialisation segment: no samples, no length, no edit list."""
    header = struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 3)
    extends = (full(b"trex", struct.pack(">5I", track, 1, 0, 0, 0)) for track in (VIDEO_ID, AUDIO_ID))
    return box(b"ftyp", b"iso6", struct.pack(">I", 0), b"iso6mp41") + box(
        b"moov", full(b"mvhd", header), _video(form), _audio(form), box(b"mvex", *extends)
    )


def _video(form: Format) -> bytes:
    size = struct.pack(">HH", form.width_px, form.height_px)
    dots = struct.pack(">II", 72 << 16, 72 << 16)
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + size + dots + bytes(4) + struct.pack(">H", 1) + bytes(32)
    described = box(b"avc1", entry, struct.pack(">Hh", 24, -1), form.picture)
    return _track(VIDEO_ID, form.timescale_hz, b"vide", described, (form.width_px, form.height_px))


def _audio(form: Format) -> bytes:
    told = struct.pack(">HHHHI", form.channels, 16, 0, 0, form.sample_rate_hz << 16)
    described = box(b"mp4a", bytes(6) + struct.pack(">H", 1) + bytes(8) + told, _esds(form.sound))
    return _track(AUDIO_ID, form.sample_rate_hz, b"soun", described, (0, 0))


def _esds(config: bytes) -> bytes:
    """Return how AAC is described, bit rates and buffer unsaid. Source: ISO/IEC 14496-1, 7.2.6."""
    specific = _descriptor(5, config)
    decoder = _descriptor(4, bytes([0x40, 0x15]) + bytes(11) + specific)
    return full(b"esds", _descriptor(3, bytes([0, 0, 0]) + decoder + _descriptor(6, b"\x02")))


def _descriptor(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _track(number: int, timescale_hz: int, handler: bytes, described: bytes, size_px: tuple[int, int]) -> bytes:
    is_sound = handler == b"soun"
    volume = struct.pack(">hhHH", 0, 0, 0x100 if is_sound else 0, 0)
    shown = struct.pack(">II", size_px[0] << 16, size_px[1] << 16)
    header = full(b"tkhd", struct.pack(">5I", 0, 0, number, 0, 0) + bytes(8) + volume + _MATRIX + shown, flags=3)
    media = full(b"mdhd", struct.pack(">IIIIHH", 0, 0, timescale_hz, 0, 0x55C4, 0))
    named = full(b"hdlr", bytes(4) + handler + bytes(12) + (b"Sound\0" if is_sound else b"Picture\0"))
    kind = full(b"smhd", bytes(4)) if is_sound else full(b"vmhd", bytes(8), flags=1)
    found = box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1)))
    empty = [full(b"stts", bytes(4)), full(b"stsc", bytes(4)), full(b"stsz", bytes(8)), full(b"stco", bytes(4))]
    table = box(b"stbl", full(b"stsd", struct.pack(">I", 1), described), *empty)
    return box(b"trak", header, box(b"mdia", media, named, box(b"minf", kind, found, table)))


def media_head(sequence: int, runs: Sequence[Run]) -> bytes:
    """Return what of a media segment comes before the samples' bytes: one fragment, one run after the other."""
    length = len(_moof(sequence, runs, 0))
    size = sum(sample.size for run in runs for sample in run.samples)
    kinds = box(b"styp", b"msdh", struct.pack(">I", 0), b"msdhiso6")
    return kinds + _moof(sequence, runs, length + 8) + struct.pack(">I4s", 8 + size, b"mdat")


def _moof(sequence: int, runs: Sequence[Run], offset: int) -> bytes:
    parts = [full(b"mfhd", struct.pack(">I", sequence))]
    for run in runs:
        parts.append(_fragment(run, offset))
        offset += sum(sample.size for sample in run.samples)
    return box(b"moof", *parts)


def _fragment(run: Run, offset: int) -> bytes:
    # default-base-is-moof, default duration and flags; sizes in the run, flags only where not all are sync samples.
    head = full(b"tfhd", struct.pack(">III", run.track, run.sample_ticks, _SYNC), flags=0x020028)
    time = full(b"tfdt", struct.pack(">Q", run.decode_ticks), version=1)
    shifted = any(sample.shift for sample in run.samples)
    mixed = not all(sample.is_sync for sample in run.samples)
    rows = []
    for sample in run.samples:
        rows.append(struct.pack(">I", sample.size))
        if mixed:
            rows.append(struct.pack(">I", _SYNC if sample.is_sync else _NOT_SYNC))
        if shifted:
            rows.append(struct.pack(">i", sample.shift))
    flags = _SIZES | (_FLAGS if mixed else 0) | (_SHIFTS if shifted else 0)
    table = full(b"trun", struct.pack(">Ii", len(run.samples), offset), *rows, version=1, flags=flags)
    return box(b"traf", head, time, table)


def read_runs(head: bytes) -> tuple[int, tuple[Run, ...]]:
    """Return the length of what :func:`media_head` wrote, which ``head`` begins with, and the runs with their places.

    Raises:
        ValueError: it is not whole, or not from there.

    """
    found = {one.kind: one for one in children(head, 0, len(head))}
    moof, data = found.get(b"moof"), found.get(b"mdat")
    if moof is None or data is None or data.start > len(head):
        raise ValueError("it does not begin with one whole fragment")
    try:
        boxes = [one for one in children(head, moof.start, moof.end) if one.kind == b"traf"]
        return data.start, tuple(_run(head, one, moof.start - 8) for one in boxes)
    except (struct.error, KeyError) as error:
        raise ValueError("its fragment is not as it was written") from error


def _run(head: bytes, traf: Box, moof_at: int) -> Run:
    inside = {one.kind: one.start for one in children(head, traf.start, traf.end)}
    _, track, ticks, _ = struct.unpack_from(">4I", head, inside[b"tfhd"])
    version, decode_ticks = struct.unpack_from(">IQ", head, inside[b"tfdt"])
    told, count, offset = struct.unpack_from(">IIi", head, inside[b"trun"])
    if version != 1 << 24 or told & ~(_FLAGS | _SHIFTS) != 1 << 24 | _SIZES:
        raise ValueError("its fragment is not as it was written")
    row = struct.Struct(">I" + "I" * bool(told & _FLAGS) + "i" * bool(told & _SHIFTS))
    table = head[inside[b"trun"] + 12 : inside[b"trun"] + 12 + count * row.size]
    at, samples = moof_at + offset, []
    for size, *more in row.iter_unpack(table):
        is_sync = not told & _FLAGS or more[0] == _SYNC
        samples.append(Sample(at, size, is_sync, more[-1] if told & _SHIFTS else 0))
        at += size
    if not samples or len(samples) != count:
        raise ValueError("its fragment is empty or cut")
    return Run(track, decode_ticks, ticks, samples)
