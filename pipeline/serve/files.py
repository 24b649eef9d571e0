"""Serves the files of the output folder, and nothing else.

Starlette's ``FileResponse`` reads ranges too, but looks a file up by name twice, and answers 400 where RFC 9110 wants
the whole file. Here a file is opened once, each folder on the way from the one above it, and never through a symbolic
link; size, tag and bytes then come from that open file. A file that is replaced meanwhile goes on from what was opened.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from email.utils import formatdate
from io import FileIO
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from pipeline.serve.kinds import INDEX, headers_of, public_path
from pipeline.serve.ranges import Part, Version, answer

CHUNK_BYTES = 1 << 18
ZERO_COPY = "http.response.zerocopysend"
"""The server sends from the file without reading it. Source: ASGI, extensions; our own connections can."""
_LOOK = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_METHODS = "GET, HEAD, OPTIONS"
WHOLE, PARTIAL, NO_SUCH_PART = 200, 206, 416
_OWN_TO_A_WHOLE = frozenset({"content-type", "accept-ranges"})


class Files:
    """The output folder as an ASGI app."""

    def __init__(self, out: Path) -> None:
        self._out = out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        names = public_path(request.scope["raw_path"])
        if names is None:
            return missing()
        if request.method == "OPTIONS":
            return _options("/".join(names))
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("405\n", 405, {"allow": _METHODS})
        path = "/".join((*names[:-1], names[-1] or INDEX))
        # On a thread: a disk that is asleep, or another machine's, must not hold up who is watching.
        file = await run_in_threadpool(open_inside, self._out, path.split("/"))
        if file is None:
            return missing()
        if isinstance(file, Folder):
            return RedirectResponse(f"/{path}/", 308) if names[-1] else missing()
        return _file_response(path, file, request)


class Folder:
    """What a path turned out to be that names no file."""


def missing() -> Response:
    """Return the answer to whatever is not there, and to whatever is nobody's business."""
    return PlainTextResponse("ไม่พบไฟล์นี้ · Not found\n", 404, {"cache-control": "no-cache"})


def open_inside(out: Path, names: Iterable[str]) -> FileIO | Folder | None:
    """Return the file ``names`` below ``out``, open; a :class:`Folder` where that is one; None where nothing is.

    No part of the way may be a symbolic link, whoever put it there and when: each is opened from the one above it, and
    the system itself refuses links. What is neither file nor folder counts as nothing.
    """
    *folders, last = names
    try:
        at = os.open(out, _LOOK & ~os.O_NOFOLLOW)
        try:
            for name in folders:
                inner = os.open(name, _LOOK, dir_fd=at)
                os.close(at)
                at = inner
            opened = os.open(last, _READ, dir_fd=at)
        finally:
            os.close(at)
    except OSError:
        return None
    mode = os.fstat(opened).st_mode
    if stat.S_ISREG(mode):
        return FileIO(opened, "rb")
    os.close(opened)
    return Folder() if stat.S_ISDIR(mode) else None


def _file_response(path: str, file: FileIO, request: Request) -> Response:
    state = os.fstat(file.fileno())
    written_s = max(0, int(state.st_mtime))
    etag = f'"{state.st_ino:x}-{state.st_mtime_ns:x}-{state.st_size:x}"'
    version = Version(etag, written_s, state.st_size)
    status, parts = answer(request.method, Headers(scope=request.scope), version)
    headers = headers_of(path) | {"etag": etag, "last-modified": formatdate(written_s, usegmt=True)}
    if status in {WHOLE, PARTIAL}:
        return _Sending(status, headers, file, parts or _whole(version.size), version.size)
    file.close()
    if status == NO_SUCH_PART:
        return PlainTextResponse("416\n", status, _without(headers) | {"content-range": f"bytes */{version.size}"})
    return Response(None, status, _without(headers))


def _whole(size: int) -> tuple[Part, ...]:
    return (Part(0, size - 1),) if size else ()


def _without(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _OWN_TO_A_WHOLE}


def _options(path: str) -> Response:
    """Return the answer to a browser that asks whether a page of another site may read this."""
    headers = {"allow": _METHODS, **_without(headers_of(path))}
    if "access-control-allow-origin" in headers:
        headers |= {
            "access-control-allow-methods": _METHODS,
            "access-control-allow-headers": "Range, If-Range, If-None-Match, If-Modified-Since, Cache-Control",
            "access-control-max-age": "86400",
        }
    return Response(None, 204, headers)


class _Sending(Response):
    """A file, or parts of one, sent piece by piece; the file is closed whatever happens."""

    def __init__(self, status: int, headers: dict[str, str], file: FileIO, parts: tuple[Part, ...], size: int) -> None:
        self._file, self._parts = file, parts
        self._between: list[bytes] = []
        if len(parts) == 1 and status == PARTIAL:
            headers["content-range"] = f"bytes {parts[0].first}-{parts[0].last}/{size}"
        if len(parts) > 1:
            boundary = secrets.token_hex(16)
            kind, headers["content-type"] = headers["content-type"], f"multipart/byteranges; boundary={boundary}"
            self._between = list(_separators(parts, boundary, kind, size))
        length = sum(part.length for part in parts) + sum(map(len, self._between))
        super().__init__(None, status, headers | {"content-length": str(length)})

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send headers, then the parts with what stands before and behind each."""
        with self._file:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                is_zero_copy = ZERO_COPY in scope.get("extensions", {})
                for number, part in enumerate(self._parts):
                    if self._between:
                        await _send_body(send, self._between[number])
                    if is_zero_copy:
                        await send(self._from_file(part))
                    else:
                        async for chunk in _chunks(self._file, part):
                            await _send_body(send, chunk)
                if self._between:
                    await _send_body(send, self._between[-1])
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _from_file(self, part: Part) -> dict[str, object]:
        return {"type": ZERO_COPY, "file": self._file, "offset": part.first, "count": part.length, "more_body": True}


async def _send_body(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _chunks(file: FileIO, part: Part) -> AsyncIterator[bytes]:
    """Yield a part. A file that became shorter ends early, and the server then breaks the connection."""
    at = part.first
    while at <= part.last:
        chunk = await run_in_threadpool(os.pread, file.fileno(), min(CHUNK_BYTES, part.last + 1 - at), at)
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def _separators(parts: tuple[Part, ...], boundary: str, kind: str, size: int) -> Iterator[bytes]:
    for number, part in enumerate(parts):
        before = "\r\n" if number else ""
        said = f"content-type: {kind}\r\ncontent-range: bytes {part.first}-{part.last}/{size}\r\n\r\n"
        yield f"{before}--{boundary}\r\n{said}".encode("ascii")
    yield f"\r\n--{boundary}--\r\n".encode("ascii")
