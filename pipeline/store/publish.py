"""Puts finished files where people read them: whole or not at all, the receipt last.

A file is made in scratch, on the same file system; its bytes are forced to disk; it takes its name by rename. A
crash at any line leaves scratch, which the next start sweeps, or a file that no receipt vouches for, which is made
again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import MachineError
from pipeline.media.identity import digest
from pipeline.settings import STATE_FOLDER
from pipeline.store.archive import archive_key, write_archive
from pipeline.store.package import Content, Copy, Link, Package, Page, Zip
from pipeline.store.receipt import Made, Receipt

RECEIPTS = "receipts"
WRITING = f"{STATE_FOLDER}/writing"
"""Small files until they are whole. The server and a push write, too, while a run empties scratch."""
_LEFT_S = 3600
"""No small file is in the making for so long."""


@contextlib.contextmanager
def scratch(parent: Path, name: str) -> Iterator[Path]:
    """Give a new folder for half-made files; it is gone afterwards, whatever happens."""
    with disk_errors():
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name[:60]}.", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(out: Path, parent: Path) -> None:
    """Remove what a killed run left in ``parent``, scratch. Only the holder of the run's lock may call this."""
    old_s = time.time() - _LEFT_S
    for left in (out / WRITING).iterdir() if (out / WRITING).is_dir() else ():
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < old_s:
                left.unlink()
    for left in parent.iterdir() if parent.is_dir() else ():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                left.unlink()


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the operating system's refusals into errors of the machine, which are retried."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = "disk-full" if full else "machine-trouble"
        raise MachineError(code, f"{error.strerror or error}: {error.filename or '-'}") from error


def place(source: Path, target: Path) -> None:
    """Give the finished file ``source`` its name ``target``, forced to disk, replacing what was there.

    Raises:
        MachineError: the disk is full or fails.

    """
    with disk_errors():
        _flush(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)  # noqa: PTH105 - Path.replace is the same call; this name says what it promises


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(out: Path, files: Mapping[str, Path], facts: Mapping[str, Mapping[str, str | int]]) -> tuple[Made, ...]:
    """Place finished scratch files; return them as measured. ``files``: path in the output folder → scratch file."""
    made = []
    for name, path in files.items():
        sha256 = digest(path)
        place(path, out / name)
        stat = (out / name).stat()
        made.append(
            Made(
                path=name,
                sha256=sha256,
                bytes=stat.st_size,
                mtime_ns=stat.st_mtime_ns,
                facts=dict(facts.get(name, {})),
            )
        )
    return tuple(made)


def keep_receipt(out: Path, receipt: Receipt) -> None:
    """Write a receipt: from now on its outputs count as made."""
    text = receipt.model_dump_json(indent=1, exclude_none=True, exclude_defaults=False)
    write(out, f"{RECEIPTS}/{receipt.asset}.json", text.encode("utf-8"))


def read_receipts(out: Path) -> dict[str, Receipt]:
    """Return every receipt by asset. One that cannot be read counts as absent: its asset is made again."""
    found = {}
    for path in sorted((out / RECEIPTS).glob("*.json")):
        receipt = read_receipt(out, path.name.removesuffix(".json"))
        if receipt:
            found[receipt.asset] = receipt
    return found


def read_receipt(out: Path, asset: str) -> Receipt | None:
    """Return one receipt, or None when there is none that can be read."""
    with contextlib.suppress(OSError, ValidationError):
        return Receipt.model_validate_json((out / RECEIPTS / f"{asset}.json").read_bytes())
    return None


def holds(out: Path, receipt: Receipt | None, key: str) -> bool:
    """Return whether ``receipt`` proves the asset with ``key``: every output is there as it was made."""
    return receipt is not None and receipt.key == key and all(_unchanged(out, made) for made in receipt.outputs)


def _unchanged(out: Path, made: Made) -> bool:
    with contextlib.suppress(OSError):
        return is_as_made(out / made.path, made)
    return False


def is_as_made(path: Path, made: Made) -> bool:
    """Return whether a file is what was made. Raises ``OSError`` where there is none."""
    stat = path.stat()
    # A copied or restored folder has other times: then the bytes decide.
    return stat.st_size == made.bytes and (stat.st_mtime_ns == made.mtime_ns or digest(path) == made.sha256)


