"""Finds every file under the input folder and what it is; a file that has not changed is not read again.

Here files are looked at from outside and their first bytes compared; children read them (:mod:`pipeline.intake.pool`).
Nothing here writes under the input folder, and no link that leads out of it is followed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from pipeline.errors import PresetError
from pipeline.intake.pool import read_all
from pipeline.intake.reader import UNREAD, Request
from pipeline.intake.sighting import Sighting, SightingBook, Stamp
from pipeline.intake.sniff import HEAD_BYTES, is_skipped, kind_of
from pipeline.reasons import reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish

BOOK = "sightings.json"
LOOKERS = 4
"""Looking at files from outside waits for the disk."""


def scan(settings: Settings, toolchain: str, *, thorough: bool = False) -> dict[str, Sighting]:
    """Return every file that is not on the skip list, by its path relative to the input folder.

    ``thorough`` decodes photos, so that a later refusal is known now.

    Raises:
        PresetError: ``folder-missing``: there is no input folder.
        MachineError, OurError: as in :func:`pipeline.intake.pool.read_all`.

    """
    root, out = settings.media_in, settings.media_out
    if not root.is_dir():
        raise PresetError("folder-missing", str(root))
    if out.resolve().is_relative_to(root.resolve()) or root.resolve().is_relative_to(out.resolve()):
        raise PresetError("folders-nested", str(root), str(out))
    known = _read_book(settings, toolchain)
    paths = sorted(_walk(root))
    with ThreadPoolExecutor(LOOKERS) as pool:
        seen = list(pool.map(lambda path: _see(root, path, known, thorough=thorough), paths))
    read = read_all([look for look in seen if isinstance(look, Request)])
    sightings = [read[look.name] if isinstance(look, Request) else look for look in seen]
    found = {sighting.path: sighting for sighting in sightings if sighting is not None}
    if found != known:
        book = SightingBook(toolchain=toolchain, sightings=found)
        publish.write(settings.media_out, f"{STATE_FOLDER}/cache/{BOOK}", book.model_dump_json().encode("utf-8"))
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


def _see(root: Path, name: str, known: dict[str, Sighting], *, thorough: bool) -> Sighting | Request | None:  # noqa: PLR0911 - one line a refusal
    """Return what a look from outside and at the first bytes tells; a request when the file must be read for more."""
    path = root / name
    kind = kind_of(PurePosixPath(name), b"")
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if shown != name:  # JSON cannot write bytes that are no UTF-8, so nothing could ever refer to this file
        return Sighting(path=shown, stamp=UNREAD, kind=kind, refusal=reason("bad-name"))
    try:
        # Not Path.resolve(): up to Python 3.12 it raises RuntimeError for links that go round.
        if not Path(os.path.realpath(path, strict=True)).is_relative_to(root.resolve()):
            return Sighting(path=name, stamp=UNREAD, kind=kind, refusal=reason("outside-link"))
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
        return _glance(path, name, stamp, thorough=thorough)
    except OSError as error:
        return Sighting(path=name, stamp=UNREAD, kind=kind, refusal=reason("unreadable", error.strerror or str(error)))


def _glance(path: Path, name: str, stamp: Stamp, *, thorough: bool) -> Sighting | Request:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = kind_of(PurePosixPath(name), head)
    if kind == "other" or not stamp.bytes:
        why = reason("unknown-file" if kind == "other" else "empty-file")
        return Sighting(path=name, stamp=stamp, kind=kind, refusal=why)
    return Request(str(path), name, kind, stamp, thorough)
