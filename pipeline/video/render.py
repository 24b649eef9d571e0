"""Makes the videos of one stage of one clip: one decode and one process for all pictures, the sound made beside it.

Files appear in a scratch folder; nothing here publishes.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from pipeline.card.draw import draw_card, draw_slate
from pipeline.card.fonts import family_name, font_path, load, win_ratio
from pipeline.errors import OurError
from pipeline.preset.model import Layout, VideoOutput
from pipeline.reasons import Reason
from pipeline.store.receipt import Loudness
from pipeline.text.cues import Captions
from pipeline.text.subtitles import caption_em_px, caption_width_px, to_ass, to_srt
from pipeline.text.thai import make_breaker
from pipeline.text.wrapping import wrap
from pipeline.video import audio, graph, loudness, sight
from pipeline.video.encoder import device_arguments, encoder_options, uploaded
from pipeline.video.meter import LEAST_TIMEOUT_S, SLOWEST, Bench, run_tool, sound_timeout_s
from pipeline.video.mix import mix
from pipeline.video.mux import SOFT_CAPTIONS, muxed
from pipeline.video.picture import card_file, picture_file, pictures
from pipeline.video.plan import ClipPlan, SlatePlan, Span, parts, promise
from pipeline.video.play import play
from pipeline.video.prove import OutputFacts, demand, measure
from pipeline.video.stream import Stream


@dataclass(frozen=True)
class Rendered:
    """The proven files of a stage, by output id."""

    files: dict[str, Path]
    facts: dict[str, OutputFacts]
    loudness: Loudness | None
    warnings: tuple[Reason, ...]


def render_air(plan: ClipPlan, bench: Bench, made: Sequence[Path] = ()) -> Rendered:
    """Return the on-air master and its smaller versions, proven and with the loudness of the finished file.

    The sound is made beside the picture: measuring it takes a fraction of the time that the encoder needs anyway.
    ``made``: folders with the picture's parts, where other orders have made them already.

    Raises:
        InputError: the clip's picture cannot be decoded after all.
        MachineError: the tool is missing, was killed, hung or took too long.
        OurError: the tool failed on good input, or a promise was broken.

    """
    with ThreadPoolExecutor(1, thread_name_prefix="sound") as beside:
        mixing = beside.submit(mix, plan, bench)
        drawn = _pictures(plan, bench, made)
        mixed = mixing.result()
    sound = ffmpeg.input(f"file:{mixed.file.name}", f="mov", protocol_whitelist="file")["a"]
    run_tool(graph.argv(muxed(plan, drawn, sound), bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
    facts, measured = _prove(plan, bench)
    warning = loudness.warning(measured, plan.house) if plan.facts.audio else None
    told = (*sight.remarks(_seen(plan, bench, made), plan), *mixed.warnings, *([warning] if warning else []))
    return Rendered(_files(plan, bench), facts, measured, told)


def render_pages(plan: ClipPlan, master: Path, bench: Bench, made: Sequence[Path] = ()) -> Rendered:
    """Return the versions for pages. Sound is the master's, copied; so is the picture where it is the same.

    Raises:
        InputError, MachineError, OurError: as in :func:`render_air`.

    """
    drawn = _pictures(plan, bench, made) if plan.encoded else {}
    proven = ffmpeg.input(f"file:{master}", f="mov", protocol_whitelist="file")
    drawn |= {output.id: proven["v"] for output in plan.copied}
    run_tool(graph.argv(muxed(plan, drawn, proven["a"]), bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
    return Rendered(_files(plan, bench), _prove(plan, bench)[0], None, ())


def render_part(plan: ClipPlan, span: Span, bench: Bench) -> dict[str, Path]:
    """Return the files of one part of a stage's picture, by name: what :func:`render_air` joins by copy.

    Raises:
        InputError, MachineError, OurError: as in :func:`render_air`.

    """
    lay_out(plan, bench)
    _draw(plan, span, bench)
    names = [picture_file(output) for output in plan.encoded]
    for name in names:
        facts = measure(bench.folder / name)
        if facts.frames != span.frames or not facts.even:
            raise OurError("promise-broken", name, f"frames: {span.frames} ≠ {facts.frames}")
    if plan.stage == "air":
        names.append(graph.SEEN)
    return {name: bench.folder / name for name in names}


def render_slate(plan: SlatePlan, bench: Bench) -> Rendered:
    """Return the slate of a missing partner: a still picture and silence, in the house format.

    Raises:
        MachineError, OurError: as in :func:`render_air`.

    """
    output, house = plan.output, plan.house
    size = (output.width_px, output.height_px)
    picture = draw_slate(plan.slate, plan.style, *size, output.layout, make_breaker(plan.words))
    picture.save(bench.folder / card_file(output.layout), compress_level=0)
    still = graph.still(graph.card_input(card_file(output.layout)), output, plan.frames, house.frame_rate)
    stream = ffmpeg.output(
        uploaded(graph.tagged(still), house),
        audio.silence(plan.samples, house),
        f"{output.id}.mp4",
        **encoder_options(output, house),
        **graph.audio_options(house),
        **graph.container_options(plan.slate.name, house),
    )
    run_tool(graph.argv([stream], bench.ffmpeg, device_arguments(house)), bench, timeout_s=LEAST_TIMEOUT_S)
    file = _file(bench, output)
    facts = demand(promise(plan, output), file)
    play([file], bench, LEAST_TIMEOUT_S)
    return Rendered({output.id: file}, {output.id: facts}, None, ())


def _files(plan: ClipPlan, bench: Bench) -> dict[str, Path]:
    return {output.id: _file(bench, output) for output in plan.outputs}


def _file(bench: Bench, output: VideoOutput) -> Path:
    return bench.folder / f"{output.id}.mp4"


def lay_out(plan: ClipPlan, bench: Bench) -> None:
    """Put everything that the graph reads into the scratch folder: cards, captions, fonts."""
    breaker = make_breaker(plan.words)
    largest: dict[Layout, VideoOutput] = {}
    for output in plan.encoded:
        if output.layout not in largest or output.width_px > largest[output.layout].width_px:
            largest[output.layout] = output
    for layout, output in largest.items():
        picture = draw_card(plan.card, plan.style, output.width_px, output.height_px, layout, breaker)
        picture.save(bench.folder / card_file(layout), compress_level=0)  # read once, a second later
    if not plan.captions:
        return
    fonts = bench.folder / graph.FONTS
    fonts.mkdir(exist_ok=True)
    shutil.copy(font_path(plan.style.faces.caption), fonts)
    for output in plan.encoded:
        ass = ass_text(plan, plan.captions[0], output)
        (bench.folder / f"{output.id}.ass").write_text(ass, "utf-8")
    shifted = plan.captions[0].shifted(plan.lead_s)
    (bench.folder / SOFT_CAPTIONS).write_text(to_srt(shifted), "utf-8")


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


def _pictures(plan: ClipPlan, bench: Bench, made: Sequence[Path]) -> dict[str, Stream]:
    """Return each output's picture as an input of the muxer: encoded here, or joined by copy from its parts."""
    lay_out(plan, bench)
    if not made:
        _draw(plan, plan.whole, bench)
        named = {output.id: ffmpeg.input(f"file:{picture_file(output)}", f="mov", protocol_whitelist="file")
                 for output in plan.encoded}  # fmt: skip
    else:
        named = {output.id: _joined(output, bench, made) for output in plan.encoded}
    return {name: stream["v"] for name, stream in named.items()}