def retire(out: Path, receipt: Receipt, still_wanted: Iterable[str]) -> None:
    """Remove an asset that is no longer wanted: the receipt first, then its files that no other receipt names."""
    wanted = set(still_wanted)
    (out / RECEIPTS / f"{receipt.asset}.json").unlink(missing_ok=True)
    for made in receipt.outputs:
        if made.path not in wanted:
            remove(out, made.path)


def remove(out: Path, name: str) -> None:
    """Remove a delivered file and the folders that it leaves empty."""
    path = out / name
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == out:
            return
        try:
            folder.rmdir()
        except OSError:
            return


def write(out: Path, name: str, content: bytes) -> None:
    """Write a small file whole: scratch beside its folder, flush, rename."""
    parent = out / WRITING
    with disk_errors():
        parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).chmod(0o644)  # mkstemp makes files that a web server could not read
            place(Path(temporary), out / name)
        finally:
            Path(temporary).unlink(missing_ok=True)


def deliver(out: Path, package: Package, before: Mapping[str, Made] | None = None) -> tuple[Made, ...]:
    """Write what has changed of a package, in its order, and return all of it as it is on disk.

    ``before``: what was there, by path. Pages and archives whose key is the same and that nobody touched stay.

    Raises:
        MachineError: the disk is full or fails; a file that an archive or a link names is gone.

    """
    return tuple(_delivered(out, name, content, (before or {}).get(name)) for name, content in package.items())


def _delivered(out: Path, name: str, content: Content, before: Made | None) -> Made:
    match content:
        case Link():
            _link(out, name, content)
            stat = (out / name).stat()
            # Links share the bytes that their asset's receipt vouches for; hashing them again would read every master.
            return Made(path=name, sha256="", bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)
        case Page(key, fill):
            if before and _stands(out, before, key):
                return before
            _write_if_other(out, name, fill().encode("utf-8"))
            return _seen(out, name, {"key": key})
        case Zip(members):
            return _archived(out, name, members, before)
        case Copy(source):
            _write_if_other(out, name, source.read_bytes())
        case str():
            _write_if_other(out, name, content.encode("utf-8"))
        case bytes():
            _write_if_other(out, name, content)
    return _seen(out, name, {})


def _stands(out: Path, before: Made, key: str) -> bool:
    return before.facts.get("key") == key and _unchanged(out, before)


def _seen(out: Path, name: str, facts: Mapping[str, str]) -> Made:
    stat = (out / name).stat()
    sha256 = digest(out / name)
    return Made(path=name, sha256=sha256, bytes=stat.st_size, mtime_ns=stat.st_mtime_ns, facts=dict(facts))


def _archived(out: Path, name: str, members: tuple[tuple[str, str], ...], before: Made | None) -> Made:
    with disk_errors():
        key = archive_key(out, members)
        if before and _stands(out, before, key):
            return before
        with scratch(out / STATE_FOLDER / "scratch", "zip") as folder:
            write_archive(folder / "file", out, members)
            place(folder / "file", out / name)
    return _seen(out, name, {"key": key})


def _write_if_other(out: Path, name: str, content: bytes) -> None:
    path = out / name
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return
    write(out, name, content)


def _link(out: Path, name: str, link: Link) -> None:
    source, path = out / link.target, out / name
    with contextlib.suppress(OSError):
        if path.samefile(source):
            return
        there, wanted = path.stat(), source.stat()
        if (there.st_size, there.st_mtime_ns) == (wanted.st_size, wanted.st_mtime_ns):
            return  # a copy, where the file system has no hard links
    with scratch(out / STATE_FOLDER / "scratch", "link") as folder:
        temporary = folder / "file"
        try:
            os.link(source, temporary)
        except OSError:
            with disk_errors():
                shutil.copy2(source, temporary)
        if link.made and not is_as_made(temporary, link.made):
            raise MachineError("changed-meanwhile")  # made anew since it was surveyed: the next delivery knows it
        place(temporary, path)
