"""Writes an archive of delivered files: the same files give the same bytes, and it tells nothing but their names."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format knows. Source: PKWARE APPNOTE 6.3.10, 4.4.6."""
_READABLE = 0o100644 << 16
"""A plain file that everybody may read, as Unix writes it. Source: as above, 4.4.15."""
_CHUNK = 1 << 20


def archive_key(out: Path, members: Iterable[tuple[str, str]]) -> str:
    """Return what tells whether an archive must be written again: the names in it, and size and time of each file.

    ``members``: name in the archive, path in the folder ``out``. Delivered files keep their time while their bytes are
    the same, so nothing has to be read.

    Raises:
        OSError: a file is not there.

    """
    found = ((name, (out / path).stat()) for name, path in members)
    listed = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in found]
    return hashlib.sha256(json.dumps(listed, ensure_ascii=True).encode("ascii")).hexdigest()


def write_archive(target: Path, out: Path, members: Iterable[tuple[str, str]]) -> None:
    """Write the archive to ``target``. Nothing is compressed: photos and films already are.

    Raises:
        OSError: a file is not there, or the disk is full or fails.

    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, path in members:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 3  # Unix, whatever system this is: the same bytes everywhere
            entry.external_attr = _READABLE
            entry.file_size = (out / path).stat().st_size
            with (out / path).open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, _CHUNK)
