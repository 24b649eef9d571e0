"""The quick form: lists that are about to be published, checked without opening a file of pictures or sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.preflight.check import check_list, facts_differ
from pipeline.preflight.hls import FOLDER, check_hls, masters
from pipeline.preflight.lists import read_list
from pipeline.preflight.model import Problem
from pipeline.preflight.places import Shelf
from pipeline.show.model import Places, Show

Facts = Mapping[str, Mapping[str, object]]
"""Path of a file in ``masters/`` → what its receipt says of it."""


def quick(
    candidates: Mapping[str, object], show: Show, out: Path, facts: Facts | None = None, places: Places | None = None,
    ready: Mapping[str, object] | None = None,
) -> dict[str, tuple[Problem, ...]]:  # fmt: skip
    """Return each list among ``candidates`` with what is wrong with it; nothing wrong: an empty tuple.

    ``candidates``: a package, or part of one; what is not text or no list of a known kind is not looked at. ``facts``:
    of the files that the show names. ``places``: how absolute paths and addresses name the output folder. ``ready``:
    files of the same package that will be there before the lists. An entry whose facts differ from the others' fails
    every list that has it, as no player could join it.
    """
    texts = {path: content for path, content in candidates.items() if isinstance(content, str)}
    new = (*candidates, *(ready or ()))
    shelf = Shelf(out, places.root if places else None, places.base_url if places else None, new)
    found: dict[str, tuple[Problem, ...]] = {}
    for path, text in texts.items():
        if not path.startswith(FOLDER) and (readings := read_list(path, text)):
            found[path] = check_list(path, readings, show, shelf).problems
    for path in masters(texts):
        found[path] = check_hls(path, texts, show, shelf)[0].problems
    odd = facts_differ(show, facts or {})
    if odd:
        for path, told in found.items():
            found[path] = (*told, *(each for each in odd if each.entry in _keys(path, show)))
    return found


def _keys(path: str, show: Show) -> set[str]:
    """Return the keys of the entries of a list; of all where a file holds several lists."""
    name = path.split("/")[2] if path.startswith(FOLDER) else path.rpartition("/")[2].partition(".")[0]
    listed = show.list(name)
    return {entry.key for entry in (show.entries(listed) if listed else show.items)}
