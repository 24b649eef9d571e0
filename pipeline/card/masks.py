"""Masks: grey pictures that say how much of a colour is seen where."""

from __future__ import annotations

from PIL import Image, ImageDraw

from pipeline.card.pieces import Box

FINE = 4
"""How many times as large boxes are drawn before they are reduced."""


def faded(mask: Image.Image, share: float) -> Image.Image:
    """Return a mask of which ``share`` (0–1) is seen."""
    return mask if share >= 1 else mask.point([round(level * share) for level in range(256)])


def box_mask(box: Box, stroke_px: float | None) -> Image.Image:
    """Return the shape of a box, its outline alone where a stroke is given; its edges are smooth."""
    mask = Image.new("L", (FINE * box.width_px, FINE * box.height_px))
    radius = FINE * (min(box.width_px, box.height_px) / 2 if box.radius_px is None else box.radius_px)
    fill, outline = (255, None) if stroke_px is None else (None, 255)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, mask.width - 1, mask.height - 1),
        radius,
        fill=fill,
        outline=outline,
        width=round(FINE * (stroke_px or 0)) or 1,
        corners=(not box.square_left, True, True, not box.square_left),
    )
    return mask.reduce(FINE)
