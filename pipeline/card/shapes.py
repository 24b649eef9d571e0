"""What differs between the shapes of frame. Sizes are px at a shorter side of 1080; places are parts of the height."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.preset.fields import StillLayout

Sizes = tuple[tuple[int, int], ...]
"""(size, most lines), the best first."""


@dataclass(frozen=True)
class Shape:
    """One shape of frame."""

    names: Sizes
    heroes: Sizes
    """The event's own name on its opener, the title of a break or of the thanks."""
    whole: float
    """A name may shrink to this part of its best size to stay on one line."""
    centre: float
    """Of the name."""
    bar: float | None
    """Top of the bar; None: it stands above the name, wherever that begins."""
    foot: float
    """Baseline of the last line."""
    water: float
    """Level of the farthest wave."""
    ghost: tuple[int, float]
    """Size and baseline of the faint numeral."""
    moon: tuple[float, float, int]
    """Middle, as parts of width and height, and diameter of the faint ring on cards without a numeral."""
    clock: tuple[int, float]
    """Largest size and baseline of a clock."""
    label: Sizes = ((40, 1), (36, 1), (32, 2), (28, 2), (24, 3))
    """The event's name above the large words."""
    pill: float = 1.0
    """How much larger pills are than in other shapes."""


SHAPES: dict[StillLayout, Shape] = {
    "wide": Shape(
        names=((116, 2), (104, 2), (92, 2), (82, 2), (72, 3), (64, 3), (56, 3), (48, 4), (40, 5), (32, 6)),
        heroes=((152, 2), (144, 2), (136, 2), (128, 2), (112, 3), (96, 3), (80, 3), (64, 4), (48, 5)),
        whole=1.0,
        centre=0.5,
        bar=0.215,
        foot=0.928,
        water=0.80,
        ghost=(500, 0.655),
        moon=(0.775, 0.47, 640),
        clock=(480, 0.66),
    ),
    "square": Shape(
        names=((116, 2), (104, 2), (92, 3), (82, 4), (72, 4), (64, 4), (56, 5), (48, 6), (40, 7), (32, 8)),
        heroes=((152, 3), (136, 3), (120, 3), (104, 4), (88, 4), (72, 4), (60, 5), (48, 6)),
        whole=0.83,
        centre=0.475,
        bar=0.12,
        foot=0.917,
        water=0.80,
        ghost=(420, 0.36),
        moon=(0.72, 0.36, 560),
        clock=(360, 0.6),
    ),
    "portrait": Shape(
        names=((116, 2), (104, 2), (92, 3), (82, 4), (72, 5), (64, 5), (56, 6), (48, 7), (40, 8), (32, 9)),
        heroes=((152, 3), (136, 3), (120, 4), (104, 5), (88, 5), (72, 6), (60, 7), (48, 8)),
        whole=0.83,
        centre=0.465,
        bar=0.1,
        foot=0.93,
        water=0.81,
        ghost=(520, 0.345),
        moon=(0.7, 0.34, 620),
        clock=(380, 0.57),
    ),
    "tall": Shape(
        names=((124, 2), (116, 2), (104, 2), (92, 4), (82, 4), (72, 5), (64, 5), (56, 6), (48, 7), (40, 8), (32, 9)),
        heroes=((152, 2), (144, 2), (136, 2), (128, 3), (112, 4), (96, 5), (80, 6), (72, 6), (60, 7), (48, 8)),
        whole=0.83,
        centre=0.43,
        bar=None,
        foot=0.766,
        water=0.665,
        ghost=(640, 0.31),
        moon=(0.66, 0.32, 720),
        clock=(400, 0.48),
    ),
    "link": Shape(
        names=((176, 2), (160, 2), (144, 2), (128, 3), (112, 3), (96, 3), (80, 4), (64, 5), (52, 6), (40, 7)),
        heroes=((208, 2), (184, 2), (160, 2), (144, 3), (128, 3), (112, 3), (96, 4), (80, 4), (64, 5)),
        whole=1.0,
        centre=0.5,
        bar=0.11,
        foot=0.9,
        water=0.85,
        ghost=(560, 0.62),
        moon=(0.78, 0.44, 700),
        clock=(440, 0.66),
        label=((60, 1), (54, 1), (48, 1), (42, 2), (36, 2)),
        pill=1.4,
    ),
}
TALL_TOP = 0.14
"""Phone apps lay their own buttons over the top 14 % of a tall frame, and the lower 22 %: no words there.

Source: Meta's guides for ads in stories and reels (14 % above); for what is below see ``TALL_BOTTOM_SHARE``.
"""
