"""How loud a programme is and how it is set. Pure: measuring is done by ``meter``.

"Linear" two-pass loudnorm fell back to dynamic on every programme tried, so the gain is found by a closed loop over
gain, limiter and meter instead. Without a limiter one pass says it all: loudness and peak move by the gain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pipeline.errors import OurError
from pipeline.preset.model import House
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Loudness
from pipeline.video.audio import Gain, Remedy

SILENT_LUFS = -60.0
"""Below this there is no programme to set, only noise to raise. The gate itself is at −70. Source: BS.1770-5."""
LARGEST_GAIN_DB = 48.0
"""Brings what is just not silent to −16 LUFS, with room for what the limiter takes."""
CLOSE_LU = 0.2
"""Near enough before encoding: what AAC takes away is only known afterwards."""
ROUNDING = 0.1
"""The meter prints tenths: −1.0 may be −0.96."""
HEADROOM_DB = 1.2
"""AAC at 192 kb/s adds up to 0.7 dB of peak: limit this far below what is allowed."""
HARD_LIMITED_DB = 6.0
"""A limiter that takes more than this works on claps and clicks."""
CLAP_HEADROOM_DB = 2.6
"""To them AAC adds 1 to 2.5 dB of peak; a lower ceiling takes a quarter of that from the loudness."""
LOSSY_DB = 0.7
"""So much of it AAC is expected to take: a ceiling that leaves less is lowered before encoding, not afterwards."""
LOWERED_DB = 0.4
"""A ceiling is lowered by so much more than what was too high: what AAC adds is a matter of chance."""
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
    peak_dbtp, ceiling = raw.true_peak_dbtp + gain_db, house.true_peak_dbtp - HEADROOM_DB
    if peak_dbtp <= ceiling:
        return Gain(gain_db=gain_db, ceiling_dbtp=None)
    hard = peak_dbtp - ceiling > HARD_LIMITED_DB
    return Gain(gain_db=gain_db, ceiling_dbtp=house.true_peak_dbtp - CLAP_HEADROOM_DB if hard else ceiling)


def after(raw: Loudness, remedy: Remedy | None) -> Loudness:
    """Return what sound that measures ``raw`` comes to by ``remedy``.

    One side alone on both is twice the power. Source: BS.1770-5: the powers of the channels are added.
    """
    if remedy in {"left-only", "right-only"}:
        return raw.model_copy(update={"integrated_lufs": raw.integrated_lufs + 10 * math.log10(2)})
    return raw


def slope(before: tuple[Gain, Loudness] | None, now: tuple[Gain, Loudness]) -> float:
    """Return how many LU the last decibel of gain brought, 1 when that is not known: the limiter takes the rest."""
    if before is None or abs(now[0].gain_db - before[0].gain_db) < CLOSE_LU:
        return 1.0
    brought = (now[1].integrated_lufs - before[1].integrated_lufs) / (now[0].gain_db - before[0].gain_db)
    return min(1.0, max(GENTLEST_SLOPE, brought))


def next_gain(
    gain: Gain, measured: Loudness, house: House, slope: float = 1.0, reserve_db: float = ROUNDING
) -> Gain | None:
    """Return a better gain after ``gain`` gave ``measured``, or None when it is close or cannot get better.

    ``slope``: LU that a decibel brings where the limiter already works; the step is the secant's. ``reserve_db``: by
    how much the peak must stay below what is allowed.
    """
    missing = house.loudness_lufs - measured.integrated_lufs
    too_high = measured.true_peak_dbtp - house.true_peak_dbtp + reserve_db
    if abs(missing) <= CLOSE_LU and too_high <= 0:
        return None
    ceiling = gain.ceiling_dbtp if gain.ceiling_dbtp is not None else house.true_peak_dbtp - HEADROOM_DB
    better = Gain(
        gain_db=min(gain.gain_db + missing / slope, LARGEST_GAIN_DB),
        ceiling_dbtp=ceiling - (too_high + LOWERED_DB if too_high > 0 else 0.0),
    )
    return None if better == gain else better


def distance(measured: Loudness, house: House) -> float:
    """Return how far a finished file is from the house's loudness; 0 within it. Decibels too high count as LU."""
    off = abs(measured.integrated_lufs - house.loudness_lufs) - house.loudness_tolerance_lu
    return max(0.0, off) + max(0.0, measured.true_peak_dbtp - house.true_peak_dbtp)


def settled(measured: Loudness, house: House) -> bool:
    """Return whether a finished file keeps the house's loudness with the meter's rounding to spare."""
    off = abs(measured.integrated_lufs - house.loudness_lufs)
    loud_enough = off <= house.loudness_tolerance_lu - ROUNDING
    return loud_enough and measured.true_peak_dbtp <= house.true_peak_dbtp - ROUNDING


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
