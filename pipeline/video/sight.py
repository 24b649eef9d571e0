"""What the encoder saw of the footage: black stretches and pictures that stand still. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from pipeline.reasons import Reason, reason
from pipeline.units import clock_text
from pipeline.video.plan import ClipPlan

SHORTEST_S = 2
"""What is shorter belongs to cuts and fades."""
MOST_PLACES = 3
"""People are told of so many places, and that there are more."""
JOINT_S = Fraction(1, 10)
"""A part begins to look a frame after the one before has ended."""
_EVENT = re.compile(r"^lavfi\.(black|freezedetect\.freeze)_(start|end)=(\d+(?:\.\d+)?)\s*$", re.MULTILINE)
_CODES = {"black": "black-picture", "freezedetect.freeze": "frozen-picture"}

_TORN = "showcase.torn"

Stretch = tuple[Fraction, Fraction]


def torn(said: Sequence[str], codec: str) -> str:
    """Return a line that notes how often the decoder of ``codec`` stumbled, from what ffmpeg ``said``; maybe none."""
    stumbled = sum(f"[{codec} @" in line or "[dec:" in line for line in said)
    return f"{_TORN}={stumbled}\n" if stumbled else ""


def stretches(text: str, kind: str, end_s: Fraction) -> Iterator[Stretch]:
    """Yield begin and end, in seconds, of each stretch of ``kind`` in what the metadata filter printed.

    One that has no end lasts until ``end_s``, where the footage that was seen ends.
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


def joined(found: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches, with those as one that go on over the joint between two parts."""
    whole: list[Stretch] = []
    for begin, end in found:
        if whole and begin - whole[-1][1] <= JOINT_S:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole


def remarks(seen: Sequence[tuple[str, Fraction]], plan: ClipPlan) -> tuple[Reason, ...]:
    """Return what people are told of the picture: whether it is damaged, and where it is black or stands still.

    ``seen``: what was printed for each part of the clip in turn, and where the part ends, in seconds of the footage.
    """
    found_torn = sum(int(count) for text, _ in seen for count in re.findall(rf"^{_TORN}=(\d+)$", text, re.MULTILINE))
    told = [reason("damaged", found_torn)] if found_torn and not plan.facts.damaged_packets else []
    for kind, code in _CODES.items():
        every = joined(each for text, end_s in seen for each in stretches(text, kind, end_s))
        found = [(a, b) for a, b in every if b - a >= SHORTEST_S]
        if found:
            begin_s = plan.skip_frames / plan.house.frame_rate
            places = ", ".join(f"{clock_text(a + begin_s)}–{clock_text(b + begin_s)}" for a, b in found[:MOST_PLACES])
            told.append(reason(code, places + (" …" if len(found) > MOST_PLACES else "")))
    return tuple(told)
