"""A server in this process with a clock of the test's own, and plain requests to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from pipeline.serve.run import config, listening
from pipeline.serve.stage import Stage

TEMPLATES = Path(__file__).resolve().parents[2] / "presets" / "templates"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it is
        return json.loads(self.body)


def ask(port: int, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        said = {"content-type": "application/json"} if body is not None else {}
        text = None if body is None else json.dumps(body)
        link.request("GET" if body is None else "POST", path, text, said | (headers or {}))
        got = link.getresponse()
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
    finally:
        link.close()


@contextlib.contextmanager
def serving(stage: Stage) -> Iterator[int]:
    """Serve and give the port."""
    with listening("127.0.0.1", 0) as bound:
        server = uvicorn.Server(config(stage))
        thread = threading.Thread(target=lambda: server.run(sockets=[bound]), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(15)
            assert not thread.is_alive()
