"""What comes out: upright, in sRGB, in the promised sizes, with nothing of the original's metadata."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from photo_factory import (
    ADOBE_RGB,
    CORNERS,
    DISPLAY_P3,
    Colour,
    as_stored,
    centre,
    corner_colours,
    corners,
    icc_profile,
    jpeg,
    near,
    plan,
    to_srgb,
)
from PIL import Image

from pipeline.photo.develop import develop
from pipeline.photo.inspect import inspect

pytestmark = pytest.mark.filterwarnings("error")

ORANGE: Colour = (200, 100, 50)


def developed(image: Image.Image, kind: str, folder: Path, **options: object) -> Path:
    """Develops ``image`` saved as ``kind`` and returns the big JPEG."""
    path = folder / "source"
    image.save(path, kind, **options)
    return develop(path, plan(), folder).files["big.jpg"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_orientation_is_shown_upright_exactly_once(tmp_path: Path, kind: str, orientation: int) -> None:
    path = tmp_path / "source"
    exif = Image.Exif()
    exif[0x0112] = orientation
    as_stored(corners(), orientation).save(path, kind, exif=exif.tobytes())
    seen = inspect(path).facts
    made = develop(path, plan(), tmp_path)
    assert (seen.width_px, seen.height_px) == (320, 200)
    assert made.facts == seen
    for name in ("big.jpg", "big.webp", "thumb.jpg"):
        found = corner_colours(made.files[name])
        assert all(near(a, b, 14) for a, b in zip(found, CORNERS, strict=True)), (name, found)


def test_heic_is_turned_by_its_own_properties_and_not_by_exif(tmp_path: Path) -> None:
    path = tmp_path / "source.heic"
    exif = Image.Exif()
    exif[0x0112] = 6
    corners().save(path, "HEIF", exif=exif)  # pillow-heif writes no ``irot`` for an Exif object
    assert b"irot" not in path.read_bytes()
    made = develop(path, plan(), tmp_path)
    assert (made.facts.width_px, made.facts.height_px, made.facts.orientation) == (320, 200, 1)
    found = corner_colours(made.files["big.jpg"])
    assert all(near(a, b, 14) for a, b in zip(found, CORNERS, strict=True))


def test_sizes_are_promised_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "source.jpg"
    corners(1601, 997).save(path)
    made = develop(path, plan(), tmp_path)
    assert made.sizes == {"big": (200, 125), "thumb": (64, 40)}
    assert set(made.files) == {"big.jpg", "big.webp", "thumb.jpg", "thumb.webp"}
    for name, file in made.files.items():
        with Image.open(file) as image:
            assert image.size == made.sizes[name.split(".")[0]]
            assert image.format == {"jpg": "JPEG", "webp": "WEBP"}[name.split(".")[1]]
    assert sorted(file.name for file in made.files.values()) == [
        "p-1-big.jpg",
        "p-1-big.webp",
        "p-1-thumb.jpg",
        "p-1-thumb.webp",
    ]


def test_nothing_is_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "source.png"
    corners(100, 60).save(path)
    made = develop(path, plan(), tmp_path)
    assert made.sizes == {"big": (100, 60), "thumb": (64, 38)}
    tiny = tmp_path / "tiny.png"
    corners(40, 20).save(tiny)
    made = develop(tiny, plan(), tmp_path)
    assert made.sizes == {"big": (40, 20), "thumb": (40, 20)}
    assert made.files["big.jpg"].read_bytes() == made.files["thumb.jpg"].read_bytes()


def test_extreme_shapes_keep_at_least_a_pixel(tmp_path: Path) -> None:
    path = tmp_path / "line.png"
    Image.new("RGB", (20_000, 1), "red").save(path)
    assert develop(path, plan(), tmp_path).sizes == {"big": (200, 1), "thumb": (64, 1)}


def test_jpeg_is_progressive_and_420(tmp_path: Path) -> None:
    file = developed(corners(), "JPEG", tmp_path, subsampling=0)
    with Image.open(file) as image:
        assert image.info.get("progressive")
        assert image.layer[0][1:3] == (2, 2)  # type: ignore[attr-defined]  # Pillow's JPEG plugin keeps it untyped
        assert image.layer[1][1:3] == (1, 1)  # type: ignore[attr-defined]  # same


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_all_metadata_is_gone(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x010F], exif[0x8298] = "SECRET words", "SECRET maker", "SECRET rights"
    exif.get_ifd(0x8825).update({1: "N", 2: (7.0, 12.0, 0.0), 3: "E", 4: (100.0, 35.0, 0.0)})
    path = tmp_path / "source"
    icc = icc_profile(DISPLAY_P3, 2.2)
    extra = {"comment": b"SECRET comment"} if kind == "JPEG" else {}
    corners().save(path, kind, exif=exif, xmp=b"<x:xmpmeta>SECRET xmp</x:xmpmeta>", icc_profile=icc, **extra)
    assert b"SECRET" in path.read_bytes()
    for file in develop(path, plan(), tmp_path).files.values():
        data = file.read_bytes()
        for trace in (b"SECRET", b"Exif", b"EXIF", b"XMP ", b"xmpmeta", b"ICC", b"acsp", b"8BIM", b"made for a test"):
            assert trace not in data, (file.name, trace)
        with Image.open(file) as image:
            assert not dict(image.getexif())
            assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & image.info.keys()
        if file.suffix == ".jpg":
            before_scan = data[: data.index(b"\xff\xda")]
            assert not re.search(rb"\xff[\xe1-\xef\xfe]", before_scan)


# Linear-light conversions to sRGB. Source: IEC 61966-2-1 and the primaries of each space, all at D65.
P3_MATRIX = ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979))
ADOBE_MATRIX = ((1.39836, -0.39836, 0.0), (0.0, 1.0, 0.0), (0.0, -0.04293, 1.04293))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
@pytest.mark.parametrize(
    ("primaries", "matrix", "gamma"),
    [(DISPLAY_P3, P3_MATRIX, 2.2), (ADOBE_RGB, ADOBE_MATRIX, 2.19921875)],
    ids=["display-p3", "adobe-rgb"],
)
def test_wide_colours_become_srgb(
    tmp_path: Path,
    kind: str,
    primaries: tuple[tuple[float, float, float], ...],
    matrix: tuple[tuple[float, float, float], ...],
    gamma: float,
) -> None:
    patch = Image.new("RGB", (64, 64), ORANGE)
    expected = to_srgb(ORANGE, matrix, gamma)
    assert not near(expected, ORANGE, 8)
    found = centre(developed(patch, kind, tmp_path, icc_profile=icc_profile(primaries, gamma), quality=95))
    assert near(found, expected, 4), (found, expected)


def test_an_invalid_or_foreign_profile_is_ignored(tmp_path: Path) -> None:
    patch = Image.new("RGB", (64, 64), ORANGE)
    assert near(centre(developed(patch, "JPEG", tmp_path, icc_profile=b"garbage" * 50)), ORANGE)
    broken = bytearray(icc_profile(DISPLAY_P3, 2.2))
    broken[16:20] = b"CMYK"
    assert near(centre(developed(patch, "JPEG", tmp_path, icc_profile=bytes(broken))), ORANGE)


def test_cmyk_is_not_inverted(tmp_path: Path) -> None:
    cyan = Image.new("CMYK", (64, 64), (255, 0, 0, 0))
    red, green, blue = centre(developed(cyan, "JPEG", tmp_path, quality=95))
    assert red < 60
    assert min(green, blue) > 140
    white = Image.new("CMYK", (64, 64), (0, 0, 0, 0))
    assert near(centre(developed(white, "JPEG", tmp_path)), (255, 255, 255))


def test_grey_stays_grey_whatever_profile_it_carries(tmp_path: Path) -> None:
    grey = Image.new("L", (64, 64), 128)
    assert near(centre(developed(grey, "JPEG", tmp_path)), (128, 128, 128), 2)
    red, green, blue = centre(developed(grey, "JPEG", tmp_path, icc_profile=icc_profile(ADOBE_RGB, 2.19921875)))
    assert max(red, green, blue) - min(red, green, blue) <= 2
    assert near((red, green, blue), (128, 128, 128), 5)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_brightness(tmp_path: Path, kind: str) -> None:
    deep = Image.new("I;16", (64, 64), 128 * 257)
    assert near(centre(developed(deep, kind, tmp_path)), (128, 128, 128), 2)


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        (Image.new("RGBA", (64, 64), (0, 0, 0, 0)), {}, (255, 255, 255)),
        (Image.new("RGBA", (64, 64), (255, 0, 0, 128)), {}, (255, 127, 127)),
        (Image.new("LA", (64, 64), (0, 128)), {}, (127, 127, 127)),
        (Image.new("RGB", (64, 64), ORANGE), {"transparency": ORANGE}, (255, 255, 255)),
        (Image.new("L", (64, 64), 40), {"transparency": 40}, (255, 255, 255)),
        (Image.new("P", (64, 64), 0), {"transparency": 0}, (255, 255, 255)),
        (Image.new("1", (64, 64), 1), {}, (255, 255, 255)),
        (Image.new("1", (64, 64), 0), {"transparency": 0}, (255, 255, 255)),
    ],
)
def test_transparency_is_flattened_on_white(
    tmp_path: Path, image: Image.Image, options: dict[str, object], expected: Colour
) -> None:
    assert near(centre(developed(image, "PNG", tmp_path, **options)), expected)


def test_edges_of_transparency_show_no_dark_rim(tmp_path: Path) -> None:
    image = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 401, 800))
    with Image.open(developed(image, "PNG", tmp_path)) as flat:
        lowest, _ = flat.convert("L").getextrema()
    assert isinstance(lowest, int)
    assert lowest >= 250


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "PNG", "TIFF", "AVIF", "MPO"])
def test_only_the_first_picture_is_used(tmp_path: Path, kind: str) -> None:
    first, second = Image.new("RGB", (64, 64), (0, 0, 255)), Image.new("RGB", (64, 64), (255, 0, 0))
    found = centre(developed(first, kind, tmp_path, save_all=True, append_images=[second]))
    assert near(found, (0, 0, 255), 12)


def test_the_same_photo_and_plan_give_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(jpeg(corners(900, 700), icc_profile=icc_profile(DISPLAY_P3, 2.2)))
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        runs.append({key: file.read_bytes() for key, file in develop(source, plan(), folder).files.items()})
    assert runs[0] == runs[1]


def test_fine_detail_is_averaged_not_aliased(tmp_path: Path) -> None:
    image = Image.new("L", (1600, 1600))
    image.putdata([255 * ((x + y) % 2) for y in range(1600) for x in range(1600)])
    target = BytesIO()
    image.save(target, "PNG")
    with Image.open(developed(image, "PNG", tmp_path)) as small:
        lowest, highest = small.convert("L").getextrema()
    assert isinstance(lowest, int)
    assert isinstance(highest, int)
    assert 110 <= lowest <= highest <= 145