def _joined(output: VideoOutput, bench: Bench, made: Sequence[Path]) -> Stream:
    """Return an input that reads the parts of an output's picture one after another."""
    lines = ["ffconcat version 1.0"]
    for n, folder in enumerate(made):
        name = f"part-{n:03d}-{picture_file(output)}"
        _bring(folder / picture_file(output), bench.folder / name)
        lines.append(f"file {name}")
    (bench.folder / f"{output.id}.ffconcat").write_text("\n".join(lines) + "\n", "ascii")
    return ffmpeg.input(f"file:{output.id}.ffconcat", f="concat", protocol_whitelist="file")


def _bring(source: Path, target: Path) -> None:
    """Give a file a name in scratch; where the file system has no links, a copy of it."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _draw(plan: ClipPlan, span: Span, bench: Bench) -> None:
    """Encode the pictures of a stage over ``span``: one decode, one process."""
    total_us = float(1_000_000 * span.frames / plan.house.frame_rate)

    def on_line(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            bench.on_progress(min(1.0, max(0.0, int(value) / total_us)))

    timeout_s = max(LEAST_TIMEOUT_S, SLOWEST * total_us / 1_000_000)
    command = graph.argv(pictures(plan, span, bench.source), bench.ffmpeg, device_arguments(plan.house))
    done = run_tool(command, bench, timeout_s=timeout_s, on_line=on_line)
    if plan.stage == "air":
        with (bench.folder / graph.SEEN).open("a", encoding="utf-8") as seen:
            seen.write("\n" + sight.torn(done.stderr_tail, plan.facts.video.codec))


def _seen(plan: ClipPlan, bench: Bench, folders: Sequence[Path]) -> list[tuple[str, Fraction]]:
    """Return what was seen of each part of the picture, and where in the footage the part ends."""
    spans = parts(plan) if folders else (plan.whole,)
    ends = [(span.first_frame + span.frames - plan.lead_frames) / plan.house.frame_rate for span in spans]
    texts = [(folder / graph.SEEN).read_text("utf-8", "replace") for folder in folders or [bench.folder]]
    return list(zip(texts, ends, strict=True))


def _prove(plan: ClipPlan, bench: Bench) -> tuple[dict[str, OutputFacts], Loudness]:
    """Return the facts of every output, each of which keeps its promise and plays to its end, and their loudness."""
    facts = {output.id: demand(promise(plan, output), _file(bench, output)) for output in plan.outputs}
    return facts, play([_file(bench, output) for output in plan.outputs], bench, sound_timeout_s(plan))
