"""What it costs to compare captions with speech: ffmpeg, the levels, the fit; and how often chance takes us in.

``python bench/sync.py`` makes a clip of 60 s and one of 20 min with a voice at stated times, in AAC beside a small
picture, with captions that are 3 s late. A second look at the same clip reads what was found and starts nothing.
"""

from __future__ import annotations

import importlib
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from measuring import FFMPEG, ROOT, machine, table

from pipeline.media.probe import probe
from pipeline.sync.activity import activity
from pipeline.sync.fit import fit
from pipeline.sync.speech import HEARD, listen

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "sync")]
spoken = importlib.import_module("spoken")
"""What the tests make voices with."""
LENGTHS_S = (60, 1200)
TRIES = 1000


def cpu_s() -> float:
    """Return the CPU seconds of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(seconds: int, folder: Path) -> list[str]:
    """Return a row: what a clip of so many seconds cost."""
    spans = spoken.sentences(1, seconds)
    clip = spoken.write_spoken(folder / f"{seconds}.mp4", spoken.voice(spans, seconds))
    facts = probe(clip)
    if facts.audio is None:
        sys.exit("the clip has no sound")
    began, cpu = time.perf_counter(), cpu_s()
    speech = listen(clip, facts, facts.audio, folder, FFMPEG)
    heard = cpu_s() - cpu
    found = fit(speech, spoken.unsynced(spans, offset_s=-3.0))
    both = cpu_s() - cpu
    wall = time.perf_counter() - began
    sound = np.fromfile(folder / HEARD, "<i2").reshape(-1, 2)
    cpu = cpu_s()
    activity(sound)
    own = cpu_s() - cpu
    said = f"{float(found.offset_s):+.2f} s" if found and found.rate == Fraction(1) else "nothing"
    return [str(seconds), f"{heard - own:.2f}", f"{own:.2f}", f"{both - heard:.2f}", f"{both:.2f}", f"{wall:.2f}", said]


def taken_in() -> int:
    """Return in how many of :data:`TRIES` unrelated captions something was found."""
    found = 0
    for seed in range(TRIES):
        speech = spoken.levels(spoken.sentences(seed, 90), 90)
        found += fit(speech, spoken.sentences(seed + 10**6, 90, pause_s=(0.05, 0.7)[seed % 2])) is not None
    return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        rows = [measured(seconds, Path(name)) for seconds in LENGTHS_S]
    head = ["clip s", "ffmpeg CPU s", "levels CPU s", "fit CPU s", "all CPU s", "all wall s", "found"]
    print(machine())
    print(table(head, rows))
    print(f"found in captions that have nothing to do with the speech: {taken_in()} of {TRIES}")


if __name__ == "__main__":
    main()
