"""Sends to one target: a child that speaks to the server, fed from a thread of its own, started again when it dies."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
import time
from fractions import Fraction
from typing import IO, Any

from pipeline.errors import MachineError
from pipeline.process import PIPE, Child, end, is_gone, start
from pipeline.push.backlog import Backlog
from pipeline.push.packet import Piece
from pipeline.push.target import Target

STALL_S = 8.0
"""How long a child may take nothing before it counts as dead."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 10.0
_AHEAD_S = Fraction(1, 10)
"""Room for sound that is due before its picture; whole in every time base."""
_GOOD_S = 30.0
"""A connection that lived so long makes the next wait short again."""


class Muxer:
    """Packets to NUT, in memory; begins with the headers. Times count from the connection's first packet."""

    def __init__(self, first: Piece) -> None:
        import av  # noqa: PLC0415 - takes a while to load

        self._av = av
        self._bytes = bytearray()
        self._zero_s = first.at_s - _AHEAD_S
        self._out: Any = av.open(self, "w", format="nut", options={"flush_packets": "1"})
        self._streams = [self._out.add_stream_from_template(each) for each in first.head.templates]
        for stream, base in zip(self._streams, (first.head.video_base, first.head.audio_base), strict=True):
            stream.time_base = base

    def write(self, data: bytes) -> int:
        """Take what the muxer writes."""
        self._bytes += data
        return len(data)

    def mux(self, piece: Piece) -> bytes:
        """Return the bytes of one packet."""
        packet = self._av.Packet(piece.data)
        packet.dts = piece.dts - round(self._zero_s / piece.base)
        packet.pts = packet.dts + piece.shift
        packet.duration, packet.time_base, packet.is_keyframe = piece.duration, piece.base, piece.is_key
        packet.stream = self._streams[0 if piece.is_video else 1]
        if packet.dts < 0:
            return b""
        self._out.mux_one(packet)
        return self._taken()

    def close(self) -> bytes:
        """Return the last bytes."""
        self._out.close()
        return self._taken()

    def _taken(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


class Sender:
    """One target. ``state``: ``connecting``, ``live``, ``waiting`` (for the next try), ``ended``."""

    def __init__(self, target: Target, ffmpeg: str) -> None:
        self.target = target
        self._ffmpeg = ffmpeg
        self.backlog = Backlog()
        self.state = "connecting"
        self.trouble = ""
        self.reconnects = 0
        self.sent_bytes = 0
        self.live_since_s: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to send what waits, and to end."""
        self._stop.set()

    def join(self) -> None:
        """Wait until it has ended, which takes some seconds at most."""
        self._thread.join(2 * STALL_S)

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stop.is_set():
            piece = self.backlog.get(0.2)
            if piece is None:
                continue
            begun_s = time.monotonic()
            self.state = "connecting"
            try:
                is_new_head = self._connect(piece)
            except MachineError as error:
                self.trouble, is_new_head = error.code, False
            except Exception as error:  # noqa: BLE001 - whatever it is, this target is tried again: the show goes on
                self.trouble, is_new_head = type(error).__name__, False
            self.live_since_s = None
            if self._stop.is_set():
                break
            self.reconnects += 1
            wait_s = FIRST_WAIT_S if time.monotonic() - begun_s > _GOOD_S else wait_s
            if not is_new_head:
                self.state = "waiting"
                self._stop.wait(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            self.backlog.restart()
        self.state = "ended"

    def _argv(self) -> list[str]:
        if not self.target.is_srt:
            return [sys.executable, "-m", "pipeline.push.wire"]
        return [
            self._ffmpeg, "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "1",
            "-fpsprobesize", "0", "-f", "nut", "-i", "pipe:0",
            "-map", "0", "-c", "copy", "-flush_packets", "1", "-f", "mpegts", self.target.address,
        ]  # fmt: skip

    def _connect(self, first: Piece) -> bool:
        """Send until the child dies, or all is over; return whether another head needs another connection."""
        child = start(self._argv(), stdin=PIPE)
        threads = [
            threading.Thread(target=self._listen, args=(child.stdout, time.monotonic()), daemon=True),
            threading.Thread(target=_drain, args=(child.stderr,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            return self._feed(child, first)
        finally:
            end(child, grace_s=1)
            for thread in threads:
                thread.join(1)
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _feed(self, child: Child, first: Piece) -> bool:
        assert child.stdin is not None  # noqa: S101 - for the type checker: the pipe was asked for
        descriptor = child.stdin.fileno()
        os.set_blocking(descriptor, False)
        if not self.target.is_srt and not self._put(child, descriptor, f"{self.target.address}\n".encode()):
            return False
        muxer, piece = Muxer(first), first
        while True:
            if not self._put(child, descriptor, muxer.mux(piece)):
                return False
            following = self._next(child)
            if following is None:
                break
            if following.head != first.head:
                break
            piece = following
        self._put(child, descriptor, muxer.close())
        child.stdin.close()
        is_gone(child)  # a server wants to be told that the stream is over
        return following is not None

    def _next(self, child: Child) -> Piece | None:
        """Return the next packet; None when all is over or the child has died."""
        while True:
            piece = self.backlog.get(0.2)
            if piece is not None or self._stop.is_set() or child.poll() is not None:
                return piece

    def _put(self, child: Child, descriptor: int, data: bytes) -> bool:
        """Write all of it; return False when the child has died, or takes nothing for too long."""
        view, moved_s = memoryview(data), time.monotonic()
        ready = select.poll()
        ready.register(descriptor, select.POLLOUT)
        while view:
            if child.poll() is not None or time.monotonic() - moved_s > (1 if self._stop.is_set() else STALL_S):
                return False
            if not ready.poll(200):
                continue
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
            moved_s = time.monotonic()
        return True

    def _listen(self, pipe: IO[bytes], begun_s: float) -> None:
        """Note what the child says of itself."""
        before = self.sent_bytes
        with contextlib.suppress(OSError, ValueError):
            for line in pipe:
                name, _, value = line.decode("utf-8", "replace").strip().partition("=")
                if name == "error":
                    self.trouble = value
                if name == "total_size" and value.isdigit() and int(value):
                    self.sent_bytes = before + int(value)
                    if self.live_since_s is None:
                        self.state, self.trouble, self.live_since_s = "live", "", begun_s


def _drain(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for _ in pipe:
            pass
