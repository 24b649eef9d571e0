"""Measures how loud a clip is, in passes over the sound alone, and finds the gain that sets it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.feed import Chunk
from pipeline.media.facts import AudioFacts
from pipeline.process import Finished
from pipeline.store.receipt import Loudness
from pipeline.video import blame, graph, loudness
from pipeline.video.audio import EVENED, OWN, SOUND, Gain, Remedy, evened, levelled, own, own_input, timed
from pipeline.video.cut import Pause, silences
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream

STALL_S = 45.0
"""A tool that comes no further for so long hangs; the slowest picture takes a few seconds."""
SLOWEST = 60
"""A stage may take this many times its own length before it is stopped."""
LEAST_TIMEOUT_S = 600.0

_INVALID_ARGUMENT = 256 - errno.EINVAL
"""The status with which ffmpeg ends when a graph cannot take what comes; its words may lie too far back to be kept."""

QUIET = "-38dB"
"""Twenty and more below the house's loudness: breath and room, but no speech."""
SHORTEST_PAUSE_S = 0.2

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""


@dataclass(frozen=True)
class Bench:
    """Where a stage is made: the source, the scratch folder, the tool, and who is told of progress."""

    source: Path
    folder: Path
    ffmpeg: str
    on_progress: Progress
    tools: str = ""
    """Names the tools that make the bytes of what is kept."""
    films: Path | None = None
    """Where films of title cards are kept; None: nowhere, so that they are made anew."""


def take(plan: ClipPlan, audio: AudioFacts, bench: Bench) -> Loudness:
    """Write the clip's own sound into the scratch folder, to be read from there ever after, and return its loudness.

    A clip's file is mostly picture: demuxing it once costs less than in every pass.
    """
    to = {"filename": OWN, "f": "f32le", "acodec": "pcm_f32le"}
    try:
        clip = graph.source_input(bench.source, plan.facts)
        beside = graph.in_step(clip, plan.facts, plan.facts.video)
        return _meter(own(clip, plan, audio), bench, plan, to, beside)
    except OurError as error:
        if _INVALID_ARGUMENT not in error.values:
            raise
    return _meter(timed(_evened(plan, audio, bench), plan), bench, plan, to | {"copyts": None})


def _evened(plan: ClipPlan, audio: AudioFacts, bench: Bench) -> Stream:
    """Return the clip's own sound from a file in which its rate and channels no longer change.

    A graph cannot go on when they do. Built anew each time, it can, but no longer knows what time it is.
    """
    clip = ffmpeg.input(f"file:{bench.source}", f=plan.facts.container, protocol_whitelist="file")
    output = ffmpeg.output(evened(clip, plan, audio), EVENED, f="matroska", acodec="pcm_f32le")
    beside = graph.in_step(clip, plan.facts, plan.facts.video)
    run_tool(graph.argv([output, *beside], bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
    return ffmpeg.input(f"file:{EVENED}", f="matroska", protocol_whitelist="file")["a"]


def find_gain(plan: ClipPlan, bench: Bench, raw: Loudness, remedy: Remedy | None) -> Gain:
    """Return the gain that brings the clip's own sound, which measures ``raw``, to the house's loudness."""
    gain = loudness.first_gain(raw, plan.house)
    if gain.ceiling_dbtp is None:
        return gain
    before = None
    for _ in range(loudness.MOST_PASSES):
        now = (gain, _measure_own(plan, bench, remedy, gain))
        better = loudness.next_gain(*now, plan.house, loudness.slope(before, now), loudness.LOSSY_DB)
        if better is None:
            break
        gain, before = better, now
    return gain


def _measure_own(plan: ClipPlan, bench: Bench, remedy: Remedy | None, gain: Gain) -> Loudness:
    return _meter(levelled(own_input(plan.house), plan.house, remedy, gain), bench, plan)


def measure_sound(plan: ClipPlan, bench: Bench) -> Loudness:
    """Return the loudness of the finished sound."""
    source = ffmpeg.input(f"file:{SOUND}", f="mov", protocol_whitelist="file")
    return _meter(source["a"], bench, plan)


def find_pauses(master: Path, bench: Bench, timeout_s: float) -> tuple[Pause, ...]:
    """Return when the finished sound of ``master`` is quiet, as between two sentences.

    Raises:
        MachineError, OurError: as in :func:`run_tool`.

    """
    noted: list[str] = []
    sound = ffmpeg.input(f"file:{master}", f="mov", protocol_whitelist="file")["a"]
    heard = sound.filter("silencedetect", noise=QUIET, d=SHORTEST_PAUSE_S)
    heard = heard.filter("ametadata", "print", file="-", direct=1)
    command = graph.argv([ffmpeg.output(heard, "-", f="null")], bench.ffmpeg)
    run_tool(command, bench, timeout_s=timeout_s, on_line=noted.append)
    return silences(noted)


def _meter(
    stream: Stream,
    bench: Bench,
    plan: ClipPlan,
    to: Mapping[str, str | None] | None = None,
    beside: Sequence[Stream] = (),
) -> Loudness:
    metered = stream.filter("ebur128", peak="true", framelog="quiet")
    output = ffmpeg.output(metered, **(to or {"filename": "-", "f": "null"}))
    command = graph.argv([output, *beside], bench.ffmpeg)
    command[command.index("-v") + 1] = "info"  # the summary is written as information
    return loudness.parse(run_tool(command, bench, timeout_s=sound_timeout_s(plan)).stderr_tail)


def sound_timeout_s(plan: ClipPlan) -> float:
    """Return how long a pass over the sound may take, in seconds: as long as it plays, and never less than usual."""
    return max(LEAST_TIMEOUT_S, float(plan.frames / plan.house.frame_rate))


def run_tool(
    argv: list[str],
    bench: Bench,
    *,
    timeout_s: float,
    on_line: Callable[[str], None] | None = None,
    feed: Iterable[Chunk] | None = None,
) -> Finished:
    """Run ffmpeg in the scratch folder, and blame the right one when it fails: its exit status does not.

    ``feed`` is what its input ``pipe:0`` reads, as in :func:`pipeline.process.run`.

    Raises:
        InputError: the source cannot be decoded by itself either, hangs the decoder or makes it crash.
        MachineError: the disk is full; the tool is missing, was killed, hung or took too long.
        OurError: it failed on good input.

    """

    def run(
        command: list[str], heard: Callable[[str], None] | None = None, fed: Iterable[Chunk] | None = None
    ) -> Finished:
        stall = blame.stall(command, bench.folder, STALL_S)
        return process.run(command, timeout_s=timeout_s, on_line=heard, stall=stall, cwd=bench.folder, feed=fed)

    try:
        return run(argv, on_line, feed)
    except (MachineError, OurError) as error:
        found = blame.blamed(error, argv, bench.source, run)
        if found is error:
            raise
        raise found from error
