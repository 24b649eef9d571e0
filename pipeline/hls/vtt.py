"""Captions as WebVTT segments on a list's clock. Pure.

Source: RFC 8216, 3.5: a segment holds every cue that is shown during it, whole; ``X-TIMESTAMP-MAP`` ties cue times to
media time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from pipeline.hls.model import BASE_S

_TICKS_PER_S = 90_000
HEADER = f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{BASE_S * _TICKS_PER_S}\n"
"""Cue time 0 is where the list's clock begins."""
_TIMES = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})([ \t].*)?")


class Cue(NamedTuple):
    """One cue as it is written: whole milliseconds, and its text with escapes and settings as they stand."""

    start_ms: int
    end_ms: int
    settings: str
    text: str


def read_vtt(text: str) -> Iterator[Cue]:
    """Yield the cues of a WebVTT file of ours. Blocks without times (notes, styles) are passed over."""
    for block in re.split(r"\n{2,}", text.lstrip("\ufeff").replace("\r\n", "\n").strip()):
        lines = block.split("\n")
        for number, line in enumerate(lines[:2]):
            found = _TIMES.fullmatch(line)
            if found:
                start, end = (_ms(found.groups()[at : at + 4]) for at in (0, 4))
                yield Cue(start, end, found[9] or "", "\n".join(lines[number + 1 :]))
                break


def _ms(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, part = (int(each or 0) for each in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + part


def placed(cues: Iterator[Cue], starts_s: Fraction, length_s: Fraction) -> Iterator[Cue]:
    """Yield an entry's cues on the list's clock, none beyond the entry.

    Starts are rounded up and ends down, so that no cue reaches over a join by a part of a millisecond.
    """
    first, last = math.ceil(starts_s * 1000), math.floor((starts_s + length_s) * 1000)
    for cue in cues:
        start = max(first, math.ceil(starts_s * 1000 + cue.start_ms))
        end = min(last, math.floor(starts_s * 1000 + cue.end_ms))
        if start < end:
            yield Cue(start, end, cue.settings, cue.text)


def segment(cues: Sequence[Cue], starts_s: Fraction, ends_s: Fraction) -> str:
    """Return the WebVTT segment from ``starts_s`` to ``ends_s``: every cue that is shown in it, whole."""
    shown = (cue for cue in cues if cue.start_ms < ends_s * 1000 and cue.end_ms > starts_s * 1000)
    return HEADER + "".join(
        f"\n{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}{cue.settings}\n{cue.text}\n" for cue in shown
    )


def _clock(ms: int) -> str:
    seconds, part = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:03d}"
