"""Draws cards and slates: the layout's numbers become pixels. The same card gives the same pixels every time.

A card is drawn as layers, so that an animation can move each of them; a still is all layers on one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw

from pipeline.card.fonts import family_name, load, missing_glyphs, require_shaping
from pipeline.card.layout import lay_out, texts_of
from pipeline.card.pieces import Box, CardLayout, CardText, Frame, Ink, Run, SlateText, Wave
from pipeline.errors import OurError
from pipeline.preset.model import Face, Layout, Style
from pipeline.text.thai import WordBreaker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]

GLOW_ALPHA = 0.055
"""How much of the accent lies on the ground where the glow is strongest."""
WAVE_ROOM = 0.08
"""Waves are drawn wider than the frame by this part of its width on each side, so that they can drift."""


@dataclass(frozen=True)
class Layer:
    """A picture (RGB or RGBA) and where its upper left corner goes; ``role`` says what it shows."""

    role: str
    image: Image.Image
    x_px: int
    y_px: int


class FontMeasure:
    """Measures text with the fonts that it will be drawn with."""

    def width_px(self, text: str, face: Face, size_px: int) -> float:
        """Return the larger of how far the text advances and how far its ink reaches."""
        left, _, right, _ = load(face, size_px).getbbox(text, anchor="ls")
        return right - left

    def ink(self, text: str, face: Face, size_px: int) -> Ink:
        """Return the box of the text's ink, from the mask that it is drawn with."""
        mask, (left, top) = load(face, size_px).getmask2(text, mode="L", anchor="ls")
        x0, y0, x1, y1 = mask.getbbox() or (0, 0, 0, 0)
        return Ink(left + x0, top + y0, left + x1, top + y1)


def draw_card(
    card: CardText, style: Style, width_px: int, height_px: int, layout: Layout, breaker: WordBreaker
) -> Image.Image:
    """Return a title card as an RGB picture of ``width_px`` × ``height_px``.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    return flatten(draw_layers(card, style, Frame(width_px=width_px, height_px=height_px, layout=layout), breaker))


def draw_slate(
    slate: SlateText, style: Style, width_px: int, height_px: int, layout: Layout, breaker: WordBreaker
) -> Image.Image:
    """Return the picture that stands in for a missing clip; as :func:`draw_card`, with the slate's note."""
    return draw_card(slate, style, width_px, height_px, layout, breaker)


