"""What the packets of a stream add up to: when it starts and ends, how even its frames are, and which times are wild.

The times are those that ffmpeg's own command line will see: it closes jumps in transport streams, and so does
:class:`Clock`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.packet import Packet

WILD_GAP_S = 600
"""A frame further than this from all others, where no other stream has anything either, has a wrong time."""
WILD_SHARE = 0.01
WILD_FRAMES = 2
"""At most so many, or that share, are wild; more of them are a second part of the clip."""
VARIABLE_SHARE = 0.02
_SECOND_US = 1_000_000
_JUMP_US = 10 * _SECOND_US
_BACK_US = _SECOND_US // 10
"""What ffmpeg takes for a jump. Source: fftools/ffmpeg_demux.c, ts_discontinuity_detect()."""
_JUMPY = frozenset({"mpegts", "mpeg", "ogg"})
"""Demuxers whose times may jump (AVFMT_TS_DISCONT)."""


class Clock:
    """Closes jumps of time as ffmpeg does, for all streams of a file alike."""

    def __init__(self, container: str) -> None:
        self._jumpy = container in _JUMPY
        self._offset_us = 0
        self._last_us: dict[int, int] = {}
        self._next_us: dict[int, int] = {}

    def shift(self, packet: Packet[Any], base: Fraction) -> int:
        """Return what to add to the packet's times, in ticks of ``base``."""
        if not self._jumpy or packet.dts is None:
            return 0
        up, down = _SECOND_US * base.numerator, base.denominator  # whole numbers: this runs for every packet
        now_us = packet.dts * up // down + self._offset_us
        stream = packet.stream_index
        expected_us = self._next_us.get(stream)
        if expected_us is None:
            seen_us = max(self._last_us.values(), default=now_us)
            jump_us = now_us - seen_us if abs(now_us - seen_us) > _JUMP_US else 0
        else:
            away_us = now_us - expected_us
            back = now_us + _BACK_US < self._last_us[stream]
            jump_us = away_us if abs(away_us) > _JUMP_US or back else 0
        self._offset_us -= jump_us
        self._last_us[stream] = now_us - jump_us
        self._next_us[stream] = now_us - jump_us + (packet.duration or 0) * up // down
        return round(Fraction(self._offset_us * down, up)) if self._offset_us else 0


@dataclass
class Span:
    """The packets of one stream. Times are in ticks of ``base``."""

    base: Fraction
    times: list[tuple[int, int]] = field(default_factory=list)
    """When each packet starts and ends."""
    packets: int = 0

    def add(self, packet: Packet[Any], shift: int = 0) -> None:
        """Count a packet in."""
        if not packet.size:
            return
        self.packets += 1
        stamp = packet.pts if packet.pts is not None else packet.dts
        if stamp is not None and not packet.is_discard:
            self.times.append((stamp + shift, stamp + shift + (packet.duration or 0)))


@dataclass(frozen=True)
class Extent:
    """The sane part of a span."""

    base: Fraction
    starts: tuple[int, ...]
    """When its packets start, each time once, in order."""
    end: int
    wild: bool
    """Whether packets with wrong times were left out."""

    @property
    def start_s(self) -> Fraction:
        """When the first packet starts."""
        return self.starts[0] * self.base

    @property
    def end_s(self) -> Fraction:
        """When the last packet ends."""
        return self.end * self.base

    @property
    def frame_rate(self) -> Fraction:
        """Packets a second on average; at least two are needed."""
        return Fraction(len(self.starts) - 1) / (Fraction(self.starts[-1] - self.starts[0]) * self.base)

    @property
    def step(self) -> Fraction:
        """The usual time between packets, in ticks; at least two are needed."""
        return Fraction(median(later - earlier for earlier, later in pairwise(self.starts)))

    @property
    def is_variable(self) -> bool:
        """Whether the packets come unevenly, by more than what their clock cannot write."""
        steps = [later - earlier for earlier, later in pairwise(self.starts)]
        if not steps:
            return False
        usual = median(steps)
        # A clock of 1/1000 s cannot write 30 fps evenly: one tick to either side is rounding, not variation.
        off = sum(1 for step in steps if abs(step - usual) > max(1, usual / 50))
        return off >= max(2, VARIABLE_SHARE * len(steps))


def extent(span: Span, others: Iterable[Span]) -> Extent | None:
    """Return the sane part of ``span``, or None when it has no packet. ``others`` tell whether a gap is a real one."""
    if not span.times:
        return None
    times = sorted(span.times)
    gap = WILD_GAP_S / span.base
    groups = [[times[0]]]
    for before, after in pairwise(times):
        if after[0] - before[0] > gap:
            groups.append([])
        groups[-1].append(after)
    main = max(groups, key=len)
    strays = [stamp for group in groups if group is not main for stamp, _ in group]
    few = len(strays) <= max(WILD_FRAMES, WILD_SHARE * len(times)) and len(strays) < len(main)
    wild = bool(strays) and few and not any(_reaches(other, span.base, main, strays) for other in others)
    kept = main if wild else times
    starts = tuple(sorted({stamp for stamp, _ in kept}))
    return Extent(span.base, starts, max(end for _, end in kept), wild)


def _reaches(other: Span, base: Fraction, main: list[tuple[int, int]], strays: list[int]) -> bool:
    """Tell whether the other stream has packets, more than a stray or two, where ``main`` has none."""
    first_s, last_s = main[0][0] * base, main[-1][0] * base
    begin_s, end_s = min(first_s, min(strays) * base), max(last_s, max(strays) * base)
    begin, first, last, end = (moment / other.base for moment in (begin_s, first_s, last_s, end_s))
    beyond = sum(1 for stamp, _ in other.times if begin < stamp < first or last < stamp < end)
    return beyond > max(WILD_FRAMES, WILD_SHARE * len(other.times))
