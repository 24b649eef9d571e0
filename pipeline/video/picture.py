"""The picture's part of the graph: one decode, one look per layout, and every output of a stage from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from pipeline.preset.fields import Layout
from pipeline.preset.model import VideoOutput
from pipeline.video import graph
from pipeline.video.encoder import encoder_options, uploaded
from pipeline.video.plan import ClipPlan, Span
from pipeline.video.stream import Stream


@dataclass(frozen=True)
class _Look:
    """Outputs that differ in size alone."""

    layout: Layout
    ass: str | None
    outputs: tuple[VideoOutput, ...]


def card_file(layout: Layout) -> str:
    """Return the name of a moving card within the scratch folder."""
    return f"card-{layout}.mp4"


def third_file(layout: Layout) -> str:
    """Return the name of a lower third within the scratch folder."""
    return f"third-{layout}.png"


def picture_file(output: VideoOutput) -> str:
    """Return the name of an output's picture within the scratch folder: encoded, still without sound."""
    return f"{output.id}.picture.mp4"


def pictures(plan: ClipPlan, span: Span, source: Path, thirds: Mapping[Layout, tuple[int, int]]) -> list[Stream]:
    """Return ffmpeg's outputs for the encoded pictures of a stage, over ``span``; the stage ``air`` is watched too.

    ``thirds``: where the upper left corner of each layout's lower third lies.
    """
    clip = graph.source_input(source, plan.facts, graph.seek_s(plan, span))
    later_s = Fraction(0) if span.first_frame else plan.lead_s
    decoded = clip[str(plan.facts.video.index)]
    looks, found = _looks(plan), graph.in_step(clip, plan.facts, plan.facts.audio)
    for part, look in zip(split(decoded, len(looks)), looks, strict=True):
        first = look.outputs[0]
        footage = graph.footage(part, plan, span, first)
        if plan.stage == "air" and look is looks[0]:
            footage, seen = split(footage, 2)
            found.append(ffmpeg.output(graph.watched(seen, later_s), "-", f="null", fps_mode="passthrough"))
        bare, footage = split(footage, 2) if not span.first_frame else (footage, footage)
        whole = graph.body(footage, plan, span, look.ass)
        if plan.third and not span.first_frame:
            picture = graph.third_input(third_file(look.layout))
            whole = graph.with_third(whole, picture, plan.third, thirds[look.layout], plan.house.frame_rate)
        if not span.first_frame:
            card = graph.card_input(card_file(look.layout))
            whole = graph.with_card(card, bare, whole, plan, span, first)
        sized = split(graph.tagged(whole), len(look.outputs))
        for output, stream in zip(look.outputs, sized, strict=True):
            found.append(_output(stream if output is first else graph.smaller(stream, output), plan, output))
    return found


def _looks(plan: ClipPlan) -> list[_Look]:
    grouped: dict[tuple[Layout, bool], list[VideoOutput]] = {}
    for output in sorted(plan.encoded, key=lambda o: -o.width_px):
        burned = output.captions == "burned" and bool(plan.captions)
        grouped.setdefault((output.layout, burned), []).append(output)
    return [
        _Look(layout, f"{outputs[0].id}.ass" if burned else None, tuple(outputs))
        for (layout, burned), outputs in grouped.items()
    ]


def _output(stream: Stream, plan: ClipPlan, output: VideoOutput) -> Stream:
    options = {**encoder_options(output, plan.house), **graph.scratch_options(plan.house)}
    return ffmpeg.output(uploaded(stream, plan.house), picture_file(output), **options)


def split(stream: Stream, count: int) -> list[Stream]:
    """Return the stream so many times."""
    if count == 1:
        return [stream]
    parts = stream.filter_multi_output("split", count)
    return [parts[n] for n in range(count)]
