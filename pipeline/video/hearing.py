"""What is heard in a clip's own sound beside how loud it is: faults of recording, and what is done about them. Pure.

Everything is counted in blocks, so that a long clip does not fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pipeline.noun import Noun
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Loudness
from pipeline.units import clock_text
from pipeline.video.audio import Remedy
from pipeline.video.plan import ClipPlan
from pipeline.video.sight import MOST_PLACES, SHORTEST_S

Sound = NDArray[np.float32]
"""Samples × two channels; 1.0 is full scale."""

ONE_SIDED_DB = 40.0
"""The other side is so much lower: what leaks between two wires, not what a second microphone hears."""
OPPOSED = -0.9
"""Below this correlation two sides are one sound and its inverse."""
MOSTLY = 0.7
SIDE_OVER_MID_DB = 10.0
SILENT_DBFS = -60.0
"""Source: ffmpeg-filters(1), silencedetect, whose default this is."""
SILENT_BELOW_PROGRAMME_DB = 40.0
"""In a quiet recording a pause between sentences is below :data:`SILENT_DBFS` too; it is no gap."""
FULL_SCALE = 0.66
"""A peak that can have been cut off by full scale: 1.0, or 0.707 where one channel was put on two sides."""
CUT_OFF_SHARE = 0.001
"""Clean sound, a limited master among it, measured up to 0.0003; cut off by 6 dB, 0.001 to 0.7, also after AAC."""
_TOP_SHARE = 0.001
_SHOULDER = 0.8
_FLATTENED = 3.0
"""The shoulders of a wave whose top is there say 0.9 to 2.1 times its height; limiting does not change that."""
_LEAST_RUN = 5
_LEVELS = 2048
_BLOCK_S = 20
_WINDOW_S = Fraction(1, 50)
_CORRELATED_S = Fraction(2, 5)
_FAR_BELOW = 1e-3


class Heard(Noun):
    """What was heard in a clip's own sound."""

    left_dbfs: float
    right_dbfs: float
    """Root mean square of each channel."""
    opposed_share: float
    """Share of the parts that sound in which right is the inverse of left."""
    side_over_mid_db: float
    cut_off_share: float
    """Share of the samples that lie in peaks which were cut off flat."""
    silences: tuple[tuple[Fraction, Fraction], ...]
    """Begin and end of each stretch of silence, in seconds of the part that is used."""


def hear(sound: Sound, rate_hz: int, loud: Loudness) -> Heard:
    """Return what is heard in ``sound``, which measures ``loud``."""
    size = int(_CORRELATED_S * rate_hz)
    sums = np.concatenate([_products(block, size) for block in _blocks(sound, rate_hz)] or [np.zeros((1, 3))])
    left, right, both = sums.sum(axis=0)
    mid, side = left + right + 2 * both, left + right - 2 * both
    power = sums[:, 0] + sums[:, 1]
    sounding = power > _FAR_BELOW * power.max()
    opposed = sums[:, 2] < OPPOSED * np.sqrt(sums[:, 0] * sums[:, 1])
    count = max(1, sound.shape[0])
    floor_dbfs = min(SILENT_DBFS, loud.integrated_lufs - SILENT_BELOW_PROGRAMME_DB)
    return Heard(
        left_dbfs=_decibels(left / count),
        right_dbfs=_decibels(right / count),
        opposed_share=float((opposed & sounding).sum() / max(1, sounding.sum())),
        side_over_mid_db=_decibels(side) - _decibels(mid),
        cut_off_share=max(_cut_off_share(sound, rate_hz, n) for n in (0, 1)),
        silences=_silences(sound, rate_hz, 10 ** (floor_dbfs / 20)),
    )


def _decibels(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-20)))


def _blocks(sound: Sound, rate_hz: int) -> Iterator[Sound]:
    step = _BLOCK_S * rate_hz
    for first in range(0, sound.shape[0], step):
        yield np.asarray(sound[first : first + step])


def _products(block: Sound, size: int) -> NDArray[np.float64]:
    """Return left², right² and left·right, summed over each ``size`` samples; the last may be fewer."""
    at = np.arange(0, block.shape[0], size)
    left, right = block[:, 0].astype(np.float64), block[:, 1].astype(np.float64)
    return np.stack([np.add.reduceat(product, at) for product in (left * left, right * right, left * right)], axis=1)


