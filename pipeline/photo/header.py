"""What a photo's first bytes announce, read before any decoder sees them. Pure.

A hostile file of a few bytes can make a decoder allocate gigabytes while merely opening it, so format and size are
read here first. What a file is, is decided by its content, never by its name.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.photo.facts import MAX_PIXELS, MAX_SIDE_PX, PhotoFormat

MAX_PARTS = 20_000
"""Segments or boxes in one file: real photos have tens, so more is an attack on our time."""
MAX_SCANS = 200
"""Scans of a progressive JPEG: real ones have about ten, and each costs a pass over the whole picture."""

_EIGHT_BITS = 8
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_HUFFMAN_TABLES, _SCAN, _END = 0xC4, 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)

_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", " PDF", "PDF"),
    (b"PK\x03\x04", " ZIP หรือเอกสาร Office", "a ZIP archive or Office document"),
    (b"8BPS", " Photoshop (PSD)", "Photoshop (PSD)"),
    (b"BM", " BMP", "BMP"),
    (b"\xff\x0a", " JPEG XL", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", " JPEG XL", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", " JPEG 2000", "JPEG 2000"),
)
_RAW = (b"FUJIFILM", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR")


@dataclass(frozen=True, slots=True)
class Header:
    """What the file announces. ``depth_bits`` and ``grey`` are known for PNG; TIFF says its size only when opened."""

    format: PhotoFormat
    depth_bits: int = 8
    grey: bool = False
    has_errors: bool = False


def check_size(width_px: int, height_px: int) -> None:
    """Refuse a picture that is empty or larger than any photo.

    Raises:
        InputError: ``photo-damaged`` or ``photo-too-large``.

    """
    if width_px < 1 or height_px < 1:
        raise InputError("photo-damaged", f"{width_px}×{height_px}")
    if width_px * height_px > MAX_PIXELS or max(width_px, height_px) > MAX_SIDE_PX:
        raise InputError("photo-too-large", width_px, height_px, MAX_PIXELS // 1_000_000, MAX_SIDE_PX)


def read_header(data: bytes) -> Header:
    """Return what ``data``, a whole file, announces; sizes have passed :func:`check_size`.

    Raises:
        InputError: empty, not a photo, cut off, or announcing more pixels than are allowed.

    """
    if not data:
        raise InputError("empty-file")
    try:
        return _read(data)
    except (struct.error, IndexError) as error:
        raise InputError("photo-cut-off") from error


def _read(data: bytes) -> Header:
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _read_png(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        check_size(*struct.unpack_from("<HH", data, 6))
        return Header("GIF")
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _read_webp(data)
    if data.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        if data[8:10] == b"CR":
            raise InputError("photo-raw")
        return Header("TIFF")
    if data[4:8] == b"ftyp":
        return _read_boxes(data)
    raise _not_photo(data)


def _read_jpeg(data: bytes) -> Header:
    scans, has_errors, has_frame = 0, False, False
    for marker, start, end in _segments(data):
        if marker in _START_OF_FRAME:
            precision, height_px, width_px = struct.unpack_from(">BHH", data, start)
            check_size(width_px, height_px)
            if precision != _EIGHT_BITS:
                raise InputError("photo-unsupported", f"JPEG {precision} bit")
            has_frame = True
        elif marker == _HUFFMAN_TABLES:
            has_errors = has_errors or not _huffman_valid(data[start:end])
        elif marker == _SCAN:
            scans += 1
    if not has_frame:
        raise InputError("photo-cut-off")
    if scans > MAX_SCANS:
        raise InputError("photo-damaged", f"{scans} scans")
    return Header("JPEG", has_errors=has_errors)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of each segment of the first picture. Source: ITU-T T.81, annex B."""
    position = 2
    for _ in range(MAX_PARTS):
        found = _NEXT_MARKER.search(data, position)
        if not found:
            return
        marker, start = data[found.end() - 1], found.end()
        if marker == _END:
            return
        (length,) = struct.unpack_from(">H", data, start)
        position = start + length
        if position > len(data):
            raise InputError("photo-cut-off")
        yield marker, start + 2, position
    raise InputError("photo-damaged", f"> {MAX_PARTS} segments")


