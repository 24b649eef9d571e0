"""Where each entry lies on the media clock of each list. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from pipeline.hls.model import SEGMENT_S
from pipeline.show.model import Show


class Place(NamedTuple):
    """Where an entry begins in a list."""

    starts_frames: int
    """On the list's clock."""
    first_number: int
    """Of its first segment: fragments are counted through a list, and VLC looks whether one is missing."""


_Clock = tuple[Sequence[int], tuple[Place, ...]]
"""A list's positions, and where they begin."""


def segment_frames(gop_frames: int, frame_rate: Fraction) -> int:
    """Return the frames of a segment: whole GOPs, as near to the segment's length as they come, and at least one."""
    return gop_frames * max(1, round(SEGMENT_S * frame_rate / gop_frames))


def layout(show: Show, gop_frames: int) -> dict[str, tuple[Place, ...]]:
    """Return where each entry of each list begins, when masters have a key frame at every ``gop_frames``.

    A list that is a stretch of one before it keeps that one's clock, and so has the same segments: sessions and days of
    the whole show. Any other begins at 0.
    """
    lengths = {entry.position: entry.frames for entry in show.items}
    per_segment = segment_frames(gop_frames, show.frame_rate)
    clocks: list[_Clock] = []
    laid: dict[str, tuple[Place, ...]] = {}
    for listed in show.lists:
        places = _within(listed.positions, clocks)
        if places is None:
            places = _from_zero([lengths[position] for position in listed.positions], per_segment)
            clocks.append((listed.positions, places))
        laid[listed.id] = places
    return laid


def _from_zero(lengths: Sequence[int], per_segment: int) -> tuple[Place, ...]:
    places, at, number = [], 0, 1
    for length in lengths:
        places.append(Place(at, number))
        at += length
        number += -(-length // per_segment)
    return tuple(places)


def _within(
    wanted: Sequence[int], clocks: Sequence[tuple[Sequence[int], tuple[Place, ...]]]
) -> tuple[Place, ...] | None:
    for positions, places in clocks:
        for at in (n for n, position in enumerate(positions) if wanted and position == wanted[0]):
            if positions[at : at + len(wanted)] == wanted:
                return places[at : at + len(wanted)]
    return None
