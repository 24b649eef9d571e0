"""Reads the index of an MP4 or QuickTime file, wherever in the file it lies."""

from __future__ import annotations

from pathlib import Path

from pipeline.media import boxes

_MOST_BOXES = 4096
_MOST_BYTES = 64 << 20


def read_moov(path: Path) -> bytes:
    """Return the content of the file's ``moov`` box, its first 64 MB at most; nothing where there is none.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as file:
        at, end = 0, path.stat().st_size
        for _ in range(_MOST_BOXES):
            file.seek(at)
            box = boxes.box_at(file.read(16), at, end)
            if box is None or box.end <= at:
                break
            if box.kind == b"moov":
                file.seek(box.start)
                return file.read(min(box.end - box.start, _MOST_BYTES))
            at = box.end
    return b""
