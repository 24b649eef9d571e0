"""Picture, sound and soft captions of each output put together, all by copy. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import ffmpeg

from pipeline.video import graph
from pipeline.video.plan import ClipPlan
from pipeline.video.stream import Stream


def soft_file(number: int) -> str:
    """Return the name of the captions of one language, shifted by the card, within the scratch folder."""
    return f"soft-{number}.srt"


def muxed(plan: ClipPlan, drawn: Mapping[str, Stream], sound: Stream) -> list[Stream]:
    """Return ffmpeg's outputs, ``<output id>.mp4`` each. ``drawn``: the picture of each output by its id."""
    outputs = []
    for output in plan.outputs:
        streams, options = [drawn[output.id], sound], {"vcodec": "copy", "acodec": "copy"}
        for n, captions in enumerate(plan.captions if output.captions == "soft" else ()):
            streams.append(ffmpeg.input(f"file:{soft_file(n)}", f="srt", protocol_whitelist="file")["s"])
            options |= {"scodec": "mov_text", f"metadata:s:s:{n}": f"language={_iso639_2(captions.language)}"}
        options |= graph.container_options(plan.title, plan.house)
        outputs.append(ffmpeg.output(*streams, f"{output.id}.mp4", **options))
    return outputs


def _iso639_2(language: str) -> str:
    """Return the three-letter code that MP4 wants. Source: ISO 639-2, ISO/IEC 14496-12, 8.4.2."""
    return {"th": "tha", "en": "eng", "ms": "msa", "ja": "jpn", "ar": "ara", "lo": "lao", "zh": "zho"}.get(
        language[:2], "und"
    )
