"""All deliveries as one package, in the order in which they may appear: what names other files comes after them."""

from __future__ import annotations

from pathlib import Path

from pipeline.deliver.board import board
from pipeline.deliver.gallery import gallery
from pipeline.deliver.playlist import playlists
from pipeline.deliver.post import posts
from pipeline.deliver.rundown import rundown
from pipeline.deliver.show import running_order, show
from pipeline.preset.model import Book
from pipeline.store.catalog import Catalog
from pipeline.store.package import Package


def package(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return everything that people read: files first, then the lists and pages that name them."""
    items = running_order(catalog, book)
    return {
        **show(items, book),
        **playlists(items, book),
        **rundown(items, book),
        **posts(catalog, book, templates),
        **gallery(catalog, book, templates),
        **board(catalog, book, templates),
    }
