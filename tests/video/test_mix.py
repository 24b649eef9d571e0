"""The sound of a stage: as loud as it must be when finished, on time, whole, and its faults put right or told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import sound_factory as factory
from media_factory import Sound, Spec, make_clip
from media_measure import beeps, loudness, samples
from sound_factory import PROGRAMMES, Programme, write_clip
from test_plan import HOUSE, plan

from pipeline.media.probe import probe
from pipeline.store.receipt import Loudness
from pipeline.video import hearing
from pipeline.video.loudness import warning
from pipeline.video.meter import Bench
from pipeline.video.mix import Mixed, mix
from pipeline.video.plan import ClipPlan

QUICK = {"talk-45", "music-3-clipped", "claps-on-talk-45", "mono-8k", "surround"}
"""One of each kind; the rest are for a release."""
FRAME_S = 1 / 30


def mixed(path: Path, ffmpeg: str, **more: Any) -> tuple[Mixed, ClipPlan]:  # noqa: ANN401 - passed on
    folder = path.with_suffix(".scratch")
    folder.mkdir()
    made = plan(probe(path), **more)
    return mix(made, Bench(path, folder, ffmpeg, lambda _: None)), made


def codes(sound: Mixed) -> set[str]:
    return {each.code for each in sound.warnings}


def is_inside(path: Path) -> bool:
    integrated, peak = loudness(path)
    return abs(integrated + 16) <= 0.5 and peak <= -1


@pytest.mark.parametrize(
    "programme",
    [pytest.param(each, id=each.name, marks=[] if each.name in QUICK else pytest.mark.slow) for each in PROGRAMMES],
)
def test_every_programme_comes_out_as_loud_as_the_house_wants(
    programme: Programme, tmp_path: Path, ffmpeg: str
) -> None:
    sound, made = mixed(write_clip(tmp_path / "a.mkv", programme), ffmpeg)
    assert loudness(sound.file) == (sound.loudness.integrated_lufs, sound.loudness.true_peak_dbtp)
    assert is_inside(sound.file), sound.loudness
    assert warning(sound.loudness, made.house) is None
    assert codes(sound) == set(programme.warned)


def test_the_sound_has_the_samples_that_were_promised_and_joins_by_copy(tmp_path: Path, ffmpeg: str) -> None:
    files = []
    for n, seconds in enumerate((Fraction(1), Fraction(17, 10))):
        sound, made = mixed(make_clip(tmp_path / f"{n}.mp4", Spec(seconds=seconds)), ffmpeg)
        assert samples(sound.file)[0].shape == (2, made.samples)
        assert not list(sound.file.parent.glob("*.f32"))
        files.append(beside_a_picture(sound.file, made, tmp_path / f"out-{n}.mp4"))
        assert stamps(files[-1]) == [1024 * (k - 1) for k in range(made.samples // 1024 + 1)]
        assert samples(files[-1])[0].shape == (2, made.samples)
    listed = tmp_path / "list.ffconcat"
    listed.write_text("ffconcat version 1.0\n" + "".join(f"file {file.name}\n" for file in files), "ascii")
    said = run(ffmpeg, "-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", str(tmp_path / "show.mp4"))
    assert not said
    joined = stamps(tmp_path / "show.mp4")
    assert {b - a for a, b in pairwise(joined)} == {1024}
    assert len(joined) == sum(len(stamps(file)) for file in files)


def beside_a_picture(sound: Path, made: ClipPlan, path: Path) -> Path:
    """Return a file with the sound by copy and a picture as long as the plan says."""
    picture = path.with_suffix(".picture.mp4")
    factory.run(
        ["-f", "lavfi", "-i", "color=s=64x36:r=30", "-frames:v", str(made.frames), "-c:v", "mpeg4", str(picture)]
    )
    factory.run(["-i", str(picture), "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path)])
    return path


def stamps(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [packet.pts or 0 for packet in container.demux(audio=0) if packet.size]


def run(ffmpeg: str, *argv: str) -> str:
    done = subprocess.run(
        [ffmpeg, "-nostdin", "-v", "warning", "-y", *argv], capture_output=True, check=True, timeout=60
    )
    return done.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize(("name", "side"), [("left", 0), ("right", 1)])
def test_sound_on_one_side_is_put_on_both(name: str, side: int, tmp_path: Path, ffmpeg: str) -> None:
    talk = factory.level(factory.talk(3), -30)
    both = np.stack([talk, 0.001 * talk], axis=1)[:, :: -1 if side else 1]
    sound, _ = mixed(write_clip(tmp_path / "a.mkv", Programme("", lambda: both)), ffmpeg)
    heard = samples(sound.file)[0]
    assert codes(sound) == {"one-sided"}
    assert name in sound.warnings[0].en
    assert np.abs(heard[0] - heard[1]).max() < 0.01
    assert is_inside(sound.file)


def test_a_side_that_was_inverted_is_turned_round(tmp_path: Path, ffmpeg: str) -> None:
    talk = factory.level(factory.talk(3), -30)
    sound, _ = mixed(write_clip(tmp_path / "a.mkv", Programme("", lambda: factory.stereo(talk, -talk))), ffmpeg)
    heard = samples(sound.file)[0]
    assert codes(sound) == {"phase-inverted"}
    assert np.mean((heard[0] + heard[1]) ** 2) > 100 * np.mean((heard[0] - heard[1]) ** 2)
    assert is_inside(sound.file)


@pytest.mark.parametrize("kind", ["wide", "quieter"])
def test_two_sides_that_differ_are_left_as_they_are(kind: str, tmp_path: Path, ffmpeg: str) -> None:
    made = factory.level(factory.noise(2), -25) * (np.array([1.0, 0.05]) if kind == "quieter" else 1)
    sound, _ = mixed(write_clip(tmp_path / "a.mkv", Programme("", lambda: made)), ffmpeg)
    heard = samples(sound.file)[0]
    assert codes(sound) == set()
    assert np.mean(heard[1] ** 2) / np.mean(heard[0] ** 2) == pytest.approx(0.0025 if kind == "quieter" else 1, rel=0.2)


LOUD: dict[str, tuple[Callable[[], factory.Sound], bool]] = {
    "music": (lambda: factory.clipped(factory.music(4), 0), False),
    "talk": (lambda: factory.stereo(factory.clipped(factory.talk(4), 0)), False),
    "low-tone": (lambda: factory.stereo(np.sin(2 * np.pi * 60 * factory.time_s(4))), False),
    "talk-cut-off": (lambda: factory.stereo(factory.clipped(factory.talk(4), 6)), True),
    "music-cut-off": (lambda: factory.clipped(factory.music(4), 9), True),
    "tone-cut-off": (lambda: factory.stereo(factory.clipped(np.sin(2765 * factory.time_s(4)), 6)), True),
}
"""Sound whose peaks reach full scale, and whether they were cut off there."""


@pytest.mark.parametrize("case", LOUD.values(), ids=LOUD)
@pytest.mark.parametrize("codec", ["pcm_s16le", "aac"])
def test_peaks_that_were_cut_off_are_told_from_loud_ones(
    case: tuple[Callable[[], factory.Sound], bool], codec: str, tmp_path: Path, ffmpeg: str
) -> None:
    made, is_cut_off = case
    sound, _ = mixed(write_clip(tmp_path / "a.mkv", Programme("", made, codec=codec)), ffmpeg)
    assert ("clipped-sound" in codes(sound)) is is_cut_off


def test_silence_within_is_told_with_its_place_in_the_original(tmp_path: Path, ffmpeg: str) -> None:
    talk = factory.stereo(factory.level(factory.talk(9), -50))  # its pauses of half a second are no silence
    talk[factory.RATE_HZ * 3 : factory.RATE_HZ * 6] = 0
    path = write_clip(tmp_path / "a.mkv", Programme("", lambda: talk))
    sound, _ = mixed(path, ffmpeg, trim=(Fraction(1), None))
    assert codes(sound) == {"silent-stretch"}
    assert "0:03–0:06" in sound.warnings[0].en
    assert is_inside(sound.file)


def test_silence_stays_silent_and_is_no_fault_of_its_channels(tmp_path: Path, ffmpeg: str) -> None:
    quiet = 1e-5 * factory.noise(3)
    sound, made = mixed(write_clip(tmp_path / "a.mkv", Programme("", lambda: quiet)), ffmpeg)
    assert sound.warnings == ()
    told = warning(sound.loudness, made.house)
    assert told is not None
    assert told.code == "silent"
    assert loudness(sound.file)[1] < -60


def test_a_clip_without_sound_gets_silence_of_its_length(tmp_path: Path, ffmpeg: str) -> None:
    sound, made = mixed(make_clip(tmp_path / "a.mp4", Spec(sound=None)), ffmpeg)
    heard = samples(sound.file)[0]
    assert heard.shape == (2, made.samples)
    assert not heard.any()


def test_sound_shorter_than_a_meters_block_is_set_too(tmp_path: Path, ffmpeg: str) -> None:
    spec = Spec(seconds=Fraction(1, 5), sound=Sound(tone=True, level_dbfs=-30))
    sound, _ = mixed(make_clip(tmp_path / "a.mp4", spec), ffmpeg)
    assert is_inside(sound.file)


def test_a_constant_offset_is_taken_out(tmp_path: Path, ffmpeg: str) -> None:
    talk = factory.stereo(factory.level(factory.talk(3), -40)) + 0.3
    sound, _ = mixed(write_clip(tmp_path / "a.mkv", Programme("", lambda: talk)), ffmpeg)
    assert is_inside(sound.file)
    assert abs(samples(sound.file)[0][:, -factory.RATE_HZ :].mean()) < 0.001


FORMATS = (
    (Programme("8-bit", lambda: factory.around(2, 1, 11_025), 11_025, "mono", "pcm_u8"), "mkv"),
    (Programme("mu-law", lambda: factory.around(2, 1, 8000), 8000, "mono", "pcm_mulaw"), "mov"),
    (Programme("192k", lambda: factory.around(2, 2, 192_000), 192_000, "stereo", "pcm_s24le"), "mkv"),
    (Programme("doubles", lambda: factory.around(2, 2, 96_000), 96_000, "stereo", "pcm_f64le"), "mkv"),
    (Programme("alac", lambda: factory.around(2, 2, 44_100), 44_100, "stereo", "alac"), "mov"),
    (Programme("broadcast", lambda: factory.around(2, 2, 32_000), 32_000, "stereo", "mp2"), "ts"),
    (Programme("opus-6", lambda: factory.around(2, 6), layout="5.1", codec="libopus"), "mkv"),
    (Programme("aac-3", lambda: factory.around(2, 3), layout="3.0", codec="aac"), "mov"),
    (Programme("aac-4", lambda: factory.around(2, 4), layout="4.0", codec="aac"), "mov"),
    (Programme("aac-5", lambda: factory.around(2, 5), layout="5.0", codec="aac"), "mov"),
    (Programme("flac-7", lambda: factory.around(2, 7), layout="6.1", codec="flac"), "mkv"),
    (Programme("aac-8", lambda: factory.around(2, 8), layout="7.1", codec="aac"), "mov"),
    (Programme("unknown-4", lambda: factory.around(2, 4), layout=None, codec="pcm_s16le"), "mkv"),
    (Programme("unknown-6", lambda: factory.around(2, 6), layout=None, codec="pcm_s16le"), "mkv"),
    (Programme("unknown-8", lambda: factory.around(2, 8), layout=None, codec="pcm_s16le"), "mkv"),
)
SOON = {"mu-law", "192k", "opus-6", "unknown-6"}


@pytest.mark.parametrize(
    ("programme", "suffix"),
    [pytest.param(*row, id=row[0].name, marks=[] if row[0].name in SOON else pytest.mark.slow) for row in FORMATS],
)
def test_any_rate_any_number_of_channels(programme: Programme, suffix: str, tmp_path: Path, ffmpeg: str) -> None:
    path = write_clip(tmp_path / f"a.{suffix}", programme, "-strict", "-2")
    facts = probe(path)
    assert facts.audio is not None
    assert facts.audio.channels == programme.sound().shape[1]
    sound, made = mixed(path, ffmpeg)
    assert is_inside(sound.file), sound.loudness
    assert samples(sound.file)[0].shape == (2, made.samples)
    heard = samples(sound.file)[0][:, -factory.RATE_HZ :]
    if facts.audio.channels != 2:  # the talk is in the middle, or nobody knows where
        assert np.mean(heard[0] ** 2) == pytest.approx(np.mean(heard[1] ** 2), rel=0.2)


def starts(kind: str, seconds: float) -> list[float]:
    """Return when each packet of 1024 samples begins, in seconds, by its time stamp."""
    packet_s, at_s, found = 1024 / factory.RATE_HZ, 0.9 if kind == "late" else 0.0, list[float]()
    while at_s + packet_s < seconds:
        n = len(found)
        found.append(at_s)
        at_s += packet_s
        at_s += {"gaps-20": 0.02, "gaps-50": 0.05, "gaps-90": 0.09}.get(kind, 0) if n % 23 == 0 else 0
        at_s += 1.0 if (kind, n) == ("gap-1s", 100) else 0
        at_s -= 0.015 if kind == "overlaps" and n % 10 == 0 else 0
        at_s *= 1 if kind != "fast" else 1 - 0.0002 * packet_s / max(at_s, packet_s)
    return found


@pytest.mark.parametrize(
    "kind",
    ["even", "gaps-50", "overlaps", "late", *(pytest.param(n, marks=pytest.mark.slow) for n in
     ("gaps-20", "gaps-90", "gap-1s", "fast"))],
)  # fmt: skip
def test_sound_is_on_time_from_start_to_end(kind: str, tmp_path: Path, ffmpeg: str) -> None:
    seconds = 120 if kind == "fast" else 12
    path = timed_clip(tmp_path / "a.mkv", starts(kind, seconds), seconds)
    sound, made = mixed(path, ffmpeg)
    late_s = [(at_s - float(made.lead_s)) % 0.5 for at_s in beeps(sound.file)]
    # A gap may swallow the beginning of a beep, never more than the gap: what is whole must be on time.
    off_s = [min(each, 0.5 - each) for each in late_s]
    whole = sorted(off_s)[: len(off_s) * 3 // 4]
    assert len(off_s) >= (seconds - 2) * 2
    assert max(whole) <= FRAME_S / 2
    assert max(off_s[0], off_s[-1]) <= (FRAME_S if not kind.startswith("gaps") else 0.09)


def timed_clip(path: Path, begins_s: list[float], seconds: int) -> Path:
    """Write a clip whose packets of sound begin at ``begins_s`` and beep at every half second of that clock."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=5)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        audio = out.add_stream("pcm_s16le", rate=factory.RATE_HZ)
        audio.layout = "stereo"
        left = list(begins_s)
        for n in range(seconds * 5):
            frame = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8))
            frame.pts, frame.time_base = n, Fraction(1, 5)
            out.mux(video.encode(frame))
            while left and left[0] <= (n + 1) / 5:
                out.mux(beeping(left.pop(0), audio))
        out.mux(video.encode())
    return path


