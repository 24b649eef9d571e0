"""Draws cards of every kind: the layout's numbers become pixels. The same card gives the same pixels every time.

A card is drawn as layers, so that an animation can move each of them; a still is all layers on one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.card.blocks import Desk
from pipeline.card.clock import CLOCK_STEP, clock_text, place_clock
from pipeline.card.fonts import require_glyphs, require_shaping, win_ratio
from pipeline.card.layout import lay_out, lay_out_third, texts_of
from pipeline.card.masks import box_mask, faded
from pipeline.card.measure import FontMeasure, text_mask
from pipeline.card.pieces import Box, CardLayout, Clock, Frame, Run, ThirdLayout, Wave
from pipeline.card.scenery import crest_px, ground_levels, wave_cover
from pipeline.card.texts import AnyCard, CountdownText, ThirdText
from pipeline.preset.fields import Layout
from pipeline.preset.model import Style
from pipeline.text.thai import WordBreaker, make_breaker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

WAVE_ROOM = 0.08
"""Waves are drawn wider than the frame by this part of its width on each side, so that they can drift."""


@dataclass(frozen=True)
class Layer:
    """A picture (RGB or RGBA) and where its upper left corner goes.

    ``role`` says what it shows. ``step`` counts in which order things appear, from 0: layers of one step belong
    together (a pill and its words), the lines of a text follow one another. It is None for what is there from the
    start: ground, ghost and waves.
    """

    role: str
    image: Image.Image
    x_px: int
    y_px: int
    step: int | None = None


def draw_still(card: AnyCard, style: Style, frame: Frame, breaker: WordBreaker) -> Image.Image:
    """Return a card as one RGB picture; a countdown shows its first value.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    layers = draw_layers(card, style, frame, breaker)
    if isinstance(card, CountdownText):
        layers += draw_clock(card, style, frame, card.seconds)
    return flatten(layers)


def draw_layers(card: AnyCard, style: Style, frame: Frame, breaker: WordBreaker) -> tuple[Layer, ...]:
    """Return the layers of a card, the lowest first: ground, ghost, three waves, boxes, lines of text.

    A countdown's digits are not among them: see :func:`draw_clock`.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    require_shaping()
    require_glyphs(texts_of(card, style))
    placed = lay_out(card, style, frame, FontMeasure(), breaker)
    return tuple(_layers(placed))


def draw_clock(card: CountdownText, style: Style, frame: Frame, seconds_left: int) -> tuple[Layer, ...]:
    """Return the signs of a countdown's clock, each in its own cell: only those that change change.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw digits elsewhere than measured.
        OurError: ``text-does-not-fit``: too narrow for so many digits.

    """
    require_shaping()
    clock = _clock(card, style, frame)
    signs = clock_text(seconds_left, card.seconds)
    return tuple(_sign(sign, middle_px, clock, card.accent) for sign, middle_px in zip(signs, clock.cells, strict=True))


def draw_third(
    third: ThirdText, style: Style, width_px: int, height_px: int, layout: Layout, breaker: WordBreaker
) -> Layer:
    """Return a lower third as one RGBA picture, placed in a frame of ``width_px`` × ``height_px``.

    Its plate ends above the room of two caption lines.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    require_shaping()
    require_glyphs(texts_of(third, style))
    placed = place_third(third, style, Frame(width_px=width_px, height_px=height_px, layout=layout), breaker)
    plate = placed.plate
    picture = Image.new("RGBA", (plate.width_px, plate.height_px))
    layers = (_box(plate), _box(placed.bar), *(_text(run) for run in placed.runs))
    for layer in layers:
        picture.alpha_composite(layer.image, (layer.x_px - plate.x_px, layer.y_px - plate.y_px))
    return Layer("third", picture, plate.x_px, plate.y_px, 0)


def place_third(third: ThirdText, style: Style, frame: Frame, breaker: WordBreaker) -> ThirdLayout:
    """Return a lower third laid out above the captions as they are burned in: see :func:`draw_third`."""
    return lay_out_third(third, style, frame, FontMeasure(), breaker, win_ratio(style.faces.caption))


def flatten(layers: tuple[Layer, ...]) -> Image.Image:
    """Return the layers on one another; the first one must be the ground."""
    picture = layers[0].image.copy()
    for layer in layers[1:]:
        picture.paste(layer.image, (layer.x_px, layer.y_px), layer.image)
    return picture


