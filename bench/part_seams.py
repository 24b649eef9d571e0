"""Whether a joint between the parts of a long clip shows: SSIM around the joints beside that of their neighbours.

    python bench/part_seams.py FOOTAGE [FOOTAGE …]     in parts of 10 s; as much as there is, up to a minute of each

The reference is the same graph's pictures, encoded nearly without loss. ``around``: five frames on both sides of each
joint; ``near``: the 25 frames before and after those. Goal: no joint is 0.005 below its neighbours.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from clip_stage import make_plan
from measuring import FFMPEG, machine, table

from pipeline.video.meter import Bench
from pipeline.video.plan import ClipPlan, parts
from pipeline.video.render import render_air, render_part

GOAL = 0.005
LONGEST_S = 60
AROUND, NEAR = 5, 30


def plans(footage: Path) -> tuple[ClipPlan, ClipPlan]:
    """Return the plan of the footage in parts of ten seconds, and the one of its reference."""
    plan = make_plan(footage)
    video = plan.facts.video.model_copy(update={"end_s": min(plan.facts.video.end_s, Fraction(LONGEST_S))})
    body = min(plan.body_frames, LONGEST_S * 30)
    house = plan.house.model_copy(update={"parts_from_s": 5, "part_frames": 300})
    facts = plan.facts.model_copy(update={"video": video})
    plan = plan.model_copy(
        update={"house": house, "body_frames": body - (plan.lead_frames + body) % 16, "facts": facts}
    )
    best = {"crf": 1.0, "maxrate_kbps": 400_000, "bufsize_kbps": 800_000}
    outputs = tuple(output.model_copy(update=best) for output in plan.outputs)
    return plan, plan.model_copy(update={"outputs": outputs})


def make(plan: ClipPlan, footage: Path, folder: Path, *, parted: bool) -> Path:
    """Return the master, made in one go or from its parts."""
    made = []
    for n, span in enumerate(parts(plan) if parted else ()):
        made.append(folder / f"part-{n}")
        made[-1].mkdir(parents=True)
        render_part(plan, span, Bench(footage, made[-1], FFMPEG, lambda _: None))
    whole = folder / "whole"
    whole.mkdir(parents=True)
    return render_air(plan, Bench(footage, whole, FFMPEG, lambda _: None), made).files["air-1080p"]


def ssim(one: Path, other: Path) -> list[float]:
    """Return the SSIM of each frame."""
    command = [FFMPEG, "-v", "error", "-i", one, "-i", other, "-lavfi", "ssim=stats_file=-", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(found) for found in re.findall(r"All:([\d.]+)", said)]


def main() -> None:
    """Print the worst joint of each footage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", nargs="+", type=Path)
    rows = []
    for footage in parser.parse_args().footage:
        plan, reference = plans(footage)
        with tempfile.TemporaryDirectory(prefix="seams-") as scratch:
            joined = make(plan, footage, Path(scratch, "joined"), parted=True)
            found = ssim(joined, make(reference, footage, Path(scratch, "reference"), parted=False))
        if len(found) != plan.frames:
            sys.exit(f"{footage.name}: {len(found)} frames, not {plan.frames}")
        worst = 0.0
        for span in parts(plan)[1:]:
            joint = span.first_frame
            around = found[joint - AROUND : joint + AROUND]
            near = found[joint - NEAR : joint - AROUND] + found[joint + AROUND : joint + NEAR]
            worst = max(worst, statistics.fmean(near) - statistics.fmean(around))
        kept = "yes" if worst <= GOAL else "no"
        rows.append([footage.name, len(parts(plan)) - 1, f"{statistics.fmean(found):.4f}", f"{worst:.4f}", kept])
    head = ["footage", "joints", "SSIM mean", "worst joint below its neighbours", "≤ 0.005"]
    print(f"{machine()}\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()