def beeping(begin_s: float, audio: av.AudioStream) -> av.Packet[Any]:
    at_s = begin_s + np.arange(1024) / factory.RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * 1000 * at_s) * (at_s % 0.5 < 0.05) + 0.003 * np.sin(2 * np.pi * 120 * at_s)
    packet = av.Packet(np.repeat((tone * 32767).astype("<i2")[:, None], 2, axis=1).tobytes())
    packet.stream, packet.time_base = audio, Fraction(1, 90_000)
    packet.pts = packet.dts = round(begin_s * 90_000)
    packet.duration = 1920
    return packet


@pytest.mark.parametrize(("options", "late_s"), [(["-itsoffset", "0.3"], 0.3), (["-itsoffset", "-0.3"], -0.3)])
def test_sound_that_begins_later_or_earlier_than_the_picture_keeps_its_place(
    options: list[str], late_s: float, tmp_path: Path, ffmpeg: str
) -> None:
    one = make_clip(tmp_path / "one.mp4", Spec(seconds=Fraction(3)))
    path = tmp_path / "a.mp4"
    factory.run(["-i", str(one), *options, "-i", str(one), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path)])
    sound, made = mixed(path, ffmpeg)
    # The picture begins at zero; what is heard before that is cut off by the edit list.
    heard_s = [at_s - float(made.lead_s) - late_s for at_s in beeps(sound.file)]
    assert heard_s == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.5], abs=FRAME_S / 2)


