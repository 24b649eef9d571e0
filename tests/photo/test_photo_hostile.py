"""Files that must be refused, for the right reason, before they cost anything."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from photo_factory import box, corners, heif_claiming, jpeg, plan, png_claiming
from PIL import Image, ImageFile

from pipeline.errors import InputError, MachineError
from pipeline.photo.develop import develop
from pipeline.photo.header import read_header
from pipeline.photo.inspect import inspect

pytestmark = pytest.mark.filterwarnings("error")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def refusal(path: Path, *, decode: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        inspect(path, decode=decode)
    assert caught.value.reason.th
    assert "{" not in caught.value.reason.en
    return caught.value.code


def gif_with_frame(width_px: int, height_px: int) -> bytes:
    canvas = b"GIF89a" + struct.pack("<HHBBB", 32, 32, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width_px, height_px, 0)
    return canvas + frame + b"\x02\x02D\x01\x00;"


def tiff_claiming(width_px: int, height_px: int) -> bytes:
    tags = [
        (256, width_px),
        (257, height_px),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, height_px),
        (279, 9),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)


def webp_claiming(width_px: int, height_px: int) -> bytes:
    size = (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


BOMBS = [
    (png_claiming(60_000, 60_000), "photo-too-large"),
    (png_claiming(30_001, 1), "photo-too-large"),
    (png_claiming(0, 5), "photo-damaged"),
    (b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0), "photo-too-large"),
    (gif_with_frame(65_535, 65_535), "photo-size-absurd"),
    (gif_with_frame(12_000, 12_000), "photo-too-large"),
    (tiff_claiming(40_000, 40_000), "photo-size-absurd"),
    (tiff_claiming(12_000, 12_000), "photo-too-large"),
    (webp_claiming(16_383, 16_383), "photo-too-large"),
    (heif_claiming(17_000, 17_000, b"avif"), "photo-too-large"),
    (heif_claiming(17_000, 17_000, b"heic"), "photo-too-large"),
]
LOOK_WITH_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from pipeline.errors import InputError
from pipeline.photo.inspect import inspect
inspect(Path(sys.argv[1]), decode=True)
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 100_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name in sys.argv[2:]:
    try:
        inspect(Path(name), decode=True)
    except InputError as error:
        print(error.code)
"""


def test_bombs_are_refused_without_allocating(tmp_path: Path) -> None:
    harmless = tmp_path / "harmless.heic"
    harmless.write_bytes(saved(corners(64, 64), "HEIF"))
    paths = [harmless]
    for index, (data, _) in enumerate(BOMBS):
        paths.append(tmp_path / f"bomb-{index}.bin")
        paths[-1].write_bytes(data)
    argv = [sys.executable, "-W", "error", "-c", LOOK_WITH_LITTLE_MEMORY, *map(str, paths)]
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False, cwd=root)
    assert ended.stderr == ""
    assert ended.stdout.split() == [code for _, code in BOMBS]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "photo-not-photo"),
        ("ข้อความภาษาไทย".encode(), "photo-not-photo"),
        (b"%PDF-1.7\n", "photo-not-photo"),
        (b"PK\x03\x04" + bytes(40), "photo-not-photo"),
        (bytes(5000), "photo-not-photo"),
        (b"\x01\x02\x03" * 100, "photo-not-photo"),
        (b"junk" * 100 + jpeg(corners(32, 32)), "photo-not-photo"),
        (box(b"ftyp", b"isom" + bytes(4) + b"mp42") + box(b"mdat", bytes(9)), "photo-not-photo"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(40), "photo-raw"),
        (jpeg(corners(32, 32))[:100], "photo-cut-off"),
        (b"\xff\xd8\xff", "photo-cut-off"),
        (b"\x89PNG\r\n\x1a\n", "photo-cut-off"),
        (saved(corners(64, 64), "HEIF")[:-1], "photo-cut-off"),
        (saved(corners(64, 64), "AVIF")[:-1], "photo-cut-off"),
        (saved(corners(64, 64), "WEBP")[:-1], "photo-cut-off"),
    ],
)
def test_what_is_no_photo_is_told_apart_by_content(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    assert refusal(path) == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_truncated_photos_are_refused_by_check_and_by_develop(tmp_path: Path, kind: str, part: float) -> None:
    data = saved(Image.effect_noise((200, 150), 60).convert("RGB"), kind)
    path = tmp_path / "photo.jpg"
    path.write_bytes(data[: int(len(data) * part)])
    assert refusal(path, decode=True) in {"photo-damaged", "photo-cut-off"}
    with pytest.raises(InputError):
        develop(path, plan(), tmp_path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "AVIF", "HEIF"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoilt_bytes_never_raise_anything_but_input_error(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    spoilt = bytearray(saved(corners(48, 32), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(12, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "photo.jpg"
    path.write_bytes(spoilt)
    outcomes = []
    for look in (lambda: inspect(path, decode=True), lambda: develop(path, plan(), tmp_path)):
        try:
            outcomes.append([warning.code for warning in look().warnings])
        except InputError as error:
            outcomes.append([error.code])
    assert outcomes[0] == outcomes[1]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBPVP8", b"\0\0\0\x18ftypheic", b"GIF89a"]),
)
def test_headers_of_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    with suppress(InputError):
        assert read_header(start + data).format


def test_a_jpeg_of_endless_scans_is_refused(tmp_path: Path) -> None:
    data = jpeg(corners(32, 32), progressive=True)
    at = data.rindex(b"\xff\xda")
    path = tmp_path / "photo.jpg"
    path.write_bytes(data[:at] + data[at:-2] * 300 + data[-2:])
    assert refusal(path) == "photo-damaged"


def test_impossible_huffman_tables_are_reported_by_the_header(tmp_path: Path) -> None:
    data = jpeg(corners(32, 32))
    bad = b"\xff\xc4" + struct.pack(">H", 19 + 3) + b"\x03" + bytes([3]) + bytes(15) + b"\0\1\2"
    at = data.index(b"\xff\xda")
    path = tmp_path / "photo.jpg"
    path.write_bytes(data[:at] + bad + data[at:])
    assert "photo-decoder-errors" in [warning.code for warning in inspect(path).warnings]


def test_large_but_allowed_pictures_do_not_warn_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    path.write_bytes(png_claiming(10_000, 10_000))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert inspect(path).facts.width_px == 10_000
    assert not caught


def test_a_disk_that_fails_while_reading_is_the_machine_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(corners()))

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(MachineError) as caught:
        inspect(path)
    assert caught.value.code == "machine-trouble"


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EIO, "machine-trouble")])
def test_a_disk_that_fails_while_writing_is_the_machine_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(corners()))

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(MachineError) as caught:
        develop(path, plan(), tmp_path)
    assert caught.value.code == code


def test_what_is_gone_or_no_file_is_unreadable(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.jpg") == "unreadable"
    assert refusal(tmp_path) == "unreadable"
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg") == "unreadable"


def test_truncated_images_are_never_tolerated_by_pillow() -> None:
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
