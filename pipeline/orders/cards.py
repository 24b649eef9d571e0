"""The orders of cards: slates for partners whose clip is missing, and the event's own cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.card.texts import AnyCard, BreakText, CountdownText, EndText, OpenerText, SlateText, ThemeText
from pipeline.orders.nouns import CardOrder, Order
from pipeline.preset.model import Book, Partner
from pipeline.preset.programme import EventCard
from pipeline.store.receipt import Kind, key_of
from pipeline.text.dates import thai_date, thai_date_range
from pipeline.video.plan import plan_card


def slate_orders(partner_ids: AbstractSet[str | None], book: Book, tools: str) -> Iterator[Order]:
    """Yield the order for the slate of each of these partners, in roster order."""
    for number, partner in enumerate(book.event.partners, 1):
        if partner.id in partner_ids:
            text = slate_text(number, partner, book)
            plan = plan_card(text, partner.name, book, book.event.slate.frames)
            yield _order(CardOrder(id=partner.id, plan=plan), "slate", tools)


def card_orders(book: Book, tools: str) -> Iterator[Order]:
    """Yield the order for each of the event's own cards."""
    for card in book.event.cards:
        frames = -(-card.seconds * book.house.frame_rate.numerator // book.house.frame_rate.denominator)
        plan = plan_card(event_card_text(card, book), title_of(card, book), book, frames)
        yield _order(CardOrder(id=card.id, plan=plan), "card", tools)


def title_of(card: EventCard, book: Book) -> str:
    """Return what one of the event's own cards is called in lists."""
    return _timed(card.title, _local(card.starts_at, book.event.timezone)) or book.event.name


def _order(work: CardOrder, kind: Kind, tools: str) -> Order:
    key = key_of([work.model_dump(mode="json"), tools])
    return Order(asset=f"{work.id}.{kind}", kind=kind, key=key, source=None, work=work)


def slate_text(number: int, partner: Partner, book: Book) -> SlateText:
    """Return the words of a partner's slate."""
    event = book.event
    theme = event.theme_of(partner.theme)
    return SlateText(
        event_name=event.name,
        name=partner.name,
        theme=theme.name if theme else None,
        date_text=thai_date_range(event.starts_on, event.ends_on),
        number=number,
        total=event.expected_partners,
        accent=book.accent_of(partner.theme),
        note=event.slate.note,
    )


def event_card_text(card: EventCard, book: Book) -> AnyCard:
    """Return the words of one of the event's own cards."""
    event, accent = book.event, book.style.accent
    at = _local(card.starts_at, event.timezone)
    title, note = _timed(card.title, at), _timed(card.note, at)
    day = thai_date(at.date()) if at else thai_date_range(event.starts_on, event.ends_on)
    if card.kind == "opener":
        themes = tuple(ThemeText(name=each.name, accent=each.accent or accent) for each in event.themes)
        return OpenerText(
            event_name=event.name, title=title, date_text=day, venue=event.venue, themes=themes, accent=accent
        )
    common = {"event_name": event.name, "title": title, "note": note, "date_text": day, "accent": accent}
    if card.kind == "countdown":
        return CountdownText.model_validate({**common, "seconds": card.seconds})
    if card.kind == "break":
        return BreakText.model_validate(common)
    return EndText.model_validate({**common, "thanks": event.thanks})


def _local(at: datetime | None, timezone: str) -> datetime | None:
    """Return a time on the event's own clock; one without a zone is on it already."""
    return at if at is None or at.tzinfo is None else at.astimezone(ZoneInfo(timezone))


def _timed(text: str | None, at: datetime | None) -> str | None:
    """Return the words with the time as Thai signs write it: ``09.00``."""
    return text.replace("{time}", f"{at:%H.%M}") if text and at else text
