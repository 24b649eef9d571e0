"""Writes the JSON schemas of presets, receipts and the board, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.noun import Noun
from pipeline.preset.model import Event, House, PhotoOutput, PosterOutput, Style, VideoOutput

SCHEMAS: dict[str, type[Noun]] = {
    "event": Event,
    "style": Style,
    "output-house": House,
    "output-video": VideoOutput,
    "output-poster": PosterOutput,
    "output-photo": PhotoOutput,
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
