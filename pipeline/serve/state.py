"""What the operator page is told: the show as it is on disk, laid on the clock, and what was changed of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.live.model import Anchor, Journal
from pipeline.reasons import Reason, reason
from pipeline.serve.moment import Laid, Moment, Slot, drift_s, expected, lay, moment, planned_s
from pipeline.serve.order import OrderDesk
from pipeline.serve.stage import Stage
from pipeline.settings import STATE_FOLDER
from pipeline.show.changes import Changes
from pipeline.show.channel import unix_s
from pipeline.show.model import SHOW_FILE, Entry, Show, read_show

_NEXT = 3
_FORMS = (
    ("HLS", "playlists/hls/{0}/master.m3u8"),
    ("M3U8", "playlists/{0}.m3u8"),
    ("M3U8 (URL)", "playlists/urls/{0}.m3u8"),
    ("XSPF", "playlists/{0}.xspf"),
    ("XSPF (URL)", "playlists/urls/{0}.xspf"),
    ("MP4", "playlists/{0}.mp4"),
)
_OBS = "playlists/obs-scenes.json"
_LIVE = "live/live.m3u8"
Stamp = tuple[int, int, int]


class Telling:
    """Reads what there is and says it. Any thread may ask."""

    def __init__(self, stage: Stage, desk: OrderDesk) -> None:
        self._stage = stage
        self._desk = desk
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._show: Show | None = None
        self._laid: tuple[Stamp | None, Fraction | None, str | None, Laid] | None = None
        self._changed_at: Stamp | None = None
        self._titles: dict[str, str] = {}

    def show(self) -> Show | None:
        """Return the show as delivered last; the one before while it cannot be read; None where there was none."""
        path = self._stage.out / SHOW_FILE
        with self._lock:
            try:
                stamp = _stamp(path)
                if stamp != self._stamp:
                    self._show, self._stamp = read_show(path.read_bytes()), stamp
                    self._titles |= {entry.key: entry.title for entry in self._show.items}
            except (OSError, ValueError):
                pass
            return self._show

    def changed(self) -> None:
        """Note that the order was changed for the show as it is now."""
        self._changed_at = self._stamp

    def state(self) -> dict[str, Any]:
        """Return everything but who may change it. Times are Unix seconds by the server's clock."""
        show, at_s = self.show(), Fraction(self._stage.clock())
        changes, version, problem = self._desk.read()
        told: dict[str, Any] = {
            "server_s": float(at_s),
            "version": version,
            "order_problem": _words(problem),
            "delivery_problem": _words(self._desk.problem),
            "can_deliver": self._stage.redeliver is not None,
        }
        if show is None:
            return told | {"show": None, "problem": _words(reason("air-no-show"))}
        seen = moment(self._lay(show), at_s)
        return told | {
            "show": _head(show, at_s),
            "pending": self._is_pending(show, changes),
            "now": self._pictured(show, _now(show, seen, at_s)),
            "next": [_slot(show, slot) for slot in seen.coming[:_NEXT]],
            "drift_s": _seconds(drift_s(show, seen)),
            "entries": list(_entries(show, seen, changes or Changes(), at_s)),
            "skipped": [{"key": key, "title": self._titles.get(key, key)} for key in (changes.skip if changes else ())],
            "sessions": _sessions(show),
            "lists": list(_lists(self._stage.out, show)),
            "live": f"/{_LIVE}",
            "remarks": [_words(remark) for remark in show.remarks],
        }

    def _is_pending(self, show: Show, changes: Changes | None) -> bool:
        """Return whether the show does not yet have what the order file says."""
        if self._desk.is_delivering:
            return True
        if self._stage.redeliver is None and self._changed_at is not None and self._changed_at == self._stamp:
            return True
        kinds = {entry.key: entry.kind for entry in show.items if not entry.is_filler}
        wanted = changes or Changes()
        return any(kinds.get(key) == "clip" for key in wanted.hold) or any(key in kinds for key in wanted.skip)

    def _pictured(self, show: Show, told: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return what is told of the entry on air, with its picture where there is one."""
        if told is None:
            return None
        poster = next(entry.poster for entry in show.items if entry.key == told["key"])
        is_there = poster is not None and (self._stage.out / poster).is_file()
        return told | {"poster": f"/{poster}" if is_there else None}

    def _lay(self, show: Show) -> Laid:
        """Return the plan. The live channel goes on from where it was when the show changed, and so does the plan."""
        anchor = self._anchor(show)
        rest = sum(each.piece.frames for each in anchor.rest)
        from_s = None if anchor.starts_s is None else anchor.starts_s + rest / show.frame_rate
        with self._lock:
            if self._laid is None or self._laid[:3] != (self._stamp, from_s, anchor.after):
                laid = lay(show, self._stage.airing, from_s, anchor.after)
                self._laid = (self._stamp, from_s, anchor.after, laid)
            return self._laid[3]

    def _anchor(self, show: Show) -> Anchor:
        path = self._stage.out / STATE_FOLDER / f"live-{self._stage.airing.list_id}.json"
        try:
            journal = Journal.model_validate_json(path.read_bytes())
        except (OSError, ValueError):
            return Anchor()
        is_ours = journal.airing == self._stage.airing and journal.frame_rate == show.frame_rate
        return journal.anchor if is_ours else Anchor()


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _words(told: Reason | None) -> dict[str, str] | None:
    return None if told is None else {"th": told.th, "en": told.en}


def _seconds(exact_s: Fraction | None) -> float | None:
    return None if exact_s is None else round(float(exact_s), 3)


def _head(show: Show, at_s: Fraction) -> dict[str, Any]:
    zone_s = datetime.fromtimestamp(float(at_s), UTC).astimezone(ZoneInfo(show.timezone)).utcoffset()
    return {"name": show.event_name, "timezone": show.timezone, "zone_s": zone_s.total_seconds() if zone_s else 0}


def _entry(show: Show, entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "position": entry.position,
        "title": entry.title,
        "kind": entry.kind,
        "session": entry.session,
        "length_s": _seconds(entry.length_s(show.frame_rate)),
        "planned_s": _seconds(planned_s(show, entry)) if show.session(entry).is_timed else None,
    }


def _slot(show: Show, slot: Slot) -> dict[str, Any]:
    return _entry(show, slot.entry) | {"starts_s": _seconds(slot.starts_s), "ends_s": _seconds(slot.ends_s)}


def _now(show: Show, seen: Moment, at_s: Fraction) -> dict[str, Any] | None:
    """Return what is on. Idle time lasts until the next entry; then, and with nothing to come, it has no end."""
    if seen.now:
        left = {"is_filler": False, "remaining_s": _seconds(seen.now.ends_s - at_s)}
        return _slot(show, seen.now) | left
    if seen.filler is None:
        return None
    until_s = seen.coming[0].starts_s if seen.coming else None
    left_s = _seconds(until_s - at_s) if until_s is not None else None
    return _entry(show, seen.filler) | {"is_filler": True, "ends_s": _seconds(until_s), "remaining_s": left_s}


def _entries(show: Show, seen: Moment, changes: Changes, at_s: Fraction) -> Iterator[dict[str, Any]]:
    times = expected(seen)
    now = seen.now.entry.key if seen.now else None
    moved = {move.key for move in changes.moves}
    for entry in show.items:
        slot = times.get(entry.key)
        place = "now" if entry.key == now else "coming" if slot else "done"
        yield _entry(show, entry) | {
            "place": place,
            "expected_s": _seconds(slot.starts_s) if slot and slot.ends_s > at_s else None,
            "is_held": entry.key in changes.hold,
            "is_skipped": entry.key in changes.skip,
            "is_moved": entry.key in moved,
            "can_hold": entry.kind in {"clip", "slate"},
            "only_fills": entry.is_filler,
            "reason": _words(entry.reason),
        }


def _sessions(show: Show) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "name": each.name,
            "room": each.room,
            "starts_s": _seconds(unix_s(each.starts_at)) if each.is_timed else None,
            "ends_s": _seconds(unix_s(each.ends_at)) if each.ends_at else None,
        }
        for each in show.sessions
    ]


def _lists(out: Path, show: Show) -> Iterator[dict[str, Any]]:
    """Yield each list with the forms that are there."""
    for listed in show.lists:
        forms = [(name, form.format(listed.id)) for name, form in _FORMS]
        if listed.kind == "all":
            forms.append(("OBS", _OBS))
        found = [{"name": name, "path": f"/{path}"} for name, path in forms if (out / path).is_file()]
        if found:
            yield {"id": listed.id, "title": listed.title, "kind": listed.kind, "forms": found}
