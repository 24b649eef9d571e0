from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest
from media_factory import (
    Sound,
    Spec,
    beeps,
    corners,
    flash_times,
    flashes,
    frame_at,
    frame_number,
    frames,
    ink_box,
    kept_frames,
    loudness,
    make_clip,
    make_photo,
    make_text,
    probe,
    truncate,
)
from PIL import ExifTags, Image

from pipeline.demo import make
from pipeline.demo.script import NTSC, Clip, Script, write_script
from pipeline.errors import PresetError
from pipeline.media.match import match
from pipeline.preset.model import Event
from pipeline.text.reading import read_captions

EVENT = Event.model_validate(
    tomllib.loads((Path(__file__).parents[2] / "presets/events/songkhla-2565.toml").read_text(encoding="utf-8"))
)
SCRIPT = write_script(EVENT)
SIZES = {(1080, 608): 1, (1108, 1477): 2, (1080, 1440): 3, (1706, 960): 14, (1920, 1080): 14}


def clip_where(**wanted: object) -> Clip:
    """The shortest made of the clips whose form has these values, as small as a test needs."""
    return next(c for c in SCRIPT.clips if all(getattr(c.form, key) == value for key, value in wanted.items()))


def small(clip: Clip) -> Clip:
    """The same clip at a third of its size and half a second long, with no title or captions."""
    form = replace(clip.form, width_px=clip.form.width_px // 6 * 2, height_px=clip.form.height_px // 6 * 2)
    return replace(clip, form=form, frames=int(clip.form.frame_rate / 2))


def test_script_has_every_partner_once_and_the_photos_of_the_real_event() -> None:
    assert len(SCRIPT.clips) == 31
    assert len(SCRIPT.photos) == 34
    assert Counter((photo.width_px, photo.height_px) for photo in SCRIPT.photos) == SIZES
    paths = [clip.path for clip in SCRIPT.clips] + [photo.path for photo in SCRIPT.photos]
    paths += [clip.captions.path for clip in SCRIPT.clips if clip.captions]
    assert len(set(paths)) == len(paths)
    assert all(len(part.encode()) <= 255 for path in paths for part in path.parts)


def test_every_clip_is_found_to_be_its_partners() -> None:
    found = [match(clip.path, EVENT).partner for clip in SCRIPT.clips]
    assert found == [partner.id for partner in EVENT.partners]


def test_script_has_every_kind_of_clip() -> None:
    forms = [clip.form for clip in SCRIPT.clips]
    sizes = {(form.width_px, form.height_px) for form in forms}
    assert sizes >= {(1920, 1080), (1280, 720), (854, 480), (720, 1280), (1080, 1080), (640, 480), (1080, 1920)}
    assert {form.frame_rate for form in forms} == {Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60)}
    assert {form.suffix for form in forms} == {".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts"}
    assert {form.video for form in forms} == {"h264", "vp8", "vp9", "mpeg4", "mpeg2"}
    assert [form.vfr for form in forms].count(True) == 1
    assert [form.turned for form in forms].count(True) == 1
    assert all(3 <= clip.duration_s <= 4 for clip in SCRIPT.clips)
    sounds = [clip.sound for clip in SCRIPT.clips if clip.sound]
    assert len(sounds) == 29
    assert {sound.channels for sound in sounds} == {1, 2}
    assert {sound.sample_rate_hz for sound in sounds} == {44100, 48000}
    assert min(sound.loudness_lufs for sound in sounds) == -34
    assert max(sound.loudness_lufs for sound in sounds) == -9
    assert any(len(clip.path.parts) > 1 for clip in SCRIPT.clips)
    assert len({clip.scene for clip in SCRIPT.clips}) == 9


def test_captions_fit_their_clip_and_come_in_every_coding() -> None:
    files = [(clip, clip.captions) for clip in SCRIPT.clips if clip.captions]
    assert len(files) == 24
    assert Counter(file.encoding for _, file in files) == {"utf-8": 22, "cp874": 1, "utf-8-sig": 1}
    assert [file.path.suffix for _, file in files].count(".vtt") == 1
    for clip, file in files:
        cues = file.captions.cues
        assert 2 <= len(cues) <= 3
        assert file.path == clip.path.with_suffix(file.path.suffix)
        assert all(one.end_s <= other.start_s for one, other in pairwise(cues))
        assert cues[0].start_s >= 0
        assert cues[-1].end_s <= clip.duration_s
        assert all(cue.text.encode(file.encoding) for cue in cues)


def test_open_places_and_only_they_get_a_title() -> None:
    assert [bool(clip.title) for clip in SCRIPT.clips] == [partner.open for partner in EVENT.partners]


def test_photos_lie_in_albums_and_on_both_days() -> None:
    albums = {photo.path.parent for photo in SCRIPT.photos}
    assert albums == {PurePosixPath(), PurePosixPath("ภาพวันที่ 27"), PurePosixPath("ภาพวันที่ 28")}
    days = {photo.taken_at.date() for photo in SCRIPT.photos if photo.taken_at}
    assert days == {EVENT.starts_on, EVENT.ends_on}


