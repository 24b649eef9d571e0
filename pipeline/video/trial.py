"""Finds out by trying which encoder this machine has: drivers promise more than they keep."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import ffmpeg

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.preset.model import Encoder, House, VideoOutput
from pipeline.video import graph
from pipeline.video.encoder import HARDWARE, device_arguments, encoder_options, uploaded
from pipeline.video.prove import measure

TRIAL_S = 30.0
"""A driver that needs longer for two groups of pictures is of no use."""


def choose(house: House, output: VideoOutput, binary: str) -> Encoder:
    """Return the encoder to use for every file of a show: the one that is asked for where it works, else x264."""
    if house.encoder == "x264":
        return "x264"
    asked = HARDWARE if house.encoder == "auto" else (house.encoder,)
    return next((name for name in asked if works(name, house, output, binary)), "x264")


@cache
def works(encoder: Encoder, house: House, output: VideoOutput, binary: str) -> bool:
    """Return whether the encoder makes two groups of pictures in the house format, as asked for."""
    if encoder == "x264":
        return True
    tried = house.model_copy(update={"encoder": encoder})
    frames = 2 * house.gop_frames
    source = ffmpeg.input(
        f"testsrc2=size={output.width_px}x{output.height_px}:rate={house.frame_rate}", f="lavfi"
    ).filter("trim", end_frame=frames)
    picture = graph.tagged(source.filter("format", "yuv420p").filter("setsar", 1))
    with tempfile.TemporaryDirectory(prefix="showcase-trial-") as folder:
        options = {**encoder_options(output, tried), **graph.scratch_options(house)}
        stream = ffmpeg.output(uploaded(picture, tried), "trial.mp4", **options)
        command = graph.argv([stream], binary, device_arguments(tried))
        try:
            process.run(command, timeout_s=TRIAL_S, cwd=Path(folder))
            facts = measure(Path(folder, "trial.mp4"))
        except (MachineError, OurError):
            return False
    same = (facts.codec, facts.frames, facts.key_frame_steps) == ("h264", frames, (house.gop_frames,))
    return same and facts.even and facts.pix_fmt == "yuv420p"
