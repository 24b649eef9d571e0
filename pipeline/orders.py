"""What is to be made: an order per asset, complete in itself: any machine with the folders can fill it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Literal

from pydantic import Field

from pipeline.card.layout import CardText, SlateText
from pipeline.intake.assign import ClipIn, Intake, PhotoIn
from pipeline.media.choose import heard
from pipeline.noun import Noun
from pipeline.photo.plan import PhotoPlan, plan_photo
from pipeline.preset.model import Book, Partner, PosterOutput
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Kind, SourceRef, key_of
from pipeline.text.thai import thai_date_range
from pipeline.units import seconds_text
from pipeline.video.cautions import warnings
from pipeline.video.plan import ClipPlan, SlatePlan, Span, parts, plan_clip, plan_slate, trimmed

PART = ".part-"
"""Stands in a part's name between its stage's and its number."""


class ClipOrder(Noun):
    """One stage of one clip."""

    what: Literal["clip"] = "clip"
    plan: ClipPlan
    poster: PosterOutput | None = None
    needs_key: str | None = None
    """Key of the air stage whose master this stage uses."""


class PartOrder(Noun):
    """One part of the picture of a long clip's stage."""

    what: Literal["part"] = "part"
    plan: ClipPlan
    span: Span


class SlateOrder(Noun):
    """The slate of one partner."""

    what: Literal["slate"] = "slate"
    partner_id: str
    plan: SlatePlan


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
    work: ClipOrder | PartOrder | SlateOrder | PhotoOrder = Field(discriminator="what")
    parts: dict[str, str] = Field(default_factory=dict)
    """Assets whose files spare this order its encoding, with their keys. It can be filled without them."""
    after: tuple[str, ...] = ()
    """Assets that come first, where they are still to be made."""


def orders(intake: Intake, book: Book, tools: str) -> Iterator[Order]:
    """Yield everything that should exist: on-air masters, slates, photos, then the versions for pages."""
    date_text = thai_date_range(book.event.starts_on, book.event.ends_on)
    first = {clip.id: _air(clip, book, tools, date_text) for clip in intake.clips}
    yield from first.values()
    yield from slate_orders({p.id for p in book.event.partners} - {clip.partner for clip in intake.clips}, book, tools)
    for photo in intake.photos:
        yield _photo(photo, book, tools)
    for air in first.values():
        yield from _parts(air)
    for clip in intake.clips:
        pages = _pages(clip, first[clip.id], book, tools, date_text)
        yield pages
        yield from _parts(pages)


def _parts(whole: Order) -> Iterator[Order]:
    """Yield the orders for the parts of a long clip's stage."""
    assert isinstance(whole.work, ClipOrder)  # noqa: S101 - called for clips alone
    plan = whole.work.plan
    needed = tuple(asset for asset in whole.after if asset not in whole.parts)
    for (asset, key), span in zip(whole.parts.items(), parts(plan), strict=True):
        work = PartOrder(plan=plan, span=span)
        yield Order(asset=asset, kind="part", key=key, source=whole.source, work=work, after=needed)


def _air(clip: ClipIn, book: Book, tools: str, date_text: str) -> Order:
    work = ClipOrder(plan=_clip_plan("air", clip, book, date_text), poster=book.poster)
    return _clip_order(clip, "air", work, tools)


def _pages(clip: ClipIn, air: Order, book: Book, tools: str, date_text: str) -> Order:
    work = ClipOrder(plan=_clip_plan("pages", clip, book, date_text), needs_key=air.key)
    return _clip_order(clip, "pages", work, tools, after=(air.asset,))


