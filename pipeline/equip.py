"""Decides once which encoder a show is made with, and remembers it: trying costs a second, and nothing may be mixed."""

from __future__ import annotations

import contextlib
import json
import platform

from pipeline.errors import MachineError
from pipeline.orders import ClipOrder, Order, PartOrder, SlateOrder
from pipeline.preset.model import Book
from pipeline.reasons import Reason, reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish
from pipeline.toolchain import ffmpeg_path

MEMORY = "cache/encoder.json"


def equip(book: Book, settings: Settings, tools: str) -> tuple[Book, tuple[Reason, ...]]:
    """Return the book with an encoder that works on this machine, and what people are told where it is another."""
    asked = book.house.encoder
    if asked == "x264":
        return book, ()
    chosen = _chosen(book, settings, [asked, platform.node(), tools])
    told = (reason("encoder-fallback", asked),) if chosen == "x264" else ()
    house = book.house.model_copy(update={"encoder": chosen})
    return book.model_copy(update={"house": house}), told


def _chosen(book: Book, settings: Settings, circumstances: list[str]) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads((settings.state / MEMORY).read_bytes())
        if known["circumstances"] == circumstances:
            return str(known["encoder"])
    from pipeline.video.trial import choose  # noqa: PLC0415 - loads PyAV, and the answer is mostly known

    chosen = choose(book.house, book.stage("air")[0], ffmpeg_path(settings))
    kept = json.dumps({"circumstances": circumstances, "encoder": chosen})
    publish.write(settings.media_out, f"{STATE_FOLDER}/{MEMORY}", kept.encode())
    return chosen


def demand_encoder(order: Order, settings: Settings) -> None:
    """Raise where this machine lacks the encoder that the show is made with: another one takes the order.

    Raises:
        MachineError: ``encoder-missing``.

    """
    match order.work:
        case ClipOrder(plan=plan) | PartOrder(plan=plan):
            house, output = plan.house, plan.outputs[0]
        case SlateOrder(plan=slate):
            house, output = slate.house, slate.output
        case _:
            return
    if house.encoder in {"x264", "auto"}:
        return
    from pipeline.video.trial import choose  # noqa: PLC0415 - needed where hardware is used

    if choose(house, output, ffmpeg_path(settings)) != house.encoder:
        raise MachineError("encoder-missing", house.encoder)
