"""The material of the encoder measurements: real or made clips as the encoder gets them, kept without loss.

Clips that are narrower than 640 px, shorter than 1.5 s, HDR or have pixels that are not square are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
from measuring import ffmpeg

MOST_CLIPS = 10


@dataclass(frozen=True)
class Clip:
    """A conformed clip: its reference, and how many frames it has."""

    name: str
    path: Path
    frames: int


def real_clips(folder: Path, names: Sequence[str], seconds: float) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield names and ffmpeg inputs of the clips that fit, as named, or those with the most bytes a second first."""
    found: list[tuple[float, Path, float]] = []
    for path in [folder / name for name in names] or sorted(folder.iterdir()):
        length_s = _length(path)
        if length_s >= 1.5:
            found.append((path.stat().st_size / length_s, path, length_s))
    if not names:
        found.sort(key=lambda each: -each[0])
    for _, path, length_s in found[:MOST_CLIPS]:
        yield path.name, ("-ss", f"{max(0.0, (length_s - seconds) / 2):.2f}", "-i", f"file:{path}")


def _length(path: Path) -> float:
    """Return the length of a clip that fits, in seconds; 0 when it does not."""
    try:
        with av.open(f"file:{path}") as container:
            video = container.streams.video[0]
            frame = next(container.decode(video))
            square = (video.sample_aspect_ratio or 1) == 1
            hdr = int(frame.color_trc) in {16, 18}
            fits = square and not hdr and frame.width >= 640
            return (container.duration or 0) / 1_000_000 if fits else 0.0
    except (av.FFmpegError, IndexError, StopIteration, OSError):
        return 0.0


def made_clips() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield three made clips: a drawing in motion, a test card in motion, soft shapes."""
    grain = "noise=alls=2:allf=t:all_seed=7"
    for name, graph in (
        ("drawing", "mandelbrot=s=640x360:r=30:start_scale=1:end_scale=0.01:end_pts=300"),
        ("test card", f"testsrc2=s=1920x1080:r=30,rotate=0.02*t:ow=iw:oh=ih,{grain}"),
        ("soft", "gradients=s=960x540:r=30:n=6:speed=0.01:seed=7"),
    ):
        yield name, ("-f", "lavfi", "-i", graph)


def conform(folder: Path, inputs: Iterator[tuple[str, tuple[str, ...]]], seconds: float) -> Iterator[Clip]:
    """Yield the clips as the encoder gets them: 1080p at 30 frames a second over a blurred ground."""
    graph = (
        "[0:v]fps=30,split[a][b];[a]scale=240:136:force_original_aspect_ratio=increase,crop=240:136,gblur=4,"
        "scale=1920:1080:out_color_matrix=bt709:out_range=tv[g];[b]scale=1920:1080:force_original_aspect_ratio=decrease:"
        "force_divisible_by=2:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1[f];"
        "[g][f]overlay=(W-w)/2:(H-h)/2:format=yuv420,format=yuv420p,setsar=1[v]"
    )
    for n, (name, source) in enumerate(inputs):
        path = folder / f"{n}.y4m"
        limits = ("-frames:v", str(round(seconds * 30)), "-f", "yuv4mpegpipe")
        ffmpeg(*source, "-filter_complex", graph, "-map", "[v]", *limits, path)
        # Source: yuv4mpeg(5): each picture has a header of six bytes.
        yield Clip(name, path, path.stat().st_size // (1920 * 1080 * 3 // 2 + 6))
