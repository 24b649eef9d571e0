"""A folder with everything in it that people and systems leave in folders."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip, make_photo, make_text, truncate

from pipeline import process
from pipeline.errors import PresetError
from pipeline.intake import pool
from pipeline.intake import scan as scanning
from pipeline.intake.reader import Request
from pipeline.intake.scan import scan
from pipeline.intake.sighting import Sighting
from pipeline.settings import Settings, read_settings

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
SRT = "1\n00:00:01,000 --> 00:00:02,000\nสวัสดี\n"


@pytest.fixture(scope="session")
def clip_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    spec = Spec(width=64, height=64, seconds=Fraction(1, 2))
    return make_clip(tmp_path_factory.mktemp("clip") / "a.mp4", spec).read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "in").mkdir()
    return Settings(
        media_in=tmp_path / "in",
        media_out=tmp_path / "out",
        presets=tmp_path / "presets",
        event=None,
        broker_url=None,
        ffmpeg=None,
    )


def put(settings: Settings, name: str, data: bytes | str) -> Path:
    path = settings.media_in / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(sighting: Sighting) -> str | None:
    return sighting.refusal.code if sighting.refusal else None


def state_of(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (stat.st_mtime_ns, stat.st_mode, data)
    return found


def test_a_missing_folder_is_the_command_lines_fault(settings: Settings) -> None:
    settings.media_in.rmdir()
    with pytest.raises(PresetError) as raised:
        scan(settings, "tools")
    assert raised.value.code == "folder-missing"
    assert not settings.media_out.exists()


def test_an_empty_folder_has_nothing(settings: Settings) -> None:
    assert scan(settings, "tools") == {}


def test_every_file_is_seen_by_its_content(settings: Settings, clip_bytes: bytes) -> None:
    put(settings, "01-คลิป.mp4", clip_bytes)
    put(settings, "ลึก/ลงไป/clip without suffix", clip_bytes)
    put(settings, "01-คลิป.th.srt", SRT)
    put(settings, "01-คลิป.toml", 'title = "ชื่อ"')
    put(settings, "notes.docx", "text")
    make_photo(settings.media_in / "ภาพ" / "a.jpg", (64, 48))
    make_photo(settings.media_in / "ภาพ" / "photo.mp4", (64, 48))
    for skipped in (".DS_Store", "._01.mp4", "x.part", "@eaDir/a.jpg", "__MACOSX/01.mp4", ".hidden/clip.mp4"):
        put(settings, skipped, clip_bytes)
    found = scan(settings, "tools")
    assert {name: (each.kind, refusal(each)) for name, each in found.items()} == {
        "01-คลิป.mp4": ("clip", None),
        "ลึก/ลงไป/clip without suffix": ("clip", None),
        "01-คลิป.th.srt": ("captions", None),
        "01-คลิป.toml": ("sidecar", None),
        "notes.docx": ("other", "unknown-file"),
        "ภาพ/a.jpg": ("photo", None),
        "ภาพ/photo.mp4": ("photo", None),
    }
    assert list(found) == sorted(found)
    clip, captions, sidecar = (found[name] for name in ("01-คลิป.mp4", "01-คลิป.th.srt", "01-คลิป.toml"))
    assert clip.sha256 == hashlib.sha256(clip_bytes).hexdigest()
    assert clip.stamp.bytes == len(clip_bytes)
    assert clip.clip is not None
    assert clip.clip.video.frames == 15
    assert captions.captions is not None
    assert [cue.text for cue in captions.captions.cues] == ["สวัสดี"]
    assert captions.captions.language == "th"
    assert sidecar.sidecar is not None
    assert sidecar.sidecar.title == "ชื่อ"
    assert found["ภาพ/a.jpg"].photo is not None


@pytest.mark.parametrize("suffix", ["mp4", "jpg", "srt", "toml"])
def test_an_empty_file_is_refused(settings: Settings, suffix: str) -> None:
    put(settings, f"x.{suffix}", b"")
    assert refusal(scan(settings, "tools")[f"x.{suffix}"]) == "empty-file"


def test_what_cannot_be_used_says_why(settings: Settings, clip_bytes: bytes) -> None:
    make_text(settings.media_in / "text.mp4")
    truncate(put(settings, "cut.mp4", clip_bytes), 0.6)
    make_text(settings.media_in / "text.jpg")
    put(settings, "broken.toml", "title = ")
    put(settings, "odd.toml", 'titel = "x"')
    put(settings, "none.srt", "สวัสดี")
    put(settings, "list.mp4", "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")
    found = scan(settings, "tools")
    assert {name: refusal(each) for name, each in found.items()} == {
        "text.mp4": "not-media",
        "cut.mp4": "index-missing",
        "text.jpg": "photo-not-photo",
        "broken.toml": "sidecar-broken",
        "odd.toml": "sidecar-broken",
        "none.srt": "captions-no-cue",
        "list.mp4": "not-media",
    }
    assert all(each.clip is None and each.photo is None for each in found.values())


def test_links_that_lead_out_are_not_opened(settings: Settings, tmp_path: Path, clip_bytes: bytes) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.mp4").write_bytes(clip_bytes)
    (settings.media_in / "folder").symlink_to(outside, target_is_directory=True)
    (settings.media_in / "file.mp4").symlink_to(outside / "secret.mp4")
    (settings.media_in / "up").symlink_to("..", target_is_directory=True)
    found = scan(settings, "tools")
    assert {name: refusal(each) for name, each in found.items()} == dict.fromkeys(
        ("folder", "file.mp4", "up"), "outside-link"
    )
    assert all(not each.sha256 and not each.stamp.bytes for each in found.values())


def test_links_inside_are_followed_once(settings: Settings, clip_bytes: bytes) -> None:
    put(settings, "a/01.mp4", clip_bytes)
    (settings.media_in / "02.mp4").symlink_to("a/01.mp4")
    (settings.media_in / "b").symlink_to("a", target_is_directory=True)
    (settings.media_in / "round").symlink_to(".", target_is_directory=True)
    found = scan(settings, "tools")
    assert set(found) == {"a/01.mp4", "02.mp4"}
    assert found["02.mp4"].sha256 == found["a/01.mp4"].sha256


def test_links_to_nowhere_are_told(settings: Settings) -> None:
    (settings.media_in / "gone.mp4").symlink_to("nothing.mp4")
    (settings.media_in / "self.mp4").symlink_to("self.mp4")
    (settings.media_in / "one.mp4").symlink_to("two.mp4")
    (settings.media_in / "two.mp4").symlink_to("one.mp4")
    found = scan(settings, "tools")
    assert {name: refusal(each) for name, each in found.items()} == dict.fromkeys(
        ("gone.mp4", "self.mp4", "one.mp4", "two.mp4"), "unreadable"
    )


@LINUX
def test_a_pipe_does_not_stop_the_scan(settings: Settings) -> None:
    os.mkfifo(settings.media_in / "01.mp4")
    assert refusal(scan(settings, "tools")["01.mp4"]) == "unknown-file"


@LINUX
def test_a_name_that_is_no_utf8_is_told_and_can_be_written_down(settings: Settings, clip_bytes: bytes) -> None:
    path = os.path.join(os.fsencode(settings.media_in), b"\xa1\xd2.mp4")  # noqa: PTH118 - pathlib takes no bytes
    with open(path, "wb") as file:  # noqa: PTH123 - as above
        file.write(clip_bytes)
    found = scan(settings, "tools")
    assert {name: refusal(each) for name, each in found.items()} == {"\ufffd\ufffd.mp4": "bad-name"}
    assert scan(settings, "tools") == found


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's rights for a while: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_told(clip_bytes: bytes) -> None:
    with as_nobody(), tempfile.TemporaryDirectory() as folder:
        settings = replace(read_settings({}), media_in=Path(folder, "in"), media_out=Path(folder, "out"))
        closed = settings.media_in / "closed"
        closed.mkdir(parents=True)
        put(settings, "01.mp4", clip_bytes).chmod(0)
        closed.chmod(0)
        try:
            found = scan(settings, "tools")
        finally:
            closed.chmod(0o700)
    assert {name: refusal(each) for name, each in found.items()} == {"01.mp4": "unreadable", "closed": "unreadable"}


def test_folders_inside_each_other_are_refused(settings: Settings) -> None:
    for inside in (settings.media_in / "out", settings.media_in.parent, settings.media_in):
        with pytest.raises(PresetError) as caught:
            scan(replace(settings, media_out=inside), "tools")
        assert caught.value.code == "folders-nested"


def test_odd_names_are_only_names(settings: Settings, clip_bytes: bytes) -> None:
    names = ["-rf.mp4", "a\nb.mp4", "$(x).mp4", "%03d.mp4", "คลิป 'ก' [1].mp4", "http:x.mp4", "a" * 200 + ".mp4"]
    for name in names:
        put(settings, name, clip_bytes)
    found = scan(settings, "tools")
    assert {name: refusal(each) for name, each in found.items()} == dict.fromkeys(names)


def test_the_input_is_never_changed_and_notes_lie_hidden(settings: Settings, clip_bytes: bytes) -> None:
    put(settings, "01.mp4", clip_bytes)
    put(settings, "01.srt", SRT)
    make_photo(settings.media_in / "a.jpg", (64, 48))
    before = state_of(settings.media_in)
    scan(settings, "tools")
    scan(settings, "tools", thorough=True)
    assert state_of(settings.media_in) == before
    files = [path for path in settings.media_out.rglob("*") if path.is_file()]
    assert files == [settings.cache / "sightings.json"]
    assert settings.cache.is_relative_to(settings.media_out / ".showcase")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that children were asked to read."""
    names: list[str] = []
    real = pool.read_all

    def read_all(requests: Sequence[Request]) -> dict[str, Sighting]:
        names.extend(request.name for request in requests)
        return real(requests)

    monkeypatch.setattr(scanning, "read_all", read_all)
    return names


