"""How long a run takes that has nothing to do, against starting Python alone: interleaved rounds, medians, a ratio.

Run ``make run`` first: this looks at ``media_in`` (or the demo) and ``media_out`` as they are. Other folders can be
given: ``python bench/nothing_changed.py IN OUT``. Fails when the run was not a run with nothing to do.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
ROOT = Path(__file__).resolve().parent.parent
RUN = "from pipeline.cli import main; main()"


def seconds(command: list[str]) -> tuple[float, str]:
    """Return how long the command took, and what it said."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode not in {0, 3}:
        sys.exit(done.stdout + done.stderr)
    return took, done.stdout


def main() -> None:
    """Print the medians and their ratio."""
    given = [Path(name).absolute() for name in sys.argv[1:3]]
    here = ROOT / "media_in"
    folder_in, folder_out = given or [here if any(here.glob("[!.]*")) else ROOT / "media_demo", ROOT / "media_out"]
    command = [sys.executable, "-c", RUN, "run", "--in", str(folder_in), "--out", str(folder_out), "--lang", "en"]
    seconds(command)
    runs, floors = [], []
    for _ in range(ROUNDS):
        took, said = seconds(command)
        if " 0 made in this run" not in said:
            sys.exit("something was made: run again\n" + said)
        runs.append(took)
        floors.append(seconds([sys.executable, "-c", "import pydantic, rich, click"])[0])
    run, floor = statistics.median(runs), statistics.median(floors)
    files = sum(path.is_file() for path in folder_in.rglob("*"))
    sys.stdout.write(
        f"{files} input files, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {ROUNDS} rounds\n"
        f"nothing to do: {run:.2f} s ({min(runs):.2f} to {max(runs):.2f})\n"
        f"start and imports alone: {floor:.2f} s; ratio {run / floor:.1f}\n"
    )


if __name__ == "__main__":
    main()