def _layers(placed: CardLayout) -> Iterator[Layer]:
    yield Layer("ground", _ground(placed.frame, placed.ground_dark, placed.ground_light, placed.glow), 0, 0)
    if isinstance(placed.ghost, Box):
        yield _box(placed.ghost)
    elif placed.ghost:
        yield _text(placed.ghost)
    for wave in placed.waves:
        yield _wave(wave, placed.frame)
    for box in placed.boxes:
        yield _box(box)
    for run in placed.runs:
        yield _text(run)


@lru_cache(maxsize=16)
def _clock(card: CountdownText, style: Style, frame: Frame) -> Clock:
    # Digits are set one by one, so that the event's own words do not matter here.
    return place_clock(card, Desk(style, frame, FontMeasure(), make_breaker(), card.accent))


@lru_cache(maxsize=64)
def _sign(sign: str, middle_px: int, clock: Clock, accent: str) -> Layer:
    """Return one sign in the middle of its cell; the colon in the accent, at the middle of the digits' height."""
    colon = sign == ":"
    mask, ink = text_mask(sign, clock.face, clock.size_px)
    x_px = middle_px - (ink.right_px - ink.left_px) // 2
    y_px = clock.baseline_px + ink.top_px - (clock.colon_lift_px if colon else 0)
    return Layer("digit", _tinted(mask, accent if colon else clock.colour), x_px, y_px, CLOCK_STEP)


def _text(run: Run) -> Layer:
    """Return one line of text, exactly as large as its ink."""
    mask, ink = text_mask(run.text, run.face, run.size_px)
    picture = _tinted(faded(mask, run.alpha), run.colour)
    return Layer(run.role, picture, run.x_px + ink.left_px, run.baseline_px + ink.top_px, run.step)


def _box(box: Box) -> Layer:
    """Return a box with round corners; the inside of an outline is tinted by its glass."""
    picture = _tinted(faded(box_mask(box, box.stroke_px), box.alpha), box.colour)
    if box.glass:
        colour, alpha = box.glass
        inside = _tinted(faded(box_mask(box, None), alpha), colour)
        picture = Image.alpha_composite(inside, picture)
    return Layer(box.role, picture, box.x_px, box.y_px, box.step)


def _tinted(mask: Image.Image, colour: str) -> Image.Image:
    """Return a picture of one colour that shows through ``mask``."""
    picture = Image.new("RGBA", mask.size, colour)
    picture.putalpha(mask)
    return picture


def _noise(width_px: int, height_px: int) -> Values:
    """Return still noise of 0–1 that hides the steps of a slow gradient, and is the same on every machine.

    Source: J. Jimenez, "Next Generation Post Processing in Call of Duty", SIGGRAPH 2014 (interleaved gradient noise).
    """
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    x = np.arange(width_px, dtype=np.float64)[None, :]
    y = np.arange(height_px, dtype=np.float64)[:, None]
    return ((52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1.0)) % 1.0).astype(np.float32)


@lru_cache(maxsize=8)
def _ground(frame: Frame, dark: str, light: str, glow: str) -> Image.Image:
    """Return the ground as a picture; noise hides the steps of its slow gradient."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    x = np.arange(frame.width_px, dtype=np.float32)[None, :]
    y = np.arange(frame.height_px, dtype=np.float32)[:, None]
    levels = ground_levels(CardLayout(frame, dark, light, glow, None, (), (), ()), x, y)
    levels += _noise(frame.width_px, frame.height_px)[:, :, None]
    return Image.fromarray(np.floor(levels).clip(0, 255).astype(np.uint8), "RGB")


def _wave(wave: Wave, frame: Frame) -> Layer:
    """Return one body of water, from its highest crest to the frame's foot; its crest line is smoothed."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    room_px = round(WAVE_ROOM * frame.width_px)
    x = np.arange(-room_px, frame.width_px + room_px, dtype=np.float32)[None, :]
    top_px = int(np.floor(crest_px(wave, x).min())) - 1
    y = np.arange(top_px, frame.height_px, dtype=np.float32)[:, None]
    alpha = 255 * wave_cover(wave, frame.height_px, x, y)
    levels = np.floor(alpha + np.where(alpha > 0, _noise(alpha.shape[1], alpha.shape[0]), 0)).clip(0, 255)
    mask = Image.fromarray(levels.astype(np.uint8), "L")
    return Layer("wave", _tinted(mask, wave.colour), -room_px, top_px)
