"""What one run makes of a small event: measured on the files, read from the pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import need_tool
from media_measure import beeps, corners, flashes, frame_at, probe
from PIL import Image, ImageChops, ImageStat
from stage import CAPTIONS, Stage

LEAD_S = {"one": Fraction(131, 30), "two": Fraction(132, 30), "three": Fraction(130, 30)}
"""45, 60 and 30 frames need cards of 131, 132 and 130 to reach a multiple of 16."""


def clip(stage: Stage, partner: str, name: str) -> Path:
    return stage.media_out / "clips" / partner / name


def test_lengths_are_source_plus_card(finished: Stage) -> None:
    for partner, frames in (("one", 176), ("two", 192), ("three", 160)):
        receipt = finished.json(f"receipts/{partner}.air.json")["clip"]
        assert Fraction(receipt["lead_frames"], 30) == LEAD_S[partner]
        for name in ("air-1080p.mp4", "air-720p.mp4", "page-1080p.mp4", "square.mp4", "vertical.mp4"):
            assert probe(clip(finished, partner, name))["frames"] == frames, (partner, name)


def test_sizes(finished: Stage) -> None:
    sizes = {"air-720p": (1280, 720), "page-1080p": (1920, 1080), "square": (1080, 1080), "vertical": (1080, 1920)}
    for name, size in sizes.items():
        facts = probe(clip(finished, "two", f"{name}.mp4"))
        assert (facts["width"], facts["height"]) == size
    assert Image.open(clip(finished, "two", "poster.jpg")).size == (1920, 1080)


def test_flashes_and_beeps_stay_together(finished: Stage) -> None:
    for partner in ("one", "two"):
        master = clip(finished, partner, "air-1080p.mp4")
        seen = [float(at - LEAD_S[partner]) for at in flashes(master) if at > LEAD_S[partner]]
        heard = [at - float(LEAD_S[partner]) for at in beeps(master) if at > float(LEAD_S[partner])]
        assert seen == pytest.approx([0.5 * (n + 1) for n in range(len(seen))], abs=0.05)
        assert len(seen) >= 2
        assert heard == pytest.approx(seen, abs=0.05)


def test_rotated_clip_is_upright_on_a_blurred_ground(finished: Stage) -> None:
    picture = frame_at(clip(finished, "two", "air-1080p.mp4"), 150)
    middle = picture.crop((656, 0, 1264, 1080))
    assert corners(middle) == ("r", "g", "b", "y")
    edge = picture.crop((0, 0, 600, 1080)).convert("L")
    assert ImageStat.Stat(edge).mean[0] > 20  # not black bars


def apart(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of two pictures, seen coarsely."""
    return max(ImageChops.difference(one, other).convert("L").resize((64, 36)).tobytes())


def test_card_comes_first_and_fades(finished: Stage) -> None:
    master = clip(finished, "one", "air-1080p.mp4")
    with Image.open(clip(finished, "one", "poster.jpg")) as poster:
        card = poster.convert("RGB")
    begun = frame_at(master, 4)
    assert apart(begun, card) > 60  # the words are still to come
    settled = frame_at(master, 100)
    assert apart(settled, card) < 30  # but for the water
    above_water = (0, 0, 1920, 810)
    assert apart(settled.crop(above_water), card.crop(above_water)) < 12
    late = frame_at(master, 131 - 8)
    assert apart(late, card) > 20


def test_captions_are_burned_on_air_and_soft_for_pages(finished: Stage) -> None:
    frame = round((LEAD_S["one"] + Fraction(7, 10)) * 30)
    air = frame_at(clip(finished, "one", "air-1080p.mp4"), frame)
    page = frame_at(clip(finished, "one", "page-1080p.mp4"), frame)
    band = ImageChops.difference(air, page).convert("L").point(lambda v: 255 if v > 90 else 0)
    left, top, right, bottom = band.getbbox() or (0, 0, 0, 0)
    assert top > 1080 * 0.75
    assert bottom < 1080 * 0.97
    assert 1920 * 0.05 < left < right < 1920 * 0.95
    assert abs((left + right) / 2 - 960) < 12
    shifted = clip(finished, "one", "one.th.srt").read_text("utf-8")
    assert "00:00:04,567 --> 00:00:05,567" in shifted
    assert clip(finished, "one", "one.th.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:04.567")
    command = [
        need_tool("ffprobe"),
        "-v",
        "error",
        "-select_streams",
        "s",
        "-show_entries",
        "stream=codec_name:stream_tags=language",
    ]
    said = subprocess.run(
        [*command, "-of", "json", str(clip(finished, "one", "page-1080p.mp4"))], capture_output=True, check=True
    )
    (track,) = json.loads(said.stdout)["streams"]
    assert (track["codec_name"], track["tags"]["language"]) == ("mov_text", "tha")
    assert "ที่นี่มีน้ำใจ" in CAPTIONS


def test_no_sound_becomes_silence(finished: Stage) -> None:
    receipt = finished.json("receipts/three.air.json")
    assert [told["code"] for told in receipt["warnings"]][:1] == ["silence-added"]
    assert receipt["loudness"]["integrated_lufs"] <= -69


