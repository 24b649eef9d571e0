"""What a photo is, as read from its file. Pure."""

from __future__ import annotations

from typing import Literal

from pipeline.noun import Noun
from pipeline.reasons import Reason

PhotoFormat = Literal["JPEG", "PNG", "WebP", "HEIC", "AVIF", "GIF", "TIFF"]

MAX_PIXELS = 120_000_000
"""More decoded pixels than any camera at the event makes; bounds memory to about half a gigabyte."""
MAX_SIDE_PX = 30_000
SMALL_LONG_SIDE_PX = 1000
"""Below this a photo looks soft on a full-HD screen."""
TINY_LONG_SIDE_PX = 200


class PhotoFacts(Noun):
    """One photo. Width and height are as displayed: after the orientation that the camera noted."""

    format: PhotoFormat
    width_px: int
    height_px: int
    orientation: int = 1
    """1 to 8, still to be applied to the stored pixels. Source: Exif 2.32, tag 0x0112. HEIC turns its own pixels: 1."""
    mode: str
    """Pillow's name for the stored pixels, such as RGB, L or CMYK."""
    frames: int = 1
    """Pictures in the file; a gain map or a preview that belongs to the photo does not count."""
    has_icc: bool = False
    taken_at: str | None = None
    """Capture time as the camera wrote it, ISO 8601 without zone."""
    caption: str | None = None
    """What a person wrote into the file. Plain text: markup in it is not markup."""

    @property
    def long_side_px(self) -> int:
        """The longer displayed side."""
        return max(self.width_px, self.height_px)


class Inspected(Noun):
    """The facts of a photo that can be used, and what people should know about it."""

    facts: PhotoFacts
    warnings: tuple[Reason, ...] = ()
