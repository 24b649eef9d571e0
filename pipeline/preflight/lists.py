"""Reads lists as their players do, from the formats' rules and not from who wrote them. Pure.

Each reader returns the sequences of files that a list holds, and what in it would make its player stumble.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from pipeline.preflight.model import Item, Problem, Reading, problem

_XSPF = "{http://xspf.org/ns/0/}"
_TRACK = frozenset({"location", "identifier", "title", "creator", "annotation", "info", "image", "album", "trackNum",
                    "duration", "link", "meta", "extension"})  # fmt: skip
"""Source: XSPF version 1, 4.1.1.2.14.1. VLC stops at any other."""
_ROOT = _TRACK - {"album", "trackNum", "duration"} | {"trackList", "date", "license", "attribution"}
_ANNOTATED = re.compile(r'annotate:((?:[\w.-]+="(?:[^"\\]|\\.)*",?)+):(.*)', re.DOTALL)
_PAIR = re.compile(r'([\w.-]+)="((?:[^"\\]|\\.)*)"')
_MOST_CLIPS = 128
"""Source: nginx-vod-module, README, "Mapping response format"."""
_BOM = "\ufeff"


def read_list(path: str, text: str) -> tuple[Reading, ...]:
    """Return the sequences in the list at ``path``; nothing where it is no list of a kind that is known."""
    reader = _reader(path)
    if reader is None:
        return ()
    if text.startswith(_BOM) and not path.endswith(".csv"):  # a spreadsheet needs it
        return tuple(
            each.model_copy(update={"faults": (problem("list-bom", None), *each.faults)})
            for each in reader(text.removeprefix(_BOM))
        )
    return reader(text)


def _reader(path: str) -> Callable[[str], tuple[Reading, ...]] | None:
    name = path.rpartition("/")[2]
    if path.startswith("playlists/hls/"):
        return None
    if path.startswith("playlists/ffplayout/") and name.endswith(".json"):
        return _ffplayout
    if name.endswith(".vod.json"):
        return _nginx_vod
    if name.startswith("obs") and name.endswith(".json"):
        return _obs
    return {"csv": _rundown, "m3u8": _m3u8, "m3u": _liquidsoap, "xspf": _xspf, "ffconcat": _ffconcat}.get(
        name.rpartition(".")[2]
    )


def seconds(text: str) -> Fraction | None:
    """Return decimal text as a number, or None when it is none."""
    return Fraction(text) if re.fullmatch(r"-?\d+(\.\d+)?", text.strip()) else None


def _m3u8(text: str) -> tuple[Reading, ...]:
    lines, faults, items = text.splitlines(), list[Problem](), list[Item]()
    if not lines or lines[0].strip() != "#EXTM3U":
        faults.append(problem("list-first-line", None, "#EXTM3U"))
    if "#EXT-X-" in text:
        faults.append(problem("list-is-hls", None))
    length: Fraction | None = None
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("#EXTINF:"):
            length = seconds(line[8:].partition(",")[0])
            if length is None:
                faults.append(problem("list-rule", None, number, "#EXTINF"))
        elif line.strip() and not line.startswith("#"):
            # VLC decodes percent signs and cuts at "#", mpv does neither: both must find the same file.
            if "://" not in line and (any(sign in line for sign in "%#?\\") or line != line.strip()):
                faults.append(problem("list-rule", None, number, line[:80]))
            items.append(Item(name=line, length_s=length))
            length = None
    return (Reading(items=tuple(items), faults=tuple(faults)),)


def _liquidsoap(text: str) -> tuple[Reading, ...]:
    faults, items = list[Problem](), list[Item]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith("annotate:"):
            items.append(Item(name=line))
            continue
        found = _ANNOTATED.fullmatch(line)
        if found is None:
            faults.append(problem("list-rule", None, number, line[:80]))
            continue
        told: dict[str, str] = dict(_PAIR.findall(found[1]))
        begin, end = seconds(told.get("liq_cue_in", "0")), seconds(told.get("liq_cue_out", told.get("duration", "")))
        length = end - begin if begin is not None and end is not None else None
        items.append(Item(name=found[2], length_s=length, file_s=seconds(told.get("duration", ""))))
    return (Reading(items=tuple(items), faults=tuple(faults)),)


def _xspf(text: str) -> tuple[Reading, ...]:
    try:
        # The standard parser opens nothing outside the text; entities that grow are refused by expat 2.4.
        root = ET.fromstring(text)  # noqa: S314 - our own delivery, read as VLC does
    except ET.ParseError as error:
        return (Reading(faults=(problem("list-unreadable", None, str(error)),)),)
    faults, items = list[Problem](), list[Item]()
    if root.tag != f"{_XSPF}playlist" or root.get("version") != "1":
        faults.append(problem("list-first-line", None, '<playlist version="1" xmlns="http://xspf.org/ns/0/">'))
    faults += [problem("list-rule", None, 0, e.tag) for e in root if e.tag.removeprefix(_XSPF) not in _ROOT]
    for number, track in enumerate(root.iterfind(f"{_XSPF}trackList/{_XSPF}track"), 1):
        faults += [problem("list-rule", None, number, e.tag) for e in track if e.tag.removeprefix(_XSPF) not in _TRACK]
        told = (track.findtext(f"{_XSPF}duration") or "").strip()
        length = Fraction(int(told), 1000) if told.isdigit() else None
        if told and length is None:
            faults.append(problem("list-rule", None, number, f"duration {told}"))
        items.append(Item(name=unquote((track.findtext(f"{_XSPF}location") or "").strip()), length_s=length))
    return (Reading(items=tuple(items), faults=tuple(faults)),)


def _ffconcat(text: str) -> tuple[Reading, ...]:
    lines, faults, items = text.splitlines(), list[Problem](), list[Item]()
    if not lines or lines[0] != "ffconcat version 1.0":
        faults.append(problem("list-first-line", None, "ffconcat version 1.0"))
    for number, line in enumerate(lines[1:], 2):
        word, _, rest = line.strip().partition(" ")
        if word == "file":
            items.append(Item(name=_unquoted(rest)))
        elif word == "duration" and items and seconds(rest) is not None:
            items[-1] = items[-1].model_copy(update={"length_s": seconds(rest)})
        elif word and not word.startswith("#"):
            faults.append(problem("list-rule", None, number, line[:80]))
    return (Reading(items=tuple(items), faults=tuple(faults)),)


def _unquoted(text: str) -> str:
    """Return a name as ffmpeg reads it. Source: ffmpeg-utils(1), quoting and escaping."""
    parts = re.findall(r"'([^']*)'|\\(.)|([^'\\ ]+)", text.strip())
    return "".join(quoted or escaped or plain for quoted, escaped, plain in parts)


def _rundown(text: str) -> tuple[Reading, ...]:
    """Read the table that people open in a spreadsheet."""
    faults = [] if text.startswith(_BOM) else [problem("list-first-line", None, "BOM")]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(_BOM), newline="")))
    if not rows or not {"file", "duration_s"} <= rows[0].keys():
        return (Reading(faults=(*faults, problem("list-rule", None, 1, "file, duration_s"))),)
    items = [Item(name=f"../show/{row['file']}", length_s=seconds(row["duration_s"] or "")) for row in rows]
    return (Reading(items=tuple(items), faults=tuple(faults)),)


def _document(text: str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    try:
        found = json.loads(text)
    except ValueError as error:
        return {}, (problem("list-unreadable", None, str(error)),)
    return (found, ()) if isinstance(found, dict) else ({}, (problem("list-unreadable", None, "{…}"),))


def _number(value: object) -> Fraction | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Fraction(str(value)) if is_number else None


def _rows(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _ffplayout(text: str) -> tuple[Reading, ...]:
    told, wrong = _document(text)
    faults = list(wrong)
    if not wrong and (not re.fullmatch(r"\d{4}-\d\d-\d\d", str(told.get("date"))) or not _rows(told.get("program"))):
        faults.append(problem("list-rule", None, 0, "date, program"))
    items: list[Item] = []
    known: dict[tuple[object, ...], Item] = {}
    for number, row in enumerate(_rows(told.get("program")), 1):
        same = tuple(repr(row.get(name)) for name in ("in", "out", "duration", "source"))
        if same in known:  # a filler fills hours
            items.append(known[same])
            continue
        begin, end, whole = (_number(row.get(name)) for name in ("in", "out", "duration"))
        if begin is None or end is None or whole is None or not 0 <= begin < end:
            faults.append(problem("list-rule", None, number, f"in {begin}, out {end}, duration {whole}"))
            items.append(Item(name=str(row.get("source") or "")))
        else:
            known[same] = Item(name=str(row.get("source") or ""), length_s=end - begin, file_s=whole)
            items.append(known[same])
    return (Reading(items=tuple(items), faults=tuple(faults), is_filled=True),)


def _nginx_vod(text: str) -> tuple[Reading, ...]:
    told, wrong = _document(text)
    lengths = [_number(each) for each in told.get("durations") or []]
    readings = []
    for number, sequence in enumerate(_rows(told.get("sequences"))):
        clips, faults = _rows(sequence.get("clips")), list(wrong) if not number else []
        if len(clips) != len(lengths) or not 0 < len(clips) <= _MOST_CLIPS:
            faults.append(problem("list-rule", None, 0, f"clips {len(clips)}, durations {len(lengths)}"))
        padded = [*lengths, *[None] * len(clips)]
        items = [
            Item(name=str(clip.get("path") or ""), length_s=None if ms is None else ms / 1000)
            for clip, ms in zip(clips, padded, strict=False)
        ]
        readings.append(Reading(name=str(number), items=tuple(items), faults=tuple(faults)))
    if not readings and not wrong:
        wrong = (problem("list-rule", None, 0, "sequences"),)
    return tuple(readings) or (Reading(faults=wrong),)


def _obs(text: str) -> tuple[Reading, ...]:
    told, wrong = _document(text)
    readings = [Reading(faults=wrong)] if wrong else []
    sources = _rows(told.get("sources"))
    if not wrong and not sources:
        readings.append(Reading(faults=(problem("list-rule", None, 0, "sources"),)))
    for source in sources:
        settings, name = source.get("settings") or {}, str(source.get("name"))
        if source.get("id") == "vlc_source":
            rows = _rows(settings.get("playlist"))
            readings.append(Reading(name=name, items=tuple(Item(name=str(row.get("value"))) for row in rows)))
        elif settings.get("local_file"):
            readings.append(Reading(name=name, items=(Item(name=str(settings["local_file"])),), is_filled=True))
    return tuple(readings)
