"""Read what a photo is and say what people should know about it, without making anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.photo import colour, metadata
from pipeline.photo.decode import guarded, load, opened, quiet, read_photo
from pipeline.photo.facts import SMALL_LONG_SIDE_PX, TINY_LONG_SIDE_PX, Inspected, PhotoFacts, PhotoFormat
from pipeline.photo.header import Header, read_header
from pipeline.reasons import Reason, reason

if TYPE_CHECKING:
    from PIL import Image

_EXTENSIONS: dict[PhotoFormat, frozenset[str]] = {
    "JPEG": frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".jps", ".mpo"}),
    "PNG": frozenset({".png", ".apng"}),
    "WebP": frozenset({".webp"}),
    "HEIC": frozenset({".heic", ".heif", ".hif", ".heics", ".heifs"}),
    "AVIF": frozenset({".avif", ".avifs", ".heif"}),
    "GIF": frozenset({".gif"}),
    "TIFF": frozenset({".tif", ".tiff"}),
}
_BITS_PER_SAMPLE = 0x0102
_EIGHT_BITS = 8


def inspect(path: Path, *, decode: bool = False) -> Inspected:
    """Return the facts of the photo at ``path`` and the warnings that developing it would give.

    Without ``decode`` only headers are read, which is fast but cannot see damage in the picture data; with it every
    pixel is decoded, and the outcome is the one that :func:`pipeline.photo.develop.develop` would have.

    Raises:
        InputError: the file cannot be used; the reason says what to send instead.
        MachineError: the file could not be read because of this machine.

    """
    data = read_photo(path)
    header = read_header(data)
    with opened(data, header) as image:
        seen = describe(image, header, path.suffix)
        if not decode:
            return seen
        load(image, at_least=(1, 1))
        with guarded():
            see_through = colour.is_see_through(colour.to_plain(image))
    return seen if see_through else without_transparency(seen)


def describe(image: Image.Image, header: Header, suffix: str) -> Inspected:
    """Return facts and warnings of an opened picture; ``suffix`` is its file name's, with the dot.

    Raises:
        InputError: its kind of picture data cannot be used.

    """
    plain = colour.plain_mode(image.mode)
    with guarded(), quiet():
        facts = _facts(image, header)
        profile_ignored = colour.conversion(image, grey=header.grey).profile_ignored
        depth_bits = _depth_bits(image, header)
        transparent = image.has_transparency_data
    warnings: list[Reason] = []
    if suffix and suffix.lower() not in _EXTENSIONS[header.format]:
        warnings.append(reason("wrong-extension", header.format))
    if facts.frames > 1:
        warnings.append(reason("photo-first-frame", facts.frames))
    warnings.extend(_size_warnings(facts))
    if header.has_errors:
        warnings.append(reason("photo-decoder-errors"))
    if profile_ignored:
        warnings.append(reason("photo-profile-ignored"))
    if plain == "CMYK" and (profile_ignored or not facts.has_icc):
        warnings.append(reason("photo-colours-guessed"))
    if depth_bits > _EIGHT_BITS:
        warnings.append(reason("photo-reduced-depth", depth_bits))
    if facts.mode in {"P", "PA"}:
        warnings.append(reason("photo-palette"))
    if transparent:
        warnings.append(reason("photo-transparency"))
    return Inspected(facts=facts, warnings=tuple(warnings))


def without_transparency(seen: Inspected) -> Inspected:
    """Return ``seen`` without its warning about transparency, for a picture that proved fully opaque."""
    kept = tuple(warning for warning in seen.warnings if warning.code != "photo-transparency")
    return Inspected(facts=seen.facts, warnings=kept)


def _facts(image: Image.Image, header: Header) -> PhotoFacts:
    orientation = metadata.orientation(image)
    width_px, height_px = image.size
    # Pillow already gives a TIFF's size as displayed, and turns its pixels while decoding.
    if orientation >= 5 and header.format != "TIFF":  # noqa: PLR2004 -- 5 to 8 lie on their side
        width_px, height_px = height_px, width_px
    # MPO: the further pictures are previews, the other eye or a gain map, which belong to this one.
    frames = 1 if header.format == "JPEG" else int(getattr(image, "n_frames", 1))
    return PhotoFacts(
        format=header.format,
        width_px=width_px,
        height_px=height_px,
        orientation=orientation,
        mode=image.mode,
        frames=frames,
        has_icc=bool(image.info.get("icc_profile")),
        taken_at=metadata.taken_at(image),
        caption=metadata.caption(image),
    )


def _depth_bits(image: Image.Image, header: Header) -> int:
    """Return bits per channel where more than 8 are lost to no screen's advantage (PNG and TIFF)."""
    if header.format == "TIFF":
        bits = image.getexif().get(_BITS_PER_SAMPLE, _EIGHT_BITS)
        return max(bits) if isinstance(bits, tuple) else int(bits)
    return header.depth_bits


def _size_warnings(facts: PhotoFacts) -> list[Reason]:
    if facts.long_side_px < TINY_LONG_SIDE_PX:
        return [reason("photo-tiny", facts.width_px, facts.height_px)]
    if facts.long_side_px < SMALL_LONG_SIDE_PX:
        return [reason("photo-small", facts.width_px, facts.height_px, SMALL_LONG_SIDE_PX)]
    return []
