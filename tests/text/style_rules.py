"""The house style, measured on captions by other means than it is made with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.reasons import Reason
from pipeline.text.cues import Captions, Cue

LEAST_S = Fraction(5, 6)


def characters(text: str) -> int:
    return sum(unicodedata.category(sign) not in {"Mn", "Cf", "Cc"} for sign in text)


def letters(captions: Captions) -> str:
    return "".join("".join(cue.text.split()) for cue in captions.cues)


def told(warnings: Sequence[Reason]) -> dict[str, int]:
    """Return by code how many cues a warning speaks of."""
    found = {warning.code: re.match(r"\d+", warning.en) for warning in warnings}
    return {code: int(number[0]) for code, number in found.items() if number}


def breaches(cues: Sequence[Cue]) -> dict[str, int]:
    """Return how many cues break each rule of the style that may be broken when it is told."""
    broken = {
        "captions-fast": [characters(cue.text) > 17 * (cue.end_s - cue.start_s) for cue in cues],
        "captions-brief": [cue.end_s - cue.start_s < LEAST_S for cue in cues],
        "captions-crowded": [len(cue.text.split("\n")) > 2 for cue in cues],
        "captions-wide": [any(characters(line) > 35 for line in cue.text.split("\n")) for cue in cues],
    }
    return {code: sum(each) for code, each in broken.items() if any(each)}


def check_style(cues: Sequence[Cue], frame_rate: Fraction, warnings: Sequence[Reason]) -> None:
    """Check the rules that hold always, and that every breach of the others is told with its number."""
    for cue in cues:
        assert 0 <= cue.start_s < cue.end_s
        assert cue.end_s - cue.start_s <= 7
        assert (cue.start_s * 1000).denominator == (cue.end_s * 1000).denominator == 1
        assert all(line == line.strip() and line for line in cue.text.split("\n"))
    for before, after in pairwise(cues):
        assert after.start_s - before.end_s >= 2 / frame_rate
    numbers = told(warnings)
    assert {code: number for code, number in numbers.items() if code in _RULES} == breaches(cues)


_RULES = {"captions-fast", "captions-brief", "captions-crowded", "captions-wide"}
