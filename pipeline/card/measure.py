"""Measures text with the fonts that it will be drawn with, and draws it the same way: face by face."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from pipeline.card.fonts import itemise, load, missing_glyphs
from pipeline.card.pieces import Ink
from pipeline.preset.model import Face
from pipeline.text.thai import clusters


class FontMeasure:
    """Knows how large texts are in the installed fonts."""

    def width_px(self, text: str, face: Face, size_px: int) -> float:
        """Return the larger of how far the text advances and how far its ink reaches."""
        return _width_px(text, face, size_px)

    def ink(self, text: str, face: Face, size_px: int) -> Ink:
        """Return the box of the text's ink, from the masks that it is drawn with."""
        return _ink(text, face, size_px)

    def missing(self, text: str, face: Face) -> tuple[str, ...]:
        """Return the characters of the text that no face has."""
        return missing_glyphs(face, text)


def text_mask(text: str, face: Face, size_px: int) -> tuple[Image.Image, Ink]:
    """Return the text as a grey picture exactly as large as its ink, and where the ink is."""
    ink = _ink(text, face, size_px)
    mask = Image.new("L", (max(1, ink.right_px - ink.left_px), max(1, ink.bottom_px - ink.top_px)))
    pen = ImageDraw.Draw(mask)
    for font, piece, x_px in _set(text, face, size_px):
        pen.text((x_px - ink.left_px, -ink.top_px), piece, fill=255, font=font, anchor="ls")
    return mask, ink


def _set(text: str, face: Face, size_px: int) -> list[tuple[ImageFont.FreeTypeFont, str, int]]:
    """Return each piece of the text with its font and where its origin is, in whole pixels."""
    pieces, x_px = [], 0.0
    for piece, one in itemise(text, face):
        font = load(one, size_px)
        pieces.append((font, piece, round(x_px)))
        x_px += font.getlength(piece)
    return pieces


@lru_cache(maxsize=16384)
def _width_px(text: str, face: Face, size_px: int) -> float:
    pieces = itemise(text, face)
    if not pieces:
        return 0
    (first, first_face), (last, last_face) = pieces[0], pieces[-1]
    advance_px = sum(load(one, size_px).getlength(piece) for piece, one in pieces)
    # Only at its two ends can ink reach beyond the advance. Asking for the whole ink takes ten times as long.
    before_px, _ = _overhang_px(clusters(first)[0], first_face, size_px)
    _, after_px = _overhang_px(clusters(last)[-1], last_face, size_px)
    return before_px + advance_px + after_px


@lru_cache(maxsize=4096)
def _overhang_px(cluster: str, face: Face, size_px: int) -> tuple[float, float]:
    """Return how far a cluster's ink reaches beyond its advance, to the left and to the right."""
    font = load(face, size_px)
    left, _, right, _ = font.getbbox(cluster, anchor="ls")
    return max(0, -left), max(0, right - font.getlength(cluster))


@lru_cache(maxsize=16384)
def _ink(text: str, face: Face, size_px: int) -> Ink:
    boxes = []
    for font, piece, x_px in _set(text, face, size_px):
        mask, (left, top) = font.getmask2(piece, mode="L", anchor="ls")
        box = mask.getbbox()
        if box:
            boxes.append(Ink(x_px + left + box[0], top + box[1], x_px + left + box[2], top + box[3]))
    if not boxes:
        return Ink(0, 0, 0, 0)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Ink(min(lefts), min(tops), max(rights), max(bottoms))
