"""Finds what a list names, as its player would, and never outside the output folder."""

from __future__ import annotations

import contextlib
import os
import posixpath
import re
from collections.abc import Iterable
from errno import EINVAL
from pathlib import Path
from stat import S_ISREG
from urllib.parse import unquote

from pipeline.preflight.model import Problem, problem

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""File names that every player takes as they stand."""

_NO_MEDIA = frozenset({".showcase", "playlists", "gallery", "posts", "board", "preflight", "photos"})
"""Folders without masters."""

_MOST_BYTES = 64_000_000
"""A day of the shortest fillers is a sixth of it."""


def read_text(path: Path) -> str:
    """Return the text of a list.

    Raises:
        OSError: it is not there, or no regular file: whoever opened a pipe would wait for ever.
        ValueError: it is too large to be a list, or not UTF-8.

    """
    stat = path.lstat()
    if not S_ISREG(stat.st_mode):
        raise OSError(EINVAL, "no regular file", path.name)
    if stat.st_size > _MOST_BYTES:
        raise ValueError(str(stat.st_size), "bytes")
    return path.read_bytes().decode("utf-8")


class Shelf:
    """The output folder, asked once about each file. ``root``, ``base_url``: how lists name it."""

    def __init__(
        self, out: Path, root: str | None = None, base_url: str | None = None, new: Iterable[str] = ()
    ) -> None:
        """Take the folder; ``new``: paths that will be there before the lists are."""
        self._out, self._base_url = out, base_url
        self._roots = tuple(dict.fromkeys(each.rstrip("/") for each in (root, str(out), str(out.resolve())) if each))
        self._new = frozenset(new)
        self._links: dict[tuple[int, int], list[str]] | None = None
        self._seen: dict[str, tuple[int | None, str | None]] = {}

    def inside(self, name: str, list_path: str) -> str | None:
        """Return the path in the output folder that ``name`` in that list means; None where it lies outside."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name):
            base, address = unquote(self._base_url or "").rstrip("/") + "/", unquote(name)
            if base == "/" or not address.startswith(base):
                return None
            path = address.removeprefix(base)
        elif name.startswith("/"):
            root = next((each for each in self._roots if name.startswith(each + "/")), None)
            if root is None:
                return None
            path = name.removeprefix(root + "/")
        else:
            path = posixpath.join(posixpath.dirname(list_path), name)
        path = posixpath.normpath(path)
        return None if path.startswith(("../", "/")) or path in {"..", "."} else path

    def home(self, path: str) -> str:
        """Return the absolute name of a path in the output folder."""
        return f"{self._roots[0]}/{path}"

    def names(self, path: str) -> str:
        """Return all names of a file, for people: each hard link keeps the bytes alive, and a delivery links again."""
        if self._links is None:
            self._links = {}
            for folder in sorted(self._out.iterdir()):
                if folder.is_dir() and not folder.is_symlink() and folder.name not in _NO_MEDIA:
                    for each in sorted(folder.rglob("*")):
                        with contextlib.suppress(OSError):
                            stat = each.lstat()
                            names = self._links.setdefault((stat.st_dev, stat.st_ino), [])
                            names.append(each.relative_to(self._out).as_posix())
        try:
            stat = (self._out / path).lstat()
        except OSError:
            return path
        others = self._links.get((stat.st_dev, stat.st_ino), [])
        return ", ".join(dict.fromkeys((path, *others)))

    def fault(self, path: str, entry: str | None) -> Problem | None:
        """Return what is wrong with a file that a list names, or None when it is there, whole and plainly named."""
        if not all(_SAFE.fullmatch(part) for part in path.split("/")):
            return problem("name-unsafe", entry, path)
        size, code = self._look(path)
        if code:
            return problem(code, entry, path)
        return problem("file-empty", entry, self.names(path)) if not size else None

    def size(self, path: str) -> int | None:
        """Return the size in bytes, or None where it is not there."""
        return self._look(path)[0]

    def _look(self, path: str) -> tuple[int | None, str | None]:
        if path not in self._seen:
            self._seen[path] = self._stat(path)
        return self._seen[path]

    def _stat(self, path: str) -> tuple[int | None, str | None]:
        if path in self._new:
            return 1, None
        there = self._out / path
        # The output folder itself may be a link; nothing in it may lead out of it.
        for part in [there, *there.parents]:
            if part == self._out:
                break
            if part.is_symlink():
                return None, "file-is-link"
        try:
            stat = os.stat(there)  # noqa: PTH116 - the fastest call, and there may be thousands
        except OSError:
            return None, "file-missing"
        return (stat.st_size, None) if there.is_file() else (None, "file-missing")
