"""Rules of RFC 8216 (and its second edition) and of Apple that a program can check on a package of playlists."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from fractions import Fraction

from pipeline.store.package import Package

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",]+)(?:,|$)')
LENGTH = re.compile(r"#EXTINF:(\d+\.\d{6}),")
DATE = re.compile(r"#EXT-X-PROGRAM-DATE-TIME:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")


def attributes(line: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    rest = line.partition(":")[2]
    found = ATTRIBUTE.findall(rest)
    assert ",".join(f"{name}={value}" for name, value in found) == rest, line
    assert len({name for name, _ in found}) == len(found), line
    return {name: value.strip('"') for name, value in found}


def lines(text: object) -> list[str]:
    """Return the lines of a playlist: UTF-8 without BOM, NFC, no control characters. Source: 4.1."""
    assert isinstance(text, str)
    assert text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) == "Cc" for char in text.replace("\n", ""))
    assert not text.startswith("\ufeff")
    found = text.removesuffix("\n").split("\n")
    assert found[0] == "#EXTM3U"
    assert found[1] == "#EXT-X-VERSION:7"
    assert all(line and line == line.strip() for line in found)
    return found


def media(path: str, text: object, there: frozenset[str]) -> tuple[list[Fraction], list[str], dict[str, object]]:
    """Check a media playlist; return lengths, files, and what all playlists of a list must have in common."""
    found = lines(text)
    head = [line.partition(":")[0] for line in found]
    for once in ("TARGETDURATION", "MEDIA-SEQUENCE", "PLAYLIST-TYPE", "INDEPENDENT-SEGMENTS", "ENDLIST"):
        assert head.count(f"#EXT-X-{once}") == 1
    assert found[-1] == "#EXT-X-ENDLIST"
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in found
    target = int(found[head.index("#EXT-X-TARGETDURATION")].partition(":")[2])
    lengths, files, marks, has_map = [], [], [], False
    for number, line in enumerate(found):
        if match := LENGTH.fullmatch(line):
            lengths.append(Fraction(match[1]))
            assert int(lengths[-1] + Fraction(1, 2)) <= target
            assert not found[number + 1].startswith("#")
        elif line.startswith("#EXT-X-MAP"):
            has_map = True
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), attributes(line)["URI"])) in there
        elif line.startswith(("#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-DISCONTINUITY")):
            assert DATE.fullmatch(line) or line == "#EXT-X-DISCONTINUITY"
            marks.append((len(lengths), line))
        elif not line.startswith("#"):
            files.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), line)))
            assert re.fullmatch(r"[A-Za-z0-9._/-]+", line)
            assert files[-1] in there
            assert has_map == line.endswith(".m4s")  # every fMP4 segment has a MAP before it
            assert line.endswith((".m4s", ".vtt"))
    assert len(files) == len(lengths) > 0
    return lengths, files, {"marks": marks, "target": target}


def check(package: Package, made: frozenset[str]) -> None:
    """Check all playlists of a package; ``made``: the media files that are there before it."""
    there = made | {name for name in package if name.endswith(".vtt")}
    order = list(package)
    for path, text in package.items():
        if not path.endswith("master.m3u8"):
            continue
        found = lines(text)
        assert "#EXT-X-INDEPENDENT-SEGMENTS" in found
        folder = posixpath.dirname(path)
        listed = []
        for number, line in enumerate(found):
            if line.startswith("#EXT-X-MEDIA:"):
                told = attributes(line)
                assert (told["TYPE"], told["GROUP-ID"], told["FORCED"]) == ("SUBTITLES", "captions", "NO")
                assert (told["DEFAULT"], told["AUTOSELECT"]) == ("NO", "NO")
                assert told["NAME"]
                listed.append(told["URI"])
            elif line.startswith("#EXT-X-STREAM-INF:"):
                told = attributes(line)
                assert int(told["BANDWIDTH"]) >= int(told["AVERAGE-BANDWIDTH"]) > 0
                assert re.fullmatch(r"avc1\.[0-9a-f]{6},mp4a\.40\.2", told["CODECS"])
                assert re.fullmatch(r"\d+x\d+", told["RESOLUTION"])
                assert re.fullmatch(r"\d+\.\d{3}", told["FRAME-RATE"])
                assert told["CLOSED-CAPTIONS"] == "NONE"
                assert ("SUBTITLES" in told) == any(uri.startswith("captions") for uri in listed)
                listed.append(found[number + 1])
        playlists = [f"{folder}/{uri}" for uri in listed]
        assert all(order.index(one) < order.index(path) for one in playlists)
        checked = [media(one, package[one], there) for one in playlists]
        # One timeline for all: the same lengths, dates, breaks and target.
        assert all((lengths, common) == (checked[0][0], checked[0][2]) for lengths, _, common in checked)
