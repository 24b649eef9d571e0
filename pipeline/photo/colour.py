"""Colour: from what a file holds to 8-bit sRGB without alpha. Works on pictures in memory; touches no file."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from PIL import Image, ImageCms

_PLAIN = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "La": "LA",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "RGBX": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
    "P": "RGB",
    "PA": "RGBA",
    "CMYK": "CMYK",
    "LAB": "LAB",
    "I;16": "L",
    "I;16B": "L",
    "I;16L": "L",
    "I;16N": "L",
}
"""Pillow's modes → the one of L, LA, RGB, RGBA, CMYK and LAB in which they are worked on."""
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_SPACES = {("GRAY", "L"): "L", ("RGB", "RGB"): "RGB", ("RGB", "L"): "RGB", ("CMYK", "CMYK"): "CMYK"}
"""(Profile's colour space, picture's mode) → the mode that the profile is applied to."""
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a picture's colours become sRGB: ``transform`` on ``mode``, or plainly when there is none."""

    mode: str
    transform: ImageCms.ImageCmsTransform | None = None
    profile_ignored: bool = False


def plain_mode(mode: str) -> str:
    """Return the mode in which pictures of ``mode`` are worked on.

    Raises:
        InputError: ``photo-unsupported``, for measurement data (32-bit integers, floating point).

    """
    if mode not in _PLAIN:
        raise InputError("photo-unsupported", mode)
    return _PLAIN[mode]


def conversion(image: Image.Image, *, grey: bool) -> Conversion:
    """Return the conversion for an opened picture; ``grey`` says that its RGB values are grey all the same.

    A profile that is broken, or meant for other colours than the file holds, is ignored and said to be.
    """
    from PIL import ImageCms  # noqa: PLC0415 -- keeps the command's start fast

    base = plain_mode(image.mode).removesuffix("A")
    base = "L" if grey else base
    srgb = ImageCms.createProfile("sRGB")
    if base == "LAB":
        return Conversion("LAB", ImageCms.buildTransform(ImageCms.createProfile("LAB"), srgb, "LAB", "RGB"))
    icc = image.info.get("icc_profile")
    if not icc:
        return Conversion(base)
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        mode = _SPACES[profile.profile.xcolor_space.strip(), base]
        transform = ImageCms.buildTransform(
            profile,
            srgb,
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (OSError, ValueError, TypeError, KeyError, ImageCms.PyCMSError):
        return Conversion(base, profile_ignored=True)
    return Conversion(mode, transform)


def to_plain(image: Image.Image) -> Image.Image:
    """Return a decoded picture as L, LA, RGB, RGBA, CMYK or LAB, 8 bits per channel, transparency kept as alpha."""
    mode = plain_mode(image.mode)
    if image.mode.startswith("I;16"):
        # Pillow's own conversion clips at 255, so the high byte is taken first; a colour key has no meaning after that.
        plain = image.point(lambda value: value * (1 / 256) + 0).convert("L")
        plain.info.pop("transparency", None)
        return plain
    if image.has_transparency_data:
        return image.convert(_WITH_ALPHA.get(mode, mode))
    return image if image.mode == mode else image.convert(mode)


def is_see_through(plain: Image.Image) -> bool:
    """Return whether any pixel of a plain picture lets white through."""
    if not plain.mode.endswith("A"):
        return False
    lowest, _ = plain.getchannel("A").getextrema()
    return isinstance(lowest, (int, float)) and lowest < 255  # noqa: PLR2004 -- fully opaque


def to_srgb(plain: Image.Image, how: Conversion) -> Image.Image:
    """Return a plain picture as RGB in sRGB, its alpha flattened on white."""
    from PIL import Image as Pictures  # noqa: PLC0415 -- keeps the command's start fast

    solid = plain.convert(plain.mode.removesuffix("A")) if plain.mode.endswith("A") else plain
    if how.transform is None:
        colours = solid.convert(how.mode).convert("RGB")
    else:
        colours = Pictures.new("RGB", solid.size)
        how.transform.apply(solid.convert(how.mode), colours)
    if plain.mode.endswith("A"):
        ground = Pictures.new("RGB", plain.size, _WHITE)
        ground.paste(colours, mask=plain.getchannel("A"))
        return ground
    return colours
