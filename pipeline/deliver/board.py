"""The readiness board: every partner, every file, and what to do about each. Pure.

The board carries no time of making: the same catalog gives the same bytes, so a board that changed means
that something changed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.deliver.pages import Pages, Words, clock, json_text, words
from pipeline.preset.model import Book, Event, Theme
from pipeline.reasons import Reason
from pipeline.store.catalog import Catalog, InputRow, PartnerRow
from pipeline.store.package import Package

STATES: dict[str, Words] = {
    "refused": Words("ต้องแก้ไข", "Needs fixing"),
    "missing": Words("ยังไม่ได้รับ", "Not received"),
    "arriving": Words("กำลังรับไฟล์", "Arriving"),
    "working": Words("กำลังทำ", "In the works"),
    "queued": Words("รอคิว", "Queued"),
    "ready": Words("พร้อมออกอากาศ", "Ready to air"),
}
"""Each state in words, the most urgent first."""
KINDS: dict[str, Words] = {
    "clip": Words("คลิป", "Clip"),
    "photo": Words("ภาพถ่าย", "Photo"),
    "captions": Words("คำบรรยาย", "Captions"),
    "sidecar": Words("ไฟล์ข้อมูล", "Sidecar"),
    "other": Words("ไฟล์อื่น", "Other file"),
}
UNUSED_STATES = frozenset({"superseded", "duplicate", "unused", "refused", "failed"})
PLACE_OPEN = Words("ยังไม่ทราบว่าเป็นหน่วยงานใด", "It is not yet known whose place this is.")


@dataclass(frozen=True)
class Tile:
    """One partner as the page shows it."""

    id: str
    number: str
    name: Words
    state: str
    state_words: Words
    theme: Theme | None
    length: str
    clip: str | None
    lines: tuple[Words, ...]
    """What to do, or what is worth knowing, one sentence each."""


def board(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return ``board/``: ``board.json`` for programs, ``index.html`` for people."""
    pages = Pages(templates, book)
    tiles = [_tile(row, catalog, book.event) for row in catalog.partners]
    counts: Counter[str] = Counter(row.state for row in catalog.partners)
    page = pages.render(
        "board.html.j2",
        tiles=tiles,
        problems=[tile for tile in tiles if tile.state == "refused"],
        states=[(state, word, counts[state]) for state, word in STATES.items() if state in counts],
        ready=counts["ready"],
        photos=len(catalog.photos),
        unused=[row for row in catalog.inputs if _is_unused(row)],
        noted=[row for row in catalog.inputs if row.outcome == "ok-with-warning" and not _is_unused(row)],
        kinds=KINDS,
        names={row.partner.id: row for row in catalog.partners},
    )
    package = pages.assets("board")
    package["board/index.html"] = page
    package["board/board.json"] = json_text(readiness(catalog, book))
    return package


def readiness(catalog: Catalog, book: Book) -> dict[str, object]:
    """Return what ``board.json`` says, by the contract: inputs, partners, summary and the event."""
    event = book.event
    ready = sum(row.state == "ready" for row in catalog.partners)
    return {
        "event": {"id": event.id, "name": event.name, "name_en": event.name_en},
        "summary": {"ready": ready, "expected": event.expected_partners, "photos": len(catalog.photos)},
        "partners": [_partner_json(row, catalog) for row in catalog.partners],
        "inputs": [input_json(row) for row in catalog.inputs],
    }


def input_json(row: InputRow) -> dict[str, object]:
    """Return one file's row; ``for`` is there only when another file uses this one."""
    out: dict[str, object] = row.model_dump(mode="json", by_alias=True, exclude={"used_for"})
    if row.used_for is not None:
        out["for"] = row.used_for
    return out


def _partner_json(row: PartnerRow, catalog: Catalog) -> dict[str, object]:
    return {
        "number": row.number,
        "id": row.partner.id,
        "name": row.partner.name,
        "name_en": row.partner.name_en,
        "theme": _theme_id(row, catalog),
        "state": row.state,
        "clip": row.clip,
        "superseded": list(row.superseded),
        "reasons": [reason.model_dump(mode="json") for reason in row.reasons],
    }


def _theme_id(row: PartnerRow, catalog: Catalog) -> str | None:
    """Return the clip's theme, which a sidecar may have set, else the roster's."""
    clip = catalog.clip_of(row.partner.id)
    return (clip.theme_id if clip else None) or row.partner.theme


def _tile(row: PartnerRow, catalog: Catalog, event: Event) -> Tile:
    clip = catalog.clip_of(row.partner.id)
    return Tile(
        id=row.partner.id,
        number=f"{row.number:02d}",
        name=words(row.partner.name, row.partner.name_en),
        state=row.state,
        state_words=STATES[row.state],
        theme=event.theme_of(_theme_id(row, catalog)),
        length=clock(clip.duration_s) if clip and clip.state == "ready" and clip.frames else "",
        clip=row.clip,
        lines=_lines(row),
    )


def _lines(row: PartnerRow) -> tuple[Words, ...]:
    said = tuple(_said(reason) for reason in row.reasons)
    if row.state != "missing" or said:
        return said
    if row.partner.open:
        return (PLACE_OPEN,)
    name = f"{row.number:02d}-{row.partner.id}.mp4"
    return (Words(f"ส่งคลิปโดยตั้งชื่อว่า {name}", f"Send the clip as {name}."),)


def _said(reason: Reason) -> Words:
    return Words(reason.th, reason.en)


def _is_unused(row: InputRow) -> bool:
    return row.outcome == "reject" or row.state in UNUSED_STATES
