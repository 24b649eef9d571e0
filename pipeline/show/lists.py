"""Which lists there are: everything, and one per session, theme and day. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.preset.model import Event
from pipeline.show.model import Entry, ShowList, ShowSession
from pipeline.text.dates import thai_date


def lists_of(items: Sequence[Entry], sessions: Sequence[ShowSession], event: Event) -> tuple[ShowList, ...]:
    """Return the lists that have an entry, the one with everything first, which is always there."""
    day_of = {session.id: session.starts_at.date() for session in sessions}
    found = [ShowList(id="show", kind="all", title=event.name, positions=tuple(entry.position for entry in items))]
    for session in sessions:
        mine = tuple(entry.position for entry in items if entry.session == session.id)
        found.append(ShowList(id=f"session-{session.id}", kind="session", title=session.name, positions=mine))
    for theme in event.themes:
        mine = tuple(entry.position for entry in items if entry.theme == theme.id)
        found.append(ShowList(id=f"theme-{theme.id}", kind="theme", title=theme.name, positions=mine))
    for day in sorted(set(day_of.values())):
        mine = tuple(entry.position for entry in items if day_of[entry.session] == day)
        found.append(ShowList(id=f"day-{day}", kind="day", title=thai_date(day), positions=mine))
    return tuple(each for each in found if each.positions or each.kind == "all")
