"""Clips and slates: one task a stage."""

from __future__ import annotations

from tasks.app import app
from tasks.filling import fill


@app.task(name="showcase.air")  # type: ignore[untyped-decorator]
def make_air(message: str) -> None:
    """Make an on-air master with what belongs to it, or a slate."""
    fill(message)


@app.task(name="showcase.draft")  # type: ignore[untyped-decorator]
def make_draft(message: str) -> None:
    """Draft a clip's captions from what is said in it."""
    fill(message)


@app.task(name="showcase.video")  # type: ignore[untyped-decorator]
def make_pages(message: str) -> None:
    """Make the versions for pages."""
    fill(message)
