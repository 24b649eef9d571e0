"""The nouns of the show: entries, sessions, lists, and where they are found. ``show.json`` is a :class:`Show`. Pure.

Length is counted in frames and time in :class:`~fractions.Fraction` seconds from a session's start; a date and time is
made of it in the last line of whoever shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal

from pydantic import Field, field_serializer

from pipeline.noun import Noun
from pipeline.preset.model import MASTER
from pipeline.reasons import Reason

EntryKind = Literal["clip", "slate", "opener", "countdown", "break", "end", "recap"]
ListKind = Literal["all", "session", "theme", "day"]
SHOW_FILE = "show/show.json"
"""Where the show is written, in the output folder."""


def later(at: datetime, by: timedelta) -> datetime:
    """Return a moment after another, in its zone. Where clocks are changed, local time has an hour twice, or not."""
    return (at.astimezone(UTC) + by).astimezone(at.tzinfo)


class Entry(Noun):
    """One entry of the show. All paths are relative to the output folder."""

    position: int
    """Place in the whole show, from 1."""
    key: str
    """Names the entry in the order file: the id, and ``id.2`` where the same card comes a second time."""
    id: str
    """Of the partner, the clip, or the card."""
    kind: EntryKind
    title: str
    file: str
    """Name in ``show/``."""
    frames: int
    duration_s: float
    """For people and other programs; :meth:`length_s` is exact."""
    reason: Reason | None = None
    """Why it is a slate."""
    session: str
    """Id of its session."""
    offset_frames: int
    """From the start of its session; negative for what comes before it, such as a countdown."""
    media: dict[str, str]
    """On-air output (``air-1080p``, ``air-720p``) → file whose bytes never change; the master is always there."""
    sources: dict[str, str] = Field(default_factory=dict, exclude=True)
    """On-air output → the proven file that ``media`` is a link to. Known while a delivery is made."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """On-air output → digest of that file."""
    captions: dict[str, str] = Field(default_factory=dict)
    """Language → WebVTT, on the clock of the master."""
    poster: str | None = None
    partner: str | None = None
    theme: str | None = None
    is_filler: bool = False
    """Whether it only fills time: it is not in the programme, and cannot be held, skipped or moved."""
    integrated_lufs: float | None = None
    """Of the finished master; None where it is silent."""

    @property
    def master(self) -> str:
        """The file that goes on air."""
        return self.media[MASTER]

    def length_s(self, frame_rate: Fraction) -> Fraction:
        """Return the exact length."""
        return self.frames / frame_rate

    @property
    def is_silent(self) -> bool:
        """Whether there is no sound in it by design: a slate, or a card."""
        return self.kind not in {"clip", "recap"}


class ShowSession(Noun):
    """Entries that are shown in one room without a pause. ``starts_at`` has a zone, and is a whole second."""

    id: str
    name: str
    room: str
    theme: str | None = None
    starts_at: datetime
    """When the programme begins; a countdown ends here and so begins earlier."""
    ends_at: datetime | None = None
    """When it should be over, as planned."""
    is_timed: bool = True
    """Whether somebody said when it starts. Where not, the times are only a running clock."""


class ShowList(Noun):
    """One list of entries, by their positions in the show."""

    id: str
    """``show``, ``session-<id>``, ``theme-<id>``, ``day-2022-09-27``: also its name in ``playlists/``."""
    kind: ListKind
    title: str
    positions: tuple[int, ...]


class Show(Noun):
    """The whole show as it was delivered. A session's entries stand together, in order."""

    event_id: str
    event_name: str
    timezone: str
    frame_rate: Fraction
    sample_rate_hz: int
    items: tuple[Entry, ...]
    sessions: tuple[ShowSession, ...]
    lists: tuple[ShowList, ...]
    remarks: tuple[Reason, ...] = ()
    """Clashes, overruns, idle time, and what the order file asks for in vain."""

    @field_serializer("frame_rate")
    def _exact(self, rate: Fraction) -> str:
        return f"{rate.numerator}/{rate.denominator}"

    def session(self, entry: Entry) -> ShowSession:
        """Return the session of an entry."""
        return next(session for session in self.sessions if session.id == entry.session)

    def entries(self, listed: ShowList) -> tuple[Entry, ...]:
        """Return the entries of a list, in order."""
        by_position = {entry.position: entry for entry in self.items}
        return tuple(by_position[position] for position in listed.positions)

    def list(self, list_id: str) -> ShowList | None:
        """Return the list with that id, or None."""
        return next((each for each in self.lists if each.id == list_id), None)

    def starts_at(self, entry: Entry) -> datetime:
        """Return when an entry starts by plan, rounded down to the microsecond, in the event's zone."""
        microseconds = entry.offset_frames * 1_000_000 / self.frame_rate
        return later(self.session(entry).starts_at, timedelta(microseconds=int(microseconds // 1)))

    def timed(self, listed: ShowList) -> Iterator[tuple[Fraction, Entry]]:
        """Yield a list's entries with the exact seconds from its start at which each begins, played without a pause."""
        frames = 0
        for entry in self.entries(listed):
            yield frames / self.frame_rate, entry
            frames += entry.frames

    def length_s(self, listed: ShowList) -> Fraction:
        """Return the exact length of a list, played without a pause."""
        return sum(entry.frames for entry in self.entries(listed)) / self.frame_rate


class Places(Noun):
    """Where the machines that play find the output folder."""

    root: str
    """Absolute path of the output folder on the machine that plays, no slash at its end."""
    base_url: str | None = None
    """Address under which the output folder is served, no slash at its end; None where it is not."""


def show_text(show: Show) -> str:
    """Return ``show.json``."""
    return show.model_dump_json(indent=1, exclude_none=False) + "\n"


def read_show(text: str | bytes) -> Show:
    """Return the show of a ``show.json``.

    Raises:
        ValueError: it is not one.

    """
    return Show.model_validate_json(text)
