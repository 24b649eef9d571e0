"""The child that reads files: ``python -m pipeline.intake.reader``. Libraries that a file can crash or hang live here.

A line of JSON in (:class:`Request`), a line of JSON out: ``{"sighting": …}``, or ``{"error": [class, code, values]}``
for trouble that is not the file's. Before the first, ``{"ready": true}``; while a file is hashed, ``{"beat": bytes}``.
Nothing else reaches that pipe: libraries that print do so on standard error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from pipeline.errors import InputError, MediaError, OurError
from pipeline.intake.sidecar import read_sidecar
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.intake.sniff import HEAD_BYTES, is_text
from pipeline.reasons import reason
from pipeline.store.catalog import InputKind

MEMORY_BYTES = 4 << 30
"""The child's address space. PyAV and Pillow start with 0.2 GB, and the largest photo that is taken fits."""
CHUNK_BYTES = 1 << 24
_CAPTION_BYTES = 6_000_000
_FALLBACK_RATE = Fraction(25)
"""For frame-counted captions only; the clip's own rate is not known while its captions are read."""

UNREAD = Stamp(bytes=0, mtime_ns=0, ctime_ns=0)
"""The stamp of a sighting that the next run shall not rely on."""

Beat = Callable[[int], None]
"""Called with the bytes hashed so far."""
Facts = dict[str, object]


@dataclass(frozen=True)
class Request:
    """One file to read. ``name`` is its path under the input folder; ``thorough``: decode photos too."""

    path: str
    name: str
    kind: InputKind
    stamp: Stamp
    thorough: bool

    def to_json(self) -> str:
        """Return one line. A folder's name that is no UTF-8 survives as escapes."""
        return json.dumps(asdict(self) | {"stamp": self.stamp.model_dump()})

    @staticmethod
    def from_json(line: str) -> Request:
        """Return what :meth:`to_json` wrote."""
        fields = json.loads(line)
        return Request(**fields | {"stamp": Stamp(**fields["stamp"])})


def read(request: Request, beat: Beat = lambda _: None) -> Sighting:
    """Return what the file is. Whatever its bytes make the readers raise is a refusal.

    Raises:
        MachineError: the disk had trouble.
        OurError: a reader cannot even be loaded.

    """
    path = Path(request.path)
    sighting = Sighting(path=request.name, stamp=request.stamp, kind=request.kind)
    try:
        facts = _facts(path, request)
        return sighting.model_copy(update={"sha256": _digest(path, beat), **facts})
    except OSError as error:
        # Without its stamp: a file that cannot be read just now is looked at again by the next run.
        why = reason("unreadable", error.strerror or str(error))
        return sighting.model_copy(update={"stamp": UNREAD, "refusal": why})


def _facts(path: Path, request: Request) -> Facts:
    try:
        return _READERS[request.kind](path, request.thorough)
    except InputError as error:
        return {"refusal": reason("reader-memory") if isinstance(error.__cause__, MemoryError) else error.reason}
    except (MediaError, OSError):
        raise
    except MemoryError:
        return {"refusal": reason("reader-memory")}
    except ImportError as error:
        raise OurError("our-fault", request.name, repr(error)[:200]) from error
    except Exception as error:  # noqa: BLE001 - a mistake of ours on one file must not keep all others from air
        return _mistake(request.name, error)


def _mistake(name: str, error: Exception) -> Facts:
    """Return the refusal of a file that we cannot read; without its stamp, so that a better version tries again."""
    return {"stamp": UNREAD, "refusal": reason("our-fault", name, repr(error)[:200])}


def _digest(path: Path, beat: Beat) -> str:
    found, done = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
            done += len(chunk)
            beat(done)
    return found.hexdigest()


def _read_clip(path: Path, thorough: bool) -> Facts:  # noqa: FBT001 - one shape for all readers
    from pipeline.media.embedded import read_embedded  # noqa: PLC0415 - PyAV is slow to import
    from pipeline.media.probe import probe  # noqa: PLC0415 - as above, and there may be no clip

    del thorough
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if is_text(head):
        raise InputError("not-media", "ข้อความ", "text")
    facts = probe(path)
    inside = read_embedded(path, facts)
    return {"clip": facts, "embedded": inside.captions, "warnings": inside.notes}


def _read_photo(path: Path, thorough: bool) -> Facts:  # noqa: FBT001 - one shape for all readers
    from pipeline.photo.inspect import inspect  # noqa: PLC0415 - Pillow is slow to import, and there may be no photo

    seen = inspect(path, decode=thorough)
    return {"photo": seen.facts, "warnings": seen.warnings}


def _read_captions(path: Path, thorough: bool) -> Facts:  # noqa: FBT001 - one shape for all readers
    from pipeline.text.reading import language_of_name, read_captions  # noqa: PLC0415 - as above

    del thorough
    with path.open("rb") as file:
        data = file.read(_CAPTION_BYTES)
    found = read_captions(data, path.name, language_of_name(path.name), _FALLBACK_RATE)
    return {"captions": found.captions, "warnings": found.warnings}


def _read_sidecar(path: Path, thorough: bool) -> Facts:  # noqa: FBT001 - one shape for all readers
    del thorough
    with path.open("rb") as file:
        return {"sidecar": read_sidecar(file.read(_CAPTION_BYTES))}


_READERS: dict[InputKind, Callable[[Path, bool], Facts]] = {
    "clip": _read_clip,
    "photo": _read_photo,
    "captions": _read_captions,
    "sidecar": _read_sidecar,
}


def _limit() -> None:
    """Bound memory, so that a bomb ends this child and not the machine, and leave no core file behind."""
    import resource  # noqa: PLC0415 - Unix only

    for what, wanted in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # the system has no such limit, or a lower one
            _, most = resource.getrlimit(what)
            resource.setrlimit(what, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def _own_pipe() -> TextIO:
    """Return standard output for answers alone; from now on everything else printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(line: str, beat: Beat) -> str:
    request = Request.from_json(line)
    try:
        return f'{{"sighting": {_as_json(read(request, beat))}}}'
    except MediaError as error:
        return json.dumps({"error": [type(error).__name__, error.code, error.values]})


def _as_json(sighting: Sighting) -> str:
    try:
        return sighting.model_dump_json()
    except ValueError as error:  # text that no JSON can hold: a reader let through what it should not have
        bare = Sighting(path=sighting.path, stamp=UNREAD, kind=sighting.kind)
        return bare.model_copy(update=_mistake(sighting.path, error)).model_dump_json()


def main() -> None:
    """Answer until standard input ends."""
    answers = _own_pipe()
    _limit()

    def say(line: str) -> None:
        answers.write(line + "\n")
        answers.flush()

    say('{"ready": true}')
    for line in sys.stdin:
        say(_answer(line, lambda done: say(json.dumps({"beat": done}))))


if __name__ == "__main__":
    main()
