"""Finds out by trying which encoder this machine has: drivers promise more than they keep."""

from __future__ import annotations

import errno
import os
import tempfile
from functools import cache
from pathlib import Path

import ffmpeg

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.preset.model import Encoder, House, VideoOutput
from pipeline.video import graph
from pipeline.video.encoder import HARDWARE, device_arguments, encoder_options, uploaded
from pipeline.video.promise import picture_promise
from pipeline.video.prove import demand

TRIAL_S = 30.0
"""A driver that needs longer for two groups of pictures is of no use."""
BUSY = "encoder busy"
_BUSY_WORDS = tuple(os.strerror(number) for number in (errno.ENOMEM, errno.EAGAIN, errno.EBUSY))
"""What ffmpeg ends with where the encoder is there, but others have all of it.

Source: FFmpeg, libavcodec/nvenc.c, ``nvenc_errors``: no more sessions is ENOMEM, a busy encoder EAGAIN.
"""


def choose(house: House, output: VideoOutput, binary: str) -> tuple[Encoder, bool]:
    """Return the encoder for every file of a show, and whether the choice is to last.

    It is the first of those asked for that works, else x264. x264 in the place of one that was busy or too slow is
    not to last: it may work another time.
    """
    asked = HARDWARE if house.encoder == "auto" else (house.encoder,)
    lasting = True
    for name in asked:
        try:
            if works(name, house, output, binary):
                return name, True
        except MachineError:
            lasting = False
    return "x264", lasting


def still_works(encoder: Encoder, house: House, output: VideoOutput, binary: str) -> bool:
    """Return whether an encoder that worked before does now. A busy one does: most likely it is busy with this show."""
    try:
        return works(encoder, house, output, binary)
    except MachineError as error:
        return BUSY in error.values


def is_at_hand(encoder: Encoder, house: House, output: VideoOutput, binary: str) -> bool:
    """Return whether the encoder can be used on this machine, at this moment."""
    try:
        return works(encoder, house, output, binary)
    except MachineError:
        return False


def works(encoder: Encoder, house: House, output: VideoOutput, binary: str) -> bool:
    """Return whether the encoder keeps the house format.

    Raises:
        MachineError: that is not known, and may be another time: see :func:`try_out`.

    """
    try:
        try_out(encoder, house, output, binary)
    except OurError:
        return False
    return True


@cache  # an exception is not kept: what fails is tried again
def try_out(encoder: Encoder, house: House, output: VideoOutput, binary: str) -> None:
    """Make two groups of pictures, and prove them as every file of a show is proven. x264 is always taken to work.

    Raises:
        OurError: ``tool-failed`` when there is no such encoder, ``promise-broken`` when it makes something else.
        MachineError: as in :func:`process.run`; ``machine-trouble`` with :data:`BUSY` when others use it.

    """
    if encoder == "x264":
        return
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
        except OurError as error:
            if any(words in str(value) for words in _BUSY_WORDS for value in error.values):
                raise MachineError("machine-trouble", BUSY) from error
            raise
        demand(picture_promise(house, output, frames), Path(folder, "trial.mp4"))
