"""Facts of clips whose truth is known, and refusal of what only looks like one."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from media_factory import Sound, Spec, kept_frames, make_clip, make_text, truncate

from pipeline.errors import InputError
from pipeline.media.demux import Reel, read
from pipeline.media.facts import ClipFacts
from pipeline.media.probe import probe
from pipeline.video.cautions import warnings

HALF = Fraction(1, 2)
TINY = Spec(width=128, height=72, seconds=HALF)
SPECS = {
    "plain": TINY,
    "silent": Spec(width=128, height=72, seconds=HALF, sound=None),
    "upright-phone": Spec(width=128, height=72, seconds=HALF, rotation=90),
    "upside-down": Spec(width=128, height=72, seconds=HALF, rotation=180),
    "other-phone": Spec(width=128, height=72, seconds=HALF, rotation=270),
    "wide-pixels": Spec(width=96, height=72, seconds=HALF, sar=Fraction(4, 3)),
    "ntsc": Spec(width=128, height=72, seconds=HALF, frame_rate=Fraction(30000, 1001)),
    "late": Spec(width=128, height=72, seconds=HALF, start_s=Fraction(3), container="ts"),
    "variable": Spec(width=128, height=72, seconds=Fraction(1), vfr=True),
    "interlaced": Spec(width=128, height=96, frame_rate=Fraction(25), seconds=HALF, interlaced=True),
    "hlg": Spec(width=128, height=72, seconds=HALF, hdr="hlg"),
    "untagged": Spec(width=128, height=72, seconds=HALF, bt709=False),
    "matroska": Spec(width=128, height=72, seconds=HALF, container="mkv"),
    "avi": Spec(width=128, height=72, seconds=HALF, container="avi", vcodec="mpeg4"),
    "mono-longer": Spec(width=128, height=72, seconds=HALF, sound=Sound(channels=1, longer_s=HALF)),
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("probe")
    return {name: make_clip(folder / f"{name}.bin", spec) for name, spec in SPECS.items()}


@pytest.fixture(scope="module")
def facts(clips: dict[str, Path]) -> dict[str, ClipFacts]:
    return {name: probe(path) for name, path in clips.items()}


@pytest.mark.parametrize("name", SPECS)
def test_what_was_made_is_seen(facts: dict[str, ClipFacts], name: str) -> None:
    spec, found = SPECS[name], facts[name]
    video = found.video
    assert (video.coded_width_px, video.coded_height_px) == (spec.width, spec.height)
    assert video.rotation_deg == spec.rotation
    assert video.pixel_aspect == spec.sar
    assert video.frames == len(kept_frames(spec))
    assert video.scan == ("interlaced" if spec.interlaced else "progressive")
    odd = {"mirrored", "matrix_ignored", "aspect_ignored", "size_changes", "wild_times"}
    assert not any(getattr(video, name) for name in odd)
    assert video.variable_rate is spec.vfr
    assert video.transfer == (spec.hdr or "sdr")
    assert video.pix_fmt.endswith("10le") is bool(spec.hdr)
    assert not video.has_alpha
    assert found.damaged_packets == 0
    assert found.subtitles == ()
    assert found.video_streams == 1
    assert found.audio_streams == len(found.sounds) == (1 if spec.sound else 0)
    assert found.clock_shift_s == found.broken_sounds == 0
    assert abs(video.end_s - video.start_s - spec.seconds) <= Fraction(1, 50)
    if not spec.vfr:
        assert abs(video.frame_rate / spec.frame_rate - 1) < Fraction(1, 50)
    assert ClipFacts.model_validate_json(found.model_dump_json()) == found  # facts are kept between runs


@pytest.mark.parametrize(("name", "shown"), [("plain", (128, 72)), ("upright-phone", (72, 128)),
                                             ("upside-down", (128, 72)), ("wide-pixels", (128, 72))])  # fmt: skip
def test_the_size_as_shown(facts: dict[str, ClipFacts], name: str, shown: tuple[int, int]) -> None:
    video = facts[name].video
    assert (video.display_width_px, video.display_height_px) == shown


def test_exact_rates_and_containers(facts: dict[str, ClipFacts]) -> None:
    assert facts["plain"].video.frame_rate == 30
    assert facts["ntsc"].video.frame_rate == Fraction(30000, 1001)
    assert {name: facts[name].container for name in ("plain", "late", "matroska", "avi")} == {
        "plain": "mov", "late": "mpegts", "matroska": "matroska", "avi": "avi"
    }  # fmt: skip


def test_the_clock_begins_where_the_file_says(facts: dict[str, ClipFacts]) -> None:
    late = facts["late"]
    assert late.start_s >= 3
    assert late.video.start_s >= late.start_s
    assert abs(late.duration_s - HALF) < Fraction(1, 5)
    assert facts["plain"].start_s == 0


def test_sound(facts: dict[str, ClipFacts]) -> None:
    assert facts["silent"].audio is None
    plain, mono = facts["plain"].audio, facts["mono-longer"].audio
    assert plain is not None
    assert mono is not None
    assert (plain.channels, plain.codec, plain.sample_rate_hz) == (2, "aac", 48000)
    assert mono.channels == 1
    assert abs(mono.end_s - 1) < Fraction(1, 10)
    assert abs(facts["mono-longer"].duration_s - 1) < Fraction(1, 10)


def test_colours(facts: dict[str, ClipFacts]) -> None:
    def tags(name: str) -> tuple[str | None, ...]:
        video = facts[name].video
        return video.color_space, video.color_primaries, video.color_transfer

    assert tags("plain") == ("bt709",) * 3
    assert tags("untagged") == (None,) * 3
    assert tags("hlg") == ("bt2020nc", "bt2020", "arib-std-b67")
    assert facts["hlg"].video.pix_fmt == "yuv420p10le"


def test_a_name_full_of_traps_is_only_a_name(clips: dict[str, Path], tmp_path: Path) -> None:
    for name in ("http:x.mp4", "-i.mp4", "คลิป 'x' %03d [1].mp4", "concat:a|b.mp4"):
        path = tmp_path / name
        path.write_bytes(clips["plain"].read_bytes())
        assert probe(path).video.frames == 15


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        probe(path)
    return raised.value.code


def test_text_is_no_clip(tmp_path: Path) -> None:
    assert code_of(make_text(tmp_path / "a.mp4")) == "not-media"


def test_an_empty_file_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert code_of(tmp_path / "a.mp4") == "not-media"


def test_noise_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes((n * n * 31 + 7) % 256 for n in range(40_000)))
    assert code_of(path) in {"not-media", "no-picture", "no-frame"}


def test_a_clip_without_its_index_is_told_from_a_stranger(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(clips["plain"].read_bytes())
    assert code_of(truncate(path, 0.6)) == "index-missing"


def test_a_clip_that_lacks_its_end_says_how_much_arrived(clips: dict[str, Path], tmp_path: Path, ffmpeg: str) -> None:
    path = tmp_path / "a.mp4"
    argv = [ffmpeg, "-v", "error", "-i", str(clips["silent"]), "-c", "copy", "-movflags", "+faststart", str(path)]
    subprocess.run(argv, check=True, timeout=60, stdin=subprocess.DEVNULL)
    with pytest.raises(InputError) as raised:
        probe(truncate(path, 0.6))
    assert raised.value.code == "cut-off"
    share = raised.value.values[0]
    assert isinstance(share, int)
    assert 0 < share < 98


def test_sound_alone_is_no_clip(clips: dict[str, Path], tmp_path: Path, ffmpeg: str) -> None:
    path = tmp_path / "a.mp4"
    argv = [ffmpeg, "-v", "error", "-i", str(clips["plain"]), "-vn", "-c", "copy", str(path)]
    subprocess.run(argv, check=True, timeout=60, stdin=subprocess.DEVNULL)
    assert code_of(path) == "no-picture"


def lists(target: Path) -> dict[str, str]:
    """Return files that make a careless reader open another one."""
    return {
        "hls.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n",
        "hls.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{target}\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile '{target}'\n",
        "sdp.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "dash.mp4": f'<?xml version="1.0"?>\n<MPD type="static"><BaseURL>file:{target}</BaseURL></MPD>\n',
    }


@pytest.mark.parametrize("name", sorted(lists(Path("x"))))
def test_a_list_never_opens_what_it_names(clips: dict[str, Path], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(lists(clips["plain"])[name], "utf-8")
    assert code_of(path) == "not-media"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8, 0.95])
@pytest.mark.parametrize("name", ["plain", "late", "matroska", "avi"])
def test_a_broken_upload_is_read_or_refused_but_never_crashes(
    clips: dict[str, Path], tmp_path: Path, name: str, share: float
) -> None:
    path = tmp_path / name
    path.write_bytes(clips[name].read_bytes())
    try:
        found = probe(truncate(path, share))
    except InputError as error:
        assert error.reason.th  # noqa: PT017 - either outcome is right; a reason that cannot be told is not
    else:
        assert 0 < found.video.frames <= 15


DIFFERS = {"-video-with-dash-.mp4", "vvc.mp4"}
"""Of 1×1 pixels, which may be refused; and of a codec that the manifest's older ffmpeg could not decode."""


