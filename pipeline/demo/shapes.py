"""What scenes are painted with: gradients, glows, ridges and silhouettes, as Pillow pictures in memory.

Lengths are pixels of the picture that is drawn; curves are the height of an edge at each column, from the top.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Rgb = tuple[int, int, int]
Floats = npt.NDArray[np.float32]
Draw = ImageDraw.ImageDraw
WARM: Rgb = (255, 196, 110)
DARK: Rgb = (12, 14, 22)
SMOOTH = 2
"""Silhouettes are drawn this many times larger and reduced, which smooths their edges."""

SKIRTS = 0.4
"""Share of people who wear a skirt."""


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return the colour ``share`` of the way from ``one`` to ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gradient(width: int, height: int, stops: Sequence[tuple[float, Rgb]], rng: np.random.Generator) -> Floats:
    """Return height × width × 3 values 0–255 that pass ``stops`` (share of the height, colour) from top to bottom."""
    rows = np.linspace(0, 1, height, dtype=np.float32)
    places = [place for place, _ in stops]
    channels = [np.interp(rows, places, [colour[c] for _, colour in stops]) for c in range(3)]
    column = np.stack(channels, axis=-1).astype(np.float32)
    # Half a step of noise hides the bands that eight bits would show in a calm sky.
    noise = rng.random((height, width, 1), dtype=np.float32) * 1.6 - 0.8
    picture: Floats = column[:, None, :] + noise
    return picture


def add_glow(picture: Floats, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
    """Add a soft round light to ``picture`` in place."""
    height, width = picture.shape[:2]
    across = np.exp(-(((np.arange(width, dtype=np.float32) - x) / radius) ** 2))
    down = np.exp(-(((np.arange(height, dtype=np.float32) - y) / radius) ** 2))
    light = (down[:, None] * across[None, :] * strength)[:, :, None]
    picture += light * (np.asarray(colour, np.float32) - picture)


def to_image(picture: Floats) -> Image.Image:
    """Return the picture as RGB."""
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8), "RGB")


def ridge(width: int, base: float, height: float, rough: float, rng: np.random.Generator) -> Floats:
    """Return a hilly edge around ``base``, ``height`` tall; ``rough`` is how many hills a thousand pixels hold."""
    x = np.arange(width, dtype=np.float32)
    edge = np.full(width, base, np.float32)
    for octave in range(5):
        turns = rough * 1.9**octave / 1000 * rng.uniform(0.8, 1.25)
        edge -= height * 0.5**octave * 0.5 * np.sin(2 * math.pi * (turns * x + rng.random())).astype(np.float32)
    return edge


def wave(width: int, base: float, height: float, length: float, phase: float) -> Floats:
    """Return a water's edge: rounded troughs and sharper crests, ``length`` pixels from crest to crest."""
    x = np.arange(width, dtype=np.float32) / length + phase
    crest = 1 - np.abs(np.sin(math.pi * x)) + 0.25 * np.sin(2 * math.pi * x * 0.37)
    edge: Floats = (base - height * crest).astype(np.float32)
    return edge


def band(edge: Floats, height: int, top: Rgb, bottom: Rgb, depth: float, opacity: float = 1.0) -> Image.Image:
    """Return all below ``edge`` filled from ``top`` to ``bottom`` over ``depth`` pixels; clear above it."""
    below = np.arange(height, dtype=np.float32)[:, None] - edge[None, :]
    share = np.clip(below / depth, 0, 1)[:, :, None]
    colour = np.asarray(top, np.float32) * (1 - share) + np.asarray(bottom, np.float32) * share
    alpha = np.clip(below + 0.5, 0, 1)[:, :, None] * (255 * opacity)
    return Image.fromarray(np.concatenate([colour, alpha], axis=-1).astype(np.uint8), "RGBA")


def silhouette(width: int, height: int, colour: Rgb, paint: Callable[[Draw, float], None]) -> Image.Image:
    """Return what ``paint(pen, scale)`` draws, in one colour with smooth edges."""
    mask = Image.new("L", (width * SMOOTH, height * SMOOTH))
    paint(ImageDraw.Draw(mask), float(SMOOTH))
    picture = Image.new("RGBA", (width, height), (*colour, 0))
    picture.putalpha(mask.reduce(SMOOTH))
    return picture


