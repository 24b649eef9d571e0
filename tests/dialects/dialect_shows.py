"""Shows to write lists of: one with a break card of half an hour, and any show with other titles."""

from __future__ import annotations

from collections.abc import Sequence

from show_factory import Part, entries, show

from pipeline.show.model import Places, Show

WITH_BREAK = (
    Part("opener", 64, "ยินดีต้อนรับ", "opener"),
    Part("one", 160, "มูลนิธิที่หนึ่ง, สงขลา - สาขา", theme="green"),
    Part("two", 112, '#EXT-X <สอง> & "เพื่อน" \\ ]]>\nบรรทัดใหม่', theme="red"),
    Part("break", 54000, "พักรายการ", "break"),
    Part("three", 64, "ชมรม 'สาม' 100%", "slate", session="afternoon", theme="green"),
    Part("four", 128, "\u202eเครือข่ายที่สี่ #4\ufeff", session="afternoon", theme="red"),
)
PLACES = Places(root="/srv/งาน 1/media_out", base_url="https://ที่นี่.example/air")
HOSTILE = (
    "#EXT-X-STREAM-INF:BANDWIDTH=1",
    "\n#EXT-X-KEY:METHOD=NONE\nhttp://x/",
    '\\" \\, liq_cue_in="9":/etc/passwd',
    "]]> &lt;b> & 'q' %00 %s #{1} $(x)",
    "A, B - C, D",
)
"""One for each of the factory's parts."""


def with_break() -> Show:
    """Return a show whose idle time is filled with a long card."""
    return show(entries(WITH_BREAK))


def retitled(made: Show, titles: Sequence[str], event_name: str | None = None) -> Show:
    """Return a show with other titles, in turn."""
    items = tuple(
        entry.model_copy(update={"title": titles[number % len(titles)]}) for number, entry in enumerate(made.items)
    )
    return made.model_copy(update={"items": items, "event_name": made.event_name if event_name is None else event_name})


def text_of(package: dict[str, object], path: str) -> str:
    """Return a file of a package."""
    content = package[path]
    assert isinstance(content, str)
    return content
