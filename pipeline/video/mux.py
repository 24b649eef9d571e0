"""Picture, sound and soft captions of each output put together, all by copy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import ffmpeg

from pipeline.units import samples_in, seconds_text
from pipeline.video import graph
from pipeline.video.plan import ClipPlan, Span, samples_of
from pipeline.video.stream import Stream


def soft_file(number: int) -> str:
    """Return the name of the captions of one language, shifted by the card, within the scratch folder."""
    return f"soft-{number}.srt"


def muxed(
    plan: ClipPlan, drawn: Mapping[str, Stream], sound: Stream, shown: Mapping[str, Span] | None = None
) -> list[Stream]:
    """Return ffmpeg's outputs, ``<output id>.mp4`` each.

    ``drawn``: the picture of each output by its id. ``sound``: of the whole plan; what shows less of it has that part
    of the sound, encoded again. ``shown``: which frames of the plan each output shows; unset: all of them.
    """
    outputs = []
    for output in plan.outputs:
        span = (shown or {}).get(output.id, plan.whole)
        heard = sound if span == plan.whole else _excerpt(sound, plan, span)
        own = {"acodec": "copy"} if span == plan.whole else graph.audio_options(plan.house)
        streams, options = [drawn[output.id], heard], {"vcodec": "copy", **own}
        for n, captions in enumerate(plan.captions if output.captions == "soft" else ()):
            streams.append(ffmpeg.input(f"file:{soft_file(n)}", f="srt", protocol_whitelist="file")["s"])
            options |= {"scodec": "mov_text", f"metadata:s:s:{n}": f"language={_iso639_2(captions.language)}"}
        options |= graph.container_options(plan.title, plan.house, has_edit_list=output.has_edit_list)
        outputs.append(ffmpeg.output(*streams, f"{output.id}.mp4", **options))
    return outputs


def _excerpt(sound: Stream, plan: ClipPlan, span: Span) -> Stream:
    """Return the sound of some frames. Where it is cut off it dies away."""
    house = plan.house
    begin = samples_in(span.first_frame, house.frame_rate, house.sample_rate_hz)
    count = samples_of(span.frames, house)
    taken = sound.filter("atrim", start_sample=begin, end_sample=begin + count).filter("asetpts", "PTS-STARTPTS")
    fade_s = min(house.sound_fade_s, Fraction(count, house.sample_rate_hz))
    start_s = Fraction(count, house.sample_rate_hz) - fade_s
    return taken.filter("afade", t="out", st=seconds_text(start_s, 6), d=seconds_text(fade_s, 6))


def _iso639_2(language: str) -> str:
    """Return the three-letter code that MP4 wants. Source: ISO 639-2, ISO/IEC 14496-12, 8.4.2."""
    return {"th": "tha", "en": "eng", "ms": "msa", "ja": "jpn", "ar": "ara", "lo": "lao", "zh": "zho"}.get(
        language[:2], "und"
    )
