"""The show: what goes on air, in order, from proven files only. Pure."""

from __future__ import annotations

import json
from fractions import Fraction

from pipeline.noun import Noun
from pipeline.preset.model import MASTER, Book, Partner
from pipeline.reasons import Reason, reason
from pipeline.store.catalog import Catalog, ClipEntry
from pipeline.store.package import Link, Package
from pipeline.units import seconds_text


class ShowItem(Noun):
    """One entry of the show. ``file`` is its name in ``show/``; ``target`` what it links to."""

    position: int
    file: str
    kind: str
    id: str
    title: str
    frames: int
    frame_rate: Fraction
    target: str
    reason: Reason | None
    partner: Partner | None

    @property
    def duration_s(self) -> Fraction:
        """Exact length of the file."""
        return Fraction(self.frames) / self.frame_rate


def running_order(catalog: Catalog, book: Book) -> tuple[ShowItem, ...]:
    """Return the show: the roster in order, a slate for each partner without a proven clip, then clips of nobody."""
    others = [clip for clip in catalog.clips if clip.partner is None and MASTER in clip.files]
    others.sort(key=lambda clip: (clip.order is None, clip.order or 0, clip.source))
    # As many digits for all, so that a folder sorted by name is in order.
    digits = max(2, len(str(len(book.event.partners) + len(others))))
    items: list[ShowItem] = []
    slates = {slate.partner_id: slate for slate in catalog.slates}
    for number, partner in enumerate(book.event.partners, 1):
        clip = catalog.clip_of(partner.id)
        if clip and MASTER in clip.files:
            items.append(_clip(number, clip, digits))
        elif partner.id in slates:
            slate = slates[partner.id]
            why = reason("slate-refused" if clip and clip.state in {"refused", "failed"} else "slate-missing")
            items.append(
                ShowItem(
                    position=number,
                    file=_name(number, partner.id, digits),
                    kind="slate",
                    id=partner.id,
                    title=partner.name,
                    frames=slate.frames,
                    frame_rate=book.house.frame_rate,
                    target=slate.path,
                    reason=why,
                    partner=partner,
                )
            )
    items += [_clip(len(book.event.partners) + n, clip, digits) for n, clip in enumerate(others, 1)]
    return tuple(items)


def _clip(position: int, clip: ClipEntry, digits: int) -> ShowItem:
    return ShowItem(
        position=position,
        file=_name(position, clip.id, digits),
        kind="clip",
        id=clip.id,
        title=clip.title,
        frames=clip.frames,
        frame_rate=clip.frame_rate,
        target=clip.files[MASTER],
        reason=None,
        partner=clip.partner,
    )


def _name(position: int, item_id: str, digits: int) -> str:
    return f"{position:0{digits}d}-{item_id}.mp4"


def show(items: tuple[ShowItem, ...], book: Book) -> Package:
    """Return ``show/``: the files, then ``show.json`` that tells what each is."""
    rows = [
        {
            "position": item.position,
            "file": item.file,
            "kind": item.kind,
            "id": item.id,
            "title": item.title,
            "frames": item.frames,
            "duration_s": float(seconds_text(item.duration_s, 6)),
            "reason": item.reason.model_dump() if item.reason else None,
        }
        for item in items
    ]
    rate = book.house.frame_rate
    document = {"items": rows, "frame_rate": f"{rate.numerator}/{rate.denominator}"}
    files: Package = {f"show/{item.file}": Link(item.target) for item in items}
    return files | {"show/show.json": json.dumps(document, ensure_ascii=False, indent=1) + "\n"}
