"""One client's connection: uvicorn's HTTP, with an eye on the time, and files sent by the system itself.

uvicorn waits for ever for the rest of a request, and for a client that has stopped reading. Here a client that does not
finish asking, or does not take what it asked for, is let go; where all places are taken, the one that has been idle
longest makes room. ``sendfile`` moves media from the disk's cache to the socket without a copy in Python. It would read
a cold disk on the event loop and stop everybody, so what is not in the cache is read on a thread just before.
"""

from __future__ import annotations

import asyncio
import os
import time
from io import FileIO
from typing import TYPE_CHECKING, Any, cast

import h11
from starlette.concurrency import run_in_threadpool
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.serve.files import ZERO_COPY

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASK_WITHIN_S = 15.0
"""From the first byte of a request to its last header."""
TAKE_WITHIN_S = 300.0
"""A client that reads nothing for so long is let go. Not sooner: a paused player reads nothing either."""
CLOSE_WITHIN_S = 30.0
"""What is left to send when a connection ends must be taken by then."""
PLACES = 1000
"""How many may be connected."""
PIECE_BYTES = 1 << 19
"""Taking this much counts as a sign of life."""
_AT_ONCE_OR_NOT = getattr(os, "RWF_NOWAIT", None)
"""Reads only what is in the cache. Source: Linux, preadv2(2)."""
_NOWHERE = bytearray(PIECE_BYTES)
"""What is read ahead goes here, from any thread, and is never looked at."""


class _FromFile:
    """Stands for bytes of a file where the HTTP library counts what is sent."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length


class Connection(H11Protocol):
    """A connection with time limits and ``http.response.zerocopysend``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._inner = cast("ASGIApp", self.app)
        self.app = cast("Any", self._with_files)
        self._asking: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._piece: asyncio.Timeout | None = None
        self.idle_since_s = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was asked for is under way."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first request; the longest idle connection makes room where there is none."""
        super().connection_made(transport)
        self._watch_asking()
        if len(self.connections) > PLACES:
            idle = [each for each in self.connections if isinstance(each, Connection) and each.is_idle]
            # The newcomer is idle too: where all others are being served, it is the one.
            min(idle, key=lambda each: each.idle_since_s).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on; a request that is begun must be finished in time."""
        super().data_received(data)
        self._watch_asking()

    def _watch_asking(self) -> None:
        if not self.is_idle:
            _stop(self._asking)
            self._asking = None
        elif self._asking is None:
            self._asking = self.loop.call_later(ASK_WITHIN_S, self._asked_too_slowly)

    def _asked_too_slowly(self) -> None:
        self._asking = None
        if self.is_idle:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Start the clock: the client must take what waits for it."""
        super().pause_writing()
        self._take_within(TAKE_WITHIN_S)

    def resume_writing(self) -> None:
        """Stop it again."""
        super().resume_writing()
        _stop(self._taking)

    def _take_within(self, limit_s: float) -> None:
        _stop(self._taking)
        self._taking = self.loop.call_later(limit_s, self.transport.abort)

    def on_response_complete(self) -> None:
        """Go on to the next request, or see to it that the connection does end."""
        self.idle_since_s = time.monotonic()
        super().on_response_complete()
        self._end_in_time()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that nobody uses."""
        super().timeout_keep_alive_handler()
        self._end_in_time()

    def _end_in_time(self) -> None:
        if self.transport.is_closing():
            self._take_within(CLOSE_WITHIN_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        super().connection_lost(exc)
        _stop(self._asking)
        _stop(self._taking)

    async def _with_files(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = self.cycle
        scope.setdefault("extensions", {})[ZERO_COPY] = {}

        async def send_or_file(message: Message) -> None:
            if message["type"] != ZERO_COPY:
                await send(message)
            elif not cycle.disconnected:
                await self._send_file(message["file"], message["offset"], message["count"])

        await self._inner(scope, receive, send_or_file)

    async def _send_file(self, file: FileIO, offset: int, count: int) -> None:
        """Send a part of a file, piece by piece; what of a piece is not in the disk's cache is first read on a thread.

        A piece that leaves the cache again while a slow client takes it is read by ``sendfile`` on the loop after all;
        that is at most ``PIECE_BYTES``.
        """
        self.conn.send_with_data_passthrough(h11.Data(data=cast("bytes", _FromFile(count))))
        try:
            while count:
                piece = min(count, PIECE_BYTES)
                if not is_cached(file, offset, piece):
                    await run_in_threadpool(read_ahead, file, offset, piece)
                async with asyncio.timeout(TAKE_WITHIN_S) as self._piece:
                    sent = await self.loop.sendfile(self.transport, file, offset, piece)
                if not sent:  # the file became shorter: the client must not take the rest for its end
                    self.transport.abort()
                    return
                offset, count = offset + sent, count - sent
        except (OSError, TimeoutError, RuntimeError):
            # Gone, asleep, or closing: loop.sendfile raises RuntimeError on a transport that is being closed.
            self.transport.abort()
        finally:
            self._piece = None

    def let_go(self) -> None:
        """End the connection at once, in the middle of a file too."""
        if self._piece is None:
            self.transport.abort()
        else:  # closing the socket would not wake who waits to write to it
            self._piece.reschedule(self.loop.time())


def is_cached(file: FileIO, offset: int, count: int) -> bool:
    """Return whether at most ``PIECE_BYTES`` can be read without waiting for the disk; False where nobody can tell."""
    if _AT_ONCE_OR_NOT is None:
        return False
    try:
        return os.preadv(file.fileno(), [memoryview(_NOWHERE)[:count]], offset, _AT_ONCE_OR_NOT) == count
    except OSError:  # nothing of it is, or the file system does not know this way of reading
        return False


def read_ahead(file: FileIO, offset: int, count: int) -> None:
    """Have the system read at most ``PIECE_BYTES`` into its cache. Waits for the disk.

    Raises:
        OSError: the disk fails.

    """
    os.preadv(file.fileno(), [memoryview(_NOWHERE)[:count]], offset)


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
