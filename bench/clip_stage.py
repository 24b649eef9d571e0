"""What a clip's air stage costs over a bare encode of the same frames by the same ffmpeg: paired rounds, ratios.

    python bench/clip_stage.py                 a made clip: 12 s, 1080p at 30 frames a second, about 17 Mb/s, with sound
    python bench/clip_stage.py FOOTAGE         the same, its picture made of the footage: scaled up, looped, grained
    options: --rounds 5

The air stage is :func:`pipeline.video.render.render_air` on a real plan: card, burned Thai captions, loudness, proof,
1080p and 720p. The bare encode decodes once, holds the first frame for the length of the card, and encodes the same
two renditions with the same encoder options and AAC; no card, no captions, no loudness, no proof.
Each run is a process of its own; CPU seconds are user and system with all children. What a worker pays once in its
life, the start of Python, its imports, fonts and word list, is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from measuring import FFMPEG, ROOT, Cost, ffmpeg, machine, run, spread, table

from pipeline import process
from pipeline.card.texts import CardText
from pipeline.media.identity import digest
from pipeline.media.probe import probe
from pipeline.preset.load import load
from pipeline.text.cues import Captions, Cue
from pipeline.text.dates import thai_date_range
from pipeline.video import render
from pipeline.video.encoder import encoder_options
from pipeline.video.meter import Bench
from pipeline.video.plan import ClipPlan, plan_clip
from pipeline.video.render import render_air

GOAL = 1.10
LENGTH_S = 12
SAYINGS = ("ทะเลสาบสงขลาเป็นบ้านของเราทุกคน", "เด็ก ๆ ช่วยกันเก็บขยะทุกเช้าวันเสาร์", "ผู้เฒ่าเล่าเรื่องเรือและลมให้ฟัง",
           "ป่าชายเลนที่ปลูกไว้โตขึ้นแล้ว", "ขอบคุณทุกหน่วยงานที่มาร่วมงานกัน")  # fmt: skip


def make_source(path: Path, footage: Path | None) -> None:
    """Write the source: the same bytes each time, with the same ffmpeg. Louder and softer in turn, like speech."""
    grain = "noise=alls=7:allf=t:all_seed=7,format=yuv420p"
    drawing = "mandelbrot=s=640x360:r=30:start_scale=0.4:end_scale=0.002:end_pts=360:maxiter=300"
    shaped = "fps=30,scale=1920:1080:force_original_aspect_ratio=increase:flags=bicubic,crop=1920:1080,setsar=1"
    picture = ("-stream_loop", "-1", "-i", f"file:{footage}") if footage else ("-f", "lavfi", "-i", drawing)
    sound = "anoisesrc=color=pink:seed=7:amplitude=0.4:r=48000,tremolo=f=3:d=0.8,tremolo=f=0.4:d=0.5,aformat=cl=stereo"
    coded = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", "17M", "-maxrate", "20M", "-bufsize", "17M")
    ffmpeg(
        *picture, "-f", "lavfi", "-i", sound, "-map", "0:v:0", "-map", "1:a", "-vf", f"{shaped},{grain}",
        "-t", str(LENGTH_S), *coded, "-threads:v", "2", "-profile:v", "high", "-g", "60", "-c:a", "aac",
        "-b:a", "160k", path,
    )  # fmt: skip


def make_plan(source: Path) -> ClipPlan:
    """Return the plan as a run makes it: the book's own outputs, a partner's card, a Thai caption every 2.4 s."""
    book = load(ROOT / "presets")
    event, partner = book.event, book.event.partners[6]
    theme = event.theme_of(partner.theme)
    card = CardText(
        event_name=event.name,
        name=partner.name,
        theme=theme.name if theme else None,
        date_text=thai_date_range(event.starts_on, event.ends_on),
        number=7,
        total=event.expected_partners,
        accent=book.accent_of(partner.theme),
    )
    each_s = Fraction(LENGTH_S, len(SAYINGS))
    cues = (
        Cue(start_s=n * each_s, end_s=(n + 1) * each_s - Fraction(1, 5), text=said) for n, said in enumerate(SAYINGS)
    )
    captions = (Captions(language="th", cues=tuple(cues)),)
    facts = probe(source)
    return plan_clip(
        stage="air", clip_id="bench", title=partner.name, sha256=digest(source), facts=facts, book=book, card=card,
        captions=captions,
    )  # fmt: skip


def bare(plan: ClipPlan, source: Path, folder: Path) -> list[str | Path]:
    """Return the command of the bare encode: the same frames, renditions and encoder options."""
    count = len(plan.outputs)
    held = f"[0:v]tpad=start={plan.lead_frames}:start_mode=clone,split={count}" + "".join(
        f"[s{n}]" for n in range(count)
    )
    scaled = [f"[s{n}]scale={o.width_px}:{o.height_px}:flags=bicubic[v{n}]" for n, o in enumerate(plan.outputs)]
    command: list[str | Path] = [FFMPEG, "-nostdin", "-y", "-v", "error", "-i", source, "-filter_complex",
                                 ";".join([held, *scaled])]  # fmt: skip
    sound = {"c:a": "aac", "b:a": f"{plan.house.audio_kbps}k", "ar": plan.house.sample_rate_hz, "ac": 2}
    for n, output in enumerate(plan.outputs):
        options = {**encoder_options(output, plan.house), **sound}
        options |= {"video_track_timescale": plan.house.timescale_hz, "movflags": "+faststart"}
        command += ["-map", f"[v{n}]", "-map", "0:a", "-frames:v", str(plan.frames)]
        for name, value in options.items():
            command += [f"-{'c:v' if name == 'vcodec' else name}", str(value)]
        command.append(folder / f"{output.id}.mp4")
    return command


def _used() -> Cost:
    """Return what this process and its ended children have used so far."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(time.perf_counter(), sum(each.ru_utime + each.ru_stime for each in both))


