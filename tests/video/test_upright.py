"""From odd files to whole, upright pictures, through the real ffmpeg; every outcome is measured in what comes out."""

from __future__ import annotations

import struct
import subprocess
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media_factory import Spec, corners, frame_at, frame_number, frames, make_clip
from test_plan import HOUSE

from pipeline.media.facts import ClipFacts
from pipeline.media.probe import probe
from pipeline.video import graph
from pipeline.video.colour import scaled
from pipeline.video.upright import upright

ONE = 1 << 16
RIGHT_ANGLES = [
    (a, b, c, d)
    for a, b, c, d in product((-1, 0, 1), repeat=4)
    if abs(a) + abs(b) == 1 and abs(c) + abs(d) == 1 and a * d - b * c
]
"""The eight ways to put a rectangle upright: where its right and its down point."""
BOGUS = {
    "nothing": (0, 0, 0, 0, 0, 0, 0, 0, 0),
    "sheared": (ONE, ONE, 0, 0, ONE, 0, 0, 0, 1 << 30),
    "37 degrees": (52339, 39441, 0, -39441, 52339, 0, 0, 0, 1 << 30),
    "flat": (ONE, 0, 0, ONE, 0, 0, 0, 0, 1 << 30),
    "bent": (ONE, 0, 1 << 30, 0, ONE, 0, 0, 0, 1 << 30),
    "a needle": (ONE, 0, 0, 0, 100, 0, 0, 0, 1 << 30),
}
SHAPES = (
    "nullsrc=s=160x120:r={rate},geq=lum='128+50*sin((X+90*T)/3)+40*sin((X+Y)/5-11*T)':cb=128:cr=128,"
    "scale=640x480:flags=bicubic"
)
"""Smooth shapes of which every part moves, 360 px in a second."""


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    spec = Spec(width=256, height=144, seconds=Fraction(1, 5), sound=None)
    return make_clip(tmp_path_factory.mktemp("flat") / "a.mp4", spec).read_bytes()


def with_matrix(path: Path, data: bytes, matrix: tuple[int, ...]) -> Path:
    """Write an MP4 with another display matrix. Source: ISO/IEC 14496-12, 8.3.2."""
    at = data.index(b"tkhd") + 4 + 40
    path.write_bytes(data[:at] + struct.pack(">9i", *matrix) + data[at + 36 :])
    return path


def conformed(path: Path, ffmpeg: str, facts: ClipFacts | None = None) -> Path:
    """Return the clip as the renderer's graph sees it: upright, at the house's rate."""
    facts = facts or probe(path)
    out = path.with_suffix(".out.mp4")
    source = graph.source_input(path, facts)[str(facts.video.index)]
    options: dict[str, Any] = {"vcodec": "libx264", "preset": "ultrafast", "crf": 8, "pix_fmt": "yuv420p"}
    whole = upright(source, facts.video, HOUSE).filter("trim", end=float(facts.duration_s))
    argv = graph.argv([whole.output(str(out), **options, fps_mode="cfr")], ffmpeg)
    subprocess.run([str(part) for part in argv], check=True, timeout=120, capture_output=True)
    return out


def carries_matrix(path: Path) -> bool:
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        side: Any = frame.side_data
        return any(side[n].type.name == "DISPLAYMATRIX" for n in range(len(side)))


def expected_corners(a: int, b: int, c: int, d: int) -> tuple[str, ...]:
    """Return the corners that a player shows, by what the matrix means: (x, y) goes to (ax + cy, bx + dy)."""
    colours = {(-1, -1): "r", (1, -1): "g", (-1, 1): "b", (1, 1): "y"}
    shown = {(a * x + c * y, b * x + d * y): colour for (x, y), colour in colours.items()}
    return tuple(shown[place] for place in ((-1, -1), (1, -1), (-1, 1), (1, 1)))


