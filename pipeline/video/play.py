"""Plays finished videos from the first bit to the last, as every player will have to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ffmpeg

from pipeline.errors import OurError
from pipeline.store.receipt import Loudness
from pipeline.video import graph, loudness
from pipeline.video.meter import Bench, run_tool


def play(files: Sequence[Path], bench: Bench, timeout_s: float) -> Loudness:
    """Play all files in one process and return the loudness of the first.

    The loop filter reads nothing from the file, so it is left out. One thread for each file: with more, a decoder that
    stumbled was not always noticed, and they cost more.

    Raises:
        MachineError: the tool is missing, was killed, hung or took too long.
        OurError: ``promise-broken`` when a decoder stumbles.

    """
    strict = {"skip_loop_filter": "all", "threads": 1, "err_detect": "explode", "xerror": None}
    sources = [ffmpeg.input(f"file:{path}", f="mov", protocol_whitelist="file", **strict) for path in files]
    metered = sources[0]["a"].filter("ebur128", peak="true", framelog="quiet")
    outputs = [ffmpeg.output(stream, "-", f="null") for stream in (metered, *(source["v"] for source in sources))]
    command = graph.argv(outputs, bench.ffmpeg)
    command[command.index("-v") + 1] = "info"  # the summary is written as information
    try:
        return loudness.parse(run_tool(command, bench, timeout_s=timeout_s).stderr_tail)
    except OurError as error:
        raise OurError("promise-broken", ", ".join(file.name for file in files), str(error.values[-1])) from error
