"""Every file in ``show/`` has the house format: measured with another ffmpeg than made it, knowing no plan."""

from __future__ import annotations

import json
import re
import struct
import subprocess
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from conftest import need_tool
from media_measure import loudness, sps_pps
from stage import Stage


@pytest.fixture(scope="session")
def files(finished: Stage) -> list[Path]:
    found = sorted((finished.media_out / "show").glob("*.mp4"))
    assert [path.name for path in found] == ["01-one.mp4", "02-two.mp4", "03-three.mp4", "04-four.mp4"]
    return found


def ffprobe(path: Path) -> dict[str, Any]:
    command = [need_tool("ffprobe"), "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    return dict(json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def test_picture_and_sound_are_of_the_house(files: list[Path]) -> None:
    for path in files:
        streams = {stream["codec_type"]: stream for stream in ffprobe(path)["streams"]}
        assert set(streams) == {"video", "audio"}
        video, audio = streams["video"], streams["audio"]
        wanted = {
            "codec_name": "h264",
            "profile": "High",
            "level": 41,
            "width": 1920,
            "height": 1080,
            "pix_fmt": "yuv420p",
            "sample_aspect_ratio": "1:1",
            "field_order": "progressive",
            "color_range": "tv",
            "color_space": "bt709",
            "color_transfer": "bt709",
            "color_primaries": "bt709",
            "r_frame_rate": "30/1",
            "avg_frame_rate": "30/1",
            "time_base": "1/15360",
        }
        assert {name: video[name] for name in wanted} == wanted, path.name
        wanted = {
            "codec_name": "aac",
            "profile": "LC",
            "sample_rate": "48000",
            "channels": 2,
            "channel_layout": "stereo",
        }
        assert {name: audio[name] for name in wanted} == wanted, path.name


def test_one_set_of_parameters_for_all(files: list[Path]) -> None:
    sets = set()
    for path in files:
        with av.open(str(path)) as container:
            sets.add(sps_pps(bytes(container.streams.video[0].codec_context.extradata or b"")))
    assert len(sets) == 1


def test_frames_and_samples_join(files: list[Path]) -> None:
    for path in files:
        with av.open(str(path)) as container:
            stamps: dict[str, list[tuple[int, bool]]] = {"video": [], "audio": []}
            for packet in container.demux():
                if packet.size:
                    stamps[packet.stream.type].append((int(packet.pts or 0), packet.is_keyframe))
        pictures = sorted(stamps["video"])
        assert len(pictures) % 16 == 0
        assert [pts for pts, _ in pictures] == [n * 512 for n in range(len(pictures))]
        keys = [n for n, (_, key) in enumerate(pictures) if key]
        assert keys == list(range(0, len(pictures), 60))
        assert len(stamps["audio"]) * 1024 == len(pictures) * 1600  # one packet of it is priming
        with av.open(str(path)) as container:
            heard = sum(frame.samples for frame in container.decode(audio=0))
        assert heard == len(pictures) * 1600 - 1024


def test_index_stands_before_media(files: list[Path]) -> None:
    for path in files:
        data, at, boxes = path.read_bytes(), 0, []
        while at < len(data):
            size, name = struct.unpack_from(">I4s", data, at)
            boxes.append(name)
            at += size
        assert boxes.index(b"moov") < boxes.index(b"mdat")


def test_loudness_is_measured_on_the_result(finished: Stage, files: list[Path]) -> None:
    for path in files[:2]:
        lufs, dbtp = loudness(path)
        assert abs(lufs + 16) <= 0.5, path.name
        assert dbtp <= -1
    told = finished.json("receipts/two.air.json")["loudness"]
    assert told["integrated_lufs"] == pytest.approx(loudness(files[1])[0], abs=0.15)


def test_any_order_joins_by_stream_copy(files: list[Path], tmp_path: Path) -> None:
    order = [files[n] for n in (1, 0, 3, 2, 0, 1)]
    listed = "ffconcat version 1.0\n" + "".join(f"file '{path}'\n" for path in order)
    (tmp_path / "all.ffconcat").write_text(listed)
    joined = tmp_path / "joined.mp4"
    command = [need_tool("ffmpeg"), "-v", "warning", "-safe", "0", "-i", str(tmp_path / "all.ffconcat")]
    done = subprocess.run([*command, "-c", "copy", str(joined)], capture_output=True, check=True, text=True)
    assert not done.stderr.strip()
    lengths = [Fraction(ffprobe(path)["streams"][0]["nb_frames"]) for path in order]
    with av.open(str(joined)) as container:
        stamps = sorted(p.pts or 0 for p in container.demux(video=0) if p.size)
    assert len(stamps) == sum(lengths)
    assert {b - a for a, b in pairwise(stamps)} == {512}


def test_names_are_safe(finished: Stage) -> None:
    safe = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    for path in finished.media_out.rglob("*"):
        parts = path.relative_to(finished.media_out).parts
        assert parts[0] == ".showcase" or all(safe.match(part) for part in parts), path
