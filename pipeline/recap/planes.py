"""What a reel does with pictures in planes, beside what a moving card does: see :mod:`pipeline.card.planes`."""

from __future__ import annotations

from PIL import Image

from pipeline.card.masks import faded
from pipeline.card.planes import Planes, Spot, colour_of, even_rect, planes_of, rgb_of
from pipeline.recap.camera import Size


def raw(picture: Planes) -> bytes:
    """Return a picture as ffmpeg's ``yuv420p`` has it."""
    return b"".join(plane.tobytes() for plane in (picture.y, picture.u, picture.v))


def filled(colour: str, size: Size) -> Planes:
    """Return a picture of one colour (#RRGGBB); its sides are even."""
    return planes_of(Image.new("RGB", size, colour))


def blended(one: Planes, other: Planes, share: float) -> Planes:
    """Return ``one`` with ``share`` (0–1) of ``other`` in its place."""
    return Planes(
        Image.blend(one.y, other.y, share), Image.blend(one.u, other.u, share), Image.blend(one.v, other.v, share)
    )


def laid(ground: Planes, picture: Planes, x_px: int, y_px: int) -> Planes:
    """Return a copy of ``ground`` with a smaller picture on it, whose upper left corner goes to an even place."""
    whole = Planes(ground.y.copy(), ground.u.copy(), ground.v.copy())
    whole.y.paste(picture.y, (x_px, y_px))
    whole.u.paste(picture.u, (x_px // 2, y_px // 2))
    whole.v.paste(picture.v, (x_px // 2, y_px // 2))
    return whole


def spot(cover: Image.Image, colour: str, x_px: int, y_px: int) -> Spot:
    """Return one colour (#RRGGBB) that shows as far as ``cover`` (grey) lets it, its upper left at (x, y)."""
    rect = even_rect(x_px, y_px, x_px + cover.width, y_px + cover.height)
    mask = Image.new("L", (rect.right_px - rect.left_px, rect.bottom_px - rect.top_px))
    mask.paste(cover, (x_px - rect.left_px, y_px - rect.top_px))
    return Spot(rect, mask, colour_of(Image.new("RGB", (1, 1), colour)))


def weaker(whole: Spot, share: float) -> Spot:
    """Return a spot of which ``share`` (0–1) is seen."""
    return Spot(whole.rect, faded(whole.mask, share), whole.colour)


def picture_of(planes: Planes) -> Image.Image:
    """Return planes as a picture in red, green and blue."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    rows = np.frombuffer(raw(planes), np.uint8).reshape(-1, planes.y.width)
    return Image.fromarray(rgb_of(rows), "RGB")
