"""What the measurements share: a child's wall and CPU time, the spread of several rounds, a table, the ffmpeg."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

ROOT = Path(__file__).resolve().parent.parent
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@dataclass(frozen=True)
class Cost:
    """What a run cost: CPU seconds are user and system, of the process and of all its children."""

    wall_s: float
    cpu_s: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)


def run(command: Sequence[str | Path], cwd: Path | None = None) -> tuple[int, Cost, str]:
    """Run a command; return its exit status, what it cost with all its children, and what it said."""
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, Cost(wall_s, usage.ru_utime + usage.ru_stime), said.read()


def ffmpeg(*arguments: str | Path, cwd: Path | None = None) -> Cost:
    """Run the product's ffmpeg, which says only errors, and return what it cost. Ends the script when it fails."""
    status, cost, said = run([FFMPEG, "-hide_banner", "-nostdin", "-y", "-v", "error", *arguments], cwd)
    if status:
        sys.exit(f"ffmpeg {' '.join(map(str, arguments))}\n{said}")
    return cost


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Return ``median (least to most)``."""
    found = list(values)
    return f"{statistics.median(found):.{digits}f} ({min(found):.{digits}f} to {max(found):.{digits}f})"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def machine() -> str:
    """Return what the figures depend on besides the code."""
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {Path(FFMPEG).name}, Python {sys.version.split()[0]}"
    )