class Steps:
    """Notes what each child process of the stage costs, by waiting for it in the place of ``Popen.wait``."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.rows: list[dict[str, Any]] = []
        self._start = process.start
        process.start = self.start  # the same, and it takes notes

    def start(self, argv: Iterable[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - passed on
        """Start a child as the product does and take over waiting for it."""
        command, at_s = list(argv), time.perf_counter()
        child = self._start(command, **options)
        lock = threading.Lock()

        def wait(timeout: float | None = None) -> int:
            until = None if timeout is None else time.monotonic() + timeout
            while child.returncode is None:
                with lock:
                    if child.returncode is None:
                        self._reap(child, command, at_s)
                if child.returncode is None:
                    if until is not None and time.monotonic() > until:
                        raise subprocess.TimeoutExpired(command, timeout or 0)
                    time.sleep(0.005)
            return child.returncode

        child.wait = wait  # type: ignore[method-assign]
        return child

    def _reap(self, child: subprocess.Popen[bytes], command: list[str], at_s: float) -> None:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            now = time.perf_counter()
            self.rows.append({
                "what": _what(command), "at_s": at_s - self.began, "wall_s": now - at_s,
                "cpu_s": usage.ru_utime + usage.ru_stime,
            })  # fmt: skip


def _what(command: list[str]) -> str:
    """Return in a few words what an ffmpeg command does."""
    said = " ".join(command)
    if "explode" in command:
        return "proves: plays all, measures loudness"
    written = [Path(word).name for word in command if word.endswith((".mp4", ".m4a", ".wav", ".mov", ".nut", ".mka"))]
    parts = [("ebur128", "measures loudness"), ("libx264", "encodes picture"), ("alimiter", "limits sound"),
             ("aac", "encodes sound"), ("xfade", "card"), ("-f null", "to nothing")]  # fmt: skip
    return f"{', '.join(text for word, text in parts if word in said)}: {' '.join(dict.fromkeys(written))}"


def once(plan_file: Path, source: Path, folder: Path) -> None:
    """Run the stage in this process and print what it cost, and each step, as JSON."""
    plan = ClipPlan.model_validate_json(plan_file.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as warm:
        render.lay_out(plan, Bench(source, Path(warm), FFMPEG, lambda _share: None))
    steps = Steps()
    before = _used()
    rendered = render_air(plan, Bench(source, folder, FFMPEG, lambda _share: None))
    after = _used()
    measured = rendered.loudness
    print(json.dumps({
        "wall_s": after.wall_s - before.wall_s, "cpu_s": after.cpu_s - before.cpu_s, "steps": steps.rows,
        "loudness": measured.model_dump(mode="json") if measured else None,
    }))  # fmt: skip


def rounds_of(plan: ClipPlan, source: Path, folder: Path, rounds: int) -> tuple[list[Cost], list[Cost], list[Any]]:
    """Return the costs of the stage and of the bare encode, who begins taking turns, and the stage's own notes."""
    plan_file = folder / "plan.json"
    plan_file.write_text(plan.model_dump_json(), "utf-8")
    stages: list[Cost] = []
    bares: list[Cost] = []
    notes: list[Any] = []
    for n in range(rounds):
        for which in ("stage", "bare") if n % 2 else ("bare", "stage"):
            scratch = folder / which
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            if which == "bare":
                status, cost, said = run(bare(plan, source, scratch))
                bares.append(cost)
            else:
                status, _, said = run([sys.executable, __file__, "--once", str(plan_file), str(source), str(scratch)])
                notes.append(json.loads(said.splitlines()[-1]) if not status else None)
            if status:
                sys.exit(said)
        stages.append(Cost(notes[-1]["wall_s"], notes[-1]["cpu_s"]))
        print(f"round {n + 1}: stage {stages[-1]}, bare {bares[-1]}", file=sys.stderr, flush=True)
    return stages, bares, notes