def draw_layers(card: CardText, style: Style, frame: Frame, breaker: WordBreaker) -> tuple[Layer, ...]:
    """Return the layers of a card or slate, the lowest first: ground, ghost, three waves, boxes, lines of text.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    require_shaping()
    for text, face in texts_of(card, style):
        missing = missing_glyphs(face, text)
        if missing:
            raise OurError("glyph-missing", text, " ".join(missing), family_name(face))
    placed = lay_out(card, style, frame, FontMeasure(), breaker)
    return tuple(_layers(placed))


def flatten(layers: tuple[Layer, ...]) -> Image.Image:
    """Return the layers on one another; the first one must be the ground."""
    picture = layers[0].image.copy()
    for layer in layers[1:]:
        picture.paste(layer.image, (layer.x_px, layer.y_px), layer.image)
    return picture


def _layers(placed: CardLayout) -> Iterator[Layer]:
    yield Layer("ground", _ground(placed.frame, placed.ground_dark, placed.ground_light, placed.glow), 0, 0)
    if placed.ghost:
        yield _text(placed.ghost)
    for wave in placed.waves:
        yield _wave(wave, placed.frame)
    for box in placed.boxes:
        yield _box(box)
    for run in placed.runs:
        yield _text(run)


def _text(run: Run) -> Layer:
    """Return one line of text, exactly as large as its ink."""
    font = load(run.face, run.size_px)
    ink = FontMeasure().ink(run.text, run.face, run.size_px)
    mask = Image.new("L", (max(1, ink.right_px - ink.left_px), max(1, ink.bottom_px - ink.top_px)))
    ImageDraw.Draw(mask).text((-ink.left_px, -ink.top_px), run.text, fill=255, font=font, anchor="ls")
    if run.alpha < 1:
        mask = mask.point([round(level * run.alpha) for level in range(256)])
    return Layer(run.role, _tinted(mask, run.colour), run.x_px + ink.left_px, run.baseline_px + ink.top_px)


def _box(box: Box) -> Layer:
    """Return a box with round ends, drawn four times as large and reduced, which smooths its edges."""
    fine = 4
    mask = Image.new("L", (fine * box.width_px, fine * box.height_px))
    corner = (0, 0, mask.width - 1, mask.height - 1)
    radius = fine * box.height_px / 2
    if box.stroke_px is None:
        ImageDraw.Draw(mask).rounded_rectangle(corner, radius, fill=255)
    else:
        ImageDraw.Draw(mask).rounded_rectangle(corner, radius, outline=255, width=round(fine * box.stroke_px))
    return Layer(box.role, _tinted(mask.reduce(fine), box.colour), box.x_px, box.y_px)


def _tinted(mask: Image.Image, colour: str) -> Image.Image:
    """Return a picture of one colour that shows through ``mask``."""
    picture = Image.new("RGBA", mask.size, colour)
    picture.putalpha(mask)
    return picture


def _noise(width_px: int, height_px: int) -> Pixels:
    """Return still noise of 0–1 that hides the steps of a slow gradient, and is the same on every machine.

    Source: J. Jimenez, "Next Generation Post Processing in Call of Duty", SIGGRAPH 2014 (interleaved gradient noise).
    """
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    x = np.arange(width_px, dtype=np.float64)[None, :]
    y = np.arange(height_px, dtype=np.float64)[:, None]
    return ((52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1.0)) % 1.0).astype(np.float32)


@lru_cache(maxsize=8)
def _ground(frame: Frame, dark: str, light: str, glow: str) -> Image.Image:
    """Return the ground: dark to light along the diagonal, with a little of the accent over the water."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    width_px, height_px = frame.width_px, frame.height_px
    x = (np.arange(width_px, dtype=np.float32)[None, :] + 0.5) / width_px
    y = (np.arange(height_px, dtype=np.float32)[:, None] + 0.5) / height_px
    diagonal = (x + y) / 2
    share = diagonal * diagonal * (3 - 2 * diagonal)
    near = GLOW_ALPHA * np.exp(-(((x - 0.86) / 0.42) ** 2) - ((y - 0.84) / 0.34) ** 2)
    noise = _noise(width_px, height_px)
    channels = []
    for low, high, accent in zip(*(ImageColor.getrgb(colour)[:3] for colour in (dark, light, glow)), strict=True):
        level = low + (high - low) * share
        level = level + (accent - level) * near
        channels.append(np.floor(level + noise).clip(0, 255).astype(np.uint8))
    return Image.fromarray(np.dstack(channels), "RGB")


def _wave(wave: Wave, frame: Frame) -> Layer:
    """Return one body of water, from its highest crest to the frame's foot; its crest line is smoothed."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    room_px = round(WAVE_ROOM * frame.width_px)
    x = np.arange(-room_px, frame.width_px + room_px, dtype=np.float64)
    crest = np.full_like(x, wave.level_px)
    for swing_px, length_px, turns in wave.swings:
        crest -= swing_px * np.sin(2 * np.pi * (x / length_px + turns))
    top_px = int(np.floor(crest.min())) - 1
    y = np.arange(top_px, frame.height_px, dtype=np.float64)[:, None]
    depth = ((y - crest) / np.maximum(1.0, frame.height_px - crest)).clip(0, 1)
    cover = (y + 0.5 - crest + 0.5).clip(0, 1)
    alpha = 255 * cover * (wave.alpha + (wave.foot_alpha - wave.alpha) * depth)
    levels = np.floor(alpha + np.where(cover > 0, _noise(alpha.shape[1], alpha.shape[0]), 0)).clip(0, 255)
    mask = Image.fromarray(levels.astype(np.uint8), "L")
    return Layer("wave", _tinted(mask, wave.colour), -room_px, top_px)
