"""Makes the videos of one stage of one clip: one decode and one process for all pictures, the sound made beside it.

Files appear in a scratch folder; nothing here publishes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import ffmpeg

from pipeline.card.draw import draw_third
from pipeline.errors import OurError
from pipeline.preset.fields import Layout
from pipeline.preset.model import VideoOutput
from pipeline.reasons import Reason
from pipeline.store.receipt import Loudness
from pipeline.text.cues import Captions
from pipeline.text.style import gap_ms, styled
from pipeline.text.subtitles import to_srt
from pipeline.text.thai import WordBreaker, make_breaker
from pipeline.video import graph, loudness, sight
from pipeline.video.burn import prepare
from pipeline.video.cut import Pause, pauses_between, spans
from pipeline.video.encoder import device_arguments
from pipeline.video.film import card_film, film_card
from pipeline.video.meter import LEAST_TIMEOUT_S, SLOWEST, Bench, find_pauses, run_tool, sound_timeout_s
from pipeline.video.mix import mix
from pipeline.video.mux import muxed, soft_file
from pipeline.video.picture import card_file, picture_file, pictures, third_file
from pipeline.video.plan import CardPlan, ClipPlan, Span, parts
from pipeline.video.play import play
from pipeline.video.promise import promise
from pipeline.video.prove import OutputFacts, demand, measure
from pipeline.video.scratch import bring
from pipeline.video.stream import Stream


@dataclass(frozen=True)
class Rendered:
    """The proven files of a stage, by output id."""

    files: dict[str, Path]
    facts: dict[str, OutputFacts]
    loudness: Loudness | None
    warnings: tuple[Reason, ...]
    captions: tuple[Captions, ...] = ()
    """In the house style, beginning with the footage."""


@dataclass(frozen=True)
class Laid:
    """What was put into the scratch folder."""

    thirds: dict[Layout, tuple[int, int]]
    """Where the upper left corner of each layout's lower third lies."""
    captions: tuple[Captions, ...]
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
        laid = lay_out(plan, bench)
        drawn = _pictures(plan, bench, made, laid, spans(plan, plan.outputs, ()))
        mixed = mixing.result()
    sound = ffmpeg.input(f"file:{mixed.file.name}", f="mov", protocol_whitelist="file")["a"]
    run_tool(graph.argv(muxed(plan, drawn, sound), bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
    facts, measured = _prove(plan, bench)
    warning = loudness.warning(measured, plan.house) if plan.facts.audio else None
    seen = sight.remarks(_seen(plan, bench, made), plan)
    told = (*seen, *mixed.warnings, *([warning] if warning else []), *laid.warnings)
    return Rendered(_files(plan, bench), facts, measured, told, laid.captions)


def render_pages(plan: ClipPlan, master: Path, bench: Bench, made: Sequence[Path] = ()) -> Rendered:
    """Return the versions for pages. Sound is the master's, copied; so is the picture where it is the same.

    Raises:
        InputError, MachineError, OurError: as in :func:`render_air`.

    """
    laid = lay_out(plan, bench)
    shown = spans(plan, plan.outputs, _pauses(plan, laid, master, bench))
    drawn = _pictures(plan, bench, made, laid, shown)
    proven = ffmpeg.input(f"file:{master}", f="mov", protocol_whitelist="file")
    drawn |= {output.id: proven["v"] for output in plan.copied}
    run_tool(graph.argv(muxed(plan, drawn, proven["a"], shown), bench.ffmpeg), bench, timeout_s=sound_timeout_s(plan))
    return Rendered(_files(plan, bench), _prove(plan, bench, shown)[0], None, ())


def render_part(plan: ClipPlan, span: Span, bench: Bench) -> dict[str, Path]:
    """Return the files of one part of a stage's picture, by name: what :func:`render_air` joins by copy.

    Raises:
        InputError, MachineError, OurError: as in :func:`render_air`.

    """
    _draw(plan, span, bench, lay_out(plan, bench), {output.id: span for output in plan.parted})
    names = [picture_file(output) for output in plan.parted]
    for name in names:
        facts = measure(bench.folder / name)
        if facts.frames != span.frames or not facts.even:
            raise OurError("promise-broken", name, f"frames: {span.frames} ≠ {facts.frames}")
    if plan.stage == "air":
        names.append(graph.SEEN)
    return {name: bench.folder / name for name in names}


def render_card(plan: CardPlan, bench: Bench) -> Rendered:
    """Return a moving card with silence, in the house format, proven.

    Raises:
        MachineError, OurError: as in :func:`render_air`.

    """
    files = film_card(plan.film, plan.outputs, plan.house, plan.samples, plan.title, bench)
    facts = {output.id: demand(promise(plan, output), files[output.id]) for output in plan.outputs}
    play(list(files.values()), bench, LEAST_TIMEOUT_S)
    return Rendered(files, facts, None, ())


def _files(plan: ClipPlan, bench: Bench) -> dict[str, Path]:
    return {output.id: _file(bench, output) for output in plan.outputs}


def _file(bench: Bench, output: VideoOutput) -> Path:
    return bench.folder / f"{output.id}.mp4"


def lay_out(plan: ClipPlan, bench: Bench) -> Laid:
    """Put everything that the graph reads into the scratch folder: cards, lower thirds, captions, fonts.

    Raises:
        MachineError, OurError: what must be drawn cannot be, here or at all.

    """
    breaker = make_breaker(plan.words)
    quiet = replace(bench, on_progress=lambda _: None)  # a card is a few seconds of what is told
    thirds = {}
    for layout, film in plan.films.items():
        bring(card_film(film, bench.tools, bench.films or bench.folder, quiet), bench.folder / card_file(layout))
        if plan.third:
            size = (film.frame.width_px, film.frame.height_px)
            third = draw_third(plan.third.text, plan.style, *size, layout, breaker)
            third.image.save(bench.folder / third_file(layout), compress_level=0)  # read once, a second later
            thirds[layout] = (third.x_px, third.y_px)
    captions, warnings = _captions(plan, bench, breaker)
    return Laid(thirds, captions, warnings)


def _captions(plan: ClipPlan, bench: Bench, breaker: WordBreaker) -> tuple[tuple[Captions, ...], tuple[Reason, ...]]:
    """Return the captions in the house style, what of them people should know, and write what is burned and muxed."""
    if not plan.captions:
        return (), ()
    rate = plan.house.frame_rate
    found = [styled(each, rate, breaker.units, plan.body_frames / rate) for each in plan.captions]
    captions = tuple(each.captions for each in found)
    left_out = prepare(
        captions[0],
        plan.style.faces.caption,
        breaker,
        outputs=plan.encoded,
        folder=bench.folder,
        ffmpeg=bench.ffmpeg,
        gap_s=Fraction(gap_ms(rate), 1000),
    )
    for n, each in enumerate(captions):
        (bench.folder / soft_file(n)).write_text(to_srt(each.shifted(plan.lead_s)), "utf-8")
    told = dict.fromkeys(warning for each in found for warning in each.warnings)
    return captions, (*told, *left_out)


def _pauses(plan: ClipPlan, laid: Laid, master: Path, bench: Bench) -> tuple[Pause, ...]:
    """Return when nobody speaks: between captions, else where the sound is quiet; none where nothing is cut."""
    limits = ((output, plan.limit_frames(output)) for output in plan.outputs)
    if not any(limit is not None and plan.span_of(output).frames > limit for output, limit in limits):
        return ()
    if laid.captions:
        return pauses_between(laid.captions[0].shifted(plan.lead_s))
    return find_pauses(master, bench, sound_timeout_s(plan))


def _pictures(
    plan: ClipPlan, bench: Bench, made: Sequence[Path], laid: Laid, shown: Mapping[str, Span]
) -> dict[str, Stream]:
    """Return each output's picture as an input of the muxer: encoded here, or joined by copy from its parts."""
    there = plan.parted if made else ()
    own = [output for output in plan.encoded if output not in there]
    if own:
        _draw(plan, plan.whole, bench, laid, {output.id: shown[output.id] for output in own})
    named = {
        output.id: ffmpeg.input(f"file:{picture_file(output)}", f="mov", protocol_whitelist="file") for output in own
    }
    named |= {output.id: _joined(output, bench, made) for output in there}
    return {name: stream["v"] for name, stream in named.items()}


def _joined(output: VideoOutput, bench: Bench, made: Sequence[Path]) -> Stream:
    """Return an input that reads the parts of an output's picture one after another."""
    lines = ["ffconcat version 1.0"]
    for n, folder in enumerate(made):
        name = f"part-{n:03d}-{picture_file(output)}"
        bring(folder / picture_file(output), bench.folder / name)
        lines.append(f"file {name}")
    (bench.folder / f"{output.id}.ffconcat").write_text("\n".join(lines) + "\n", "ascii")
    return ffmpeg.input(f"file:{output.id}.ffconcat", f="concat", protocol_whitelist="file")


def _draw(plan: ClipPlan, span: Span, bench: Bench, laid: Laid, shown: Mapping[str, Span]) -> None:
    """Encode pictures of a stage from ``span``, those that ``shown`` names: one decode, one process."""
    total_us = float(1_000_000 * span.frames / plan.house.frame_rate)

    def on_line(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            bench.on_progress(min(1.0, max(0.0, int(value) / total_us)))

    timeout_s = max(LEAST_TIMEOUT_S, SLOWEST * total_us / 1_000_000)
    command = graph.argv(
        pictures(plan, span, bench.source, laid.thirds, shown), bench.ffmpeg, device_arguments(plan.house)
    )
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


def _prove(
    plan: ClipPlan, bench: Bench, shown: Mapping[str, Span] | None = None
) -> tuple[dict[str, OutputFacts], Loudness]:
    """Return the facts of every output, each of which keeps its promise and plays to its end, and their loudness."""
    facts = {
        output.id: demand(promise(plan, output, (shown or {}).get(output.id, plan.whole).frames), _file(bench, output))
        for output in plan.outputs
    }
    return facts, play([_file(bench, output) for output in plan.outputs], bench, sound_timeout_s(plan))
