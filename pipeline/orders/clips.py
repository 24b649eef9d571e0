"""The orders of clips: an on-air master, the versions for pages, and the parts of long ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.card.texts import CardText, ThirdText
from pipeline.intake.assign import ClipIn
from pipeline.media.choose import on_air
from pipeline.orders.nouns import PART, ClipOrder, Order, PartOrder
from pipeline.preset.model import Book
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Kind, SourceRef, key_of
from pipeline.text.repairs import beyond
from pipeline.units import seconds_text
from pipeline.video.cautions import warnings
from pipeline.video.plan import ClipPlan, parts, plan_clip, trimmed


def clip_orders(clips: tuple[ClipIn, ...], book: Book, tools: str, date_text: str) -> tuple[list[Order], list[Order]]:
    """Return the orders of the masters, and those that can come later: parts first, then versions for pages."""
    first = [_air(clip, book, tools, date_text) for clip in clips]
    later = [part for air in first for part in _parts(air)]
    for clip, air in zip(clips, first, strict=True) if book.stage("pages") else ():
        pages = _pages(clip, air, book, tools, date_text)
        later += [pages, *_parts(pages)]
    return first, later


def _parts(whole: Order) -> Iterator[Order]:
    """Yield the orders for the parts of a long clip's stage."""
    assert isinstance(whole.work, ClipOrder)  # noqa: S101 - called for clips alone
    plan = whole.work.plan
    needed = tuple(asset for asset in whole.after if asset not in whole.parts)
    for (asset, key), span in zip(whole.parts.items(), parts(plan), strict=True):
        work = PartOrder(plan=plan, span=span)
        yield Order(asset=asset, kind="part", key=key, source=whole.source, work=work, after=needed)


def _air(clip: ClipIn, book: Book, tools: str, date_text: str) -> Order:
    work = ClipOrder(plan=_clip_plan("air", clip, book, date_text), posters=book.posters)
    return _clip_order(clip, "air", work, tools)


def _pages(clip: ClipIn, air: Order, book: Book, tools: str, date_text: str) -> Order:
    work = ClipOrder(plan=_clip_plan("pages", clip, book, date_text), needs_key=air.key)
    return _clip_order(clip, "pages", work, tools, after=(air.asset,))


def _clip_order(clip: ClipIn, kind: Kind, work: ClipOrder, tools: str, after: tuple[str, ...] = ()) -> Order:
    told = _told(clip, work.plan) if kind == "air" else ()
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


def _told(clip: ClipIn, plan: ClipPlan) -> tuple[Reason, ...]:
    """Return what people should know of a clip before it is made."""
    late = dict.fromkeys(why for each in clip.captions for why in beyond(each, plan.facts.duration_s)[1])
    return (*warnings(plan.facts), *clip.source.warnings, *_trim_warning(clip, plan), *late)


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
        facts=on_air(facts, clip.sidecar.language, book.event.languages),
        book=book,
        card=card_text(clip, book, date_text),
        captions=tuple(beyond(each, facts.duration_s)[0] for each in clip.captions),
        third=third_text(clip, book),
        trim=(clip.sidecar.trim_in_s, clip.sidecar.trim_out_s),
    )


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


def third_text(clip: ClipIn, book: Book) -> ThirdText:
    """Return the words of a clip's lower third."""
    event = book.event
    theme = event.theme_of(clip.theme)
    return ThirdText(
        name=clip.title,
        theme=theme.name if theme else None,
        number=event.number_of(clip.partner) if clip.partner else None,
        total=event.expected_partners,
        accent=book.accent_of(clip.theme),
    )
