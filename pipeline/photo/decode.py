"""Open and decode photos from strangers: nothing that a file holds may hang, flood or surprise the process."""

from __future__ import annotations

import errno
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, MachineError, MediaError
from pipeline.photo.header import Header, check_size

if TYPE_CHECKING:
    from PIL import Image

MAX_FILE_BYTES = 250_000_000
MAX_GIF_BYTES = 50_000_000
"""Counting a GIF's pictures walks it in small steps; this bounds the walk to seconds."""
_SIGNATURE_BYTES = 6

_FILE_AT_FAULT = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
)
_PLUGINS = {"WebP": "WEBP", "HEIC": "HEIF"}
_RAW_TAGS = frozenset({0xC612, 0x828D})
"""DNGVersion and CFARepeatPatternDim: sensor data. Source: DNG 1.7; TIFF/EP (ISO 12234-2)."""
_SUBFILE_TYPE, _REDUCED = 0xFE, 1
_WARNINGS = threading.RLock()
"""Python's warning filters belong to the process, so one thread at a time quiets them."""


def read_photo(path: Path) -> bytes:
    """Return the whole file, so that what was checked is what is decoded even if the file changes.

    Raises:
        InputError: ``unreadable`` (no permission, gone, not a file) or ``photo-file-too-big``.
        MachineError: the disk or network share had trouble.

    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError("unreadable", "not a regular file")
        with path.open("rb") as file:
            signature = file.read(_SIGNATURE_BYTES)
            limit = MAX_GIF_BYTES if signature.startswith(b"GIF8") else MAX_FILE_BYTES
            # Never more than was measured: Python sets that much memory aside before it reads.
            data = signature + file.read(max(0, status.st_size - len(signature))) if status.st_size <= limit else b""
    except OSError as error:
        text = error.strerror or type(error).__name__
        if error.errno in _FILE_AT_FAULT:
            raise InputError("unreadable", text) from error
        raise MachineError("machine-trouble", text) from error
    if status.st_size > limit:
        raise InputError("photo-file-too-big", status.st_size // 1_000_000, limit // 1_000_000)
    return data


@contextmanager
def opened(data: bytes, header: Header) -> Iterator[Image.Image]:
    """Give the picture in ``data``, opened but not decoded, only ever by the decoder its header asks for.

    Raises:
        InputError: the decoder refuses it, or it is larger than allowed, or a RAW file.

    """
    from PIL import Image  # noqa: PLC0415 -- keeps the command's start fast

    if header.format == "HEIC":
        _register_heic()
    with guarded(), quiet():
        image = Image.open(BytesIO(data), formats=[_PLUGINS.get(header.format, header.format)])
    with image:
        check_size(*image.size)
        if header.format == "TIFF":
            _refuse_raw(image)
        yield image


def load(image: Image.Image, *, at_least: tuple[int, int] | None = None) -> None:
    """Decode an opened picture once, to its end.

    ``at_least`` lets JPEG decode to the smallest of 1/2, 1/4 and 1/8 that still covers that many pixels
    (width, height as stored); every byte is read all the same, so a damaged file is still noticed.

    Raises:
        InputError: damaged, cut off, or not what its header announced.

    """
    with guarded():
        if at_least is not None and image.format in {"JPEG", "MPO"}:
            image.draft(None, at_least)
        image.load()
    check_size(*image.size)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever a decoder raises on hostile bytes into ``InputError``; the file is in memory, so it is at fault."""
    from PIL import Image  # noqa: PLC0415 -- keeps the command's start fast

    try:
        yield
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        raise InputError("photo-size-absurd") from error
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, MemoryError …: no list is complete
        detail = str(error) or type(error).__name__
        raise InputError("photo-damaged", " ".join(detail.split())[:120]) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Pillow's warnings out of the log; what matters in them is checked and said by us."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def _register_heic() -> None:
    """Teach Pillow HEIC. Thumbnails are off: Pillow would otherwise decode one in place of the photo."""
    import pillow_heif  # noqa: PLC0415 -- keeps the command's start fast

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _refuse_raw(image: Image.Image) -> None:
    """Refuse camera RAW in a TIFF wrapper, whose first picture is only a preview."""
    with guarded(), quiet():
        tags = dict(image.getexif())
    if _RAW_TAGS & tags.keys() or int(tags.get(_SUBFILE_TYPE, 0)) & _REDUCED:
        raise InputError("photo-raw")
