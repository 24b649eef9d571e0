"""The camera stays in the photo, keeps its shape, and moves calmly: for any photo in any frame."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.recap.camera import MOST_CUT, PEAK_PER_S, ZOOM, Crop, Lens, Move, Size, Window, eased, move

SIDES = st.integers(16, 4000)
PHOTOS = st.builds(Size, SIDES, SIDES)
FRAMES = st.sampled_from([(1920, 1080), (1080, 1080), (1080, 1920), (480, 270), (270, 480)])
DIGESTS = st.integers(0, 2**32 - 1).map(lambda number: f"{number:08x}" + 56 * "0")


@st.composite
def moves(draw: st.DrawFn) -> tuple[Size, Lens, Move]:
    """Return any photo, any lens, and the move."""
    width_px, height_px = draw(FRAMES)
    rate = draw(st.sampled_from([Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(60)]))
    lens = Lens(width_px=width_px, height_px=height_px, frames=draw(st.integers(30, 630)), frame_rate=rate)
    photo = draw(PHOTOS)
    return photo, lens, move(photo, lens, draw(DIGESTS), draw(st.integers(0, 9)))


def strip() -> tuple[Size, Lens, Move]:
    """Return a strip so thin that its window is two pixels high, where three would be right."""
    lens, photo = Lens(width_px=270, height_px=480, frames=30, frame_rate=Fraction(25)), Size(2420, 16)
    return photo, lens, move(photo, lens, "0" * 64, 0)


def seen(one: Move) -> list[Crop]:
    return [one.at(frame) for frame in range(one.frames)]


@given(moves())
def test_a_crop_never_leaves_the_photo_and_has_the_shape_of_its_window(made: tuple[Size, Lens, Move]) -> None:
    photo, lens, one = made
    window = one.window
    assert min(window) >= 0
    assert window.x_px + window.width_px <= lens.width_px
    assert window.y_px + window.height_px <= lens.height_px
    assert all(side % 2 == 0 for side in window)
    for crop in (one.at(0), one.at(one.frames // 3), one.at(one.frames - 1)):
        assert 0 <= crop.left_px < crop.right_px <= photo.width_px
        assert 0 <= crop.top_px < crop.bottom_px <= photo.height_px
        shape = (crop.right_px - crop.left_px) / (crop.bottom_px - crop.top_px)
        assert shape == Fraction(window.width_px, window.height_px)


@given(moves())
def test_a_move_never_turns_back_and_never_jerks(made: tuple[Size, Lens, Move]) -> None:
    one = made[2]
    for edge in range(4):
        places = [crop[edge] for crop in seen(one)]
        steps = [after - before for before, after in pairwise(places)]
        way = places[-1] - places[0]
        assert all(step * way >= 0 for step in steps)
        # Of smoothstep's half, the second derivative is 3 at the most; one step is 1 / (frames - 1) of the time.
        jerk = max((abs(after - before) for before, after in pairwise(steps)), default=Fraction(0))
        assert jerk <= 3 * abs(way) / (one.frames - 1) ** 2


@given(moves())
@example(strip())
def test_nothing_in_the_frame_moves_faster_than_the_limit(made: tuple[Size, Lens, Move]) -> None:
    _, lens, one = made
    limit_px = PEAK_PER_S * min(lens.width_px, lens.height_px) / lens.frame_rate
    # A move of n frames has n - 1 steps.
    limit_px *= Fraction(one.frames, one.frames - 1)
    for before, after in pairwise(seen(one)):
        for low, high, side_px in ((0, 2, one.window.width_px), (1, 3, one.window.height_px)):
            # What lies at either edge of the view before: where is it afterwards?
            scale = side_px / (after[high] - after[low])
            assert abs(before[low] - after[low]) * scale <= limit_px
            assert abs(before[high] - after[high]) * scale <= limit_px


@given(moves())
def test_a_zoom_is_slight(made: tuple[Size, Lens, Move]) -> None:
    one = made[2]
    widths = [crop.right_px - crop.left_px for crop in (one.start, one.end)]
    assert 1 - min(widths) / max(widths) <= ZOOM


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_easing_goes_from_0_to_1_and_never_back(one: Fraction, two: Fraction) -> None:
    assert eased(Fraction(0)) == 0
    assert eased(Fraction(1)) == 1
    assert (eased(one) <= eased(two)) == (one <= two)


WIDE, SQUARE, TALL = (1920, 1080), (1080, 1080), (1080, 1920)


@pytest.mark.parametrize(
    ("photo", "frame", "fills"),
    [
        ((4, 3), WIDE, True),
        ((3, 2), WIDE, True),
        ((1, 1), WIDE, False),
        ((3, 4), WIDE, False),
        ((4, 3), SQUARE, True),
        ((3, 2), SQUARE, True),
        ((16, 9), SQUARE, False),
        ((3, 4), TALL, True),
        ((2, 3), TALL, True),
        ((1, 1), TALL, False),
        ((4, 3), TALL, False),
    ],
)
def test_a_photo_that_would_be_cut_to_ribbons_is_seen_whole(
    photo: tuple[int, int], frame: tuple[int, int], *, fills: bool
) -> None:
    size = Size(400 * photo[0], 400 * photo[1])
    lens = Lens(width_px=frame[0], height_px=frame[1], frames=135, frame_rate=Fraction(30))
    one = move(size, lens, "0" * 64, 0)
    assert (one.window == Window(0, 0, *frame)) == fills
    widest = max((one.start, one.end), key=lambda crop: crop.right_px - crop.left_px)
    cut = 1 - (widest.right_px - widest.left_px) * (widest.bottom_px - widest.top_px) / (size.width_px * size.height_px)
    assert cut <= (MOST_CUT if fills else Fraction(1, 200))


@pytest.mark.parametrize("frame", [WIDE, SQUARE, TALL])
def test_a_panorama_is_followed_from_end_to_end(frame: tuple[int, int]) -> None:
    lens = Lens(width_px=frame[0], height_px=frame[1], frames=135, frame_rate=Fraction(30))
    one = move(Size(2048, 512), lens, "0" * 64, 0)
    assert one.window.width_px == frame[0]
    assert {one.start.left_px, one.end.left_px} == {0, 2048 - (one.start.right_px - one.start.left_px)}
    assert (
        abs(one.start.left_px - one.end.left_px) * one.window.width_px / (one.start.right_px - one.start.left_px) > 300
    )


def test_heads_stay_in_a_photo_that_is_cut_above_and_below() -> None:
    lens = Lens(width_px=1920, height_px=1080, frames=135, frame_rate=Fraction(30))
    for turn in range(2):
        for digest in ("00000000", "00000001", "00000007"):
            one = move(Size(2048, 1536), lens, digest, turn)
            assert max(one.start.top_px, one.end.top_px) <= Fraction(1536, 10)


def test_the_same_photo_moves_alike_and_others_do_not() -> None:
    lens = Lens(width_px=1920, height_px=1080, frames=135, frame_rate=Fraction(30))
    kinds = {move(Size(2048, 1365), lens, f"{number:08x}", 0) for number in range(16)}
    assert move(Size(2048, 1365), lens, "0000000a", 0) == move(Size(2048, 1365), lens, "0000000a", 0)
    assert len(kinds) == 10  # two directions, five places to aim at
