"""Lays a list in pieces on the wall clock: programme whole, idle time filled with the filler's pieces. Pure.

A programme never begins early. After idle time it begins with the frame at which it is planned, where the filler's
frames are coded in the order in which they are shown (they are); else late by less than a GOP, as a piece cannot end
elsewhere.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import cycle

from pipeline.hls.model import HLS_FOLDER, HlsList, HlsMedia, Packed
from pipeline.live.course import Course, Laying
from pipeline.live.filling import fill
from pipeline.live.model import TARGET_S, Anchor, Piece, Shown
from pipeline.show.channel import Airing, Run, runs, unix_s
from pipeline.show.model import Entry, Show

_YEARS_S = 10 * 365 * 86400
"""So long before the plan begins the counting does: whoever looks before the show counts the same."""
_LEAST_S = 1
"""Shorter pieces are made only where there is no more idle time than that."""
Pieces = Mapping[str, Sequence[Shown]]
"""Key of an entry → its pieces."""


Captions = Mapping[str, Mapping[str, Sequence[str]]]
"""List → language → WebVTT segment of each of its segments, in order."""


def caption_paths(playlist: str) -> list[str]:
    """Return the files that a caption playlist of a list names, relative to the output folder."""
    lines = (line for line in playlist.splitlines() if line and not line.startswith("#"))
    return [posixpath.normpath(f"{HLS_FOLDER}/list/{line}") for line in lines]


def pieces(media: HlsMedia, list_id: str, captions: Captions) -> dict[str, tuple[Shown, ...]]:
    """Return the pieces of the list's entries, and of all others as the other lists have them.

    An entry is left out where its renditions are not cut alike, or where a piece is longer than is allowed.
    """
    found: dict[str, tuple[Shown, ...]] = {}
    for listed in sorted(media.lists, key=lambda each: each.id != list_id):
        for key, cut in _cut(media, listed, captions.get(listed.id, {})):
            found.setdefault(key, cut)
    return {key: cut for key, cut in found.items() if cut}


def _cut(
    media: HlsMedia, listed: HlsList, captions: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    counts = [len(media.of(entry, next(iter(entry.packed))).bytes) for entry in listed.entries]
    texts = {language: files for language, files in captions.items() if len(files) == sum(counts)}
    at = 0
    for entry, count in zip(listed.entries, counts, strict=True):
        packed = [media.of(entry, output) for output in entry.packed]
        own = {language: files[at : at + count] for language, files in texts.items()}
        yield entry.key, _shown(entry.key, packed, own, media.frame_rate)
        at += count


def _shown(
    key: str, packed: Sequence[Packed], captions: Mapping[str, Sequence[str]], frame_rate: Fraction
) -> tuple[Shown, ...]:
    rows = [tuple(each.segments()) for each in packed]
    if len({tuple((one.starts_frames, one.frames) for one in row) for row in rows}) != 1:
        return ()
    if any(round(one.frames / frame_rate) > TARGET_S for one in rows[0]):
        return ()
    return tuple(
        Shown(
            key=key,
            index=index,
            piece=Piece(
                frames=each[0].frames,
                starts_frames=each[0].starts_frames,
                media={kind.output: one.path for kind, one in zip(packed, each, strict=True)},
                inits={kind.output: kind.init for kind in packed},
                captions={language: files[index] for language, files in captions.items()},
            ),
        )
        for index, each in enumerate(zip(*rows, strict=True))
    )


@dataclass(frozen=True)
class Schedule:
    """A show, how it is aired, and its pieces: the channel can be laid from any anchor."""

    show: Show
    airing: Airing
    has: Pieces
    cut_frames: int = 1
    """A filler's piece can end after any multiple of it."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The list's entries."""
        listed = self.show.list(self.airing.list_id)
        return self.show.entries(listed) if listed else ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the list can be shown."""
        return not any(self.has.get(entry.key) for entry in self.entries)

    @cached_property
    def starts_s(self) -> Fraction:
        """When the first entry begins by plan, in Unix time."""
        if self.airing.starts_at is not None:
            return unix_s(self.airing.starts_at)
        first = self.entries[0]
        return unix_s(self.show.session(first).starts_at) + first.offset_frames / self.show.frame_rate

    @cached_property
    def filler(self) -> tuple[Shown, ...]:
        """What fills idle time: what the channel has for that, else whatever of the list there is."""
        idle_s = self.starts_s - 1  # before the plan begins there is nothing else
        keys = [next(runs(self.show, self.airing, idle_s)).entry.key, *(entry.key for entry in self.entries)]
        found = next(self.has[key] for key in keys if self.has.get(key))
        return tuple(each.model_copy(update={"is_filler": True}) for each in found)

    @cached_property
    def mark(self) -> str:
        """A name for the plan: another one means that something has changed."""
        return self.course(Anchor()).mark

    def course(self, anchor: Anchor) -> Course:
        """Return the channel from an anchor on. Not for a schedule that is empty."""
        rate = self.show.frame_rate
        if anchor.starts_s is None:
            length_s = sum(each.piece.frames for each in self.filler) / rate
            times = int(_YEARS_S // length_s)
            laying = Laying(rate, self.starts_s - times * length_s, anchor)
            laying.add(self.filler, times, None)
        else:
            laying = Laying(rate, anchor.starts_s, anchor)
            laying.add(anchor.rest, 1, anchor.after)
        return self._laid(laying, anchor.after)

    def _laid(self, laying: Laying, after: str | None) -> Course:
        """Return the course of what is still to be shown once, then of what comes for ever."""
        lengths = tuple(each.piece.frames for each in self.filler)
        passed = after
        for run in self._still_to_come(laying.at_s, after):
            idle_frames = math.ceil((run.starts_s - laying.at_s) * self.show.frame_rate)
            least_frames = math.ceil(_LEAST_S * self.show.frame_rate)
            filling = fill(lengths, idle_frames, cut_frames=self.cut_frames, least_frames=least_frames)
            laying.add(self.filler, filling.times, passed)
            laying.add(list(map(_begun, cycle(self.filler), filling.tail)), 1, passed)
            passed = run.entry.key
            laying.add(self.has.get(passed, ()), 1, passed)
        again = [each for entry in self.entries for each in self.has.get(entry.key, ())]
        laying.add(again if self.airing.loops else self.filler, None, passed)
        return laying.course()

    def _still_to_come(self, from_s: Fraction, after: str | None) -> Iterator[Run]:
        """Yield what of the list comes behind ``after``, without fillers. Without one: all of it."""
        last = self.entries[-1].key
        if after == last:
            return
        is_known = any(entry.key == after for entry in self.entries)
        # From its start on the plan has an end; from later on it may be over, and all that comes is filler.
        for run in runs(self.show, self.airing, from_s if is_known else self.starts_s, after):
            if not run.is_filler:
                yield run
                if run.entry.key == last:
                    return


def _begun(shown: Shown, frames: int) -> Shown:
    """Return a piece that ends after so many frames. Captions could reach beyond that, so it has none."""
    if frames == shown.piece.frames:
        return shown
    return shown.model_copy(update={"piece": shown.piece.model_copy(update={"frames": frames, "captions": {}})})
