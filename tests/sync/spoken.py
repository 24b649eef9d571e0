"""Makes speech-like sound that is spoken at stated times, and captions that are off by a stated amount."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import sound_factory
from sound_factory import Programme, level, stereo

from pipeline.sync.activity import HOP_S, Levels

RATE_HZ = 16_000
Spans = list[tuple[float, float]]


def sentences(seed: int, seconds: float, pause_s: float = 0.7) -> Spans:
    """Return begin and end of each of the sentences that fill so many seconds, as irregular as people speak."""
    spans: Spans = []
    random, at_s = np.random.default_rng(seed), 0.4
    while True:
        begin_s = at_s + 0.2 + random.exponential(pause_s)
        at_s = begin_s + random.uniform(1.0, 4.5)
        if at_s > seconds - 0.3:
            return spans
        spans.append((float(begin_s), float(at_s)))


def levels(spans: Spans, seconds: float) -> Levels:
    """Return perfect knowledge of where is speech."""
    line = np.zeros(round(seconds / HOP_S))
    for begin_s, end_s in spans:
        line[round(begin_s / HOP_S) : round(end_s / HOP_S)] = 1
    return line


def unsynced(spans: Spans, rate: Fraction = Fraction(1), offset_s: float = 0.0) -> Spans:
    """Return captions that agree with ``spans`` once multiplied by ``rate`` and moved by ``offset_s``."""
    moved = ((a - offset_s, b - offset_s) for a, b in spans)
    return [(max(0.0, a / float(rate)), b / float(rate)) for a, b in moved if b > 0]


def voice(spans: Spans, seconds: float, seed: int = 1) -> Any:  # noqa: ANN401 - an array of samples
    """Return a buzz with formants, in syllables of changing length and pitch, during ``spans``; a quiet room else."""
    random, size = np.random.default_rng(seed), round(seconds * RATE_HZ)
    at_s = np.arange(size) / RATE_HZ
    turn = 2 * np.pi * np.cumsum(125 + 25 * np.sin(2 * np.pi * 0.7 * at_s)) / RATE_HZ
    buzz = sum(np.sin(turn * n) * (1 / n + 0.5 * np.exp(-(((n * 125 - 700) / 250) ** 2))) for n in range(1, 28))
    syllable = 2 * np.pi * np.cumsum(random.uniform(3, 6, int(seconds * 4) + 2).repeat(RATE_HZ // 4)[:size]) / RATE_HZ
    envelope = 0.1 + 0.9 * np.sin(syllable / 2) ** 2
    speaks = np.zeros(size)
    for begin_s, end_s in spans:
        speaks[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)] = 1
    return level(np.asarray(buzz) * envelope * speaks + 0.002 * random.normal(0, 1, size), -22)


def write_spoken(path: Path, sound: Any, *more: str, layout: str = "stereo", codec: str = "aac") -> Path:  # noqa: ANN401 - as above
    """Write a clip with that sound beside a tiny picture and return its path. ``more``: output options."""
    both = sound if sound.ndim > 1 else stereo(sound)
    programme = Programme("spoken", lambda: both, RATE_HZ, layout, codec)
    return sound_factory.write_clip(path, programme, *more)
