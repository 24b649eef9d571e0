"""What is to be made: an order per asset, complete in itself: any machine with the folders can fill it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.intake.assign import Intake
from pipeline.orders.cards import card_orders, slate_orders
from pipeline.orders.clips import clip_orders
from pipeline.orders.drafts import draft_orders
from pipeline.orders.nouns import PART, CardOrder, ClipOrder, Order, PartOrder, PhotoOrder, RecapOrder, by_asset
from pipeline.orders.photos import photo_asset, photo_order
from pipeline.orders.recaps import recap_asset, recap_orders
from pipeline.preset.model import Book
from pipeline.speech.draft import DraftOrder, Recogniser
from pipeline.text.dates import thai_date_range

__all__ = [
    "PART",
    "CardOrder",
    "ClipOrder",
    "DraftOrder",
    "Order",
    "PartOrder",
    "PhotoOrder",
    "RecapOrder",
    "by_asset",
    "orders",
    "photo_asset",
    "recap_asset",
    "recap_orders",
    "slate_orders",
]


def orders(intake: Intake, book: Book, tools: str, recogniser: Recogniser | None = None) -> Iterator[Order]:
    """Yield everything that should exist: on-air masters, slates, cards, photos, versions for pages, then drafts."""
    date_text = thai_date_range(book.event.starts_on, book.event.ends_on)
    first, later = clip_orders(intake.clips, book, tools, date_text)
    yield from first
    yield from slate_orders({p.id for p in book.event.partners} - {clip.partner for clip in intake.clips}, book, tools)
    yield from card_orders(book, tools)
    for photo in intake.photos:
        yield photo_order(photo, book, tools)
    yield from later
    yield from draft_orders(intake.clips, first, recogniser)
