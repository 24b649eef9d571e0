"""What a contact sheet shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.card.pieces import Frame
from pipeline.card.texts import AnyCard, CardText, OpenerText, ThirdText
from pipeline.orders.cards import event_card_text, slate_text
from pipeline.preset.model import Book, StillLayout

FRAMES: dict[StillLayout, tuple[int, int]] = {
    "wide": (1920, 1080),
    "square": (1080, 1080),
    "tall": (1080, 1920),
    "link": (1200, 630),
}
"""The sizes at which cards are checked: those that they are made in."""


@dataclass(frozen=True)
class Exhibit:
    """One card or lower third in one frame."""

    row: str
    """Id of the partner or of the event's card."""
    title: str
    text: AnyCard | ThirdText
    frame: Frame

    @property
    def name(self) -> str:
        """A name that no other has, fit for a file."""
        return f"{self.text.kind}-{self.row}-{self.frame.layout}"


def exhibits(book: Book) -> Iterator[Exhibit]:
    """Yield the event's own cards, then title, slate and lower third of each partner, each in all its layouts."""
    for card in book.event.cards:
        yield from _framed(card.id, card.title or book.event.name, event_card_text(card, book))
    for number, partner in enumerate(book.event.partners, 1):
        slate = slate_text(number, partner, book)
        said = slate.model_dump(exclude={"kind", "note"})
        third = ThirdText(
            name=slate.name, theme=slate.theme, number=slate.number, total=slate.total, accent=slate.accent
        )
        for text in (CardText.model_validate(said), slate, third):
            yield from _framed(partner.id, partner.name, text)


def _framed(row: str, title: str, text: AnyCard | ThirdText) -> Iterator[Exhibit]:
    linked = isinstance(text, CardText | OpenerText)
    for layout, (width_px, height_px) in FRAMES.items():
        if layout != "link" or linked:
            yield Exhibit(row, title, text, Frame(width_px=width_px, height_px=height_px, layout=layout))
