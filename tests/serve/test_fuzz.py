"""A thousand mangled requests: files, the operator page and the live channel. None may be answered with a 5xx."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from folder import CLIMBS, SECRET, fill
from serving import Server, ask, raw, serving

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.show.model import SHOW_FILE, read_show
from pipeline.store.publish import deliver

FILES = [
    *(path.encode() for path in CLIMBS[:-1] if len(path) < 500),
    b"/", b"/healthz", b"/gallery/", b"/masters/made.mp4", b"*", b"http://x/masters/made.mp4",
]  # fmt: skip
LIVE = [b"/live/live.m3u8", b"/live/air-720p.m3u8", b"/live/captions-th.m3u8", b"/live/empty.vtt", b"/live/x.m3u8"]
AIR = [b"/air", b"/air/", b"/air/state.json", b"/air/air.js", b"/air/fonts/prompt-600", b"/air/fonts/x"]
CHANGES = [b"/air/hold", b"/air/skip", b"/air/move", b"/air/put-back", b"/air/token"]
NAMES = [
    b"Range", b"If-Range", b"If-None-Match", b"If-Modified-Since", b"If-Match", b"Host", b"Content-Length",
    b"Transfer-Encoding", b"Origin", b"Cookie", b"Expect", b"Upgrade", b"Connection", b"Authorization",
]  # fmt: skip
VALUES = [
    b"bytes=0-", b"bytes=-1,0-,9-2", b"chunked", b"-1", b"99999999999999999999", b"websocket", b"\xff\xfe", b"a" * 3000,
    b"*", b'W/"', b"Mon, 99 Foo 20262 99:99:99 GMT", b"Thu, 01 Jan 0000 00:00:00 GMT", b"100-continue", b"close",
    b"Bearer \x80",
]  # fmt: skip
TEXTS = ["one", "opener", "nobody", "", "\ud800", "\x00", "ก" * 300, "../x", None, 3, ["one"], "one" * 5000]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    out = fill(tmp_path_factory.mktemp("serve"))
    (out / "order.toml").unlink()
    show = read_show((out / SHOW_FILE).read_bytes())
    captions = {path: Path(out / path).read_text("utf-8") for each in show.items for path in each.captions.values()}
    deliver(out, hls_package(show, ensure_media(out, show), captions))
    # Half of a request is given up soon, because a thousand of them are tried.
    with serving(out, ask_within_s=0.5) as running:
        yield running


def _named(server: Server) -> list[bytes]:
    """Return what the channel's lists name just now: segments and captions with its time."""
    lists = (ask(server.port, f"/live/{name}.m3u8").body.decode() for name in ("air-720p", "captions-th"))
    return [f"/live/{line}".encode() for text in lists for line in text.splitlines() if line and line[0] != "#"]


def _mangled(pick: random.Random, named: list[bytes]) -> bytes:
    """Return a request for anything, wrong in up to three ways."""
    method = pick.choice([b"GET", b"HEAD", b"OPTIONS", b"POST", b"BREW", b"get", b""])
    path = bytearray(pick.choice(pick.choice((FILES, FILES, LIVE, named, AIR, CHANGES))))
    for _ in range(pick.choice((0, 0, 1, 3))):
        path.insert(pick.randrange(len(path) + 1), pick.choice(b"%./\\?#;:~0aF\x00\xff "))
    fields = [pick.choice(NAMES) + b": " + pick.choice(VALUES) for _ in range(pick.randrange(5))]
    request = b"%s %s HTTP/%s\r\nHost: x\r\n" % (method, bytes(path), pick.choice((b"1.1", b"1.0", b"1.1", b"9")))
    request += b"".join(field + b"\r\n" for field in fields) + b"Connection: close\r\n\r\n"
    if pick.random() < 0.2:
        place = pick.randrange(len(request))
        request = request[:place] + pick.randbytes(5) + request[place + 3 :]
    return request


def _change(pick: random.Random, _named: list[bytes]) -> bytes:
    """Return a change of the order as this machine's own page would send it, but with a strange body."""
    asked = {name: pick.choice(TEXTS) for name in pick.sample(("key", "before", "token", "version"), pick.randrange(4))}
    body = json.dumps({"key": pick.choice(TEXTS)} | asked).encode()
    if pick.random() < 0.2:
        body = body[: pick.randrange(len(body))] + pick.randbytes(3)
    kind = pick.choice((b"application/json",) * 3 + (b"application/x-www-form-urlencoded", b"text/plain"))
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\n" % (pick.choice(CHANGES), kind)
    return head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def test_a_thousand_mangled_requests_break_nothing(server: Server) -> None:
    pick = random.Random(8642)  # noqa: S311 - the same requests each time
    statuses: Counter[bytes] = Counter()
    named = _named(server)
    assert {path.split(b"/")[2] for path in named} >= {b"media"}
    for _ in range(1000):
        request = pick.choice((_mangled, _mangled, _mangled, _change))(pick, named)
        got = raw(server.port, request)
        assert SECRET not in got, request
        status = got[9:12] if got.startswith(b"HTTP/1.1 ") else b"none"
        assert not status.startswith(b"5"), request
        statuses[status] += 1
    assert {b"200", b"400", b"404", b"405", b"422"} <= statuses.keys(), statuses
    assert ask(server.port, "/healthz").status == 200
    assert not any("Traceback" in line for line in server.said), server.said


def test_the_addresses_that_are_mangled_are_there(server: Server) -> None:
    """Or the thousand would only meet what is missing."""
    there = {path: ask(server.port, path.decode()).status for path in (*LIVE[:4], *AIR[:5])}
    assert set(there.values()) <= {200, 308}, there
