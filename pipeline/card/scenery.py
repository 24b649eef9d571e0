"""What stands behind the words: the ground, three bodies of water, a faint ring. As numbers, and their colours.

The colours are computed by the same formulas whether they are drawn or checked. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.card.blocks import Desk
from pipeline.card.pieces import Area, Box, CardLayout, Run, Wave

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.floating[Any]]

GLOW_ALPHA = 0.055
"""How much of the accent lies on the ground where the glow is strongest."""
GHOST_ALPHA = 0.07
RING_PX = 9
"""Stroke of the faint ring at 1080: as heavy as that of the faint numerals."""


def ghost_numeral(desk: Desk, numeral: str) -> Run:
    """Return the faint numeral behind the words, its ink ending at the right margin."""
    face, size_px = desk.style.faces.ghost, desk.px(desk.shape.ghost[0])
    ink = desk.measure.ink(numeral, face, size_px)
    x_px = desk.left_px + desk.width_px - ink.right_px
    baseline_px = round(desk.shape.ghost[1] * desk.frame.height_px)
    return Run("ghost", numeral, face, size_px, x_px, baseline_px, desk.style.ink, GHOST_ALPHA)


def moon(desk: Desk) -> Box:
    """Return the faint ring of cards without a numeral: a moon over the lake."""
    across, down, size = desk.shape.moon
    side_px = desk.px(size)
    x_px = round(across * desk.frame.width_px) - side_px // 2
    y_px = round(down * desk.frame.height_px) - side_px // 2
    return Box("ghost", x_px, y_px, side_px, side_px, desk.style.ink, float(desk.px(RING_PX)), GHOST_ALPHA)


def waves(desk: Desk) -> tuple[Wave, ...]:
    """Return three bodies of water, the farthest first: pale far away, dark where the footer stands."""
    high_px, wide_px, level = desk.frame.height_px, desk.frame.width_px, desk.shape.water
    dark, light = desk.style.ground_dark, desk.style.ground_light
    looks = (
        (0.0, 20, 0.78, 0.10, mixed(light, desk.style.ink, 0.4), 0.26, 0.04),
        (0.27, 16, 0.62, 0.45, light, 0.60, 0.15),
        (0.52, 13, 0.90, 0.80, dark, 0.55, 0.80),
    )
    return tuple(
        Wave(
            level_px=(level + step * (1 - level)) * high_px,
            swings=((desk.px(swing), long * wide_px, turn), (desk.px(0.5 * swing), 0.43 * long * wide_px, 2 * turn)),
            colour=colour,
            alpha=alpha,
            foot_alpha=foot_alpha,
        )
        for step, swing, long, turn, colour, alpha, foot_alpha in looks
    )


def mixed(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` of ``other`` in it."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    return "#" + bytes(round(one + (two - one) * share) for one, two in pairs).hex()


def rgb(colour: str) -> tuple[int, int, int]:
    """Return ``#RRGGBB`` as three levels of 0–255."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def ground_levels(placed: CardLayout, x: Values, y: Values) -> Values:
    """Return the ground at each of ``x`` (a row) and ``y`` (a column): dark to light, with a little of the accent.

    The third axis is red, green and blue, 0–255 and not yet rounded.
    """
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    across, down = (x + 0.5) / placed.frame.width_px, (y + 0.5) / placed.frame.height_px
    diagonal = (across + down) / 2
    share = diagonal * diagonal * (3 - 2 * diagonal)
    near = GLOW_ALPHA * np.exp(-(((across - 0.86) / 0.42) ** 2) - ((down - 0.84) / 0.34) ** 2)
    channels = []
    colours = (rgb(colour) for colour in (placed.ground_dark, placed.ground_light, placed.glow))
    for low, high, accent in zip(*colours, strict=True):
        level = low + (high - low) * share
        channels.append(level + (accent - level) * near)
    return np.stack(channels, axis=2)


def crest_px(wave: Wave, x: Values) -> Values:
    """Return the height of the water's edge at each ``x``, in pixels from the top of the frame."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    crest = np.full_like(x, wave.level_px)
    for swing_px, length_px, turns in wave.swings:
        crest -= swing_px * np.sin(2 * np.pi * (x / length_px + turns))
    return crest


def wave_cover(wave: Wave, height_px: int, x: Values, y: Values) -> Values:
    """Return how much of what is behind the water is covered by it, 0–1; its edge is smoothed over one pixel."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    crest = crest_px(wave, x)
    depth = ((y - crest) / np.maximum(1.0, height_px - crest)).clip(0, 1)
    cover = (y + 1.0 - crest).clip(0, 1)
    covered: Values = cover * (wave.alpha + (wave.foot_alpha - wave.alpha) * depth)
    return covered


def behind(placed: CardLayout, area: Area, step_px: int = 4) -> Values:
    """Return the colours in ``area`` of the frame without boxes and words, every ``step_px`` pixels, 0–255."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    x = np.arange(area.left_px, area.right_px, step_px, dtype=np.float32)[None, :]
    y = np.arange(area.top_px, area.bottom_px, step_px, dtype=np.float32)[:, None]
    levels = ground_levels(placed, x, y)
    for wave in placed.waves:
        cover = wave_cover(wave, placed.frame.height_px, x, y)[:, :, None]
        levels = levels + (np.array(rgb(wave.colour), dtype=np.float32) - levels) * cover
    return levels
