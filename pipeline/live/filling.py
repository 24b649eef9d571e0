"""How idle time is filled with pieces of a filler so that what follows begins on time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Filling:
    """The filler ``times`` over, then its first pieces (and the first ones again), so many frames of each."""

    times: int
    tail: tuple[int, ...]


def fill(pieces: Sequence[int], frames: int, *, cut_frames: int, least_frames: int) -> Filling:
    """Return how pieces of so many frames each, the filler's, fill ``frames``.

    A piece can end after any multiple of ``cut_frames``, so what follows is late by less than that: by nothing where it
    is 1. Then too, where the last piece would be shorter than ``least_frames``, the one before it gives what is lacking
    if it can: each piece is a request of its own.
    """
    times, rest = divmod(max(0, frames), sum(pieces))
    tail = _tail(pieces, rest, cut_frames)
    lacking = least_frames - tail[-1] if tail and cut_frames == 1 else 0
    if lacking <= 0:
        return Filling(times, tuple(tail))
    if len(tail) == 1 and times:
        times, tail = times - 1, [*pieces, *tail]
    has_room = tail[-1] + lacking <= pieces[(len(tail) - 1) % len(pieces)]
    if has_room and len(tail) > 1 and tail[-2] - lacking >= least_frames:
        tail[-2:] = tail[-2] - lacking, tail[-1] + lacking
    return Filling(times, tuple(tail))


def _tail(pieces: Sequence[int], rest: int, cut_frames: int) -> list[int]:
    tail: list[int] = []
    for frames in pieces:
        if rest <= 0:
            break
        tail.append(min(frames, -(-rest // cut_frames) * cut_frames))
        rest -= tail[-1]
    return tail
