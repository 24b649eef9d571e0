"""The picture's part of the graph: one decode, one look per layout, and every output of a stage from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from pipeline.preset.fields import Layout
from pipeline.preset.model import VideoOutput
from pipeline.units import seconds_text
from pipeline.video import graph
from pipeline.video.encoder import encoder_options, uploaded
from pipeline.video.plan import ClipPlan, Span
from pipeline.video.stream import Stream


@dataclass(frozen=True)
class _Look:
    """Outputs that differ in size alone."""

    layout: Layout
    ass: str | None
    span: Span
    """The frames of the plan that they show."""
    outputs: tuple[VideoOutput, ...]

    @property
    def has_graphics(self) -> bool:
        """Whether the card and the lower third belong to it."""
        return self.outputs[0].has_graphics


def card_file(layout: Layout) -> str:
    """Return the name of a moving card within the scratch folder."""
    return f"card-{layout}.mp4"


def third_file(layout: Layout) -> str:
    """Return the name of a lower third within the scratch folder."""
    return f"third-{layout}.png"


def picture_file(output: VideoOutput) -> str:
    """Return the name of an output's picture within the scratch folder: encoded, still without sound."""
    return f"{output.id}.picture.mp4"


def pictures(
    plan: ClipPlan, span: Span, source: Path, thirds: Mapping[Layout, tuple[int, int]], shown: Mapping[str, Span]
) -> list[Stream]:
    """Return ffmpeg's outputs for pictures of a stage, made from ``span``; the stage ``air`` is watched too.

    ``thirds``: where the upper left corner of each layout's lower third lies. ``shown``: which frames of the plan each
    output that is wanted shows, by its id.
    """
    begun_s = graph.seek_s(plan, span)
    clip = graph.source_input(source, plan.facts, begun_s)
    later_s = Fraction(0) if span.first_frame else plan.lead_s
    decoded = clip[str(plan.facts.video.index)]
    looks, found = _looks(plan, shown), graph.in_step(clip, plan.facts, plan.facts.audio)
    for part, look in zip(split(decoded, len(looks)), looks, strict=True):
        first = look.outputs[0]
        footage = graph.footage(part, plan, look.span, first, begun_s)
        if plan.stage == "air" and look is looks[0]:
            footage, seen = split(footage, 2)
            found.append(ffmpeg.output(graph.watched(seen, later_s), "-", f="null", fps_mode="passthrough"))
        whole = _whole(footage, plan, look, thirds)
        sized = split(graph.tagged(whole), len(look.outputs))
        for output, stream in zip(look.outputs, sized, strict=True):
            found.append(_output(stream if output is first else graph.smaller(stream, output), plan, output))
    return found


def _whole(footage: Stream, plan: ClipPlan, look: _Look, thirds: Mapping[Layout, tuple[int, int]]) -> Stream:
    """Return the footage with all that is shown over it and before it."""
    begins = look.has_graphics and not look.span.first_frame
    bare, footage = split(footage, 2) if begins else (footage, footage)
    whole = graph.body(footage, plan, look.span, look.ass)
    if not begins:
        # As late as the others, which have the card before it: ffmpeg draws the earliest of its outputs first.
        return whole if look.has_graphics else whole.filter("setpts", f"PTS+{plan.lead_frames}")
    if plan.third:
        picture = graph.third_input(third_file(look.layout))
        whole = graph.with_third(whole, picture, plan.third, thirds[look.layout], plan.house.frame_rate)
    card = graph.card_input(card_file(look.layout))
    return graph.with_card(card, bare, whole, plan, look.span, look.outputs[0])


def _looks(plan: ClipPlan, shown: Mapping[str, Span]) -> list[_Look]:
    grouped: dict[tuple[Layout, bool, Span], list[VideoOutput]] = {}
    for output in sorted(plan.encoded, key=lambda o: -o.width_px):
        burned = output.captions == "burned" and bool(plan.captions)
        if output.id in shown:
            grouped.setdefault((output.layout, burned, shown[output.id]), []).append(output)
    return [
        _Look(layout, ass_file(plan, layout) if burned else None, span, tuple(outputs))
        for (layout, burned, span), outputs in grouped.items()
    ]


def ass_file(plan: ClipPlan, layout: Layout) -> str:
    """Return the name of a layout's script within the scratch folder: written for its largest output."""
    largest = max((o for o in plan.encoded if o.layout == layout and o.captions == "burned"), key=lambda o: o.width_px)
    return f"{largest.id}.ass"


def _output(stream: Stream, plan: ClipPlan, output: VideoOutput) -> Stream:
    options = {**encoder_options(output, plan.house), **graph.scratch_options(plan.house)}
    if not output.has_graphics:
        # Back to zero, after the encoder; where a frame is due every time, nothing must be repeated up to the first.
        options |= {"fps_mode": "passthrough", "output_ts_offset": f"-{seconds_text(plan.lead_s, 6)}"}
    return ffmpeg.output(uploaded(stream, plan.house), picture_file(output), **options)


def split(stream: Stream, count: int) -> list[Stream]:
    """Return the stream so many times."""
    if count == 1:
        return [stream]
    parts = stream.filter_multi_output("split", count)
    return [parts[n] for n in range(count)]
