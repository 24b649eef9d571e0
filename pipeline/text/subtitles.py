"""Captions as text files: SubRip and WebVTT. ASS for burning in: :mod:`pipeline.text.ass`.

Whatever the cues hold, nothing in them reaches a player as a command: see :mod:`pipeline.text.markup`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from pipeline.text.cues import Captions
from pipeline.text.markup import inert, with_other_brackets

MILLISECONDS = 1000
_VTT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def to_srt(captions: Captions) -> str:
    """Return SubRip text, LF line ends. SubRip cannot escape, so ``<b>`` in a cue is written ``‹b›``."""
    cues = (
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{with_other_brackets(text)}\n"
        for number, (start, end, text) in enumerate(ticks(captions, MILLISECONDS), 1)
    )
    return "\n".join(cues)


def to_vtt(captions: Captions) -> str:
    """Return WebVTT text, LF line ends, with ``&``, ``<`` and ``>`` escaped."""
    cues = (
        f"\n{_clock(start, '.')} --> {_clock(end, '.')}\n{text.translate(_VTT_ESCAPES)}\n"
        for start, end, text in ticks(captions, MILLISECONDS)
    )
    return "WEBVTT\n" + "".join(cues)


def ticks(captions: Captions, per_second: int) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each cue that shows, in whole ticks rounded half up.

    Rounding never makes a cue end before it starts, nor two cues overlap that did not. What lies before 0 is cut.
    """
    last_end_s: Fraction | None = None
    last_end = 0
    for cue in captions.cues:
        text = inert(cue.text)
        if not text or cue.end_s <= max(cue.start_s, Fraction(0)):
            continue
        start = max(0, _rounded(cue.start_s * per_second))
        if last_end_s is not None and cue.start_s >= last_end_s:
            start = max(start, last_end)
        end = max(_rounded(cue.end_s * per_second), start + 1)
        last_end_s, last_end = cue.end_s, end
        yield start, end, text


def _rounded(ticks: Fraction) -> int:
    return math.floor(ticks + Fraction(1, 2))


def _clock(ticks: int, point: str) -> str:
    seconds, part = divmod(ticks, MILLISECONDS)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{part:03d}"
