"""The nouns of a card: what it says, the picture to fill, and everything on it once it has its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from pipeline.noun import Noun
from pipeline.preset.model import Colour, Face, Layout, PosInt, Text

Role = Literal["ghost", "bar", "event", "name", "note", "theme", "date", "number"]


class CardText(Noun):
    """What a title card says. ``number`` is unset for a clip without a place in the roster."""

    event_name: Text
    name: Text
    theme: Text | None = None
    date_text: Text
    number: PosInt | None = None
    total: PosInt
    accent: Colour


class SlateText(CardText):
    """What is shown in place of a clip that is missing: the card with a note."""

    note: Text


class Frame(Noun):
    """The picture to fill."""

    width_px: PosInt
    height_px: PosInt
    layout: Layout


class Ink(NamedTuple):
    """The box of a text's visible pixels, from its origin on the baseline; up and left are negative."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int


class Measure(Protocol):
    """Knows how large a text will be drawn."""

    def width_px(self, text: str, face: Face, size_px: int) -> float:
        """Return the larger of how far the text advances and how far its ink reaches."""

    def ink(self, text: str, face: Face, size_px: int) -> Ink:
        """Return the box of the text's ink."""


@dataclass(frozen=True)
class Run:
    """A line of text: its origin is at ``x_px`` on the baseline. ``alpha`` is 0–1."""

    role: Role
    text: str
    face: Face
    size_px: int
    x_px: int
    baseline_px: int
    colour: str
    alpha: float = 1.0


@dataclass(frozen=True)
class Box:
    """A rectangle with round ends: filled, or outlined when ``stroke_px`` is set."""

    role: Role
    x_px: int
    y_px: int
    width_px: int
    height_px: int
    colour: str
    stroke_px: float | None = None


@dataclass(frozen=True)
class Wave:
    """A body of water from its crest line down: a level and sine swings (height, length, phase in turns).

    ``alpha`` holds at the crest and becomes ``foot_alpha`` at the frame's foot. Drifting is left to the animation.
    """

    level_px: float
    swings: tuple[tuple[float, float, float], ...]
    colour: str
    alpha: float
    foot_alpha: float


@dataclass(frozen=True)
class CardLayout:
    """A card, placed. Drawn in this order: ground, ghost, waves, boxes, runs."""

    frame: Frame
    ground_dark: str
    ground_light: str
    glow: str
    ghost: Run | None
    waves: tuple[Wave, ...]
    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Shape:
    """What differs between the shapes of frame; places are parts of the height, sizes px at 1080."""

    names: tuple[tuple[int, int], ...]  # (size, most lines), best first
    whole: float  # a name may shrink to this part of its best size to stay on one line
    centre: float  # of the name
    bar: float | None  # top of the bar; None: it stands above the name, wherever that begins
    foot: float  # baseline of the last line
    water: float  # level of the farthest wave
    ghost: tuple[int, float]  # size and baseline of the faint numeral


SHAPES: dict[Layout, Shape] = {
    "wide": Shape(
        names=((116, 2), (104, 2), (92, 2), (82, 2), (72, 3), (64, 3)),
        whole=1.0,
        centre=0.5,
        bar=0.215,
        foot=0.928,
        water=0.80,
        ghost=(500, 0.655),
    ),
    "square": Shape(
        names=((116, 2), (104, 2), (92, 3), (82, 4), (72, 4), (64, 4)),
        whole=0.83,
        centre=0.475,
        bar=0.12,
        foot=0.917,
        water=0.80,
        ghost=(420, 0.36),
    ),
    "tall": Shape(
        names=((124, 2), (116, 2), (104, 2), (92, 4), (82, 4), (72, 5), (64, 5)),
        whole=0.83,
        centre=0.47,
        bar=None,
        foot=0.842,
        water=0.73,
        ghost=(640, 0.315),
    ),
}
TALL_TOP = 0.14
"""Phone apps lay their own buttons over the top and bottom 14 % of a tall frame: no words there."""
