"""What the encoder saw of the footage: black stretches and pictures that stand still. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pipeline.reasons import Reason, reason
from pipeline.units import clock_text
from pipeline.video.plan import ClipPlan

SHORTEST_S = 2
"""What is shorter belongs to cuts and fades."""
MOST_PLACES = 3
"""People are told of so many places; the rest is counted."""
_EVENT = re.compile(r"^lavfi\.(black|freezedetect\.freeze)_(start|end)=(\d+(?:\.\d+)?)\s*$", re.MULTILINE)
_CODES = {"black": "black-picture", "freezedetect.freeze": "frozen-picture"}

Stretch = tuple[Fraction, Fraction]


def stretches(text: str, kind: str, end_s: Fraction) -> Iterator[Stretch]:
    """Yield begin and end, in seconds, of each stretch of ``kind`` in what the metadata filter printed.

    One that has no end lasts until ``end_s``, the end of the footage. Where parts of a clip were made apart, a
    stretch that goes on over the joint is one.
    """
    begin: Fraction | None = None
    for found in _EVENT.finditer(text):
        if found[1] != kind:
            continue
        if found[2] == "start":
            begin = Fraction(found[3]) if begin is None else begin
        elif begin is not None:
            yield begin, Fraction(found[3])
            begin = None
    if begin is not None:
        yield begin, end_s


def remarks(text: str, plan: ClipPlan) -> tuple[Reason, ...]:
    """Return what people are told of the picture: where it is black or stands still for two seconds or more."""
    end_s = plan.body_frames / plan.house.frame_rate
    told = []
    for kind, code in _CODES.items():
        found = [(a, b) for a, b in stretches(text, kind, end_s) if b - a >= SHORTEST_S]
        if found:
            begin_s = plan.skip_frames / plan.house.frame_rate
            places = ", ".join(f"{clock_text(a + begin_s)}–{clock_text(b + begin_s)}" for a, b in found[:MOST_PLACES])
            told.append(reason(code, places + (" …" if len(found) > MOST_PLACES else "")))
    return tuple(told)