def _silences(sound: Sound, rate_hz: int, floor: float) -> tuple[tuple[Fraction, Fraction], ...]:
    size = int(_WINDOW_S * rate_hz)
    peaks = [np.maximum.reduceat(np.abs(block).max(axis=1), np.arange(0, block.shape[0], size))
             for block in _blocks(sound, rate_hz)]  # fmt: skip
    quiet = np.concatenate(peaks) < floor if peaks else np.zeros(0, bool)
    begins, ends = _runs(quiet)
    return tuple(
        (int(a) * _WINDOW_S, int(b) * _WINDOW_S)
        for a, b in zip(begins, ends, strict=True)
        if int(b - a) * _WINDOW_S >= SHORTEST_S
    )


def _runs(true: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each run of true values begins and ends."""
    steps = np.diff(np.concatenate([[False], true, [False]]).astype(np.int8))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def _cut_off_share(sound: Sound, rate_hz: int, channel: int) -> float:
    """Return the share of a channel's samples in peaks that were cut off.

    A peak is a run of samples above four fifths of what only a thousandth of all samples exceeds. Its shoulders say
    how high a round top would be: a parabola's is a quarter of its slope times its width. Where it is much lower,
    the top is missing. That survives resampling and lossy coding, which make a flat top wavy.
    """
    counts = np.zeros(4 * _LEVELS + 1, np.int64)
    for block in _blocks(sound, rate_hz):
        levels = np.minimum(np.abs(block[:, channel]), 4.0) * _LEVELS
        counts += np.bincount(levels.astype(np.int64), minlength=counts.size)
    above = counts[::-1].cumsum()[::-1]
    top = int(np.flatnonzero(above > _TOP_SHARE * counts.sum())[-1:].sum()) / _LEVELS
    if top < FULL_SCALE:
        return 0.0
    shoulder = _SHOULDER * top
    flat = sum(_flat_samples(np.abs(block[:, channel]), shoulder) for block in _blocks(sound, rate_hz))
    return float(flat / sound.shape[0])


def _flat_samples(size: NDArray[np.float32], shoulder: float) -> int:
    begins, ends = _runs(size > shoulder)
    whole = (ends - begins >= _LEAST_RUN) & (begins > 0) & (ends < size.size)
    begins, ends = begins[whole], ends[whole]
    if not begins.size:
        return 0
    slope = (size[begins] - size[begins - 1] + size[ends - 1] - size[ends]) / 2
    height = np.maximum.reduceat(size, np.stack([begins, ends], axis=1).ravel())[::2] - shoulder
    flattened = slope * (ends - begins) / 4 > _FLATTENED * height
    return int((ends - begins)[flattened].sum())


def remedy(heard: Heard) -> Remedy | None:
    """Return what is done about the channels, if anything."""
    if heard.left_dbfs - heard.right_dbfs >= ONE_SIDED_DB:
        return "left-only"
    if heard.right_dbfs - heard.left_dbfs >= ONE_SIDED_DB:
        return "right-only"
    if heard.opposed_share >= MOSTLY and heard.side_over_mid_db >= SIDE_OVER_MID_DB:
        return "inverted"
    return None


def remarks(heard: Heard, plan: ClipPlan) -> tuple[Reason, ...]:
    """Return what people are told of the sound: what was put right, and what cannot be."""
    told = []
    match remedy(heard):
        case "left-only":
            told.append(reason("one-sided", "ซ้าย", "left"))
        case "right-only":
            told.append(reason("one-sided", "ขวา", "right"))
        case "inverted":
            told.append(reason("phase-inverted"))
    if heard.cut_off_share >= CUT_OFF_SHARE:
        told.append(reason("clipped-sound"))
    if heard.silences:
        begin_s = plan.skip_frames / plan.house.frame_rate
        first = heard.silences[:MOST_PLACES]
        places = ", ".join(f"{clock_text(a + begin_s)}–{clock_text(b + begin_s)}" for a, b in first)
        told.append(reason("silent-stretch", places + (" …" if len(heard.silences) > MOST_PLACES else "")))
    return tuple(told)
