"""The ffmpeg lines that turn a scene's pictures and a chord into a clip. Pure: argv comes out, nothing runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.demo.script import Clip, Form, Sound
from pipeline.demo.sheet import Layer
from pipeline.units import seconds_text

CHORD_LUFS = -15.2
"""How loud the chord of :func:`_chord` is, measured with ebur128 in two channels; one channel is 3 LU less."""
_VIDEO = {
    "h264": ("libx264", "-preset", "ultrafast", "-crf", "28", "-g", "60"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "900k"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k"),
    "mpeg4": ("mpeg4", "-q:v", "5"),
    "mpeg2": ("mpeg2video", "-q:v", "6", "-g", "12"),
}
_AUDIO = {
    "aac": ("aac", "-aac_coder", "fast", "-b:a", "96k"),
    "vorbis": ("libvorbis", "-q:a", "3"),
    "opus": ("libopus", "-b:a", "64k"),
    "mp3": ("libmp3lame", "-b:a", "128k"),
    "mp2": ("mp2", "-b:a", "192k"),
}
_BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
"""The encoder takes its tags from the frames; its options of the same names are not heard (ffmpeg 9)."""
_VFR_PATTERN = "not(eq(mod(n,7),3)+eq(mod(n,11),5))"
"""Which frames a VFR clip keeps: those that a phone short of light would not drop."""


def film(
    ffmpeg: str, clip: Clip, ground: Path, layers: Sequence[tuple[Path, Layer]], zoom: float, target: Path
) -> list[str]:
    """Return the line that makes ``target`` from the pictures; ``zoom`` is frame pixels per drawn pixel."""
    form = clip.form
    argv = [ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-filter_complex_threads", "1"]
    argv += ["-framerate", str(form.frame_rate), "-i", str(ground)]
    for path, _ in layers:
        argv += ["-i", str(path)]
    argv += ["-filter_complex", graph(clip, [layer for _, layer in layers], zoom), "-map", "[v]"]
    if clip.sound:
        argv += ["-map", "[a]", "-c:a", *_AUDIO[form.audio], "-ac", str(clip.sound.channels)]
    argv += ["-fps_mode", "vfr" if form.vfr else "passthrough", "-c:v", *_VIDEO[form.video]]
    return [*argv, "-threads", "1", *_container(form), str(target)]


def lay(ffmpeg: str, upright: Path, target: Path) -> list[str]:
    """Return the line that gives a clip that lies on its side the display matrix that puts it upright."""
    quiet = [ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error"]
    return [*quiet, "-display_rotation", "-90", "-i", str(upright), "-c", "copy", "-map", "0", str(target)]


def graph(clip: Clip, layers: Sequence[Layer], zoom: float) -> str:
    """Return the filter graph: a still ground, layers that drift over it, and the sound."""
    form = clip.form
    # PNGs are full-range RGB; the clip is what cameras write: BT.709 in limited range.
    to_video = "out_color_matrix=bt709:out_range=tv,format="
    parts = [
        f"[0:v]scale={form.width_px}:{form.height_px}:{to_video}yuv420p,loop=loop=-1:size=1:start=0,trim=end_frame={clip.frames}[v0]"
    ]
    for n, layer in enumerate(layers, 1):
        width, height = (max(2, round(side * zoom / 2) * 2) for side in layer.image.size)
        parts.append(f"[{n}:v]scale={width}:{height}:{to_video}yuva420p[l{n}]")
        x = f"{layer.x * zoom:.2f}+{layer.vx * zoom:.3f}*t"
        y = f"{layer.y * zoom:.2f}+{layer.vy * zoom:.3f}*t+{layer.bob * zoom:.2f}*sin(2*PI*t/{layer.period_s:.2f})"
        parts.append(f"[v{n - 1}][l{n}]overlay=x='{x}':y='{y}':format=yuv420[v{n}]")
    last = [f"[v{len(layers)}]setsar=1", _BT709]
    if form.vfr:
        last.append(f"select='{_VFR_PATTERN}'")
    if form.turned:
        last.append("transpose=cclock")
    parts.append(",".join(last) + "[v]")
    if clip.sound:
        parts.append(_chord(clip, clip.sound) + "[a]")
    return ";".join(parts)


def _chord(clip: Clip, sound: Sound) -> str:
    """Return a soft chord: a quiet pad under plucked notes that follow one another."""
    root = sound.root_hz
    pad = "+".join(f"0.05*sin(2*PI*{root * k:.2f}*t)" for k in (0.5, 0.75, 1))
    plucks = "+".join(
        f"0.2*exp(-2.6*mod(t+{shift:.2f},1.2))*sin(2*PI*{root * k:.2f}*t)"
        for k, shift in ((1, 0.0), (1.25, 0.9), (1.5, 0.6), (2, 0.3))
    )
    seconds = seconds_text(clip.duration_s, 6)
    one_channel_lu = 3.01 if sound.channels == 1 else 0.0
    gain_db = sound.loudness_lufs - CHORD_LUFS + one_channel_lu
    fade = f"afade=t=in:d=0.15,afade=t=out:st={max(0.0, float(clip.duration_s) - 0.4):.3f}:d=0.4"
    spread = ",pan=stereo|c0=c0|c1=c0,adelay=0|7,apad,atrim=duration=" + seconds if sound.channels == 2 else ""  # noqa: PLR2004
    return (
        f"aevalsrc=exprs='{pad}+{plucks}':s={sound.sample_rate_hz}:d={seconds},{fade},"
        f"volume={gain_db:.2f}dB,asoftclip=type=tanh{spread}"
    )


def _container(form: Form) -> tuple[str, ...]:
    return ("-movflags", "+faststart") if form.suffix in {".mp4", ".mov"} else ()
