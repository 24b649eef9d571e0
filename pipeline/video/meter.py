"""Measures how loud a clip is, in passes over the sound alone, and finds the gain that sets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from pipeline import process
from pipeline.errors import InputError, MachineError, OurError
from pipeline.process import Finished
from pipeline.store.receipt import Loudness
from pipeline.video import audio, graph, loudness
from pipeline.video.audio import Gain
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream

STALL_S = 90.0
"""An encoder that says nothing for so long hangs; the slowest picture takes a few seconds."""
SLOWEST = 60
"""A stage may take this many times its own length before it is stopped."""
LEAST_TIMEOUT_S = 600.0

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""


@dataclass(frozen=True)
class Bench:
    """Where a stage is made: the source, the scratch folder, the tool, and who is told of progress."""

    source: Path
    folder: Path
    ffmpeg: str
    on_progress: Progress


def find_gain(plan: ClipPlan, bench: Bench) -> Gain:
    """Return the gain that brings the clip's sound to the house's loudness, found on the sound alone."""
    gain = Gain(gain_db=0.0, ceiling_dbtp=None)
    if plan.facts.audio is None:
        return gain
    raw = _measure_source(plan, bench, gain)
    gain = loudness.first_gain(raw, plan.house)
    if loudness.is_silent(raw):
        return gain
    before = None
    for _ in range(loudness.MOST_PASSES):
        now = (gain, _measure_source(plan, bench, gain))
        better = loudness.next_gain(*now, plan.house, loudness.slope(before, now))
        if better is None:
            break
        gain, before = better, now
    return gain


def _measure_source(plan: ClipPlan, bench: Bench, gain: Gain) -> Loudness:
    source = graph.source_input(bench.source, plan.facts)
    return _meter(audio.levelled(source, plan, gain), bench)


def measure_file(path: Path, bench: Bench) -> Loudness:
    """Return the loudness of a finished file."""
    source = ffmpeg.input(f"file:{path}", f="mov", protocol_whitelist="file")
    return _meter(source["a"], bench)


def _meter(stream: Stream, bench: Bench) -> Loudness:
    metered = stream.filter("ebur128", peak="true", framelog="quiet")
    command = graph.argv([ffmpeg.output(metered, "-", f="null")], bench.ffmpeg)
    command[command.index("-v") + 1] = "info"  # the summary is written as information
    done = run_tool(command, bench, timeout_s=LEAST_TIMEOUT_S)
    return loudness.parse(done.stderr_tail)


def run_tool(
    argv: list[str], bench: Bench, *, timeout_s: float, on_line: Callable[[str], None] | None = None
) -> Finished:
    """Run ffmpeg in the scratch folder, and blame the right one when it fails: its exit status does not.

    Raises:
        InputError: no frame came out of the source.
        MachineError: the disk is full; the tool is missing, was killed, hung or took too long.
        OurError: it failed on good input.

    """
    try:
        return process.run(argv, timeout_s=timeout_s, on_line=on_line, stall_s=STALL_S, cwd=bench.folder)
    except OurError as error:
        said = str(error.values[-1])
        if "No space left on device" in said or "Disk quota exceeded" in said:
            raise MachineError("disk-full", "ffmpeg") from error
        if "Cannot determine format of input" in said or "Error while decoding stream" in said:
            raise InputError("no-frame", said[:120]) from error
        raise
