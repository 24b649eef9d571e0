"""Which x264 settings reach VMAF 95 on air at the least cost: per candidate the highest crf that does, then its CPU.

    python bench/x264_settings.py                      made media only
    python bench/x264_settings.py FOLDER [NAME …]      real clips; without names, those with the most bytes a second
    options: --seconds 5 --rounds 3 --only superfast --only "ultrafast aq1" --at "ultrafast=23.5"

The reference is the conformed picture before encoding: 1080p at 30 frames a second, BT.709, 4:2:0, kept without loss.
The temporary folder needs about 95 MB for each second of each clip.
Source: the VMAF model is libvmaf's default, vmaf_v0.6.1, which is made for 1080p.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformed import Clip, conform, made_clips, real_clips
from measuring import Cost, ffmpeg, machine, spread, table

TARGET = 95.0
COARSE_CLIPS = 4
STEP = 0.5
LOWEST_CRF, HIGHEST_CRF = 14.0, 32.0
VMAF_PER_CRF = 0.6
"""About how much VMAF falls when crf rises by one: only the first guess of a step depends on it."""
WORTH = 1.12
"""Who costs more than this many times the least on few clips, by one run each, is not looked at further."""
PLAIN = ("superfast", "ultrafast", "veryfast")
TODAY = ("superfast", 23.0)
MUXED = "stitchable=1:keyint=60:min-keyint=60:scenecut=0:open-gop=0"
HOUSE = ("-maxrate", "6000k", "-bufsize", "12000k", "-profile:v", "high", "-level:v", "4.1", "-threads:v", "2")
CANDIDATES: dict[str, tuple[str, str, float]] = {
    "superfast": ("superfast", "", 22.5),
    "ultrafast": ("ultrafast", "", 25.0),
    "veryfast": ("veryfast", "", 21.5),
    "faster": ("faster", "", 23.0),
    "superfast aq0": ("superfast", "aq-mode=0", 22.5),
    "superfast b0": ("superfast", "bframes=0", 22.5),
    "superfast b-adapt0": ("superfast", "b-adapt=0", 22.5),
    "superfast subme0": ("superfast", "subme=0", 22.5),
    "superfast i-only parts": ("superfast", "partitions=none", 22.5),
    "superfast fastdecode": ("superfast", "cabac=0:no-deblock=1:weightb=0:weightp=0", 22.5),
    "superfast lookahead10 mbtree": ("superfast", "rc-lookahead=10:mbtree=1", 22.5),
    "ultrafast deblock": ("ultrafast", "deblock=0,0", 25.0),
    "ultrafast cabac": ("ultrafast", "cabac=1", 25.0),
    "ultrafast 8x8dct": ("ultrafast", "8x8dct=1", 25.0),
    "ultrafast aq1": ("ultrafast", "aq-mode=1", 21.0),
    "ultrafast subme1": ("ultrafast", "subme=1", 25.0),
    "ultrafast b3": ("ultrafast", "bframes=3", 24.5),
    "ultrafast weightp1": ("ultrafast", "weightp=1", 25.0),
    "ultrafast 8x8dct deblock": ("ultrafast", "8x8dct=1:deblock=0,0", 25.0),
    "ultrafast 8x8dct cabac deblock": ("ultrafast", "8x8dct=1:cabac=1:deblock=0,0", 25.0),
}
"""What each name means: the preset, what is added to x264-params, and the crf that the search begins at."""


@dataclass(frozen=True)
class Score:
    """One encode: VMAF of the scored frames, its size, what it cost to make and to decode."""

    vmaf: tuple[float, ...]
    kbps: float
    cost: Cost
    decoded: Cost

    @property
    def mean(self) -> float:
        """Pooled mean of the clip."""
        return statistics.fmean(self.vmaf)


@dataclass
class Lab:
    """The conformed clips, the temporary folder, and every encode that was scored."""

    folder: Path
    clips: list[Clip]
    scores: dict[tuple[str, float, str, int], Score] = field(default_factory=dict)

    def score(self, candidate: str, crf: float, clip: Clip, every: int) -> Score:
        """Return the score of one encode, made at most once; VMAF looks at every ``every``-th frame."""
        key = (candidate, crf, clip.name, every)
        if key not in self.scores:
            made = self.folder / "made.mp4"
            cost = encode(candidate, crf, clip, made)
            kbps = made.stat().st_size * 8 * 30 / clip.frames / 1000
            decoded = ffmpeg("-i", made, "-f", "null", "-")
            self.scores[key] = Score(vmaf(made, clip, every), kbps, cost, decoded)
        return self.scores[key]

    def mean(self, candidate: str, crf: float, clips: Sequence[Clip], every: int) -> float:
        """Return the mean over clips of their pooled means."""
        return statistics.fmean(self.score(candidate, crf, clip, every).mean for clip in clips)

    def highest_crf(self, candidate: str, clips: Sequence[Clip], guess: float, every: int) -> float | None:
        """Return the highest crf, in halves, whose mean reaches the target; None when none does."""
        good, bad, crf = LOWEST_CRF - STEP, HIGHEST_CRF + STEP, guess
        while bad - good > STEP:
            over = self.mean(candidate, crf, clips, every) - TARGET
            if over >= 0:
                good = crf
            else:
                bad = crf
            step = over / VMAF_PER_CRF
            wanted = round((crf + step) / STEP) * STEP
            crf = min(max(wanted, good + STEP), bad - STEP)
        return good if good >= LOWEST_CRF else None


def encode(candidate: str, crf: float, clip: Clip, made: Path) -> Cost:
    """Encode a clip as the product does but for the candidate's own settings."""
    preset, extra, _ = CANDIDATES[candidate]
    own = f"{MUXED}:{extra}" if extra else MUXED
    picture = ("-c:v", "libx264", "-preset", preset, "-crf", f"{crf:g}", "-x264-params", own, *HOUSE)
    return ffmpeg("-i", clip.path, *picture, "-pix_fmt", "yuv420p", "-video_track_timescale", "15360", made)


