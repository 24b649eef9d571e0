"""Makes small photos with stated truth: corner colours, colour profiles, hostile headers."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image

from pipeline.photo.plan import PhotoPlan
from pipeline.preset.model import PhotoSize

pillow_heif.register_heif_opener(thumbnails=False)

Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 30), (30, 30, 220), (245, 245, 245)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""Top left, top right, bottom left, bottom right, as the photographer saw them."""

# (XYZ of the primaries adapted to D50, exponent of the tone curve). Source: Adobe RGB (1998) 4.3; SMPTE RP 431-2
# primaries at D65, adapted with Bradford's matrix.
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def plan(**changes: object) -> PhotoPlan:
    """A small plan, so that tests stay quick."""
    sizes = (PhotoSize(name="big", long_edge_px=200), PhotoSize(name="thumb", long_edge_px=64))
    values = {
        "album": "day-1",
        "name": "p-1",
        "sizes": sizes,
        "jpeg_quality": 90,
        "webp_quality": 90,
        "webp_method": 2,
        **changes,
    }
    return PhotoPlan.model_validate(values)


def corners(width_px: int = 320, height_px: int = 200) -> Image.Image:
    """A picture whose quarters are red, green, blue and white."""
    image = Image.new("RGB", (width_px, height_px))
    half_x, half_y = width_px // 2, height_px // 2
    for index, colour in enumerate(CORNERS):
        x, y = half_x * (index % 2), half_y * (index // 2)
        image.paste(colour, (x, y, x + half_x, y + half_y))
    return image


def as_stored(image: Image.Image, orientation: int) -> Image.Image:
    """The pixels a camera stores so that a viewer who obeys ``orientation`` sees ``image``."""
    turns = Image.Transpose
    inverse = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_90,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_270,
    }
    return image.transpose(inverse[orientation]) if orientation in inverse else image


def corner_colours(path: Path) -> list[Colour]:
    """The colours in the middle of the four quarters."""
    with Image.open(path) as image:
        rgb = image.convert("RGB")
    width, height = rgb.size
    return [pixel(rgb, width * x // 4, height * y // 4) for y in (1, 3) for x in (1, 3)]


def pixel(image: Image.Image, x: int, y: int) -> Colour:
    """One pixel of an RGB picture."""
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    red, green, blue = (int(part) for part in value[:3])
    return red, green, blue


def centre(path: Path) -> Colour:
    """The colour in the middle."""
    with Image.open(path) as image:
        return pixel(image.convert("RGB"), image.width // 2, image.height // 2)


def near(one: Colour, other: Colour, tolerance: int = 4) -> bool:
    """Whether every channel is within ``tolerance``."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def icc_profile(primaries: tuple[tuple[float, float, float], ...], gamma: float) -> bytes:
    """A minimal matrix/TRC display profile. Source: ICC.1:2001-04, 6.3.1.2."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"made for a test\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(12 + 67)
    tags = [
        (b"desc", desc + bytes(-len(desc) % 4)),
        (b"cprt", b"text\0\0\0\0" + text),
        (b"wtpt", xyz((0.9642, 1, 0.8249))),
    ]
    tags += [(name, xyz(values)) for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2022, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def to_srgb(colour: Colour, matrix: tuple[tuple[float, float, float], ...], gamma: float) -> Colour:
    """What ``colour`` is in sRGB, by the book. Source: IEC 61966-2-1."""
    linear = [(part / 255) ** gamma for part in colour]

    def encoded(value: float) -> int:
        value = min(1.0, max(0.0, value))
        return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))

    red, green, blue = (encoded(sum(a * b for a, b in zip(row, linear, strict=True))) for row in matrix)
    return red, green, blue


def jpeg(image: Image.Image, **options: object) -> bytes:
    """``image`` as a JPEG file."""
    target = BytesIO()
    image.save(target, "JPEG", quality=95, **options)
    return target.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes that claims any size."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0"))
        + png_chunk(b"IEND", b"")
    )


def box(kind: bytes, body: bytes) -> bytes:
    """One ISO media box."""
    return struct.pack(">I", 8 + len(body)) + kind + body


def heif_claiming(width_px: int, height_px: int, brand: bytes) -> bytes:
    """A HEIC or AVIF of a few bytes that claims any size."""
    ispe = box(b"ispe", bytes(4) + struct.pack(">II", width_px, height_px))
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", ispe)))
    return box(b"ftyp", brand + bytes(4) + brand + b"mif1") + meta