def test_real_clips_end_as_their_manifest_says(shared_media: Path) -> None:
    """Refused, told about, or just used; by the facts alone, for loudness is measured later."""
    wrong = []
    with (shared_media / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "clip"]
    for row in rows:
        path = shared_media / row["path"]
        try:
            told = [each.code for each in warnings(probe(path))]
            outcome = "ok-with-warning" if told else "ok"
        except InputError as error:
            outcome, told = "reject", [error.code]
        if outcome != row["expected"] and path.name not in DIFFERS:
            wrong.append((path.name, outcome, told, row["expected"], row["reason"]))
    assert wrong == []


def test_real_clips_are_what_their_manifest_says(shared_media: Path) -> None:
    wrong = []
    with (shared_media / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "clip"]
    for row in rows:
        path = shared_media / row["path"]
        if path.name in DIFFERS:
            continue
        try:
            found = probe(path)
        except InputError as error:
            wrong += [] if row["expected"] == "reject" else [(path.name, str(error))]
            continue
        video, aspect = found.video, row["sar"].replace(":", "/")
        seen = (
            "reject" if row["expected"] == "reject" else "",
            f"{video.coded_width_px}x{video.coded_height_px}",
            video.rotation_deg,
            video.pixel_aspect,
            video.pix_fmt,
            found.audio_streams,
        )
        turned = 0 if row["rotation"] == "-" else -round(float(row["rotation"])) % 360
        told = ("", row["coded_wxh"], turned, Fraction(1 if aspect == "-" else aspect), row["pix_fmt"],
                int(row["n_audio"]))  # fmt: skip
        wrong += [] if seen == told else [(path.name, f"{seen} ≠ {told}")]
    assert wrong == []
    assert len(rows) > 50


