"""The running order: what goes on air, in which place, at what time, from finished files alone. Pure and exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count, islice, takewhile

from pipeline.preset.model import Book
from pipeline.reasons import Reason
from pipeline.show.changes import Changes
from pipeline.show.edit import Edited, edit
from pipeline.show.lists import lists_of
from pipeline.show.model import Entry, Show, ShowSession, later
from pipeline.show.pieces import Piece, card_piece
from pipeline.show.programme import Filled, first_day, local, programme
from pipeline.show.remarks import remarks
from pipeline.store.catalog import Catalog
from pipeline.units import seconds_text

MASTERS = "masters"
"""The folder of files whose bytes never change."""


LONGEST_FILLED_S = 24 * 3600
"""More idle time is not filled: somebody mistyped a day."""


def running_order(catalog: Catalog, book: Book, changes: Changes | None = None) -> Show:
    """Return the show: every session's entries, timed, with what people should know of clashes and idle time."""
    edited = edit(programme(catalog, book), changes or Changes(), catalog, book)
    timed = _timed(edited.sessions, catalog, book)
    sessions = tuple(session for session, _ in timed)
    items = _entries(timed, book)
    event = book.event
    show = Show(
        event_id=event.id,
        event_name=event.name,
        timezone=event.timezone,
        frame_rate=book.house.frame_rate,
        sample_rate_hz=book.house.sample_rate_hz,
        items=items,
        sessions=sessions,
        lists=lists_of(items, sessions, event),
    )
    told: tuple[Reason, ...] = (*edited.remarks, *remarks(show, event))
    return show.model_copy(update={"remarks": told})


def _timed(sessions: Sequence[Edited], catalog: Catalog, book: Book) -> list[tuple[ShowSession, Edited]]:
    """Return the sessions with their times, in the order in which they start, fillers put in."""
    found: dict[str, tuple[ShowSession, Edited]] = {}
    before: str | None = None
    for each in sessions:
        asked = each.filled.session
        leader = found.get(asked.follows or before or "")
        starts_at, is_timed = _start(each.filled, leader, book)
        full = _with_fillers(each, starts_at, catalog, book)
        told = ShowSession(
            id=asked.id,
            name=asked.name,
            room=asked.room or book.event.venue,
            theme=asked.theme,
            starts_at=starts_at,
            ends_at=local(asked.ends_at, book.event) if asked.ends_at else None,
            is_timed=is_timed,
        )
        found[asked.id], before = (told, full), asked.id
    return sorted(found.values(), key=lambda pair: pair[0].starts_at)


def _start(filled: Filled, leader: tuple[ShowSession, Edited] | None, book: Book) -> tuple[datetime, bool]:
    """Return when a session's programme begins, a whole second, and whether somebody has said so."""
    asked = filled.session
    if asked.starts_at:
        return local(asked.starts_at, book.event), True
    if leader is None:
        return first_day(book.event), False
    session, shown = leader
    rate = book.house.frame_rate
    over_s = (sum(piece.frames for piece in shown.pieces) - _lead(shown)) / rate
    # Rounded up, so that a session never begins before the one it follows is over; its own countdown has room too.
    wait_s = asked.pause_s + _ceiling(over_s) + _ceiling(Fraction(_counted(filled)) / rate)
    return later(session.starts_at, timedelta(seconds=wait_s)), session.is_timed


def _ceiling(seconds: Fraction) -> int:
    return -int(-seconds // 1)


def _counted(filled: Filled) -> int:
    return _frames_to_countdown(filled.pieces[: filled.opening])


def _lead(shown: Edited) -> int:
    """Return how many frames come before the session's start: all to the end of its last countdown."""
    return _frames_to_countdown(shown.pieces)


def _frames_to_countdown(pieces: Sequence[Piece]) -> int:
    """Return how long the cards before the first clip last, to the end of their last countdown."""
    ahead = list(takewhile(lambda piece: piece.kind not in {"clip", "slate"}, pieces))
    last = max((n for n, piece in enumerate(ahead, 1) if piece.kind == "countdown"), default=0)
    return sum(piece.frames for piece in ahead[:last])


def _with_fillers(each: Edited, starts_at: datetime, catalog: Catalog, book: Book) -> Edited:
    """Return the session with its filler as often as fits before its planned end, behind its last clip."""
    asked = each.filled.session
    filler = card_piece(asked.fills_with, catalog) if asked.fills_with else None
    if filler is None or asked.ends_at is None:
        return each
    planned = local(asked.ends_at, book.event).astimezone(UTC) - starts_at.astimezone(UTC)
    length_s = Fraction(planned // timedelta(microseconds=1), 1_000_000)
    room = int(min(length_s, Fraction(LONGEST_FILLED_S)) * book.house.frame_rate)
    free = room - sum(piece.frames for piece in each.pieces) + _lead(each)
    times = max(0, free // filler.frames)
    clips = [n for n, piece in enumerate(each.pieces, 1) if piece.kind in {"clip", "slate"}]
    cut = clips[-1] if clips else min(each.filled.opening, len(each.rows))
    taken = {key for key, _ in each.rows}
    names = (f"{filler.id}.{asked.id}.{n}" for n in count(1))
    keys = list(islice((name for name in names if name not in taken), times))
    rows = (*each.rows[:cut], *((key, filler) for key in keys), *each.rows[cut:])
    return Edited(each.filled, rows, frozenset(keys))


def _entries(timed: Iterable[tuple[ShowSession, Edited]], book: Book) -> tuple[Entry, ...]:
    rows = [(session, each, row) for session, each in timed for row in each.rows]
    digits = max(2, len(str(len(rows))))
    entries: list[Entry] = []
    offsets: dict[str, int] = {}
    for position, (session, each, (key, piece)) in enumerate(rows, 1):
        offset = offsets.get(session.id, -_lead(each))
        offsets[session.id] = offset + piece.frames
        entry = _entry(position, key, f"{position:0{digits}d}-{piece.id}.mp4", session.id, offset, piece, book)
        entries.append(entry.model_copy(update={"is_filler": key in each.fillers}))
    return tuple(entries)


def _entry(  # noqa: PLR0913, PLR0917 - the parts of an entry
    position: int, key: str, file: str, session: str, offset: int, piece: Piece, book: Book
) -> Entry:
    return Entry(
        position=position,
        key=key,
        id=piece.id,
        kind=piece.kind,
        title=piece.title,
        file=file,
        frames=piece.frames,
        duration_s=float(seconds_text(piece.frames / book.house.frame_rate, 6)),
        reason=piece.reason,
        session=session,
        offset_frames=offset,
        media={output: master_name(piece.id, output, made.sha256) for output, made in piece.air.items()},
        sources={output: made.path for output, made in piece.air.items()},
        sha256={output: made.sha256 for output, made in piece.air.items()},
        captions=dict(piece.captions),
        poster=piece.poster,
        partner=piece.partner.id if piece.partner else None,
        theme=piece.theme,
        integrated_lufs=piece.integrated_lufs,
    )


def master_name(piece_id: str, output: str, sha256: str) -> str:
    """Return the name of a file that never changes: other bytes have another name."""
    return f"{MASTERS}/{piece_id}.{output}.{sha256[:12]}.mp4"
