"""Runs the server until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pipeline.errors import PresetError
from pipeline.reasons import reason
from pipeline.serve.app import make_app
from pipeline.serve.connection import PLACES, Connection
from pipeline.serve.guard import TOKEN_LENGTH, is_fit, is_loopback
from pipeline.serve.stage import SHOW_AS_PLANNED, Stage
from pipeline.settings import Settings
from pipeline.shell import Lang, say
from pipeline.show.channel import Airing
from pipeline.show.model import SHOW_FILE, read_show

HOST, PORT = "127.0.0.1", 8642
KEEP_ALIVE_S = 30
"""A player asks for the next segment within 6 s; a browser keeps what it has."""
STOP_WITHIN_S = 3
"""Who is still being sent something when the server stops gets so long."""
HEADERS_MAX_BYTES = 16 * 1024
_FILES_A_CLIENT = 2
_FILES_BESIDE = 100
_ANY_HOST = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True)
class Service:
    """Where and for whom to serve. ``port`` 0: any that is free."""

    host: str = HOST
    port: int = PORT
    token: str | None = None
    airing: Airing = SHOW_AS_PLANNED
    redeliver: Callable[[], None] | None = None
    clock: Callable[[], float] = time.time


def serve(settings: Settings, lang: Lang, service: Service) -> int:
    """Serve the output folder until SIGINT or SIGTERM; return 0.

    Raises:
        PresetError: ``port-taken``, ``address-unusable``, ``token-weak`` or ``no-such-list``.

    """
    _demand_list(settings.media_out, service.airing.list_id)
    if service.token is not None and not is_fit(service.token):
        raise PresetError("token-weak", TOKEN_LENGTH.start, TOKEN_LENGTH.stop - 1)
    stage = Stage(
        out=settings.media_out,
        templates=settings.presets / "templates",
        token=service.token,
        clock=service.clock,
        redeliver=service.redeliver,
        airing=service.airing,
    )
    with listening(service.host, service.port) as bound:
        say(reason("serving", _address(bound, service.host)), lang)
        if service.token is None and not is_loopback(service.host):
            say(reason("open-to-all"), lang)
        _make_room()
        _Server(config(stage)).run(sockets=[bound])
    return 0


def _demand_list(out: Path, list_id: str) -> None:
    """Refuse a list that the show has not. Before there is a show, any may come."""
    try:
        show = read_show((out / SHOW_FILE).read_bytes())
    except (OSError, ValueError):
        return
    if show.list(list_id) is None:
        raise PresetError("no-such-list", list_id, ", ".join(each.id for each in show.lists))


class _Server(uvicorn.Server):
    """Ends as asked, without raising the signal a second time: being told to stop is no failure."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM end the loop, once each."""
        try:
            with super().capture_signals():
                yield
                self._captured_signals.clear()
        finally:
            self._captured_signals.clear()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening; let go of who is still being sent something when the time is over."""
        timer = asyncio.get_running_loop().call_later(STOP_WITHIN_S, self._let_go)
        try:
            await super().shutdown(sockets)
        finally:
            timer.cancel()

    def _let_go(self) -> None:
        for each in list(self.server_state.connections):
            if isinstance(each, Connection):
                each.let_go()


def config(stage: Stage) -> uvicorn.Config:
    """Return uvicorn's settings, each of them a limit or something left out."""
    return uvicorn.Config(
        make_app(stage),
        http=Connection,
        loop="asyncio",  # sendfile; uvloop has none
        ws="none",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,  # or a client could say that it is this machine
        server_header=False,
        limit_concurrency=None,  # Connection makes room by itself
        backlog=512,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=2 * STOP_WITHIN_S,  # whatever even then does not end is cancelled
        h11_max_incomplete_event_size=HEADERS_MAX_BYTES,
    )


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens, closed afterwards.

    Raises:
        PresetError: ``port-taken`` or ``address-unusable``.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen()
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                raise PresetError("port-taken", host, port) from error
            raise PresetError("address-unusable", host, port, str(error)) from error
        yield bound


def _address(bound: socket.socket, host: str) -> str:
    port = bound.getsockname()[1]
    name = "127.0.0.1" if host in _ANY_HOST else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def _make_room() -> None:
    """Allow as many open files as all clients may need, as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = PLACES * _FILES_A_CLIENT + _FILES_BESIDE
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
