"""What a contact sheet shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.card.pieces import Frame
from pipeline.card.texts import AnyCard, CardText, OpenerText, ThirdText
from pipeline.orders.cards import event_card_text, slate_text, title_of
from pipeline.preset.book import RECAP
from pipeline.preset.fields import StillLayout
from pipeline.preset.model import Book
from pipeline.recap.plan import Candidate, RecapPhoto, RecapPlan, plan_recap

FRAMES: dict[StillLayout, tuple[int, int]] = {
    "wide": (1920, 1080),
    "square": (1080, 1080),
    "portrait": (1080, 1350),
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
    text: AnyCard | ThirdText | RecapPlan
    frame: Frame

    @property
    def kind(self) -> str:
        """What it is."""
        return "recap" if isinstance(self.text, RecapPlan) else self.text.kind

    @property
    def name(self) -> str:
        """A name that no other has, fit for a file."""
        return f"{self.kind}-{self.row}-{self.frame.layout}"


def exhibits(book: Book) -> Iterator[Exhibit]:
    """Yield everything in all its layouts: the event's own cards, the recap's title, then each partner's cards."""
    for card in book.event.cards:
        yield from _framed(card.id, title_of(card, book), event_card_text(card, book))
    yield from _recaps(book)
    for number, partner in enumerate(book.event.partners, 1):
        slate = slate_text(number, partner, book)
        said = slate.model_dump(exclude={"kind", "note"})
        third = ThirdText(
            name=slate.name, theme=slate.theme, number=slate.number, total=slate.total, accent=slate.accent
        )
        for text in (CardText.model_validate(said), slate, third):
            yield from _framed(partner.id, partner.name, text)


def _recaps(book: Book) -> Iterator[Exhibit]:
    """Yield the recap's title in each of its layouts, as over any photo."""
    photo = RecapPhoto(path="photo.jpg", sha256="0" * 64, width_px=1920, height_px=1080)
    for plan in plan_recap(book, [Candidate(photo=photo, album="photos")]):
        width_px, height_px = plan.output.width_px, plan.output.height_px
        frame = Frame(width_px=width_px, height_px=height_px, layout=plan.output.layout)
        yield Exhibit(RECAP, plan.title, plan, frame)


def _framed(row: str, title: str, text: AnyCard | ThirdText) -> Iterator[Exhibit]:
    linked = isinstance(text, CardText | OpenerText)
    for layout, (width_px, height_px) in FRAMES.items():
        if layout != "link" or linked:
            yield Exhibit(row, title, text, Frame(width_px=width_px, height_px=height_px, layout=layout))