def _clip_order(clip: ClipIn, kind: Kind, work: ClipOrder, tools: str, after: tuple[str, ...] = ()) -> Order:
    told = (*warnings(work.plan.facts), *clip.source.warnings, *_trim_warning(clip, work.plan)) if kind == "air" else ()
    keys = {
        f"{clip.id}.{kind}{PART}{n:03d}": key_of([work.plan.model_dump(mode="json"), span.model_dump(), tools])
        for n, span in enumerate(parts(work.plan))
    }
    return Order(
        asset=f"{clip.id}.{kind}",
        kind=kind,
        key=key_of([work.model_dump(mode="json"), tools]),
        source=SourceRef(path=clip.source.path, sha256=clip.source.sha256, bytes=clip.source.stamp.bytes),
        warnings=told,
        work=work,
        parts=keys,
        after=(*after, *keys),
    )


def _trim_warning(clip: ClipIn, plan: ClipPlan) -> tuple[Reason, ...]:
    asked = (clip.sidecar.trim_in_s, clip.sidecar.trim_out_s)
    whole = plan.facts.duration_s
    begin, length_s = trimmed(whole, *asked)
    ignored = any(asked) and not begin and length_s == whole and asked != (None, whole)
    return (reason("trim-outside", seconds_text(whole, 1)),) if ignored else ()


def _clip_plan(stage: str, clip: ClipIn, book: Book, date_text: str) -> ClipPlan:
    facts = clip.source.clip
    if facts is None:
        message = f"{clip.source.path} has no facts"  # assign() passes on none that was refused
        raise ValueError(message)
    return plan_clip(
        stage=stage,
        clip_id=clip.id,
        title=clip.title,
        sha256=clip.source.sha256,
        facts=heard(facts, [[language] for language in _languages(clip, book)]),
        book=book,
        card=card_text(clip, book, date_text),
        captions=clip.captions,
        trim=(clip.sidecar.trim_in_s, clip.sidecar.trim_out_s),
    )


def _languages(clip: ClipIn, book: Book) -> tuple[str, ...]:
    told = clip.sidecar.language
    return (told, *book.event.languages) if told else book.event.languages


def card_text(clip: ClipIn, book: Book, date_text: str) -> CardText:
    """Return the words of a clip's title card."""
    event = book.event
    theme = event.theme_of(clip.theme)
    return CardText(
        event_name=event.name,
        name=clip.title,
        theme=theme.name if theme else None,
        date_text=date_text,
        number=event.number_of(clip.partner) if clip.partner else None,
        total=event.expected_partners,
        accent=book.accent_of(clip.theme),
    )


def slate_orders(partner_ids: AbstractSet[str | None], book: Book, tools: str) -> Iterator[Order]:
    """Yield the order for the slate of each of these partners, in roster order."""
    for number, partner in enumerate(book.event.partners, 1):
        if partner.id in partner_ids:
            yield _slate(number, partner, book, tools)


def _slate(number: int, partner: Partner, book: Book, tools: str) -> Order:
    event = book.event
    date_text = thai_date_range(event.starts_on, event.ends_on)
    theme = event.theme_of(partner.theme)
    text = SlateText(
        event_name=event.name,
        name=partner.name,
        theme=theme.name if theme else None,
        date_text=date_text,
        number=number,
        total=event.expected_partners,
        accent=book.accent_of(partner.theme),
        note=event.slate.note,
    )
    work = SlateOrder(partner_id=partner.id, plan=plan_slate(text, book))
    key = key_of([work.model_dump(mode="json"), tools])
    return Order(asset=f"{partner.id}.slate", kind="slate", key=key, source=None, work=work)


def _photo(photo: PhotoIn, book: Book, tools: str) -> Order:
    plan = plan_photo(photo.album, photo.name, book.photo)
    work = PhotoOrder(plan=plan, caption=photo.sidecar.caption, sha256=photo.source.sha256)
    return Order(
        asset=f"{photo.album}.{photo.name}.photo",
        kind="photo",
        key=key_of([work.model_dump(mode="json"), tools]),
        source=SourceRef(path=photo.source.path, sha256=photo.source.sha256, bytes=photo.source.stamp.bytes),
        work=work,
    )


def by_asset(wanted: Iterator[Order]) -> dict[str, Order]:
    """Return the orders by asset, in their order."""
    return {order.asset: order for order in wanted}
