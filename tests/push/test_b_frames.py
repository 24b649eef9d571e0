"""Masters with B-frames: they are decoded in another order than they are shown, and begin to be decoded earlier."""

import shutil
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import imageio_ffmpeg
import pytest
import show_factory
from hypothesis import given
from hypothesis import strategies as st
from show_factory import PARTS, START, make_show

from pipeline.push.packet import Head, Piece, Splice, within
from pipeline.push.player import Player
from pipeline.push.sender import Muxer
from pipeline.show.channel import Airing, unix_s

RATE, FRAME = Fraction(30), 512


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(show_factory, "X264", show_factory.X264 + ":bframes=2:b-adapt=0:b-pyramid=none")
        make_show(folder, PARTS[:4])
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "out")


def played(out: Path, airing: Airing) -> list[Piece]:
    return list(Player(out, airing, unix_s(START), lambda _: None).packets())


def assert_shown_one_after_the_other(pieces: list[Piece], frames: int) -> None:
    video = [piece for piece in pieces if piece.is_video]
    assert all(piece.shift >= 0 for piece in video)
    assert all(before.dts < after.dts for before, after in pairwise(video))
    assert sorted(piece.dts + piece.shift for piece in video) == [FRAME * n for n in range(frames)]
    assert any(before.shift != after.shift for before, after in pairwise(video))


def test_entries_join_without_a_hole(out: Path) -> None:
    assert_shown_one_after_the_other(played(out, Airing(starts_at=START)), 384)


def test_a_slate_in_place_of_a_missing_clip_is_cut_whole(out: Path) -> None:
    (clip,) = (out / "masters").glob("one.air-1080p.*")
    clip.unlink()
    assert_shown_one_after_the_other(played(out, Airing(starts_at=START)), 384)


@pytest.mark.parametrize("form", ["flv", "mpegts"])
def test_the_stream_has_the_times_of_the_masters(out: Path, tmp_path: Path, form: str) -> None:
    pieces = played(out, Airing(starts_at=START))
    muxer = Muxer(pieces[0])
    nut = b"".join([muxer.mux(piece) for piece in pieces] + [muxer.close()])
    received = tmp_path / "received"
    if form == "flv":
        wire = [sys.executable, "-m", "pipeline.push.wire"]
        subprocess.run(wire, input=f"{received}\n".encode() + nut, check=True, timeout=30)
    else:
        to_ts = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-fpsprobesize", "0", "-f", "nut", "-i", "pipe:0"]
        to_ts += ["-map", "0", "-c", "copy", "-f", "mpegts", str(received)]
        subprocess.run(to_ts, input=nut, check=True, timeout=30)
    with av.open(str(received), format=form) as container:
        base = float(container.streams.video[0].time_base or 0)
        packets = [packet for packet in container.demux(video=0) if packet.size]
    # In MPEG-TS ffmpeg leaves out when the first picture is decoded.
    times = [((packet.dts or 0) * base, (packet.pts or 0) * base) for packet in packets]
    assert all(before[0] < after[0] <= after[1] for before, after in pairwise(times))
    shown_s = [pts for _, pts in times]
    assert [at_s - min(shown_s) for at_s in sorted(shown_s)] == pytest.approx([n / 30 for n in range(384)], abs=0.001)
    decoded_s = [at_s - shown_s[0] for at_s in shown_s]
    video = [piece for piece in pieces if piece.is_video]
    assert decoded_s == pytest.approx([float((each.dts + each.shift) / 15360) for each in video], abs=0.001)
    with av.open(str(received), format=form) as container:
        assert sum(1 for _ in container.decode(video=0)) == 384


def coded(frames: int, between: int) -> list[Piece]:
    """Pictures of an entry with ``between`` B-frames between two others, in the order in which they are decoded."""
    head = Head(b"", b"", Fraction(1, 15360), Fraction(1, 48000))
    order = [0]
    for anchor in range(1 + between, frames + between, 1 + between):
        last = min(anchor, frames - 1)
        order += [last, *range(order[0] if last == 0 else max(order) + 1, last)]
    lead = FRAME if between else 0
    return [
        Piece(head, True, b"", FRAME * n - lead, FRAME, n == 0, FRAME * (pts - n) + lead, lead)
        for n, pts in enumerate(order[:frames])
    ]


@given(st.lists(st.tuples(st.integers(3, 40), st.integers(0, 3), st.integers(1, 40)), min_size=1, max_size=5))
def test_entries_with_and_without_them_in_turn(entries: list[tuple[int, int, int]]) -> None:
    splice, at_s, shown, decoded = Splice(Fraction(0)), Fraction(0), list[int](), list[int]()
    for frames, between, most in entries:
        cut = min(frames, most)
        for piece in coded(frames, between)[:cut]:
            laid = splice.lay(within(piece, cut, RATE), at_s)
            assert laid
            shown.append(laid.dts + laid.shift)
            decoded.append(laid.dts)
        at_s += cut / RATE
    assert sorted(shown) == [FRAME * n for n in range(len(shown))]
    assert all(before < after for before, after in pairwise(decoded))
