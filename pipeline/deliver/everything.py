"""All deliveries as packages, in the order in which they may appear: what names other files comes after them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.deliver.board import board
from pipeline.deliver.gallery import gallery
from pipeline.deliver.show import document, masters
from pipeline.dialects import players
from pipeline.posts import packages
from pipeline.posts.packages import posts
from pipeline.preset.model import Book
from pipeline.rundown.rundowns import rundowns
from pipeline.show.model import Places, Show
from pipeline.show.order import master_name
from pipeline.store.catalog import Catalog
from pipeline.store.package import Package

__all__ = ["document", "downloads", "facts", "lists", "masters", "pages"]


def lists(show: Show, book: Book, places: Places, templates: Path) -> Package:
    """Return every list of the show in every dialect, for players and for people."""
    return {**players(show, places), **rundowns(show, book, places, templates)}


def pages(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return posts, gallery and board."""
    return {**posts(catalog, book, templates), **gallery(catalog, book, templates), **board(catalog, book, templates)}


def downloads(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return the archives: they take long to write, so they are made when a run is done."""
    return packages.downloads(catalog, book, templates)


def facts(catalog: Catalog) -> dict[str, Mapping[str, str | int | float | None]]:
    """Return what was measured of each master, by its name."""
    named = [(clip.id, clip.air) for clip in catalog.clips]
    named += [(slate.partner_id, slate.air) for slate in catalog.slates]
    named += [(card.id, card.air) for card in catalog.cards]
    return {
        master_name(asset_id, output, made.sha256): made.facts
        for asset_id, air in named
        for output, made in air.items()
    }
