"""Makes the continuous video of a list by copy, and proves it: ffmpeg ends with status 0 though half of it is missing.

The list's reader stops without an error at a master that is missing or broken, and copies masters of another format
side by side. So every master is compared with what the show says of it before, and every packet of the result with
those of the masters after.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline import process
from pipeline.errors import MachineError, MediaError, OurError
from pipeline.joined.packets import Packets, read_packets
from pipeline.joined.plan import JoinPlan, differences, plan_joined
from pipeline.media.identity import digest
from pipeline.noun import Noun
from pipeline.settings import STATE_FOLDER
from pipeline.show.model import Show, ShowList
from pipeline.store import publish
from pipeline.video import blame

NOTES = f"{STATE_FOLDER}/cache/joined.json"
"""Size and time of each continuous video that was proven: it need not be read again. It may be deleted."""
_STALL_S = 45.0
_LEAST_TIMEOUT_S = 600.0
_SLOWEST_BYTES_S = 5_000_000
_TIMES_READ = 4
"""The masters once; then the index moves to the front, which reads and writes all of it again in silence."""
_SLACK_BYTES = 64_000_000
_LIST, _CHAPTERS, _RESULT = "list.ffconcat", "chapters.txt", "joined.mp4"


class JoinedFile(Noun):
    """A continuous video that is there and proven. ``path`` is relative to the output folder."""

    path: str
    bytes: int
    frames: int
    duration_s: float


def ensure_joined(
    out: Path, show: Show, listed: ShowList, ffmpeg: str, scratch: Path, chapters: str | None = None
) -> JoinedFile:
    """Return the continuous video of ``listed``, made only if it is not there already.

    Raises:
        MachineError, OurError: as :func:`join`.

    """
    plan = plan_joined(show, listed, chapters)
    notes = _read_notes(out)
    with contextlib.suppress(OSError):
        stat = (out / plan.path).stat()
        if notes.get(plan.path) == [stat.st_size, stat.st_mtime_ns]:
            return _told(out, plan)
        with contextlib.suppress(OurError):  # whole, and not noted: the notes may be deleted
            _prove(plan, out / plan.path, _masters(out, plan))
            _note(out, notes, plan)
            return _told(out, plan)
    return join(out, show, listed, ffmpeg, scratch, chapters)


def join(
    out: Path, show: Show, listed: ShowList, ffmpeg: str, scratch: Path, chapters: str | None = None
) -> JoinedFile:
    """Make the continuous video of ``listed``, prove it, and give it its name.

    Raises:
        MachineError: the disk is full; the tool is missing, was killed, hung or took too long.
        OurError: ``join-impossible``: the list is empty; ``join-source``: a master is missing or is not what the show
            says; ``join-differs``: what came out is not what went in. Nothing is published then.

    """
    plan = plan_joined(show, listed, chapters)
    masters = _masters(out, plan)
    with publish.scratch(scratch, f"joined-{listed.id}") as folder:
        _write_inputs(folder, out, plan)
        _copy(plan, folder, ffmpeg, sum((out / piece.master).stat().st_size for piece in plan.pieces))
        _prove(plan, folder / _RESULT, masters)
        publish.place(folder / _RESULT, out / plan.path)
    _note(out, _read_notes(out), plan)
    return _told(out, plan)


def _told(out: Path, plan: JoinPlan) -> JoinedFile:
    size = (out / plan.path).stat().st_size
    return JoinedFile(path=plan.path, bytes=size, frames=plan.frames, duration_s=float(plan.length_s))


def _masters(out: Path, plan: JoinPlan) -> dict[str, Packets]:
    """Return the packets of each master.

    Raises:
        OurError: ``join-source``, with all that is wrong.

    """
    import av  # noqa: PLC0415 - slow to import, and a run with nothing to do needs none of it

    found: dict[str, Packets] = {}
    wrong: list[str] = []
    for piece in {piece.master: piece for piece in plan.pieces}.values():
        try:
            if piece.sha256 and digest(out / piece.master) != piece.sha256:
                wrong.append(f"{piece.master}: other bytes than in the show")
            found[piece.master] = packets = read_packets(out / piece.master)
        except (OSError, av.FFmpegError) as error:
            wrong.append(f"{piece.master}: {getattr(error, 'strerror', None) or error}")
            continue
        frames, sounds = (track.packets if track else 0 for track in (packets.video, packets.audio))
        if (frames, sounds) != (piece.frames, piece.audio_packets):
            wrong.append(f"{piece.master}: {frames}+{sounds} packets ≠ {piece.frames}+{piece.audio_packets}")
        first = next(iter(found.values())).signature
        other = sorted(n for n in first.keys() | packets.signature.keys() if first.get(n) != packets.signature.get(n))
        if other:
            wrong.append(f"{piece.master}: other {', '.join(other)} than the first")
    if wrong:
        raise OurError("join-source", plan.list_id, "; ".join(wrong))
    return found


def _write_inputs(folder: Path, out: Path, plan: JoinPlan) -> None:
    lines = ["ffconcat version 1.0", *(f"file {_quoted(out / piece.master)}" for piece in plan.pieces)]
    with publish.disk_errors():
        (folder / _LIST).write_text("\n".join(lines) + "\n", "utf-8")
        if plan.chapters:
            (folder / _CHAPTERS).write_text(plan.chapters, "utf-8")


def _quoted(path: Path) -> str:
    """Return a path as the list's reader takes it. Source: ffmpeg-utils(1), quoting and escaping."""
    return "'" + str(path).replace("'", r"'\''") + "'"


