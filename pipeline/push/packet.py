"""What is sent: packets on the stream's own clock, and how entries are laid after each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

AAC_SAMPLES = 1024


@dataclass(frozen=True)
class Head:
    """What a server must know before the first packet. Two are equal when one stream can carry both."""

    video: bytes
    """H.264 parameter sets as MP4 keeps them."""
    audio: bytes
    video_base: Fraction
    audio_base: Fraction
    templates: tuple[Any, Any] = field(default=(), compare=False, repr=False)  # type: ignore[assignment]
    """PyAV's streams, for the muxer; their container stays open as long as they live."""


@dataclass(frozen=True)
class Piece:
    """One packet. ``dts`` counts in its stream's time base: from its entry's start, later from the stream's.

    ``shift``: how much later it is shown than decoded, in the same units; ``lead``: how long before its entry's start
    the first packet is decoded. Both are 0 without B-frames.
    """

    head: Head
    is_video: bool
    data: bytes
    dts: int
    duration: int
    is_key: bool
    shift: int = 0
    lead: int = 0

    @property
    def base(self) -> Fraction:
        """The time base, in seconds."""
        return self.head.video_base if self.is_video else self.head.audio_base

    @property
    def at_s(self) -> Fraction:
        """Return when it is due, in seconds."""
        return self.dts * self.base

    def frame(self, rate: Fraction) -> Fraction:
        """Return which frame of its entry it is, counted in the order in which they are decoded."""
        return (self.dts + self.lead) * self.base * rate

    def moved(self, dts: int) -> Piece:
        """Return the same packet at another time."""
        return Piece(self.head, self.is_video, self.data, dts, self.duration, self.is_key, self.shift, self.lead)

    def shown_at(self, pts: int) -> Piece:
        """Return the same packet, shown at another time."""
        shift = pts - self.dts
        return Piece(self.head, self.is_video, self.data, self.dts, self.duration, self.is_key, shift, self.lead)


class Splice:
    """Lays entries after each other on one clock that starts at ``zero_s``, and never goes back."""

    def __init__(self, zero_s: Fraction) -> None:
        self.zero_s = zero_s
        self._ends: dict[bool, Fraction] = {}
        self._lasts: dict[bool, Fraction] = {}

    def lay(self, piece: Piece, starts_s: Fraction) -> Piece | None:
        """Return the packet on the stream's clock; None when it would overlap what was sent.

        ``starts_s``: when its entry starts, in Unix time.
        """
        dts = round((starts_s - self.zero_s) / piece.base) + piece.dts
        pts, begins_s = dts + piece.shift, dts * piece.base
        ends_s = self._ends.get(piece.is_video, begins_s)
        # One unit of the time base is what rounding an entry's start may take away.
        if begins_s + piece.base < ends_s:
            # Behind an entry without B-frames one with them is decoded in less time at first.
            dts = max(dts, int(self._lasts[piece.is_video] / piece.base) + 1)
            if dts >= pts:
                return None
        self._ends[piece.is_video] = max(ends_s, begins_s + piece.duration * piece.base)
        self._lasts[piece.is_video] = dts * piece.base
        return piece.moved(dts).shown_at(pts)


def belongs(piece: Piece, first: int, frames: int, rate: Fraction) -> bool:
    """Return whether a packet belongs to frames ``first`` to ``frames`` of its entry.

    Sound belongs 1,024 samples earlier than its picture, so that the next entry's priming packet finds its place.
    """
    if piece.is_video:
        return first <= piece.frame(rate) < frames
    early_s = AAC_SAMPLES * piece.base
    ends_s = piece.at_s + piece.duration * piece.base
    return piece.at_s >= first / rate - early_s and ends_s <= frames / rate - early_s


def within(piece: Piece, frames: int, rate: Fraction) -> Piece:
    """Return a packet of an entry that is cut after ``frames``: a picture that is shown later ends it."""
    if not piece.is_video or not piece.shift:
        return piece
    last = round((frames - 1) / rate / piece.base)
    return piece.shown_at(max(piece.dts, min(piece.dts + piece.shift, last)))


def is_whole(data: bytes) -> bool:
    """Return whether the lengths of the NAL units in an H.264 packet of an MP4 add up to the packet."""
    at = 0
    while at + 4 <= len(data):
        at += 4 + int.from_bytes(data[at : at + 4])
    return at == len(data) > 0


def endless(pieces: tuple[Piece, ...], frames: int, rate: Fraction) -> Iterator[Piece]:
    """Yield the packets of one entry again and again, each time later by its length."""
    at_s = Fraction(0)
    while True:
        for piece in pieces:
            yield piece.moved(piece.dts + round(at_s / piece.base))
        at_s += frames / rate
