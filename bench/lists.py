"""How long all lists of a show take: players' dialects, run-downs, and the quick check, for 31 and for 1,000 clips.

Run: ``python bench/lists.py``. Prints the CPU seconds of the best of three rounds, and the bytes written. No media is
needed: the lists are worked out from what is known of it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from show_factory import Part, entries, show

from pipeline.dialects import players
from pipeline.preflight.quick import quick
from pipeline.preset.load import load
from pipeline.rundown.rundowns import rundowns
from pipeline.show.model import Places

PRESETS = Path(__file__).parents[1] / "presets"
GOALS_S = {31: 0.5, 1000: 5.0}
ROUNDS = 3
PLACES = Places(root="/media/out", base_url="https://example.org/event")


def cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU seconds of the quickest of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    """Measure and print."""
    book = load(PRESETS, None)
    for count, goal_s in GOALS_S.items():
        parts = [Part("rest", 480, "พักรายการ", "break")]
        parts += [Part(f"p{n}", 1600, f"มูลนิธิทดสอบลำดับที่ {n}", theme=("green", "red")[n % 2]) for n in range(count)]
        made = show(entries(parts))
        lists = {**players(made, PLACES), **rundowns(made, book, PLACES, PRESETS / "templates")}
        took = {
            "players": cpu_s(partial(players, made, PLACES)),
            "run-downs": cpu_s(partial(rundowns, made, book, PLACES, PRESETS / "templates")),
            "quick check": cpu_s(partial(quick, lists, made, Path("/media/out"), {}, PLACES)),
        }
        size = sum(len(text.encode()) for text in lists.values() if isinstance(text, str))
        whole_s = sum(took.values())
        print(f"{count} clips, {len(lists)} files, {size / 1e6:.1f} MB: {whole_s:.2f} s CPU (goal {goal_s} s)")
        for name, seconds in took.items():
            print(f"  {name:12} {seconds:.3f} s")


if __name__ == "__main__":
    main()