def test_channels_that_change_in_the_middle_are_all_heard_in_their_place(tmp_path: Path, ffmpeg: str) -> None:
    path = tmp_path / "a.ts"
    for n, (channels, layout) in enumerate(((2, "stereo"), (1, "mono"), (6, "5.1"))):
        one = tmp_path / f"{n}.ts"
        beep = 0.1 * np.sin(2 * np.pi * 1000 * factory.time_s(2)) * (np.abs(factory.time_s(2) - 1) < 0.05)
        made_sound = partial(np.repeat, beep[:, None], channels, 1)
        part = Programme("", made_sound, layout=layout, codec="aac")
        write_clip(one, part, "-output_ts_offset", str(2 * n))
        with path.open("ab") as out:
            out.write(one.read_bytes())
    sound, made = mixed(path, ffmpeg)
    heard_s = [at_s - float(made.lead_s) for at_s in beeps(sound.file, share=0.2)]
    # Each part begins with the encoder's priming, a packet or two.
    assert heard_s == pytest.approx([0.95, 2.95, 4.95], abs=0.05)
    assert [each.name for each in sound.file.parent.iterdir()] == [sound.file.name]


def test_hearing_is_the_same_in_blocks_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = factory.clipped(factory.level(factory.talk(8), -10), 6)
    sound = factory.stereo(made, 0.5 * made).astype(np.float32)
    sound[2 * factory.RATE_HZ : 5 * factory.RATE_HZ] = 0
    loud = Loudness(integrated_lufs=-8, true_peak_dbtp=0)
    whole = hearing.hear(sound, HOUSE.sample_rate_hz, loud)
    monkeypatch.setattr(hearing, "_BLOCK_S", 2)
    parts = hearing.hear(sound, HOUSE.sample_rate_hz, loud)
    assert whole.silences == parts.silences == ((Fraction(2), Fraction(5)),)
    assert whole.left_dbfs == pytest.approx(parts.left_dbfs)
    assert whole.left_dbfs - whole.right_dbfs == pytest.approx(6.02, abs=0.01)
    assert whole.cut_off_share == pytest.approx(parts.cut_off_share, rel=0.02)
    assert whole.cut_off_share > hearing.CUT_OFF_SHARE


