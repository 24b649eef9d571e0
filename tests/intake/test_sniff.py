from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal

import pytest
from conftest import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from media_factory import Sound, Spec, encoders, make_clip, make_photo

from pipeline.intake.sniff import CAPTIONS, CLIPS, HEAD_BYTES, PHOTOS, is_image, is_skipped, is_text, is_video, kind_of

UNHURRIED = settings(deadline=None)

KINDS = {"clip", "photo", "captions", "sidecar", "other"}
Container = Literal["mp4", "mov", "mkv", "webm", "avi", "ts", "mpg"]
VideoCodec = Literal["h264", "vp8", "mpeg4", "mpeg2"]
MADE: tuple[tuple[Container, VideoCodec], ...] = (
    ("mp4", "h264"), ("mov", "h264"), ("mkv", "h264"), ("webm", "vp8"), ("avi", "mpeg4"), ("ts", "h264"),
    ("mpg", "mpeg2"),
)  # fmt: skip
SRT = "1\n00:00:01,000 --> 00:00:02,000\nสวัสดี\n".encode()


@pytest.mark.parametrize("path", [
    ".hidden.mp4", "._clip.mp4", ".DS_Store", "a/.git/clip.mp4", "Thumbs.db", "THUMBS.DB", "a/desktop.ini",
    "clip.mp4.part", "clip.mp4.crdownload", "clip.PART", "~$notes.docx", "~clip.mp4", "@eaDir/clip.mp4/x.jpg",
    "__MACOSX/clip.mp4", ".stfolder", ".stfolder/x.mp4", "x.partial", "x.download",
])  # fmt: skip
def test_the_skip_list(path: str) -> None:
    assert is_skipped(PurePosixPath(path))


@pytest.mark.parametrize("path", ["clip.mp4", "part.mp4", "a~b.mp4", "งาน/คลิป.mp4", "x.partly", "thumbs.db.mp4"])
def test_nothing_else_is_skipped(path: str) -> None:
    assert not is_skipped(PurePosixPath(path))


@pytest.mark.parametrize(("container", "codec"), MADE)
def test_content_decides_for_clips(tmp_path: Path, container: Container, codec: VideoCodec) -> None:
    if container == "webm" and "libvpx" not in encoders():
        missing("the encoder of VP8")
    sound = Sound() if container != "webm" else None
    spec = Spec(width=64, height=64, seconds=Spec.seconds / 2, container=container, vcodec=codec, sound=sound)
    head = make_clip(tmp_path / "x", spec).read_bytes()[:HEAD_BYTES]
    assert is_video(head)
    assert not is_image(head)
    assert not is_text(head)
    for name in ("x", "x.txt", "x.jpg", "x.pdf", "x.srt", "คลิป"):
        assert kind_of(PurePosixPath(name), head) == "clip"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_content_decides_for_photos(tmp_path: Path, kind: str) -> None:
    head = make_photo(tmp_path / "x", (64, 64), kind=kind).read_bytes()[:HEAD_BYTES]
    assert is_image(head)
    for name in ("x", "x.mp4", "x.txt", "x.srt", "x.jpg"):
        assert kind_of(PurePosixPath(name), head) == "photo"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif", b"avis", b"crx "])
def test_photos_in_boxes_are_photos(brand: bytes) -> None:
    head = b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1heic"
    assert kind_of(PurePosixPath("IMG_0001.HEIC"), head) == "photo"
    assert kind_of(PurePosixPath("IMG_0001.mp4"), head) == "photo"


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"qt  ", b"M4V ", b"3gp5", b"XAVC"])
def test_clips_in_boxes_are_clips(brand: bytes) -> None:
    assert kind_of(PurePosixPath("IMG_0001.HEIC"), b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 12) == "clip"


def test_the_name_decides_where_content_cannot_tell() -> None:
    assert {kind_of(PurePosixPath(f"x{suffix}"), b"") for suffix in CLIPS} == {"clip"}
    assert {kind_of(PurePosixPath(f"x{suffix.upper()}"), b"\x00noise") for suffix in CLIPS} == {"clip"}
    assert {kind_of(PurePosixPath(f"x{suffix}"), b"") for suffix in PHOTOS} == {"photo"}
    assert {kind_of(PurePosixPath(f"x{suffix}"), SRT) for suffix in CAPTIONS} == {"captions"}
    assert kind_of(PurePosixPath("x.TOML"), b'title = "x"') == "sidecar"
    assert {kind_of(PurePosixPath(name), b"text") for name in ("x", "x.txt", "x.docx", "x.pdf", "ไม่มีนามสกุล")} == {
        "other"
    }


def test_text_with_a_clips_name_is_a_clip_that_will_be_refused() -> None:
    assert kind_of(PurePosixPath("x.mp4"), SRT) == "clip"
    assert is_text(SRT)


def test_thai_cut_inside_a_letter_is_still_text() -> None:
    whole = ("กขค" * HEAD_BYTES).encode()
    assert is_text(whole[:HEAD_BYTES])
    assert HEAD_BYTES % 3  # otherwise nothing was cut
    assert not is_text(whole[: HEAD_BYTES // 2])  # a short file does not end inside a letter
    assert not is_text(b"abc\xff" * HEAD_BYTES)


@UNHURRIED
@given(head=st.binary(max_size=600), name=st.text(max_size=30))
def test_any_bytes_have_a_kind(head: bytes, name: str) -> None:
    assert kind_of(PurePosixPath(name), head) in KINDS
    assert isinstance(is_text(head), bool)
    assert not (is_image(head) and is_video(head)) or kind_of(PurePosixPath("x"), head) == "photo"
