"""Photos: one task each."""

from __future__ import annotations

from tasks.app import app
from tasks.filling import fill


@app.task(name="showcase.photo")  # type: ignore[untyped-decorator]
def make_photo(message: str) -> None:
    """Develop a photo."""
    fill(message)
