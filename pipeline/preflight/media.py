"""Opens and plays every file of the show once, and says of each entry what is wrong with it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import process
from pipeline.errors import MachineError, MediaError, OurError
from pipeline.joined.packets import Packets, Track, read_packets
from pipeline.media.identity import digest
from pipeline.preflight.captions import captions_of
from pipeline.preflight.check import odd_ones
from pipeline.preflight.model import Problem, problem
from pipeline.preflight.places import Shelf
from pipeline.preset.model import MASTER, House
from pipeline.settings import STATE_FOLDER
from pipeline.show.model import Entry, Show
from pipeline.store import publish
from pipeline.store.receipt import Loudness
from pipeline.units import AAC_FRAME_SAMPLES, join_multiple, samples_in
from pipeline.video import blame, loudness

MEMORY = f"{STATE_FOLDER}/cache/preflight.json"
"""Digest of each file that played to its end → its loudness. It may be deleted."""
_STALL_S = 45.0
_LEAST_TIMEOUT_S = 600.0
_SLOWEST = 20
"""A file may take this many times its own length."""
_JUMP_TOLERANCES = 2
"""Neighbours may differ by as much as one at either end of what is allowed."""

OnProgress = Callable[[int, int], None]


@dataclass
class Proof:
    """What was found. ``digests``: file → CRC-32 of its picture and its sound, to know copies of it by."""

    problems: list[Problem] = field(default_factory=list)
    packets: dict[str, Packets] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """Files whose bytes are not those of the show: no copy can be measured by them."""
    files: int = 0


@dataclass(frozen=True)
class Player:
    """What plays, and what it remembers of. ``tools``: names what plays; another tool plays everything again."""

    out: Path
    ffmpeg: str
    tools: str

    def memory(self) -> dict[str, list[float]]:
        """Return what played to its end before, by digest."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads((self.out / MEMORY).read_text("utf-8"))
            if kept["tools"] == self.tools:
                return dict(kept["played"])
        return {}

    def remember(self, played: dict[str, list[float]]) -> None:
        """Keep what played to its end."""
        publish.write(self.out, MEMORY, json.dumps({"tools": self.tools, "played": played}).encode("ascii"))

    def play(self, path: str, length_s: float) -> Loudness:
        """Decode every picture and all sound of a file, and return its loudness.

        Raises:
            MachineError: the tool is missing, was killed, hung or took too long.
            OurError: a decoder stumbled.

        """
        strict = ["-xerror", "-err_detect", "explode", "-skip_loop_filter", "all", "-threads", "1"]
        command = [self.ffmpeg, "-hide_banner", "-nostdin", "-v", "info", "-nostats", "-progress", "pipe:1", *strict]
        command += ["-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{self.out / path}"]
        command += ["-filter_complex", "[0:a:0]ebur128=peak=true:framelog=quiet[m]", "-map", "[m]", "-f", "null", "-"]
        command += ["-map", "0:v", "-f", "null", "-"]
        size = (self.out / path).stat().st_size
        stall = process.Stall(_STALL_S, blame.Advance(), 4 * size + 64_000_000)
        timeout_s = max(_LEAST_TIMEOUT_S, _SLOWEST * length_s)
        done = process.run(command, timeout_s=timeout_s, stall=stall, on_line=lambda _: None)
        return loudness.parse(done.stderr_tail)


def prove(show: Show, shelf: Shelf, player: Player, house: House, on_progress: OnProgress) -> Proof:
    """Return what is wrong with the entries themselves: files, format, sound, captions. Each file is played once.

    Raises:
        MachineError: the tool is missing, was killed, hung or took too long.

    """
    proof, before, played = Proof(), player.memory(), dict[str, list[float]]()
    wanted = [(entry, output, path) for entry in show.items for output, path in sorted(entry.media.items())]
    proof.files = len({path for _, _, path in wanted})
    levels: dict[str, Loudness] = {}
    faults: dict[str, list[Problem]] = {}
    for number, (entry, output, path) in enumerate(wanted, 1):
        if path not in faults:
            faults[path], level = _file(entry, output, path, (show, shelf, player), (before, played), proof)
            if level is not None:
                levels[path] = level
        proof.problems += [each.model_copy(update={"entry": entry.key}) for each in faults[path]]
        on_progress(number, len(wanted))
    for output in sorted({output for _, output, _ in wanted}):
        mine = {e.key: proof.packets[p].signature for e, o, p in wanted if o == output and p in proof.packets}
        proof.problems += odd_ones(mine, output)
    proof.problems += _levels(show, levels, house)
    for entry in show.items:
        proof.problems += captions_of(entry, show, player.out, shelf)
    with contextlib.suppress(MachineError):  # a full disk: the verdict counts, and all is played again next time
        player.remember(played)
    return proof


