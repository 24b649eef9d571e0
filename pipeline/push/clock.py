"""The clock of a push: Unix time that never jumps, and may run faster in tests."""

from __future__ import annotations

import threading
import time


class Clock:
    """Unix time at the start, then the monotonic clock: somebody who sets the machine's time does not stop the show."""

    def __init__(self, start_s: float | None = None, speed: float = 1.0) -> None:
        self._start_s = time.time() if start_s is None else start_s
        self._begun_s = time.monotonic()
        self._speed = speed

    def now_s(self) -> float:
        """Return the Unix time."""
        return self._start_s + (time.monotonic() - self._begun_s) * self._speed

    def wait(self, until_s: float, stop: threading.Event) -> bool:
        """Wait until that Unix time; return False at once when ``stop`` is set."""
        left_s = (until_s - self.now_s()) / self._speed
        return not (stop.wait(left_s) if left_s > 0 else stop.is_set())
