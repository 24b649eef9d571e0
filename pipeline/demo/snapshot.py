"""Photos of the made-up event: a scene, stopped, with what a camera adds: bloom, vignette, grain, EXIF."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import ExifTags, Image, ImageChops, ImageEnhance, ImageFilter

from pipeline.demo.scenes import draw_scene, still
from pipeline.demo.script import Photo

JPEG_QUALITY = 85
_GRAIN_PX = 512
_GREY = 128
_CAMERAS = (("Canon", "Canon EOS 80D"), ("SAMSUNG", "SM-A525F"), ("Apple", "iPhone 12"))


def take(photo: Photo) -> Image.Image:
    """Return the photo in its full size."""
    scene = draw_scene(photo.scene, photo.width_px, photo.height_px, photo.seed)
    rng = np.random.default_rng(photo.seed)
    picture = _reframed(still(scene, float(rng.uniform(0.2, 4))), rng)
    # Bright places bleed a little, as in a lens.
    bright = picture.point(lambda value: max(0, value - 170) * 2)
    picture = ImageChops.screen(
        picture, ImageEnhance.Brightness(bright.filter(ImageFilter.GaussianBlur(14))).enhance(0.4)
    )
    picture = _shaded(picture, rng)
    return _grained(picture.resize((photo.width_px, photo.height_px), Image.Resampling.BICUBIC), rng)


def exif_of(photo: Photo) -> Image.Exif:
    """Return what a camera would have noted."""
    exif = Image.Exif()
    if photo.words:
        # The field is ASCII by its specification; programs write UTF-8 into it all the same.
        exif[ExifTags.Base.ImageDescription] = photo.words.encode()
    if photo.taken_at is None:
        return exif
    at = photo.taken_at.strftime("%Y:%m:%d %H:%M:%S")
    maker, model = _CAMERAS[photo.seed % len(_CAMERAS)]
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = maker, model
    exif[ExifTags.Base.DateTime] = at
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = at
    details[ExifTags.Base.OffsetTimeOriginal] = f"{photo.taken_at:%z}"[:3] + ":" + f"{photo.taken_at:%z}"[3:]
    if photo.place:
        where = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for value, ref, axis, (plus, minus) in (
            (photo.place[0], ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLatitude, "NS"),
            (photo.place[1], ExifTags.GPS.GPSLongitudeRef, ExifTags.GPS.GPSLongitude, "EW"),
        ):
            where[ref] = plus if value >= 0 else minus
            where[axis] = _degrees(abs(value))
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 2)


def _reframed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a part of the picture, slightly crooked, as people hold cameras."""
    turned = picture.rotate(float(rng.uniform(-1.2, 1.2)), Image.Resampling.BICUBIC)
    share = float(rng.uniform(0.78, 0.93))
    wide, high = round(picture.width * share), round(picture.height * share)
    left = round((picture.width - wide) * rng.uniform(0.25, 0.75))
    top = round((picture.height - high) * rng.uniform(0.3, 0.7))
    return turned.crop((left, top, left + wide, top + high))


def _shaded(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return the picture with a vignette, slightly warmer or cooler."""
    pixels = np.asarray(picture, np.float32)
    height, width = pixels.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32) ** 2
    down = np.linspace(-1, 1, height, dtype=np.float32) ** 2
    shade = 1.04 - 0.13 * (down[:, None] + across[None, :])
    tint = np.asarray((1 + rng.normal(0, 0.02), 1.0, 1 + rng.normal(0, 0.02)), np.float32)
    return Image.fromarray(np.clip(pixels * shade[:, :, None] * tint, 0, 255).astype(np.uint8), "RGB")


def _grained(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return the picture with film grain from a place of its own in the tile."""
    x, y = (int(start) for start in rng.integers(0, _GRAIN_PX, size=2))
    grain = _grain().crop((x, y, x + picture.width, y + picture.height))
    return ImageChops.add(picture, grain, offset=-_GREY)


@cache
def _grain() -> Image.Image:
    """Return a grey sheet of grain, noise of two sizes, large enough for any photo at any place in a tile."""
    rng = np.random.default_rng(1)
    fine = rng.normal(0, 4.2, (_GRAIN_PX, _GRAIN_PX))
    coarse = rng.normal(0, 3.0, (_GRAIN_PX // 2, _GRAIN_PX // 2)).repeat(2, axis=0).repeat(2, axis=1)
    tile = np.clip(_GREY + fine + coarse, 0, 255).astype(np.uint8)
    return Image.fromarray(np.tile(tile, (4, 5)), "L").convert("RGB")
