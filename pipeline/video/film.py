"""Films moving cards: their frames go through a pipe into ffmpeg, one at a time.

A title card becomes a film of its own for the graph of its clip, kept and made once; other cards go straight into the
house format, with silence.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import ffmpeg

from pipeline.card.animate import moving
from pipeline.card.motion import MovingCard
from pipeline.errors import OurError
from pipeline.preset.model import House, VideoOutput
from pipeline.store.publish import place, scratch
from pipeline.store.receipt import key_of
from pipeline.text.thai import make_breaker
from pipeline.video import audio, graph
from pipeline.video.encoder import device_arguments
from pipeline.video.ladder import ladder, several
from pipeline.video.meter import LEAST_TIMEOUT_S, SLOWEST, Bench, run_tool
from pipeline.video.prove import measure
from pipeline.video.stream import Stream

FILM = {"vcodec": "libx264", "preset": "ultrafast", "qp": 6, "threads:v": 2, "a53cc": 0, "pix_fmt": "yuv420p"}
"""So fine that encoding it once more makes no difference that can be seen. Read once or twice, so size hardly counts.

A fixed quantiser, because crf costs a third more of the encoder's CPU for the same picture.
"""


def film_key(film: MovingCard, toolchain: str) -> str:
    """Return what tells this film from every other; ``toolchain`` names the tools that make its bytes."""
    return key_of(["card-film", film.model_dump(mode="json"), toolchain])


def card_film(film: MovingCard, toolchain: str, folder: Path, bench: Bench) -> Path:
    """Return the card as a video without sound in the cache ``folder``; made only if it is not there yet.

    H.264, yuv420p, BT.709, of the film's frame, rate and number of frames; all its colours are tagged. The scratch
    folder of ``bench`` must be on the same file system. Whoever comes second with the same film at the same moment
    makes it too: both are whole, and one takes the other's place.

    Raises:
        MachineError, OurError: as :func:`pipeline.video.meter.run_tool`; what drawing raises; ``promise-broken``.

    """
    kept = folder / f"{film_key(film, toolchain)}.mp4"
    if kept.is_file() and _is_whole(kept, film):
        return kept
    with scratch(bench.folder, "film") as own:
        stream = ffmpeg.output(graph.tagged(piped(film)), kept.name, **FILM, f="mp4", map_metadata=-1)
        _run(graph.argv([stream], bench.ffmpeg), film, replace(bench, folder=own))
        if not _is_whole(own / kept.name, film):
            raise OurError("promise-broken", kept.name, f"frames: {film.frames}")
        place(own / kept.name, kept)
    return kept


def _is_whole(file: Path, film: MovingCard) -> bool:
    """Return whether a film has all its frames: a disk may have been full, or a hand may have been in the folder."""
    with contextlib.suppress(OurError):
        facts = measure(file)
        return facts.frames == film.frames and facts.even and (facts.width_px, facts.height_px) == film.frame.size
    return False


def sweep(folder: Path, keys: Collection[str]) -> None:
    """Remove every film from the cache but those with these keys. Only the holder of the run's lock may call this."""
    for kept in folder.glob("*.mp4"):
        if kept.stem not in keys:
            with contextlib.suppress(OSError):  # it can be removed next time
                kept.unlink()


def film_card(
    film: MovingCard, outputs: Sequence[VideoOutput], house: House, samples: int, title: str, bench: Bench
) -> dict[str, Path]:
    """Return, by id, ``<id of the output>.mp4`` in the scratch folder: the card with silence, in the house format.

    Not proven yet. The film's frame is as large as the first output; the others are scaled down from it.

    Raises:
        MachineError, OurError: as :func:`card_film`.

    """
    silences = several(audio.silence(samples, house), len(outputs), "asplit")
    streams = ladder(piped(film), silences, outputs, title, house, graph.audio_options(house))
    _run(graph.argv(streams, bench.ffmpeg, device_arguments(house)), film, bench)
    return {output.id: bench.folder / f"{output.id}.mp4" for output in outputs}


def piped(film: MovingCard) -> Stream:
    """Return the frames of a card as an input from the pipe: as they are, nothing converts them."""
    size = (film.frame.width_px, film.frame.height_px)
    told = {"f": "rawvideo", "pix_fmt": "yuv420p", "video_size": size, "framerate": str(film.rate)}
    return ffmpeg.input("pipe:0", **told, protocol_whitelist="pipe")["v"].filter("setsar", 1)


def frames_of(film: MovingCard) -> Iterator[memoryview]:
    """Yield the frames of a card, each as :func:`pipeline.card.animate.moving` makes it."""
    clip = moving(film.card, film.style, film.frame, make_breaker(film.words), film.frames, film.rate)
    for number in range(film.frames):
        yield memoryview(clip.get_frame(float(number / film.rate)))


def _run(argv: list[str], film: MovingCard, bench: Bench) -> None:
    length_s = float(film.frames / film.rate)
    timeout_s = max(LEAST_TIMEOUT_S, SLOWEST * length_s)
    run_tool(argv, bench, timeout_s=timeout_s, on_line=_progress(film, bench), feed=frames_of(film))


def _progress(film: MovingCard, bench: Bench) -> Callable[[str], None]:
    def on_line(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "frame" and value.isdigit():
            bench.on_progress(min(1.0, int(value) / film.frames))

    return on_line
