"""nginx-vod-module: mapped JSON, from which it makes HLS and DASH without copies. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.preset.model import MASTER
from pipeline.show.model import Entry, Show, ShowList

MAX_CLIPS = 128
"""Source: nginx-vod-module, ``vod/media_set.h``."""


def nginx_vod(show: Show, listed: ShowList, root: str) -> dict[str, str]:
    """Return the end of a file name → mapped JSON; nothing for an empty list, which the module refuses.

    A list of more than 128 clips comes in parts, ``.1.vod.json`` and so on: one mapping may not have more, and one that
    leaves clips out would pass for whole. Each rendition that every clip has is a sequence, best first. No sequence of
    captions: they are in both pictures. ``discontinuity`` is false because all files of a rendition have the same
    parameter sets and their sound joins. Source: nginx-vod-module, README, "Mapping response format".
    """
    entries = show.entries(listed)
    parts = [entries[at : at + MAX_CLIPS] for at in range(0, len(entries), MAX_CLIPS)]
    numbers = [""] if len(parts) == 1 else [f".{number}" for number in range(1, len(parts) + 1)]
    return {f"{n}.vod.json": _mapped(part, show.frame_rate, root) for n, part in zip(numbers, parts, strict=True)}


def _mapped(entries: Sequence[Entry], frame_rate: Fraction, root: str) -> str:
    outputs = [output for output in sorted(entries[0].media) if all(output in entry.media for entry in entries)]
    outputs.sort(key=lambda output: output != MASTER)
    sequences = [
        {"clips": [{"type": "source", "path": f"{root}/{entry.media[output]}"} for entry in entries]}
        for output in outputs
    ]
    mapped = {
        "playlistType": "vod",
        "discontinuity": False,
        "durations": _durations_ms(entries, frame_rate),
        "sequences": sequences,
    }
    return json.dumps(mapped, ensure_ascii=False, indent=1) + "\n"


def _durations_ms(entries: Sequence[Entry], frame_rate: Fraction) -> list[int]:
    """Return whole milliseconds that add up: what one is rounded by, the next one gives back."""
    frames, ends_ms = 0, [0]
    for entry in entries:
        frames += entry.frames
        ends_ms.append(math.floor(frames * 1000 / frame_rate + Fraction(1, 2)))
    return [after - before for before, after in pairwise(ends_ms)]
