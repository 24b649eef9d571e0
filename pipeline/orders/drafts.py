"""The orders of drafts: captions from speech for clips that came without any. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.intake.assign import ClipIn
from pipeline.orders.nouns import ClipOrder, Order
from pipeline.speech.draft import DraftOrder, Recogniser, plan_draft


def draft_orders(clips: Iterable[ClipIn], airs: Iterable[Order], recogniser: Recogniser | None) -> Iterator[Order]:
    """Yield the order of each clip's draft, after its master; ``airs`` are the masters' orders in the clips' order."""
    for clip, air in zip(clips, airs, strict=True):
        assert isinstance(air.work, ClipOrder)  # noqa: S101 - called with clips' masters alone
        plan = plan_draft(air.work.plan, clip.captions, recogniser, clip.sidecar.language)
        if plan is not None:
            work = DraftOrder(plan=plan, needs_key=air.key)
            asset = f"{clip.id}.draft"
            yield Order(asset=asset, kind="draft", key=work.key, source=air.source, work=work, after=(air.asset,))
