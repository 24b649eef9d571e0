"""Picture and sound stay together: a flash and a beep every half second, counted on the finished master."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Sound, Spec, beeps, flash_times, flashes, make_clip
from test_plan import BOOK, plan

from pipeline.media.probe import probe
from pipeline.video.meter import Bench
from pipeline.video.render import render_air

FRAME_S = Fraction(1, 30)
LENGTH_S = Fraction(4)
NTSC = Fraction(1000, 1001)


def spec(rate: Fraction, **more: object) -> Spec:
    return Spec(width=256, height=144, seconds=LENGTH_S, frame_rate=rate, **more)  # type: ignore[arg-type]


SPECS = {
    "23.976": spec(24 * NTSC),
    "25": spec(Fraction(25)),
    "29.97": spec(30 * NTSC),
    "30": spec(Fraction(30)),
    "50": spec(Fraction(50)),
    "59.94": spec(60 * NTSC),
    "120": spec(Fraction(120)),
    "12-webm": spec(Fraction(12), container="webm", vcodec="vp8"),
    "variable": spec(Fraction(30), vfr=True),
    "variable-mkv": spec(Fraction(20), vfr=True, container="mkv"),
    "late-ts": spec(Fraction(25), start_s=Fraction(10), container="ts"),
    "late-mkv": spec(Fraction(30), start_s=Fraction(3), container="mkv"),
    "interlaced": Spec(width=256, height=160, seconds=LENGTH_S, frame_rate=Fraction(25), interlaced=True),
    "avi": spec(Fraction(25), container="avi", vcodec="mpeg4"),
    "8-khz": spec(Fraction(30), sound=Sound(channels=1, sample_rate_hz=8000)),
    "short-sound": spec(Fraction(30), sound=Sound(longer_s=Fraction(-7, 10))),
    "long-sound": spec(Fraction(30), sound=Sound(longer_s=Fraction(3, 2))),
}
APART = {
    # One stream begins later than the other, in containers whose times may jump: ffmpeg knows it only if it uses both.
    "picture-later-ts": ("v", "0.7", "mpegts", "libx264", "mp2"),
    "sound-later-ts": ("a", "0.7", "mpegts", "libx264", "mp2"),
    "picture-later-mpg": ("v", "0.7", "mpeg", "mpeg2video", "mp2"),
    "sound-later-ogg": ("a", "0.5", "ogg", "libtheora", "libvorbis"),
    "picture-later-mkv": ("v", "0.7", "matroska", "libx264", "aac"),
}
EDITS = {
    # What phones and editors write: a beginning that is there but not shown, and tracks that begin apart.
    "edit-list": ("-ss", "0.6"),
    "sound-later": ("-itsoffset", "0.4"),
}


def master(source: Path, folder: Path, ffmpeg: str) -> tuple[Path, int]:
    small = tuple(each.model_copy(update={"width_px": 480, "height_px": 270}) for each in BOOK.stage("air")[:1])
    made = plan(probe(source), BOOK.model_copy(update={"videos": small}))
    desk = folder / "desk"
    desk.mkdir()
    rendered = render_air(made, Bench(source, desk, ffmpeg, lambda _: None))
    return rendered.files["air-1080p"], made.lead_frames


def expect_together(path: Path, lead_frames: int, truth: list[Fraction]) -> None:
    seen, heard = flashes(path), beeps(path)
    assert len(seen) == len(heard) == len(truth)
    for time, flash, beep in zip(truth, seen, heard, strict=True):
        assert abs(flash - lead_frames * FRAME_S - time) <= FRAME_S
        assert abs(float(flash) - beep) <= float(FRAME_S)


@pytest.mark.parametrize("name", SPECS)
def test_flashes_and_beeps_stay_together(name: str, tmp_path: Path, ffmpeg: str) -> None:
    source = make_clip(tmp_path / "source.bin", SPECS[name])
    path, lead_frames = master(source, tmp_path, ffmpeg)
    sound = SPECS[name].sound
    assert sound is not None
    heard_s = LENGTH_S + min(Fraction(0), sound.longer_s)
    truth = flash_times(SPECS[name])
    if heard_s < LENGTH_S:  # where the sound has ended, only the picture goes on
        seen, heard = flashes(path), beeps(path)
        assert len(seen) == len(truth)
        assert len(heard) == len([time for time in truth if time + Fraction(1, 10) <= heard_s])
        assert all(abs(float(flash) - beep) <= float(FRAME_S) for flash, beep in zip(seen, heard, strict=False))
        return
    expect_together(path, lead_frames, truth)


@pytest.mark.parametrize("name", EDITS)
def test_edits_move_both(name: str, tmp_path: Path, ffmpeg: str) -> None:
    whole = make_clip(tmp_path / "whole.mp4", spec(Fraction(30)))
    source = tmp_path / "edited.mp4"
    option, value = EDITS[name]
    if option == "-ss":
        argv = ["-ss", value, "-i", str(whole), "-map", "0", "-c", "copy", str(source)]
        truth = [time - Fraction(value) for time in flash_times(spec(Fraction(30))) if time >= Fraction(value)]
    else:
        argv = [
            "-i",
            str(whole),
            option,
            value,
            "-i",
            str(whole),
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            str(source),
        ]
        truth = flash_times(spec(Fraction(30)))
    subprocess.run([ffmpeg, "-v", "error", "-nostdin", *argv], check=True, timeout=60)
    path, lead_frames = master(source, tmp_path, ffmpeg)
    seen, heard = flashes(path), beeps(path)
    later = Fraction(value) if option == "-itsoffset" else Fraction(0)
    assert len(seen) == len(truth)
    for time, flash in zip(truth, seen, strict=True):
        assert abs(flash - lead_frames * FRAME_S - time) <= FRAME_S
    for time, beep in zip(truth, heard, strict=False):
        assert abs(beep - float(lead_frames * FRAME_S + time + later)) <= float(FRAME_S)
    assert len(heard) >= len(truth) - 1


@pytest.mark.parametrize("name", APART)
def test_streams_that_begin_apart_stay_apart(name: str, tmp_path: Path, ffmpeg: str) -> None:
    which, later_s, muxer, video, audio = APART[name]
    whole = make_clip(tmp_path / "whole.mp4", spec(Fraction(30)))
    inputs = ["-i", str(whole), "-itsoffset", later_s, "-i", str(whole)]
    maps = ["-map", "1:v", "-map", "0:a"] if which == "v" else ["-map", "0:v", "-map", "1:a"]
    source = tmp_path / "apart.bin"
    codecs = ["-c:v", video, "-q:v", "4", "-b:v", "2M", "-c:a", audio, "-f", muxer]
    subprocess.run([ffmpeg, "-v", "error", "-nostdin", *inputs, *maps, *codecs, str(source)], check=True, timeout=60)
    path, lead_frames = master(source, tmp_path, ffmpeg)
    seen, heard = flashes(path), beeps(path)
    truth = flash_times(spec(Fraction(30)))
    at_v, at_a = (Fraction(later_s) if which == kind else Fraction(0) for kind in ("v", "a"))
    # A beep in the fade-in may be too soft to count; what is heard at all is where it belongs.
    assert len(seen) == len(truth)
    assert len(heard) >= len(truth) - 1
    for time, flash in zip(truth, seen, strict=True):
        assert abs(flash - lead_frames * FRAME_S - time - at_v) <= FRAME_S
    for time, beep in zip(reversed(truth), reversed(heard), strict=False):
        assert abs(beep - float(lead_frames * FRAME_S + time + at_a)) <= float(FRAME_S)


def test_a_joined_transport_stream_stays_together(tmp_path: Path, ffmpeg: str) -> None:
    sound = Sound(longer_s=Fraction(7, 10))
    one = make_clip(tmp_path / "one.ts", Spec(width=256, height=144, seconds=LENGTH_S, container="ts", sound=sound))
    source = tmp_path / "joined.ts"
    source.write_bytes(one.read_bytes() + one.read_bytes())
    path, _ = master(source, tmp_path, ffmpeg)
    seen, heard = flashes(path), beeps(path)
    assert len(seen) >= 12
    assert len(heard) >= 12
    assert all(min(abs(float(flash) - beep) for beep in heard) <= float(FRAME_S) for flash in seen)


def test_a_picture_that_is_torn_in_the_middle_is_told(tmp_path: Path, ffmpeg: str) -> None:
    source = make_clip(tmp_path / "whole.mp4", spec(Fraction(30)))
    data = bytearray(source.read_bytes())
    begin = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2
    data[begin : begin + 200] = bytes(200)
    source.write_bytes(data)
    small = tuple(each.model_copy(update={"width_px": 480, "height_px": 270}) for each in BOOK.stage("air")[:1])
    made = plan(probe(source), BOOK.model_copy(update={"videos": small}))
    told = render_air(made, Bench(source, tmp_path, ffmpeg, lambda _: None)).warnings
    assert "damaged" in {each.code for each in told}
