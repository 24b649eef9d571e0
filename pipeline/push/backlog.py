"""What a target has still to send: bounded, and whole groups of pictures are left out where it is too slow."""

from __future__ import annotations

import threading
from collections import deque
from fractions import Fraction

from pipeline.push.packet import Piece

MOST_S = Fraction(4)
"""How far a target may fall behind: two groups of pictures."""


class Backlog:
    """A queue that never makes the one who puts wait."""

    def __init__(self, most_s: Fraction = MOST_S) -> None:
        self._most_s = most_s
        self._pieces: deque[Piece] = deque()
        self._some = threading.Condition()
        self._waits_for_key = True
        self._sound: Piece | None = None
        self.dropped = 0

    def put(self, piece: Piece) -> None:
        """Take a packet; where too much waits, all of it goes, and what comes until the next key frame."""
        with self._some:
            if self._pieces and piece.at_s - self._pieces[0].at_s > self._most_s:
                self.dropped += len(self._pieces)
                self._pieces.clear()
                self._waits_for_key = True
            if self._waits_for_key and not (piece.is_video and piece.is_key):
                self.dropped += 1
                self._sound = None if piece.is_video else piece
                return
            if self._waits_for_key and self._sound:
                # An AAC decoder needs the packet before.
                self._pieces.append(self._sound)
            self._waits_for_key, self._sound = False, None
            self._pieces.append(piece)
            self._some.notify()

    def get(self, within_s: float) -> Piece | None:
        """Return the next packet, or None when none comes within that time."""
        with self._some:
            if not self._pieces:
                self._some.wait(within_s)
            return self._pieces.popleft() if self._pieces else None

    def restart(self) -> None:
        """Forget what waits; begin again at the next key frame."""
        with self._some:
            self._pieces.clear()
            self._waits_for_key = True
