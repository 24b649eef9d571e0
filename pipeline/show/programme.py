"""Which session shows what: the event's programme filled with what there is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pipeline.preset.model import Book, Event, Partner
from pipeline.preset.programme import Session
from pipeline.show.pieces import Piece, card_piece, clip_piece, partner_piece, strangers
from pipeline.store.catalog import Catalog


@dataclass(frozen=True)
class Filled:
    """A session and what it shows, in order. ``opening`` counts the cards before the clips."""

    session: Session
    pieces: tuple[Piece, ...]
    opening: int


def programme(catalog: Catalog, book: Book) -> list[Filled]:
    """Return the event's sessions in the order of its file, each with what it shows."""
    sessions = book.event.sessions or (whole_event(book.event),)
    rest = _rest_goes_to(sessions)
    return [_filled(session, catalog, book, sessions, is_last=session is rest) for session in sessions]


def whole_event(event: Event) -> Session:
    """Return the one session of an event whose file names none: openers, all clips, end cards.

    It starts when a countdown says so, else when any card does, else nobody has said when.
    """
    timed = [card for card in event.cards if card.starts_at]
    timed.sort(key=lambda card: (card.kind != "countdown", card.kind != "opener"))
    ahead = [card.id for kind in ("countdown", "opener") for card in event.cards if card.kind == kind]
    return Session(
        id="all",
        name=event.name,
        starts_at=timed[0].starts_at if timed else None,
        opens_with=tuple(ahead),
        closes_with=tuple(card.id for card in event.cards if card.kind == "end"),
    )


def local(at: datetime, event: Event) -> datetime:
    """Return a time of the event file with its zone: one without is on the event's own clock."""
    zone = ZoneInfo(event.timezone)
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def first_day(event: Event) -> datetime:
    """Return midnight of the event's first day: where the clock runs from when nobody has said when it starts."""
    return local(datetime.combine(event.starts_on, time()), event)


def _filled(session: Session, catalog: Catalog, book: Book, every: Sequence[Session], *, is_last: bool) -> Filled:
    opening = [piece for card in session.opens_with if (piece := card_piece(card, catalog))]
    closing = [piece for card in session.closes_with if (piece := card_piece(card, catalog))]
    wanted = (partner_piece(partner, catalog) for partner in _partners(session, book.event, every))
    clips = [piece for piece in wanted if piece]
    if is_last:
        clips += [piece for clip in strangers(catalog) if (piece := clip_piece(clip))]
    return Filled(session, (*opening, *clips, *closing), len(opening))


def _partners(session: Session, event: Event, every: Sequence[Session]) -> Iterator[Partner]:
    """Yield whose clips a session shows; one that does not say shows all that no other session names."""
    if session.partners is not None:
        yield from (partner for name in session.partners if (partner := event.partner(name)))
        return
    named = {partner.id for other in every if _is_choosy(other) for partner in _chosen(other, event)}
    chosen = _chosen(session, event) if _is_choosy(session) else [p for p in event.partners if p.id not in named]
    if _is_choosy(session) or session is next(other for other in every if not _is_choosy(other)):
        yield from chosen


def _is_choosy(session: Session) -> bool:
    return any(each is not None for each in (session.partners, session.theme, session.numbers))


def _chosen(session: Session, event: Event) -> list[Partner]:
    if session.partners is not None:
        return [partner for name in session.partners if (partner := event.partner(name))]
    if session.theme is not None:
        return [partner for partner in event.partners if partner.theme == session.theme]
    first, last = session.numbers or (1, 0)
    return list(event.partners[first - 1 : last])


def _rest_goes_to(sessions: Sequence[Session]) -> Session:
    """Return the session that also shows the clips of nobody: the one that takes all the rest, else the last."""
    return next((session for session in sessions if not _is_choosy(session)), sessions[-1])
