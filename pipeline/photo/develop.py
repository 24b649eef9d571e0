"""Develop a photo: decode once, turn, convert to sRGB, and write every size in every format, free of metadata."""

from __future__ import annotations

import errno
from collections.abc import Iterable
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
from pipeline.photo.plan import EXTENSIONS, PhotoPlan, fit, frame_for
from pipeline.reasons import Reason

if TYPE_CHECKING:
    from PIL import Image

_REDUCING_GAP = 3.0
"""Pillow may shrink by whole numbers first, down to three times the goal. Source: Pillow, ``Image.resize``."""
_BLUR_SHARE = 16
"""The ground is blurred small: it looks the same and costs next to nothing."""
_DARKER = 0.82
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Developed:
    """A developed photo. ``files``: ``2048.jpg`` → path; ``sizes``: ``2048`` → (width_px, height_px)."""

    files: dict[str, Path]
    sizes: dict[str, tuple[int, int]]
    framed: dict[str, tuple[int, int]]
    """Sizes that have a shape of their own."""
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
    files, framed = _framed(picture, plan, folder)
    encoded: dict[str, bytes] = {}
    for size, goal in sizes.items():
        if not encoded or picture.size != goal:
            picture = _shrunk(picture, goal)
            encoded = _encoded(picture, plan, EXTENSIONS)
        for extension, data in encoded.items():
            files[f"{size}.{extension}"] = _written(folder / plan.file_name(size, extension), data)
    return Developed(files=files, sizes=sizes, framed=framed, warnings=warnings, facts=facts)


def _framed(picture: Image.Image, plan: PhotoPlan, folder: Path) -> tuple[dict[str, Path], dict[str, tuple[int, int]]]:
    """Write the sizes that have a shape of their own; return the files and how large each is."""
    files: dict[str, Path] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for size in plan.framed:
        sizes[size.name] = frame = frame_for(*picture.size, size)
        for extension, data in _encoded(in_frame(picture, frame), plan, size.formats).items():
            files[f"{size.name}.{extension}"] = _written(folder / plan.file_name(size.name, extension), data)
    return files, sizes


def in_frame(picture: Image.Image, frame: tuple[int, int]) -> Image.Image:
    """Return ``picture`` whole in a ``frame`` (width_px, height_px), on a blurred, darker ground of its own."""
    from PIL import Image as Pictures  # noqa: PLC0415 -- keeps the command's start fast
    from PIL import ImageFilter  # noqa: PLC0415 -- as above

    scale = min(frame[0] / picture.width, frame[1] / picture.height, 1.0)
    goal = (min(frame[0], round(picture.width * scale)), min(frame[1], round(picture.height * scale)))
    near = all(edge - side <= 1 for edge, side in zip(frame, goal, strict=True))
    if near:  # the photo's own shape, but for a pixel that rounding takes
        return _shrunk(picture, frame)
    small = (max(1, frame[0] // _BLUR_SHARE), max(1, frame[1] // _BLUR_SHARE))
    cover = max(small[0] / picture.width, small[1] / picture.height)
    size = (max(small[0], round(picture.width * cover)), max(small[1], round(picture.height * cover)))
    left, top = (size[0] - small[0]) // 2, (size[1] - small[1]) // 2
    ground = picture.resize(size, Pictures.Resampling.BOX).crop((left, top, left + small[0], top + small[1]))
    ground = ground.filter(ImageFilter.GaussianBlur(4)).point(lambda value: round(value * _DARKER))
    ground = ground.resize(frame, Pictures.Resampling.BICUBIC)
    ground.paste(_shrunk(picture, goal), ((frame[0] - goal[0]) // 2, (frame[1] - goal[1]) // 2))
    return ground


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


def _encoded(picture: Image.Image, plan: PhotoPlan, extensions: Iterable[str]) -> dict[str, bytes]:
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
    for extension in extensions:
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
