"""Clients that take their time, and the one beside them that must not notice."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from pathlib import Path

import pytest
from serving import ask, serving, start

HALF = b"GET /masters/a.mp4 HTTP/1.1\r\nHost: x\r\nX-Slow: "
WHOLE = b"GET /masters/a.mp4 HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "masters").mkdir()
    with (tmp_path / "masters" / "a.mp4").open("wb") as file:
        file.truncate(50_000_000)
    return tmp_path


def _closed(link: socket.socket, within_s: float) -> bool:
    """Return whether the server lets this client go."""
    link.settimeout(within_s)
    try:
        while link.recv(1 << 20):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def _until_none_is_connected(port: int) -> None:
    """Wait until the server has closed each of its connections. Source: proc(5), /proc/net/tcp; 01 is ESTABLISHED."""
    for _ in range(300):
        rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
        if not any(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows):
            return
        time.sleep(0.1)
    pytest.fail("connections stay open")


def test_who_asks_too_slowly_is_let_go_and_holds_up_nobody(out: Path) -> None:
    with serving(out, ask_within_s=1) as server, contextlib.ExitStack() as open_links:
        slow = [open_links.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(50)]
        for link in slow:
            link.sendall(HALF)
        for _ in range(5):
            for link in slow[:10]:
                with contextlib.suppress(OSError):
                    link.sendall(b"a")
            assert len(ask(server.port, "/masters/a.mp4").body) == 50_000_000
            time.sleep(0.2)
        assert all(_closed(link, 5) for link in slow)


def test_a_body_that_never_ends_is_cut_off(out: Path) -> None:
    with serving(out, ask_within_s=1) as server, socket.create_connection(("127.0.0.1", server.port)) as link:
        link.sendall(b"POST /masters/a.mp4 HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(30):
                link.sendall(b"a" * 10)
                time.sleep(0.1)
        assert _closed(link, 5)


def test_who_takes_nothing_is_let_go_and_holds_up_nobody(out: Path) -> None:
    with serving(out, take_within_s=1) as server, contextlib.ExitStack() as open_links:
        slow = []
        for _ in range(20):
            link = open_links.enter_context(socket.socket())
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.connect(("127.0.0.1", server.port))
            link.sendall(WHOLE)
            slow.append(link)
        assert len(ask(server.port, "/masters/a.mp4").body) == 50_000_000
        _until_none_is_connected(server.port)
        got = 0
        for link in slow:
            link.settimeout(5)
            with contextlib.suppress(ConnectionError):
                while chunk := link.recv(1 << 20):
                    got += len(chunk)
        assert got < 20 * 50_000_000 / 2
        assert not any("Traceback" in line for line in server.said), server.said


def test_where_all_places_are_taken_the_longest_idle_makes_room(out: Path) -> None:
    with serving(out, places=10) as server, contextlib.ExitStack() as open_links:
        idle = [open_links.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(30)]
        time.sleep(0.3)
        assert len(ask(server.port, "/masters/a.mp4").body) == 50_000_000
        assert _closed(idle[0], 2)
        assert not _closed(idle[-1], 0.3)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_although_somebody_is_still_reading(out: Path, name: signal.Signals) -> None:
    process = start(out)
    assert process.stderr
    port = int(process.stderr.readline().split(":")[-1].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(WHOLE)
        link.recv(1000)
        process.send_signal(name)
        rest = process.communicate(timeout=20)[1]
    assert process.returncode == 0, rest
    assert "Traceback" not in rest, rest


def test_a_taken_port_and_a_weak_token_are_told(out: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(out, port=taken.getsockname()[1])
        assert "port-taken" in process.communicate(timeout=30)[1]
        assert process.returncode == 2
    process = start(out, token="short")  # noqa: S106 - of this test
    assert "token-weak" in process.communicate(timeout=30)[1]
    assert process.returncode == 2


def test_bound_to_all_without_a_token_it_says_who_may_change_the_show(out: Path) -> None:
    with serving(out, host="0.0.0.0") as server:  # noqa: S104 - what it is about
        time.sleep(0.3)
        assert any("SHOWCASE_TOKEN" in line for line in server.said)
