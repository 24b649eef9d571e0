"""Decides once which encoder a show is made with, and remembers it: nothing may be mixed."""

from __future__ import annotations

import contextlib
import platform
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import MachineError
from pipeline.noun import Noun
from pipeline.orders import CardOrder, ClipOrder, Order, PartOrder, RecapOrder
from pipeline.preset.model import Book, Encoder
from pipeline.reasons import Reason, reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish
from pipeline.store.receipt import key_of
from pipeline.toolchain import ffmpeg_path

MEMORY = "cache/encoder.json"
_NVIDIA = Path("/proc/driver/nvidia/version")
_RENDER_NODES = Path("/dev/dri")


class Choice(Noun):
    """The encoder that a run decided on."""

    circumstances: str
    """Digest of all that the choice depends on: another one is made when it changes."""
    encoder: Encoder
    lasting: bool
    """Whether the next run takes it too: not where an encoder failed for a reason that may pass."""


def equip(book: Book, settings: Settings, tools: str, *, decide: bool = True) -> tuple[Book, tuple[Reason, ...]]:
    """Return the book with the encoder of the show, and what people are told where it is not what was asked for.

    The run decides, on its machine, and keeps its choice in the output folder. Whoever helps, on this machine or
    another, does not ``decide``: it takes that choice as it is.

    Raises:
        MachineError: ``machine-trouble`` when there is no choice to take.

    """
    asked = book.house.encoder
    if asked == "x264":
        return book, ()
    known = _remembered(settings)
    if decide:
        known = _decided(book, settings, tools, known)
    elif known is None:
        raise MachineError("machine-trouble", MEMORY)
    told = (reason("encoder-fallback", asked),) if known.encoder == "x264" else ()
    house = book.house.model_copy(update={"encoder": known.encoder})
    return book.model_copy(update={"house": house}), told


def _remembered(settings: Settings) -> Choice | None:
    with contextlib.suppress(OSError, ValidationError):
        return Choice.model_validate_json((settings.state / MEMORY).read_bytes())
    return None


def _decided(book: Book, settings: Settings, tools: str, known: Choice | None) -> Choice:
    """Return the choice that holds from now on, kept for the others."""
    from pipeline.video import trial  # noqa: PLC0415 - loads PyAV, which a show by x264 does not need here

    house, output, binary = book.house, book.master, ffmpeg_path(settings)
    now = key_of([tools, platform.node(), drivers(), house.model_dump(mode="json"), output.model_dump(mode="json")])
    holds = known is not None and known.lasting and known.circumstances == now
    if known and holds and trial.still_works(known.encoder, house, output, binary):
        return known
    encoder, lasting = trial.choose(house, output, binary)
    choice = Choice(circumstances=now, encoder=encoder, lasting=lasting)
    if choice != known:
        publish.write(settings.media_out, f"{STATE_FOLDER}/{MEMORY}", choice.model_dump_json().encode())
    return choice


def drivers() -> list[str]:
    """Return what tells this machine's video drivers from their successors. Starts no process.

    Most drivers come with the system's kernel. NVIDIA's does not, and names its version (Source: NVIDIA's README for
    Linux, "The /proc/driver filesystem interface").
    """
    found = [platform.release()]
    with contextlib.suppress(OSError):
        found.append(_NVIDIA.read_text("utf-8", "replace"))
    with contextlib.suppress(OSError):
        found += sorted(node.name for node in _RENDER_NODES.iterdir())
    return found


def demand_encoder(order: Order, settings: Settings) -> None:
    """Raise where this machine lacks the encoder that the show is made with: another one takes the order.

    Raises:
        MachineError: ``encoder-missing``.

    """
    match order.work:
        case ClipOrder(plan=plan) | PartOrder(plan=plan):
            house, output = plan.house, plan.outputs[0]
        case CardOrder(plan=card):
            house, output = card.house, card.outputs[0]
        case RecapOrder(plan=recap):
            house, output = recap.house, recap.output
        case _:
            return
    encoder = house.encoder
    if encoder == "x264" or encoder == "auto":  # noqa: PLR1714 - what is left is a hardware encoder for mypy too
        return
    from pipeline.video.trial import is_at_hand  # noqa: PLC0415 - needed where hardware is used

    if not is_at_hand(encoder, house, output, ffmpeg_path(settings)):
        raise MachineError("encoder-missing", encoder)
