"""How much of a sound is speech, a level for each hop of 10 ms: loud over its ground, voiced, in syllables. Pure.

Counted in blocks, so that a long clip does not fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
"""Telephones carry speech at this rate."""
HOP_S = 0.01
_HOP = int(RATE_HZ * HOP_S)
_WINDOW = 256
"""32 ms: as long as a vowel stands still."""
_BAND_HZ = (300, 3400)
"""Source: ITU-T G.712, the band of a telephone channel."""
_BLOCK_HOPS = 4000
_ABOVE_GROUND_DB = (4.0, 12.0)
"""Nothing counts below the first, all above the second."""
_GROUND_S, _GROUND_SHARE = 12.0, 0.12
"""The ground is what lies below the rest of so many seconds: a room, an engine, music under a voice."""
_BELOW_LOUDEST_DB = 40.0
_SILENT_DB = -65.0
_FLAT = (0.35, 0.65)
"""Spectral flatness: voices measure up to the first, clapping hands and rain from the second on."""
_SYLLABLE_DB = (1.5, 3.0)
"""How far the level swings 2 to 8 times a second: held notes less than the first, speech more than the second."""
_TINY = 1e-10

Samples = NDArray[np.int16]
Levels = NDArray[np.float64]


def activity(sound: Samples) -> Levels:
    """Return how much of each hop is speech, 0 to 1. ``sound``: samples × two channels at :data:`RATE_HZ`."""
    if sound.shape[0] < _WINDOW:
        return np.zeros(0)
    measured = [_measure(block) for block in _blocks(sound)]
    level_db = np.concatenate([block[0] for block in measured])
    flatness = np.concatenate([block[1] for block in measured])
    ground_db = _ground(level_db)
    floor_db = max(_SILENT_DB, float(np.percentile(level_db, 95)) - _BELOW_LOUDEST_DB)
    low, high = _ABOVE_GROUND_DB
    loud = np.clip((level_db - ground_db - low) / (high - low), 0, 1) * (level_db > floor_db)
    voiced = smoothed(np.clip((_FLAT[1] - flatness) / (_FLAT[1] - _FLAT[0]), 0, 1) * loud, 0.15)
    swing_db = _swing(np.maximum(level_db, np.maximum(ground_db, floor_db)))
    spoken = np.clip((swing_db - _SYLLABLE_DB[0]) / (_SYLLABLE_DB[1] - _SYLLABLE_DB[0]), 0, 1)
    return np.minimum(1, 1.5 * voiced) * spoken


def smoothed(line: Levels, over_s: float) -> Levels:
    """Return the mean of ``line`` over ``over_s`` around each hop."""
    half = max(1, round(over_s / HOP_S / 2))
    sums = np.concatenate([[0.0], np.cumsum(line)])
    at = np.arange(line.size)
    first, last = np.maximum(0, at - half), np.minimum(line.size, at + half + 1)
    means: Levels = (sums[last] - sums[first]) / (last - first)
    return means


def _blocks(sound: Samples) -> Iterator[Levels]:
    """Yield frames × samples: what both sides have in common, or what they do not where one is the other's inverse."""
    frames = 1 + (sound.shape[0] - _WINDOW) // _HOP
    for first in range(0, frames, _BLOCK_HOPS):
        count = min(_BLOCK_HOPS, frames - first)
        part = sound[first * _HOP : (first + count - 1) * _HOP + _WINDOW].astype(np.float64) / 32768
        middle, side = part.sum(axis=1) / 2, (part[:, 0] - part[:, 1]) / 2
        line = side if np.square(side).sum() > 10 * np.square(middle).sum() else middle
        yield np.lib.stride_tricks.sliding_window_view(line, _WINDOW)[::_HOP]


def _measure(frames: Levels) -> tuple[Levels, Levels]:
    """Return each frame's level in the band of speech, in dB, and how flat its spectrum is there, 0 to 1."""
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)))
    first, last = (round(edge_hz * _WINDOW / RATE_HZ) for edge_hz in _BAND_HZ)
    band = power[:, first : last + 1] / _WINDOW**2 * 8 + _TINY / 100
    flatness = np.exp(np.mean(np.log(band), axis=1)) / np.mean(band, axis=1)
    return 10 * np.log10(band.sum(axis=1) + _TINY), flatness


def _ground(level_db: Levels) -> Levels:
    """Return the level that the sound hardly ever falls below around each hop."""
    step, half = round(1 / HOP_S), round(_GROUND_S / HOP_S / 2)
    centres = np.arange(0, level_db.size, step)
    lows = [np.percentile(level_db[max(0, at - half) : at + half], 100 * _GROUND_SHARE) for at in centres]
    return np.interp(np.arange(level_db.size), centres, lows)


def _swing(level_db: Levels) -> Levels:
    """Return by how much the level goes up and down as often as syllables follow each other."""
    syllables = smoothed(level_db, 0.06) - smoothed(level_db, 0.5)
    return np.sqrt(smoothed(np.square(syllables), 1.2))
