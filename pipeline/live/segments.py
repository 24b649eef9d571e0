"""Sends what the channel's lists name: segments and captions with the channel's time, out of files as they are.

Nothing is kept from one request to the next: every server of the same files answers the same to the same address.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from email.utils import formatdate
from functools import lru_cache
from io import FileIO
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pipeline.hls.model import MEDIA_FOLDER
from pipeline.hls.playlists import CAPTIONS_FOLDER
from pipeline.live.timing import HEAD_BYTES, Cut, Timing, read_caption_name, read_media_name, retimed
from pipeline.serve.files import CHUNK_BYTES, NO_SUCH_PART, PARTIAL, WHOLE, ZERO_COPY, Folder, missing, open_inside
from pipeline.serve.kinds import FOR_EVER, headers_of
from pipeline.serve.ranges import Part, Version, answer

_VTT_BYTES = 1 << 20
Piece = bytes | tuple[int, int]
"""Bytes, or place and length in the file."""
_ONCE = lru_cache(maxsize=64)
"""All who watch ask for the same in the same seconds."""


def segment_routes(out: Path) -> list[Route]:
    """Return the addresses of segments and captions, below the output folder."""
    return [
        Route("/live/media/{name:path}", lambda request: _media(out, request)),
        Route("/live/captions/{name:path}", lambda request: _captions(out, request)),
    ]


@_ONCE
def _cut(head: bytes, timing: Timing) -> Cut:
    return retimed(head, timing)


def _media(out: Path, request: Request) -> Response:
    asked = read_media_name(request.path_params["name"])
    path = f"{MEDIA_FOLDER}/{asked[1]}" if asked else ""
    file = open_inside(out, path.split("/")) if asked else None
    if asked is None or file is None or isinstance(file, Folder):
        return missing()
    try:
        cut = _cut(os.pread(file.fileno(), HEAD_BYTES, 0), asked[0])
    except (OSError, ValueError, struct.error):  # the last: more than its boxes can hold was asked for
        file.close()
        return missing()
    written_s = max(0, int(os.fstat(file.fileno()).st_mtime))
    pieces: list[Piece] = [cut.head, *cut.slices]
    size = sum(_length(each) for each in pieces)
    etag = f'"{hashlib.sha256(request.path_params["name"].encode()).hexdigest()[:24]}"'
    status, parts = answer(request.method, request.headers, Version(etag, written_s, size))
    headers = headers_of(path) | {"etag": etag, "last-modified": formatdate(written_s, usegmt=True)}
    if status == PARTIAL and len(parts) > 1:
        status = WHOLE  # nobody who plays asks so. Source: RFC 9110, 14.2 (a server may ignore the field)
    if status in {WHOLE, PARTIAL}:
        part = parts[0] if status == PARTIAL else Part(0, size - 1)
        return _Sending(status, headers, file, tuple(_within(pieces, part)), (part, size))
    file.close()
    del headers["content-type"], headers["accept-ranges"]
    if status == NO_SUCH_PART:
        return PlainTextResponse("416\n", status, headers | {"content-range": f"bytes */{size}"})
    return Response(None, status, headers)


def _length(piece: Piece) -> int:
    return len(piece) if isinstance(piece, bytes) else piece[1]


def _within(pieces: list[Piece], part: Part) -> Iterator[Piece]:
    """Yield what of the pieces in a row lies within a part."""
    at = 0
    for piece in pieces:
        length = _length(piece)
        first, last = max(part.first - at, 0), min(part.last + 1 - at, length)
        if first < last:
            yield piece[first:last] if isinstance(piece, bytes) else (piece[0] + first, last - first)
        at += length


class _Sending(Response):
    """Pieces in a row; the file is closed whatever happens."""

    def __init__(
        self, status: int, headers: dict[str, str], file: FileIO, pieces: tuple[Piece, ...], of: tuple[Part, int]
    ) -> None:
        self._file, self._pieces = file, pieces
        part, size = of
        if status == PARTIAL:
            headers["content-range"] = f"bytes {part.first}-{part.last}/{size}"
        super().__init__(None, status, headers | {"content-length": str(part.length)})

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send headers, then the pieces."""
        is_zero_copy = ZERO_COPY in scope.get("extensions", {})
        with self._file:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for piece in self._pieces if scope["method"] != "HEAD" else ():
                if isinstance(piece, bytes):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                elif is_zero_copy:
                    place = {"file": self._file, "offset": piece[0], "count": piece[1]}
                    await send({"type": ZERO_COPY, **place, "more_body": True})
                else:
                    await self._read(piece, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read(self, piece: tuple[int, int], send: Send) -> None:
        """Send from the file. One that became shorter ends early, and the server then breaks the connection."""
        at, end = piece[0], sum(piece)
        while at < end:
            chunk = await run_in_threadpool(os.pread, self._file.fileno(), min(CHUNK_BYTES, end - at), at)
            if not chunk:
                return
            at += len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


def _captions(out: Path, request: Request) -> Response:
    asked = read_caption_name(request.path_params["name"])
    path = f"{CAPTIONS_FOLDER}/{asked[1]}" if asked else ""
    file = open_inside(out, path.split("/")) if asked else None
    if asked is None or file is None or isinstance(file, Folder):
        return missing()
    try:
        with file:
            cues = os.pread(file.fileno(), _VTT_BYTES, 0).decode().partition("\n\n")[2]
    except (OSError, UnicodeDecodeError):
        return missing()
    headers = headers_of(path) | {"cache-control": FOR_EVER}
    del headers["accept-ranges"]
    return Response(f"{asked[0]}\n{cues}" if cues else asked[0], headers=headers)
