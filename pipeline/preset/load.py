"""Reads ``presets/``: every problem of every file at once, in Thai and English."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.errors import PresetError
from pipeline.noun import Noun
from pipeline.preset import book
from pipeline.preset.book import Output
from pipeline.preset.model import Book, Event, House, PhotoOutput, PosterOutput, Style, VideoOutput
from pipeline.preset.platform import Platform
from pipeline.reasons import Reason, reason

_Model = TypeVar("_Model", bound=Noun)
_OUTPUTS: dict[str, type[Output]] = {
    "house": House,
    "video": VideoOutput,
    "poster": PosterOutput,
    "photo": PhotoOutput,
    "platform": Platform,
}


@dataclass
class Shelf:
    """What was read so far, and what is wrong with it."""

    root: Path
    events: dict[str, Event] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Reason] = field(default_factory=list)


def load(root: Path, event: str | None = None) -> Book:
    """Return the book for one event. ``event`` is a name in ``presets/events/``, a file, or None for the only one.

    Raises:
        PresetError: anything in ``presets/`` is wrong; carries all problems, not just the first.

    """
    shelf = read_shelf(root)
    chosen = _choose(shelf, event)
    if chosen is None:
        _raise(shelf.problems)
        raise PresetError("event-missing", event or "*.toml", "presets/events")
    made = book.assemble(chosen, shelf.styles, shelf.outputs, shelf.words)
    made.sting_sha256, problems = _sting(shelf, chosen)
    if not shelf.problems:
        problems += book.platform_problems(made)
    _raise([*shelf.problems, *made.problems, *problems])
    return book.complete(made)


def check(root: Path) -> tuple[Reason, ...]:
    """Return every problem of every preset and event file."""
    shelf = read_shelf(root)
    problems = list(shelf.problems)
    for event in shelf.events.values():
        made = book.assemble(event, shelf.styles, shelf.outputs, shelf.words)
        problems += made.problems if shelf.problems else [*made.problems, *book.platform_problems(made)]
        problems += _sting(shelf, event)[1]
    return tuple(dict.fromkeys(problems))


def read_shelf(root: Path) -> Shelf:
    """Return all presets under ``root`` with the problems found; raises nothing."""
    shelf = Shelf(root)
    for path in _files(root, "events", "toml"):
        _keep_event(shelf, path)
    for path in _files(root, "styles", "toml"):
        style = _read(shelf, path, Style)
        if style:
            _note_twin(shelf, path, style.id, shelf.styles)
            shelf.styles[style.id] = style
    for path in _files(root, "outputs", "toml"):
        _keep_output(shelf, path)
    for path in _files(root, "words", "txt"):
        shelf.words[path.stem] = _words(shelf, path)
    return shelf


def _files(root: Path, part: str, suffix: str) -> list[Path]:
    return sorted(path for path in (root / part).glob(f"*.{suffix}") if not path.name.startswith("."))


def _choose(shelf: Shelf, event: str | None) -> Event | None:
    if event is None:
        if len(shelf.events) > 1:
            raise PresetError("event-not-chosen", ", ".join(sorted(shelf.events)))
        return next(iter(shelf.events.values()), None)
    if event in shelf.events:
        return shelf.events[event]
    path = Path(event)
    if path.suffix == ".toml" and path.is_file():
        shelf.events.clear()
        _keep_event(shelf, path)
        return next(iter(shelf.events.values()), None)
    if not shelf.problems:
        raise PresetError("event-missing", event, "presets/events")
    return None


def _keep_event(shelf: Shelf, path: Path) -> None:
    event = _read(shelf, path, Event)
    if event:
        _note_twin(shelf, path, event.id, shelf.events)
        shelf.events[event.id] = event
        shelf.problems += book.event_problems(event, path.name)


def _note_twin(shelf: Shelf, path: Path, id_: str, known: Container[str]) -> None:
    """Tell of a second file with the same id: otherwise one of the two would silently not count."""
    if id_ in known:
        shelf.problems.append(reason("preset-duplicate", _name(shelf, path), "id", id_))


def _keep_output(shelf: Shelf, path: Path) -> None:
    data = _toml(shelf, path)
    if data is None:
        return
    model = _OUTPUTS.get(str(data.get("kind")))
    if model is None:
        kinds = ", ".join(_OUTPUTS)
        shelf.problems.append(reason("preset-wrong-value", _name(shelf, path), "kind", kinds))
        return
    output = _validate(shelf, path, model, data)
    if output:
        shelf.outputs.append(output)


def _sting(shelf: Shelf, event: Event) -> tuple[str | None, list[Reason]]:
    """Return the digest of the sound that an event's recap names, or what is wrong with it."""
    name = event.recap.sting if event.recap else None
    if name is None:
        return None, []
    path, root = (shelf.root / name).resolve(), shelf.root.resolve()
    if not path.is_relative_to(root) or not path.is_file():
        return None, [reason("preset-not-found", f"events/{event.id}.toml", "recap.sting", name, "presets/")]
    return hashlib.sha256(path.read_bytes()).hexdigest(), []


def _words(shelf: Shelf, path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        shelf.problems.append(reason("preset-unreadable", _name(shelf, path), str(error)))
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _read(shelf: Shelf, path: Path, model: type[_Model]) -> _Model | None:
    data = _toml(shelf, path)
    return None if data is None else _validate(shelf, path, model, data)


def _toml(shelf: Shelf, path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        shelf.problems.append(reason("preset-unreadable", _name(shelf, path), error.strerror or str(error)))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        shelf.problems.append(reason("preset-not-toml", _name(shelf, path), str(error)))
    return None


def _validate(shelf: Shelf, path: Path, model: type[_Model], data: dict[str, Any]) -> _Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        shelf.problems += [_problem(_name(shelf, path), dict(row)) for row in error.errors()]
        return None


def _problem(name: str, row: dict[str, Any]) -> Reason:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in row["loc"]) or "-"
    if row["type"] == "missing":
        return reason("preset-missing-field", name, where)
    if row["type"] == "extra_forbidden":
        return reason("preset-unknown-field", name, where)
    return reason("preset-wrong-value", name, where, f"{row['input']!r:.80}: {row['msg']}")


def _name(shelf: Shelf, path: Path) -> str:
    return str(path.relative_to(shelf.root)) if path.is_relative_to(shelf.root) else path.name


def _raise(problems: list[Reason]) -> None:
    if problems:
        told = tuple(dict.fromkeys(problems))
        raise PresetError("presets-wrong", len(told), others=told)
