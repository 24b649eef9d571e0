"""Finds every file under the input folder and reads what it is; a file that has not changed is not read again.

Nothing here writes under the input folder, and no link that leads out of it is followed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from pipeline.errors import InputError, PresetError
from pipeline.intake.sidecar import read_sidecar
from pipeline.intake.sighting import Sighting, SightingBook, Stamp
from pipeline.intake.sniff import HEAD_BYTES, is_skipped, is_text, kind_of
from pipeline.media.identity import digest
from pipeline.reasons import reason
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.store.catalog import InputKind

BOOK = "sightings.json"
READERS = 4
"""Hashing and demuxing wait for the disk and release the interpreter."""
_CAPTION_BYTES = 6_000_000
_FALLBACK_RATE = Fraction(25)
"""For frame-counted captions only; the clip's own rate is not known while its captions are read."""


def scan(settings: Settings, toolchain: str, *, thorough: bool = False) -> dict[str, Sighting]:
    """Return every file that is not on the skip list, by its path relative to the input folder.

    ``thorough`` decodes photos, so that a later refusal is known now.

    Raises:
        PresetError: ``folder-missing``: there is no input folder.

    """
    root, out = settings.media_in, settings.media_out
    if not root.is_dir():
        raise PresetError("folder-missing", str(root))
    if out.resolve().is_relative_to(root.resolve()) or root.resolve().is_relative_to(out.resolve()):
        raise PresetError("folders-nested", str(root), str(out))
    known = _read_book(settings, toolchain)
    paths = sorted(_walk(root))
    with ThreadPoolExecutor(READERS) as pool:
        seen = list(pool.map(lambda path: _see(root, path, known, thorough=thorough), paths))
    found = {sighting.path: sighting for sighting in seen if sighting is not None}
    if found != known:
        book = SightingBook(toolchain=toolchain, sightings=found)
        publish.write(settings.media_out, ".showcase/cache/" + BOOK, book.model_dump_json().encode("utf-8"))
    return found


def _read_book(settings: Settings, toolchain: str) -> dict[str, Sighting]:
    with contextlib.suppress(OSError, ValidationError):
        book = SightingBook.model_validate_json((settings.cache / BOOK).read_bytes())
        if book.toolchain == toolchain:
            return book.sightings
    return {}


def _walk(root: Path) -> Iterator[str]:
    """Yield the relative path of every entry that could be a file, links included; links to folders are not entered."""
    closed: list[str] = []
    for folder, names, files in os.walk(root, followlinks=False, onerror=lambda error: closed.append(error.filename)):
        here = Path(folder).relative_to(root)
        names[:] = sorted(name for name in names if not is_skipped(PurePosixPath(name)))
        links = [name for name in names if (root / here / name).is_symlink()]
        for name in (*files, *links):
            path = PurePosixPath(here.as_posix(), name)
            if not is_skipped(path):
                yield str(path)
    # A folder that may not be read is told as an entry of its own: reading it will say why.
    yield from (Path(folder).relative_to(root).as_posix() for folder in closed)


def _see(root: Path, name: str, known: dict[str, Sighting], *, thorough: bool) -> Sighting | None:  # noqa: PLR0911 - one line a refusal
    path = root / name
    nothing = Stamp(bytes=0, mtime_ns=0, ctime_ns=0)
    kind = kind_of(PurePosixPath(name), b"")
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if shown != name:  # JSON cannot write bytes that are no UTF-8, so nothing could ever refer to this file
        return Sighting(path=shown, stamp=nothing, kind=kind, refusal=reason("bad-name"))
    try:
        # Not Path.resolve(): up to Python 3.12 it raises RuntimeError for links that go round.
        if not Path(os.path.realpath(path, strict=True)).is_relative_to(root.resolve()):
            return Sighting(path=name, stamp=nothing, kind=kind, refusal=reason("outside-link"))
        stat = path.stat()
        if path.is_dir():
            next(path.iterdir(), None)
            return None  # a link to a folder inside: its files are seen where they are
        stamp = Stamp(bytes=stat.st_size, mtime_ns=stat.st_mtime_ns, ctime_ns=stat.st_ctime_ns)
        before = known.get(name)
        if before and before.stamp == stamp and not thorough:
            return before
        if not path.is_file():
            return Sighting(path=name, stamp=stamp, kind="other", refusal=reason("unknown-file"))
        return _read(path, name, stamp, thorough=thorough)
    except OSError as error:
        return Sighting(path=name, stamp=nothing, kind=kind, refusal=reason("unreadable", error.strerror or str(error)))


def _read(path: Path, name: str, stamp: Stamp, *, thorough: bool) -> Sighting:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = kind_of(PurePosixPath(name), head)
    sighting = Sighting(path=name, stamp=stamp, kind=kind)
    if kind == "other":
        return sighting.model_copy(update={"refusal": reason("unknown-file")})
    if not stamp.bytes:
        return sighting.model_copy(update={"refusal": reason("empty-file")})
    try:
        facts = _READERS[kind](path, head, thorough)
    except InputError as error:
        facts = {"refusal": error.reason}
    return sighting.model_copy(update={"sha256": digest(path), **facts})


def _read_clip(path: Path, head: bytes, thorough: bool) -> dict[str, object]:  # noqa: FBT001 - one shape for all readers
    from pipeline.media.probe import probe  # noqa: PLC0415 - PyAV is slow to import, and often nothing is new

    del thorough
    if is_text(head):
        raise InputError("not-media", "ข้อความ", "text")
    return {"clip": probe(path)}


def _read_photo(path: Path, head: bytes, thorough: bool) -> dict[str, object]:  # noqa: FBT001 - one shape for all readers
    from pipeline.photo.inspect import inspect  # noqa: PLC0415 - Pillow is slow to import, and often nothing is new

    del head
    seen = inspect(path, decode=thorough)
    return {"photo": seen.facts, "warnings": seen.warnings}


def _read_captions(path: Path, head: bytes, thorough: bool) -> dict[str, object]:  # noqa: FBT001 - one shape for all readers
    from pipeline.text.reading import language_of_name, read_captions  # noqa: PLC0415 - as above

    del head, thorough
    with path.open("rb") as file:
        data = file.read(_CAPTION_BYTES)
    read = read_captions(data, path.name, language_of_name(path.name), _FALLBACK_RATE)
    return {"captions": read.captions, "warnings": read.warnings}


def _read_sidecar(path: Path, head: bytes, thorough: bool) -> dict[str, object]:  # noqa: FBT001 - one shape for all readers
    del head, thorough
    with path.open("rb") as file:
        return {"sidecar": read_sidecar(file.read(_CAPTION_BYTES))}


_READERS: dict[InputKind, Callable[[Path, bytes, bool], dict[str, object]]] = {
    "clip": _read_clip,
    "photo": _read_photo,
    "captions": _read_captions,
    "sidecar": _read_sidecar,
}
