"""The live channel as it runs: reads the show when it changes, announces what is due, keeps the journal."""

from __future__ import annotations

import logging
import threading
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import MachineError
from pipeline.hls.model import HLS_FOLDER, SEGMENTS_FILE, HlsMedia, read_media
from pipeline.live.course import Course
from pipeline.live.journal import anchor, follow
from pipeline.live.lay import Schedule, caption_paths, pieces
from pipeline.live.model import Anchor, Journal
from pipeline.live.timing import HEAD_BYTES, finest_cut
from pipeline.serve.stage import Stage
from pipeline.settings import STATE_FOLDER
from pipeline.show.model import SHOW_FILE, Show, read_show
from pipeline.store.publish import write

_LOG = logging.getLogger(__name__)
Stamp = tuple[tuple[int, int, int], ...]


class LiveChannel:
    """One channel. Any thread may ask; what is answered is the same for all."""

    def __init__(self, stage: Stage) -> None:
        """Take up the journal where a server before this one left it."""
        self._stage = stage
        self._airing = airing = stage.airing
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        self._stamp: Stamp | None = None
        self._schedule: Schedule | None = None
        self._course: tuple[Schedule, Anchor, Course] | None = None
        self._name = f"{STATE_FOLDER}/live-{airing.list_id}.json"
        self._journal = self._kept = _read_journal(stage.out / self._name)

    def told(self) -> tuple[Journal, Fraction] | None:
        """Return what is announced, and at which Unix time, or None while there is no show to be shown.

        Who is the first to be told something new keeps the journal; nobody else waits for the disk.
        """
        told = self._told()
        if self._journal is not self._kept and self._keeping.acquire(blocking=False):
            try:
                self._keep()
            finally:
                self._keeping.release()
        return told

    def _told(self) -> tuple[Journal, Fraction] | None:
        with self._lock:
            at_s = Fraction(self._stage.clock())
            schedule = self._current()
            if schedule is None:
                return None
            where = anchor(self._journal, schedule, at_s)
            found = follow(self._journal, schedule, self._laid(schedule, where), where, at_s)
            self._journal = found
            return found, at_s

    def multivariant(self) -> str | None:
        """Return the list of renditions: the one of the whole list, whose names are the same here."""
        try:
            return (self._stage.out / HLS_FOLDER / self._airing.list_id / "master.m3u8").read_text("utf-8")
        except OSError:
            return None

    def _laid(self, schedule: Schedule, where: Anchor) -> Course:
        if self._course is None or self._course[0] is not schedule or self._course[1] != where:
            self._course = (schedule, where, schedule.course(where))
        return self._course[2]

    def _current(self) -> Schedule | None:
        """Return the schedule of what is delivered; the one before, while that cannot be read or is half there."""
        out = self._stage.out
        try:
            stamp = tuple(_stamp(out / name) for name in (SHOW_FILE, SEGMENTS_FILE))
            if stamp == self._stamp:
                return self._schedule
            show, media = read_show((out / SHOW_FILE).read_bytes()), read_media((out / SEGMENTS_FILE).read_bytes())
        except (OSError, ValueError):
            return self._schedule
        if self._schedule is not None and not _fits(show, media, self._airing.list_id):
            return self._schedule  # in the middle of a delivery
        captions = _captions(out, media)
        has = pieces(media, self._airing.list_id, captions)
        schedule = Schedule(show, self._airing, has, _finest_cut(out, Schedule(show, self._airing, has)))
        if not schedule.is_empty:
            self._stamp, self._schedule = stamp, schedule
        return self._schedule

    def _keep(self) -> None:
        self._kept = journal = self._journal  # one that cannot be kept is not tried again: the next one is near
        if journal is None:
            return
        try:
            write(self._stage.out, self._name, journal.model_dump_json().encode())
        except MachineError as error:
            _LOG.warning("the live journal was not kept: %s", error)  # the channel itself goes on


def _read_journal(path: Path) -> Journal | None:
    try:
        return Journal.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _stamp(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _fits(show: Show, media: HlsMedia, list_id: str) -> bool:
    """Return whether all of the list is there in pieces, and nothing else."""
    listed, packed = show.list(list_id), media.list(list_id)
    if listed is None or packed is None:
        return False
    wanted = [(entry.key, entry.frames) for entry in show.entries(listed)]
    return wanted == [(entry.key, entry.frames) for entry in packed.entries]


def _finest_cut(out: Path, schedule: Schedule) -> int:
    """Return after how many frames, or a multiple of that, the filler can be cut; its longest piece while unknown."""
    if schedule.is_empty:
        return 1
    pieces = [each.piece for each in schedule.filler]
    try:
        heads = [_head(out / path) for piece in pieces for path in piece.media.values()]
        return max(finest_cut(head) for head in heads)
    except (OSError, ValueError):
        return max(piece.frames for piece in pieces)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _captions(out: Path, media: HlsMedia) -> dict[str, dict[str, list[str]]]:
    """Return list → language → WebVTT segments, in order, as the lists of the whole show name them."""
    found: dict[str, dict[str, list[str]]] = {}
    for listed in media.lists:
        for path in sorted((out / HLS_FOLDER / listed.id).glob("captions-*.m3u8")):
            language = path.stem.removeprefix("captions-")
            found.setdefault(listed.id, {})[language] = caption_paths(path.read_text("utf-8"))
    return found
