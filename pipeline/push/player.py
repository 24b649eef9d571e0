"""Follows the show: which packet is due when. A missing or damaged master never makes a hole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

from pipeline.errors import PresetError
from pipeline.push.packet import Piece, Splice, belongs, endless, within
from pipeline.push.reel import BadMasterError, Reel
from pipeline.reasons import Reason, reason
from pipeline.show.channel import Airing, Run, runs, unix_s
from pipeline.show.model import SHOW_FILE, Entry, Show, read_show

_FILLERS = ("break", "slate", "end", "opener")
_MOST_BYTES = 64 << 20
"""Of a filler kept in memory; longer ones are cut."""
_GROUP_S = 2
"""A group of pictures in the house format: how often it is looked whether something has changed."""

Packets = Generator[Piece, None, int]
"""Yields what is sent; returns up to which frame of the entry it went."""


@dataclass(frozen=True)
class OnAir:
    """What is on, and what comes next."""

    run: Run
    ends_s: Fraction
    after: Entry | None
    is_stand_in: bool = False
    """Whether a slate stands in for a master that cannot be read."""


class Shelf:
    """``show.json`` as it is now. One that cannot be read leaves the last good one."""

    def __init__(self, out: Path) -> None:
        self._path = out / SHOW_FILE
        self._stamp: tuple[int, int] | None = None
        self.show: Show | None = None
        self.look()

    def look(self) -> bool:
        """Read it again where it is another file by now; return whether the show has changed."""
        with contextlib.suppress(OSError, ValueError):
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if stamp != self._stamp:
                self._stamp = stamp
                new = read_show(self._path.read_bytes())
                changed, self.show = new != self.show, new
                return changed
        return False


class Player:
    """Yields the packets of a list on the wall clock, from ``from_s`` on, without end or until the list is over.

    Raises:
        PresetError: ``push-no-show``, ``no-such-list``, ``push-over``, ``push-no-picture``.

    """

    def __init__(self, out: Path, airing: Airing, from_s: Fraction, tell: Callable[[Reason], None]) -> None:
        self._out, self._airing, self._tell = out, airing, tell
        self._shelf = Shelf(out)
        show = self._shelf.show
        if show is None:
            raise PresetError("push-no-show", str(out))
        listed = show.list(airing.list_id)
        if listed is None or not listed.positions:
            raise PresetError("no-such-list", airing.list_id, ", ".join(each.id for each in show.lists))
        if not airing.loops and over_s(show, airing) <= from_s:
            raise PresetError("push-over")
        self._show, self._rate = show, show.frame_rate
        self._from_s = from_s
        self._shown: list[str] = []
        self._filler: tuple[tuple[Piece, ...], int] | None = None
        self._find_filler()
        self._splice = Splice(from_s)
        self.on_air: OnAir | None = None

    @property
    def zero_s(self) -> Fraction:
        """The Unix time at which the stream's clock is 0."""
        return self._splice.zero_s

    def packets(self) -> Iterator[Piece]:
        """Yield every packet when it is its turn; ``zero_s + piece.at_s`` is when it is due."""
        at_s, coming = self._from_s, self._runs(self._from_s)
        while True:
            if self._look():
                coming = self._runs(at_s)
            run = next(coming, None)
            if run is None or (run.is_filler and self._is_over()):
                return
            run, first = self._from(run, at_s)
            self._announce(run)
            if not run.is_filler:
                self._shown.append(run.entry.key)
            done = yield from self._entry(run, first)
            if done < run.frames:
                coming = self._runs(run.starts_s + done / self._rate)
            at_s = run.starts_s + done / self._rate

    def _look(self) -> bool:
        if not self._shelf.look() or self._shelf.show is None:
            return False
        listed = self._shelf.show.list(self._airing.list_id)
        if listed is None or not listed.positions or self._shelf.show.frame_rate != self._rate:
            return False  # nothing to go on with: the last good list stays
        self._show = self._shelf.show
        self._find_filler()
        return True

    def _keys(self) -> list[str]:
        listed = self._show.list(self._airing.list_id)
        return [entry.key for entry in self._show.entries(listed)] if listed else []

    def _after(self) -> str | None:
        """Return the last entry shown that is still in the list."""
        keys = set(self._keys())
        return next((key for key in reversed(self._shown) if key in keys), None)

    def _runs(self, at_s: Fraction) -> Iterator[Run]:
        return runs(self._show, self._airing, at_s, self._after())

    def _is_over(self) -> bool:
        return not self._airing.loops and bool(self._shown) and self._after() == self._keys()[-1]

    def _from(self, run: Run, at_s: Fraction) -> tuple[Run, int]:
        """Return a run that covers ``at_s`` and its first frame. A filler is shortened, an entry joined on its way."""
        late_s = at_s - run.starts_s
        if late_s <= 0:
            return run, 0
        if run.is_filler:
            frames = int((run.ends_s(self._rate) - at_s) * self._rate)
            return run.model_copy(update={"starts_s": at_s, "frames": frames}), 0
        first = int(late_s * self._rate)
        if not self._shown:  # nothing was sent yet: begin with the key frame before, at once
            with contextlib.suppress(BadMasterError):
                first = int(Reel(self._out / run.entry.master).key_frame_s(first / self._rate) * self._rate)
            self._splice.zero_s = run.starts_s + first / self._rate
        return run, first

    def _announce(self, run: Run, *, is_stand_in: bool = False) -> None:
        ends_s = run.ends_s(self._rate)
        coming = runs(self._show, self._airing, ends_s, None if run.is_filler else run.entry.key)
        after = None if run.is_filler else self._behind(run)
        if after is None and not self._is_over():
            after = next((each.entry for each in islice(coming, 1000) if not each.is_filler), None)
        self.on_air = OnAir(run, ends_s, after, is_stand_in)

    def _behind(self, run: Run) -> Entry | None:
        keys = self._keys()
        if run.entry.key not in keys:
            return None
        at = keys.index(run.entry.key) + 1
        if at == len(keys) and not self._airing.loops:
            return None
        return next(entry for entry in self._show.items if entry.key == keys[at % len(keys)])

    def _entry(self, run: Run, first: int) -> Packets:
        """Yield a run from a frame on, a filler in place of what cannot be read. A filler gives way to a new show."""
        frame, told = first, False
        while frame < run.frames:
            try:
                reel = Reel(self._out / run.entry.master)
                key_s = reel.next_key_frame_s(frame / self._rate)
                key = run.frames if key_s is None else min(run.frames, round(key_s * self._rate))
                if frame < key:
                    frame = yield from self._fill(run, frame, key)
                    continue
                begun = frame
                for piece in reel.pieces(begun / self._rate):
                    if not belongs(piece, begun, run.frames, self._rate):
                        continue
                    if piece.is_video and piece.is_key and run.is_filler and frame and self._has_changed():
                        return frame
                    yield from self._laid(within(piece, run.frames, self._rate), run.starts_s)
                    frame += piece.is_video
                if frame < run.frames:
                    raise BadMasterError(is_missing=False)  # noqa: TRY301 - a file that ends early is a damaged one
            except BadMasterError as error:
                if not told:
                    told = True
                    self._tell(reason("push-missing" if error.is_missing else "push-damaged", run.entry.title))
                    self._announce(run, is_stand_in=True)
                path = self._out / run.entry.master if error.is_missing else None
                frame = yield from self._fill(run, frame, run.frames, path)
                if run.is_filler and self._has_changed():
                    return frame
        return frame

    def _has_changed(self) -> bool:
        """Return whether the show is another than the one in use; it is taken before the next run."""
        with contextlib.suppress(OSError):
            stat = (self._out / SHOW_FILE).stat()
            return (stat.st_mtime_ns, stat.st_ino) != self._shelf._stamp  # noqa: SLF001 - one module
        return False

    def _fill(self, run: Run, first: int, until: int, wanted: Path | None = None) -> Packets:
        """Yield the filler for frames ``first`` to ``until`` of a run, or until ``wanted`` is there again."""
        assert self._filler is not None  # noqa: S101 - without one no push begins
        group = int(_GROUP_S * self._rate)
        for piece in endless(*self._filler, self._rate):
            if piece.is_video:
                frame = first + round(piece.frame(self._rate))
                if frame >= until:
                    return until
                if wanted and frame > first and frame % group == 0 and wanted.is_file():
                    return frame
            if belongs(piece, 0, until - first, self._rate):
                yield from self._laid(within(piece, until - first, self._rate), run.starts_s + first / self._rate)
        return until

    def _laid(self, piece: Piece, starts_s: Fraction) -> Iterator[Piece]:
        laid = self._splice.lay(piece, starts_s)
        if laid is not None:
            yield laid

    def _find_filler(self) -> None:
        """Keep a silent card or slate in memory, so that it is there even when the disk is gone."""
        listed = self._show.list(self._airing.list_id)
        among = [*(self._show.entries(listed) if listed else ()), *self._show.items]
        silent = [entry for kind in _FILLERS for entry in among if entry.kind == kind]
        for entry in [*silent, *among]:
            with contextlib.suppress(BadMasterError):
                self._filler = _kept(Reel(self._out / entry.master), self._rate)
                return
        if self._filler is None:
            raise PresetError("push-no-picture", str(self._out))


def _kept(reel: Reel, rate: Fraction) -> tuple[tuple[Piece, ...], int]:
    """Return the packets of a master and its frames; a long one is cut between two groups of pictures."""
    kept: list[Piece] = []
    size = frames = 0
    for piece in reel.pieces():
        if piece.is_video and piece.is_key and size > _MOST_BYTES:
            break
        kept.append(piece)
        size += len(piece.data)
        frames += piece.is_video
    if not frames:
        raise BadMasterError(is_missing=False)
    return tuple(piece for piece in kept if belongs(piece, 0, frames, rate)), frames


def over_s(show: Show, airing: Airing) -> Fraction:
    """Return when the last entry of a list ends, in Unix time."""
    listed = show.list(airing.list_id)
    entries = show.entries(listed) if listed else ()
    last = entries[-1]
    from_s = unix_s(airing.starts_at) if airing.starts_at else unix_s(show.starts_at(last))
    for run in runs(show, airing, from_s):
        if not run.is_filler and run.entry.key == last.key:
            return run.ends_s(show.frame_rate)
    return from_s
