"""Which photos a recap shows, in which order, how long it is."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from recap_factory import small_book

from pipeline.recap.plan import Candidate, RecapPhoto, choose, plan_recap, recap_promise, shared


def candidate(album: str, number: int, taken_at: str | None = None) -> Candidate:
    photo = RecapPhoto(path=f"photos/{album}/{number:03d}.jpg", sha256=f"{number:064x}", width_px=2048, height_px=1365)
    return Candidate(photo=photo, album=album, taken_at=taken_at)


SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=8)


@given(SIZES, st.integers(1, 100))
def test_albums_share_evenly(sizes: list[int], most: int) -> None:
    shares = shared(sizes, most)
    assert sum(shares) == min(most, sum(sizes))
    assert all(share <= size for share, size in zip(shares, sizes, strict=True))
    # Whoever has fewer than another by more than one has no more to give.
    assert all(share >= max(shares) - 1 or share == size for share, size in zip(shares, sizes, strict=True))


@given(SIZES, st.integers(1, 100))
def test_chosen_photos_are_in_order_and_reach_from_first_to_last(sizes: list[int], most: int) -> None:
    everything = [candidate(f"{n:02d}", k) for n, size in enumerate(sizes) for k in range(size)]
    chosen = choose(reversed(everything), most)
    places = [everything.index(one) for one in chosen]
    assert len(places) == min(most, len(everything))
    assert all(one < two for one, two in pairwise(places))


def test_an_album_is_shown_by_time_and_photos_without_one_come_last() -> None:
    late, early, never = candidate("a", 1, "2022-09-27T12:00"), candidate("a", 3, "2022-09-27T09:00"), candidate("a", 2)
    assert choose((never, late, early), 9) == (early, late, never)


def test_a_few_of_many_are_spread_over_the_whole_album() -> None:
    chosen = choose([candidate("a", n) for n in range(101)], 5)
    assert [int(one.photo.sha256, 16) for one in chosen] == [0, 25, 50, 75, 100]


@given(st.integers(1, 12), st.integers(30, 130), st.integers(0, 29))
def test_every_frame_belongs_to_a_photo_and_the_film_joins(count: int, photo_frames: int, fade_frames: int) -> None:
    book = small_book(photo_frames=photo_frames, fade_frames=fade_frames)
    (plan,) = plan_recap(book, [candidate("a", n) for n in range(count)])
    assert plan.frames % 16 == 0  # whole AAC frames at 30 fps and 48 kHz
    assert 0 <= plan.frames - count * photo_frames < 16
    assert [slot.full_frame for slot in plan.slots] == [n * photo_frames for n in range(count)]
    assert all(two.first_frame == one.end_frame - fade_frames for one, two in pairwise(plan.slots))
    assert plan.slots[-1].end_frame == plan.frames
    assert plan.samples == plan.frames * 1600 - 1024
    assert recap_promise(plan, plan.output).audio_packets * 1024 == plan.frames * 1600


def test_each_layout_has_a_plan_in_the_size_of_its_output() -> None:
    plans = plan_recap(small_book(layouts=("wide", "square", "tall")), [candidate("a", 1)])
    assert [(plan.output.id, plan.output.width_px, plan.output.height_px) for plan in plans] == [
        ("air-1080p", 480, 270),
        ("square", 270, 270),
        ("vertical", 270, 480),
    ]


def test_no_photos_or_no_recap_no_plan() -> None:
    book = small_book()
    assert plan_recap(book, []) == ()
    without = book.model_copy(update={"event": book.event.model_copy(update={"recap": None})})
    assert plan_recap(without, [candidate("a", 1)]) == ()


def test_only_the_first_photo_of_an_album_opens_it() -> None:
    (plan,) = plan_recap(small_book(), [candidate(album, n) for album in "ab" for n in range(2)])
    assert plan.opens_album == (True, False, True, False)
