"""The nouns of the live channel: pieces, what was announced, and the journal that is kept of it. Pure."""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field

from pipeline.hls.model import SEGMENT_S
from pipeline.noun import Noun
from pipeline.show.channel import Airing

TARGET_S = SEGMENT_S
"""No piece is longer. It may never change while anybody watches. Source: RFC 8216bis-20, 4.4.3.1."""
HOLD_BACK_S = 3 * TARGET_S
"""How far behind the end of the list players play. Source: RFC 8216bis-20, 4.4.3.8 (at least three targets)."""
LEAD_S = HOLD_BACK_S + TARGET_S
"""How long before its end a piece is announced, at the latest. All pieces are there from the start, so the list always
ends 18 to 24 s ahead of the clock, and what the clock shows is always as far from its end as players must stay.
``EXT-X-START`` says how far that is just now: players that follow it begin on the clock, and are behind by what they
need to begin (hls.js: 0.2 to 0.4 s). Others begin three pieces or 18 s from the end, so up to 6 s ahead of the clock,
and keep to that (ffmpeg, mpv)."""
WINDOW_S = 10 * TARGET_S
"""What a list holds at least."""


class Piece(Noun):
    """One segment of an entry in all its renditions, or its beginning; paths are relative to the output folder."""

    frames: int
    """How many are shown: fewer than it has where a filler is cut."""
    starts_frames: int
    """Where its first frame lies on its list's clock."""
    media: dict[str, str]
    """On-air output → file."""
    inits: dict[str, str]
    """On-air output → initialisation segment."""
    captions: dict[str, str] = Field(default_factory=dict)
    """Language → WebVTT."""

    def goes_on_in(self, other: Piece) -> bool:
        """Return whether ``other`` can follow without a discontinuity. Media time goes on, parameters may not."""
        return self.inits == other.inits


class Shown(Noun):
    """A piece, and of what it is one."""

    key: str
    """Of the entry."""
    index: int
    """Place in the entry, from 0."""
    piece: Piece
    is_filler: bool = False


class Announced(Noun):
    """A piece with its place in the channel, which never changes any more."""

    number: int
    """Media sequence number."""
    breaks: int
    """Discontinuity sequence number: how many there were before it and at it."""
    is_break: bool
    """Whether there is a discontinuity before it."""
    starts_s: Fraction
    """Unix time."""
    shown: Shown

    def ends_s(self, frame_rate: Fraction) -> Fraction:
        """Return when the next one begins, in Unix time."""
        return self.starts_s + self.shown.piece.frames / frame_rate


class Anchor(Noun):
    """From where on a channel is counted."""

    starts_s: Fraction | None = None
    """Unix time. None: by the plan alone, as every server of the same show counts."""
    number: int = 0
    """Of the first piece; by plan: added to every number."""
    breaks: int = 0
    """Discontinuities before the first piece; by plan: added."""
    before: Piece | None = None
    """What is followed."""
    rest: tuple[Shown, ...] = ()
    """What is still to be shown of the entry that was on air when the show changed."""
    after: str | None = None
    """The entry behind which the list goes on."""


class Journal(Noun):
    """What was announced, so that nothing of it ever changes. Kept on disk."""

    airing: Airing
    frame_rate: Fraction
    sample_rate_hz: int
    mark: str
    """Names the plan that it follows; another one means that the show has changed."""
    anchor: Anchor
    announced: tuple[Announced, ...]
    """The window; never empty."""
    rest: tuple[Shown, ...]
    """What is still to be shown of the entry that is on air."""
    passed: tuple[str, ...]
    """Keys of the list up to the entry on air, or shown last."""
    to_come: tuple[str, ...]
    """Keys of the list behind it."""

    @property
    def ends_s(self) -> Fraction:
        """Until when everything is announced, in Unix time."""
        return self.announced[-1].ends_s(self.frame_rate)
