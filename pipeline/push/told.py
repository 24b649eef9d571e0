"""What a push tells: a line for people, a line of JSON for programs, and the file that says who is on air. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from pipeline.push.player import OnAir

_STATES = {
    "connecting": ("กำลังต่อ", "connecting"),
    "live": ("ส่งอยู่", "live"),
    "waiting": ("รอต่อใหม่", "waiting"),
    "ended": ("จบแล้ว", "ended"),
}


class Told(Protocol):
    """One target, as it is told."""

    shown: str
    state: str
    trouble: str
    reconnects: int
    uptime_s: float
    sent_mbps: float


def as_json(on_air: OnAir | None, now_s: float, targets: Sequence[Told]) -> dict[str, object]:
    """Return what is on, what is next and how each target is, without a key."""
    entry = on_air.run.entry if on_air else None
    return {
        "at": datetime.fromtimestamp(now_s, UTC).isoformat(timespec="seconds"),
        "on": {"key": entry.key, "title": entry.title, "kind": entry.kind} if entry else None,
        "is_filler": bool(on_air and (on_air.run.is_filler or on_air.is_stand_in)),
        "remaining_s": round(float(on_air.ends_s) - now_s, 1) if on_air else None,
        "next": {"key": on_air.after.key, "title": on_air.after.title} if on_air and on_air.after else None,
        "targets": [
            {
                "target": each.shown,
                "state": each.state,
                "trouble": each.trouble,
                "uptime_s": round(each.uptime_s),
                "sent_mbps": round(each.sent_mbps, 2),
                "reconnects": each.reconnects,
            }
            for each in targets
        ],
    }


def as_line(on_air: OnAir | None, now_s: float, targets: Sequence[Told], lang: str) -> str:
    """Return one line for people."""
    thai = lang == "th"
    parts = []
    if on_air:
        left_s = max(0, round(float(on_air.ends_s) - now_s))
        slate = (" (ภาพคั่น)" if thai else " (slate)") if on_air.is_stand_in or on_air.run.is_filler else ""
        parts.append(f"{on_air.run.entry.title}{slate} −{left_s // 60}:{left_s % 60:02d}")
        if on_air.after:
            parts.append(("ต่อไป " if thai else "next ") + on_air.after.title)
    for each in targets:
        state = _STATES[each.state][0 if thai else 1]
        again = f" ↻{each.reconnects}" if each.reconnects else ""
        parts.append(f"{each.shown} {state} {each.sent_mbps:.1f} Mb/s{again}")
    return " │ ".join(parts)
