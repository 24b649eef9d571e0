"""Listens to a clip once and returns where there is speech in its sound."""

from __future__ import annotations

from pathlib import Path

import ffmpeg
import numpy as np

from pipeline.media.facts import AudioFacts, ClipFacts
from pipeline.sync.activity import HOP_S, RATE_HZ, Levels, activity
from pipeline.video import graph
from pipeline.video.audio import ON_TIME
from pipeline.video.meter import Bench, run_tool

HEARD = "heard.s16"
"""The sound in the scratch folder: two channels, 2 MB a minute."""
LEAST_TIMEOUT_S = 120.0


def listen(source: Path, facts: ClipFacts, audio: AudioFacts, folder: Path, tool: str) -> Levels:
    """Return how much of each hop of the clip is speech, on the clip's own clock, over its whole length.

    Raises:
        InputError: the sound cannot be decoded, or the decoder hangs or crashes on it.
        MachineError: the disk is full; the tool is missing, was killed, hung or took too long.
        OurError: ``tool-failed`` on a sound that can be decoded.
        OSError: what was decoded is not there, or cannot be read.

    """
    clip = graph.source_input(source, facts)
    heard = clip[str(audio.index)].filter("aresample", RATE_HZ, **ON_TIME, first_pts=0)
    heard = heard.filter("aformat", sample_fmts="s16", channel_layouts="stereo")
    output = ffmpeg.output(heard, HEARD, f="s16le", acodec="pcm_s16le", t=float(facts.duration_s))
    argv = graph.argv([output, *graph.in_step(clip, facts, facts.video)], tool)
    timeout_s = max(LEAST_TIMEOUT_S, float(facts.duration_s))
    run_tool(argv, Bench(source, folder, tool, lambda _: None), timeout_s=timeout_s)
    file = folder / HEARD
    whole = file.stat().st_size // 4 * 2
    sound = np.memmap(file, np.dtype("<i2"), "r", shape=(whole // 2, 2)) if whole else np.zeros((0, 2), np.int16)
    return _as_long(activity(sound), facts)


def _as_long(levels: Levels, facts: ClipFacts) -> Levels:
    """Return the levels with silence after them where the sound ends before the clip."""
    missing = round(float(facts.duration_s) / HOP_S) - levels.size
    return np.concatenate([levels, np.zeros(missing)]) if missing > 0 else levels
