"""Writes the JSON schemas of presets and receipts, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.intake.sidecar import Sidecar
from pipeline.noun import Noun
from pipeline.posts.model import PostDocument
from pipeline.preset.model import Event, House, PhotoOutput, PosterOutput, Style, VideoOutput
from pipeline.preset.platform import Platform
from pipeline.store.receipt import Receipt

SCHEMAS: dict[str, type[Noun]] = {
    "event": Event,
    "sidecar": Sidecar,
    "receipt": Receipt,
    "post": PostDocument,
    "style": Style,
    "output-house": House,
    "output-video": VideoOutput,
    "output-poster": PosterOutput,
    "output-photo": PhotoOutput,
    "output-platform": Platform,
}


def schemas() -> dict[str, str]:
    """Return file name → JSON schema text. Source: JSON Schema 2020-12, as pydantic writes it."""
    return {
        f"{name}.schema.json": json.dumps(model.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
        for name, model in SCHEMAS.items()
    }


def write_schemas(folder: Path) -> None:
    """Write all schemas into ``folder``. Raises ``OSError`` as writing does."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