def _huffman_valid(tables: bytes) -> bool:
    """Return whether each table's code lengths can be a prefix code. Source: ITU-T T.81, B.2.4.2 and C."""
    position = 0
    while position < len(tables):
        kind, lengths = tables[position] >> 4, tables[position + 1 : position + 17]
        symbols = tables[position + 17 : position + 17 + sum(lengths)]
        used = sum(count << (16 - bits) for bits, count in enumerate(lengths, 1))
        if kind > 1 or tables[position] & 15 > 3 or len(symbols) != sum(lengths) or used >= 1 << 16:  # noqa: PLR2004 -- the standard's limits: two classes, four tables
            return False
        if kind == 0 and any(symbol > 15 for symbol in symbols):  # noqa: PLR2004 -- DC categories end at 15
            return False
        position += 17 + sum(lengths)
    return True


def _read_png(data: bytes) -> Header:
    width_px, height_px, depth_bits, colour = struct.unpack_from(">IIBB", data, 16)
    check_size(width_px, height_px)
    return Header("PNG", depth_bits=depth_bits, grey=colour in {0, 4})


def _read_webp(data: bytes) -> Header:
    """Read the canvas size. Source: RFC 9649, sections 2.5 to 2.7."""
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    kind = data[12:16]
    if kind == b"VP8X":
        check_size(1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
    elif kind == b"VP8L":
        (packed,) = struct.unpack_from("<I", data, 21)
        check_size(1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF))
    elif kind == b"VP8 ":
        width_px, height_px = struct.unpack_from("<HH", data, 26)
        check_size(width_px & 0x3FFF, height_px & 0x3FFF)
    if riff_bytes + 8 > len(data):
        raise InputError("photo-cut-off")
    return Header("WebP")


def _read_boxes(data: bytes) -> Header:
    """Read HEIC and AVIF. Source: ISO/IEC 14496-12, 4.2 (boxes); ISO/IEC 23008-12, 6.5.3 (``ispe``)."""
    (ftyp_bytes,) = struct.unpack_from(">I", data, 0)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(ftyp_bytes, 512), 4))}
    avif = bool(brands & _AVIF_BRANDS)
    if b"crx " in brands:  # Canon's CR3
        raise InputError("photo-raw")
    if not avif and not brands & _HEIC_BRANDS:
        raise InputError("photo-not-photo", "วิดีโอหรือเสียง", "video or sound")
    whole = True
    for kind, start, end in _boxes(data, 0, len(data)):
        whole = whole and end <= len(data)
        if kind == b"meta":
            _check_properties(data, start + 4, min(end, len(data)))
    if not whole:
        raise InputError("photo-cut-off")
    return Header("AVIF" if avif else "HEIC")


def _check_properties(data: bytes, start: int, end: int) -> None:
    """Check every picture size that a ``meta`` box announces, tiles and thumbnails included."""
    for kind, properties, properties_end in _boxes(data, start, end):
        if kind != b"iprp":
            continue
        for inner, container, container_end in _boxes(data, properties, min(properties_end, end)):
            if inner != b"ipco":
                continue
            for name, body, _ in _boxes(data, container, min(container_end, end)):
                if name == b"ispe":
                    check_size(*struct.unpack_from(">II", data, body + 4))


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (kind, body start, end) of the boxes in a range; an end may lie beyond the data when it is cut off."""
    for _ in range(MAX_PARTS):
        if start + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = start + length if length else end
        if stop < body:
            raise InputError("photo-damaged", "box")
        yield kind, body, stop
        start = stop
    raise InputError("photo-damaged", f"> {MAX_PARTS} boxes")


def _not_photo(data: bytes) -> InputError:
    """Say what the file is instead, as far as its bytes tell."""
    if data.startswith(_RAW):
        return InputError("photo-raw")
    for magic, thai, english in _OTHERS:
        if data.startswith(magic):
            return InputError("photo-not-photo", thai, english)
    if not data[:4096].strip(b"\x00"):
        return InputError(
            "photo-not-photo", "ศูนย์ล้วน อาจอัปโหลดไม่จบ", "nothing but zeros; the upload may not have finished"
        )
    if data.find(b"\xff\xd8\xff", 0, 65536) > 0:
        return InputError("photo-not-photo", "ข้อมูลแปลกปลอมนำหน้าภาพ JPEG", "stray data in front of a JPEG")
    if b"\x00" not in data[:4096] and _is_text(data[:4096]):
        return InputError("photo-not-photo", "ข้อความ", "text")
    return InputError("photo-not-photo", "ข้อมูลที่ไม่รู้จัก", "unknown data")


def _is_text(start: bytes) -> bool:
    """Return whether ``start`` is UTF-8, allowing a last character cut in two."""
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 0 and error.start >= len(start) - 3
    return True
