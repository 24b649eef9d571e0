"""Makes the videos of one stage of one clip: sound measured first, then one decode and one process for all outputs.

Files appear in a scratch folder; nothing here publishes.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from pipeline.card.draw import draw_card, draw_slate
from pipeline.card.fonts import family_name, font_path, load, win_ratio
from pipeline.preset.model import Layout, VideoOutput
from pipeline.reasons import Reason
from pipeline.store.receipt import Loudness
from pipeline.text.cues import Captions
from pipeline.text.subtitles import caption_em_px, caption_width_px, to_ass, to_srt
from pipeline.text.thai import make_breaker
from pipeline.text.wrapping import wrap
from pipeline.video import audio, graph, loudness
from pipeline.video.audio import Gain
from pipeline.video.meter import LEAST_TIMEOUT_S, SLOWEST, Bench, find_gain, measure_file, run_tool
from pipeline.video.plan import ClipPlan, SlatePlan, promise
from pipeline.video.prove import OutputFacts, demand
from pipeline.video.stream import Stream


@dataclass(frozen=True)
class Rendered:
    """The proven files of a stage, by output id."""

    files: dict[str, Path]
    facts: dict[str, OutputFacts]
    loudness: Loudness | None
    warnings: tuple[Reason, ...]


def render_air(plan: ClipPlan, bench: Bench) -> Rendered:
    """Return the on-air master and its smaller versions, proven and with the loudness of the finished file.

    Raises:
        InputError: the clip's picture cannot be decoded after all.
        MachineError: the tool is missing, was killed, hung or took too long.
        OurError: the tool failed on good input, or a promise was broken.

    """
    gain = find_gain(plan, bench)
    _lay_out(plan, bench)
    source = graph.source_input(bench.source, plan.facts)
    sounds = _split(audio.sound(source, plan, gain), len(plan.outputs), "asplit")
    pictures = _pictures(plan, source)
    outputs = [
        _output(pictures[output.id], sounds[n], plan, output, graph.audio_options(plan.house))
        for n, output in enumerate(plan.outputs)
    ]
    _encode(plan, bench, outputs)
    measured = _settle_loudness(plan, bench, gain)
    warning = loudness.warning(measured, plan.house) if plan.facts.audio else None
    facts = {output.id: demand(promise(plan, output), _file(bench, output)) for output in plan.outputs}
    files = {output.id: _file(bench, output) for output in plan.outputs}
    return Rendered(files, facts, measured, (warning,) if warning else ())


def render_pages(plan: ClipPlan, master: Path, bench: Bench) -> Rendered:
    """Return the versions for pages. Sound is the master's, copied; so is the picture where it is the same.

    Raises:
        InputError, MachineError, OurError: as in :func:`render_air`.

    """
    _lay_out(plan, bench)
    source = graph.source_input(bench.source, plan.facts)
    proven = ffmpeg.input(f"file:{master}", f="mov", protocol_whitelist="file")
    same = [output for output in plan.outputs if output.layout == "wide" and not plan.captions]
    other = plan.model_copy(update={"outputs": tuple(output for output in plan.outputs if output not in same)})
    pictures = _pictures(other, source) if other.outputs else {}
    outputs = []
    for output in plan.outputs:
        picture = pictures.get(output.id, proven["v"])
        copied = {"vcodec": "copy"} if output in same else None
        outputs.append(_output(picture, proven["a"], plan, output, {"acodec": "copy"}, copied))
    _encode(plan, bench, outputs)
    facts = {output.id: demand(promise(plan, output), _file(bench, output)) for output in plan.outputs}
    return Rendered({output.id: _file(bench, output) for output in plan.outputs}, facts, None, ())


def render_slate(plan: SlatePlan, bench: Bench) -> Rendered:
    """Return the slate of a missing partner: a still picture and silence, in the house format.

    Raises:
        MachineError, OurError: as in :func:`render_air`.

    """
    output, house = plan.output, plan.house
    size = (output.width_px, output.height_px)
    picture = draw_slate(plan.slate, plan.style, *size, output.layout, make_breaker(plan.words))
    picture.save(bench.folder / card_file(output.layout), compress_level=1)
    still = graph.still(graph.card_input(card_file(output.layout)), output, plan.frames, house.frame_rate)
    stream = ffmpeg.output(
        graph.tagged(still),
        audio.silence(plan.samples, house),
        f"{output.id}.mp4",
        **graph.codec_options(output, house),
        **graph.audio_options(house),
        **graph.container_options(plan.slate.name, house),
    )
    run_tool(graph.argv([stream], bench.ffmpeg), bench, timeout_s=LEAST_TIMEOUT_S)
    file = _file(bench, output)
    return Rendered({output.id: file}, {output.id: demand(promise(plan, output), file)}, None, ())


def card_file(layout: Layout) -> str:
    """Return the name of a card within the scratch folder."""
    return f"card-{layout}.png"


def _file(bench: Bench, output: VideoOutput) -> Path:
    return bench.folder / f"{output.id}.mp4"


def _lay_out(plan: ClipPlan, bench: Bench) -> None:
    """Put everything that the graph reads into the scratch folder: cards, captions, fonts."""
    breaker = make_breaker(plan.words)
    largest: dict[Layout, VideoOutput] = {}
    for output in plan.outputs:
        if output.layout not in largest or output.width_px > largest[output.layout].width_px:
            largest[output.layout] = output
    for layout, output in largest.items():
        picture = draw_card(plan.card, plan.style, output.width_px, output.height_px, layout, breaker)
        picture.save(bench.folder / card_file(layout), compress_level=1)
    if not plan.captions:
        return
    fonts = bench.folder / graph.FONTS
    fonts.mkdir(exist_ok=True)
    shutil.copy(font_path(plan.style.faces.caption), fonts)
    for output in plan.outputs:
        ass = ass_text(plan, plan.captions[0], output)
        (bench.folder / f"{output.id}.ass").write_text(ass, "utf-8")
    shifted = plan.captions[0].shifted(plan.lead_s)
    (bench.folder / "soft.srt").write_text(to_srt(shifted), "utf-8")


def ass_text(plan: ClipPlan, captions: Captions, output: VideoOutput) -> str:
    """Return the captions as ASS for one output: wrapped by measured pixels, in the style's own face."""
    em_px = caption_em_px(output.width_px, output.height_px)
    face = plan.style.faces.caption
    font = load(face, em_px)
    width_px = caption_width_px(output.width_px, output.height_px)
    wrapped = wrap(captions, font.getlength, width_px, make_breaker(plan.words).units)
    return to_ass(
        wrapped,
        width_px=output.width_px,
        height_px=output.height_px,
        face_name=family_name(face),
        win_ratio=win_ratio(face),
        em_px=em_px,
    )