@pytest.mark.parametrize("axes", RIGHT_ANGLES)
def test_every_orientation_comes_out_upright(tmp_path: Path, flat: bytes, ffmpeg: str, axes: tuple[int, ...]) -> None:
    a, b, c, d = axes
    path = with_matrix(tmp_path / "a.mp4", flat, (a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30))
    out = conformed(path, ffmpeg)
    picture = next(frames(out, upright=False))
    assert corners(picture) == expected_corners(a, b, c, d)
    assert picture.size == ((256, 144) if a else (144, 256))
    assert not carries_matrix(out)
    video = probe(path).video
    assert (video.display_width_px, video.display_height_px) == picture.size
    assert not video.matrix_ignored


@pytest.mark.parametrize("name", BOGUS)
def test_a_matrix_that_makes_no_sense_is_ignored(tmp_path: Path, flat: bytes, ffmpeg: str, name: str) -> None:
    path = with_matrix(tmp_path / "a.mp4", flat, BOGUS[name])
    video = probe(path).video
    assert video.matrix_ignored
    assert (video.rotation_deg, video.mirrored, video.pixel_aspect) == (0, False, Fraction(1))
    out = conformed(path, ffmpeg)
    picture = next(frames(out, upright=False))
    assert (picture.size, corners(picture)) == ((256, 144), ("r", "g", "b", "y"))
    assert not carries_matrix(out)


