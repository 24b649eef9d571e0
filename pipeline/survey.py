"""Where things stand: what arrived, what should exist, what is proven. Pure; the catalog is built here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.intake.assign import ClipIn, Intake
from pipeline.intake.sighting import Sighting
from pipeline.orders import Order, photo_asset, recap_asset
from pipeline.orders.cards import title_of
from pipeline.preset.book import RECAP
from pipeline.preset.model import MASTER, Book, Partner
from pipeline.reasons import Reason, reason
from pipeline.store.catalog import (
    CardEntry,
    Catalog,
    ClipEntry,
    InputRow,
    InputState,
    Outcome,
    PartnerRow,
    PartnerState,
    PhotoEntry,
    SlateEntry,
)
from pipeline.store.receipt import Made, Receipt
from pipeline.video.cautions import warnings

ClipState = Literal["queued", "ready", "refused", "failed"]


@dataclass(frozen=True)
class Survey:
    """One look at everything. ``proven`` holds only receipts whose key and files are right."""

    sightings: Mapping[str, Sighting]
    intake: Intake
    orders: Mapping[str, Order]
    proven: Mapping[str, Receipt]
    stale: Mapping[str, Receipt]
    """Proven before its order changed: in use until the new one is proven."""
    left: frozenset[str] = frozenset()
    """Assets with a receipt that nobody wants any more."""

    @property
    def pending(self) -> tuple[Order, ...]:
        """What is still to be made, in order."""
        return tuple(order for asset, order in self.orders.items() if asset not in self.proven)

    def receipt(self, asset: str) -> Receipt | None:
        """Return the valid receipt of an asset as it should be."""
        return self.proven.get(asset)

    @property
    def foreign(self) -> tuple[str, ...]:
        """Assets in use whose pictures do not join those made since: another encoder or another house format."""
        now = {_parameter_sets(receipt) for receipt in self.proven.values()} - {None}
        found = {asset: _parameter_sets(receipt) for asset, receipt in self.stale.items()}
        return tuple(asset for asset, sets in found.items() if now and sets is not None and sets not in now)

    def without(self, assets: Iterable[str]) -> Survey:
        """Return the survey with these out of use."""
        gone = set(assets)
        return replace(self, stale={asset: each for asset, each in self.stale.items() if asset not in gone})

    def in_use(self, asset: str) -> Receipt | None:
        """Return the receipt of what people see of an asset: as it should be, else as it was before."""
        return self.proven.get(asset) or self.stale.get(asset)


def _parameter_sets(receipt: Receipt) -> str | None:
    """Return the digest of the parameter sets of what goes on air, if this asset does."""
    if receipt.kind not in {"air", "slate"} or not receipt.outputs:
        return None
    found = receipt.outputs[0].facts.get("parameter_sets_sha256")
    return str(found) if found else None


def catalog_of(survey: Survey, book: Book) -> Catalog:
    """Return the catalog: everything a delivery may say."""
    clips = tuple(_clip(survey, clip, book) for clip in survey.intake.clips)
    assets = {clip.source: f"{clip.id}.air" for clip in clips}
    assets |= {photo.source.path: photo_asset(photo) for photo in survey.intake.photos}
    twins: dict[str, list[str]] = defaultdict(list)
    for clip in survey.intake.clips:
        twins[clip.source.sha256].append(clip.source.path)
    inputs = tuple(_row(survey, path, assets.get(path), twins) for path in sorted(survey.sightings))
    return Catalog(
        inputs=inputs,
        partners=tuple(_partner(n, p, clips, inputs, survey) for n, p in enumerate(book.event.partners, 1)),
        clips=clips,
        slates=tuple(_slates(survey, book)),
        cards=tuple(_cards(survey, book)),
        photos=tuple(_photos(survey)),
    )


def _clip(survey: Survey, clip: ClipIn, book: Book) -> ClipEntry:
    air, pages = survey.in_use(f"{clip.id}.air"), survey.in_use(f"{clip.id}.pages")
    made = [made for receipt in (air, pages) if receipt and not receipt.refused for made in receipt.outputs]
    details = air.clip if air else None
    return ClipEntry(
        id=clip.id,
        partner=book.event.partner(clip.partner),
        number=book.event.number_of(clip.partner) if clip.partner else None,
        title=clip.title,
        theme_id=clip.theme,
        source=clip.source.path,
        state=_state(survey.receipt(f"{clip.id}.air")),
        frames=details.frames if details else 0,
        lead_frames=details.lead_frames if details else 0,
        frame_rate=details.frame_rate if details else book.house.frame_rate,
        captions=details.captions if details else (),
        files={_output_name(clip.id, each.path): each.path for each in made},
        made={_output_name(clip.id, each.path): each for each in made},
        air=_on_air(clip.id, made, book),
        loudness=air.loudness if air else None,
        warnings=air.warnings if air else (),
        order=clip.order,
    )


def _state(air: Receipt | None) -> ClipState:
    if air is None:
        return "queued"
    if air.refused:
        return "refused" if air.fault == "input" else "failed"
    return "ready"


def _output_name(clip_id: str, path: str) -> str:
    """Return ``air-1080p`` for ``clips/<id>/air-1080p.mp4`` and ``th.srt`` for ``clips/<id>/<id>.th.srt``."""
    name = path.rpartition("/")[2]
    if name.startswith(f"{clip_id}."):
        return name[len(clip_id) + 1 :]
    return name.rpartition(".")[0]


def _row(survey: Survey, path: str, asset: str | None, twins: Mapping[str, list[str]]) -> InputRow:
    sighting, fate = survey.sightings[path], survey.intake.fates[path]
    refusal, state = sighting.refusal, fate.state
    order = survey.orders.get(asset) if asset else None
    told: list[Reason] = [*sighting.warnings]
    if order is not None:
        told += order.warnings  # with the sound that was chosen for this event
    elif sighting.clip is not None and refusal is None:
        told += warnings(sighting.clip)
    receipt = survey.receipt(asset) if asset else None
    if receipt is not None:
        refusal = refusal or receipt.refused
        state = _settled(receipt, state)
        told += receipt.warnings
    pages = survey.receipt(asset.removesuffix(".air") + ".pages") if asset else None
    if pages is not None and pages.refused:
        told.append(pages.refused)
    draft = survey.receipt(asset.removesuffix(".air") + ".draft") if asset else None
    if draft is not None:
        told += draft.warnings
    others = [twin for twin in twins.get(sighting.sha256, ()) if twin != path]
    if asset and others:
        told.append(reason("duplicate-content", ", ".join(others)))
    warned = any(not why.is_remark for why in told)
    outcome: Outcome = "reject" if refusal else ("ok-with-warning" if warned else "ok")
    reasons = [*([refusal] if refusal else []), *fate.reasons, *told]
    return InputRow(
        path=path,
        kind=sighting.kind,
        outcome=outcome,
        partner=fate.partner,
        state=state,
        reasons=tuple(dict.fromkeys(reasons)),
        used_for=fate.used_for,
    )


def _settled(receipt: Receipt, state: InputState) -> InputState:
    if receipt.refused:
        return "refused" if receipt.fault == "input" else "failed"
    return "ready" if state == "queued" else state


def _partner(
    number: int, partner: Partner, clips: tuple[ClipEntry, ...], inputs: tuple[InputRow, ...], survey: Survey
) -> PartnerRow:
    clip = next((clip for clip in clips if clip.partner and clip.partner.id == partner.id), None)
    rows = [row for row in inputs if row.partner == partner.id and row.kind == "clip"]
    refused = [row for row in rows if row.state in {"refused", "failed"}]
    states: dict[ClipState, PartnerState] = {"ready": "ready", "queued": "queued"}
    state: PartnerState = states.get(clip.state, "refused") if clip else ("refused" if refused else "missing")
    told = [why for row in refused for why in row.reasons]
    slate = survey.receipt(f"{partner.id}.slate")
    if slate is not None and slate.refused:
        told.append(slate.refused)
    if clip is not None:
        told += next((list(row.reasons) for row in rows if row.path == clip.source), [])
    return PartnerRow(
        number=number,
        partner=partner,
        state=state,
        clip=clip.source if clip else (refused[0].path if refused else None),
        superseded=survey.intake.superseded.get(partner.id, ()),
        reasons=tuple(dict.fromkeys(told)),
    )


def _slates(survey: Survey, book: Book) -> list[SlateEntry]:
    found = []
    for partner in book.event.partners:
        receipt = survey.in_use(f"{partner.id}.slate")
        if receipt and receipt.clip and receipt.outputs:
            air = _on_air(partner.id, receipt.outputs, book)
            if MASTER in air:
                found.append(SlateEntry(partner_id=partner.id, frames=receipt.clip.frames, air=air))
    return found


def _cards(survey: Survey, book: Book) -> list[CardEntry]:
    found = []
    for card in book.event.cards:
        receipt = survey.in_use(f"{card.id}.card")
        if receipt and receipt.clip and not receipt.refused:
            files = {_output_name(card.id, made.path): made.path for made in receipt.outputs}
            found.append(
                CardEntry(
                    id=card.id,
                    kind=card.kind,
                    title=title_of(card, book),
                    frames=receipt.clip.frames,
                    files=files,
                    made={_output_name(card.id, made.path): made for made in receipt.outputs},
                    air=_on_air(card.id, receipt.outputs, book),
                )
            )
    return [*found, *_recap(survey, book)]


def _recap(survey: Survey, book: Book) -> list[CardEntry]:
    made = [receipt for video in book.videos if (receipt := survey.in_use(recap_asset(video.id)))]
    made = [receipt for receipt in made if receipt.clip and not receipt.refused]
    smaller = {output.id for output in book.on_air[1:]}  # for players; posts have versions of their own
    named = {_output_name(RECAP, each.path): each.path for receipt in made for each in receipt.outputs}
    files = {name: path for name, path in named.items() if name not in smaller}
    named_made = {_output_name(RECAP, each.path): each for receipt in made for each in receipt.outputs}
    title = book.event.recap.title if book.event.recap else ""
    outputs = [each for receipt in made for each in receipt.outputs]
    loud = next((receipt.loudness for receipt in made if receipt.loudness), None)
    return [
        CardEntry(
            id=RECAP,
            kind="recap",
            title=title,
            frames=receipt.clip.frames,
            files=files,
            made={name: named_made[name] for name in files},
            air=_on_air(RECAP, outputs, book),
            loudness=loud,
        )
        for receipt in made[:1]
        if receipt.clip
    ]


def _on_air(asset_id: str, outputs: Iterable[Made], book: Book) -> dict[str, Made]:
    """Return what of an asset goes on air, by output."""
    wanted = {output.id for output in book.on_air}
    return {name: each for each in outputs if (name := _output_name(asset_id, each.path)) in wanted}


def _photos(survey: Survey) -> list[PhotoEntry]:
    found = []
    for photo in survey.intake.photos:
        receipt = survey.in_use(photo_asset(photo))
        if receipt is None or receipt.photo is None or receipt.refused:
            continue
        details = receipt.photo.model_copy(
            update={"caption": photo.sidecar.caption or receipt.photo.caption, "album_title": photo.album_title or None}
        )
        made = {each.path.rpartition("/")[2][len(photo.name) + 1 :]: each for each in receipt.outputs}
        files = {name: each.path for name, each in made.items()}
        found.append(
            PhotoEntry(source=photo.source.path, details=details, alt=photo.sidecar.alt, files=files, made=made)
        )
    return found