def test_same_seed_same_script_and_another_seed_another() -> None:
    assert write_script(EVENT) == SCRIPT
    assert write_script(EVENT, 1) != SCRIPT


def test_longer_roster_gets_a_clip_for_each() -> None:
    longer = EVENT.model_copy(update={"partners": EVENT.partners + EVENT.partners[:9]})
    assert len({clip.path for clip in write_script(longer).clips}) == 40


@pytest.mark.parametrize(
    "wanted",
    [
        {"suffix": ".mp4", "frame_rate": NTSC},
        {"turned": True},
        {"suffix": ".webm", "video": "vp9"},
        {"suffix": ".avi"},
    ],
    ids=lambda wanted: "-".join(map(str, wanted.values())),
)
def test_clip_is_what_the_script_says(tmp_path: Path, ffmpeg: str, wanted: dict[str, object]) -> None:
    clip = small(clip_where(**wanted))
    make.make_clip(clip, tmp_path, tmp_path, ffmpeg)
    facts = probe(tmp_path / clip.path)
    stored = (clip.form.width_px, clip.form.height_px)
    assert (facts["width"], facts["height"]) == (stored[::-1] if clip.form.turned else stored)
    assert facts["rotation"] == (90 if clip.form.turned else 0)
    assert facts["frames"] == clip.frames
    assert facts["average_rate"] == clip.form.frame_rate
    assert clip.sound
    assert (facts["audio_channels"], facts["audio_rate_hz"]) == (clip.sound.channels, clip.sound.sample_rate_hz)
    first, last = frame_at(tmp_path / clip.path, 0), frame_at(tmp_path / clip.path, -1)
    assert first.size == stored
    assert first.tobytes() != last.tobytes()


def test_vfr_clip_has_uneven_steps_and_no_sound_means_no_track(tmp_path: Path, ffmpeg: str) -> None:
    clip = replace(small(clip_where(vfr=True)), sound=None)
    make.make_clip(clip, tmp_path, tmp_path, ffmpeg)
    facts = probe(tmp_path / clip.path)
    steps = {b - a for a, b in pairwise(facts["times_s"])}
    assert len(steps) > 1
    assert facts["audio_channels"] is None


@pytest.mark.parametrize("number", [2, 5])
def test_clip_is_as_loud_as_the_script_says(tmp_path: Path, ffmpeg: str, number: int) -> None:
    clip = SCRIPT.clips[number - 1]
    form = replace(clip.form, width_px=64, height_px=36)
    make.make_clip(replace(clip, form=form), tmp_path, tmp_path, ffmpeg)
    assert clip.sound
    assert loudness(tmp_path / clip.path)[0] == pytest.approx(clip.sound.loudness_lufs, abs=1.5)


def test_photo_has_its_size_and_what_a_camera_notes(tmp_path: Path) -> None:
    photo = next(p for p in SCRIPT.photos if p.taken_at and p.place and p.words)
    make.make_photo(replace(photo, width_px=480, height_px=270), tmp_path)
    with Image.open(tmp_path / photo.path) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (480, 270)
        exif = picture.getexif()
        assert photo.taken_at
        assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == f"{photo.taken_at:%Y:%m:%d %H:%M:%S}"
        degrees, minutes, seconds = exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude]
        assert photo.place
        assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(photo.place[0], abs=1e-5)
        assert photo.words
        assert photo.words.encode() in picture.info["exif"]
        assert len(picture.getcolors(480 * 270) or ()) > 1000


def tiny(event: Event, seed: int = 0) -> Script:
    """A script of one clip with captions, one with a title, and one photo."""
    whole = write_script(event, seed)
    clips = [replace(small(whole.clips[n]), path=whole.clips[n].path) for n in (10, 28)]
    return Script(tuple(clips), (replace(whole.photos[0], width_px=64, height_px=36),))


