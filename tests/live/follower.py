"""Stands for a player: reads each new state of a channel's lists and checks what may never be otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from pipeline.hls.model import HlsList, HlsMedia, Packed, PackedEntry
from pipeline.show.channel import unix_s
from pipeline.show.model import Show

TARGET_S = 6


@dataclass(frozen=True)
class Row:
    """One segment as a list names it. ``cc``: its discontinuity sequence number."""

    uri: str
    init: str | None
    length_s: Fraction
    at_s: Fraction
    cc: int
    is_break: bool


@dataclass
class Follower:
    """What a player has seen of one media playlist."""

    rows: dict[int, Row] = field(default_factory=dict)
    newest: tuple[int, int] = (0, 0)

    def read(self, text: str) -> None:
        first, cc, rows = parse(text)
        assert first >= self.newest[0]
        assert cc >= self.newest[1]
        assert sum(row.length_s for row in rows.values()) >= 3 * TARGET_S
        assert all(round(row.length_s) <= TARGET_S for row in rows.values())
        for number, row in rows.items():
            known = self.rows.setdefault(number, row)
            assert (known.uri, known.cc, known.at_s) == (row.uri, row.cc, row.at_s)
        if self.newest != (0, 0) and first <= max(self.rows):
            assert max(rows) >= max(self.rows) or max(rows) in self.rows
        self.newest = (first, cc)

    def check_joins(self, numbers: list[int] | None = None) -> None:
        """Dates go on without a hole; a new discontinuity number comes with its tag and only there."""
        for number in numbers or sorted(self.rows):
            row, before = self.rows[number], self.rows.get(number - 1)
            if before is not None:
                assert abs(before.at_s + before.length_s - row.at_s) <= Fraction(2, 1000)
                assert row.cc == before.cc + row.is_break


def parse(text: str) -> tuple[int, int, dict[int, Row]]:
    """Return the media sequence, the discontinuity sequence, and the segments by number."""
    assert text.startswith("#EXTM3U\n")
    assert "ENDLIST" not in text
    assert "PLAYLIST-TYPE" not in text
    tags = [line.partition(":") for line in text.splitlines()]
    values = {name: value for name, _, value in tags}
    first = number = int(values["#EXT-X-MEDIA-SEQUENCE"])
    start = cc = int(values["#EXT-X-DISCONTINUITY-SEQUENCE"])
    assert values["#EXT-X-TARGETDURATION"] == str(TARGET_S)
    rows: dict[int, Row] = {}
    init, is_break, at_s, length_s = None, False, Fraction(0), Fraction(0)
    for name, _, value in tags:
        if name == "#EXT-X-DISCONTINUITY":
            cc, is_break = cc + 1, True
        elif name == "#EXT-X-MAP":
            init = value
        elif name == "#EXT-X-PROGRAM-DATE-TIME":
            at_s = unix_s(datetime.fromisoformat(value))
        elif name == "#EXTINF":
            length_s = Fraction(value.rstrip(","))
        elif not name.startswith("#"):
            rows[number] = Row(name, init, length_s, at_s, cc, is_break)
            number, is_break = number + 1, False
    return first, start, rows


def packed(show: Show) -> HlsMedia:
    """Return the media of a show as it would be packaged, without a file."""
    found, lists, segment_frames = {}, [], round(TARGET_S * show.frame_rate)
    for listed in show.lists:
        entries, starts = [], 0
        for entry in show.entries(listed):
            folders = {}
            for output in entry.media:
                folder = f"playlists/hls/media/{output}-{entry.sha256[output][:12]}-{starts}"
                folders[output] = folder
                found[folder] = Packed(
                    output=output,
                    folder=folder,
                    init=f"playlists/hls/media/init-{output}.mp4",
                    codecs="avc1.640029,mp4a.40.2",
                    width_px=480,
                    height_px=270,
                    starts_frames=starts,
                    frames=entry.frames,
                    segment_frames=segment_frames,
                    bytes=(1000,) * -(-entry.frames // segment_frames),
                )
            entries.append(
                PackedEntry(
                    key=entry.key, position=entry.position, starts_frames=starts, frames=entry.frames, packed=folders
                )
            )
            starts += entry.frames
        lists.append(HlsList(id=listed.id, entries=tuple(entries)))
    return HlsMedia(frame_rate=show.frame_rate, lists=tuple(lists), packed=found)