def vmaf(made: Path, clip: Clip, every: int) -> tuple[float, ...]:
    """Return VMAF of every ``every``-th frame against the reference."""
    log = made.with_suffix(".json")
    graph = "[0:v]settb=AVTB,setpts=PTS-STARTPTS[d];[1:v]settb=AVTB,setpts=PTS-STARTPTS[r];[d][r]"
    graph += f"libvmaf=log_fmt=json:log_path={log.name}:n_subsample={every}:n_threads=2"
    ffmpeg("-i", made, "-i", clip.path, "-lavfi", graph, "-f", "null", "-", cwd=made.parent)
    frames = json.loads(log.read_text("utf-8"))["frames"]
    return tuple(frame["metrics"]["vmaf"] for frame in frames)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the values lie below."""
    return sorted(values)[int(share * len(values))]


def search(lab: Lab, candidates: Sequence[str]) -> dict[str, float]:
    """Return the highest crf of each candidate that reaches the target on all clips."""
    found: dict[str, float] = {}
    for candidate in candidates:
        crf = lab.highest_crf(candidate, lab.clips, CANDIDATES[candidate][2], 2)
        print(f"{candidate}: {crf}", file=sys.stderr, flush=True)
        if crf is not None:
            found[candidate] = crf
    return found


def worth_it(lab: Lab, candidates: Sequence[str]) -> list[str]:
    """Return the plain presets, and who costs little more than the least; seen on few clips, by one run each."""
    few, costs = lab.clips[:COARSE_CLIPS], dict[str, float]()
    for candidate in candidates:
        crf = lab.highest_crf(candidate, few, CANDIDATES[candidate][2], 4)
        if crf is not None:
            costs[candidate] = sum(lab.score(candidate, crf, clip, 4).cost.cpu_s for clip in few)
        print(f"{candidate}: {len(few)} clips, crf {crf}, {costs.get(candidate)} s", file=sys.stderr, flush=True)
    least_s = min(costs.values())
    return [name for name, cpu_s in costs.items() if cpu_s <= WORTH * least_s or name in PLAIN]


def timed(lab: Lab, settings: dict[str, float], rounds: int) -> dict[str, list[float]]:
    """Return CPU seconds of encoding all clips, of each round; the settings take turns clip by clip."""
    costs = {candidate: [0.0] * rounds for candidate in settings}
    for n in range(rounds):
        for clip in lab.clips:
            for candidate, crf in settings.items():
                costs[candidate][n] += encode(candidate, crf, clip, lab.folder / "made.mp4").cpu_s
        print(
            f"round {n + 1}: { ({name: round(each[n], 2) for name, each in costs.items()}) }",
            file=sys.stderr,
            flush=True,
        )
    return costs


def row(lab: Lab, candidate: str, crf: float) -> list[object]:
    """Return what the settings reach: quality and size."""
    scores = {clip.name: lab.score(candidate, crf, clip, 2) for clip in lab.clips}
    frames = [each for score in scores.values() for each in score.vmaf]
    worst = min(scores, key=lambda name: scores[name].mean)
    return [
        candidate,
        f"{crf:g}",
        f"{statistics.fmean(score.mean for score in scores.values()):.2f}",
        f"{sum(score.mean >= TARGET for score in scores.values())} of {len(scores)}",
        f"{percentile(frames, 0.01):.1f}",
        f"{worst} {scores[worst].mean:.1f}",
        f"{statistics.fmean(score.kbps for score in scores.values()):.0f}",
        f"{sum(score.decoded.cpu_s for score in scores.values()):.2f}",
    ]


def report(lab: Lab, found: dict[str, float], rounds: int) -> None:
    """Print quality, size and cost of every setting, cheapest first, and each clip's figures for the cheapest."""
    today = f"{TODAY[0]} (today)"
    CANDIDATES[today] = CANDIDATES[TODAY[0]]
    settings = {today: TODAY[1], **found}
    costs = timed(lab, settings, rounds)
    order = sorted(settings, key=lambda name: statistics.median(costs[name]))
    head = [
        "settings",
        "crf",
        "VMAF mean",
        "clips ≥ 95",
        "1 %-low",
        "worst clip",
        "kb/s",
        "decode CPU s",
        "CPU s",
        "ratio",
    ]
    rows = []
    for name in order:
        ratios = [mine / theirs for mine, theirs in zip(costs[name], costs[today], strict=True)]
        rows.append([*row(lab, name, settings[name]), spread(costs[name]), spread(ratios)])
    print(table(head, rows))
    reached = [name for name in found if lab.mean(name, found[name], lab.clips, 2) >= TARGET]
    best = next((name for name in order if name in reached), order[0])
    said = f"Cheapest at mean VMAF {TARGET:g}" if reached else f"None reaches mean VMAF {TARGET:g}; cheapest"
    print(f"{said}: {best}, crf {settings[best]:g}\n")
    each = {name: [lab.score(name, settings[name], clip, 2) for clip in lab.clips] for name in (best, today)}
    print(
        table(
            ["clip", "frames", best, "kb/s", today, "kb/s"],
            [
                [clip.name, clip.frames, f"{a.mean:.1f}", f"{a.kbps:.0f}", f"{b.mean:.1f}", f"{b.kbps:.0f}"]
                for clip, a, b in zip(lab.clips, each[best], each[today], strict=True)
            ],
        )
    )


def _known(text: str) -> tuple[str, float]:
    name, _, crf = text.partition("=")
    if name not in CANDIDATES:
        message = f"{name} is none of {', '.join(CANDIDATES)}"
        raise argparse.ArgumentTypeError(message)
    return name, float(crf)


def main() -> None:
    """Conform the clips, find each candidate's crf, measure what they cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=CANDIDATES)
    parser.add_argument("--at", action="append", type=_known, help="NAME=CRF: measured as it is, nothing is searched")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="x264-") as scratch:
        folder = Path(scratch)
        inputs = real_clips(given.folder, given.names, given.seconds) if given.folder else made_clips()
        lab = Lab(folder, list(conform(folder, inputs, given.seconds)))
        print(
            f"{machine()}; {len(lab.clips)} clips of at most {given.seconds:g} s, {given.rounds} rounds\n", flush=True
        )
        found = dict(given.at or ()) or search(lab, given.only or worth_it(lab, tuple(CANDIDATES)))
        report(lab, found, given.rounds)


if __name__ == "__main__":
    main()
