"""What is to be made: an order per asset, complete in itself: any machine with the folders can fill it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from pipeline.noun import Noun
from pipeline.photo.plan import PhotoPlan
from pipeline.preset.model import PosterOutput
from pipeline.reasons import Reason
from pipeline.recap.plan import RecapPlan
from pipeline.speech.draft import DraftOrder
from pipeline.store.receipt import Kind, SourceRef
from pipeline.video.plan import CardPlan, ClipPlan, Span

PART = ".part-"
"""Stands in a part's name between its stage's and its number."""


class ClipOrder(Noun):
    """One stage of one clip."""

    what: Literal["clip"] = "clip"
    plan: ClipPlan
    posters: tuple[PosterOutput, ...] = ()
    needs_key: str | None = None
    """Key of the air stage whose master this stage uses."""


class PartOrder(Noun):
    """One part of the picture of a long clip's stage."""

    what: Literal["part"] = "part"
    plan: ClipPlan
    span: Span


class CardOrder(Noun):
    """A card that is an entry of the show: the slate of one partner, or one of the event's own cards."""

    what: Literal["card"] = "card"
    id: str
    """Of the partner or of the card."""
    plan: CardPlan


class RecapOrder(Noun):
    """The photos as a film, in one output."""

    what: Literal["recap"] = "recap"
    plan: RecapPlan
    sting: str | None = None
    """The sound's file, relative to the presets."""


class PhotoOrder(Noun):
    """One photo."""

    what: Literal["photo"] = "photo"
    plan: PhotoPlan
    caption: str | None = None
    sha256: str
    """Of the source: two photos with one plan are still two."""


class Order(Noun):
    """One asset to make. ``asset`` names its receipt; the same ``key`` and a valid receipt: nothing to do."""

    asset: str
    kind: Kind
    key: str
    source: SourceRef | None
    warnings: tuple[Reason, ...] = ()
    work: ClipOrder | PartOrder | CardOrder | RecapOrder | PhotoOrder | DraftOrder = Field(discriminator="what")
    parts: dict[str, str] = Field(default_factory=dict)
    """Assets whose files spare this order its encoding, with their keys. It can be filled without them."""
    after: tuple[str, ...] = ()
    """Assets that come first, where they are still to be made."""


def by_asset(wanted: Iterator[Order]) -> dict[str, Order]:
    """Return the orders by asset, in their order."""
    return {order.asset: order for order in wanted}