def sun(radius: int, colour: Rgb) -> Image.Image:
    """Return a sun (or moon) with its glow; the picture is six radii wide."""
    size = radius * 6
    x = np.arange(size, dtype=np.float32) - size / 2 + 0.5
    far = np.sqrt(x[:, None] ** 2 + x[None, :] ** 2) / radius
    alpha = np.maximum(np.clip((1 - far) * radius, 0, 1), 0.55 * np.clip(1.5 - far / 2, 0, 1) ** 3)
    light = np.clip(1.15 - far * 0.3, 0, 1)[:, :, None]
    rgb = np.asarray(colour, np.float32) + (255 - np.asarray(colour, np.float32)) * light * 0.75
    return Image.fromarray(np.concatenate([rgb, alpha[:, :, None] * 255], axis=-1).astype(np.uint8), "RGBA")


def clouds(width: int, height: int, colour: Rgb, count: int, rng: np.random.Generator) -> Image.Image:
    """Return long soft clouds."""
    mask = Image.new("L", (width // 2, height // 2))
    pen = ImageDraw.Draw(mask)
    for _ in range(count):
        x, y = rng.uniform(0, width / 2), rng.uniform(height * 0.08, height * 0.42)
        for _ in range(9):
            wide, high = rng.uniform(0.05, 0.16) * height, rng.uniform(0.012, 0.035) * height
            px, py = x + rng.normal(0, height * 0.13), y + rng.normal(0, height * 0.018)
            pen.ellipse((px - wide, py - high, px + wide, py + high), fill=int(rng.integers(70, 150)))
    soft = mask.filter(ImageFilter.GaussianBlur(height * 0.014)).resize((width, height), Image.Resampling.BILINEAR)
    picture = Image.new("RGBA", (width, height), (*colour, 0))
    picture.putalpha(soft)
    return picture


def glitter(width: int, height: int, colour: Rgb, count: int, rng: np.random.Generator) -> Image.Image:
    """Return light on water: flat strokes, small and close at the top, long and wide apart at the bottom."""

    def paint(pen: Draw, scale: float) -> None:
        for _ in range(count):
            down = rng.random() ** 1.6
            long, high = (0.012 + 0.07 * down) * height * 2, (0.003 + 0.009 * down) * height
            x, y = rng.uniform(0, width), down * (height - 4) + 2
            shine = int(rng.integers(40, 150))
            pen.ellipse(tuple(scale * v for v in (x - long, y - high, x + long, y + high)), fill=shine)

    return silhouette(width, height, colour, paint)


def people(
    width: int, height: int, colour: Rgb, places: Sequence[tuple[float, float]], rng: np.random.Generator
) -> Image.Image:
    """Return standing people with their feet at the bottom; ``places`` are (x, body height)."""

    def paint(pen: Draw, scale: float) -> None:
        for x, tall in places:
            person(pen, scale * x, scale * height, scale * tall, rng)

    return silhouette(width, height, colour, paint)


def person(pen: Draw, x: float, foot: float, tall: float, rng: np.random.Generator) -> None:
    """Draw one standing or walking person, seven and a half heads tall."""
    head = tall / 15
    lean, stride = rng.normal(0, 0.02) * tall, rng.uniform(0.02, 0.09) * tall
    top, hip, shoulder = foot - tall, foot - tall * 0.47, head * rng.uniform(1.7, 2.1)
    neck = top + head * 2.3
    pen.ellipse((x + lean - head * 0.9, top, x + lean + head * 0.9, top + head * 2.2), fill=255)
    pen.rounded_rectangle((x - shoulder, neck, x + shoulder, hip + head), radius=head, fill=255)
    if rng.random() < SKIRTS:
        pen.polygon(
            [(x - shoulder * 0.9, hip), (x + shoulder * 0.9, hip), (x + head * 2.4, foot - tall * 0.16),
             (x - head * 2.4, foot - tall * 0.16)], fill=255,
        )  # fmt: skip
    for side in (-1, 1):
        width = max(2, round(head * 1.25))
        pen.line([(x + side * head * 0.7, hip), (x + side * stride, foot)], fill=255, width=width)
        hand = (x + side * (shoulder + head * rng.uniform(0.2, 1.1)), hip + head * rng.uniform(-1.5, 0.6))
        pen.line([(x + side * shoulder * 0.85, neck + head * 0.7), hand], fill=255, width=max(2, round(head * 0.8)))


def palm(pen: Draw, x: float, foot: float, tall: float, lean: float) -> None:
    """Draw a coconut palm with its foot at (x, foot); ``lean`` is how far the crown hangs over, in ``tall``."""
    trunk = [(x + lean * tall * (s / 12) ** 1.7, foot - tall * s / 12) for s in range(13)]
    for n, (one, other) in enumerate(pairwise(trunk)):
        pen.line([one, other], fill=255, width=max(1, round(tall * (0.042 - 0.0018 * n))))
    crown_x, crown_y = trunk[-1]
    for n in range(11):
        angle = math.pi * (n / 10) * 1.24 - 0.12 * math.pi
        reach = tall * (0.4 + 0.07 * math.sin(n * 2.1))
        spine = []
        for s in range(9):
            out = s / 8
            px = crown_x + math.cos(angle) * reach * out
            py = crown_y - math.sin(angle) * reach * out * 0.7 + reach * 0.34 * out**2.4
            spine.append((px, py, tall * 0.034 * math.sin(math.pi * min(1.0, out + 0.08)) + 0.5))
        upper = [(px, py - thick * 0.4) for px, py, thick in spine]
        pen.polygon(upper + [(px, py + thick) for px, py, thick in reversed(spine)], fill=255)


def boat(pen: Draw, x: float, water: float, long: float) -> None:
    """Draw a long-tailed fishing boat with high stem and stern, a low roof and its fisher, centred on x."""
    curve = [(-0.5, -0.2), (-0.44, -0.08), (-0.25, -0.03), (0.2, -0.03), (0.4, -0.1), (0.52, -0.26), (0.47, -0.06)]
    keel = [(0.36, 0.03), (0.0, 0.055), (-0.34, 0.03), (-0.46, -0.05)]
    pen.polygon([(x + px * long, water + py * long) for px, py in curve + keel], fill=255)
    pen.line([(x - 0.2 * long, water), (x - 0.2 * long, water - 0.15 * long)], fill=255, width=max(1, round(long / 70)))
    pen.line(
        [(x + 0.12 * long, water), (x + 0.12 * long, water - 0.15 * long)], fill=255, width=max(1, round(long / 70))
    )
    pen.chord((x - 0.24 * long, water - 0.19 * long, x + 0.16 * long, water - 0.1 * long), 180, 360, fill=255)
    head = long * 0.024
    pen.ellipse((x + 0.27 * long - head, water - 0.2 * long, x + 0.27 * long + head, water - 0.15 * long), fill=255)
    pen.polygon(
        [(x + 0.24 * long, water - 0.02 * long), (x + 0.25 * long, water - 0.14 * long),
         (x + 0.29 * long, water - 0.14 * long), (x + 0.32 * long, water - 0.02 * long)], fill=255,
    )  # fmt: skip


def birds(width: int, height: int, colour: Rgb, count: int, rng: np.random.Generator) -> Image.Image:
    """Return a flock, far away."""

    def paint(pen: Draw, scale: float) -> None:
        for n in range(count):
            x = scale * width * (0.15 + 0.7 * (n + 0.5) / count) + rng.normal(0, 3)
            y = scale * height * (0.5 + 0.35 * math.sin(n * 1.9))
            wing = scale * width * rng.uniform(0.025, 0.042)
            lift = wing * rng.uniform(0.25, 0.5)
            pen.line(
                [(x - wing, y - lift), (x, y), (x + wing, y - lift)], fill=255, width=round(scale * 1.5), joint="curve"
            )

    return silhouette(width, height, colour, paint)


def lantern(size: int, colour: Rgb) -> Image.Image:
    """Return a glowing paper lantern; the picture is three sizes wide and four high."""

    def paint(pen: Draw, scale: float) -> None:
        x, y, half = 1.5 * size * scale, 1.9 * size * scale, size * scale / 2
        pen.ellipse((x - half, y - half * 1.25, x + half, y - half * 0.1), fill=235)
        pen.polygon(
            [
                (x - half, y - half * 0.7),
                (x + half, y - half * 0.7),
                (x + half * 0.66, y + half),
                (x - half * 0.66, y + half),
            ],
            fill=235,
        )

    body = silhouette(size * 3, size * 4, mix(colour, (255, 246, 214), 0.45), paint)
    glow = silhouette(size * 3, size * 4, colour, paint).filter(ImageFilter.GaussianBlur(size * 0.45))
    return Image.alpha_composite(glow, body)
