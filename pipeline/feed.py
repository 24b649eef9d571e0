"""Feeds a child's standard input, as slowly as the child reads: one chunk is in memory at a time."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterable, Iterator

Chunk = bytes | memoryview
_LOOK_S = 0.1
"""How often one that nobody reads from looks whether it is over."""


def pump(descriptor: int, chunks: Iterable[Chunk], is_over: Callable[[], bool]) -> Iterator[int]:
    """Write the chunks into a pipe and yield after each write how many bytes it took.

    Ends when there are no more, when nobody reads on, or when it is over: a child that was killed may leave somebody
    behind who holds the pipe and never reads. An exception of the chunks is raised here; a generator is closed.
    """
    os.set_blocking(descriptor, False)  # the end that is ours alone; the child's stays as it was
    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    source = iter(chunks)
    try:
        for chunk in source:
            view = memoryview(chunk).cast("B")
            while view and not is_over():
                if not waiting.poll(1000 * _LOOK_S):
                    continue
                try:
                    count = os.write(descriptor, view)
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    return
                view = view[count:]
                yield count
            if is_over():
                return
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            close()
