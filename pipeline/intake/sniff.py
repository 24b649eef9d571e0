"""What kind of file is it? By content first, by name only where content cannot tell. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath

from pipeline.store.catalog import InputKind

HEAD_BYTES = 4096
# fmt: off
CLIPS = frozenset({
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv", ".asf", ".flv", ".f4v", ".mpg", ".mpeg", ".mpe", ".vob",
    ".ts", ".mts", ".m2ts", ".m2t", ".3gp", ".3g2", ".ogv", ".ogg", ".ogm", ".mxf", ".dv", ".rm", ".rmvb", ".ivf",
    ".divx", ".qt", ".h264", ".hevc", ".y4m", ".mp3", ".m4a", ".wav", ".aac", ".flac", ".wma",
})
PHOTOS = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif", ".avif", ".gif", ".tif", ".tiff",
    ".bmp", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raw",
})
CAPTIONS = frozenset({".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".sbv", ".sub", ".stl", ".smi"})
# fmt: on
_IMAGE_BRANDS = (
    b"heic",
    b"heix",
    b"hevc",
    b"heim",
    b"heis",
    b"hevm",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"MiHB",
    b"crx ",
)
_SKIPPED_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "@eadir", "__macosx", ".stfolder"})
_SKIPPED_SUFFIXES = (".part", ".crdownload", ".partial", ".download")


def is_skipped(path: PurePosixPath) -> bool:
    """Return whether a file is on the list that nobody is told about: hidden, half-downloaded, a system's own."""
    return any(_is_skipped(part) for part in path.parts)


def _is_skipped(part: str) -> bool:
    low = part.casefold()
    return low.startswith((".", "~")) or low in _SKIPPED_NAMES or low.endswith(_SKIPPED_SUFFIXES)


def kind_of(path: PurePosixPath, head: bytes) -> InputKind:
    """Return the kind of a file from its first bytes and its name."""
    suffix = path.suffix.casefold()
    if suffix == ".toml":
        return "sidecar"
    if is_image(head):
        return "photo"
    if suffix in CAPTIONS and not is_video(head):
        return "captions"
    if is_video(head) or suffix in CLIPS:
        return "clip"
    return "photo" if suffix in PHOTOS else "other"


def is_image(head: bytes) -> bool:
    """Return whether the bytes begin as a picture does: JPEG, PNG, GIF, TIFF, WebP, HEIF, AVIF or Canon RAW."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")):
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    return head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS


def is_video(head: bytes) -> bool:
    """Return whether the bytes begin as a container of video or sound does."""
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return True
    if head[:4] == b"RIFF" and head[8:12] in {b"AVI ", b"WAVE"}:
        return True
    starts = (
        b"\x1aE\xdf\xa3",
        b"FLV\x01",
        b"0&\xb2u\x8ef\xcf\x11",
        b"OggS",
        b"\x00\x00\x01\xba",
        b"DKIF",
        b"ID3",
        b".RMF",
    )
    return head.startswith(starts) or _is_transport_stream(head)


def _is_transport_stream(head: bytes) -> bool:
    """Return whether sync bytes stand 188 (or, with time codes, 192) apart. Source: ISO/IEC 13818-1, 2.4.3."""
    return any(
        len(head) > offset + 2 * step and all(head[offset + n * step] == 0x47 for n in range(3))  # noqa: PLR2004
        for offset, step in ((0, 188), (4, 192))
    )


def is_text(head: bytes) -> bool:
    """Return whether the bytes read as text."""
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) >= HEAD_BYTES - 4
    return True
