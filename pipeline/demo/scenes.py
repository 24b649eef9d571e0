"""Every kind of scene by name: what clips film and photos stop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from pipeline.demo import hall, nature, places
from pipeline.demo.script import SceneKind
from pipeline.demo.sheet import PALETTES, Scene, Sheet

DRAWN_AREA_PX = 960 * 540
_PAINTERS: dict[SceneKind, tuple[Callable[[Sheet], Scene], tuple[int, ...]]] = {
    "sunrise": (nature.sunrise, (0, 2, 4, 5)),
    "hills": (nature.hills, (1, 6, 0, 5, 4)),
    "sea": (nature.sea, (1, 3, 0, 4)),
    "islands": (nature.islands, (4, 2, 0)),
    "forest": (nature.forest, (6, 3, 1)),
    "town": (places.town, (2, 0, 4, 7)),
    "lanterns": (places.lanterns, (7, 2)),
    "market": (places.market, (4, 0, 2, 5)),
    "stage": (hall.stage, (7, 2, 3)),
}
"""How each kind is painted, and the palettes (places in ``PALETTES``) that suit it."""


def draw_scene(kind: SceneKind, width_px: int, height_px: int, seed: int) -> Scene:
    """Return a scene in the shape of ``width_px`` × ``height_px``, about half a million pixels large."""
    shrink = min(1.0, (DRAWN_AREA_PX / (width_px * height_px)) ** 0.5)
    rng = np.random.default_rng(seed)
    painter, suits = _PAINTERS[kind]
    palette = PALETTES[suits[seed % len(suits)]]
    sheet = Sheet(round(width_px * shrink / 2) * 2, round(height_px * shrink / 2) * 2, palette, rng)
    scene = painter(sheet)
    return Scene(scene.ground, [layer.trimmed() for layer in scene.layers])


def still(scene: Scene, at_s: float) -> Image.Image:
    """Return the scene as it looks ``at_s`` seconds after its start."""
    picture = scene.ground.convert("RGBA")
    for layer in scene.layers:
        bob = layer.bob * float(np.sin(2 * np.pi * at_s / layer.period_s))
        place = (round(layer.x + layer.vx * at_s), round(layer.y + layer.vy * at_s + bob))
        picture.paste(layer.image, place, layer.image)
    return picture.convert("RGB")
