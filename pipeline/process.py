"""The only module that starts child processes.

Every child gets a session of its own (a Ctrl-C on the terminal must not reach ffmpeg, which would finish its file
early and exit with 0), a closed standard input unless it is fed or a pipe is asked for, both pipes drained, and dies
with its parent. On time-out, stall, cancel or any exception the whole group gets SIGTERM, five seconds, SIGKILL.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.errors import MachineError, OurError
from pipeline.feed import Chunk, pump

GRACE_S = 5.0
KEPT_LINES = 40
PIPE = subprocess.PIPE
Child = subprocess.Popen[bytes]
_CHUNK_BYTES = 1 << 16
_LOOK_S = 1.0
"""How often a silent child is asked whether it reads on."""
_PR_SET_PDEATHSIG = 1  # Source: linux/prctl.h


@dataclass(frozen=True)
class Finished:
    """A child that ended with status 0. ``stdout`` is empty when ``on_line`` took the lines."""

    stdout: bytes
    stderr_tail: tuple[str, ...]


@dataclass(frozen=True)
class Stall:
    """How long a child may show no sign of life, and what is one.

    Without ``alive`` every byte on either pipe is. With it, a line of standard output that it is true of, and nothing
    else that the child says: a tool may report for ever that it has come no further. ``most_read_bytes``: that it reads
    on is a sign of life too, until it has read so much; a tool that skips the start of a long file says nothing
    meanwhile, and one that reads the same part again and again must not count as alive. Linux only. What it is fed does
    not count: it may swallow all of it and come no further.
    """

    after_s: float
    alive: Callable[[str], bool] | None = None
    most_read_bytes: int = 0


@dataclass
class _Watch:
    """What the draining threads share with the waiting one."""

    alive_at: float
    tail: deque[str]
    stdout: bytearray
    stall: Stall | None = None
    failure: BaseException | None = None
    read: int = 0
    looked_at: float = 0.0
    fed: int = 0
    over: bool = False

    @property
    def every_byte(self) -> bool:
        """Whether whatever the child says is a sign of life."""
        return self.stall is None or self.stall.alive is None


def _die_with_parent(parent_pid: int) -> Callable[[], None] | None:
    """Return what the child must do before exec so that it dies when its parent does. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:  # the parent died between fork and prctl: no signal will ever come
            os._exit(1)

    return before_exec


