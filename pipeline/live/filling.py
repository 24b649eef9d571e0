"""How idle time is filled with whole pieces so that what follows begins on time. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_LAST_FRAMES = 9000
"""So much of the idle time is shared out piece by piece (5 minutes); before it the filler is shown whole."""
_LATE_FRAMES = 30
"""So late nobody minds: it is better than more cuts."""
_CUT_COST = 8
"""A piece out of its order costs as many whole fillers."""


@dataclass(frozen=True)
class Filling:
    """The filler ``times`` over, then those pieces of it."""

    times: int
    indices: tuple[int, ...]


def fill(pieces: Sequence[int], frames: int) -> Filling:
    """Return how pieces of so many frames each, the filler's, fill ``frames``: never less, as little more as can be.

    Too long by up to a second is taken for fewer cuts. It is never too long by as much as the longest piece.
    """
    if frames <= 0:
        return Filling(0, ())
    whole = sum(pieces)
    times = max(0, frames - _LAST_FRAMES) // whole
    more, counts = _cheapest(pieces, frames - times * whole)
    return Filling(times + more, _in_order(counts))


def _cheapest(pieces: Sequence[int], frames: int) -> tuple[int, Counter[int]]:
    """Return how often the whole filler, and how often each piece beside, by index."""
    unit = math.gcd(*pieces)
    parts = [(sum(pieces) // unit, 1, -1)]
    parts += [(length // unit, _CUT_COST, pieces.index(length)) for length in sorted(set(pieces), reverse=True)]
    wanted = -(-frames // unit)
    size = wanted + max(pieces) // unit
    cost = [0, *[size * _CUT_COST] * size]
    came_by = [0] * (size + 1)
    unreached = size * _CUT_COST
    for total in range(1, size + 1):
        for number, (length, price, _) in enumerate(parts):
            if length <= total and cost[total - length] + price < cost[total]:
                cost[total], came_by[total] = cost[total - length] + price, number
    latest = frames + min(_LATE_FRAMES, max(pieces) - 1)
    reached = [total for total in range(wanted, size + 1) if cost[total] < unreached]
    total = min((each for each in reached if each * unit <= latest), key=lambda each: cost[each], default=0)
    total = total or reached[0]
    counts: Counter[int] = Counter()
    while total:
        length, _, index = parts[came_by[total]]
        counts[index] += 1
        total -= length
    return counts.pop(-1, 0), counts


def _in_order(counts: Counter[int]) -> tuple[int, ...]:
    """Return the pieces, as far as can be in the order in which the filler has them."""
    left = Counter(counts)
    found: list[int] = []
    while left:
        found += (each := sorted(left))
        left -= Counter(each)
    return tuple(found)
