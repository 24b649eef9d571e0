"""The nouns of a card once it is laid out: the picture to fill, lines, boxes and waves in their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from pipeline.noun import Noun
from pipeline.preset.fields import PosInt, StillLayout
from pipeline.preset.model import Face

Role = Literal["ghost", "bar", "event", "title", "name", "note", "theme", "date", "venue", "thanks", "number", "plate"]


class Frame(Noun):
    """The picture to fill."""

    width_px: PosInt
    height_px: PosInt
    layout: StillLayout

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        return (self.width_px, self.height_px)


class Ink(NamedTuple):
    """The box of a text's visible pixels, from its origin on the baseline; up and left are negative."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int


class Area(NamedTuple):
    """A part of the frame; right and bottom lie outside it."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int


class Measure(Protocol):
    """Knows how large a text will be drawn, and what of it cannot be drawn at all."""

    def width_px(self, text: str, face: Face, size_px: int) -> float:
        """Return the larger of how far the text advances and how far its ink reaches."""

    def ink(self, text: str, face: Face, size_px: int) -> Ink:
        """Return the box of the text's ink."""

    def missing(self, text: str, face: Face) -> tuple[str, ...]:
        """Return the characters of the text that neither the face nor any that stands in for it has."""


@dataclass(frozen=True)
class Run:
    """A line of text: its origin is at ``x_px`` on the baseline. ``alpha`` is 0–1.

    ``step`` counts in which order things appear, from 0; None for what is there from the start.
    """

    role: Role
    text: str
    face: Face
    size_px: int
    x_px: int
    baseline_px: int
    colour: str
    alpha: float = 1.0
    step: int | None = None

    def area(self, measure: Measure) -> Area:
        """Return where in the frame the run's ink is."""
        ink = measure.ink(self.text, self.face, self.size_px)
        x_px, y_px = self.x_px, self.baseline_px
        return Area(x_px + ink.left_px, y_px + ink.top_px, x_px + ink.right_px, y_px + ink.bottom_px)


@dataclass(frozen=True)
class Box:
    """A rectangle with round corners: filled, or outlined when ``stroke_px`` is set.

    ``radius_px`` None rounds the ends fully. ``glass`` is the colour inside an outline, and how opaque it is. ``step``
    as in :class:`Run`.
    """

    role: Role
    x_px: int
    y_px: int
    width_px: int
    height_px: int
    colour: str
    stroke_px: float | None = None
    alpha: float = 1.0
    radius_px: int | None = None
    square_left: bool = False
    glass: tuple[str, float] | None = None
    step: int | None = None

    @property
    def area(self) -> Area:
        """Where in the frame the box is."""
        return Area(self.x_px, self.y_px, self.x_px + self.width_px, self.y_px + self.height_px)


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
class Clock:
    """Places for a clock's signs: each has a cell of its own, so that nothing jumps when a digit changes.

    ``cells`` are the middles of the cells; ``signs`` what they show first. ``colon_lift_px`` raises the colon to the
    middle of the digits.
    """

    face: Face
    size_px: int
    baseline_px: int
    cells: tuple[int, ...]
    signs: str
    colon_lift_px: int
    colour: str
    area: Area


@dataclass(frozen=True)
class CardLayout:
    """A card, placed. Drawn in this order: ground, ghost, waves, boxes, runs, clock."""

    frame: Frame
    ground_dark: str
    ground_light: str
    glow: str
    ghost: Run | Box | None
    waves: tuple[Wave, ...]
    boxes: tuple[Box, ...]
    runs: tuple[Run, ...]
    clock: Clock | None = None


@dataclass(frozen=True)
class ThirdLayout:
    """A lower third, placed in its frame: the plate first, then bar and lines on it."""

    frame: Frame
    plate: Box
    bar: Box
    runs: tuple[Run, ...]


Part = tuple[Run | Box, ...]
"""What appears at one step."""
