"""A small event on disk: presets of its own, clips with stated truth, and the real command run on it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_factory import Sound, Spec, make_clip, make_photo, make_text, truncate
from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parents[2]
EVENT = """
id = "small"
name = "งานทดสอบเล็ก 2565"
starts_on = 2022-09-27
ends_on = 2022-09-28
timezone = "Asia/Bangkok"
venue = "ห้องประชุม"
style = "lake"
words = ["th"]
expected_partners = 4

[slate]
frames = 30

[[partners]]
id = "one"
name = "มูลนิธิที่หนึ่ง"
[[partners]]
id = "two"
name = "กลุ่มผู้ใหญ่ใจดี"
[[partners]]
id = "three"
name = "ชมรมสาม"
[[partners]]
id = "four"
name = "เครือข่ายที่สี่"
"""
CAPTIONS = "1\n00:00:00,200 --> 00:00:01,200\nที่นี่มีน้ำใจ\n"


@dataclass(frozen=True)
class Stage:
    """Where the small event lives."""

    media_in: Path
    media_out: Path
    presets: Path

    def environment(self) -> dict[str, str]:
        """The variables under which the command finds this event and nothing else."""
        own = {
            "SHOWCASE_IN": str(self.media_in),
            "SHOWCASE_OUT": str(self.media_out),
            "SHOWCASE_PRESETS": str(self.presets),
            # Lists with absolute paths are then the same wherever the event lies.
            "SHOWCASE_PLAYOUT_ROOT": "/playout",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOWCASE_")}
        return {**kept, **own, "LANG": "C.UTF-8"}

    def showcase(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real command to its end."""
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
        return subprocess.run(
            command, env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the real command and leave it running."""
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", *arguments]
        return subprocess.Popen(
            command, env=self.environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def json(self, name: str) -> Any:  # noqa: ANN401 - documents differ
        """A JSON document under the output folder."""
        return json.loads((self.media_out / name).read_text("utf-8"))

    def tree(self) -> dict[str, str]:
        """Digest of every delivered file; receipts without the times at which files were placed."""
        found = {}
        for path in sorted(self.media_out.rglob("*")):
            name = path.relative_to(self.media_out).as_posix()
            if path.is_dir() or name.startswith(".showcase/"):
                continue
            found[name] = _receipt(path) if name.startswith("receipts/") else _digest(path.read_bytes())
        return found

    def processes(self) -> dict[int, str]:
        """Processes that work for this stage, with their command lines (Linux)."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes()
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if int(process.name) != os.getpid() and str(self.media_out).encode() in environment and line.strip():
                found[int(process.name)] = line
        return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _receipt(path: Path) -> str:
    document = json.loads(path.read_bytes())
    for made in document["outputs"]:
        del made["mtime_ns"]
        if made["path"].endswith(".zip"):
            del made["facts"]["key"]  # stands for the times of its members
    return _digest(json.dumps(document, sort_keys=True).encode())


def set_stage(folder: Path, *, small: bool = False) -> Stage:
    """Lay out presets and empty folders. ``small``: tiny pictures, where size is not the point."""
    stage = Stage(folder / "in", folder / "out", folder / "presets")
    shutil.copytree(ROOT / "presets", stage.presets)
    for path in (stage.presets / "events").glob("*.toml"):
        path.unlink()
    (stage.presets / "events" / "small.toml").write_text(EVENT, "utf-8")
    if small:
        for path in (stage.presets / "outputs").glob("*.toml"):
            text = path.read_text("utf-8")
            for large, little in (("1920", "480"), ("1080", "270"), ("1350", "338"), ("1280", "320"), ("720", "180")):
                text = text.replace(f"_px = {large}\n", f"_px = {little}\n")
            path.write_text(text, "utf-8")
    stage.media_in.mkdir()
    return stage


def good_clips(stage: Stage) -> None:
    """Three clips that differ in all that matters, captions for one, and a photo with a position in it."""
    clips = stage.media_in
    make_clip(clips / "01-หนึ่ง.mp4", Spec(seconds=Fraction(3, 2), frame_rate=Fraction(24)))
    (clips / "01-หนึ่ง.srt").write_text(CAPTIONS, "utf-8")
    quiet = Sound(channels=1, sample_rate_hz=44100, level_dbfs=-40.0)
    make_clip(clips / "02 it's #2 100%.mov", Spec(seconds=Fraction(2), container="mov", rotation=90, sound=quiet))
    make_clip(
        clips / "03-c.mkv",
        Spec(width=320, height=240, seconds=Fraction(1), frame_rate=Fraction(25), container="mkv", sound=None),
    )
    _photo_with_position(clips / "photo.jpg")


def _photo_with_position(path: Path) -> None:
    make_photo(path, (1200, 800), orientation=6, taken_at="2022:09:27 10:00:00")
    with Image.open(path) as picture:
        exif = picture.getexif()
        exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (7.0, 12.0, 0.0)
        picture.save(path, exif=exif)


def bad_files(stage: Stage) -> None:
    """Every kind of file that must be refused with words."""
    make_clip(stage.media_in / "cut.mp4", Spec())
    truncate(stage.media_in / "cut.mp4", 0.6)
    make_text(stage.media_in / "text.mp4")
    (stage.media_in / "empty.mp4").write_bytes(b"")
    (stage.media_in / "nowhere.mp4").symlink_to(stage.media_in / "is-not-there.mp4")
