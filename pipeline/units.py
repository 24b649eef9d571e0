"""Exact time: frames, samples and seconds as integers and ``Fraction`` until the last line."""

from __future__ import annotations

import math
from fractions import Fraction

AAC_FRAME_SAMPLES = 1024
"""Samples in one AAC-LC frame. Source: ISO/IEC 14496-3, 4.5.1.1."""


def frames_in(duration_s: Fraction, frame_rate: Fraction) -> int:
    """Return how many whole frames show ``duration_s`` at ``frame_rate``: the nearest count, at least one."""
    return max(1, math.floor(duration_s * frame_rate + Fraction(1, 2)))


def samples_in(frames: int, frame_rate: Fraction, sample_rate_hz: int) -> int:
    """Return the samples that last as long as ``frames``.

    Raises:
        ValueError: the rates do not give whole samples per frame (30 fps at 48 kHz gives 1600).

    """
    samples = Fraction(frames * sample_rate_hz) / frame_rate
    if samples.denominator != 1:
        message = f"{frames} frames at {frame_rate} are not whole samples at {sample_rate_hz} Hz"
        raise ValueError(message)
    return int(samples)


def join_multiple(frame_rate: Fraction, sample_rate_hz: int) -> int:
    """Return the frame count whose multiples are also whole AAC frames: 16 at 30 fps and 48 kHz, 8 at 25 fps."""
    per_frame = Fraction(sample_rate_hz) / frame_rate
    return (AAC_FRAME_SAMPLES * per_frame.denominator) // math.gcd(
        AAC_FRAME_SAMPLES * per_frame.denominator, per_frame.numerator
    )


def seconds_text(duration_s: Fraction, digits: int = 3) -> str:
    """Return ``duration_s`` as decimal text for a tool or a person, rounded half up at ``digits``."""
    scaled = math.floor(abs(duration_s) * 10**digits + Fraction(1, 2))
    whole, part = divmod(scaled, 10**digits)
    sign = "-" if duration_s < 0 and scaled else ""
    return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"


def clock_text(at_s: Fraction) -> str:
    """Return a time as people read it off a player: ``1:07`` or ``1:02:03``."""
    minutes, seconds = divmod(math.floor(at_s + Fraction(1, 2)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
