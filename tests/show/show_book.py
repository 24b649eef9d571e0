"""The book of the repository's own presets, for any event."""

from __future__ import annotations

from pathlib import Path

from pipeline.preset.load import load
from pipeline.preset.model import Book, Event

PRESETS = Path(__file__).parents[2] / "presets"


def book(event: Event) -> Book:
    """Return the book of the presets with ``event`` in the place of theirs."""
    return load(PRESETS, None).model_copy(update={"event": event})
