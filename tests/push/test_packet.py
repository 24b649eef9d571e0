from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.push.backlog import Backlog
from pipeline.push.packet import Head, Piece, Splice, belongs, endless, is_whole

RATE = Fraction(30)
HEAD = Head(b"v", b"a", Fraction(1, 15360), Fraction(1, 48000))
FRAME_S, AAC_S = 1 / RATE, Fraction(1024, 48000)


def master(frames: int) -> list[Piece]:
    """Packets of a master of the house format, in the order in which they are due."""
    video = [Piece(HEAD, True, b"v", 512 * n, 512, n % 60 == 0) for n in range(frames)]
    audio = [Piece(HEAD, False, b"a", 1024 * n, 1024, True) for n in range(-1, frames * 1600 // 1024 - 1)]
    return sorted([*video, *audio], key=lambda piece: (piece.at_s, piece.is_video))


LENGTHS = st.lists(st.integers(1, 12).map(lambda n: 16 * n), min_size=1, max_size=6)
STARTS = st.integers(10**15, 2 * 10**15).map(lambda us: Fraction(us, 10**6))


@given(LENGTHS, STARTS)
def test_whole_entries_join_without_a_hole(lengths: list[int], start_s: Fraction) -> None:
    splice, laid, at_s = Splice(start_s), list[Piece](), start_s
    for frames in lengths:
        laid += [done for each in master(frames) if belongs(each, 0, frames, RATE) and (done := splice.lay(each, at_s))]
        at_s += frames / RATE
    video = [piece.dts for piece in laid if piece.is_video]
    audio = [piece.dts for piece in laid if not piece.is_video]
    assert video == [512 * n for n in range(sum(lengths))]
    assert audio == [1024 * n for n in range(-1, sum(lengths) * 1600 // 1024 - 1)]


@given(st.lists(st.tuples(st.integers(1, 8).map(lambda n: 16 * n), st.integers(1, 128)), min_size=2, max_size=8))
def test_cut_entries_never_go_back_and_lose_less_than_an_aac_frame(cut: list[tuple[int, int]]) -> None:
    splice, laid, at_s = Splice(Fraction(0)), list[Piece](), Fraction(0)
    for frames, most in cut:
        shown = min(frames, most)
        laid += [done for each in master(frames) if belongs(each, 0, shown, RATE) and (done := splice.lay(each, at_s))]
        at_s += shown / RATE
    video = [piece.at_s for piece in laid if piece.is_video]
    assert video == [n * FRAME_S for n in range(len(video))]
    audio = [piece.at_s for piece in laid if not piece.is_video]
    gaps = [later - earlier - AAC_S for earlier, later in pairwise(audio)]
    assert all(-HEAD.audio_base <= gap < AAC_S for gap in gaps)


@given(st.integers(1, 6).map(lambda n: 16 * n), st.integers(1, 500), st.integers(1, 500))
def test_a_filler_goes_round_without_a_hole(frames: int, until: int, joined: int) -> None:
    splice, video = Splice(Fraction(0)), list[int]()
    pieces = tuple(each for each in master(frames) if belongs(each, 0, frames, RATE))
    for piece in endless(pieces, frames, RATE):
        if piece.is_video and piece.at_s * RATE >= until:
            break
        if belongs(piece, 0, until, RATE) and (done := splice.lay(piece, Fraction(joined))) and done.is_video:
            video.append(done.dts)
    assert [dts - video[0] for dts in video] == [512 * n for n in range(until)]


@given(st.integers(8, 20), st.integers(0, 400), st.integers(1, 300))
def test_a_slow_target_goes_on_at_a_key_frame_and_holds_little(groups: int, taken: int, later: int) -> None:
    backlog, got = Backlog(), list[Piece]()
    for n, piece in enumerate(master(60 * groups)):
        backlog.put(piece)
        if n < taken or n > taken + later:
            while (each := backlog.get(0)) is not None:
                got.append(each)
    while (each := backlog.get(0)) is not None:
        got.append(each)
    video, audio = [p for p in got if p.is_video], [p for p in got if not p.is_video]
    assert video[0].is_key
    assert audio[0].at_s <= video[0].at_s
    assert all(after.dts == before.dts + 512 or after.is_key for before, after in pairwise(video))
    assert all(before.dts < after.dts for before, after in pairwise(audio))


def test_most_that_waits_is_a_few_seconds() -> None:
    backlog = Backlog()
    for piece in master(1700):
        backlog.put(piece)
    waiting = []
    while (each := backlog.get(0)) is not None:
        waiting.append(each)
    assert waiting[-1].at_s - waiting[0].at_s <= 4
    assert backlog.dropped > 1000  # of 4,356 packets


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.binary(min_size=1, max_size=9))
def test_packets_whose_units_do_not_add_up_are_damaged(units: list[bytes], junk: bytes) -> None:
    data = b"".join(len(unit).to_bytes(4) + unit for unit in units)
    assert is_whole(data)
    assert not is_whole(data[:-1])
    assert not is_whole(data + b"\xff" + junk)
    assert not is_whole(b"")