def test_a_bare_stream_is_as_long_as_its_pictures(tmp_path: Path, ffmpeg: str) -> None:
    whole = make_clip(tmp_path / "a.mp4", Spec(width=128, height=72, frame_rate=Fraction(30), sound=None))
    for muxer in ("h264", "m4v"):
        codec = "copy" if muxer == "h264" else "mpeg4"
        path = tmp_path / f"bare.{muxer}"
        argv = [ffmpeg, "-v", "error", "-i", str(whole), "-c:v", codec, "-f", muxer, str(path)]
        subprocess.run(argv, check=True, timeout=60)
        found = probe(path)
        assert found.video.frames == 30
        assert found.video.frame_rate == 30
        assert abs(found.duration_s - 1) <= Fraction(1, 30)


def test_an_avi_that_shows_pictures_again_is_whole(tmp_path: Path, ffmpeg: str) -> None:
    # Written without decoding from a clock of 600, an AVI holds one picture and nineteen empty packets by turns.
    source = tmp_path / "a.mov"
    argv = ["-f", "lavfi", "-i", "testsrc=s=128x72:r=30:d=1", "-c:v", "mjpeg", "-video_track_timescale", "600"]
    subprocess.run([ffmpeg, "-v", "error", *argv, str(source)], check=True, timeout=60)
    path = tmp_path / "a.avi"
    copied = ["-i", str(source), "-c", "copy", "-r", "600", str(path)]
    subprocess.run([ffmpeg, "-v", "error", *copied], check=True, timeout=60)
    found = probe(path)
    assert found.video.promised_frames <= 2 * found.video.frames
    assert "cut-off-used" not in {told.code for told in warnings(found)}


def test_what_is_combed_anywhere_is_interlaced(tmp_path: Path, ffmpeg: str) -> None:
    drawn = "testsrc2=s=320x240:r=50:d=2"
    woven = f"{drawn},tinterlace=mode=interleave_top"
    flat = "testsrc2=s=320x240:r=25:d=2"
    coded = ["-c:v", "libx264", "-flags", "+ilme+ildct", "-x264-params", "tff=1", "-g", "300"]
    graph = f"{flat}[a];{woven},fps=25[b];[a][b]concat,setfield=tff[v]"
    path = tmp_path / "mixed.mp4"
    subprocess.run(
        [ffmpeg, "-v", "error", "-filter_complex", graph, "-map", "[v]", *coded, str(path)], check=True, timeout=60
    )
    assert probe(path).video.scan == "interlaced"


class Surprised:
    """A container that meets a packet of a stream it knows nothing of, as PyAV does in a damaged transport stream."""

    def __init__(self, container: Any) -> None:  # noqa: ANN401 - PyAV's
        self.format = container.format
        self._packets = container.demux(video=0)
        self.calls = 0

    def demux(self, _: object) -> Iterator[Any]:
        self.calls += 1
        for n, packet in enumerate(self._packets):
            if self.calls == 1 and n == 5:
                message = "list index out of range"
                raise IndexError(message)
            yield packet


def test_streams_that_begin_in_the_middle_of_a_file_are_passed_over(clips: dict[str, Path]) -> None:
    with av.open(str(clips["plain"])) as container:
        stream = container.streams.video[0]
        reel, surprised = Reel(stream), Surprised(container)
        assert not read(surprised, {stream.index: reel})  # type: ignore[arg-type]
        assert surprised.calls == 2
        assert reel.span.packets == 14  # all but the one that was not ours
