"""Reads HLS as a player does: the renditions, their lists, and whether every piece is there. Pure but for the shelf.

Source: RFC 8216, 4 and 6; Apple's HLS authoring specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.preflight.lists import seconds
from pipeline.preflight.model import ListReport, Problem, problem
from pipeline.preflight.places import Shelf
from pipeline.show.model import Entry, Show

FOLDER = "playlists/hls/"
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_NEEDED = ("BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "FRAME-RATE")


@dataclass
class MediaList:
    """One rendition, as a player reads it."""

    faults: list[Problem] = field(default_factory=list)
    segments: list[tuple[str, Fraction, str | None]] = field(default_factory=list)
    """Address, length, and the address of what comes before it."""
    target_s: int = 0
    kind: str = ""
    is_ended: bool = False


def masters(texts: Mapping[str, str]) -> list[str]:
    """Return the lists of renditions."""
    return [path for path in texts if path.startswith(FOLDER) and path.endswith("/master.m3u8")]


def check_hls(path: str, texts: Mapping[str, str], show: Show, shelf: Shelf) -> tuple[ListReport, dict[str, list[str]]]:
    """Return what is wrong with one HLS list, and each video rendition → its init and segments, by path.

    ``path``: of the list of renditions; ``texts``: of all lists under ``playlists/hls/``.
    """
    listed = show.list(path.split("/")[2])
    if listed is None:
        return ListReport(list=path, entries=0, problems=(problem("list-unknown", None, path),)), {}
    entries, found = show.entries(listed), _first_lines(texts[path])
    renditions, languages = _renditions(texts[path], found)
    wanted = {language for entry in entries for language in entry.captions}
    found += [problem("hls-captions", None, language) for language in sorted(wanted - languages)]
    pieces: dict[str, list[str]] = {}
    shape: list[Fraction] | None = None
    for uri, is_video in renditions:
        child = shelf.inside(uri, path)
        if child is None or child not in texts:
            found.append(problem("file-missing", None, child or uri))
            continue
        media = read_media(texts[child])
        found += media.faults
        paths = _pieces(child, media, entries, show.frame_rate, shelf, found)
        lengths = [length for _, length, _ in media.segments]
        if shape is not None and lengths != shape:
            found.append(problem("list-rule", None, 0, f"{uri}: EXTINF"))
        shape = shape or lengths
        if is_video:
            pieces[child] = paths
    return ListReport(list=path, entries=len(entries), problems=tuple(dict.fromkeys(found))), pieces


def _first_lines(text: str) -> list[Problem]:
    if text.startswith("\ufeff"):
        return [problem("list-bom", None)]
    return [] if text.partition("\n")[0].strip() == "#EXTM3U" else [problem("list-first-line", None, "#EXTM3U")]


def _renditions(text: str, found: list[Problem]) -> tuple[list[tuple[str, bool]], set[str]]:
    """Return the address of each rendition with whether it is a picture, and the languages of captions."""
    renditions, languages = [], set()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        told = {name: value.strip('"') for name, value in _ATTRIBUTE.findall(line.partition(":")[2])}
        if line.startswith("#EXT-X-MEDIA:") and told.get("URI"):
            renditions.append((told["URI"], False))
            languages |= {told.get("LANGUAGE", "")} if told.get("TYPE") == "SUBTITLES" else set()
        elif line.startswith("#EXT-X-STREAM-INF:"):
            missing = [name for name in _NEEDED if not told.get(name)]
            if missing:
                found.append(problem("list-rule", None, number + 1, ", ".join(missing)))
            if number + 1 < len(lines):
                renditions.append((lines[number + 1].strip(), True))
    if not any(is_video for _, is_video in renditions):
        found.append(problem("list-rule", None, 0, "#EXT-X-STREAM-INF"))
    return sorted(renditions, key=lambda each: not each[1]), languages


def read_media(text: str) -> MediaList:
    """Return one rendition's list."""
    media, length, before = MediaList(faults=_first_lines(text)), None, None
    for number, line in enumerate(text.splitlines(), 1):
        tag, _, rest = line.partition(":")
        if tag == "#EXTINF":
            length = seconds(rest.partition(",")[0])
        elif tag == "#EXT-X-MAP":
            before = dict(_ATTRIBUTE.findall(rest)).get("URI", "").strip('"')
        elif tag == "#EXT-X-TARGETDURATION":
            media.target_s = int(rest) if rest.isdigit() else 0
        elif tag == "#EXT-X-PLAYLIST-TYPE":
            media.kind = rest
        elif tag == "#EXT-X-ENDLIST":
            media.is_ended = True
        elif line and not line.startswith("#"):
            if length is None:
                media.faults.append(problem("list-rule", None, number, "#EXTINF"))
            media.segments.append((line, length or Fraction(0), before))
            length = None
    return _whole(media)


def _whole(media: MediaList) -> MediaList:
    if any(length + Fraction(1, 2) >= media.target_s + 1 for _, length, _ in media.segments):
        media.faults.append(problem("list-rule", None, 0, "#EXT-X-TARGETDURATION"))
    if media.kind == "VOD" and not media.is_ended:
        media.faults.append(problem("list-rule", None, 0, "#EXT-X-ENDLIST"))
    return media


def _pieces(
    path: str, media: MediaList, entries: tuple[Entry, ...], rate: Fraction, shelf: Shelf, found: list[Problem]
) -> list[str]:
    """Return the files of a rendition in order, each beginning of a decoder once; add what is wrong with them."""
    ends, at_s = [], Fraction(0)
    for entry in entries:
        at_s += entry.length_s(rate)
        ends.append((at_s, entry.key))
    paths: list[str] = []
    begins_s = Fraction(0)
    for uri, length_s, before in media.segments:
        key = next((key for end_s, key in ends if begins_s + length_s / 2 < end_s), None)
        if before is None and uri.endswith((".m4s", ".mp4")):
            found.append(problem("list-rule", key, 0, "#EXT-X-MAP"))
        for name in (before, uri):
            inside = shelf.inside(name, path) if name else None
            if inside is None:
                found += [problem("entry-outside", key, name[:120])] if name else []
            elif name == uri or inside not in paths:
                fault = shelf.fault(inside, key)
                found += [fault] if fault else []
                paths.append(inside)
        begins_s += length_s
    if abs(begins_s - at_s) > 1 / rate:
        found.append(problem("list-length", None, f"{float(begins_s):.3f}", f"{float(at_s):.3f}"))
    return paths
