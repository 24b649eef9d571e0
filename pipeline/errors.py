"""Errors by blame: whose fault it is decides what happens next.

``InputError``: the file handed in is at fault; never retried, shown to the media team with what to send instead.
``MachineError``: this machine is at fault (tool missing, time-out, disk full); retried with backoff.
``OurError``: Showcase is at fault; never retried blindly.
``PresetError``: presets, event file or command line are at fault; the command ends with status 2.

Arguments are positional and JSON-simple (a stable code, then what fills the words' blanks), so that an error
crosses the queue's serializer and arrives as it left.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reasons import Reason, reason


class MediaError(Exception):
    """The root. ``code`` is stable; ``reason`` is what people read."""

    def __init__(self, code: str, *values: str | float) -> None:
        super().__init__(code, *values)
        self.code = code
        self.values = values

    @property
    def reason(self) -> Reason:
        """What went wrong and what to do, in Thai and English."""
        return reason(self.code, *self.values)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason.en}"


class InputError(MediaError):
    """The file handed in is at fault."""


class MachineError(MediaError):
    """This machine is at fault: trying again later, or elsewhere, can help."""


class OurError(MediaError):
    """Showcase is at fault: a tool failed on good input, or a promise was broken."""


class PresetError(MediaError):
    """Presets, event file or command line are at fault. Carries every problem found, not just the first."""

    def __init__(self, code: str, *values: str | float, others: Sequence[Reason] = ()) -> None:
        super().__init__(code, *values)
        self.others = tuple(others)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All problems, this one first."""
        return (self.reason, *self.others)
