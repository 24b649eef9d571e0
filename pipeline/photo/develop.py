"""Develop a photo: decode once, turn, convert to sRGB, and write every size in every format, free of metadata."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MachineError, OurError
from pipeline.photo import colour
from pipeline.photo.decode import guarded, load, opened, read_photo
from pipeline.photo.facts import PhotoFacts
from pipeline.photo.header import read_header
from pipeline.photo.inspect import describe, without_transparency
from pipeline.photo.plan import EXTENSIONS, PhotoPlan, fit
from pipeline.reasons import Reason

if TYPE_CHECKING:
    from PIL import Image

_REDUCING_GAP = 3.0
"""Pillow may shrink by whole numbers first, down to three times the goal. Source: Pillow, ``Image.resize``."""
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Developed:
    """A developed photo. ``files``: ``2048.jpg`` → path; ``sizes``: ``2048`` → (width_px, height_px)."""

    files: dict[str, Path]
    sizes: dict[str, tuple[int, int]]
    warnings: tuple[Reason, ...]
    facts: PhotoFacts


def develop(path: Path, plan: PhotoPlan, folder: Path) -> Developed:
    """Develop the photo at ``path`` into ``folder``, a scratch folder that exists, and return what was made.

    The same file and plan give the same bytes. Nothing of the original's metadata is carried over.

    Raises:
        InputError: the photo cannot be used; the reason says what to send instead.
        MachineError: the disk is full or had trouble.
        OurError: a picture that was decoded could not be written as JPEG or WebP.

    """
    picture, facts, warnings = _finished(path, plan)
    sizes = plan.pixel_sizes(facts.width_px, facts.height_px)
    files: dict[str, Path] = {}
    encoded: dict[str, bytes] = {}
    for size, goal in sizes.items():
        if not encoded or picture.size != goal:
            picture = _shrunk(picture, goal)
            encoded = _encoded(picture, plan)
        for extension, data in encoded.items():
            files[f"{size}.{extension}"] = _written(folder / plan.file_name(size, extension), data)
    return Developed(files=files, sizes=sizes, warnings=warnings, facts=facts)


def _finished(path: Path, plan: PhotoPlan) -> tuple[Image.Image, PhotoFacts, tuple[Reason, ...]]:
    """Return the photo at the largest size that is wanted, upright, in sRGB, and with no metadata."""
    data = read_photo(path)
    header = read_header(data)
    with opened(data, header) as image:
        seen = describe(image, header, path.suffix)
        facts = seen.facts
        how = colour.conversion(image, grey=header.grey)
        largest_px = max(size.long_edge_px for size in plan.sizes)
        load(image, at_least=fit(*image.size, largest_px))
        with guarded():
            plain = colour.to_plain(image)
            if not colour.is_see_through(plain):
                seen = without_transparency(seen)
            # Shrinking comes first: what follows then has a few megapixels at most to work on.
            goal = fit(facts.width_px, facts.height_px, largest_px)
            # Pillow turns a TIFF's pixels itself while decoding.
            turn = 1 if header.format == "TIFF" else facts.orientation
            lying = turn >= 5  # noqa: PLR2004 -- 5 to 8 lie on their side
            plain = _shrunk(plain, goal[::-1] if lying else goal)
            picture = _upright(colour.to_srgb(plain, how), turn)
    picture.info.clear()
    return picture, facts, seen.warnings


def _shrunk(image: Image.Image, goal: tuple[int, int]) -> Image.Image:
    """Return ``image`` at ``goal`` (width_px, height_px)."""
    from PIL import Image as Pictures  # noqa: PLC0415 -- keeps the command's start fast

    if image.size == goal:
        return image
    return image.resize(goal, Pictures.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return ``image`` as the camera was held. Source: Exif 2.32, 4.6.4 A, Orientation."""
    from PIL.Image import Transpose  # noqa: PLC0415 -- keeps the command's start fast

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _encoded(picture: Image.Image, plan: PhotoPlan) -> dict[str, bytes]:
    """Return extension → file content. Encoding in memory keeps the encoder's faults apart from the disk's."""
    options: dict[str, dict[str, str | int | bool]] = {
        "jpg": {
            "format": "JPEG",
            "quality": plan.jpeg_quality,
            "progressive": True,
            "optimize": True,
            "subsampling": "4:2:0",
        },
        "webp": {"format": "WEBP", "quality": plan.webp_quality, "method": plan.webp_method},
    }
    encoded: dict[str, bytes] = {}
    for extension in EXTENSIONS:
        target = BytesIO()
        try:
            picture.save(target, **options[extension])  # type: ignore[arg-type]  # Pillow types options by position
        except Exception as error:
            detail = str(error) or type(error).__name__
            raise OurError("our-fault", f"{plan.name}.{extension}", detail[:120]) from error
        encoded[extension] = target.getvalue()
    return encoded


def _written(path: Path, data: bytes) -> Path:
    try:
        path.write_bytes(data)
    except OSError as error:
        text = error.strerror or type(error).__name__
        if error.errno in _DISK_FULL:
            raise MachineError("disk-full", text) from error
        raise MachineError("machine-trouble", text) from error
    return path
