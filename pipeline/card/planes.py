"""Pictures as video has them: brightness, and two colour differences at half the size, in the numbers of BT.709.

A card's frames are composed like this from the start: converting whole frames, of which little moves, cost more than
encoding them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageColor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.uint8]

_RED, _BLUE = 0.2126, 0.0722
_GREEN = 1 - _RED - _BLUE
"""Source: ITU-R BT.709-6, item 3.2."""
_Y = tuple(219 / 255 * part for part in (_RED, _GREEN, _BLUE))
_U = tuple(224 / 255 * part / (2 * (1 - _BLUE)) for part in (-_RED, -_GREEN, 1 - _BLUE))
_V = tuple(224 / 255 * part / (2 * (1 - _RED)) for part in (1 - _RED, -_GREEN, -_BLUE))
"""Source: ITU-R BT.709-6, items 3.3 to 3.5: 16 to 235, and 16 to 240 around 128."""
_MATRIX = (*_Y, 16.0, *_U, 128.0, *_V, 128.0)


class Rect(NamedTuple):
    """A part of the frame; all four numbers are even, so that it has whole colour pixels."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    def meets(self, other: Rect) -> bool:
        """Return whether the two have a pixel in common."""
        return (
            self.left_px < other.right_px
            and other.left_px < self.right_px
            and self.top_px < other.bottom_px
            and other.top_px < self.bottom_px
        )

    def holds(self, other: Rect) -> bool:
        """Return whether all of the other lies in this one."""
        return self == (
            min(self.left_px, other.left_px),
            min(self.top_px, other.top_px),
            max(self.right_px, other.right_px),
            max(self.bottom_px, other.bottom_px),
        )

    def within(self, width_px: int, height_px: int) -> Rect:
        """Return the part of it that lies in the frame."""
        return Rect(
            max(0, self.left_px), max(0, self.top_px), min(width_px, self.right_px), min(height_px, self.bottom_px)
        )


def even_rect(left_px: int, top_px: int, right_px: int, bottom_px: int) -> Rect:
    """Return the smallest such part that holds these pixels."""
    return Rect(left_px & -2, top_px & -2, right_px + 1 & -2, bottom_px + 1 & -2)


@dataclass(frozen=True)
class Spot:
    """A colour, or a picture, that shows through a mask as large as ``rect``."""

    rect: Rect
    mask: Image.Image
    colour: tuple[int, int, int] | Planes

    @cached_property
    def half(self) -> Image.Image:
        """The mask for the colour differences."""
        return self.mask.reduce(2)


@dataclass(frozen=True)
class Planes:
    """A picture without transparency, as three grey ones."""

    y: Image.Image
    u: Image.Image
    v: Image.Image

    def crop(self, rect: Rect) -> Planes:
        """Return a copy of a part."""
        half = (rect.left_px // 2, rect.top_px // 2, rect.right_px // 2, rect.bottom_px // 2)
        return Planes(self.y.crop(rect), self.u.crop(half), self.v.crop(half))

    def paste(self, spot: Spot, origin: Rect) -> None:
        """Draw a spot; the upper left corner of these planes is that of ``origin``."""
        x_px, y_px = spot.rect.left_px - origin.left_px, spot.rect.top_px - origin.top_px
        colour = spot.colour
        y, u, v = (colour.y, colour.u, colour.v) if isinstance(colour, Planes) else colour
        self.y.paste(y, (x_px, y_px), spot.mask)
        self.u.paste(u, (x_px // 2, y_px // 2), spot.half)
        self.v.paste(v, (x_px // 2, y_px // 2), spot.half)


def planes_of(picture: Image.Image) -> Planes:
    """Return an RGB picture, whose sides are even, as planes. Four pixels share the mean of their colours."""
    y, u, v = picture.convert("RGB", _MATRIX).split()
    return Planes(y, u.reduce(2), v.reduce(2))


def shown_planes_of(picture: Image.Image) -> Planes:
    """Return an RGBA picture as planes. Of four pixels, those that are seen more count for more."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    weight = np.asarray(picture.getchannel("A")).astype(np.float32)
    y, u, v = picture.convert("RGB").convert("RGB", _MATRIX).split()
    height_px, width_px = weight.shape

    def of_four(levels: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = levels.reshape(height_px // 2, 2, width_px // 2, 2).sum(axis=(1, 3))
        return found

    seen = np.maximum(of_four(weight), 1)
    small = ((of_four(weight * np.asarray(plane)) / seen).round().astype(np.uint8) for plane in (u, v))
    return Planes(y, *(Image.fromarray(levels, "L") for levels in small))


def is_one_colour(picture: Image.Image) -> bool:
    """Return whether a picture differs in its transparency alone."""
    return all(low == high for low, high in (picture.getchannel(band).getextrema() for band in "RGB"))


def colour_of(picture: Image.Image) -> tuple[int, int, int]:
    """Return the colour of a picture of one colour, as its planes have it."""
    level = picture.getpixel((0, 0))
    red, green, blue = level[:3] if isinstance(level, tuple) else ImageColor.getrgb("#000000")[:3]
    y, u, v = (
        round(base + sum(a * b for a, b in zip(row, (red, green, blue), strict=True)))
        for base, row in ((16, _Y), (128, _U), (128, _V))
    )
    return y, u, v


class Canvas:
    """One frame, as ffmpeg's yuv420p has it: three planes one after another in a single array.

    ``levels`` has as many columns as the frame and half as many rows again.
    """

    def __init__(self, levels: Levels, width_px: int, height_px: int) -> None:
        flat, size = levels.reshape(-1), width_px * height_px
        self.levels = levels
        self._y = flat[:size].reshape(height_px, width_px)
        self._u = flat[size : size * 5 // 4].reshape(height_px // 2, width_px // 2)
        self._v = flat[size * 5 // 4 :].reshape(height_px // 2, width_px // 2)

    def put(self, planes: Planes, rect: Rect) -> None:
        """Replace a part of the frame."""
        import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

        left, top, right, bottom = rect
        self._y[top:bottom, left:right] = np.asarray(planes.y)
        half = slice(top // 2, bottom // 2), slice(left // 2, right // 2)
        self._u[half] = np.asarray(planes.u)
        self._v[half] = np.asarray(planes.v)


def rgb_of(levels: Levels) -> Levels:
    """Return a frame as rows of red, green and blue, for looking at it; each colour pixel covers four."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    height_px, width_px = levels.shape[0] * 2 // 3, levels.shape[1]
    flat, size = levels.reshape(-1).astype(np.float32), width_px * height_px
    bright = (flat[:size].reshape(height_px, width_px) - 16) * (255 / 219)
    halves = flat[size:].reshape(2, height_px // 2, width_px // 2) - 128
    blue, red = (255 / 224 * halves).repeat(2, axis=1).repeat(2, axis=2)
    r, b = bright + 2 * (1 - _RED) * red, bright + 2 * (1 - _BLUE) * blue
    g = (bright - _RED * r - _BLUE * b) / _GREEN
    found: Levels = np.stack([r, g, b], axis=2).round().clip(0, 255).astype(np.uint8)
    return found