def test_what_has_not_changed_is_not_read_again(settings: Settings, clip_bytes: bytes, reads: list[str]) -> None:
    put(settings, "01.mp4", clip_bytes)
    put(settings, "02.srt", SRT)
    put(settings, "x.docx", "unknown")
    first = scan(settings, "tools")
    assert sorted(reads) == ["01.mp4", "02.srt"]
    reads.clear()
    assert scan(settings, "tools") == first
    assert reads == []
    put(settings, "02.srt", SRT.replace("สวัสดี", "ลาก่อน"))
    (settings.media_in / "x.docx").unlink()
    again = scan(settings, "tools")
    assert reads == ["02.srt"]
    assert set(again) == {"01.mp4", "02.srt"}
    assert again["02.srt"].sha256 != first["02.srt"].sha256


def test_same_size_and_time_but_other_bytes_are_noticed(settings: Settings, reads: list[str]) -> None:
    path = put(settings, "a.srt", SRT)
    stat = path.stat()
    first = scan(settings, "tools")
    reads.clear()
    path.write_text(SRT.replace("ส", "ล"), "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as unpacking and syncing tools do
    assert scan(settings, "tools")["a.srt"].sha256 != first["a.srt"].sha256
    assert reads == ["a.srt"]


def test_other_tools_or_a_thorough_look_read_everything_again(
    settings: Settings, clip_bytes: bytes, reads: list[str]
) -> None:
    put(settings, "01.mp4", clip_bytes)
    scan(settings, "tools")
    scan(settings, "tools", thorough=True)
    scan(settings, "newer tools")
    assert reads == ["01.mp4"] * 3


def test_nothing_to_read_starts_no_process(
    settings: Settings, clip_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "01.mp4", clip_bytes)
    first = scan(settings, "tools")
    put(settings, "x.docx", "unknown")
    put(settings, "02.mp4", b"")
    monkeypatch.setattr(process, "start", lambda *_, **__: pytest.fail("a process was started"))
    second = scan(settings, "tools")
    assert second["01.mp4"] == first["01.mp4"]
    assert (refusal(second["x.docx"]), refusal(second["02.mp4"])) == ("unknown-file", "empty-file")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"toolchain": "tools", "sightings": {"x": 1}}', "\x00"])
def test_damaged_notes_are_written_anew(settings: Settings, clip_bytes: bytes, reads: list[str], damage: str) -> None:
    put(settings, "01.mp4", clip_bytes)
    scan(settings, "tools")
    notes = settings.cache / "sightings.json"
    notes.write_text(damage, "utf-8")
    reads.clear()
    found = scan(settings, "tools")
    assert reads == ["01.mp4"]
    assert set(json.loads(notes.read_text("utf-8"))["sightings"]) == set(found)


def test_a_cut_off_photo_is_refused_when_looked_at_thoroughly(settings: Settings) -> None:
    truncate(make_photo(settings.media_in / "a.jpg", (320, 240)), 0.5)
    found = scan(settings, "tools", thorough=True)["a.jpg"]
    assert refusal(found) in {"photo-cut-off", "photo-damaged"}
