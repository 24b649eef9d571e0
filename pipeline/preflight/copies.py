"""Compares what was copied from the masters with them, packet by packet: pieces of HLS and continuous videos.

The masters are played; a copy whose every packet is a master's need not be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from pipeline.joined.packets import Packets, read_packets
from pipeline.preflight.model import Problem, problem
from pipeline.preset.model import MASTER
from pipeline.show.model import Entry, Show
from pipeline.units import AAC_FRAME_SAMPLES, samples_in


class _Chain:
    """Files read one after another, as a player fetches them. It has no ``seek``: a stream has none either."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._left = list(paths)
        self._open: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        while self._open or self._left:
            if self._open is None:
                self._open = self._left.pop(0).open("rb")
            if found := self._open.read(size):
                return found
            self._open.close()
            self._open = None
        return b""


def check_copy(
    out: Path, name: str, files: Sequence[str], entries: Sequence[Entry], show: Show, masters: Mapping[str, Packets]
) -> list[Problem]:
    """Return what in the files ``files``, read one after another, is not a copy of these entries' media.

    Where they have two sizes of picture, it is a copy of either. ``masters``: the packets of each file of the show.
    """
    import av  # noqa: PLC0415 - slow to import

    sounds = [samples_in(e.frames, show.frame_rate, show.sample_rate_hz) // AAC_FRAME_SAMPLES for e in entries]
    source = out / files[0] if len(files) == 1 else cast("IO[bytes]", _Chain([out / file for file in files]))
    try:
        found = read_packets(source, [entry.frames for entry in entries], sounds)
    except (OSError, av.FFmpegError) as error:
        return [problem("file-unreadable", None, name, getattr(error, "strerror", None) or str(error))]
    told: list[Problem] = []
    frames, packets = (track.packets if track else 0 for track in (found.video, found.audio))
    if frames != sum(entry.frames for entry in entries):
        told.append(problem("frames-differ", None, frames, sum(entry.frames for entry in entries)))
    if packets != sum(sounds):
        told.append(problem("sound-differs", None, name, packets, sum(sounds)))
    if found.video and (found.video.uneven or (found.audio and found.audio.uneven)):
        told.append(problem("times-uneven", None, name, ", ".join(str(n) for n in found.video.uneven[:3])))
    size = found.signature.get("size")
    for place, entry in enumerate(entries):
        media = [masters[path] for path in (entry.media[MASTER], *entry.media.values()) if path in masters]
        own = next((each for each in media if each.signature.get("size") == size), None)
        if own is None:
            continue  # its master cannot be read, which is told there
        for kind, mine, copy in (("video", own.video, found.video), ("audio", own.audio, found.audio)):
            if mine and copy and mine.digests[:1] != copy.digests[place : place + 1]:
                told.append(problem("copy-differs", entry.key, _piece(name, files, entries, place), kind))
    return told


def _piece(name: str, files: Sequence[str], entries: Sequence[Entry], place: int) -> str:
    """Return what to delete: the folder of an entry's segments, or the whole copy where it is one file."""
    segments = [file.rpartition("/")[0] for file in files if file.endswith(".m4s")]
    folders = list(dict.fromkeys(segments))
    return f"{folders[place]}/" if len(folders) == len(entries) else name
