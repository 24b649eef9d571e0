"""The sound of a recap: silence, or a sting that is looped to the film's length and set to the house's loudness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import ffmpeg

from pipeline.recap.plan import RecapPlan
from pipeline.store.receipt import Loudness
from pipeline.units import seconds_text
from pipeline.video import graph, loudness
from pipeline.video.audio import INAUDIBLE_HZ, OWN, SOUND, Gain, levelled, own_input, silence
from pipeline.video.ladder import several
from pipeline.video.meter import LEAST_TIMEOUT_S, Bench, run_tool
from pipeline.video.stream import Stream

FADE_S = 1
"""A sting comes and goes in a second."""
_EDGE_SHARE = 4
"""Of a film so short, each fade takes a quarter at the most."""


def sounds_for(plan: RecapPlan, bench: Bench) -> Sequence[Stream]:
    """Return the finished sound for each size: silence to encode, or the sting, whose ``bench.source`` is the file.

    Raises:
        InputError: the sting cannot be decoded.
        MachineError: the tool is missing, was killed, hung or took too long; the disk is full.
        OurError: the tool failed on good input.

    """
    if plan.sting_sha256 is None:
        return several(silence(plan.samples, plan.house), 1 + len(plan.smaller), "asplit")
    try:
        _settle(plan, bench, loudness.first_gain(_take(plan, bench), plan.house))
    finally:
        (bench.folder / OWN).unlink(missing_ok=True)
    sting = ffmpeg.input(f"file:{SOUND}", f="mov", protocol_whitelist="file")["a"]
    return [sting for _ in (plan.output, *plan.smaller)]


def sound_options(plan: RecapPlan) -> Mapping[str, object]:
    """Return how the film takes its sound: a sting is encoded already, because its loudness is known only then."""
    return graph.audio_options(plan.house) if plan.sting_sha256 is None else {"acodec": "copy"}


def _take(plan: RecapPlan, bench: Bench) -> Loudness:
    """Write the sting as long as the film into the scratch folder, fading in and out, and return its loudness."""
    house, seconds = plan.house, Fraction(plan.samples, plan.house.sample_rate_hz)
    fade_s = min(Fraction(FADE_S), seconds / _EDGE_SHARE)
    sting = ffmpeg.input(f"file:{bench.source}", protocol_whitelist="file")["a:0"]
    own = (
        sting.filter("aresample", house.sample_rate_hz)
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
        .filter("highpass", f=INAUDIBLE_HZ)
        .filter("aloop", loop=-1, size=plan.samples)
        .filter("atrim", end_sample=plan.samples)
        .filter("afade", type="in", duration=seconds_text(fade_s))
        .filter("afade", type="out", start_time=seconds_text(seconds - fade_s), duration=seconds_text(fade_s))
    )
    return _meter(own, bench, {"filename": OWN, "f": "f32le", "acodec": "pcm_f32le"})


def _settle(plan: RecapPlan, bench: Bench, first: Gain) -> None:
    """Encode the sting until it is within the house's loudness, or comes no nearer: the same loop as a clip's."""
    tried: list[tuple[Gain, Loudness]] = []

    def attempt(gain: Gain) -> Loudness:
        sound = levelled(own_input(plan.house), plan.house, None, gain).filter("atrim", end_sample=plan.samples)
        output = ffmpeg.output(sound, SOUND, **graph.audio_options(plan.house), map_metadata=-1, f="mp4")
        run_tool(graph.argv([output], bench.ffmpeg), bench, timeout_s=LEAST_TIMEOUT_S)
        source = ffmpeg.input(f"file:{SOUND}", f="mov", protocol_whitelist="file")
        tried.append((gain, _meter(source["a"], bench, {"filename": "-", "f": "null"})))
        return tried[-1][1]

    better: Gain | None = first
    while better and len(tried) < loudness.MOST_PASSES:
        measured = attempt(better)
        if loudness.is_silent(measured) or loudness.settled(measured, plan.house):
            return
        before = tried[-2] if len(tried) > 1 else None
        better = loudness.next_gain(*tried[-1], plan.house, loudness.slope(before, tried[-1]))
    nearest = min(tried, key=lambda each: loudness.distance(each[1], plan.house))[0]
    if nearest != tried[-1][0]:
        attempt(nearest)


def _meter(stream: Stream, bench: Bench, to: Mapping[str, str]) -> Loudness:
    output = ffmpeg.output(stream.filter("ebur128", peak="true", framelog="quiet"), **to)
    command = graph.argv([output], bench.ffmpeg)
    command[command.index("-v") + 1] = "info"  # the summary is written as information
    return loudness.parse(run_tool(command, bench, timeout_s=LEAST_TIMEOUT_S).stderr_tail)