def test_ffmpegs_own_flip_is_understood(tmp_path: Path, flat: bytes, ffmpeg: str) -> None:
    path, flipped = tmp_path / "a.mp4", tmp_path / "b.mp4"
    path.write_bytes(flat)
    argv = [ffmpeg, "-v", "error", "-display_rotation", "-90", "-display_hflip", "-i", str(path), "-c", "copy"]
    subprocess.run([*argv, str(flipped)], check=True, timeout=60)
    video = probe(flipped).video
    assert (video.rotation_deg % 180, video.mirrored) == (90, True)
    shown = subprocess.run(
        [ffmpeg, "-v", "error", "-i", str(flipped), "-frames:v", "1", "-f", "image2", str(tmp_path / "player.png")],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    assert not shown.stderr
    player, ours = (next(frames(each, upright=False)) for each in (tmp_path / "player.png", conformed(flipped, ffmpeg)))
    assert corners(ours) == corners(player)


def made(path: Path, ffmpeg: str, rate: str, filters: str, *options: str) -> Path:
    """Write two seconds of moving, smooth shapes through ``filters``, as television was large."""
    argv = [ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i", SHAPES.format(rate=rate), "-t", "2", "-vf", filters]
    argv += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p", *options, str(path)]
    subprocess.run(argv, check=True, timeout=120)
    return path


def combing(path: Path) -> float:
    """Return how much every other line sticks out: 1 for whole frames, more where two moments share a frame."""
    found = []
    for picture in list(frames(path))[5:-5]:
        grey = np.asarray(picture.convert("L"), np.float64)[20:-20, 20:-20]
        near = np.abs(np.diff(grey, axis=0)).mean()
        far = np.abs(grey[2:] - grey[:-2]).mean()
        found.append(2 * near / far)
    return float(np.mean(found))


FLAGGED = ("-flags", "+ilme+ildct")
CASES: dict[str, tuple[str, str, tuple[str, ...], str, bool | None]] = {
    "progressive": ("25", "null", (), "progressive", None),
    "progressive, flagged": ("25", "setfield=tff", FLAGGED, "progressive", None),
    "interlaced, top first": ("50", "tinterlace=interleave_top", FLAGGED, "interlaced", True),
    "interlaced, bottom first": ("50", "tinterlace=interleave_bottom,setfield=bff", FLAGGED, "interlaced", False),
    "interlaced, unflagged": ("50", "tinterlace=interleave_top,setfield=prog", (), "interlaced", True),
    "interlaced, unflagged, bottom first": (
        "50", "tinterlace=interleave_bottom,setfield=prog", (), "interlaced", False
    ),
    "telecined": ("24000/1001", "telecine,setfield=tff", FLAGGED, "telecined", True),
    "telecined, unflagged": ("24000/1001", "telecine=first_field=b,setfield=prog", (), "telecined", False),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_frames_become_whole(tmp_path: Path, ffmpeg: str, name: str) -> None:
    rate, filters, options, scan, top_first = CASES[name]
    path = made(tmp_path / "a.mp4", ffmpeg, rate, filters, *options)
    facts = probe(path)
    assert (facts.video.scan, facts.video.top_field_first) == (scan, top_first)
    before, after = combing(path), combing(conformed(path, ffmpeg, facts))
    assert after < 1.2
    assert (before > 1.4) is (scan != "progressive")


def moving_parts(path: Path) -> int:
    """Return how many pictures differ from the one before by more than the encoder's noise."""
    grey = [np.asarray(picture.convert("L"), np.float64) for picture in frames(path)]
    return sum(1 for before, after in pairwise(grey) if np.abs(after - before).mean() > 2)


def test_film_gets_its_own_cadence_back(tmp_path: Path, ffmpeg: str) -> None:
    path = made(tmp_path / "a.mp4", ffmpeg, *CASES["telecined"][:2], *FLAGGED)
    assert abs(moving_parts(conformed(path, ffmpeg)) - 2 * Fraction(24000, 1001)) <= 2


def test_fields_become_frames_so_that_motion_is_even(tmp_path: Path, ffmpeg: str) -> None:
    path = made(tmp_path / "a.mp4", ffmpeg, *CASES["interlaced, top first"][:2], *FLAGGED)
    assert moving_parts(conformed(path, ffmpeg)) >= 56  # of 59; 50 if frames of 25 a second were repeated


SMALL = Spec(width=256, height=144, seconds=Fraction(1, 2), sound=None, container="ts")
LATER_SIZES = {"smaller": (128, 72), "larger": (512, 288), "upright": (144, 256), "odd": (254, 110)}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", LATER_SIZES)
def test_a_size_that_changes_on_the_way_stays_in_the_frame(
    tmp_path: Path,
    ffmpeg: str,
    name: str,
    turned: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    width, height = LATER_SIZES[name]
    specs = (SMALL, replace(SMALL, width=width, height=height))
    parts = [make_clip(tmp_path / f"{n}.ts", spec) for n, spec in enumerate(specs)]
    path = tmp_path / "a.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    facts = probe(path)
    assert facts.video.size_changes
    assert (facts.video.coded_width_px, facts.video.coded_height_px) == (256, 144)
    if turned:
        facts = facts.model_copy(update={"video": facts.video.model_copy(update={"rotation_deg": 90})})
    shown = [picture.rotate(90, expand=True) if turned else picture
             for picture in frames(conformed(path, ffmpeg, facts), upright=False)]  # fmt: skip
    assert {picture.size for picture in shown} == {(256, 144)}
    assert 27 <= len(shown) <= 33
    share = min(Fraction(256, width), Fraction(144, height))
    left, top = round((256 - width * share) / 2), round((144 - height * share) / 2)
    for picture in (shown[3], shown[-3].crop((left, top, 256 - left, 144 - top))):
        assert corners(picture) == ("r", "g", "b", "y")
    assert frame_number(shown[3]) < 15


WILD_S = 36_000


def with_times(path: Path, source: Path, move: dict[int, int], container: str) -> Path:
    """Write the clip again, its packets moved by so many seconds; by their number, -1 is all that are not named."""
    with av.open(str(source)) as old, av.open(str(path), "w", format=container) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        packets = [packet for packet in old.demux(video=0) if packet.size]
        for number, packet in enumerate(packets):
            away = move.get(number - len(packets), move.get(number, move.get(-999, 0)))
            ticks = int(away / packet.time_base)
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + (ticks if -999 in move or len(move) > 9 else 0)
            packet.stream = stream
            new.mux(packet)
    return path


WILD_TIMES = {
    "a late last frame": {-1: WILD_S},
    "a late frame in the middle": {10: WILD_S},
    "two late frames": {10: WILD_S, 20: 2 * WILD_S},
    "an early first frame": {0: 0, -999: WILD_S},
}


@pytest.mark.parametrize("name", WILD_TIMES)
def test_one_wild_time_neither_lengthens_nor_freezes_the_clip(tmp_path: Path, ffmpeg: str, name: str) -> None:
    spec = Spec(width=256, height=144, seconds=Fraction(1), sound=None, container="mkv", vcodec="mjpeg")
    plain = make_clip(tmp_path / "plain.mkv", spec)
    path = with_times(tmp_path / "a.mkv", plain, WILD_TIMES[name], "matroska")
    facts = probe(path)
    assert facts.video.wild_times
    assert abs(facts.duration_s - 1) < Fraction(1, 10)
    assert abs(facts.video.frame_rate - 30) < 3
    numbers = [frame_number(picture) for picture in frames(conformed(path, ffmpeg, facts))]
    assert abs(len(numbers) - 30) <= 2
    assert numbers == sorted(numbers)
    assert len(set(numbers)) >= 26
    assert numbers[-1] >= 28


def test_a_true_pause_is_no_wild_time(tmp_path: Path) -> None:
    spec = Spec(width=128, height=72, seconds=Fraction(1), sound=None, container="mkv", vcodec="mjpeg")
    plain = make_clip(tmp_path / "plain.mkv", spec)
    path = with_times(tmp_path / "a.mkv", plain, dict.fromkeys(range(10, 30), 1000), "matroska")
    facts = probe(path)
    assert not facts.video.wild_times
    assert facts.duration_s > 1000


def test_joined_transport_streams_play_one_after_the_other(tmp_path: Path, ffmpeg: str) -> None:
    spec = Spec(width=256, height=144, seconds=Fraction(1, 2), container="ts")
    one = make_clip(tmp_path / "1.ts", spec).read_bytes()
    later = make_clip(tmp_path / "2.ts", Spec(width=256, height=144, seconds=Fraction(1, 2), container="ts",
                                               start_s=Fraction(5000)))  # fmt: skip
    path = tmp_path / "a.ts"
    path.write_bytes(one + later.read_bytes() + one)
    facts = probe(path)
    assert not facts.video.wild_times
    assert abs(facts.duration_s - Fraction(3, 2)) < Fraction(1, 5)
    numbers = [frame_number(picture) for picture in frames(conformed(path, ffmpeg, facts))]
    assert [sum(1 for number in numbers if number == which) >= 2 for which in (2, 7, 12)] == [True] * 3
    assert max(numbers.count(number) for number in range(1, 14)) <= 5


@pytest.mark.parametrize(("options", "scan"), [(FLAGGED, "interlaced"), ((), "progressive")])
def test_where_nothing_moves_the_files_word_counts(
    tmp_path: Path, ffmpeg: str, options: tuple[str, ...], scan: str
) -> None:
    path = made(tmp_path / "a.mp4", ffmpeg, "25", f"loop=99:1,setfield={'tff' if options else 'prog'}", *options)
    video = probe(path).video
    assert (video.scan, video.top_field_first) == (scan, True if options else None)


@pytest.mark.parametrize(("codec", "decoder"), [("libvpx", "libvpx"), ("libvpx-vp9", "libvpx-vp9")])
def test_what_is_transparent_in_webm_is_put_on_black(codec: str, decoder: str, tmp_path: Path, ffmpeg: str) -> None:
    source = tmp_path / "half.webm"
    kept = "lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)'"
    drawn = f"color=red:s=128x72:r=30:d=0.5,format=yuva420p,geq={kept}:a='if(lt(X,64),255,0)'"
    coded = ["-c:v", codec, "-deadline", "realtime", "-auto-alt-ref", "0", "-b:v", "1M"]
    subprocess.run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", drawn, *coded, str(source)], check=True, timeout=60)
    facts = probe(source)
    assert facts.video.has_alpha
    assert facts.video.decoder == decoder
    stream = upright(graph.source_input(source, facts)["v"], facts.video, HOUSE)
    shown = tmp_path / "shown.mp4"
    sized = scaled(stream, facts.video, 128, 72)
    argv = graph.argv([sized.output(str(shown), vcodec="libx264", crf=10)], ffmpeg)
    subprocess.run(argv, check=True, timeout=60, capture_output=True)
    picture = frame_at(shown, 5)
    left, right = picture.getpixel((20, 36)), picture.getpixel((108, 36))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 180
    assert max(right) < 40
