"""A photo made ready to be filmed: decoded once, cut to what is ever seen of it, scaled once, and its ground drawn."""

from __future__ import annotations

import math
from fractions import Fraction

from PIL import Image, ImageEnhance, ImageFilter

from pipeline.card.planes import Planes, planes_of
from pipeline.recap.camera import Crop, Move, Size, Window
from pipeline.recap.planes import laid

FINER = Fraction(23, 20)
"""A photo is kept so much finer than it is seen: then each pixel is made of three, wherever it falls.

At the same size a bilinear pixel is sharp where it falls on one of the photo's and soft between two: the picture would
shimmer as it moves.
"""
_GROUND_SHARE = 8
"""The ground is blurred at an eighth of the size, as it is behind footage."""
_GROUND_BLUR_PX = 4
_GROUND_LIGHT, _GROUND_COLOUR = 0.8, 0.85
_FEW_PX = 2
"""Kept around what is seen, for the scaler."""


class Scene:
    """One photo, its move and its ground; gives a frame at a time."""

    def __init__(self, photo: Image.Image, move: Move, frame: Size) -> None:
        """Take an RGB ``photo``; ``frame`` is the film's size in pixels, even."""
        self._move = move
        seen = _around((move.start, move.end), photo)
        size = _fine_size(seen, move)
        self._planes = planes_of(photo.resize(size, Image.Resampling.LANCZOS, box=seen))
        self._left_px, self._top_px = seen[:2]
        self._finer = (Fraction(size.width_px, seen[2] - seen[0]), Fraction(size.height_px, seen[3] - seen[1]))
        self._ground = None if move.window == Window(0, 0, *frame) else planes_of(_ground(photo, frame))

    def at(self, frame: int) -> Planes:
        """Return what the film shows of the photo at ``frame``, counted from the first in which it is seen."""
        window = self._move.window
        seen = self._planes_of(self._move.at(frame), Size(window.width_px, window.height_px))
        if self._ground is None:
            return seen
        return laid(self._ground, seen, window.x_px, window.y_px)

    def _planes_of(self, crop: Crop, size: Size) -> Planes:
        """Return a part of the photo at ``size``: each plane scaled from exactly that part, never from whole pixels."""
        across, down = self._finer
        box = (
            float((crop.left_px - self._left_px) * across),
            float((crop.top_px - self._top_px) * down),
            float((crop.right_px - self._left_px) * across),
            float((crop.bottom_px - self._top_px) * down),
        )
        half = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
        half_size = (size.width_px // 2, size.height_px // 2)
        bilinear = Image.Resampling.BILINEAR
        return Planes(
            self._planes.y.resize(size, bilinear, box=box),
            self._planes.u.resize(half_size, bilinear, box=half),
            self._planes.v.resize(half_size, bilinear, box=half),
        )


def _around(crops: tuple[Crop, Crop], photo: Image.Image) -> tuple[int, int, int, int]:
    """Return the whole pixels around all that is ever seen: between its ends, a move stays within both."""
    return (
        max(0, math.floor(min(crop.left_px for crop in crops)) - _FEW_PX),
        max(0, math.floor(min(crop.top_px for crop in crops)) - _FEW_PX),
        min(photo.width, math.ceil(max(crop.right_px for crop in crops)) + _FEW_PX),
        min(photo.height, math.ceil(max(crop.bottom_px for crop in crops)) + _FEW_PX),
    )


def _fine_size(seen: tuple[int, int, int, int], move: Move) -> Size:
    """Return the even size at which the photo is kept: finer than its nearest view."""
    nearest_px = min(crop.right_px - crop.left_px for crop in (move.start, move.end))
    finer = FINER * move.window.width_px / nearest_px
    return Size(2 * math.ceil((seen[2] - seen[0]) * finer / 2), 2 * math.ceil((seen[3] - seen[1]) * finer / 2))


def _ground(photo: Image.Image, frame: Size) -> Image.Image:
    """Return the photo as a blurred, darker ground that fills the frame."""
    shape = Fraction(*frame)
    width_px = min(Fraction(photo.width), photo.height * shape)
    left_px, top_px = (photo.width - width_px) / 2, (photo.height - width_px / shape) / 2
    box = (float(left_px), float(top_px), float(left_px + width_px), float(top_px + width_px / shape))
    small = (max(2, frame.width_px // _GROUND_SHARE), max(2, frame.height_px // _GROUND_SHARE))
    soft = photo.resize(small, Image.Resampling.BOX, box=box).filter(ImageFilter.GaussianBlur(_GROUND_BLUR_PX))
    dim = ImageEnhance.Color(ImageEnhance.Brightness(soft).enhance(_GROUND_LIGHT)).enhance(_GROUND_COLOUR)
    return dim.resize(frame, Image.Resampling.BICUBIC)
