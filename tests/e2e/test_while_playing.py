"""Players that read the lists while clips come, change, break and go: what was begun is played out, then the new.

The players are stopped in mid-show while the show is made anew, so that nothing depends on how fast this machine is.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from fractions import Fraction
from pathlib import Path
from typing import Self

import pytest
from conftest import need_tool
from media_factory import Spec, make_clip, truncate
from stage import Stage, good_clips, set_stage

from pipeline.media.identity import digest
from pipeline.show.model import Show, read_show

FIRST_FILE = {"one": "01-หนึ่ง.mp4", "two": "02 it's #2 100%.mov", "three": "03-c.mkv", "four": "04-สี่.mp4"}


class Playing:
    """ffmpeg and mpv in the middle of the show, both stopped until ``to_the_end``. What they say goes into files."""

    def __init__(self, stage: Stage, ffmpeg: str) -> None:
        lists, self._said = stage.media_out / "playlists", stage.media_out.parent / "said"
        self._said.mkdir(exist_ok=True)
        concat = ["-v", "error", "-nostdin", "-readrate", "6", "-f", "concat", "-safe", "0"]
        concat += ["-i", str(lists / "show.ffconcat"), "-map", "0:v", "-flush_packets", "1", "-f", "framemd5", "-"]
        mpv = ["--no-config", "--vo=null", "--ao=null", "--speed=6"]
        mpv += ["--msg-level=all=warn,cplayer=info,term-msg=info,statusline=no"]
        mpv += ["--term-playing-msg=SEEN ${path} ${=duration}", str(lists / "show.m3u8")]
        self._children = {
            "ffmpeg": self._begin("ffmpeg", [ffmpeg, *concat]),
            "mpv": self._begin("mpv", [need_tool("mpv"), *mpv]),
        }
        for name, first in (("ffmpeg", "\n0,"), ("mpv", "SEEN ")):
            while first not in self._read(name):
                assert self._children[name].poll() is None, self._read(name)
                time.sleep(0.01)
            self._children[name].send_signal(signal.SIGSTOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children.values():
            child.kill()
            child.wait()

    def to_the_end(self) -> tuple[list[str], list[tuple[str, float]]]:
        """Return the digests of ffmpeg's pictures, and the files and lengths that mpv played; neither may complain."""
        for name, child in self._children.items():
            child.send_signal(signal.SIGCONT)
            assert child.wait(120) == 0, self._read(name)
            assert (self._said / f"{name}.errors").read_text("utf-8") == ""
        files = self._read("mpv")
        seen = re.findall(r"^SEEN (\S+) ([\d.]+)$", files, re.MULTILINE)
        assert not re.search(r"fail|cannot|error", files, re.IGNORECASE), files
        return _digests(self._read("ffmpeg")), [(Path(name).name, float(length_s)) for name, length_s in seen]

    def _begin(self, name: str, argv: list[str]) -> subprocess.Popen[bytes]:
        with (self._said / name).open("wb") as out, (self._said / f"{name}.errors").open("wb") as errors:
            return subprocess.Popen(argv, stdout=out, stderr=errors, stdin=subprocess.DEVNULL)

    def _read(self, name: str) -> str:
        return (self._said / name).read_text("utf-8")


def _digests(said: str) -> list[str]:
    return [line.rpartition(",")[2].strip() for line in said.splitlines() if line.startswith("0,")]


def show_of(stage: Stage) -> Show:
    return read_show((stage.media_out / "show/show.json").read_bytes())


def pictures_of(stage: Stage, show: Show, ffmpeg: str) -> list[str]:
    found = []
    for entry in show.items:
        argv = [ffmpeg, "-v", "error", "-nostdin", "-i", str(stage.media_out / entry.master), "-map", "0:v"]
        done = subprocess.run([*argv, "-f", "framemd5", "-"], capture_output=True, text=True, check=True, timeout=60)
        found += _digests(done.stdout)
    return found


def assert_played(playing: Playing, show: Show, pictures: list[str]) -> None:
    seen, files = playing.to_the_end()
    assert seen == pictures
    assert [name for name, _ in files] == [Path(entry.master).name for entry in show.items]
    lengths_s = [float(entry.frames / show.frame_rate) for entry in show.items]
    assert [length_s for _, length_s in files] == pytest.approx(lengths_s, abs=0.04)


def kinds(show: Show) -> dict[str, str]:
    return {entry.key: entry.kind for entry in show.items}


def run(stage: Stage, status: int) -> Show:
    done = stage.showcase("run")
    assert done.returncode == status, done.stdout + done.stderr
    return show_of(stage)


def test_what_plays_is_played_out_and_what_follows_is_new(tmp_path: Path, ffmpeg: str) -> None:
    stage = set_stage(tmp_path, small=True)
    good_clips(stage)
    shutil.copytree(stage.media_in, tmp_path / "sent")
    clips = {key: stage.media_in / name for key, name in FIRST_FILE.items()}
    first = run(stage, 0)
    assert kinds(first) == {"one": "clip", "two": "clip", "three": "clip", "four": "slate"}
    pictures = pictures_of(stage, first, ffmpeg)

    with Playing(stage, ffmpeg) as playing:
        truncate(clips["one"], 0.5)
        clips["two"].unlink()
        make_clip(clips["three"], Spec(seconds=Fraction(1, 2), container="mkv", sound=None))
        make_clip(clips["four"], Spec(seconds=Fraction(1)))
        second = run(stage, 3)
        assert kinds(second) == {"one": "slate", "two": "slate", "three": "clip", "four": "clip"}
        assert not {entry.master for entry in first.items} & {entry.master for entry in second.items}
        assert_played(playing, first, pictures)
    changed = pictures_of(stage, second, ffmpeg)

    with Playing(stage, ffmpeg) as playing:
        for key in ("one", "two"):
            shutil.copy2(tmp_path / "sent" / FIRST_FILE[key], clips[key])
        third = run(stage, 0)
        assert kinds(third) == dict.fromkeys(FIRST_FILE, "clip")
        assert_played(playing, second, changed)
    assert pictures_of(stage, third, ffmpeg)[: third.items[0].frames] == pictures[: first.items[0].frames]

    masters = [stage.media_out / entry.master for entry in third.items]
    before = {path: digest(path) for path in masters}
    masters[0].unlink()
    spoiled = bytearray(masters[1].read_bytes())
    spoiled[-1000:] = bytes(1000)
    masters[1].write_bytes(spoiled)  # the same file as the clip's own: hard links
    assert run(stage, 0) == third
    assert {path: digest(path) for path in masters} == before
