"""The same picture in every size that goes on air, from one pass through the encoder's process. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import ffmpeg

from pipeline.preset.model import House, VideoOutput
from pipeline.video import graph
from pipeline.video.encoder import encoder_options, uploaded
from pipeline.video.stream import Stream


def several(stream: Stream, count: int, splitter: Literal["split", "asplit"]) -> Sequence[Stream]:
    """Return a filtered stream as often as it is used: ffmpeg lets each be used once."""
    if count == 1:
        return [stream]
    copies = stream.filter_multi_output(splitter, count)
    return [copies[n] for n in range(count)]


def ladder(
    picture: Stream,
    sounds: Sequence[Stream],
    outputs: Sequence[VideoOutput],
    title: str,
    house: House,
    sound_options: Mapping[str, Any],
) -> list[Stream]:
    """Return ffmpeg's outputs, ``<output id>.mp4`` each, in the house format, with a sound each.

    The picture is as large as the first output; others are scaled down from it.
    """
    copies = several(picture, len(outputs), "split")
    made = []
    for n, output in enumerate(outputs):
        seen = graph.tagged(copies[n]) if n == 0 else graph.smaller(copies[n], output)
        made.append(
            ffmpeg.output(
                uploaded(seen, house),
                sounds[n],
                f"{output.id}.mp4",
                **encoder_options(output, house),
                **sound_options,
                **graph.container_options(title, house, has_edit_list=output.has_edit_list),
            )
        )
    return made