def _file(
    entry: Entry, output: str, path: str, tools: tuple[Show, Shelf, Player],
    memory: tuple[dict[str, list[float]], dict[str, list[float]]], proof: Proof,
) -> tuple[list[Problem], Loudness | None]:  # fmt: skip
    show, shelf, player = tools
    inside = shelf.inside(path, "")
    gone = problem("entry-outside", entry.key, path) if inside is None else shelf.fault(inside, entry.key)
    if gone:
        return [gone], None
    found: list[Problem] = []
    try:
        sha256 = digest(player.out / path)
        packets = _opened(player.out / path)
    except (OSError, OurError) as error:
        return [problem("file-unreadable", entry.key, shelf.names(path), str(error)[:160])], None
    if entry.sha256.get(output, sha256) != sha256:
        proof.changed.add(path)
        found.append(problem("bytes-changed", entry.key, shelf.names(path)))
    proof.packets[path] = packets
    found += _counted(entry, path, packets, show)
    if packets.audio is None:
        return found, None  # told with its signature; nothing to measure
    before, played = memory
    if sha256 in before:
        played[sha256] = before[sha256]
    else:
        try:
            level = player.play(path, float(entry.length_s(show.frame_rate)))
        except OurError as error:
            return [*found, problem("decode-fails", entry.key, shelf.names(path), _said(str(error.values[-1])))], None
        except MediaError as error:
            if not blame.is_crash(error):
                raise
            return [*found, problem("decode-fails", entry.key, shelf.names(path), str(error.values[0]))], None
        played[sha256] = [level.integrated_lufs, level.true_peak_dbtp]
    return found, Loudness(integrated_lufs=played[sha256][0], true_peak_dbtp=played[sha256][1])


def _said(tail: str) -> str:
    """Return the first of ffmpeg's words that a decoder said, without addresses."""
    lines = tail.split(" | ")
    said = next((line for line in lines if "rror" in line or " @ 0x" in line), lines[-1])
    return re.sub(r"\[[^\]]*\] ?", "", said)[:120]


def _opened(path: Path) -> Packets:
    import av  # noqa: PLC0415 - slow to import

    try:
        return read_packets(path)
    except (av.FFmpegError, IndexError) as error:
        raise OurError("promise-broken", path.name, getattr(error, "strerror", None) or str(error)) from error


def _counted(entry: Entry, path: str, packets: Packets, show: Show) -> list[Problem]:
    """Return what is wrong with the numbers of packets and their times."""
    found: list[Problem] = []
    frames = packets.video.packets if packets.video else 0
    if frames != entry.frames:
        found.append(problem("frames-differ", entry.key, frames, entry.frames))
    unit = join_multiple(show.frame_rate, show.sample_rate_hz)
    if frames % unit:
        found.append(problem("not-joinable", entry.key, frames, unit))
    if packets.audio is not None:
        wanted = samples_in(entry.frames, show.frame_rate, show.sample_rate_hz) // AAC_FRAME_SAMPLES
        if packets.audio.packets != wanted:
            found.append(problem("sound-differs", entry.key, path, packets.audio.packets, wanted))
    for kind, track, begins in (("video", packets.video, 0), ("audio", packets.audio, -AAC_FRAME_SAMPLES)):
        if track is not None and (track.uneven or track.starts != begins or track.new_headers):
            found.append(problem("times-uneven", entry.key, path, _uneven(kind, track)))
    return found


def _uneven(kind: str, track: Track) -> str:
    return f"{kind}: {track.starts}, {', '.join(str(n) for n in track.uneven[:3])}"


def _levels(show: Show, levels: dict[str, Loudness], house: House) -> list[Problem]:
    """Return whose sound is too loud or too soft, silent though it should not be, or jumps from its neighbour's."""
    found: list[Problem] = []
    before: float | None = None
    most_lu = _JUMP_TOLERANCES * house.loudness_tolerance_lu
    for entry in show.items:
        measured = levels.get(entry.media.get(MASTER, ""))
        if measured is None or entry.is_silent or entry.integrated_lufs is None:
            before = None if measured is None else before
            continue
        level = measured.integrated_lufs
        if loudness.is_silent(measured):
            found.append(problem("loudness-silent", entry.key, f"{level:.0f}"))
            continue
        if abs(level - house.loudness_lufs) > house.loudness_tolerance_lu:
            numbers = (f"{level:.1f}", f"{house.loudness_lufs:.0f}", f"{house.loudness_tolerance_lu:.0f}")
            found.append(problem("loudness-out", entry.key, *numbers))
        if before is not None and abs(level - before) > most_lu:
            found.append(problem("loudness-jump", entry.key, f"{abs(level - before):.1f}"))
        before = level
    return found
