"""What will be made from a photo. Pure: everything in here, and nothing else, decides the bytes that come out."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.noun import Noun
from pipeline.preset.model import PhotoOutput, PhotoSize

SafeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=120)]
EXTENSIONS = ("jpg", "webp")


class PhotoPlan(Noun):
    """One photo's files. ``album`` and ``name`` are where they go, in names that every share can read."""

    album: SafeName
    name: SafeName
    sizes: Annotated[tuple[PhotoSize, ...], Field(min_length=1)]
    jpeg_quality: Annotated[int, Field(ge=1, le=100)]
    webp_quality: Annotated[int, Field(ge=1, le=100)]
    webp_method: Annotated[int, Field(ge=0, le=6)]

    def file_name(self, size: str, extension: str) -> str:
        """Return the file's name within its album: ``<name>-<size>.<extension>``."""
        return f"{self.name}-{size}.{extension}"

    def largest_first(self) -> tuple[PhotoSize, ...]:
        """Return the sizes in the order in which each can be made from the one before."""
        own = (size for size in self.sizes if not size.aspects)
        return tuple(sorted(own, key=lambda size: (-size.long_edge_px, size.name)))

    def pixel_sizes(self, width_px: int, height_px: int) -> dict[str, tuple[int, int]]:
        """Return size name → (width_px, height_px) for a photo displayed at ``width_px`` × ``height_px``.

        Only sizes in the photo's own shape.
        """
        return {size.name: fit(width_px, height_px, size.long_edge_px) for size in self.largest_first()}

    @property
    def framed(self) -> tuple[PhotoSize, ...]:
        """Sizes that have a shape of their own."""
        return tuple(size for size in self.sizes if size.aspects)


def plan_photo(album: str, name: str, output: PhotoOutput) -> PhotoPlan:
    """Return the plan for one photo.

    Raises:
        pydantic.ValidationError: ``album`` or ``name`` is not a safe ASCII name: a mistake of ours.

    """
    return PhotoPlan(
        album=album,
        name=name,
        sizes=output.sizes,
        jpeg_quality=output.jpeg_quality,
        webp_quality=output.webp_quality,
        webp_method=output.webp_method,
    )


def fit(width_px: int, height_px: int, long_edge_px: int) -> tuple[int, int]:
    """Return the size whose longer side is at most ``long_edge_px``, same shape, never enlarged, never below 1 px."""
    longest = max(width_px, height_px)
    if longest <= long_edge_px:
        return width_px, height_px
    return _scaled(width_px, long_edge_px, longest), _scaled(height_px, long_edge_px, longest)


def frame_for(width_px: int, height_px: int, size: PhotoSize) -> tuple[int, int]:
    """Return the frame of ``size`` in which a photo stands whole, in a shape that it may have.

    It is no larger than the photo needs; a photo whose own shape may be fills it.
    """
    least, most = size.aspects or (Fraction(width_px, height_px),) * 2
    aspect = Fraction(width_px, height_px)
    wide_px = max(width_px, math.ceil(height_px * least))
    high_px = max(height_px, math.ceil(width_px / most))
    if aspect < least:
        high_px = height_px
    elif aspect > most:
        wide_px = width_px
    return _within(fit(wide_px, high_px, size.long_edge_px), least, most)


def _within(size_px: tuple[int, int], least: Fraction, most: Fraction) -> tuple[int, int]:
    """Return a size that rounding has put a pixel beyond its shape, by that pixel narrower or lower."""
    width_px, height_px = size_px
    if Fraction(width_px, height_px) > most:
        return max(1, math.floor(height_px * most)), height_px
    if Fraction(width_px, height_px) < least:
        return width_px, max(1, math.floor(width_px / least))
    return size_px


def _scaled(side_px: int, long_edge_px: int, longest_px: int) -> int:
    """Return ``side_px`` × ``long_edge_px`` / ``longest_px``, rounded half up in integers, at least 1."""
    return max(1, (2 * side_px * long_edge_px + longest_px) // (2 * longest_px))
