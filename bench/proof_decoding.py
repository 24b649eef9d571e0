"""What decoding a finished master costs to prove it, as a share of its encode, and which ways notice damage.

    python bench/proof_decoding.py              a made clip of 6 s
    python bench/proof_decoding.py FOOTAGE      6 s of it, scaled to 1080p
    options: --preset superfast --crf 23 --extra "aq-mode=1" --rounds 5 --places 60

The file is encoded as the on-air master is. Each way decodes all of it. Damage: one file for each place, one byte
of a picture's coded data flipped there; the places are the same each time. A way notices it when it ends with an error.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from pathlib import Path

import av
from measuring import FFMPEG, Cost, ffmpeg, machine, run, spread, table

SECONDS = 6
HEADER_BYTES = 16
"""A picture's first bytes, its length and slice header, are left alone: flipping those is noticed by anything."""
STRICT = ("-xerror", "-err_detect", "explode")
PYAV = """
import sys, av
with av.open("file:" + sys.argv[1], options={"err_detect": "explode"}) as container:
    video = container.streams.video[0]
    video.codec_context.options = {"err_detect": "explode"}
    video.thread_type = sys.argv[2]
    print(sum(1 for _ in container.decode(video)))
"""
EMPTY = "import av"


def ways(path: Path) -> dict[str, list[str | Path]]:
    """Return each way's command."""
    head: list[str | Path] = [FFMPEG, "-nostdin", "-v", "error"]
    tail: list[str | Path] = ["-i", path, "-map", "0:v", "-f", "null", "-"]
    no_loop = ["-skip_loop_filter", "all"]
    found: dict[str, list[str | Path]] = {
        "packets only, -c copy": [*head, *STRICT, "-i", path, "-map", "0:v", "-c", "copy", "-f", "null", "-"],
        "ffmpeg": [*head, *STRICT, *tail],
        "ffmpeg -threads 1": [*head, *STRICT, "-threads", "1", *tail],
        "ffmpeg, no loop filter": [*head, *STRICT, *no_loop, *tail],
        "ffmpeg, no loop filter, no IDCT": [*head, *STRICT, *no_loop, "-skip_idct", "all", *tail],
        "ffmpeg, crccheck too": [*head, "-xerror", "-err_detect", "crccheck+bitstream+buffer+explode", *tail],
    }
    for kind in ("NONE", "AUTO"):
        found[f"PyAV, threads {kind}"] = [sys.executable, "-c", PYAV, path, kind]
    return found


def make(path: Path, given: argparse.Namespace) -> Cost:
    """Encode the master and return what it cost."""
    reference = path.with_suffix(".y4m")
    shaped = "fps=30,scale=1920:1080:force_original_aspect_ratio=increase:flags=bicubic,crop=1920:1080,setsar=1"
    drawing = "mandelbrot=s=640x360:r=30:start_scale=0.4:end_scale=0.01:end_pts=180,noise=alls=7:allf=t:all_seed=7"
    source = ("-i", f"file:{given.footage}") if given.footage else ("-f", "lavfi", "-i", drawing)
    ffmpeg(*source, "-map", "0:v:0", "-vf", f"{shaped},format=yuv420p", "-t", str(SECONDS), reference)
    own = "stitchable=1:keyint=60:min-keyint=60:scenecut=0:open-gop=0" + (f":{given.extra}" if given.extra else "")
    return ffmpeg(
        "-i", reference, "-c:v", "libx264", "-preset", given.preset, "-crf", str(given.crf), "-maxrate", "6000k",
        "-bufsize", "12000k", "-profile:v", "high", "-level:v", "4.1", "-threads:v", "2", "-x264-params", own, path,
    )  # fmt: skip


def damaged(path: Path, places: int) -> list[bytes]:
    """Return copies of the file, each with one byte of a picture's data flipped, spread over all pictures."""
    with av.open(f"file:{path}") as container:
        spans = [(each.pos or 0, each.size) for each in container.demux(video=0) if each.size > 2 * HEADER_BYTES]
    # The first packet starts with x264's own note, which nobody reads.
    chance, whole, made = random.Random(7), path.read_bytes(), []  # noqa: S311 - a seed, not a secret
    for position, size in chance.sample(spans[1:], min(places, len(spans) - 1)):
        broken = bytearray(whole)
        broken[position + chance.randrange(HEADER_BYTES, size)] ^= 0xFF
        made.append(bytes(broken))
    return made


def noticed(path: Path, copies: list[bytes]) -> dict[str, int]:
    """Return how many of the damaged copies each way ends with an error on."""
    broken = path.with_name("broken.mp4")
    found: dict[str, int] = {}
    for copy in copies:
        broken.write_bytes(copy)
        for name, command in ways(broken).items():
            status, _, _ = run(command)
            found[name] = found.get(name, 0) + bool(status)
    return found


def main() -> None:
    """Print what each way costs and notices."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", nargs="?", type=Path)
    parser.add_argument("--preset", default="superfast")
    parser.add_argument("--crf", type=float, default=23.0)
    parser.add_argument("--extra", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--places", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="decoding-") as scratch:
        path = Path(scratch) / "master.mp4"
        encodes = [make(path, given).cpu_s for _ in range(given.rounds)]
        costs: dict[str, list[Cost]] = {}
        imports = [run([sys.executable, "-c", EMPTY])[1].cpu_s for _ in range(given.rounds)]
        for _ in range(given.rounds):
            for name, command in ways(path).items():
                status, cost, said = run(command)
                if status:
                    sys.exit(said)
                costs.setdefault(name, []).append(cost)
        copies = damaged(path, given.places)
        seen = noticed(path, copies)
    print(f"{machine()}; {given.preset} crf {given.crf:g} {given.extra}; {given.rounds} rounds")
    print(f"encode: {spread(encodes)} CPU s; importing PyAV, counted below: {spread(imports)} CPU s\n")
    encode_s = statistics.median(encodes)
    rows = []
    for name, found in costs.items():
        cpu_s = [cost.cpu_s for cost in found]
        share = f"{statistics.median(cpu_s) / encode_s:.1%}"
        rows.append(
            [name, spread(cpu_s), share, spread(cost.wall_s for cost in found), f"{seen[name]} of {len(copies)}"]
        )
    print(table(["way", "CPU s", "of encode", "wall s", "damage noticed"], rows))


if __name__ == "__main__":
    main()
