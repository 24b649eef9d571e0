"""The orders of cards: slates for partners whose clip is missing, and the event's own cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pipeline.card.texts import AnyCard, BreakText, CountdownText, EndText, OpenerText, SlateText, ThemeText
from pipeline.orders.nouns import CardOrder, Order
from pipeline.preset.model import Book, EventCard, Partner
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
        plan = plan_card(event_card_text(card, book), card.title or book.event.name, book, frames)
        yield _order(CardOrder(id=card.id, plan=plan), "card", tools)


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
    name, note, title = event.name, _note(card), card.title or event.name
    day = thai_date(card.starts_at.date()) if card.starts_at else thai_date_range(event.starts_on, event.ends_on)
    match card.kind:
        case "opener":
            themes = tuple(ThemeText(name=each.name, accent=each.accent or accent) for each in event.themes)
            return OpenerText(
                event_name=name, title=card.title, date_text=day, venue=event.venue, themes=themes, accent=accent
            )
        case "countdown":
            seconds = card.seconds
            return CountdownText(event_name=name, title=title, note=note, date_text=day, seconds=seconds, accent=accent)
        case "break":
            return BreakText(event_name=name, title=title, note=note, date_text=day, accent=accent)
        case "end":
            return EndText(event_name=name, title=title, thanks=event.thanks, note=note, date_text=day, accent=accent)


def _note(card: EventCard) -> str | None:
    """Return the small words, with the time as Thai signs write it: ``09.00``."""
    if card.note is None or card.starts_at is None:
        return card.note
    return card.note.replace("{time}", f"{card.starts_at:%H.%M}")