def start(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start a child by the rules of this module and return it; the caller ends it with :func:`end`.

    Raises:
        MachineError: ``tool-missing`` when the program is not there, ``machine-trouble`` when it cannot be started.

    """
    try:
        return subprocess.Popen(  # noqa: S603 - argv is a list, never a shell line
            list(argv),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd,
            env=None if env is None else dict(env),
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - it only calls prctl and getppid
        )
    except FileNotFoundError as error:
        raise MachineError("tool-missing", Path(argv[0]).name) from error
    except OSError as error:  # not executable, too many processes, no memory
        raise MachineError("machine-trouble", f"{Path(argv[0]).name}: {error.strerror or error}") from error


def is_gone(child: Child, within_s: float = GRACE_S) -> bool:
    """Return whether the child ends by itself within that time. Its status counts then, not a signal of ours."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(within_s)
    return child.poll() is not None


def end(child: subprocess.Popen[bytes], *, first: signal.Signals | None = None, grace_s: float = GRACE_S) -> None:
    """End the child's whole group: SIGTERM, ``grace_s`` seconds, SIGKILL. Does nothing when it has ended.

    ``first`` is sent instead of SIGTERM, and to the child alone: for one that ends its own children in order.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if child.poll() is None:
            if first is None:
                os.killpg(child.pid, signal.SIGTERM)
            else:
                child.send_signal(first)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(grace_s)
    # The leader may have gone while others of its group live on.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(grace_s)


def run(  # noqa: PLR0913 - each is a thing that one child needs and another does not
    argv: Sequence[str],
    *,
    timeout_s: float,
    on_line: Callable[[str], None] | None = None,
    stall: Stall | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    feed: Iterable[Chunk] | None = None,
) -> Finished:
    """Run a tool to its end and return its output.

    ``on_line`` gets each line of standard output as it comes; an exception in it ends the child and is raised here.
    ``stall`` ends a child that has shown no sign of life for so long. ``feed`` is written to its standard input, from
    a thread of its own; an exception in it is raised here too. A child need not take all of it: its status counts.

    Raises:
        MachineError: ``tool-missing``, ``tool-timeout``, ``tool-stalled``, or ``tool-killed`` by a signal.
        OurError: ``tool-failed`` with the exit status and the last lines of standard error.

    """
    name = Path(argv[0]).name
    child = start(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL if feed is None else PIPE)
    watch = _Watch(alive_at=time.monotonic(), tail=deque(maxlen=KEPT_LINES), stdout=bytearray(), stall=stall)
    threads = [
        threading.Thread(target=_drain_stdout, args=(child, watch, on_line), daemon=True),
        threading.Thread(target=_drain_stderr, args=(child, watch), daemon=True),
    ]
    if feed is not None:
        threads.append(threading.Thread(target=_feed, args=(child, watch, feed), daemon=True))
    try:
        for thread in threads:
            thread.start()
        _wait(child, watch, name, timeout_s)
    finally:
        end(child)
        watch.over = True
        for thread in threads:
            thread.join(GRACE_S)
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                pipe.close()
    return _outcome(child, watch, name)


def _outcome(child: subprocess.Popen[bytes], watch: _Watch, name: str) -> Finished:
    if watch.failure:
        raise watch.failure
    if child.returncode < 0:
        raise MachineError("tool-killed", name, -child.returncode)
    if child.returncode:
        raise OurError("tool-failed", name, child.returncode, " | ".join(list(watch.tail)[-6:]))
    return Finished(bytes(watch.stdout), tuple(watch.tail))


def _wait(child: subprocess.Popen[bytes], watch: _Watch, name: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            child.wait(0.1)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if watch.failure:
                return
            if now > deadline:
                raise MachineError("tool-timeout", name, f"{timeout_s:.0f}") from None
            _look(child, watch, now)
            if watch.stall is not None and now - watch.alive_at > watch.stall.after_s:
                raise MachineError("tool-stalled", name, f"{watch.stall.after_s:.0f}") from None
        else:
            return


def _look(child: subprocess.Popen[bytes], watch: _Watch, now: float) -> None:
    """Count it as a sign of life when the child has read on, where that counts."""
    if watch.stall is None or not watch.stall.most_read_bytes or now - watch.looked_at < _LOOK_S:
        return
    watch.looked_at = now
    read = read_bytes(child.pid) - watch.fed
    if watch.read < read <= watch.stall.most_read_bytes:
        watch.alive_at = now
    watch.read = read


def read_bytes(pid: int) -> int:
    """Return how many bytes the process has read from files and pipes; 0 where the system does not tell (not Linux)."""
    with contextlib.suppress(OSError, ValueError):
        # Source: proc_pid_io(5): the first line is "rchar: N".
        return int(Path(f"/proc/{pid}/io").read_text("ascii").split()[1])
    return 0


def _lines(pipe: IO[bytes], watch: _Watch) -> Iterator[bytes]:
    """Yield the pipe's lines. Where every byte is a sign of life, so is that of a line that is not ended yet."""
    begun = bytearray()
    while chunk := os.read(pipe.fileno(), _CHUNK_BYTES):
        if watch.every_byte:
            watch.alive_at = time.monotonic()
        begun += chunk
        if b"\n" in chunk:
            *whole, rest = bytes(begun).split(b"\n")
            begun = bytearray(rest)
            yield from (line + b"\n" for line in whole)
    if begun:
        yield bytes(begun)


def _drain_stdout(child: subprocess.Popen[bytes], watch: _Watch, on_line: Callable[[str], None] | None) -> None:
    assert child.stdout is not None  # noqa: S101 - for the type checker: run() always asks for the pipe
    with contextlib.suppress(ValueError, OSError):
        for line in _lines(child.stdout, watch):
            if on_line is None:
                watch.stdout += line
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            try:
                if watch.stall and watch.stall.alive and watch.stall.alive(text):
                    watch.alive_at = time.monotonic()
                if on_line is not None:
                    on_line(text)
            except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
                watch.failure = error
                return


def _drain_stderr(child: subprocess.Popen[bytes], watch: _Watch) -> None:
    assert child.stderr is not None  # noqa: S101 - for the type checker: run() always asks for the pipe
    with contextlib.suppress(ValueError, OSError):
        for line in _lines(child.stderr, watch):
            watch.tail.append(line.decode("utf-8", "replace").rstrip())


def _feed(child: subprocess.Popen[bytes], watch: _Watch, chunks: Iterable[Chunk]) -> None:
    assert child.stdin is not None  # noqa: S101 - for the type checker: run() asks for the pipe when there is a feed
    try:
        for count in pump(child.stdin.fileno(), chunks, lambda: watch.over):
            watch.fed += count
    except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
        watch.failure = watch.failure or error
        return  # the pipe stays open: a tool that saw its end would finish its file as if that were all
    with contextlib.suppress(OSError):
        child.stdin.close()
