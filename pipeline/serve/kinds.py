"""What is public in the output folder, and what is said of each file: its type, how long it is kept, who may use it.

Pure. Names are checked, not cleaned: everything that Showcase delivers has a name of letters, figures, dot, dash and
underscore. So no path that is let through can climb, hide, or mean something else to another system.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

PUBLIC = frozenset(
    {"show", "masters", "playlists", "clips", "cards", "photos", "posts", "gallery", "board", "preflight"}
)
"""Folders that are served. Not among them: ``.showcase`` (scratch, caches), ``receipts`` (paths of what partners sent)
and ``order.toml``, which the operator page reads for itself."""
SHARED = frozenset({"show", "masters", "playlists", "clips", "cards", "photos"})
"""Folders whose files pages of other sites may play and read: media and lists."""
INDEX = "index.html"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NAME_MAX, _PATH_MAX = 255, 1024

_TEXT = {
    "css": "text/css",
    "csv": "text/csv",
    "ffconcat": "text/plain",
    "html": "text/html",
    "ics": "text/calendar",
    "js": "text/javascript",
    "liq": "text/plain",
    "m3u": "audio/mpegurl",
    "pls": "audio/x-scpls",
    "toml": "text/plain",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "xml": "application/xml",
}
_OTHER = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4a": "audio/mp4",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "otf": "font/otf",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
    "wav": "audio/wav",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xspf": "application/xspf+xml",
    "zip": "application/zip",
}
"""Formats that are UTF-8 by definition carry no charset. Source: RFC 8216, 4 (m3u8); RFC 8259, 11 (json); XSPF 1, 2.1;
ISO/IEC 23009-1 and IANA (video/iso.segment)."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
"""May be kept, but each use asks whether it is still right: an operator never gets an old list."""
_FIXED = re.compile(r"masters/.*|playlists/hls/media/.*\.(?:m4s|mp4)")

PAGE_POLICY = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What ``page.html.j2`` says of itself; said here again for browsers that meet the page by HTTP."""
PAPER_POLICY = PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""For pages that are one file, to be printed or sent on: run-downs and reports. They run no script of their own."""
_PAPER = re.compile(r"(?:playlists|preflight)/.*")
EXPOSED = "Accept-Ranges, Content-Length, Content-Range, Date, ETag, Last-Modified"


def public_path(raw_path: bytes) -> tuple[str, ...] | None:
    """Return the parts of the file's path that a request names, or None when nothing public can have that name.

    ``raw_path`` is as it came, still percent-encoded: an encoded slash is part of a name, and no name has one. A folder
    (its slash at the end) has an empty last part. Steps up are taken by the words of the path alone and never beyond
    its root: mpv asks for ``/playlists/../masters/a.mp4`` as the list has it.
    """
    if not raw_path.startswith(b"/") or len(raw_path) > _PATH_MAX:
        return None
    steps = _walked(raw_path[1:].split(b"/"))
    if steps is None:
        return None
    try:
        names = tuple(unquote_to_bytes(part).decode("ascii") for part in steps)
    except UnicodeDecodeError:
        return None
    inner = names[:-1] if names[-1] == "" else names
    if not inner or inner[0] not in PUBLIC:
        return None
    return names if all(_NAME.fullmatch(name) and len(name) <= _NAME_MAX for name in inner) else None


def _walked(steps: list[bytes]) -> list[bytes] | None:
    """Return the steps without ``.`` and ``..``; None where they lead out. Source: RFC 3986, 5.2.4."""
    walked: list[bytes] = []
    for step in steps:
        if step == b".." and not walked:
            return None
        if step == b"..":
            walked.pop()
        elif step != b".":
            walked.append(step)
    return [*walked, b""] if steps[-1] in {b".", b".."} else walked or None


def content_type(path: str) -> str:
    """Return the type of a file by its name."""
    ending = PurePosixPath(path).suffix[1:].lower()
    if ending in _TEXT:
        return f"{_TEXT[ending]}; charset=utf-8"
    return _OTHER.get(ending, "application/octet-stream")


def headers_of(path: str) -> dict[str, str]:
    """Return what is said of a public file beside its length and state: type, keeping, who may use it."""
    kind = content_type(path)
    is_shared = path.partition("/")[0] in SHARED
    said = {
        "content-type": kind,
        "cache-control": FOR_EVER if _FIXED.fullmatch(path) else ASK_FIRST,
        "accept-ranges": "bytes",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "cross-origin" if is_shared else "same-origin",
    }
    if is_shared:
        said |= {"access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED}
    if kind.startswith(("text/html", "image/svg", "application/xml")):
        said["content-security-policy"] = PAPER_POLICY if _PAPER.fullmatch(path) else PAGE_POLICY
    return said
