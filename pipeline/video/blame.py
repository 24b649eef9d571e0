"""Whose fault it is when ffmpeg fails, hangs or crashes on a clip: its exit status does not say.

The clip is decoded once more, by the same demuxer and with nothing of ours behind it. What cannot be decoded like that
either is the clip's own fault; what can is ours, or this machine's.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from pipeline.errors import InputError, MachineError, MediaError, OurError
from pipeline.process import Finished, Stall

CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGBUS})
"""What a decoder dies of when it stumbles. SIGKILL and SIGTERM come from outside."""
_COUNTERS = ("frame", "out_time_us", "total_size")
_READINGS = 4
"""Index, packets and a look ahead read a file at most about twice; a demuxer that goes round and round soon more."""
_SLACK_BYTES = 64_000_000
_SCALER = "[swscaler @"
_WORDS_CHARACTERS = 120
_DISK = ("No space left on device", "Disk quota exceeded")
_NO_FRAME = "Cannot determine format of input"
_TOO_MANY_ERRORS = "Decode error rate"
"""Said when two thirds of what was decoded were errors. Source: ffmpeg's option ``-max_error_rate``."""
_AFTERMATH = ("Terminating thread", "Task finished", "Conversion failed", "Nothing was written")

Run = Callable[[list[str]], Finished]


class Advance:
    """Tells which lines of ``-progress`` say that ffmpeg has come further. It reports even when its decoder hangs."""

    def __init__(self) -> None:
        self._most: dict[str, int] = {}

    def __call__(self, line: str) -> bool:
        """Return whether a counter in ``line`` is higher than ever before."""
        name, _, value = line.partition("=")
        if name not in _COUNTERS or not value.isdigit() or int(value) <= self._most.get(name, 0):
            return False
        self._most[name] = int(value)
        return True


def stall(argv: Sequence[str], folder: Path, after_s: float) -> Stall:
    """Return what counts as a sign of life of ffmpeg while it runs ``argv`` in ``folder``.

    To move the index of a large file to its front it reads and writes all of it again, and reports nothing meanwhile.
    """
    names = [word.removeprefix("file:") for before, word in pairwise(argv) if before == "-i"]
    lists = [name for name in names if name.endswith(".ffconcat") and "/" not in name]  # ours, never a clip
    parts = [line.removeprefix("file ") for name in lists for line in (folder / name).read_text("ascii").splitlines()]
    files = [folder / name for name in (*names, *parts)]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Stall(after_s, Advance(), _READINGS * size + _SLACK_BYTES)


def blamed(error: MediaError, argv: Sequence[str], source: Path, run: Run) -> MediaError:
    """Return what the failure ``error`` of the command ``argv`` really was; ``run`` runs another command like it."""
    control = decode_alone(argv, source)
    told = _told(str(error.values[-1]), is_clip=control is not None) if error.code == "tool-failed" else None
    if told is not None:
        return told
    if control is None:
        return error
    if is_crash(error):
        return InputError("decoder-crashed", _signal_name(error))
    if error.code in {"tool-failed", "tool-stalled", "tool-timeout"}:
        return _tried(control, run, unscalable=_SCALER in str(error.values[-1])) or error
    return error


def _told(said: str, *, is_clip: bool) -> MediaError | None:
    """Return whose fault ffmpeg's own words say it is, if they do; ``is_clip``: it was reading the clip."""
    if any(words in said for words in _DISK):
        return MachineError("disk-full", "ffmpeg")
    if is_clip and _NO_FRAME in said:
        return InputError("no-frame", _cleaned(said))
    # The control reads all of the clip: where only a part is used, that may be the worst.
    return InputError("decode-failed", _cleaned(said)) if is_clip and _TOO_MANY_ERRORS in said else None


def is_crash(error: MediaError) -> bool:
    """Return whether the tool was ended by a fault of its own code."""
    return error.code == "tool-killed" and error.values[-1] in CRASHES


def _signal_name(error: MediaError) -> str:
    return signal.Signals(int(error.values[-1])).name


def _tried(control: list[str], run: Run, *, unscalable: bool) -> InputError | None:
    """Return why the clip cannot be decoded by itself, or nothing when it can.

    ``unscalable``: what failed was to scale its pictures. Then a decoder that only complains is reason enough.
    """
    try:
        complaints = [line for line in run(control).stderr_tail if " @ 0x" in line]
        # A decoder that goes on over damage may hand on pictures that nothing can work with.
        if complaints and unscalable:
            return InputError("decode-failed", _cleaned(complaints[-1]))
    except OurError as error:
        return InputError("decode-failed", _cleaned(str(error.values[-1])))
    except MachineError as error:
        if is_crash(error):
            return InputError("decoder-crashed", _signal_name(error))
        if error.code in {"tool-stalled", "tool-timeout"}:
            return InputError("decode-hung", error.values[-1])
    return None


def _cleaned(said: str) -> str:
    """Return the last of ffmpeg's words that says what is wrong, with the decoder's name and without addresses."""
    lines = [line for line in said.split(" | ") if not any(words in line for words in _AFTERMATH)] or [said]
    decoder = re.search(r"\[dec:(\w+)", lines[-1])
    words = re.sub(r"\[[^\]]*\] ?", "", lines[-1])[:_WORDS_CHARACTERS]
    return f"{decoder[1]}: {words}" if decoder else words


def decode_alone(argv: Sequence[str], source: Path) -> list[str] | None:
    """Return the command that only decodes what ``argv`` decodes of ``source``; nothing when it does not read it."""
    inputs = [n for n, word in enumerate(argv[:-1]) if word == "-i"]
    mine = next((k for k, n in enumerate(inputs) if argv[n + 1] == f"file:{source}"), None)
    if mine is None:
        return None
    before = argv[inputs[mine - 1] + 2 if mine else 0 : inputs[mine]]
    demuxer = before[before.index("-f") : before.index("-f") + 2] if "-f" in before else []
    taken = dict.fromkeys(re.findall(rf"\[{mine}:([^\]]+)\]", " ".join(argv)))
    head = [
        argv[0],
        "-hide_banner",
        "-nostdin",
        "-v",
        "error",
        "-nostats",
        "-progress",
        "pipe:1",
        "-stats_period",
        "0.5",
    ]
    maps = [word for stream in taken for word in ("-map", f"0:{stream}")]
    return [*head, *demuxer, "-protocol_whitelist", "file", "-i", argv[inputs[mine] + 1], *maps, "-f", "null", "-"]
