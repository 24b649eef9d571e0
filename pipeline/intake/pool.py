"""Has files read by children (:mod:`pipeline.intake.reader`), and outlives whatever a file does to them.

A child that dies or hangs is replaced; the file that it had in hand is refused, and the rest goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pipeline import errors, process
from pipeline.errors import MachineError, MediaError, OurError
from pipeline.intake.reader import UNREAD, Request
from pipeline.intake.sighting import Sighting
from pipeline.reasons import Reason, reason

COMMAND = (sys.executable, "-m", "pipeline.intake.reader")
SIDE_BY_SIDE = 2
WORTH_A_CHILD = 3
"""To start a second child takes as long as to read about so many files."""
QUIET_S = 60.0
"""A child that reads nothing on for so long hangs; no frame and no photo takes a tenth of that."""
SLOWEST_BYTES_A_SECOND = 1_000_000
"""A share that is slower than this is not waited for, however steadily it comes."""
UNSEEN_BYTES_A_SECOND = 5_000_000
"""Where the system does not tell what a child reads, it gets time for so many bytes."""
READINGS = 4
"""Facts and digest read a file twice; who has read it more often goes round in circles."""
SLACK_BYTES = 64_000_000
MOST_TRIES = 2
"""A child that was killed from outside may not have been killed because of the file."""
_KEPT_BYTES = 2000
_SAID_CHARACTERS = 300
_LOOK_S = 0.5
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM})


@dataclass(eq=False)
class _Child:
    """A running reader and what it has in hand."""

    popen: process.Child
    request: Request
    begun: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    ready: bool = False
    started_at: float = 0.0
    alive_at: float = 0.0
    read_before: int = 0
    read: int = 0

    def ask(self, request: Request) -> None:
        """Hand over the next file. A child that is gone is noticed when it is listened to."""
        self.request = request
        self.started_at = self.alive_at = time.monotonic()
        self.read_before = self.read = process.read_bytes(self.popen.pid)
        assert self.popen.stdin is not None  # noqa: S101 - for the type checker: _start() asks for all pipes
        with contextlib.suppress(BrokenPipeError):
            self.popen.stdin.write(request.to_json().encode("ascii") + b"\n")
            self.popen.stdin.flush()

    def is_hung(self) -> bool:
        """Return whether the child has shown no sign of life for too long, or takes too long altogether."""
        now, size = time.monotonic(), self.request.stamp.bytes
        read = process.read_bytes(self.popen.pid)
        if self.read < read <= self.read_before + READINGS * size + SLACK_BYTES:
            self.alive_at = now
        self.read = read
        quiet_s = QUIET_S if read else QUIET_S + size / UNSEEN_BYTES_A_SECOND
        return now - self.alive_at > quiet_s or now - self.started_at > QUIET_S + size / SLOWEST_BYTES_A_SECOND


def read_all(requests: Sequence[Request]) -> dict[str, Sighting]:
    """Return each file's sighting by its name. Without requests no process is started.

    Raises:
        MachineError: the disk had trouble, or a reader cannot be started.
        OurError: a reader does not work at all.

    """
    desk = _Desk(deque(requests))
    try:
        while desk.is_busy():
            desk.step()
    finally:
        desk.close()
    return desk.found


class _Desk:
    """Hands files to children and takes their answers. In one thread: a child dies with the thread that started it."""

    def __init__(self, waiting: deque[Request]) -> None:
        self.found: dict[str, Sighting] = {}
        self._waiting = waiting
        self._tries: dict[str, int] = {}
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()

    def is_busy(self) -> bool:
        return bool(self._waiting or self._children)

    def step(self) -> None:
        while self._waiting and len(self._children) < min(SIDE_BY_SIDE, 1 + len(self._waiting) // WORTH_A_CHILD):
            self._start()
        for key, _ in self._selector.select(_LOOK_S):
            child, pipe = key.data
            if child in self._children:
                self._listen(child, pipe)
        for child in list(self._children):
            if child.is_hung():
                self._give_up(child)

    def close(self) -> None:
        for child in list(self._children):
            self._end(child)
        self._selector.close()

    def _start(self) -> None:
        root = Path(__file__).resolve().parents[2]
        popen = process.start(COMMAND, cwd=root, stdin=process.PIPE)
        child = _Child(popen, self._waiting[0])
        self._children.append(child)
        for pipe in (popen.stdout, popen.stderr):
            assert pipe is not None  # noqa: S101 - for the type checker: start() makes both pipes
            self._selector.register(pipe, selectors.EVENT_READ, (child, pipe))
        child.ask(self._waiting.popleft())

    def _end(self, child: _Child) -> None:
        self._children.remove(child)
        process.end(child.popen)
        for pipe in (child.popen.stdout, child.popen.stderr):
            if pipe is not None:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(pipe)
                pipe.close()
        if child.popen.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                child.popen.stdin.close()

    def _listen(self, child: _Child, pipe: IO[bytes]) -> None:
        chunk = os.read(pipe.fileno(), 1 << 16)
        if pipe is child.popen.stderr:
            child.tail = (child.tail + chunk)[-_KEPT_BYTES:]
            if not chunk:
                self._selector.unregister(pipe)
        elif chunk:
            child.begun += chunk
            for line in _whole_lines(child.begun):
                self._hear(child, line)
        else:
            self._bury(child)

    def _hear(self, child: _Child, line: bytes) -> None:
        child.alive_at = time.monotonic()
        answer = json.loads(line)
        if "error" in answer:
            kind, code, values = answer["error"]
            error: MediaError = getattr(errors, kind)(code, *values)
            raise error
        if "ready" in answer:
            child.ready = True
        elif "sighting" in answer:
            self._keep(Sighting.model_validate(answer["sighting"], strict=False))
            if self._waiting:
                child.ask(self._waiting.popleft())
            else:
                self._end(child)

    def _keep(self, sighting: Sighting) -> None:
        self.found[sighting.path] = sighting

    def _give_up(self, child: _Child) -> None:
        """Refuse the file that a child hangs on."""
        self._end(child)
        if not child.ready:
            raise MachineError("tool-timeout", "reader", f"{QUIET_S:.0f}")
        if self._again(child.request):  # a share may have been away; a file that hangs a reader hangs the next one
            return
        self._keep(_refused(child.request, reason("reader-hung", f"{time.monotonic() - child.started_at:.0f}")))

    def _again(self, request: Request) -> bool:
        """Put a file at the end of the queue, unless it has had its tries; return whether it is there."""
        self._tries[request.name] = self._tries.get(request.name, 0) + 1
        if self._tries[request.name] >= MOST_TRIES:
            return False
        self._waiting.append(request)
        return True

    def _bury(self, child: _Child) -> None:
        """Refuse the file that a child died of; try it once more when the child was killed from outside."""
        process.is_gone(child.popen)  # its pipe closes before it is gone
        said = _last_words(child)
        self._end(child)
        status = child.popen.returncode
        if not child.ready:
            raise (
                MachineError("tool-killed", "reader", -status)
                if status < 0
                else OurError("tool-failed", "reader", status, said)
            )
        request = child.request
        if -status in _FROM_OUTSIDE and self._again(request):
            return
        name = signal.Signals(-status).name if status < 0 else f"status {status}"
        refused = _refused(request, reason("reader-crashed", name))
        # Without its stamp, the next run tries a file again whose reader was killed: memory may have been short.
        nothing = {"stamp": UNREAD} if -status in _FROM_OUTSIDE else {}
        self._keep(refused.model_copy(update=nothing))


def _last_words(child: _Child) -> str:
    """Return the end of what the child wrote to standard error."""
    pipe = child.popen.stderr
    if pipe is not None:
        os.set_blocking(pipe.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(pipe.fileno(), 1 << 16):
                child.tail = (child.tail + chunk)[-_KEPT_BYTES:]
    return " | ".join(child.tail.decode("utf-8", "replace").split("\n"))[-_SAID_CHARACTERS:].strip(" |")


def _refused(request: Request, why: Reason) -> Sighting:
    return Sighting(path=request.name, stamp=request.stamp, kind=request.kind, refusal=why)


def _whole_lines(begun: bytearray) -> Iterator[bytes]:
    """Yield the lines that have ended, and leave the rest."""
    *whole, rest = bytes(begun).split(b"\n")
    begun[:] = rest
    yield from whole
