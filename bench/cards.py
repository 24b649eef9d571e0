"""What a moving card costs beside a still one: seconds per card at 1080p, paired rounds, who begins taking turns.

    python bench/cards.py            a title card of 4 s at 30 frames a second, in the house format with silence
    options: --rounds 7 --layout wide|tall --composite

still      drawn, saved as PNG, decoded once, repeated, encoded in the house format: how cards were made before
moving     drawn, its frames composed, piped and encoded in the house format: :func:`pipeline.video.film.film_card`
film       the same as an intermediate for a clip's graph, with proof and fsync: :func:`pipeline.video.film.card_film`
again      the same film a second time
composite  once, with ``--composite``: the same layers in MoviePy's CompositeVideoClip, its frames piped and encoded

Left out is what a worker pays once in its life: the start of Python, imports, fonts and the word list. CPU seconds are
user and system with all children. Fails when the median wall time of ``film`` is more than 1.5 times a still's.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as words
from measuring import FFMPEG, ROOT, Cost, machine, spread, table

from pipeline import process
from pipeline.card.animate import moving
from pipeline.card.draw import draw_layers, draw_still
from pipeline.card.motion import MovingCard
from pipeline.card.pieces import Frame
from pipeline.card.texts import CardText
from pipeline.preset.load import load
from pipeline.text.dates import thai_date_range
from pipeline.text.thai import make_breaker
from pipeline.units import AAC_FRAME_SAMPLES, samples_in
from pipeline.video import audio, graph
from pipeline.video.encoder import encoder_options
from pipeline.video.film import card_film, film_card
from pipeline.video.meter import Bench

GOAL = 1.5
FRAMES, RATE = 120, Fraction(30)
BOOK = load(ROOT / "presets")


def film_of(number: int, layout: str) -> MovingCard:
    """Return the moving title card of a partner."""
    event, partner = BOOK.event, BOOK.event.partners[number]
    theme = event.theme_of(partner.theme)
    card = CardText(
        event_name=event.name,
        name=partner.name,
        theme=theme.name if theme else None,
        date_text=thai_date_range(event.starts_on, event.ends_on),
        number=number + 1,
        total=event.expected_partners,
        accent=BOOK.accent_of(partner.theme),
    )
    size = (1920, 1080) if layout == "wide" else (1080, 1920)
    frame = Frame.model_validate({"width_px": size[0], "height_px": size[1], "layout": layout})
    return MovingCard(card=card, style=BOOK.style, words=BOOK.words, frame=frame, frames=FRAMES, rate=RATE)


def _encoded(film: MovingCard, picture: Any, name: str) -> list[str]:  # noqa: ANN401 - ffmpeg-python has no types
    """Return the command that encodes a picture with silence in the house format."""
    output = BOOK.stage("air")[0].model_copy(
        update={"width_px": film.frame.width_px, "height_px": film.frame.height_px}
    )
    samples = samples_in(FRAMES, RATE, BOOK.house.sample_rate_hz) - AAC_FRAME_SAMPLES
    options = {**encoder_options(output, BOOK.house), **graph.audio_options(BOOK.house)}
    stream = words.output(
        graph.tagged(picture), audio.silence(samples, BOOK.house), name, **options,
        **graph.container_options("card", BOOK.house),
    )  # fmt: skip
    return graph.argv([stream], FFMPEG)


def still(film: MovingCard, bench: Bench) -> None:
    """Make the card as a still."""
    picture = draw_still(film.card, film.style, film.frame, make_breaker(film.words))
    picture.save(bench.folder / "card.png", compress_level=0)
    once = words.input("file:card.png", f="png_pipe", protocol_whitelist="file").filter(
        "scale", film.frame.width_px, film.frame.height_px, flags="bicubic", out_color_matrix="bt709", out_range="tv"
    )
    held = once.filter("format", "yuv420p").filter("setsar", 1).filter("loop", loop=FRAMES - 1, size=1, start=0)
    counted = held.filter("trim", end_frame=FRAMES).filter("settb", "1/30").filter("setpts", "N").filter("fps", fps=30)
    process.run(_encoded(film, counted, "still.mp4"), timeout_s=600, cwd=bench.folder)


def in_house(film: MovingCard, bench: Bench) -> None:
    """Make the moving card in the house format."""
    output = BOOK.stage("air")[0].model_copy(
        update={"id": "moving", "width_px": film.frame.width_px, "height_px": film.frame.height_px}
    )
    samples = samples_in(FRAMES, RATE, BOOK.house.sample_rate_hz) - AAC_FRAME_SAMPLES
    film_card(film, [output], BOOK.house, samples, "card", bench)


def composite(film: MovingCard, bench: Bench) -> None:
    """Make it from the same layers with CompositeVideoClip. The bar fades here; all else moves in the same way."""
    import numpy as np  # noqa: PLC0415 - as in the product
    from moviepy import CompositeVideoClip, ImageClip, vfx  # noqa: PLC0415 - after the product has kept it quiet

    clips = []
    for layer in draw_layers(film.card, film.style, film.frame, make_breaker(film.words)):
        clip = ImageClip(np.asarray(layer.image), duration=FRAMES / RATE)
        begin, x_px, y_px = 0.1 + 0.16 * (layer.step or 0), layer.x_px, layer.y_px
        if layer.role == "wave":
            clip = clip.with_position(lambda t, x=x_px, y=y_px: (x + 15 * t, y))
        elif layer.step is not None:
            clip = clip.with_start(begin).with_end(FRAMES / RATE).with_effects([vfx.CrossFadeIn(0.6)])
            clip = clip.with_position(lambda t, x=x_px, y=y_px: (x, y + 24 * (1 - min(1, t / 0.6)) ** 3))
        else:
            clip = clip.with_position((x_px, y_px))
        clips.append(clip)
    whole = CompositeVideoClip(clips, size=(film.frame.width_px, film.frame.height_px))

    def frames() -> Iterator[bytes]:
        for number in range(FRAMES):
            yield bytes(whole.get_frame(number / 30).tobytes())

    size = (film.frame.width_px, film.frame.height_px)
    piped = words.input("pipe:0", f="rawvideo", pix_fmt="rgb24", video_size=size, framerate=30)["v"]
    shown = piped.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p")
    process.run(
        _encoded(film, shown.filter("setsar", 1), "composite.mp4"), timeout_s=600, cwd=bench.folder, feed=frames()
    )


def cost(work: Callable[[], object]) -> Cost:
    """Return what some work costs."""

    def used() -> Cost:
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return Cost(time.perf_counter(), sum(each.ru_utime + each.ru_stime for each in both))

    before = used()
    work()
    after = used()
    return Cost(after.wall_s - before.wall_s, after.cpu_s - before.cpu_s)


def rounds_of(layout: str, rounds: int, folder: Path) -> tuple[dict[str, list[Cost]], int]:
    """Return the costs by way of making it, round by round, and the size of a film in bytes."""
    bench = Bench(folder / "no-source", folder, FFMPEG, lambda _share: None)
    ways: dict[str, Callable[[MovingCard], object]] = {
        "still": lambda film: still(film, bench),
        "moving": lambda film: in_house(film, bench),
        "film": lambda film: card_film(film, "bench", folder / "cards", bench),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in (*ways, "again")}
    for number in range(-1, rounds):  # the first one warms up
        film = film_of((number + 1) % 28, layout)
        names = list(ways)
        for name in names[(number + 1) % 3 :] + names[: (number + 1) % 3]:
            found = cost(lambda film=film, name=name: ways[name](film))  # type: ignore[misc]
            if number >= 0:
                costs[name].append(found)
        if number >= 0:
            costs["again"].append(cost(lambda film=film: ways["film"](film)))  # type: ignore[misc]
    made = next((folder / "cards").iterdir())
    return costs, made.stat().st_size


def composing(film: MovingCard) -> tuple[float, float]:
    """Return the milliseconds that a frame of the first two seconds takes to compose, and one after them."""
    clip = moving(film.card, film.style, film.frame, make_breaker(film.words), FRAMES, RATE)

    def through(numbers: range) -> None:
        for number in numbers:  # none is kept: memory that is new each time costs more than composing
            clip.get_frame(number / 30)

    early, late = cost(lambda: through(range(60))), cost(lambda: through(range(60, FRAMES)))
    return 1000 * early.cpu_s / 60, 1000 * late.cpu_s / 60


def main() -> None:
    """Run the rounds and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--layout", choices=("wide", "tall"), default="wide")
    parser.add_argument("--composite", action="store_true")
    given = parser.parse_args()
    print(f"{machine()}; {FRAMES} frames, {given.layout}; {given.rounds} rounds\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="cards-") as scratch:
        folder = Path(scratch)
        costs, size = rounds_of(given.layout, given.rounds, folder)
        if given.composite:
            bench = Bench(folder / "no-source", folder, FFMPEG, lambda _share: None)
            costs["composite"] = [cost(lambda: composite(film_of(0, given.layout), bench))]
    rows, kept = [], dict[str, float]()
    for name, found in costs.items():
        row = [name]
        for field in ("wall_s", "cpu_s"):
            mine, base = [getattr(each, field) for each in found], [getattr(each, field) for each in costs["still"]]
            ratios = [a / b for a, b in zip(mine, base[: len(mine)], strict=True)]
            row += [spread(mine, 3), spread(ratios)]
        pairs = zip(found, costs["still"][: len(found)], strict=True)
        kept[name] = statistics.median(a.wall_s / b.wall_s for a, b in pairs)
        rows.append([*row, "" if name == "still" else "yes" if kept[name] <= GOAL else "no"])
    print(table(["", "wall s", "to still", "CPU s", "to still", f"≤ {GOAL}"], rows))
    early, late = composing(film_of(0, given.layout))
    print(f"composing a frame: {early:.1f} ms of CPU in the first 2 s, {late:.1f} ms after; a film has {size} bytes")
    if kept["film"] > GOAL:
        sys.exit(f"a film takes {kept['film']:.2f} times as long as a still; the goal is {GOAL}")


if __name__ == "__main__":
    main()
