"""What every part of the server is given: where things are, the secret, the clock, and how to deliver again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.show.channel import Airing

SHOW_AS_PLANNED = Airing()


@dataclass(frozen=True)
class Stage:
    """One server's surroundings. Paths are absolute."""

    out: Path
    """The output folder."""
    templates: Path
    """``presets/templates``."""
    token: str | None
    """What changing the show asks for; None: nothing, but only the machine itself may change it."""
    clock: Callable[[], float]
    """Unix time in seconds; tests give one of their own."""
    redeliver: Callable[[], None] | None
    """Delivers again after the order file changed; None where nothing can, and the next run does it."""
    airing: Airing = SHOW_AS_PLANNED
    """Which list the live channel shows, from when, and whether it begins again at its end."""
