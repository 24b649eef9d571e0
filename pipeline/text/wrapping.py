"""Captions in the house style, fitted to a picture: lines of measured pixels where characters alone do not fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import LINE_CHARS
from pipeline.text.lines import narrowed
from pipeline.text.markup import tidy
from pipeline.text.pages import Fill, Units, pages
from pipeline.text.sharing import shared_ms
from pipeline.text.style import LEAST_MS, MOST_MS
from pipeline.text.thai import count

Measure = Callable[[str], float]

_SEEN_MS = 42
"""A frame of film. Pages that would get less are shown together, though that takes more than two lines."""


def wrap(
    captions: Captions, measure: Measure, width_px: float, units: Units, gap_s: Fraction = Fraction(0)
) -> Captions:
    """Return ``captions`` in lines of at most ``width_px`` and 35 characters, two to a cue; no word is lost.

    Cues whose lines fit stay as they are, so captions in the house style change only where the picture is too narrow
    for them. The others are set anew as :func:`pipeline.text.pages.pages` does; what needs more than two lines becomes
    several cues, which share its time by their number of characters.

    Args:
        captions: what to wrap: as :func:`pipeline.text.style.styled` returns them.
        measure: the width in pixels of a piece of text.
        width_px: no line is wider, unless one single cluster is.
        units: cuts a text where a line may end; joined, they must be the text.
        gap_s: between the cues that one becomes.

    """
    known = lru_cache(maxsize=20_000)(measure)

    def fill(text: str) -> float:
        return max(known(text) / width_px, count(text) / LINE_CHARS)

    def narrow(text: str) -> list[str]:
        words = units(text)
        trusted = words if "".join(words) == text else [text]
        return [part for word in trusted for part in narrowed(word, known, width_px)]

    cues = (part for cue in captions.cues for part in _wrapped(cue, fill, narrow, gap_s))
    return Captions(language=captions.language, cues=tuple(cues))


def _wrapped(cue: Cue, fill: Fill, units: Units, gap_s: Fraction) -> Iterator[Cue]:
    text = tidy(cue.text)
    if not text:
        return
    texts = pages(text, fill, units)
    length_ms = math.floor((cue.end_s - cue.start_s) * 1000)
    gap_ms = math.ceil(gap_s * 1000)
    if len(texts) == 1 or length_ms - gap_ms * (len(texts) - 1) < _SEEN_MS * len(texts):
        yield Cue(start_s=cue.start_s, end_s=cue.end_s, text="\n".join(texts))
        return
    spans_ms = shared_ms(length_ms, [max(1, count(page)) for page in texts], gap_ms, LEAST_MS, MOST_MS)
    starts_s = [cue.start_s + Fraction(start_ms, 1000) for start_ms, _ in spans_ms]
    ends_s = [*(cue.start_s + Fraction(end_ms, 1000) for _, end_ms in spans_ms[:-1]), cue.end_s]
    for page, start_s, end_s in zip(texts, starts_s, ends_s, strict=True):
        yield Cue(start_s=start_s, end_s=end_s, text=page)
