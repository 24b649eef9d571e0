"""What a recap shows, in which order and for how long. Pure.

A plan holds all that the bytes of its film depend on, and nothing else: its canonical JSON is what its key is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeVar

from pipeline.noun import Noun
from pipeline.preset.fields import Colour, Layout, PosInt, Text
from pipeline.preset.model import MASTER, Book, House, Style, VideoOutput
from pipeline.units import AAC_FRAME_SAMPLES, join_multiple, samples_in
from pipeline.video.promise import Promise, packets_of, picture_promise

T = TypeVar("T")


class RecapPhoto(Noun):
    """A developed photo that is shown."""

    path: str
    """The largest JPEG, relative to the output folder."""
    sha256: str
    width_px: PosInt
    height_px: PosInt
    album_title: Text | None = None
    """Said at the first photo of each album; None where the album has no name."""


class Candidate(Noun):
    """A developed photo that may be shown, and what its place in the film depends on."""

    photo: RecapPhoto
    album: str
    taken_at: str | None = None
    """ISO 8601 without zone; photos without a time come last in their album."""

    @property
    def place(self) -> tuple[str, bool, str, str]:
        """Sorts as the gallery does: by album, then time."""
        return (self.album, self.taken_at is None, self.taken_at or "", self.photo.path)


class Slot(Noun):
    """When a photo is there: it fades in over the end of the slot before, and stays to the end of its own."""

    first_frame: int
    """The first frame in which anything of it is seen."""
    full_frame: int
    """The first frame in which nothing else is seen: its slot's first."""
    end_frame: int
    """The first frame after it."""

    @property
    def frames(self) -> int:
        """How long anything of it is seen."""
        return self.end_frame - self.first_frame


class RecapPlan(Noun):
    """One recap in one output."""

    house: House
    style: Style
    words: tuple[str, ...]
    output: VideoOutput
    smaller: tuple[VideoOutput, ...] = ()
    """The same film in the other sizes that go on air."""
    title: Text
    event_name: Text
    accent: Colour
    photos: tuple[RecapPhoto, ...]
    opens_album: tuple[bool, ...]
    """For each photo, whether it is its album's first."""
    photo_frames: PosInt
    fade_frames: int
    frames: PosInt
    """Rounded up so that it joins with clips by stream copy; the last photo is seen longer by what that takes."""
    sting_sha256: str | None = None

    @property
    def samples(self) -> int:
        """Audio samples, by the same rule as a clip's: one AAC frame short, which the next one's priming fills."""
        return samples_in(self.frames, self.house.frame_rate, self.house.sample_rate_hz) - AAC_FRAME_SAMPLES

    @property
    def slots(self) -> tuple[Slot, ...]:
        """When each of the photos is there."""
        last = len(self.photos) - 1
        return tuple(
            Slot(
                first_frame=max(0, n * self.photo_frames - self.fade_frames),
                full_frame=n * self.photo_frames,
                end_frame=self.frames if n == last else (n + 1) * self.photo_frames,
            )
            for n in range(last + 1)
        )


def plan_recap(book: Book, candidates: Iterable[Candidate]) -> tuple[RecapPlan, ...]:
    """Return a plan for each layout that the event's recap asks for and an output exists for.

    None where the event has no recap, or no photos.

    The wide one is made as the on-air output, so that it can be shown between clips; the others as the pages' outputs.
    """
    recap = book.event.recap
    chosen = choose(candidates, recap.most_photos) if recap else ()
    if recap is None or not chosen:
        return ()
    house = book.house
    multiple = join_multiple(house.frame_rate, house.sample_rate_hz)
    frames = -(-len(chosen) * recap.photo_frames // multiple) * multiple
    albums = [candidate.album for candidate in chosen]
    return tuple(
        RecapPlan(
            house=house,
            style=book.style,
            words=book.words,
            output=output,
            smaller=book.on_air[1:] if output.id == MASTER else (),
            title=recap.title,
            event_name=book.event.name,
            accent=book.style.accent,
            photos=tuple(candidate.photo for candidate in chosen),
            opens_album=tuple(album not in albums[:n] for n, album in enumerate(albums)),
            photo_frames=recap.photo_frames,
            fade_frames=recap.fade_frames,
            frames=frames,
            sting_sha256=book.sting_sha256 if recap.sting else None,
        )
        for layout in dict.fromkeys(recap.layouts)
        if (output := output_for(book, layout))
    )


def output_for(book: Book, layout: Layout) -> VideoOutput | None:
    """Return the output whose size and encoder settings a recap in ``layout`` takes; None when there is none."""
    outputs = (*book.stage("air"), *book.stage("pages"))
    return next((output for output in outputs if output.layout == layout and output.has_graphics), None)


def choose(candidates: Iterable[Candidate], most: int) -> tuple[Candidate, ...]:
    """Return at most ``most``, evenly over the albums and evenly within each, in order of album, then time."""
    albums: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda each: each.place):
        albums.setdefault(candidate.album, []).append(candidate)
    shares = shared([len(album) for album in albums.values()], most)
    return tuple(
        candidate for album, share in zip(albums.values(), shares, strict=True) for candidate in spread(album, share)
    )


def shared(sizes: Sequence[int], most: int) -> list[int]:
    """Return how many to take of each of several heaps: as equal as the heaps allow, and ``most`` in all."""
    shares, left = [0] * len(sizes), min(most, sum(sizes))
    while left:
        open_heaps = [n for n, size in enumerate(sizes) if shares[n] < size]
        step = left // len(open_heaps)
        # Too few for one more of each: heaps that lie evenly among them.
        for n in open_heaps if step else spread(open_heaps, left):
            taken = min(max(step, 1), sizes[n] - shares[n])
            shares[n] += taken
            left -= taken
    return shares


def spread(things: Sequence[T], count: int) -> list[T]:
    """Return ``count`` of the things, evenly from the first to the last."""
    if count >= len(things):
        return list(things)
    if count == 1:
        return [things[0]]
    return [things[int(Fraction(n * (len(things) - 1), count - 1) + Fraction(1, 2))] for n in range(count)]


def recap_promise(plan: RecapPlan, output: VideoOutput) -> Promise:
    """Return what the film must turn out to be in one size."""
    packets = packets_of(plan.samples) - (not output.has_edit_list)
    more = {"audio_packets": packets, "has_edit_list": output.has_edit_list}
    return picture_promise(plan.house, output, plan.frames).model_copy(update=more)
