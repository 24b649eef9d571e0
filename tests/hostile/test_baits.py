"""A file handed in can name any other file or address; nothing that reads or renders may follow it there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from baits import Watch, alias_entry, box, reference_movie, texts, url_entry, watched, with_references
from media_factory import Spec, make_clip, make_photo

from pipeline.errors import InputError, OurError
from pipeline.intake.scan import scan
from pipeline.settings import Settings, read_settings
from pipeline.video.blame import decode_alone
from pipeline.video.meter import Bench, run_tool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
CONTAINERS = ("mov", "matroska", "asf", "mpegts", "rm", "ogg")
SUFFIXES = ("mp4", "mov", "ts", "m3u8", "jpg", "srt")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    folder = tmp_path / "outside"
    make_clip(folder / "canary.mov", Spec(width=64, height=64, seconds=Fraction(1, 2), container="mov"))
    make_clip(folder / "canary.ts", Spec(width=64, height=64, seconds=Fraction(1, 2), container="ts"))
    with watched(folder) as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "in").mkdir()
    return read_settings({"SHOWCASE_IN": str(tmp_path / "in"), "SHOWCASE_OUT": str(tmp_path / "out")})


def movies(watch: Watch) -> dict[str, bytes]:
    canary = watch.folder / "canary.mov"
    data = canary.read_bytes()
    made = {
        "url-file.mov": with_references(data, url_entry(f"file://{canary}")),
        "url-http.mov": with_references(data, url_entry(watch.url)),
        "alias.mov": with_references(data, alias_entry(canary)),
        "reference-file.mov": reference_movie(f"file://{canary}"),
        "reference-http.mov": reference_movie(watch.url),
    }
    watch.take()
    return made


def lure(ffmpeg: str, options: list[str], bait: Path) -> None:
    """Open the bait as somebody would who is careless."""
    argv = [ffmpeg, "-nostdin", "-v", "quiet", *options, "-i", str(bait), "-f", "null", "-"]
    subprocess.run(argv, check=False, timeout=60, stdin=subprocess.DEVNULL, capture_output=True)


def test_the_baits_work(tmp_path: Path, watch: Watch, ffmpeg: str) -> None:
    """So that the other tests can fail: who is careless is led astray by the same bytes, and it is noticed."""
    made = {name: text.encode() for name, text in texts(watch.folder / "canary.ts", watch.url).items()} | movies(watch)
    everything = ["-protocol_whitelist", "file,http,tcp,crypto,data"]
    picky = ["-allowed_extensions", "ALL", "-extension_picky", "0"]
    for name, options, noticed in (
        ("hls-file", ["-f", "hls", *picky], "canary.ts"),
        ("hls-http", ["-f", "hls", *picky], "connection"),
        ("concat-file", ["-f", "concat", "-safe", "0"], "canary.ts"),
        ("concat-http", ["-f", "concat", "-safe", "0"], "connection"),
        ("alias.mov", ["-enable_drefs", "1", "-use_absolute_path", "1"], "canary.mov"),
    ):
        (tmp_path / name).write_bytes(made[name])
        lure(ffmpeg, [*everything, *options], tmp_path / name)
        assert noticed in watch.take(), name


def test_readers_follow_nothing(settings: Settings, watch: Watch) -> None:
    expected = set()
    for name, text in texts(watch.folder / "canary.ts", watch.url).items():
        for suffix in SUFFIXES:
            (settings.media_in / f"{name}.{suffix}").write_text(text, "utf-8")
            expected.add(f"{name}.{suffix}")
        # A zero byte, so that it does not pass for text and meets the demuxers.
        (settings.media_in / f"{name}-zero.mp4").write_bytes(text.encode() + bytes(2000))
        expected.add(f"{name}-zero.mp4")
    for name, data in movies(watch).items():
        (settings.media_in / name).write_bytes(data)
        expected.add(name)
    found = scan(settings, "tools", thorough=True)
    assert watch.take() == []
    used = {name for name in expected if found[name].refusal is None}
    assert used <= {"srt.srt", "ttml-file.srt", "ttml-http.srt"}  # captions without what they pointed at
    assert "canary" not in "".join(str(found[name].captions) for name in used)
    assert not any(each.refusal and each.refusal.code == "our-fault" for each in found.values())


def test_a_name_that_looks_like_a_pattern_is_a_name(settings: Settings, watch: Watch) -> None:
    folder = settings.media_in
    for name in ("shot-%03d.jpg", "shot-*.jpg", "shot-[0-9].jpg"):
        make_photo(folder / name, (64, 64))
    make_photo(watch.folder / "shot-001.jpg", (64, 64))
    (folder / "shot-%03d.mp4").write_text("no picture")
    (folder / f"concat:{'x' * 8}|y.mp4").write_text("no picture")
    watch.take()
    found = scan(settings, "tools", thorough=True)
    assert {name for name, each in found.items() if each.refusal is None} == {
        "shot-%03d.jpg",
        "shot-*.jpg",
        "shot-[0-9].jpg",
    }
    assert watch.take() == []


@pytest.mark.parametrize("container", CONTAINERS)
def test_ffmpeg_follows_nothing(tmp_path: Path, watch: Watch, ffmpeg: str, container: str) -> None:
    """Even if such a file got past the readers: ffmpeg is told the demuxer and allowed nothing but files."""
    made = movies(watch) if container == "mov" else {}
    made |= {
        name: texts(watch.folder / "canary.ts", watch.url)[name].encode() for name in ("hls-file", "concat-http", "sdp")
    }
    for name, data in made.items():
        bait = tmp_path / name
        bait.write_bytes(data)
        command = decode_alone([ffmpeg, "-f", container, "-i", f"file:{bait}", "out.mp4"], bait)
        assert command is not None
        with pytest.raises((InputError, OurError)):
            run_tool(command, Bench(bait, tmp_path, ffmpeg, lambda _: None), timeout_s=60)
        assert watch.take() == [], name


def test_the_boxes_are_as_meant(watch: Watch) -> None:
    assert box(b"free", b"x") == b"\x00\x00\x00\x09freex"
    assert watch.take() == []
    (watch.folder / "canary.ts").read_bytes()
    assert watch.take() == ["canary.ts"]
