from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import show_factory
from conftest import REPOSITORY, missing, need_tool
from rules import check
from stand import PAGE, Stand, serving, watch

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.store.publish import deliver

PARTS = (
    show_factory.Part("opener", 64, kind="opener"),
    show_factory.Part("one", 400, cues=((0.0, 1.0, "ต้น"), (5.0, 7.0, "ข้ามช่วง"), (12.0, 13.4, "ปลายคลิป"))),
    show_factory.Part("two", 96, session="afternoon", cues=((0.0, 3.0, "ต้นคลิปสอง"),)),
)
FRAMES = 560
START_ONE_S, START_TWO_S, END_S = 64 / 30, 464 / 30, FRAMES / 30
SEGMENTS = [(0, 1), (64, 1), (64, 2), (64, 3), (464, 1)]
"""Where the entry begins, and which of its segments."""
LIST = "playlists/hls/show/master.m3u8"


class Played(NamedTuple):
    out: Path
    stand: Stand


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - a generator of Played
    out = tmp_path_factory.mktemp("out")
    show = show_factory.make_show(out, PARTS)
    media = ensure_media(out, show)
    texts = {path: (out / path).read_text("utf-8") for entry in show.items for path in entry.captions.values()}
    package = hls_package(show, media, texts)
    check(package, media.files())
    deliver(out, package)
    with serving(out) as stand:
        yield Played(out, stand)


def test_ffmpeg_reads_every_frame_from_a_file_and_over_http(played: Played, ffmpeg: str) -> None:
    for source in (str(played.out / LIST), f"{played.stand.address}/{LIST}"):
        command = [ffmpeg, "-v", "error", "-nostdin", "-i", source, "-fps_mode", "passthrough", "-progress", "-"]
        done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True, timeout=120)
        said = [line for line in done.stderr.splitlines() if line.strip()]
        assert said == []
        assert re.findall(r"^frame=(\d+)", done.stdout, re.MULTILINE)[-1] == str(FRAMES)


