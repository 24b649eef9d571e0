"""A real server in a process of its own, and raw requests to it."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from pipeline.errors import PresetError
from pipeline.serve import connection
from pipeline.serve.run import Service, serve
from pipeline.settings import read_settings
out, port, host, token, ask_within_s, take_within_s, places = sys.argv[1:]
connection.ASK_WITHIN_S, connection.TAKE_WITHIN_S = float(ask_within_s), float(take_within_s)
connection.PLACES = int(places)
try:
    settings = replace(read_settings({}), media_out=Path(out), presets=Path("presets").absolute())
    sys.exit(serve(settings, "en", Service(host=host, port=int(port), token=token or None)))
except PresetError as error:
    print(error.code, error.reason.en, file=sys.stderr)
    sys.exit(2)
"""


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[str]
    said: list[str]


def start(  # noqa: PLR0913 - each is one limit of the server
    out: Path, *, port: int = 0, host: str = "127.0.0.1", token: str = "", ask_within_s: float = 15,
          take_within_s: float = 300, places: int = 1000) -> subprocess.Popen[str]:  # fmt: skip
    arguments = [str(out), str(port), host, token, str(ask_within_s), str(take_within_s), str(places)]
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True
    )


@contextlib.contextmanager
def serving(out: Path, *, host: str = "127.0.0.1", token: str = "", ask_within_s: float = 15,
            take_within_s: float = 300, places: int = 1000) -> Iterator[Server]:  # fmt: skip
    process = start(out, host=host, token=token, ask_within_s=ask_within_s, take_within_s=take_within_s, places=places)
    assert process.stderr
    first = process.stderr.readline()
    found = re.search(r":(\d+)/", first)
    assert found, first + process.stderr.read()
    said = [first]
    threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True).start()
    try:
        yield Server(int(found[1]), process, said)
        assert process.poll() is None, said
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert process.returncode == 0, said


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(port: int, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: str | None = None) -> Answer:  # fmt: skip # noqa: E501
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        link.request(method, path, body, headers or {})
        got = link.getresponse()
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
    finally:
        link.close()


def raw(port: int, request: bytes, timeout_s: float = 20) -> bytes:
    """Send bytes as they are and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as link:
        got = bytearray()
        with contextlib.suppress(OSError):
            link.sendall(request)
            while chunk := link.recv(1 << 16):
                got += chunk
        return bytes(got)