def _copy(plan: JoinPlan, folder: Path, ffmpeg: str, size_bytes: int) -> None:
    command = [ffmpeg, "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats", "-progress", "pipe:1"]
    # Times as they are in the masters: else the packet that primes the sound moves the whole picture 21 ms back.
    command += [
        "-copyts",
        "-f",
        "concat",
        "-auto_convert",
        "0",
        "-safe",
        "0",
        "-protocol_whitelist",
        "file",
        "-i",
        _LIST,
    ]
    if plan.chapters:
        command += ["-f", "ffmetadata", "-protocol_whitelist", "file", "-i", _CHAPTERS, "-map_chapters", "1"]
    command += ["-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-fflags", "+bitexact"]
    # Not "-map_metadata -1": that takes the chapters' titles too.
    command += ["-map_metadata:g", "-1", "-map_metadata:s", "-1"]
    command += ["-metadata", f"title={plan.title}", "-movflags", "+faststart", "-f", "mp4", _RESULT]
    stall = process.Stall(_STALL_S, blame.Advance(), _TIMES_READ * size_bytes + _SLACK_BYTES)
    timeout_s = max(_LEAST_TIMEOUT_S, size_bytes / _SLOWEST_BYTES_S)

    def run(argv: list[str]) -> process.Finished:
        return process.run(argv, timeout_s=timeout_s, stall=stall, cwd=folder, on_line=lambda _: None)

    try:
        run(command)
    except (MachineError, OurError) as error:
        found: MediaError = blame.blamed(error, command, folder, run)
        if found is error:
            raise
        raise found from error


def _prove(plan: JoinPlan, path: Path, masters: dict[str, Packets]) -> None:
    """Compare every packet of the result with those of the masters.

    Raises:
        OurError: ``join-differs``, with every difference.

    """
    import av  # noqa: PLC0415 - slow to import, and a run with nothing to do needs none of it

    wanted = [masters[piece.master] for piece in plan.pieces]
    try:
        found = read_packets(path, [p.frames for p in plan.pieces], [p.audio_packets for p in plan.pieces])
    except (OSError, av.FFmpegError) as error:
        raise OurError("join-differs", plan.list_id, str(error)) from error
    told = differences(plan, wanted[0], found, [_digests(packets) for packets in wanted])
    if told:
        raise OurError("join-differs", plan.list_id, "; ".join(told))


def _digests(packets: Packets) -> tuple[int, int]:
    video, audio = (track.digests[0] if track and track.digests else 0 for track in (packets.video, packets.audio))
    return video, audio


def _read_notes(out: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        notes = json.loads((out / NOTES).read_text("utf-8"))
        return notes if isinstance(notes, dict) else {}
    return {}


def _note(out: Path, notes: dict[str, Any], plan: JoinPlan) -> None:
    """Note that this video is proven, and forget those that are gone."""
    stat = (out / plan.path).stat()
    kept = {path: seen for path, seen in notes.items() if (out / path).is_file()}
    kept[plan.path] = [stat.st_size, stat.st_mtime_ns]
    publish.write(out, NOTES, json.dumps(kept, indent=1).encode("ascii"))


def unused(out: Path, plans: Iterable[JoinPlan]) -> tuple[str, ...]:
    """Return the continuous videos in the output folder that none of ``plans`` names: to be removed in good time."""
    named = {plan.path for plan in plans}
    there = (path.relative_to(out).as_posix() for path in sorted((out / "playlists" / "joined").glob("*.mp4")))
    return tuple(path for path in there if path not in named)
