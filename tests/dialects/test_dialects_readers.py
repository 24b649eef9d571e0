"""The real players read the lists of a real small show, whose titles try to break out."""

from __future__ import annotations

import html
import os
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from dialect_shows import HOSTILE, retitled
from players_at_work import (
    join_with_ffmpeg,
    open_to_all,
    packets,
    play_with_mpv,
    play_with_vlc,
    read_with_liquidsoap,
    read_with_vlc,
)
from show_factory import make_show, places

from pipeline.dialects import players
from pipeline.dialects.words import one_line
from pipeline.show.model import SHOW_FILE, Show, ShowList, read_show

TITLES = [one_line(title) for title in HOSTILE]


@pytest.fixture(scope="module")
def out() -> Iterator[Path]:
    """A delivered folder with a Thai name and a space, which nobody can read too."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made, "งาน 1")
        folder.mkdir()
        deliver(retitled(make_show(folder), HOSTILE), folder)
        open_to_all(Path(made))
        yield folder


def deliver(made: Show, folder: Path) -> None:
    for path, content in players(made, places(folder)).items():
        assert isinstance(content, str)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8", newline="\n")


@pytest.fixture(scope="module")
def made(out: Path) -> Show:
    return retitled(read_show((out / SHOW_FILE).read_bytes()), HOSTILE)


def lists(made: Show) -> list[ShowList]:
    return [listed for listed in made.lists if listed.id in {"show", "session-afternoon", "theme-red"}]


def files(made: Show, listed: ShowList, out: Path) -> list[str]:
    return [str(out / entry.master) for entry in made.entries(listed)]


def frames(made: Show, listed: ShowList) -> int:
    return sum(entry.frames for entry in made.entries(listed))


def test_ffmpeg_joins_every_list_to_the_frame(out: Path, made: Show, ffmpeg: str, tmp_path: Path) -> None:
    for listed in made.lists:
        joined = tmp_path / f"{listed.id}.mp4"
        assert join_with_ffmpeg(ffmpeg, out / "playlists" / f"{listed.id}.ffconcat", joined) == ""
        video, audio = packets(joined, "v"), packets(joined, "a")
        assert len(video) == frames(made, listed)
        assert {after[0] - before[0] for before, after in pairwise(video)} == {512}
        assert {after[0] - before[0] for before, after in pairwise(audio)} == {1024}


def test_ffmpeg_seeks_by_the_lengths(out: Path, ffmpeg: str, tmp_path: Path) -> None:
    # The third entry begins at 7.4666 s; without the lengths the demuxer could not go there.
    argv = [ffmpeg, "-v", "error", "-f", "concat", "-safe", "0", "-ss", "7.4667"]
    argv += ["-i", str(out / "playlists/show.ffconcat"), "-c", "copy", str(tmp_path / "rest.mp4")]
    subprocess.run(argv, check=True, timeout=60, stdin=subprocess.DEVNULL)
    assert abs(len(packets(tmp_path / "rest.mp4", "v")) - (96 + 64 + 128)) <= 60


def test_mpv_plays_the_list_through(out: Path, made: Show) -> None:
    for listed in lists(made):
        seen, complaints = play_with_mpv(out / "playlists" / f"{listed.id}.m3u8")
        assert complaints == ""
        assert [each.file for each in seen] == files(made, listed, out)
        assert sum(each.length_s for each in seen) == pytest.approx(frames(made, listed) / 30, abs=1 / 30)


def test_mpv_shows_the_titles(out: Path) -> None:
    seen, _ = play_with_mpv(out / "playlists" / "show.m3u8")
    shown = [each.title.replace("＃", "#").replace("\u201a", ",") for each in seen]
    assert shown == [f"งานทดสอบ 2565 - {title}" for title in TITLES]


@pytest.mark.parametrize("end", ["m3u8", "xspf"])
def test_vlc_reads_every_entry(end: str, out: Path, made: Show) -> None:
    for listed in made.lists:
        seen = read_with_vlc(out / "playlists" / f"{listed.id}.{end}")
        assert [each.file for each in seen] == files(made, listed, out)
        lengths = [entry.frames / 30 for entry in made.entries(listed)]
        assert [each.length_s for each in seen] == pytest.approx(lengths, abs=0.001)
        assert {each.artist for each in seen} == {"งานทดสอบ 2565"}
        shown = [each.title.replace("＃", "#").replace("\u201a", ",") for each in seen]
        wanted = [one_line(entry.title) for entry in made.entries(listed)]
        # VLC takes entities in XSPF apart twice.
        assert shown == (wanted if end == "m3u8" else [html.unescape(title) for title in wanted])


@pytest.mark.parametrize("end", ["m3u8", "xspf"])
def test_vlc_plays_the_list_through(end: str, out: Path, made: Show) -> None:
    opened, _, said = play_with_vlc(out / "playlists" / f"show.{end}")
    assert list(dict.fromkeys(opened)) == files(made, made.lists[0], out)
    assert "nothing to play" in said  # the end of the list, not an error in it
    assert "cannot open file" not in said


def test_liquidsoap_resolves_every_entry(out: Path, made: Show, tmp_path: Path) -> None:
    for listed in lists(made):
        seen = read_with_liquidsoap(out / "playlists" / f"{listed.id}.liquidsoap.m3u", tmp_path)
        wanted = []
        for entry, file in zip(made.entries(listed), files(made, listed, out), strict=True):
            length, loudness = f"{entry.frames / 30:.6f}", "-16.00 dB" if entry.kind == "clip" else ""
            shown = one_line(entry.title).replace("#{", "＃{")
            wanted.append(("true", file, shown, "งานทดสอบ 2565", length, length, loudness))
        assert seen == wanted


@pytest.mark.slow
def test_a_whole_real_show_plays_in_vlc_and_mpv() -> None:
    given = os.environ.get("SHOWCASE_DEMO_OUT")
    if not given:
        pytest.skip("SHOWCASE_DEMO_OUT names no finished output folder")
    finished = Path(given)
    made = read_show((finished / SHOW_FILE).read_bytes())
    with tempfile.TemporaryDirectory(dir=finished.parent) as scratch:
        folder = Path(scratch, "out")
        folder.mkdir()
        (folder / "masters").symlink_to(finished / "masters")
        deliver(made, folder)
        for path in (Path(scratch), folder, *(folder / "playlists").rglob("*")):
            path.chmod(0o755)
        listed = made.lists[0]
        wanted, length_s = files(made, listed, folder), float(made.length_s(listed))
        seen, complaints = play_with_mpv(folder / "playlists/show.m3u8")
        assert complaints == ""
        assert [each.file for each in seen] == wanted
        assert sum(each.length_s for each in seen) == pytest.approx(length_s, abs=1)
        for end in ("m3u8", "xspf"):
            seen = read_with_vlc(folder / f"playlists/show.{end}")
            assert sum(each.length_s for each in seen) == pytest.approx(length_s, abs=1)
            opened, took_s, said = play_with_vlc(folder / f"playlists/show.{end}", rate=1, timeout_s=2 * length_s + 300)
            assert list(dict.fromkeys(opened)) == wanted
            assert "cannot open file" not in said
            # By the clock on the wall: VLC takes up to 0.3 s to open each of the files.
            assert took_s == pytest.approx(length_s, abs=1 + 0.3 * len(wanted))
