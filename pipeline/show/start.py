"""When a list is to start, as somebody typed it. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.errors import PresetError


def read_start(told: str | None, timezone: str, now_s: float) -> datetime | None:
    """Return the moment with its zone: ``now``, or a date and time on the event's clock; None: as planned.

    Raises:
        PresetError: ``start-unreadable``.

    """
    if told is None:
        return None
    zone = ZoneInfo(timezone)
    if told == "now":
        return datetime.fromtimestamp(now_s, zone)
    try:
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise PresetError("start-unreadable", told) from error
    return at if at.tzinfo else at.replace(tzinfo=zone)
