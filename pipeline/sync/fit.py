"""Which shift and which rate make captions and speech agree, and whether that is certain. Pure.

The score is a correlation in units of what chance gives: Bartlett's formula says how far two unrelated lines that are
each as smooth as these two correlate. Source: M. S. Bartlett, JRSS 98 (1935), 536–543.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pipeline.sync.activity import HOP_S, Levels, smoothed
from pipeline.sync.finding import IN_STEP_S, LEAST_CUES, RATES, Fit

KNOWN = (Fraction(1), *RATES)
MOST_SHIFT_S = 60.0
LEAST_SPEECH_S = 12.0
LEAST_INSIDE = 0.7
"""So many of the cues must lie within the clip afterwards."""
LEAST_SCORE = 6.0
"""Captions of another film reached 5.5 in a thousand tries, and chance 5.2 in fifteen hundred."""
LEAST_MARGIN = 1.5
"""How far the next best hypothesis is below."""
LEAST_GAIN = 1.5
"""How far doing nothing is below; and a shift alone, where a rate is believed."""
NEAR_S = 0.5
"""Hypotheses that move the cues alike to this much are one."""
_SLOW_S = 10.0
"""What changes more slowly says nothing: music at the end has no captions either."""
_START_S = 0.35
_QUANTILES = 9
_TINY = 1e-9

Cues = Sequence[tuple[float, float]]
"""Start and end of each, in seconds."""


class _Curve:
    """The score of every shift at one rate."""

    def __init__(self, rate: Fraction, shifts_s: Levels, scores: Levels) -> None:
        self.rate, self.shifts_s, self.scores = rate, shifts_s, scores

    def best(self, within: NDArray[np.bool_] | None = None) -> float:
        """Return the highest score, or the highest of those ``within``."""
        scores = self.scores if within is None else self.scores[within]
        return float(scores.max(initial=-np.inf))

    def peak_s(self) -> float:
        """Return the shift with the highest score, between hops too."""
        top = int(self.scores.argmax())
        if 0 < top < self.scores.size - 1:
            before, at, after = self.scores[top - 1 : top + 2]
            bend = before - 2 * at + after
            if np.isfinite(bend) and bend < 0:
                return float(self.shifts_s[top] + HOP_S * (before - after) / (2 * bend))
        return float(self.shifts_s[top])


def fit(speech: Levels, cues: Cues, rates: Sequence[Fraction] = KNOWN) -> Fit | None:
    """Return how the captions agree with the speech, or None where that is not certain.

    ``speech``: how much of each hop is speech, over the whole clip (:func:`pipeline.sync.activity.activity`).
    """
    times_s = np.array(sorted(cues), dtype=np.float64).reshape(-1, 2)
    if times_s.shape[0] < LEAST_CUES or speech.sum() * HOP_S < LEAST_SPEECH_S:
        return None
    curves = {rate: _curve(speech, times_s, rate) for rate in _told_apart(rates, times_s)}
    best = max(curves.values(), key=_Curve.best)
    still = curves[Fraction(1)]
    offset_s = Fraction(round(best.peak_s() * 1000), 1000)
    found = Fit(rate=best.rate, offset_s=offset_s, score=best.best(), margin=_margin(best, curves, times_s))
    if found.score < LEAST_SCORE or found.margin < LEAST_MARGIN:
        return None
    if found.rate != 1 and found.score - still.best() < LEAST_GAIN:
        return None
    unmoved = still.best(np.abs(still.shifts_s) <= float(IN_STEP_S))
    return found if found.in_step or found.score - unmoved >= LEAST_GAIN else None


def _told_apart(rates: Sequence[Fraction], times_s: Levels) -> list[Fraction]:
    """Return the rates that would move the cues apart far enough to be noticed, and 1."""
    span_s = times_s[-1, 0] - times_s[0, 0]
    return [rate for rate in rates if rate == 1 or abs(float(rate) - 1) * span_s / 2 > IN_STEP_S]


def _margin(best: _Curve, curves: dict[Fraction, _Curve], times_s: Levels) -> float:
    """Return how far the best of the hypotheses that say something else is below the best."""
    starts_s = np.quantile(times_s[:, 0], np.linspace(0, 1, _QUANTILES))
    found_s = best.peak_s()
    others = []
    for curve in curves.values():
        apart_s = (float(curve.rate) - float(best.rate)) * starts_s[:, None] + (curve.shifts_s - found_s)[None, :]
        others.append(curve.best(np.abs(apart_s).mean(axis=0) > NEAR_S))
    return float(min(best.best() - max(others), best.best()))


def _curve(speech: Levels, times_s: Levels, rate: Fraction) -> _Curve:
    """Return the score of each shift of the captions, their times multiplied by ``rate``."""
    size = speech.size
    most = round(min(MOST_SHIFT_S, size * HOP_S) / HOP_S)
    line = _line(times_s * float(rate), size + 2 * most, most)
    heard = speech - smoothed(speech, _SLOW_S)
    heard = heard - heard.mean()
    length = _fast(size + line.size)
    # line[j + t] meets heard[t]; j hops from the left end are a shift by most - j.
    met = np.fft.irfft(np.fft.rfft(line, length) * np.conj(np.fft.rfft(heard, length)), length)[: 2 * most + 1]
    sums, squares = (_sums(each, size) for each in (line, line**2))
    spread = np.sqrt(np.maximum((squares - sums**2 / size) * np.square(heard).sum(), _TINY))
    shifts_s = HOP_S * np.arange(most, -most - 1, -1, dtype=np.float64)
    moved_s = times_s[:, 0] * float(rate)
    first, last = np.searchsorted(moved_s, -shifts_s), np.searchsorted(moved_s, size * HOP_S - shifts_s)
    inside = (last - first) / moved_s.size
    chance = _chance(heard, line[most : most + size])
    scores: Levels = np.where(inside >= LEAST_INSIDE, met / spread / chance, -np.inf)
    return _Curve(rate, shifts_s[::-1], scores[::-1])


def _line(times_s: Levels, size: int, zero: int) -> Levels:
    """Return what is expected of speech: more of it in cues than between, and that it begins where cues do."""
    line = np.zeros(size)
    for start_s, end_s in times_s:
        line[_span(start_s, end_s, size, zero)] = 1.0
    for start_s in times_s[:, 0]:
        line[_span(start_s, start_s + _START_S, size, zero)] += 0.5
        line[_span(start_s - _START_S, start_s, size, zero)] -= 1.0
    line = np.clip(line, -1.0, 1.5)
    return np.asarray(line - smoothed(line, _SLOW_S))


def _span(start_s: float, end_s: float, size: int, zero: int) -> slice:
    first, last = (min(size, max(0, zero + round(at_s / HOP_S))) for at_s in (start_s, end_s))
    return slice(first, last)


def _sums(line: Levels, size: int) -> Levels:
    """Return the sum of each stretch of ``size`` hops."""
    sums = np.concatenate([[0.0], np.cumsum(line)])
    return np.asarray(sums[size:] - sums[:-size])


def _chance(one: Levels, other: Levels) -> float:
    """Return the standard deviation of the correlation of two unrelated lines as smooth as these."""
    both = _alike(one) * _alike(other)
    return float(np.sqrt(max(1.0, both[0] + 2 * both[1:].sum()) / one.size))


def _alike(line: Levels) -> Levels:
    """Return the autocorrelation of a line, 1 at the first lag."""
    length, most = _fast(2 * line.size), min(line.size, round(2 * _SLOW_S / HOP_S))
    centred = line - line.mean()
    alike = np.fft.irfft(np.square(np.abs(np.fft.rfft(centred, length))), length)[:most]
    return np.asarray(alike / max(alike[0], _TINY))


def _fast(size: int) -> int:
    """Return a length of at least ``size`` that a Fourier transform takes quickly."""
    whole = 1 << max(1, size - 1).bit_length()
    return min(each for each in (whole, whole // 4 * 3, whole // 8 * 5) if each >= size)
