"""What every use case needs, opened once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from pipeline.equip import equip
from pipeline.errors import PresetError
from pipeline.preset.load import load
from pipeline.preset.model import Book
from pipeline.reasons import Reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.speech.draft import Recogniser
from pipeline.speech.equip import find_recogniser
from pipeline.store import publish
from pipeline.toolchain import toolchain


@dataclass(frozen=True)
class Context:
    """What every use case needs: settings, presets, and the names of the tools."""

    settings: Settings
    book: Book
    tools: str
    remarks: tuple[Reason, ...] = ()
    """What people are told of the equipment."""
    recogniser: Recogniser | None = None
    """Who drafts captions from speech, if anybody does."""


def open_context(settings: Settings, *, decide: bool = True) -> Context:
    """Return the context of a run. A worker does not ``decide`` on the encoder: it takes the run's choice.

    Raises:
        PresetError: presets or event are wrong; carries all problems.
        MachineError: there is no choice of a run's to take.

    """
    tools = toolchain(settings)
    book, remarks = equip(load(settings.presets, settings.event), settings, tools, decide=decide)
    recogniser, told = find_recogniser(settings, decide=decide)
    return Context(settings, book, tools, (*remarks, *told), recogniser)


def claim(settings: Settings, *, is_demo: bool) -> None:
    """Note whether the output folder is the demo's; the demo never takes the folder of a real event.

    Raises:
        PresetError: ``out-not-demo``.

    """
    mark = settings.state / "demo"
    if not is_demo:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            mark.unlink()
    elif not mark.exists():
        if publish.read_receipts(settings.media_out):
            raise PresetError("out-not-demo", str(settings.media_out))
        publish.write(settings.media_out, f"{STATE_FOLDER}/demo", b"")
