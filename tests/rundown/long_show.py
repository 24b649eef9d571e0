"""A show of the real event: all its partners, in three sessions with the event's own cards. Nouns alone, no files."""

from __future__ import annotations

from fractions import Fraction

from made_up_event import book
from show_factory import START

from pipeline.preset.model import Book
from pipeline.reasons import reason
from pipeline.show.model import Entry, EntryKind, Places, Show, ShowList, ShowSession

RATE = Fraction(30)
BOOK = book()
PLACES = Places(root="/srv/media_out", base_url="https://example.org/event")
NOWHERE = Places(root="/srv/media_out")


def real_show(owner: Book = BOOK) -> Show:
    """Return 31 clips (two are slates), an opener, a countdown, breaks, a recap and an end, in three sessions."""
    sessions = (
        ShowSession(id="morning", name="ช่วงเช้า", room="ห้องใหญ่", starts_at=START, ends_at=START.replace(minute=30)),
        ShowSession(id="afternoon", name="ช่วงบ่าย", room="ห้องใหญ่", starts_at=START.replace(hour=13)),
        ShowSession(
            id="closing",
            name="พิธีปิด",
            room="ห้องเล็ก",
            starts_at=START.replace(day=28, hour=15),
        ),
    )
    items: list[Entry] = []

    def add(session: str, kind: EntryKind, entry_id: str, title: str, frames: int, theme: str | None = None) -> None:
        before = sum(each.frames for each in items if each.session == session)
        position = len(items) + 1
        items.append(
            Entry(
                position=position,
                key=entry_id,
                id=entry_id,
                kind=kind,
                title=title,
                file=f"{position:02d}-{entry_id}.mp4",
                frames=frames,
                duration_s=float(frames / RATE),
                reason=reason("slate-missing") if kind == "slate" else None,
                session=session,
                offset_frames=before - (1808 if session == "morning" else 0),
                media={"air-1080p": f"masters/{entry_id}.air-1080p.0123456789ab.mp4"},
                poster=f"clips/{entry_id}/poster.jpg" if kind in {"clip", "slate"} else None,
                partner=entry_id if kind in {"clip", "slate"} else None,
                theme=theme,
            )
        )

    add("morning", "countdown", "countdown", "เริ่มในอีก", 1808)
    add("morning", "opener", "opener", "ยินดีต้อนรับสู่", 240)
    for number, partner in enumerate(owner.event.partners, 1):
        session = "morning" if number <= 16 else "afternoon"
        if number == 17:
            add("morning", "break", "break", "พักรายการสักครู่", 480)
        kind: EntryKind = "slate" if number in {12, 29} else "clip"
        theme = owner.event.themes[number % 3].id
        add(session, kind, partner.id, partner.name, 240 if kind == "slate" else 3600 + 176 * number, theme)
    add("closing", "recap", "recap", "ประมวลภาพบรรยากาศงาน", 4096)
    add("closing", "end", "end", "ขอขอบคุณ", 304)
    lists = [ShowList(id="show", kind="all", title=owner.event.name, positions=tuple(e.position for e in items))]
    for each in sessions:
        mine = tuple(e.position for e in items if e.session == each.id)
        lists.append(ShowList(id=f"session-{each.id}", kind="session", title=each.name, positions=mine))
    for topic in owner.event.themes:
        mine = tuple(e.position for e in items if e.theme == topic.id)
        lists.append(ShowList(id=f"theme-{topic.id}", kind="theme", title=topic.name, positions=mine))
    return Show(
        event_id=owner.event.id,
        event_name=owner.event.name,
        timezone="Asia/Bangkok",
        frame_rate=RATE,
        sample_rate_hz=48000,
        items=tuple(items),
        sessions=sessions,
        lists=tuple(lists),
    )
