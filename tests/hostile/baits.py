"""Files that name other files and addresses, for readers that can be led; and a watch that notices who was."""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_IN_OPEN = 0x20  # Source: linux/inotify.h
_NESTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf"})


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each box. Source: ISO/IEC 14496-12, 4.2 (32-bit sizes only)."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + size]
        at += size


def box(kind: bytes, content: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def with_references(movie: bytes, entry: bytes) -> bytes:
    """Return the movie's index alone, each track's samples said to lie in the file that ``entry`` names."""

    def rebuilt(content: bytes) -> bytes:
        made = b""
        for kind, inner in boxes(content):
            if kind == b"dref":
                made += box(kind, struct.pack(">II", 0, 1) + entry)
            else:
                made += box(kind, rebuilt(inner) if kind in _NESTS else inner)
        return made

    return b"".join(
        box(kind, rebuilt(inner) if kind in _NESTS else inner) for kind, inner in boxes(movie) if kind != b"mdat"
    )


def url_entry(target: str) -> bytes:
    """Return a data reference by address, without the flag that says "in this file". Source: 14496-12, 8.7.2."""
    return box(b"url ", bytes(4) + target.encode() + b"\0")


def alias_entry(target: Path) -> bytes:
    """Return a data reference by Macintosh alias record. Source: QuickTime File Format, "Data reference atoms"."""
    name, path = target.name.encode(), str(target).encode()
    path += b"\0" * (len(path) % 2)
    record = bytes(10) + bytes([0]) + bytes(27) + bytes(12) + bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
    record += struct.pack(">hh", -1, -1) + bytes(16)
    record += struct.pack(">HH", 2, len(path)) + path + struct.pack(">HH", 0xFFFF, 0)
    return box(b"alis", bytes(4) + record)


def reference_movie(target: str) -> bytes:
    """Return a movie that is only a pointer to another. Source: QuickTime File Format, "Reference movies"."""
    pointer = box(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(target) + 1) + target.encode() + b"\0")
    return box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + box(b"moov", box(b"rmra", box(b"rmda", pointer)))


def texts(canary: Path, url: str) -> dict[str, str]:
    """Return playlists and the like by name, each pointing at the canary and at the address."""
    hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
    dash = (
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S">'
        '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="9"><BaseURL>{0}</BaseURL>'
        '<SegmentList duration="1"><SegmentURL media="{0}"/></SegmentList>'
        "</Representation></AdaptationSet></Period></MPD>"
    )
    ttml = '<!DOCTYPE tt [<!ENTITY x SYSTEM "{}">]><tt><body><p begin="0s" end="1s">&x;</p></body></tt>'
    made: dict[str, str] = {}
    for name, target in (("file", str(canary)), ("http", url)):
        made |= {
            f"hls-{name}": hls.format(target),
            f"hls-master-{name}": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n{target}\n",
            f"hls-key-{name}": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:1,\n{target}\n',
            f"m3u-{name}": f"{target}\n",
            f"concat-{name}": f"ffconcat version 1.0\nfile '{target}'\n",
            f"dash-{name}": dash.format(target),
            f"xspf-{name}": f"<playlist><trackList><track><location>{target}</location></track></trackList></playlist>",
            f"asx-{name}": f'<asx version="3.0"><entry><ref href="{target}"/></entry></asx>',
            f"pls-{name}": f"[playlist]\nFile1={target}\nNumberOfEntries=1\n",
            f"asf-{name}": f"[Reference]\nRef1={target}\n",
            f"smil-{name}": f'<smil><body><video src="{target}"/></body></smil>',
            f"svg-{name}": f'<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="{target}"/></svg>',
            f"ttml-{name}": ttml.format(target),
        }
    port = urlsplit(url).port
    made["sdp"] = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 32\n"
    made["rtsp"] = url.replace("http", "rtsp") + "\n"
    made["srt"] = "1\n00:00:00,000 --> 00:00:01,000\nx\n"
    made["vobsub"] = "# VobSub index file, v7\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n"
    return made


@dataclass
class Watch:
    """What was opened or asked for."""

    folder: Path
    url: str
    inotify: int
    asked: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """Return what was led astray since the last time: files opened in the folder, addresses asked for."""
        opened = []
        try:
            data = os.read(self.inotify, 1 << 16)
        except BlockingIOError:
            data = b""
        while data:  # Source: inotify(7): int wd; uint32_t mask, cookie, len; char name[len]
            (length,) = struct.unpack_from("12xI", data)
            opened.append(data[16 : 16 + length].rstrip(b"\0").decode())
            data = data[16 + length :]
        asked, self.asked[:] = list(self.asked), []
        return opened + asked


@contextmanager
def watched(folder: Path) -> Iterator[Watch]:
    """Watch the files in ``folder`` (Linux) and an address on this machine."""
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(inotify, os.fsencode(folder), _IN_OPEN) >= 0
    found = Watch(folder, "", inotify)

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            found.asked.append("connection")
            super().handle()

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the base class has it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/canary.ts"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        os.close(inotify)
