"""What can be put into the show: proven clips, slates and cards, by who asks for them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.preset.model import MASTER, Book, Partner
from pipeline.reasons import Reason, reason
from pipeline.show.model import EntryKind
from pipeline.store.catalog import CardEntry, Catalog, ClipEntry
from pipeline.store.receipt import Loudness, Made

INAUDIBLE_LUFS = -50.0
"""A finished file below this is silent: what was louder was brought to the house's loudness."""


@dataclass(frozen=True)
class Piece:
    """Something that can be an entry. Paths are relative to the output folder."""

    id: str
    kind: EntryKind
    title: str
    frames: int
    air: Mapping[str, Made]
    captions: Mapping[str, str] = field(default_factory=dict)
    poster: str | None = None
    partner: Partner | None = None
    theme: str | None = None
    reason: Reason | None = None
    integrated_lufs: float | None = None


def clip_piece(clip: ClipEntry) -> Piece | None:
    """Return a clip, or None while it is not proven."""
    if MASTER not in clip.air:
        return None
    captions = {language: path for language in clip.captions if (path := clip.files.get(f"{language}.vtt"))}
    return Piece(
        id=clip.id,
        kind="clip",
        title=clip.title,
        frames=clip.frames,
        air=clip.air,
        captions=captions,
        poster=clip.files.get("poster"),
        partner=clip.partner,
        theme=clip.theme_id or (clip.partner.theme if clip.partner else None),
        integrated_lufs=_heard(clip.loudness),
    )


def slate_piece(partner: Partner, catalog: Catalog, *, is_held: bool = False) -> Piece | None:
    """Return the slate that stands for a partner's clip, with the reason why, or None while there is none."""
    slate = next((slate for slate in catalog.slates if slate.partner_id == partner.id), None)
    if slate is None:
        return None
    clip = catalog.clip_of(partner.id)
    fell = clip is not None and clip.state in {"refused", "failed"}
    code = "slate-held" if is_held else "slate-refused" if fell else "slate-missing"
    return Piece(
        id=partner.id,
        kind="slate",
        title=partner.name,
        frames=slate.frames,
        air=slate.air,
        partner=partner,
        theme=partner.theme,
        reason=reason(code),
    )


def partner_piece(partner: Partner, catalog: Catalog) -> Piece | None:
    """Return a partner's clip, else the slate, or None while there is neither."""
    clip = catalog.clip_of(partner.id)
    return (clip_piece(clip) if clip else None) or slate_piece(partner, catalog)


def card_piece(card_id: str, catalog: Catalog) -> Piece | None:
    """Return one of the event's own cards or the recap, or None while it is not proven."""
    card = next((card for card in catalog.cards if card.id == card_id), None)
    return _card(card) if card and MASTER in card.air else None


def _card(card: CardEntry) -> Piece:
    return Piece(
        id=card.id,
        kind=card.kind,
        title=card.title,
        frames=card.frames,
        air=card.air,
        poster=card.files.get("poster"),
        integrated_lufs=_heard(card.loudness),
    )


def _heard(loudness: Loudness | None) -> float | None:
    loud = loudness is not None and loudness.integrated_lufs > INAUDIBLE_LUFS
    return loudness.integrated_lufs if loudness and loud else None


def strangers(catalog: Catalog) -> list[ClipEntry]:
    """Return the proven clips of nobody on the roster, in the order that was asked for."""
    found = [clip for clip in catalog.clips if clip.partner is None and MASTER in clip.air]
    return sorted(found, key=lambda clip: (clip.order is None, clip.order or 0, clip.source))


def stand_in(partner: Partner | None, catalog: Catalog, book: Book) -> Piece | None:
    """Return what is shown instead of a clip that is held: its slate, else the event's first break card."""
    slate = slate_piece(partner, catalog, is_held=True) if partner else None
    rests = (card_piece(card.id, catalog) for card in book.event.cards if card.kind == "break")
    return slate or next((rest for rest in rests if rest), None)