def test_hearing_nothing_at_all_is_no_trouble() -> None:
    nothing = np.zeros((0, 2), np.float32)
    heard = hearing.hear(nothing, 48_000, Loudness(integrated_lufs=-70, true_peak_dbtp=-99))
    assert (heard.silences, heard.cut_off_share, hearing.remedy(heard)) == ((), 0.0, None)


def test_samples_that_are_no_numbers_become_silence_with_words(tmp_path: Path, ffmpeg: str) -> None:
    source = make_clip(tmp_path / "a.mkv", Spec(width=64, height=64, container="mkv", sound=None))
    (tmp_path / "nan.f32").write_bytes(np.full((48_000, 2), np.nan, "<f4").tobytes())
    path = tmp_path / "nan.mkv"
    sound = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", str(tmp_path / "nan.f32")]
    argv = [ffmpeg, "-v", "error", "-i", str(source), *sound, "-map", "0:v", "-map", "1:a", "-c:v", "copy"]
    subprocess.run([*argv, "-c:a", "pcm_f32le", str(path)], check=True, timeout=60)
    made = plan(probe(path))
    mixed = mix(made, Bench(path, tmp_path, ffmpeg, lambda _: None))
    assert [told.code for told in mixed.warnings] == ["audio-broken"]
    assert samples(mixed.file)[0].shape[1] == made.samples
