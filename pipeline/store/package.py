"""A package: what a delivery consists of, relative path → content. Publishing writes it; tests compare it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.store.receipt import Made


@dataclass(frozen=True)
class Link:
    """A file that is already in the output folder, to appear under another name without using space."""

    target: str
    """Path relative to the output folder."""
    made: Made | None = None
    """As it was proven, where nothing else may appear under this name: the name stands for these bytes."""


@dataclass(frozen=True)
class Copy:
    """A file that ships with Showcase, to be copied."""

    source: Path


@dataclass(frozen=True)
class Zip:
    """An archive of files that are in the output folder: stored, not compressed again, in this order, without times."""

    members: tuple[tuple[str, str], ...]
    """Name in the archive, path relative to the output folder."""


@dataclass(frozen=True)
class Page:
    """A page that is filled only when what it is made of has changed."""

    key: str
    """Digest of all that its text depends on."""
    fill: Callable[[], str] = field(compare=False)


Content = str | bytes | Link | Copy | Zip | Page
Package = dict[str, Content]
"""Path relative to the output folder → content. Later entries are written later: put what names others last."""
