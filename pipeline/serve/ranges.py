"""Which parts of a file a request asks for, and whether it needs them at all. Pure. Source: RFC 9110, 13 and 14."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

PARTS_MAX = 8
"""More parts than this, once those that touch are joined, are answered with the whole file: nobody who plays or seeks
asks so, and each part costs more than its bytes. Source: RFC 9110, 14.2 (a server may ignore the field)."""
_DIGITS_MAX = 18
"""More digits than any file has bytes; they are read as this many nines."""
_SPEC = re.compile(r"(\d*)-(\d*)", re.ASCII)


@dataclass(frozen=True)
class Part:
    """Bytes ``first`` to ``last`` of a file, both counted."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Version:
    """One state of a file: its tag, which changes with every byte, and when it was written, in whole Unix seconds."""

    etag: str
    """Strong, with its quotes."""
    written_s: int
    size: int


def answer(method: str, headers: Mapping[str, str], version: Version) -> tuple[int, tuple[Part, ...]]:
    """Return the status, and for 206 which parts.

    200 is the whole file, 206 the parts (one: as it is; several: ``multipart/byteranges``), 304 what the client has is
    right, 412 it must not be done for this state of the file, 416 no such part.
    """
    match, since = headers.get("if-match"), headers.get("if-unmodified-since")
    if match is not None:
        if not _names(match, version.etag, is_weak=False):
            return 412, ()
    elif since is not None and version.written_s > _seconds(since, version.written_s):
        return 412, ()
    if _has_it(headers, version):
        return 304, ()
    asked = headers.get("range")
    if asked is None or method != "GET" or not _still_holds(headers.get("if-range"), version):
        return 200, ()
    found = parts(asked, version.size)
    if found is None:
        return 200, ()
    return (206, found) if found else (416, ())


def _has_it(headers: Mapping[str, str], version: Version) -> bool:
    known, since = headers.get("if-none-match"), headers.get("if-modified-since")
    if known is not None:
        return _names(known, version.etag, is_weak=True)
    return since is not None and version.written_s <= _seconds(since, -1)


def _names(tags: str, etag: str, *, is_weak: bool) -> bool:
    if tags.strip() == "*":
        return True
    each = (tag.strip() for tag in tags.split(","))
    return any((tag.removeprefix("W/") if is_weak else tag) == etag for tag in each)


def _still_holds(condition: str | None, version: Version) -> bool:
    """Return whether parts of this state fit to what the client has. A date is as good as its own second only."""
    if condition is None:
        return True
    if condition.strip().startswith(('"', "W/")):
        return condition.strip() == version.etag
    return _seconds(condition, -1) == version.written_s


def _seconds(date: str, otherwise: int) -> int:
    """Return an HTTP date as Unix seconds; ``otherwise`` for what is none, which counts as not said."""
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return otherwise


def parts(asked: str, size: int) -> tuple[Part, ...] | None:
    """Return what a ``Range`` asks of a file of ``size`` bytes, by rising place, those that touch joined.

    None: it is not one, or not in bytes, or has more than ``PARTS_MAX``; it is as if nothing had been said. Nothing in
    it: it is one, but the file has none of that.
    """
    unit, equals, specs = asked.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    found: list[Part] = []
    for spec in specs.split(","):
        if not spec.strip():
            continue
        matched = _SPEC.fullmatch(spec.strip())
        if not matched or matched[0] == "-":
            return None
        first, last = (_number(text) for text in matched.groups())
        if first is not None and last is not None and last < first:
            return None
        found.extend(_within(first, last, size))
    if not specs.strip(" ,\t"):
        return None
    joined = _joined(found)
    return joined if len(joined) <= PARTS_MAX else None


def _number(digits: str) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) <= _DIGITS_MAX else 10**_DIGITS_MAX - 1


def _within(first: int | None, last: int | None, size: int) -> tuple[Part, ...]:
    if first is None:  # the last so many bytes
        length = min(last or 0, size)
        return (Part(size - length, size - 1),) if length else ()
    if first >= size:
        return ()
    return (Part(first, size - 1 if last is None else min(last, size - 1)),)


def _joined(found: list[Part]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for part in sorted(found, key=lambda each: (each.first, each.last)):
        if joined and part.first <= joined[-1].last + 1:
            joined[-1] = Part(joined[-1].first, max(joined[-1].last, part.last))
        else:
            joined.append(part)
    return tuple(joined)