def test_photo_is_upright_and_without_position(finished: Stage) -> None:
    photos = finished.media_out / "photos" / "photos"
    names = sorted(path.name for path in photos.iterdir())
    both = {f"photo-{size}.{kind}" for size in ("2048", "1280", "640", "thumb") for kind in ("jpg", "webp")}
    assert names == sorted(both | {"photo-instagram.jpg"})
    with Image.open(photos / "photo-2048.jpg") as picture:
        assert picture.size == (800, 1200)  # orientation 6, and never enlarged
        assert not picture.getexif()
    for path in photos.iterdir():
        assert b"Exif" not in path.read_bytes()[:4096]
        assert b"GPS" not in path.read_bytes()
    assert finished.json("receipts/photos.photo.photo.json")["photo"]["taken_at"] == "2022-09-27T10:00:00"


def test_refusals_are_told_in_both_languages(finished: Stage) -> None:
    rows = {row["path"]: row for row in finished.json("board/board.json")["inputs"]}
    codes = {
        "cut.mp4": {"cut-off", "index-missing"},
        "text.mp4": {"not-media"},
        "empty.mp4": {"empty-file"},
        "nowhere.mp4": {"unreadable"},
    }
    said = (finished.media_out.parent / "said.txt").read_text("utf-8")
    for name, wanted in codes.items():
        assert rows[name]["outcome"] == "reject"
        first = rows[name]["reasons"][0]
        assert first["code"] in wanted
        assert first["th"] in said
        assert first["en"] in said
    assert rows["01-หนึ่ง.mp4"]["outcome"] == "ok-with-warning" or rows["01-หนึ่ง.mp4"]["outcome"] == "ok"
    assert rows["01-หนึ่ง.srt"]["for"] == "01-หนึ่ง.mp4"


def test_missing_partner_has_a_slate(finished: Stage) -> None:
    items = finished.json("show/show.json")["items"]
    assert [item["kind"] for item in items] == ["clip", "clip", "clip", "slate"]
    assert items[3]["frames"] == 32
    assert items[3]["reason"]["code"] == "slate-missing"
    assert finished.json("board/board.json")["summary"]["ready"] == 3


def test_lists_name_only_what_is_there(finished: Stage) -> None:
    folder = finished.media_out / "playlists"
    lines = (folder / "show.m3u8").read_text("utf-8").splitlines()
    files = [line for line in lines if not line.startswith("#")]
    assert len(files) == 4
    assert all((folder / name).is_file() for name in files)
    frames = sum(item["frames"] for item in finished.json("show/show.json")["items"])
    lengths = [Fraction(line.removeprefix("#EXTINF:").split(",")[0]) for line in lines if line.startswith("#EXTINF:")]
    assert abs(sum(lengths) - Fraction(frames, 30)) < Fraction(1, 100)


def test_mpv_plays_the_list_through(finished: Stage) -> None:
    command = [need_tool("mpv"), "--no-config", "--vo=null", "--ao=null", "--untimed", "--no-audio"]
    done = subprocess.run(
        [*command, str(finished.media_out / "playlists" / "show.m3u8")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.count("Playing: ") == 4
    assert "End of file" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["show.m3u8", "show.xspf"])
def test_vlc_plays_the_list_through(finished: Stage, name: str) -> None:
    vlc = need_tool("cvlc")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "event")
        for part in ("masters", "playlists"):
            shutil.copytree(finished.media_out / part, copy / part)
        # VLC does not run as root; then nobody must be able to read the copy.
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o755)
        as_nobody = ["runuser", "-u", "nobody", "--", "env", f"HOME={folder}"] if os.geteuid() == 0 else []
        options = ["-I", "dummy", "--vout", "dummy", "--no-audio", "--rate", "30", "--play-and-exit", "-vv"]
        done = subprocess.run(
            [*as_nobody, vlc, *options, str(copy / "playlists" / name)], capture_output=True, check=False, timeout=120
        )
    said = done.stderr.decode("utf-8", "replace")
    for entry in finished.json("show/show.json")["items"]:
        file = entry["media"]["air-1080p"].rpartition("/")[2]
        assert re.search(rf"creating demux: access='file' .*{re.escape(file)}'", said), file
    assert "nothing to play" in said  # the end of the list, not an error in it
    assert "cannot open file" not in said
    assert done.returncode == 0


def test_inputs_are_untouched_and_scratch_is_empty(finished: Stage) -> None:
    assert sorted(p.name for p in finished.media_in.iterdir()) == sorted(
        [
            "01-หนึ่ง.mp4",
            "01-หนึ่ง.srt",
            "02 it's #2 100%.mov",
            "03-c.mkv",
            "photo.jpg",
            "cut.mp4",
            "text.mp4",
            "empty.mp4",
            "nowhere.mp4",
        ]
    )
    assert not list((finished.media_out / ".showcase" / "scratch").iterdir())
    assert not finished.processes()
