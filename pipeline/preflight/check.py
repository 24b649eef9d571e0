"""Compares what lists say with the show. Pure but for the shelf, which tells whether a file is there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pipeline.preflight.days import check_day
from pipeline.preflight.model import Item, ListReport, Problem, Reading, problem
from pipeline.preflight.places import Shelf
from pipeline.show.model import Entry, Show

_NAME = re.compile(
    r"playlists/(?:urls/)?(?P<id>.+?)(?:\.(?P<part>\d+))?\.(?:m3u8|xspf|ffconcat|liquidsoap\.m3u|vod\.json|csv)"
)
_PART = 128
"""Clips in one part of a mapped list. Source: nginx-vod-module, README."""
_ROUNDING_S = Fraction(1, 2000)
"""Lists write thousandths: each line may be off by half of one."""


def check_list(path: str, readings: Sequence[Reading], show: Show, shelf: Shelf) -> ListReport:
    """Return all that is wrong with one list."""
    found: list[Problem] = []
    wanted = _wanted(path, show)
    readings = [_at_home(path, reading, show, shelf, found) for reading in readings]
    if path.rpartition("/")[2].startswith("obs"):
        found += _scenes(path, readings, show, shelf)
    elif path.startswith("playlists/ffplayout/"):
        for reading in readings:
            found += check_day(path, reading, show, shelf)
    elif wanted is None:
        found.append(problem("list-unknown", None, path))
    else:
        for reading in readings:
            found += _exact(path, reading, wanted, show, shelf)
    return ListReport(list=path, entries=max((len(r.items) for r in readings), default=0), problems=_once(found))


def _at_home(path: str, reading: Reading, show: Show, shelf: Shelf, found: list[Problem]) -> Reading:
    """Return a list whose absolute paths begin with another folder as if it named this one, which is told once."""
    ours = {file for entry in show.items for file in entry.media.values()}
    moved: dict[str, str] = {}
    for name in {item.name for item in reading.items if item.name.startswith("/")}:
        root, _, file = name.rpartition("/masters/")
        if root and f"masters/{file}" in ours and shelf.inside(name, path) is None:
            moved[name] = shelf.home(f"masters/{file}")
            found.append(problem("list-elsewhere", None, root))
    if not moved:
        return reading
    items = tuple(item.model_copy(update={"name": moved.get(item.name, item.name)}) for item in reading.items)
    return reading.model_copy(update={"items": items})


def _once(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(found))


def _wanted(path: str, show: Show) -> tuple[Entry, ...] | None:
    """Return the entries that the list at ``path`` must have, or None where the show has no such list."""
    if path.rpartition("/")[2].startswith("rundown."):
        path = path.replace("rundown.", "show.")
    name = _NAME.fullmatch(path)
    listed = show.list(name["id"]) if name else None
    if name is None or listed is None:
        return None
    entries = show.entries(listed)
    if name["part"] is None:
        return entries
    first = (int(name["part"]) - 1) * _PART
    return entries[first : first + _PART]


def _files(path: str, item: Item, key: str | None, shelf: Shelf) -> tuple[str | None, Problem | None]:
    inside = shelf.inside(item.name, path)
    if inside is None:
        return None, problem("entry-outside", key, item.name[:120])
    return inside, shelf.fault(inside, key)


def _exact(path: str, reading: Reading, wanted: Sequence[Entry], show: Show, shelf: Shelf) -> list[Problem]:
    """Return what is wrong with a list that must have these entries in this order and nothing else."""
    found = list(reading.faults)
    where: defaultdict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(wanted):
        for file in {*entry.media.values(), f"show/{entry.file}"}:
            where[file].append(index)
    taken: set[int] = set()
    furthest, outputs = -1, set[str]()
    for number, item in enumerate(reading.items):
        inside = shelf.inside(item.name, path)
        free = [place for place in where.get(inside or "", ()) if place not in taken]
        place = next((each for each in free if each > furthest), free[0] if free else None)
        # A file that is not there is told of the entry that should stand in its place.
        beside = wanted[number] if number < len(wanted) and len(wanted) == len(reading.items) else None
        meant = wanted[place] if place is not None else beside
        _, fault = _files(path, item, meant.key if meant else None, shelf)
        found += [fault] if fault else []
        if place is None:
            if not fault or meant is None:
                found.append(problem("list-extra", meant.key if meant else None, number + 1, item.name[:120]))
            elif beside:
                taken.add(number)
            continue
        taken.add(place)
        if place < furthest:
            found.append(problem("list-order", wanted[place].key, number + 1, place + 1))
        furthest = max(furthest, place)
        outputs |= {name for name, file in wanted[place].media.items() if file == inside}
        found += _lengths(item, wanted[place], show.frame_rate)
    if len(outputs) > 1:
        found.append(problem("list-mixed", None, ", ".join(sorted(outputs))))
    found += [problem("list-missing", e.key, e.title) for place, e in enumerate(wanted) if place not in taken]
    return [*found, *_sum(reading, wanted, show.frame_rate)]


def _lengths(item: Item, entry: Entry, rate: Fraction) -> list[Problem]:
    told = {length for length in (item.length_s, item.file_s) if length is not None}
    length_s = entry.length_s(rate)
    return [
        problem("list-duration", entry.key, f"{float(each):.3f}", f"{float(length_s):.3f}")
        for each in sorted(told)
        if abs(each - length_s) > 1 / rate
    ]


def _sum(reading: Reading, wanted: Sequence[Entry], rate: Fraction) -> list[Problem]:
    lengths = [item.length_s for item in reading.items if item.length_s is not None]
    total, right = sum(lengths, Fraction(0)), sum((entry.length_s(rate) for entry in wanted), Fraction(0))
    if len(lengths) < len(reading.items) or abs(total - right) <= 1 / rate + _ROUNDING_S * len(lengths):
        return []
    return [problem("list-length", None, f"{float(total):.3f}", f"{float(right):.3f}")]


def _scenes(path: str, readings: Sequence[Reading], show: Show, shelf: Shelf) -> list[Problem]:
    """Return what is wrong with a scene collection: a source for each list, and every file there."""
    found: list[Problem] = []
    left = {listed.id: show.entries(listed) for listed in show.lists if listed.positions}
    for reading in readings:
        found += reading.faults
        inside = [shelf.inside(item.name, path) for item in reading.items]
        if reading.is_filled:
            found += [fault for item in reading.items if (fault := _files(path, item, None, shelf)[1])]
            continue
        same = next((i for i, entries in left.items() if inside == [entry.master for entry in entries]), None)
        if same is not None:
            found += [
                f
                for item, e in zip(reading.items, left.pop(same), strict=True)
                if (f := _files(path, item, e.key, shelf)[1])
            ]
            continue
        # The list that it has most in common with is the one that it was meant to be.
        like = max(left, key=lambda i: sum(e.master in inside for e in left[i]) - len(left[i]) / 1000, default=None)
        if like is None:
            found.append(problem("list-extra", None, 0, reading.name))
        else:
            found += _exact(path, reading, left.pop(like), show, shelf)
    return [*found, *(problem("list-absent", None, list_id) for list_id in left)]


def facts_differ(show: Show, facts: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """Return whose noted facts are not those of most others, and whose frames are not the show's."""
    told: list[Problem] = []
    for output in sorted({output for entry in show.items for output in entry.media}):
        mine = [(e, facts[e.media[output]]) for e in show.items if e.media.get(output) in facts]
        told += [
            problem("frames-differ", entry.key, str(found["frames"]), entry.frames)
            for entry, found in mine
            if "frames" in found and int(str(found["frames"])) != entry.frames
        ]
        told += odd_ones({e.key: {n: str(v) for n, v in f.items() if n not in _OWN} for e, f in mine}, output)
    return told


_OWN = frozenset({"frames", "audio_packets", "bytes", "sha256"})
"""Facts in which entries may differ."""


def odd_ones(signatures: Mapping[str, Mapping[str, str]], output: str) -> list[Problem]:
    """Return the entries whose signature differs from what most have: they cannot be joined to the others."""
    names = sorted({name for each in signatures.values() for name in each})
    usual = {name: Counter(each.get(name, "-") for each in signatures.values()).most_common(1)[0][0] for name in names}
    told = []
    for key, mine in signatures.items():
        other = [
            f"{name} {mine.get(name, '-')} ≠ {usual[name]}" for name in names if mine.get(name, "-") != usual[name]
        ]
        if other:
            silent = "audio-codec" in usual and "audio-codec" not in mine
            told.append(
                problem("sound-missing" if silent else "signature-differs", key, output, "; ".join(other)[:240])
            )
    return told
