"""Speaks SRT by the system's libsrt: ffmpeg can be told a passphrase or a stream id in its arguments only.

VLC, OBS and FFmpeg bring the library along. It is loaded in the child alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
import sys
import time
from urllib.parse import parse_qs, urlsplit

_NAMES = ("libsrt.so.1.5", "libsrt-gnutls.so.1.5", "libsrt-openssl.so.1.5", "libsrt.so.1")
# Source: srtcore/srt.h of SRT 1.5: SRT_SOCKOPT, SRT_REJECT_REASON; SRT_LIVE_DEF_PLSIZE is seven packets of MPEG-TS.
_SENDER, _LATENCY, _PASSPHRASE, _STREAMID = 21, 23, 26, 46
_PEER, _BAD_SECRET, _UNSECURE, _OF_SERVER = 2, 10, 11, 1000
_MESSAGE_BYTES = 1316
_LOG_CRITICAL = 2
_LINGER_S = 1.0
"""How long the server may take at the end to receive what is on its way."""


class SrtError(Exception):
    """The server cannot be sent to. ``code`` is a reason of :mod:`pipeline.reasons.push`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def library() -> ctypes.CDLL | None:
    """Return libsrt; None where this machine has none (or is no Linux: addresses are laid out as Linux has them)."""
    if sys.platform == "linux":
        for name in _NAMES:
            with contextlib.suppress(OSError):
                return ctypes.CDLL(name)
    return None


class SrtFile:
    """A connection that PyAV writes MPEG-TS into. ``address`` is ``srt://host:port?…``, with latency in microseconds.

    Raises:
        SrtError: ``push-no-libsrt``, ``push-passphrase``, ``push-rejected``, ``push-no-answer``; when writing
            ``push-lost``.
        OSError: the name of the host is not known.

    """

    def __init__(self, address: str) -> None:
        found = library()
        if found is None:
            raise SrtError("push-no-libsrt")
        self._srt, self._held = found, bytearray()
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        where = _laid_out(parts.hostname or "", parts.port or 0)
        found.srt_startup()
        found.srt_setloglevel(_LOG_CRITICAL)
        self._socket = found.srt_create_socket()
        self._set(_SENDER, struct.pack("i", 1))
        if "latency" in query:
            self._set(_LATENCY, struct.pack("i", int(query["latency"]) // 1000))
        for name, option in (("passphrase", _PASSPHRASE), ("streamid", _STREAMID)):
            if name in query:
                self._set(option, query[name].encode("utf-8"))
        if found.srt_connect(self._socket, where, len(where)) < 0:
            raise SrtError(_why(found.srt_getrejectreason(self._socket)))

    def write(self, data: bytes) -> int:
        """Send what fills messages; the rest is kept until more comes."""
        self._held += data
        while len(self._held) >= _MESSAGE_BYTES:
            self._send(_MESSAGE_BYTES)
        return len(data)

    def flush(self) -> None:
        """Send what is kept."""
        if self._held:
            self._send(len(self._held))

    def close(self) -> None:
        """Send the rest, wait until the server has it, and close."""
        self.flush()
        blocks, size = ctypes.c_size_t(), ctypes.c_size_t()
        until_s = time.monotonic() + _LINGER_S
        while time.monotonic() < until_s:
            self._srt.srt_getsndbuffer(self._socket, ctypes.byref(blocks), ctypes.byref(size))
            if not size.value:
                break
            time.sleep(0.02)
        self._srt.srt_close(self._socket)

    def _send(self, count: int) -> None:
        if self._srt.srt_send(self._socket, bytes(self._held[:count]), count) < 0:
            raise SrtError("push-lost")
        del self._held[:count]

    def _set(self, option: int, value: bytes) -> None:
        if self._srt.srt_setsockflag(self._socket, option, value, len(value)) < 0:
            raise SrtError("push-passphrase" if option == _PASSPHRASE else "push-rejected")


def _laid_out(host: str, port: int) -> bytes:
    """Return a ``sockaddr`` of Linux."""
    family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    packed = socket.inet_pton(family, where[0])
    if family == socket.AF_INET6:
        return struct.pack("=H", family) + struct.pack("!HI", port, 0) + packed + struct.pack("=I", 0)
    return struct.pack("=H", family) + struct.pack("!H", port) + packed + bytes(8)


def _why(reason: int) -> str:
    if reason in (_BAD_SECRET, _UNSECURE):
        return "push-passphrase"
    return "push-rejected" if reason == _PEER or reason >= _OF_SERVER else "push-no-answer"