def test_demo_fills_the_folder_and_tells_how_far_it_is(
    tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "write_script", tiny)
    told: list[tuple[int, int]] = []
    folder = tmp_path / "new" / "media_in"
    make.make_demo(folder, EVENT, ffmpeg, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    script = tiny(EVENT, 2565)
    expected = {clip.path for clip in script.clips} | {c.captions.path for c in script.clips if c.captions}
    expected |= {clip.path.with_suffix(".toml") for clip in script.clips if clip.title}
    made = {PurePosixPath(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
    assert {path for path in made if path.suffix.lower() != ".jpg"} == expected
    titled = next(clip for clip in script.clips if clip.title)
    sidecar = tomllib.loads((folder / titled.path.with_suffix(".toml")).read_text(encoding="utf-8"))
    assert sidecar == {"title": titled.title}


def test_demo_touches_nothing_in_a_folder_with_files(tmp_path: Path, ffmpeg: str) -> None:
    mine = make_text(tmp_path / "mine.txt")
    with pytest.raises(PresetError) as caught:
        make.make_demo(tmp_path, EVENT, ffmpeg)
    assert caught.value.code == "folder-not-empty"
    assert str(tmp_path) in caught.value.reason.th
    assert list(tmp_path.iterdir()) == [mine]


def test_demo_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "write_script", tiny)
    with pytest.raises(Exception, match="tool-missing"):
        make.make_demo(tmp_path, EVENT, str(tmp_path / "no-such-ffmpeg"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [1, 6, 11, 16], ids=["utf-8", "cp874", "vtt", "bom-crlf"])
def test_caption_files_read_back_as_they_were_meant(tmp_path: Path, number: int) -> None:
    file = SCRIPT.clips[number - 1].captions
    assert file
    make._write_captions(file, tmp_path)
    data = (tmp_path / file.path).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == (file.encoding == "utf-8-sig")
    assert (b"\r\n" in data) == (file.newline == "\r\n")
    read = read_captions(data, file.path.name, None, None).captions
    assert read.language == "th"
    for cue, meant in zip(read.cues, file.captions.cues, strict=True):
        assert cue.text == meant.text
        assert float(cue.start_s) == pytest.approx(float(meant.start_s), abs=0.001)


@pytest.mark.parametrize(
    "spec",
    [
        Spec(seconds=Fraction(3, 2)),
        Spec(rotation=90, frame_rate=NTSC),
        Spec(container="mkv", vfr=True, start_s=Fraction(2)),
        Spec(container="webm", vcodec="vp9", sound=Sound(channels=1, longer_s=Fraction(1, 4))),
    ],
    ids=["plain", "turned", "vfr-late", "webm"],
)
def test_factory_clip_measures_as_stated(tmp_path: Path, spec: Spec) -> None:
    path = make_clip(tmp_path / "clip", spec)
    facts = probe(path)
    assert (facts["width"], facts["height"], facts["rotation"]) == (spec.width, spec.height, spec.rotation)
    assert [frame_number(picture) for picture in frames(path)] == kept_frames(spec)
    assert corners(frame_at(path, 3)) == ("r", "g", "b", "y")
    assert facts["video_first_s"] == spec.start_s
    marks = [float(spec.start_s + time) for time in flash_times(spec)]
    assert [float(time) for time in flashes(path)] == pytest.approx(marks, abs=float(1 / spec.frame_rate))
    assert beeps(path) == pytest.approx(marks, abs=0.003)
    assert spec.sound
    assert facts["audio_channels"] == spec.sound.channels
    length_s = facts["audio_samples"] / spec.sound.sample_rate_hz
    assert length_s == pytest.approx(float(spec.seconds + spec.sound.longer_s), abs=0.03)


@pytest.mark.parametrize(("transfer", "number"), [("hlg", 18), ("pq", 16)])
def test_factory_hdr_clip_is_tagged(tmp_path: Path, transfer: str, number: int) -> None:
    spec = Spec(hdr="hlg" if transfer == "hlg" else "pq", sound=None, seconds=Fraction(1, 5))
    facts = probe(make_clip(tmp_path / "clip.mp4", spec))
    assert (facts["color_primaries"], facts["color_trc"], facts["color_space"]) == (9, number, 9)
    assert facts["pix_fmt"] == "yuv420p10le"


def test_factory_sar_and_interlacing_are_flagged(tmp_path: Path) -> None:
    spec = Spec(width=180, sar=Fraction(16, 9), interlaced=True, frame_rate=Fraction(25), seconds=Fraction(1, 2))
    facts = probe(make_clip(tmp_path / "clip.mp4", spec))
    assert facts["sar"] == Fraction(16, 9)
    assert facts["interlaced"]
    assert facts["frames"] == 12
    assert facts["sps_pps"].startswith(b"\x67")


def test_loudness_of_a_tone_is_its_level(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", Spec(sound=Sound(level_dbfs=-20, tone=True)))
    integrated_lufs, peak_dbtp = loudness(path)
    assert integrated_lufs == pytest.approx(-20, abs=0.3)
    assert peak_dbtp == pytest.approx(-20, abs=1.5)


def test_truncated_text_and_photo_helpers(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", Spec(seconds=Fraction(1, 5), sound=None))
    size = clip.stat().st_size
    assert truncate(clip, 0.5).stat().st_size == size // 2
    photo = make_photo(tmp_path / "photo.jpg", (80, 60), orientation=6, taken_at="2022:09:27 10:00:00")
    with Image.open(photo) as picture:
        assert picture.size == (80, 60)
        assert picture.getexif()[ExifTags.Base.Orientation] == 6
        assert corners(picture) == ("r", "g", "b", "y")


def test_ink_box_finds_what_is_drawn() -> None:
    picture = Image.new("RGB", (40, 30), "#04202C")
    assert ink_box(picture, "#04202C") is None
    picture.paste((255, 255, 255), (5, 6, 12, 20))
    assert ink_box(picture, "#04202C") == (5, 6, 12, 20)