def same_work(plan: ClipPlan, folder: Path) -> None:
    """End the script when the two ways did not make the same renditions with the same number of frames."""
    for output in plan.outputs:
        for which in ("stage", "bare"):
            made = probe(folder / which / f"{output.id}.mp4").video
            if (made.frames, made.coded_width_px) != (plan.frames, output.width_px):
                sys.exit(f"{which} {output.id}: {made.frames} frames of {made.coded_width_px} px, not {plan.frames}")


def report(stages: list[Cost], bares: list[Cost], notes: list[Any]) -> None:
    """Print both costs, their ratios round by round, and where the stage's time goes."""
    rows = []
    for name in ("wall_s", "cpu_s"):
        mine, theirs = [getattr(cost, name) for cost in stages], [getattr(cost, name) for cost in bares]
        ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
        kept = "yes" if statistics.median(ratios) <= GOAL else "no"
        rows.append([name, spread(mine), spread(theirs), spread(ratios, 3), f"{kept} (≤ {GOAL:.2f})"])
    made = [
        note["cpu_s"] - sum(step["cpu_s"] for step in note["steps"] if step["what"].startswith("proves"))
        for note in notes
    ]
    ratios = [a / b.cpu_s for a, b in zip(made, bares, strict=True)]
    rows.append(["cpu_s, proof left out", spread(made), spread([b.cpu_s for b in bares]), spread(ratios, 3), ""])
    print(table(["", "air stage", "bare encode", "ratio", "goal"], rows))
    middle = sorted(notes, key=lambda note: note["cpu_s"])[len(notes) // 2]
    steps = [
        [step["what"], f"{step['at_s']:.2f}", f"{step['wall_s']:.2f}", f"{step['cpu_s']:.2f}"]
        for step in middle["steps"]
    ]
    own = middle["cpu_s"] - sum(step["cpu_s"] for step in middle["steps"])
    print(f"Steps of the round with the middle CPU time; loudness {middle['loudness']}\n")
    print(table(["step", "begins at s", "wall s", "CPU s"], [*steps, ["Python itself", "", "", f"{own:.2f}"],
                ["all", "", f"{middle['wall_s']:.2f}", f"{middle['cpu_s']:.2f}"]]))  # fmt: skip


def main() -> None:
    """Make the source and the plan, run the rounds, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--once", nargs=3, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        once(*given.once)
        return
    with tempfile.TemporaryDirectory(prefix="clip-stage-") as scratch:
        folder = Path(scratch)
        source = folder / "source.mp4"
        make_source(source, given.footage)
        plan = make_plan(source)
        settings = ", ".join(f"{o.id} {o.x264_preset} crf {o.crf:g}" for o in plan.outputs)
        mbps = source.stat().st_size * 8 / 1_000_000 / LENGTH_S
        print(
            f"{machine()}; source {mbps:.1f} Mb/s; {plan.frames} frames; {settings}; {given.rounds} rounds\n",
            flush=True,
        )
        costs = rounds_of(plan, source, folder, given.rounds)
        same_work(plan, folder)
        report(*costs)


if __name__ == "__main__":
    main()
