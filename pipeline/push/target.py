"""Where it goes: addresses as typed, with keys from the environment. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.errors import PresetError
from pipeline.reasons import Reason, reason

HIDDEN = "••••"
_RTMP, _SRT = ("rtmp", "rtmps"), ("srt",)
_NAMED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_APP_PARTS = 2
"""A path of RTMP is ``/app/key``; an app itself may have more parts, the key is the last."""


@dataclass(frozen=True)
class Target:
    """One server. ``shown`` is for people; ``address`` has the key in it and is shown to nobody."""

    shown: str
    scheme: str
    address: str = field(repr=False)
    has_typed_key: bool = False
    """Whether the key itself stands in the command line, which everybody on the machine can read."""

    @property
    def is_srt(self) -> bool:
        """Whether it is SRT, which carries MPEG-TS; else RTMP, which carries FLV."""
        return self.scheme in _SRT


def read_targets(urls: Sequence[str], environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Return the targets of the addresses.

    ``{NAME}`` in an address stands for that variable of the environment. An RTMP address without a key gets that of
    ``SHOWCASE_PUSH_KEY_1`` (its place among the addresses), or of ``SHOWCASE_PUSH_KEY`` when it is the only one: a key
    must not reach a server that it is not for.

    Raises:
        PresetError: ``push-no-target``, ``push-scheme``, ``push-address``, ``push-no-key``, ``push-srt-secret``; all
            problems at once.

    """
    if not urls:
        raise PresetError("push-no-target")
    found: list[Target] = []
    wrong: list[tuple[str, tuple[str, ...]]] = []
    for place, url in enumerate(urls, 1):
        told = _read(url, place, len(urls), environ)
        if isinstance(told, Target):
            found.append(told)
        else:
            wrong.append(told)
    if wrong:
        others: list[Reason] = [reason(code, *values) for code, values in wrong[1:]]
        raise PresetError(wrong[0][0], *wrong[0][1], others=others)
    return tuple(found)


def _read(url: str, place: int, count: int, environ: Mapping[str, str]) -> Target | tuple[str, tuple[str, ...]]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "push-address", (str(place),)
    scheme = parts.scheme.lower()
    if scheme not in _RTMP + _SRT:
        return "push-scheme", (str(place),)
    if not host or "@" in parts.netloc or "{" in parts.netloc or (scheme in _SRT and port is None):
        return "push-address", (str(place),)
    absent = next((name for name in _NAMED.findall(url) if not environ.get(name)), None)
    if absent:
        return "push-no-key", (str(place), absent)
    if scheme in _SRT:
        return _srt(parts.netloc, parts.query, place)
    return _rtmp(url, place, count, environ)


def _srt(netloc: str, query: str, place: int) -> Target | tuple[str, tuple[str, ...]]:
    """Return an SRT target. Nothing secret can be told to the tool that speaks SRT but in its arguments."""
    if query and not re.fullmatch(r"(?:(?:latency=\d{1,8}|mode=(?:caller|rendezvous))(?:&|$))+", query):
        return "push-srt-secret", (str(place),)
    # ffmpeg counts the latency in microseconds, other programs in milliseconds; nobody means 10 s or 10 ms.
    query = re.sub(r"latency=(\d{1,4})(?=&|$)", r"latency=\g<1>000", query)
    address = f"srt://{netloc}" + (f"?{query}" if query else "")
    return Target(f"srt://{netloc}", "srt", address)


def _rtmp(url: str, place: int, count: int, environ: Mapping[str, str]) -> Target | tuple[str, tuple[str, ...]]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    path = [part for part in parts.path.split("/") if part]
    if not path:
        return "push-address", (str(place),)
    if len(path) >= _APP_PARTS:
        app, key = "/".join(path[:-1]), path[-1] + (f"?{parts.query}" if parts.query else "")
        if "{" in app:  # nothing of it may be shown
            return "push-address", (str(place),)
        is_typed = not _NAMED.search(key)
        key = _NAMED.sub(lambda name: environ[name.group(1)], key)
    else:
        is_typed = False
        app, name = path[0], f"SHOWCASE_PUSH_KEY_{place}"
        key = environ.get(name) or (environ.get("SHOWCASE_PUSH_KEY", "") if count == 1 else "")
        if not key or "{" in app:
            return "push-no-key", (str(place), name)
    if re.search(r"[\s\x00-\x1f]", key):
        return "push-address", (str(place),)
    start = f"{scheme}://{parts.netloc}/{app}/"
    return Target(start + HIDDEN, scheme, start + key, is_typed)
