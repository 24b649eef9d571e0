"""Decides once what recognises speech in this show, and remembers it; without any, it says so, and that is all."""

from __future__ import annotations

import contextlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.errors import MachineError
from pipeline.media.identity import digest
from pipeline.noun import Noun
from pipeline.reasons import Reason, reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.speech.draft import LANGUAGE, DraftPlan, Recogniser
from pipeline.store import publish
from pipeline.store.receipt import key_of

MEMORY = "cache/speech.json"
_MODULES = ("faster_whisper", "ctranslate2", "tokenizers", "onnxruntime")
_PACKAGES = ("faster-whisper", "ctranslate2", "tokenizers", "onnxruntime")
_NEEDED = ("config.json", "model.bin", "tokenizer.json")
"""Without its tokenizer.json, faster-whisper would fetch one from the net."""
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_READ_TOO = ("preprocessor_config.json",)
_MOST_KNOWN = 8


class _Memory(Noun):
    """What is kept between runs. A model of gigabytes is hashed once, not in every run."""

    recogniser: Recogniser | None = None
    known: dict[str, tuple[str, bool]] = Field(default_factory=dict)
    """Digest of names, sizes and times of a model's files → (SHA-256 of their bytes, whether it is multilingual)."""


def find_recogniser(settings: Settings, *, decide: bool = True) -> tuple[Recogniser | None, tuple[Reason, ...]]:
    """Return what recognises speech in this show, and what people are told where it cannot.

    The run decides; whoever helps does not, and takes the run's choice: otherwise it would take the drafts of others
    for unwanted. Nothing set: the last choice as not at hand, without a word, so that a shell that lacks the setting
    costs nobody hours of drafts; None when there never was one. Something set that does not work: the same, and a word.
    """
    memory = _remembered(settings)
    if not decide:
        return memory.recogniser, ()
    folder = settings.speech_model
    last = memory.recogniser.model_copy(update={"is_at_hand": False}) if memory.recogniser else None
    told: tuple[Reason, ...] = ()
    if folder is None:  # nothing is written: who only looks must not undo the choice of a run that goes on elsewhere
        return last, ()
    if problem := _problem(folder):
        found, told = last, (problem,)
    else:
        memory, found = _known(memory, folder)
        if not found.knows(LANGUAGE):
            told = (reason("speech-model-english", str(folder)),)
    _keep(settings, memory.model_copy(update={"recogniser": found}))
    return found, told


def demand_recogniser(plan: DraftPlan, settings: Settings) -> Path:
    """Return the folder of the model that ``plan`` was made for.

    Raises:
        MachineError: ``speech-missing``: this machine has no engine, or not that model; another one may.

    """
    folder = settings.speech_model
    if folder is None or _problem(folder):
        raise MachineError("speech-missing", plan.id)
    memory, found = _known(_remembered(settings), folder)
    if (found.sha256, found.engine) != (plan.recogniser_sha256, plan.engine):
        raise MachineError("speech-missing", plan.id)
    _keep(settings, memory)
    return folder


def _problem(folder: Path) -> Reason | None:
    """Return why nothing can be recognised with the model in ``folder``; nothing when it can."""
    if any(find_spec(name) is None for name in _MODULES):
        return reason("speech-extra-missing")
    if not folder.is_dir():
        return reason("speech-model-missing", str(folder))
    lacking = [name for name in _NEEDED if not _is_readable(folder / name)]
    if not any(_is_readable(folder / name) for name in _VOCABULARIES):
        lacking.append(_VOCABULARIES[0])
    if lacking:
        return reason("speech-model-incomplete", str(folder), ", ".join(lacking))
    try:
        is_model = isinstance(json.loads((folder / "config.json").read_bytes()), dict)
    except (OSError, ValueError):
        is_model = False
    return None if is_model else reason("speech-model-incomplete", str(folder), "config.json")


def _is_readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK) and path.stat().st_size > 0


def _known(memory: _Memory, folder: Path) -> tuple[_Memory, Recogniser]:
    """Return the recogniser in ``folder``, and the memory with what had to be found out for it."""
    names = (*_NEEDED, *_VOCABULARIES, *_READ_TOO)
    files = [folder / name for name in names if (folder / name).is_file()]
    stats = [(path.name, path.stat()) for path in files]
    circumstances = key_of([str(folder), [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]])
    facts = memory.known.get(circumstances)
    if facts is None:
        sha256 = key_of([(path.name, digest(path)) for path in files])
        facts = (sha256, "" in _words(folder))
        kept = dict([*memory.known.items(), (circumstances, facts)][-_MOST_KNOWN:])
        memory = memory.model_copy(update={"known": kept})
    return memory, Recogniser(sha256=facts[0], engine=_engine(), is_multilingual=facts[1])


def _words(folder: Path) -> list[str]:
    """Return the model's vocabulary. Where it holds the empty word, the engine takes the model for multilingual.

    Source: CTranslate2 4.8.5, WhisperReplica (seen in the library, and by trying).
    """
    path = next(folder / name for name in _VOCABULARIES if (folder / name).is_file())
    text = path.read_text("utf-8", "replace")
    if path.suffix != ".json":
        return text.removesuffix("\n").split("\n")
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        return found if isinstance(found, list) else []
    return []


def _engine() -> str:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name}={version(name)}")
        except PackageNotFoundError:  # put there by other means than a package
            found.append(f"{name}=?")
    return " ".join(found)


def _remembered(settings: Settings) -> _Memory:
    with contextlib.suppress(OSError, ValidationError):
        return _Memory.model_validate_json((settings.state / MEMORY).read_bytes())
    return _Memory()


def _keep(settings: Settings, memory: _Memory) -> None:
    """Write the memory where it changed. A show that never had a draft gets no such file."""
    if memory != _remembered(settings):
        publish.write(settings.media_out, f"{STATE_FOLDER}/{MEMORY}", memory.model_dump_json().encode())
