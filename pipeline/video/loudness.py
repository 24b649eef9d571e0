"""How loud a programme is and how it is set. Pure: measuring is done by ``render``.

"Linear" two-pass loudnorm fell back to dynamic on every programme tried, so the gain is found by a closed loop over
gain, limiter and meter instead: at most four passes over the sound alone, at about 150 times real time each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pipeline.errors import OurError
from pipeline.preset.model import House
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Loudness
from pipeline.video.audio import Gain

SILENT_LUFS = -60.0
"""Below this there is no programme to set, only noise to raise. The gate itself is at −70. Source: BS.1770-5."""
LARGEST_GAIN_DB = 48.0
"""Brings what is just not silent to −16 LUFS, with room for what the limiter takes."""
CLOSE_LU = 0.1
HEADROOM_DB = 1.2
"""AAC at 192 kb/s adds up to 0.7 dB of peak: limit this far below what is allowed."""
MOST_PASSES = 6
GENTLEST_SLOPE = 0.15
"""A limiter at work gives back this little of each further decibel, or less: then there is nothing left to gain."""
_INTEGRATED = re.compile(r"^\s*I:\s+(-?(?:\d+\.\d+|inf)|nan) LUFS")
_PEAK = re.compile(r"^\s*Peak:\s+(-?(?:\d+\.\d+|inf)|nan) dBFS")
FLOOR = -99.0
"""Stands for minus infinity, which JSON cannot write."""


def parse(lines: Sequence[str]) -> Loudness:
    """Return the loudness from the summary that ffmpeg's ebur128 filter prints.

    Raises:
        OurError: there is no summary.

    """
    integrated = [float(found[1]) for line in lines if (found := _INTEGRATED.match(line))]
    peak = [float(found[1]) for line in lines if (found := _PEAK.match(line))]
    if not integrated or not peak:
        raise OurError("tool-failed", "ebur128", 0, " | ".join(lines[-3:]))
    return Loudness(integrated_lufs=_finite(integrated[-1]), true_peak_dbtp=_finite(peak[-1]))


def _finite(value: float) -> float:
    return max(value, FLOOR) if math.isfinite(value) else FLOOR


def is_silent(measured: Loudness) -> bool:
    """Return whether there is nothing whose level could be set."""
    return measured.integrated_lufs < SILENT_LUFS


def first_gain(raw: Loudness, house: House) -> Gain:
    """Return the gain to try first for sound that measures ``raw`` without any."""
    if is_silent(raw):
        return Gain(gain_db=0.0, ceiling_dbtp=None)
    gain_db = min(house.loudness_lufs - raw.integrated_lufs, LARGEST_GAIN_DB)
    ceiling = house.true_peak_dbtp - HEADROOM_DB
    return Gain(gain_db=gain_db, ceiling_dbtp=ceiling if raw.true_peak_dbtp + gain_db > ceiling else None)


def slope(before: tuple[Gain, Loudness] | None, now: tuple[Gain, Loudness]) -> float:
    """Return how many LU the last decibel of gain brought, 1 when that is not known: the limiter takes the rest."""
    if before is None or abs(now[0].gain_db - before[0].gain_db) < CLOSE_LU:
        return 1.0
    brought = (now[1].integrated_lufs - before[1].integrated_lufs) / (now[0].gain_db - before[0].gain_db)
    return min(1.0, max(GENTLEST_SLOPE, brought))


def next_gain(gain: Gain, measured: Loudness, house: House, slope: float = 1.0) -> Gain | None:
    """Return a better gain after ``gain`` gave ``measured``, or None when it is close or cannot get better.

    ``slope``: LU that a decibel brings where the limiter already works; the step is the secant's.
    """
    missing = house.loudness_lufs - measured.integrated_lufs
    too_high = measured.true_peak_dbtp - house.true_peak_dbtp
    if abs(missing) <= CLOSE_LU and too_high <= 0:
        return None
    ceiling = gain.ceiling_dbtp if gain.ceiling_dbtp is not None else house.true_peak_dbtp - HEADROOM_DB
    better = Gain(
        gain_db=min(gain.gain_db + missing / slope, LARGEST_GAIN_DB),
        ceiling_dbtp=ceiling - (too_high + 0.2 if too_high > 0 else 0.0),
    )
    return None if better == gain else better


def within(measured: Loudness, house: House) -> bool:
    """Return whether a finished file keeps the house's loudness."""
    off = abs(measured.integrated_lufs - house.loudness_lufs)
    return off <= house.loudness_tolerance_lu and measured.true_peak_dbtp <= house.true_peak_dbtp


def warning(measured: Loudness, house: House) -> Reason | None:
    """Return what people are told about a finished file's loudness, if anything."""
    if within(measured, house):
        return None
    if is_silent(measured):
        return reason("silent", f"{measured.integrated_lufs:.0f}")
    numbers = (measured.integrated_lufs, measured.true_peak_dbtp, house.loudness_lufs, house.true_peak_dbtp)
    return reason("loudness-off", *(f"{number:.1f}" for number in numbers))
