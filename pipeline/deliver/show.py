"""The files that go on air: masters whose bytes never change, and the folder that people open. Pure."""

from __future__ import annotations

from pipeline.preset.model import MASTER
from pipeline.show.model import SHOW_FILE, Show, show_text
from pipeline.store.catalog import Catalog
from pipeline.store.package import Link, Package
from pipeline.store.receipt import Made


def masters(show: Show, catalog: Catalog) -> Package:
    """Return ``masters/`` and ``show/``: links to proven files, each with what it must turn out to be."""
    proven = _proven(catalog)
    media: Package = {}
    for entry in show.items:
        for output, name in entry.media.items():
            media[name] = _link(proven[entry.sources[output]])
    return media | {f"show/{entry.file}": _link(proven[entry.sources[MASTER]]) for entry in show.items}


def document(show: Show) -> Package:
    """Return ``show.json``, which tells what each file is, and which everything that plays the show reads."""
    return {SHOW_FILE: show_text(show)}


def _link(made: Made) -> Link:
    return Link(made.path, made)


def _proven(catalog: Catalog) -> dict[str, Made]:
    among = [clip.air for clip in catalog.clips]
    among += [slate.air for slate in catalog.slates] + [card.air for card in catalog.cards]
    return {made.path: made for air in among for made in air.values()}