def test_ffmpeg_copies_it_without_a_gap(played: Played, ffmpeg: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    source = str(played.out / LIST).replace("master", "air-720p")
    done = subprocess.run(
        [ffmpeg, "-v", "warning", "-nostdin", "-i", source, "-c", "copy", str(copy)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    probe = ["-select_streams", "v", "-show_entries", "packet=pts", "-of", "json"]
    said = subprocess.run([need_tool("ffprobe"), "-v", "error", *probe, copy], capture_output=True, check=True).stdout
    shown = [packet["pts"] for packet in json.loads(said)["packets"]]
    assert len(shown) == FRAMES
    assert {b - a for a, b in pairwise(shown)} == {512}


def test_mpv_plays_it_to_the_end(played: Played) -> None:
    mpv = [need_tool("mpv"), "--no-config", "--vo=null", "--ao=null", "--untimed", "--no-audio"]
    for source in (str(played.out / LIST), f"{played.stand.address}/{LIST}"):
        status = "--term-status-msg=AT ${=time-pos} OF ${=duration}"
        done = subprocess.run([*mpv, status, source], capture_output=True, text=True, check=True, timeout=120)
        said = done.stdout + done.stderr
        at, length = re.findall(r"AT ([\d.]+) OF ([\d.]+)", said)[-1]
        assert abs(float(length) - END_S) < 1, said
        assert abs(float(at) - END_S) < 1 or abs(float(at) - 10 - END_S) < 1, said
        assert "End of file" in said


def test_vlc_plays_every_segment_to_the_end(played: Played) -> None:
    vlc = need_tool("cvlc")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "out")
        shutil.copytree(played.out / "playlists", copy / "playlists")
        # VLC does not run as root; then nobody must be able to read the copy.
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o755)
        as_nobody = ["runuser", "-u", "nobody", "--", "env", f"HOME={folder}"] if os.geteuid() == 0 else []
        heard = Path(folder, "heard", "sound.wav")
        heard.parent.mkdir()
        heard.parent.chmod(0o777)
        options = ["-I", "dummy", "--vout", "dummy", "--rate", "4", "--play-and-exit", "-vv"]
        options += ["--aout", "afile", "--audiofile-file", str(heard)]
        for source in (str(copy / LIST), f"{played.stand.address}/{LIST}"):
            done = subprocess.run([*as_nobody, vlc, *options, source], capture_output=True, check=True, timeout=120)
            said = done.stderr.decode("utf-8", "replace")
            assert "EOF reached" in said
            assert "nothing to play" in said
            assert not re.search(r"(mp4|adaptive|avcodec)\w* (demux|decoder|stream) error", said)
            found = {int(b) for b in re.findall(r"Fragment sequence discontinuity detected (\d+) != 0", said)}
            assert said.count("sequence discontinuity") == len(found)  # only where it begins to read
            segments = re.findall(r"Retrieving \S+/air-\d+p-\w+-(\d+)-\w+/(\d+)\.m4s", said)
            assert list(dict.fromkeys((int(at), int(n)) for at, n in segments)) == SEGMENTS
            with wave.open(str(heard)) as sound:  # all that it gave out, four times as fast
                length_s = sound.getnframes() / sound.getframerate()
            assert length_s * 4 == pytest.approx(END_S, abs=1)
            heard.unlink()
    assert played.stand.missing == []


def test_hls_js_shows_thai_captions_on_both_sides_of_a_join(played: Played, tmp_path: Path) -> None:
    script = REPOSITORY / "node_modules" / "hls.js" / "dist" / "hls.min.js"
    if not script.is_file():
        missing("hls.js")
    steps = [
        (START_TWO_S + 0.5, "ต้นคลิปสอง"),  # a jump forward over what was not loaded
        (START_TWO_S - 0.5, "ปลายคลิป"),
        (START_ONE_S - 0.5, ""),
        (START_ONE_S + 0.5, "ต้น"),
        (START_ONE_S + 5.5, "ข้ามช่วง"),  # the segment ends after 6 s
        (START_ONE_S + 6.5, "ข้ามช่วง"),
        (START_ONE_S + 7.5, ""),
    ]
    fill = {"source": json.dumps("/" + LIST), "steps": json.dumps(steps, ensure_ascii=False)}
    page = PAGE.format(**fill, play_from=START_TWO_S - 1, play_to=START_TWO_S + 1)
    played.stand.pages = {"/page.html": page.encode(), "/hls.min.js": script.read_bytes()}
    answer = watch(played.stand, need_tool("chromium"), "/page.html", tmp_path)
    assert "failed" not in answer, answer
    assert set(answer["errors"]) <= {"aborted false"}  # a jump makes it drop what it was loading
    assert answer["chosenByItself"] == -1  # the captions are in the picture already
    assert answer["tracks"] == [["th", "ไทย"]]
    assert answer["levels"] == 2
    assert [(at, text) for at, text, _ in answer["steps"]] == [(pytest.approx(at), text) for at, text in steps]
    assert answer["duration"] == pytest.approx(END_S, abs=0.1)
    assert START_TWO_S + 1 < answer["played"] < START_TWO_S + 2
    assert answer["date"].startswith("2022-09-27T05:00:0")  # noon in Bangkok: the jump of the plan
    cues = sorted(answer["cues"])
    assert [text for _, _, text in cues] == ["ต้น", "ข้ามช่วง", "ปลายคลิป", "ต้นคลิปสอง"]  # each one once, and whole
    expected = [(0, 1), (5, 7), (12, 400 / 30), (400 / 30, 400 / 30 + 3)]
    for (start, end, _), (first, last) in zip(cues, expected, strict=True):
        assert start == pytest.approx(START_ONE_S + first, abs=0.04)
        assert end == pytest.approx(START_ONE_S + last, abs=0.04)
    assert played.stand.missing == []
