"""How large the footage is in a frame. Pure."""

from __future__ import annotations

from fractions import Fraction

from pipeline.media.facts import ClipFacts
from pipeline.noun import Noun

SAME_ASPECT = Fraction(1, 25)
"""Aspects closer than this fill the frame by losing up to a fiftieth at two edges: better than a sliver of blur."""


class Picture(Noun):
    """The footage's size in a frame. Where it covers the frame, what reaches beyond is cut off evenly."""

    width_px: int
    height_px: int
    covers: bool
    """Whether it covers the frame; otherwise a blurred copy lies behind it."""


def picture_in(facts: ClipFacts, width_px: int, height_px: int) -> Picture:
    """Return the upright picture's size for a frame, its sides even, as 4:2:0 needs, its shape kept."""
    aspect = Fraction(facts.video.display_width_px, facts.video.display_height_px)
    ratio = aspect / Fraction(width_px, height_px)
    covers = abs(ratio - 1) <= SAME_ASPECT
    if (ratio > 1) is covers:  # as high as the frame: wider when it covers, narrower when it fits inside
        return Picture(width_px=_even(height_px * aspect, width_px, covers=covers), height_px=height_px, covers=covers)
    return Picture(width_px=width_px, height_px=_even(width_px / aspect, height_px, covers=covers), covers=covers)


def _even(length_px: Fraction, frame_px: int, *, covers: bool) -> int:
    nearest = 2 * round(length_px / 2)
    return max(frame_px, nearest) if covers else min(frame_px, max(2, nearest))