def _pictures(plan: ClipPlan, source: Stream) -> dict[str, Stream]:
    """Return the picture of each output. Outputs of one look share one graph; smaller ones are scaled from it."""
    looks: dict[tuple[Layout, bool], list[VideoOutput]] = {}
    for output in sorted(plan.outputs, key=lambda o: -o.width_px):
        burned = output.captions == "burned" and bool(plan.captions)
        looks.setdefault((output.layout, burned), []).append(output)
    sources = _split(source[str(plan.facts.video.index)], len(looks))
    made: dict[str, Stream] = {}
    for part, ((layout, burned), outputs) in zip(sources, looks.items(), strict=True):
        first = outputs[0]
        footage = graph.body(part, plan, first, f"{first.id}.ass" if burned else None)
        whole = graph.with_card(graph.card_input(card_file(layout)), footage, plan, first)
        for output, stream in zip(outputs, _split(whole, len(outputs)), strict=True):
            made[output.id] = stream if output is first else graph.smaller(stream, output)
    return made


def _split(stream: Stream, count: int, by: str = "split") -> list[Stream]:
    if count == 1:
        return [stream]
    parts = stream.filter_multi_output(by, count)
    return [parts[n] for n in range(count)]


def _output(
    picture: Stream,
    sound: Stream,
    plan: ClipPlan,
    output: VideoOutput,
    audio: Mapping[str, str | int],
    video: Mapping[str, str | int] | None = None,
) -> Stream:
    streams, options = [picture, sound], dict(video or graph.codec_options(output, plan.house))
    if output.captions == "soft" and plan.captions:
        streams.append(ffmpeg.input("file:soft.srt", f="srt", protocol_whitelist="file")["s"])
        options |= {"scodec": "mov_text", "metadata:s:s:0": f"language={_iso639_2(plan.captions[0].language)}"}
    return ffmpeg.output(
        *streams, f"{output.id}.mp4", **options, **audio, **graph.container_options(plan.title, plan.house)
    )


def _iso639_2(language: str) -> str:
    """Return the three-letter code that MP4 wants. Source: ISO 639-2, ISO/IEC 14496-12, 8.4.2."""
    return {"th": "tha", "en": "eng", "ms": "msa", "ja": "jpn", "ar": "ara", "lo": "lao", "zh": "zho"}.get(
        language[:2], "und"
    )


def _encode(plan: ClipPlan, bench: Bench, outputs: Sequence[Stream]) -> None:
    total_us = float(1_000_000 * plan.frames / plan.house.frame_rate)

    def on_line(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            bench.on_progress(min(1.0, max(0.0, int(value) / total_us)))

    timeout_s = max(LEAST_TIMEOUT_S, SLOWEST * total_us / 1_000_000)
    run_tool(graph.argv(list(outputs), bench.ffmpeg), bench, timeout_s=timeout_s, on_line=on_line)


def _settle_loudness(plan: ClipPlan, bench: Bench, gain: Gain) -> Loudness:
    """Return the loudness of the finished master; where AAC moved it out of bounds, encode the sound again."""
    master = bench.folder / f"{plan.outputs[0].id}.mp4"
    measured = measure_file(master, bench)
    if plan.facts.audio is None or loudness.is_silent(measured):
        return measured
    before = None
    for _ in range(loudness.MOST_PASSES):
        if loudness.within(measured, plan.house):
            break
        now = (gain, measured)
        better = loudness.next_gain(*now, plan.house, loudness.slope(before, now))
        if better is None:
            break
        gain, before = better, now
        _replace_sound(plan, bench, gain)
        measured = measure_file(master, bench)
    return measured


def _replace_sound(plan: ClipPlan, bench: Bench, gain: Gain) -> None:
    """Encode the sound of every output again beside its copied picture."""
    source = graph.source_input(bench.source, plan.facts)
    sounds = _split(audio.sound(source, plan, gain), len(plan.outputs), "asplit")
    outputs = []
    for output, sound in zip(plan.outputs, sounds, strict=True):
        _file(bench, output).rename(bench.folder / f"{output.id}.before.mp4")
        before = ffmpeg.input(f"file:{output.id}.before.mp4", f="mov", protocol_whitelist="file")
        outputs.append(_output(before["v"], sound, plan, output, graph.audio_options(plan.house), {"vcodec": "copy"}))
    run_tool(graph.argv(outputs, bench.ffmpeg), bench, timeout_s=LEAST_TIMEOUT_S)
