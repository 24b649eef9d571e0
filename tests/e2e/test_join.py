"""Thirty-one masters joined by copy, as operators do: no warning, no error, no drift, in every container."""

from __future__ import annotations

import itertools
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import pytest
from media_factory import probe
from stage import Stage

COUNT = 31
MUXERS = {
    "mp4": ("-f", "mp4", "joined.mp4"),
    "flv": ("-f", "flv", "joined.flv"),
    "ts": ("-f", "mpegts", "joined.ts"),
    "hls": ("-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", "2", "-hls_list_size", "0", "joined.m3u8"),
}


@pytest.fixture(scope="module")
def order(finished: Stage) -> list[Path]:
    """Thirty-one entries of the finished show, clips and slates in a wild order."""
    files = sorted((finished.media_out / "show").glob("*.mp4"))
    return [files[(n * 5 + n // 4) % len(files)] for n in range(COUNT)]


def tool(argv: list[str], folder: Path) -> str:
    """Run ffmpeg and return what it complains about."""
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("container", MUXERS)
def test_all_of_them_join(container: str, order: list[Path], tmp_path: Path, ffmpeg: str) -> None:
    # Links with plain names: what is tested is the media, not the quoting of lists.
    for n, path in enumerate(order):
        (tmp_path / f"{n:02d}.mp4").symlink_to(path)
    lines = ["ffconcat version 1.0", *(f"file {n:02d}.mp4" for n in range(COUNT))]
    (tmp_path / "all.ffconcat").write_text("\n".join(lines) + "\n")
    quiet = [ffmpeg, "-hide_banner", "-nostdin", "-y", "-v", "warning"]
    said = tool([*quiet, "-f", "concat", "-i", "all.ffconcat", "-map", "0", "-c", "copy", *MUXERS[container]], tmp_path)
    assert said == ""
    joined = tmp_path / MUXERS[container][-1]
    assert tool([*quiet, "-xerror", "-i", str(joined), "-map", "0", "-f", "null", "-"], tmp_path) == ""
    frames = sum(probe(path)["frames"] for path in order)
    expect_no_drift(joined, frames)


def expect_no_drift(joined: Path, frames: int) -> None:
    """Every frame and every sound packet is there, one step after the last, and both end together."""
    times: dict[str, list[Fraction]] = {"video": [], "audio": []}
    with av.open(str(joined)) as container:
        base = {stream.index: (stream.type, Fraction(stream.time_base or 1)) for stream in container.streams}
        for packet in container.demux():
            if packet.size and packet.pts is not None:
                kind, tick = base[packet.stream_index]
                times[kind].append(packet.pts * tick)
    video, audio = sorted(times["video"]), sorted(times["audio"])
    assert len(video) == frames
    tick = Fraction(1, 1000)  # FLV's clock
    assert all(abs(b - a - Fraction(1, 30)) <= tick for a, b in itertools.pairwise(video))
    assert all(abs(b - a - Fraction(1024, 48000)) <= tick for a, b in itertools.pairwise(audio))
    ends = (video[-1] + Fraction(1, 30) - video[0], audio[-1] + Fraction(1024, 48000) - audio[0])
    assert abs(ends[0] - Fraction(frames, 30)) < Fraction(1, 30)
    assert abs(ends[0] - ends[1]) < Fraction(1, 30)
