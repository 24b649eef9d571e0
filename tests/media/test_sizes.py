"""Sizes that change on the way, in every kind of stream where they can."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import missing
from media_factory import Spec, encoders, make_clip

from pipeline.media.probe import probe

HEADER_BYTES = 32
ENCODERS = {
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
    "vp9, 4:4:4": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv444p"),
    "vp9, hidden pictures": ("libvpx-vp9", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-cpu-used", "5"),
    "av1": ("libaom-av1", "-cpu-used", "8", "-usage", "realtime"),
}


def stream(path: Path, ffmpeg: str, encoder: tuple[str, ...], size: str) -> bytes:
    argv = [ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:d=0.8:r=25", "-c:v", *encoder]
    subprocess.run([*argv, "-f", "ivf", str(path)], check=True, timeout=120)
    return path.read_bytes()


def spliced(first: bytes, second: bytes) -> bytes:
    """Return two IVF files as one. Source: IVF's header is 32 bytes, a frame's 12, with its time at 4."""
    found, at, last = bytearray(first), HEADER_BYTES, 0
    for data in (first, second):
        at, later = HEADER_BYTES, last + 1 if data is second else 0
        while at < len(data):
            size, time = int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 12], "little")
            if data is second:
                found += data[at : at + 4] + (time + later).to_bytes(8, "little") + data[at + 12 : at + 12 + size]
            last = max(last, time + later)
            at += 12 + size
    return bytes(found)


@pytest.mark.parametrize("name", ENCODERS)
def test_raw_streams(tmp_path: Path, ffmpeg: str, name: str) -> None:
    encoder = ENCODERS[name]
    if encoder[0] not in encoders():
        missing(f"the encoder {encoder[0]}")
    large, again, small = (
        stream(tmp_path / f"{n}.ivf", ffmpeg, encoder, size) for n, size in enumerate(("320x180", "320x180", "192x108"))
    )
    path = tmp_path / "a.ivf"
    for second, changes in ((small, True), (again, False)):
        path.write_bytes(spliced(large, second))
        video = probe(path).video
        assert (video.size_changes, video.coded_width_px) == (changes, 320)
        assert video.frames >= 39


@pytest.mark.parametrize("codec", ["h264", "hevc", "mpeg2"])
@pytest.mark.parametrize("size", [(256, 144), (192, 108)])
def test_joined_transport_streams(tmp_path: Path, codec: str, size: tuple[int, int]) -> None:
    parts = [
        make_clip(
            tmp_path / f"{n}.ts",
            Spec(width=width, height=height, seconds=Fraction(1, 2), sound=None, container="ts", vcodec=codec),  # type: ignore[arg-type]  # one of its words
        )
        for n, (width, height) in enumerate(((256, 144), size))
    ]
    path = tmp_path / "a.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    video = probe(path).video
    assert (video.coded_width_px, video.size_changes) == (256, size != (256, 144))


def test_an_index_with_two_formats(tmp_path: Path, ffmpeg: str) -> None:
    parts = [
        make_clip(tmp_path / f"{n}.mkv", Spec(width=width, height=height, seconds=Fraction(1, 2), container="mkv"))
        for n, (width, height) in enumerate(((256, 144), (192, 108)))
    ]
    (tmp_path / "list.txt").write_text("".join(f"file '{part}'\n" for part in parts), "utf-8")
    for container in ("flv", "mkv", "mp4"):
        path = tmp_path / f"a.{container}"
        argv = [ffmpeg, "-v", "error", "-f", "concat", "-safe", "0", "-i", str(tmp_path / "list.txt"), "-c", "copy"]
        subprocess.run([*argv, str(path)], check=True, timeout=60, capture_output=True)
        assert probe(path).video.size_changes, container
