"""How a card moves: what each part of it looks like at a time. Pure numbers; nothing here draws.

The bar draws, the words rise and fade in one after another, the faint numeral comes slowly, the water drifts for as
long as the card is seen. Nothing bounces. At the end everything but the water is as on the still.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from pipeline.card.pieces import Frame
from pipeline.card.texts import AnyCard
from pipeline.noun import Noun
from pipeline.preset.fields import PosInt
from pipeline.preset.model import Style

RISE_PX = 24
"""How far below their place words begin, in a frame whose shorter side is 1080 px."""
WORD_S, BAR_S = 0.6, 0.5
FIRST_S, LAST_S = 0.1, 1.0
"""When the first words begin, and when the last begin at the latest."""
APART_S = 0.16
"""From one step to the next, where there are not too many of them."""
GHOST_S = (0.2, 2.0)
"""From when to when the faint numeral comes."""
SETTLED_S = Fraction(2)
"""Everything but the water is in its place by then."""
SETTLED_SHARE = Fraction(3, 5)
"""A card that is shorter than that allows is hurried, so that it is whole for the rest of its length."""
DRIFT = 0.07
"""How far the water drifts to each side, as a part of the frame's width: less than the room that it is drawn with."""
TURNS_S = (96.0, 64.0, 44.0)
"""How long each body of water takes there and back, the farthest first. In the few seconds of a title card it only
comes: 9, 13 and 19 px in the first second of a frame that is 1920 px wide."""
FIXED = frozenset({"ground", "wave"})
"""Roles that are there from the start."""


class MovingCard(Noun):
    """A card, how it looks, and for how long it is seen: all that its frames depend on."""

    card: AnyCard
    style: Style
    words: tuple[str, ...]
    """Names that must not be broken."""
    frame: Frame
    frames: PosInt
    rate: Fraction
    """Frames a second."""


class Pose(NamedTuple):
    """How a part is seen: how far below its place, how much of its opacity, how much of its width is drawn."""

    below_px: float
    alpha: float
    share: float

    @property
    def is_home(self) -> bool:
        """Whether it is as on the still."""
        return self == HOME


HOME = Pose(0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Course:
    """The course of one card: how far its steps are apart, by how much it is hurried, and a pixel's size here."""

    apart_s: float
    hurry: float
    scale: float


def course(steps: Iterable[int | None], length_s: Fraction, shorter_side_px: int) -> Course:
    """Return the course of a card of ``length_s`` whose parts have these steps, in a frame of that shorter side."""
    last = max((step for step in steps if step is not None), default=0)
    hurry = max(Fraction(1), SETTLED_S / (SETTLED_SHARE * length_s))
    return Course(min(APART_S, (LAST_S - FIRST_S) / max(1, last)), float(hurry), shorter_side_px / 1080)


def pose(role: str, step: int | None, at_s: Fraction, way: Course) -> Pose:
    """Return how a part is seen ``at_s`` seconds after the card began."""
    if role in FIXED:
        return HOME
    now_s = float(at_s) * way.hurry
    if role == "ghost":
        return Pose(0.0, _smooth((now_s - GHOST_S[0]) / (GHOST_S[1] - GHOST_S[0])), 1.0)
    begun_s = now_s - FIRST_S - (step or 0) * way.apart_s
    if role == "bar":
        return Pose(0.0, 1.0 if begun_s > 0 else 0.0, _eased(begun_s / BAR_S))
    share = _eased(begun_s / WORD_S)
    return Pose((1 - share) * RISE_PX * way.scale, share, 1.0)


def drift_px(body: int, at_s: Fraction, width_px: int) -> float:
    """Return how far to the right of its place the water ``body``, counted from the farthest, is ``at_s``.

    It sways, so that it never comes to the end of what is drawn, however long the card is seen.
    """
    return DRIFT * width_px * math.sin(2 * math.pi * float(at_s) / TURNS_S[body % len(TURNS_S)])


def seconds_left(seconds: int, at_s: Fraction) -> int:
    """Return what a clock shows that began with ``seconds``: each value for one second, then 0."""
    return max(0, math.ceil(seconds - at_s))


def _eased(part: float) -> float:
    """Return 0 to 1: fast at first, coming to rest without passing its place."""
    left = 1 - min(1.0, max(0.0, part))
    return 1 - left * left * left


def _smooth(part: float) -> float:
    """Return 0 to 1: slow at both ends."""
    part = min(1.0, max(0.0, part))
    return part * part * (3 - 2 * part)
