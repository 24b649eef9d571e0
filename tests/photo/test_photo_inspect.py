"""What is read from a photo, and what people are told about it."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_factory import ADOBE_RGB, corners, icc_profile, jpeg
from PIL import Image

from pipeline.photo.inspect import inspect
from pipeline.photo.metadata import MAX_CAPTION_CHARS, clean_caption, parse_time

pytestmark = pytest.mark.filterwarnings("error")


def codes(path: Path, *, decode: bool = False) -> set[str]:
    return {warning.code for warning in inspect(path, decode=decode).warnings}


def exif_with(**values: object) -> Image.Exif:
    exif = Image.Exif()
    if "taken" in values:
        exif.get_ifd(0x8769)[0x9003] = values["taken"]
    if "description" in values:
        exif[0x010E] = values["description"]
    return exif


def test_facts_of_an_ordinary_photo(tmp_path: Path) -> None:
    path = tmp_path / "photo.JPG"
    exif = exif_with(taken="2022:07:26 09:30:00", description="พิธีเปิดงาน".encode())
    exif[0x0112] = 6
    corners(1200, 800).save(path, exif=exif, icc_profile=icc_profile(ADOBE_RGB, 2.2))
    seen = inspect(path, decode=True)
    assert seen.warnings == ()
    assert seen.facts.model_dump() == {
        "format": "JPEG",
        "width_px": 800,
        "height_px": 1200,
        "orientation": 6,
        "mode": "RGB",
        "frames": 1,
        "has_icc": True,
        "taken_at": "2022-07-26T09:30:00",
        "caption": "พิธีเปิดงาน",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022:07:26 09:30:00\0", "2022-07-26T09:30:00"),
        ("0000:00:00 00:00:00", None),
        ("1970:01:01 00:00:00", None),
        ("2022:13:40 09:30:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_capture_time_is_iso_or_absent(text: str, expected: str | None) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>Hello</b> & <script>alert(1)</script>", "<b>Hello</b> & <script>alert(1)</script>"),
        ("  สวน\tริมทะเลสาบ\r\nสงขลา \0", "สวน ริมทะเลสาบ สงขลา"),
        ("Photo of the stage", "Photo of the stage"),
        ("Image is everything", "Image is everything"),
        ("OLYMPUS DIGITAL CAMERA         ", None),
        ("SAMSUNG", None),
        ("DCIM\\100MEDIA\\DJI_0001.JPG", None),
        ("IMG_20220726_093000.jpg", None),
        ("DSC01234", None),
        ("2022-07-26", None),
        ("                ", None),
    ],
)
def test_captions_are_what_people_wrote(text: str, expected: str | None) -> None:
    assert clean_caption(text) == expected


@given(st.text(max_size=2000))
def test_captions_are_one_short_clean_line(text: str) -> None:
    caption = clean_caption(text)
    if caption is not None:
        assert len(caption) <= MAX_CAPTION_CHARS + 1
        assert "\n" not in caption
        assert "\0" not in caption
        caption.encode("utf-8")


def test_html_in_a_description_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    corners().save(path, exif=exif_with(description="<img src=x onerror=alert(1)>"))
    assert inspect(path).facts.caption == "<img src=x onerror=alert(1)>"


def test_caption_from_xmp_and_iptc(tmp_path: Path) -> None:
    xmp = '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">ป่า &amp; เล</rdf:li></rdf:Alt></dc:description>'
    with_xmp = tmp_path / "xmp.jpg"
    corners().save(with_xmp, xmp=xmp.encode(), exif=exif_with(description="SAMSUNG"))
    assert inspect(with_xmp).facts.caption == "ป่า & เล"
    text = "ตลาดน้ำ".encode()
    record = b"\x1c\x02\x78" + struct.pack(">H", len(text)) + text
    resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + bytes(len(record) % 2)
    data = jpeg(corners())
    with_iptc = tmp_path / "iptc.jpg"
    with_iptc.write_bytes(data[:2] + b"\xff\xed" + struct.pack(">H", 2 + len(resource)) + resource + data[2:])
    assert inspect(with_iptc).facts.caption == "ตลาดน้ำ"


def test_broken_exif_does_not_stop_a_photo(tmp_path: Path) -> None:
    data = jpeg(corners())
    broken = b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(20)
    path = tmp_path / "photo.jpg"
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(broken)) + broken + data[2:])
    facts = inspect(path, decode=True).facts
    assert (facts.orientation, facts.taken_at, facts.caption) == (1, None, None)


def test_size_warnings(tmp_path: Path) -> None:
    expected = {(1000, 400): set(), (999, 999): {"photo-small"}, (199, 50): {"photo-tiny"}}
    for size, warned in expected.items():
        path = tmp_path / "photo.jpg"
        Image.new("RGB", size, "orange").save(path)
        assert codes(path) == warned


def test_extension_is_compared_with_content(tmp_path: Path) -> None:
    data = jpeg(corners(1000, 500))
    for name, warned in {
        "a.jpg": False,
        "a.JPEG": False,
        "a": False,
        "a.heic": True,
        "a.png": True,
        "a.txt": True,
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert ("wrong-extension" in codes(path)) is warned, name


def test_warnings_about_what_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    big = (1000, 500)

    def warned(image: Image.Image, kind: str, **options: object) -> set[str]:
        image.save(path, kind, **options)
        return codes(path, decode=True)

    two = [Image.new("RGB", big, "red")]
    blue = Image.new("RGB", big, "blue")
    assert warned(Image.new("CMYK", big), "JPEG") == {"photo-colours-guessed"}
    assert warned(Image.new("L", big), "JPEG") == set()
    assert warned(Image.new("I;16", big), "PNG") == {"photo-reduced-depth"}
    assert warned(Image.new("I;16", big), "TIFF") == {"photo-reduced-depth"}
    assert warned(Image.new("P", big), "GIF") == {"photo-palette"}
    assert warned(Image.new("RGBA", big, (1, 2, 3, 4)), "PNG") == {"photo-transparency"}
    assert warned(Image.new("RGBA", big, (1, 2, 3, 255)), "PNG") == set()
    assert warned(blue, "PNG", transparency=(0, 0, 255)) == {"photo-transparency"}
    assert warned(blue, "JPEG", icc_profile=b"no profile at all") == {"photo-profile-ignored"}
    assert warned(blue, "WEBP", save_all=True, append_images=two, duration=100) == {"photo-first-frame"}
    assert warned(blue, "GIF", save_all=True, append_images=two, duration=100) >= {"photo-first-frame", "photo-palette"}
    assert warned(blue, "TIFF", save_all=True, append_images=two) == {"photo-first-frame"}
    assert warned(blue, "MPO", save_all=True, append_images=two) == set()


def test_measurement_pictures_are_refused(tmp_path: Path) -> None:
    from pipeline.errors import InputError  # noqa: PLC0415 -- only this test needs it

    target = BytesIO()
    Image.new("F", (20, 20)).save(target, "TIFF")
    path = tmp_path / "a.tif"
    path.write_bytes(target.getvalue())
    with pytest.raises(InputError) as caught:
        inspect(path)
    assert caught.value.code == "photo-unsupported"


def test_camera_raw_in_a_tiff_is_refused(tmp_path: Path) -> None:
    from pipeline.errors import InputError  # noqa: PLC0415 -- only this test needs it

    path = tmp_path / "a.nef"
    Image.new("RGB", (160, 120)).save(path, "TIFF", tiffinfo={0xFE: 1})
    with pytest.raises(InputError) as caught:
        inspect(path)
    assert caught.value.code == "photo-raw"
