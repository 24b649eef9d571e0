"""What packaging a clip for HLS costs beside its encode: 1080p and 720p, paired rounds, ratios.

    python bench/hls.py              the made clip of clip_stage.py; options: --rounds 5 --footage FILE

The encode is clip_stage.py's bare one (house settings; no card, captions, loudness or proof, so the air stage costs
more), its sound cut so that it joins. Packaging is :func:`pipeline.hls.pack.ensure_media` with its writing to disk.
Goal: at most 3 % of the encode's wall time and CPU time.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from clip_stage import bare, make_plan, make_source
from measuring import Cost, machine, run, spread, table

from pipeline.hls.pack import ensure_media
from pipeline.media.identity import digest
from pipeline.show.model import Entry, Show, ShowList, ShowSession
from pipeline.video.plan import ClipPlan

GOAL = 0.03


def encode(plan: ClipPlan, source: Path, out: Path) -> Cost:
    """Encode the clip into ``out`` and return the cost."""
    samples = plan.frames * plan.house.sample_rate_hz // int(plan.house.frame_rate) - 1024
    command: list[str | Path] = []
    for word in bare(plan, source, out):
        if isinstance(word, Path) and word.parent == out:
            command += ["-af", f"apad,atrim=end_sample={samples}"]
        command.append(word)
    status, cost, said = run(command)
    if status:
        sys.exit(said)
    return cost


def show_of(plan: ClipPlan, out: Path) -> Show:
    """Return a show of that one clip."""
    media = {output.id: f"{output.id}.mp4" for output in plan.outputs}
    entry = Entry(
        position=1, key="bench", id="bench", kind="clip", title="bench", file="01-bench.mp4", frames=plan.frames,
        duration_s=float(plan.frames / Fraction(plan.house.frame_rate)), session="one", offset_frames=0, media=media,
        sha256={output: digest(out / name) for output, name in media.items()},
    )  # fmt: skip
    return Show(
        event_id="bench", event_name="bench", timezone="UTC", frame_rate=Fraction(plan.house.frame_rate),
        sample_rate_hz=plan.house.sample_rate_hz, items=(entry,), remarks=(),
        sessions=(ShowSession(id="one", name="one", room="one", starts_at=datetime(2022, 9, 27, tzinfo=UTC)),),
        lists=(ShowList(id="show", kind="all", title="bench", positions=(1,)),),
    )  # fmt: skip


def package(show: Show, out: Path) -> Cost:
    """Package the clip and return the cost."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    shutil.rmtree(out / "playlists", ignore_errors=True)
    began, before = time.perf_counter(), used()
    ensure_media(out, show)
    return Cost(time.perf_counter() - began, used() - before)


def main() -> None:
    """Print the ratios; status 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--footage", type=Path)
    told = parser.parse_args()
    pairs = []
    with tempfile.TemporaryDirectory(prefix="hls-") as scratch:
        source, out = Path(scratch, "source.mp4"), Path(scratch, "out")
        out.mkdir()
        make_source(source, told.footage)
        plan = make_plan(source)
        for _ in range(told.rounds):
            encoded = encode(plan, source, out)
            pairs.append((encoded, package(show_of(plan, out), out)))
    rows = []
    for name in ("wall_s", "cpu_s"):
        encodes, packs = ([getattr(pair[n], name) for pair in pairs] for n in (0, 1))
        ratios = [b / a for a, b in zip(encodes, packs, strict=True)]
        rows.append([name, spread(encodes), spread(packs, 3), spread(ratios, 4)])
        told.missed = getattr(told, "missed", False) or statistics.median(ratios) > GOAL
    head = ["", "encode", "packaging", f"ratio, goal ≤ {GOAL}"]
    print(f"{machine()}, {plan.frames} frames, {told.rounds} rounds\n\n{table(head, rows)}")
    sys.exit(int(told.missed))


if __name__ == "__main__":
    main()
