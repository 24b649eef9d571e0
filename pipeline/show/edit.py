"""The programme as it was changed on site: held, skipped and moved. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.preset.model import Book
from pipeline.reasons import Reason, reason
from pipeline.show.changes import CHANGES_FILE, Changes, Move
from pipeline.show.pieces import Piece, stand_in
from pipeline.show.programme import Filled
from pipeline.store.catalog import Catalog


@dataclass(frozen=True)
class Edited:
    """A session as it will be shown."""

    filled: Filled
    rows: tuple[tuple[str, Piece], ...]
    """Key and what is shown. The key stays when something else is shown under it, or elsewhere."""
    fillers: frozenset[str] = frozenset()
    """Keys of what only fills time."""

    @property
    def pieces(self) -> list[Piece]:
        """What is shown, in order."""
        return [piece for _, piece in self.rows]


@dataclass(frozen=True)
class Edit:
    """All sessions, and what people should know of their changes."""

    sessions: tuple[Edited, ...]
    remarks: tuple[Reason, ...]


@dataclass
class _Desk:
    """The rows while they are changed: session number, key, piece."""

    rows: list[tuple[int, str, Piece]]
    told: list[Reason] = field(default_factory=list)

    def place(self, key: str) -> int | None:
        """Return where an entry stands, or None, which is told."""
        found = next((n for n, (_, other, _) in enumerate(self.rows) if other == key), None)
        if found is None:
            self.told.append(reason("order-unknown", CHANGES_FILE, key))
        return found


def edit(programme: Iterable[Filled], changes: Changes, catalog: Catalog, book: Book) -> Edit:
    """Return the programme with the changes made. Keys that nothing has change nothing and are told."""
    filled = list(programme)
    desk = _Desk(_keyed(filled))
    for move in changes.moves:
        _move(desk, move)
    for key in changes.hold:
        at = desk.place(key)
        if at is not None:
            _hold(desk, at, catalog, book)
    for key in changes.skip:
        at = desk.place(key)
        if at is not None:
            del desk.rows[at]
    sessions = tuple(
        Edited(each, tuple((key, piece) for session, key, piece in desk.rows if session == number))
        for number, each in enumerate(filled)
    )
    return Edit(sessions, tuple(desk.told))


def _keyed(filled: Iterable[Filled]) -> list[tuple[int, str, Piece]]:
    """Return every piece with the key that names it as the programme stands in the event file."""
    seen: Counter[str] = Counter()
    rows = []
    for number, each in enumerate(filled):
        for piece in each.pieces:
            seen[piece.id] += 1
            rows.append((number, piece.id if seen[piece.id] == 1 else f"{piece.id}.{seen[piece.id]}", piece))
    return rows


def _move(desk: _Desk, move: Move) -> None:
    at = desk.place(move.key)
    if at is None:
        return
    if move.before is None:
        row = desk.rows.pop(at)
        last = max((n for n, (session, _, _) in enumerate(desk.rows) if session == row[0]), default=at - 1)
        desk.rows.insert(last + 1, row)
        return
    if move.before == move.key or desk.place(move.before) is None:
        return
    row = desk.rows.pop(at)
    to = next(n for n, (_, key, _) in enumerate(desk.rows) if key == move.before)
    desk.rows.insert(to, (desk.rows[to][0], row[1], row[2]))


def _hold(desk: _Desk, at: int, catalog: Catalog, book: Book) -> None:
    session, key, piece = desk.rows[at]
    if piece.kind == "slate":
        return
    instead = stand_in(piece.partner, catalog, book)
    if instead is None:
        desk.told.append(reason("order-no-slate", key))
        del desk.rows[at]
    else:
        desk.rows[at] = (session, key, instead)
