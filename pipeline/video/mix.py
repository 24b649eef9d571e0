"""Makes the sound of a clip's stage, once: heard and measured, put right, set, encoded, and measured as it is finished.

It is a file of its own, so it can be made while the pictures are encoded; all outputs take it by copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ffmpeg
import numpy as np

from pipeline.errors import InputError, OurError
from pipeline.media.facts import AudioFacts
from pipeline.reasons import Reason, reason
from pipeline.store.receipt import Loudness
from pipeline.video import graph, hearing, loudness
from pipeline.video.audio import EVENED, OWN, SOUND, Gain, Remedy, levelled, own_input, placed, silence
from pipeline.video.meter import Bench, find_gain, measure_sound, run_tool, sound_timeout_s, take
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream

NO_NUMBERS = "NaN"
"""What the encoder complains of when sound in floating point holds samples that are no numbers."""


@dataclass(frozen=True)
class Mixed:
    """The finished sound of a stage: AAC in an MP4 of its own, with exactly the samples that the plan says."""

    file: Path
    loudness: Loudness
    """As measured on the finished file."""
    warnings: tuple[Reason, ...]
    """What is wrong with the original. How loud it came out is told by whoever measures the published file."""


def mix(plan: ClipPlan, bench: Bench) -> Mixed:
    """Return the sound of ``plan`` in ``bench.folder``: within the house's loudness, or as near as the material lets.

    Sound that cannot be decoded becomes silence, with a warning.

    Raises:
        MachineError: the tool is missing, was killed, hung or took too long; the disk is full.
        OurError: the tool failed on good input.

    """
    audio = plan.facts.audio
    if audio is None:
        _encode(silence(plan.samples, plan.house), plan, bench)
        return Mixed(bench.folder / SOUND, measure_sound(plan, bench), ())
    try:
        return _mix(plan, audio, bench)
    except (InputError, OurError) as error:
        if isinstance(error, OurError) and NO_NUMBERS not in str(error.values[-1]):
            raise
        # The picture may be fine. If it is not, whoever makes it says so.
        _encode(silence(plan.samples, plan.house), plan, bench)
        return Mixed(bench.folder / SOUND, measure_sound(plan, bench), (reason("audio-broken", 1),))
    finally:
        for name in (OWN, EVENED):
            (bench.folder / name).unlink(missing_ok=True)


def _mix(plan: ClipPlan, audio: AudioFacts, bench: Bench) -> Mixed:
    raw = take(plan, audio, bench)
    if loudness.is_silent(raw):
        return Mixed(bench.folder / SOUND, _settle(plan, bench, None, loudness.first_gain(raw, plan.house)), ())
    heard = hearing.hear(_own(bench), plan.house.sample_rate_hz, raw)
    remedy = hearing.remedy(heard)
    gain = find_gain(plan, bench, loudness.after(raw, remedy), remedy)
    return Mixed(bench.folder / SOUND, _settle(plan, bench, remedy, gain), hearing.remarks(heard, plan))


def _own(bench: Bench) -> hearing.Sound:
    """Return the clip's own sound; it stays on the disk until a part of it is asked for."""
    return np.memmap(bench.folder / OWN, np.dtype("<f4"), "r").reshape(-1, 2)


def _settle(plan: ClipPlan, bench: Bench, remedy: Remedy | None, gain: Gain) -> Loudness:
    """Encode the sound until it is within the house's loudness, or comes no nearer; return what it measures."""
    tried: list[tuple[Gain, Loudness]] = []

    def attempt(gain: Gain) -> Loudness:
        _encode(placed(levelled(own_input(plan.house), plan.house, remedy, gain), plan), plan, bench)
        tried.append((gain, measure_sound(plan, bench)))
        return tried[-1][1]

    better: Gain | None = gain
    while better and len(tried) < loudness.MOST_PASSES:
        measured = attempt(better)
        if loudness.is_silent(measured) or loudness.settled(measured, plan.house):
            return measured
        before = tried[-2] if len(tried) > 1 else None
        better = loudness.next_gain(*tried[-1], plan.house, loudness.slope(before, tried[-1]))
    nearest, measured = min(tried, key=lambda each: loudness.distance(each[1], plan.house))
    return measured if nearest == tried[-1][0] else attempt(nearest)


def _encode(stream: Stream, plan: ClipPlan, bench: Bench) -> None:
    house = plan.house
    output = ffmpeg.output(stream, SOUND, **graph.audio_options(house), map_metadata=-1, f="mp4")
    run_tool(graph.argv([output], bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
