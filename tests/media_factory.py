"""Makes tiny clips, photos and broken files whose truth is known, because it was stated.

Every picture of a clip carries: its number as black and white cells, a bar whose place is its share of the clip,
four coloured corners (red, green / blue, yellow when upright), and a white flash in the middle at 0.5 s, 1.0 s …,
when the sound beeps at 1 kHz. :mod:`media_measure` reads all that back; its functions are offered here too.
"""

from __future__ import annotations

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

import imageio_ffmpeg
import numpy as np
from media_measure import (
    BEEP_HZ,
    CODE_CELLS,
    beeps,
    corners,
    flashes,
    frame_at,
    frame_number,
    frames,
    ink_box,
    loudness,
    probe,
    samples,
    sps_pps,
)
from PIL import ExifTags, Image, ImageDraw

__all__ = [
    "Sound", "Spec", "beeps", "corners", "encoders", "flash_times", "flashes", "frame_at", "frame_number", "frames",
    "ink_box", "kept_frames", "loudness", "make_clip", "make_photo", "make_text", "probe", "samples", "sps_pps",
    "truncate",
]  # fmt: skip

FLASH_EVERY_S = Fraction(1, 2)
FLASH_S = Fraction(1, 10)
_MUXERS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm", "avi": "avi", "ts": "mpegts", "mpg": "mpeg"}
_SOUND_CODECS = {"webm": "libopus", "avi": "pcm_s16le", "ts": "mp2", "mpg": "mp2"}
_CODECS: dict[str, tuple[str, ...]] = {
    "h264": ("libx264", "-preset", "ultrafast", "-crf", "20"),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", "22", "-x265-params", "log-level=error"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "mpeg4": ("mpeg4", "-q:v", "3"),
    "mpeg2": ("mpeg2video", "-q:v", "3"),
    "mjpeg": ("mjpeg", "-q:v", "4", "-pix_fmt", "yuv420p", "-strict", "unofficial"),
    "prores": ("prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le"),
}
_HDR = {"hlg": "arib-std-b67", "pq": "smpte2084"}


@dataclass(frozen=True)
class Sound:
    """A clip's sound: beeps over a low hum, or one 1 kHz tone throughout.

    A tone at ``level_dbfs`` in two channels measures as many LUFS; in one channel, three less.
    ``longer_s`` is how much longer (or, negative, shorter) than the picture it lasts.
    """

    channels: int = 2
    sample_rate_hz: int = 48000
    level_dbfs: float = -20.0
    tone: bool = False
    longer_s: Fraction = Fraction(0)


@dataclass(frozen=True)
class Spec:
    """What a clip shall be. ``width`` and ``height`` are as stored; ``rotation`` is clockwise, for the player to do."""

    width: int = 320
    height: int = 180
    frame_rate: Fraction = Fraction(30)
    seconds: Fraction = Fraction(1)
    sound: Sound | None = Sound()
    rotation: Literal[0, 90, 180, 270] = 0
    sar: Fraction = Fraction(1)
    container: Literal["mp4", "mov", "mkv", "webm", "avi", "ts", "mpg"] = "mp4"
    vcodec: Literal["h264", "hevc", "vp8", "vp9", "mpeg4", "mpeg2", "mjpeg", "prores"] = "h264"
    interlaced: bool = False
    hdr: Literal["hlg", "pq"] | None = None
    start_s: Fraction = Fraction(0)
    vfr: bool = False
    bt709: bool = True

    @property
    def frames(self) -> int:
        """How many frames the clip's length has room for."""
        return max(1, round(self.seconds * self.frame_rate))


def kept_frames(spec: Spec) -> list[int]:
    """Return the numbers of the frames that are in the clip: a VFR clip leaves some out, never the ends."""
    last = spec.frames - 1
    return [n for n in range(spec.frames) if not (spec.vfr and n % 5 in {2, 3} and n != last)]


def flash_times(spec: Spec) -> list[Fraction]:
    """Return when picture and sound mark the time, in seconds from the clip's start."""
    times = [FLASH_EVERY_S * n for n in range(1, int(spec.seconds / FLASH_EVERY_S) + 1)]
    return [time for time in times if time + FLASH_S <= spec.seconds]


@cache
def encoders() -> frozenset[str]:
    """Return the names of the encoders that the bundled ffmpeg has."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-encoders"]
    said = subprocess.run(argv, capture_output=True, check=True, timeout=30).stdout.decode()
    return frozenset(line.split()[1] for line in said.splitlines() if len(line.split()) > 2)


def make_clip(path: Path, spec: Spec) -> Path:
    """Write the clip to ``path`` (whatever its suffix) and return the path.

    Raises:
        LookupError: the bundled ffmpeg has no encoder for it.

    """
    codec = _CODECS["hevc" if spec.hdr else spec.vcodec]
    if codec[0] not in encoders():
        raise LookupError(codec[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _write_pictures(work / "pictures.rgb", spec)
        rate = spec.frame_rate * (2 if spec.interlaced else 1)
        argv = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{spec.width}x{spec.height}", "-framerate", str(rate)]
        argv += ["-i", str(work / "pictures.rgb")]
        if spec.sound:
            _write_sound(work / "sound.wav", spec, spec.sound)
            argv += ["-i", str(work / "sound.wav"), "-map", "1:a", "-c:a", _SOUND_CODECS.get(spec.container, "aac")]
        argv += ["-map", "0:v", "-vf", _filters(spec), "-c:v", *codec]
        argv += ["-flags", "+ilme+ildct"] if spec.interlaced else []
        argv += ["-fps_mode", "vfr" if spec.vfr else "passthrough"]
        muxing = ["-f", _MUXERS[spec.container]]
        if spec.start_s:
            muxing = ["-output_ts_offset", f"{float(spec.start_s):.6f}", *muxing]
        if not spec.rotation:
            _ffmpeg([*argv, *muxing, str(path)])
            return path
        _ffmpeg([*argv, "-f", _MUXERS[spec.container], str(work / "flat")])
        turned = ["-display_rotation", str(-spec.rotation), "-i", str(work / "flat"), "-c", "copy", "-map", "0"]
        _ffmpeg([*turned, *muxing, str(path)])
    return path


def _filters(spec: Spec) -> str:
    matrix = "bt2020" if spec.hdr else "bt709"
    pixels = "yuv420p10le" if spec.hdr else "yuv420p"
    chain = [f"scale=out_color_matrix={matrix}:out_range=tv,format={pixels}"]
    if spec.vfr:
        chain.append("select='" + "+".join(f"eq(n,{n})" for n in kept_frames(spec)) + "'")
    if spec.interlaced:
        chain.append("tinterlace=mode=interleave_top,setfield=mode=tff")
    chain.append(f"setsar={spec.sar.numerator}/{spec.sar.denominator}")
    # The encoder takes its tags from the frames; options of the same names are not heard.
    if spec.hdr:
        chain.append(f"setparams=color_primaries=bt2020:color_trc={_HDR[spec.hdr]}:colorspace=bt2020nc:range=tv")
    elif spec.bt709:
        chain.append("setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv")
    else:
        chain.append("setparams=color_primaries=unknown:color_trc=unknown:colorspace=unknown:range=unknown")
    return ",".join(chain)


def _ffmpeg(argv: list[str]) -> None:
    quiet = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *argv]
    done = subprocess.run(quiet, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def _write_pictures(path: Path, spec: Spec) -> None:
    """Write the frames, as they lie in the file. An interlaced clip gets one picture per field."""
    fields = 2 if spec.interlaced else 1
    with path.open("wb") as out:
        for n in range(spec.frames * fields):
            upright = _picture(spec, n // fields, Fraction(n) / (spec.frame_rate * fields))
            # A player turns clockwise, so the file holds the picture turned the other way.
            out.write(np.rot90(upright, spec.rotation // 90).tobytes())


def _picture(spec: Spec, number: int, at_s: Fraction) -> np.ndarray[Any, np.dtype[np.uint8]]:
    width, height = (spec.height, spec.width) if spec.rotation % 180 else (spec.width, spec.height)
    image = Image.new("RGB", (width, height), (88, 96, 104))
    pen = ImageDraw.Draw(image)
    side_x, side_y = width / 5, height / 5
    pen.rectangle((0, 0, side_x, side_y), fill=(210, 40, 40))
    pen.rectangle((width - side_x, 0, width, side_y), fill=(40, 170, 60))
    pen.rectangle((0, height - side_y, side_x, height), fill=(40, 60, 210))
    pen.rectangle((width - side_x, height - side_y, width, height), fill=(225, 205, 40))
    left, cell = width * 0.08, width * 0.84 / CODE_CELLS
    for n in range(CODE_CELLS):
        lit = number >> (CODE_CELLS - 1 - n) & 1
        box = (left + cell * n, height * 0.4, left + cell * (n + 1) - 1, height * 0.54)
        pen.rectangle(box, fill=(255, 255, 255) if lit else (0, 0, 0))
    place = float(at_s / spec.seconds) * width * 0.56 + width * 0.22
    pen.rectangle((place - width * 0.01, height * 0.84, place + width * 0.01, height), fill=(255, 255, 255))
    if any(time <= at_s < time + FLASH_S for time in flash_times(spec)):
        pen.rectangle((width * 0.3, height * 0.55, width * 0.7, height * 0.68), fill=(255, 255, 255))
    return np.asarray(image, np.uint8)


def _write_sound(path: Path, spec: Spec, sound: Sound) -> None:
    length = max(1, round((spec.seconds + sound.longer_s) * sound.sample_rate_hz))
    at_s = np.arange(length) / sound.sample_rate_hz
    amplitude = 10 ** (sound.level_dbfs / 20)
    tone = amplitude * np.sin(2 * np.pi * BEEP_HZ * at_s)
    if not sound.tone:
        sounding = np.zeros(length, bool)
        for start in flash_times(spec):
            sounding |= (at_s >= float(start)) & (at_s < float(start + FLASH_S))
        tone = tone * sounding + 0.05 * amplitude * np.sin(2 * np.pi * 120 * at_s)
    pcm = np.repeat((np.clip(tone, -1, 1) * 32767).astype("<i2")[:, None], sound.channels, axis=1)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(sound.channels)
        out.setsampwidth(2)
        out.setframerate(sound.sample_rate_hz)
        out.writeframes(pcm.tobytes())


def truncate(path: Path, share: float) -> Path:
    """Cut the file to ``share`` of its bytes, as an upload that broke off, and return the path."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))
    return path


def make_text(path: Path, text: str = "นี่ไม่ใช่คลิป\nthis is not a clip\n", encoding: str = "utf-8") -> Path:
    """Write a text file, whatever the suffix says, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def make_photo(
    path: Path,
    size: tuple[int, int] = (320, 180),
    *,
    kind: str = "JPEG",
    mode: str = "RGB",
    orientation: int = 1,
    taken_at: str | None = None,
) -> Path:
    """Write a photo with coloured corners (before ``orientation`` applies) and return the path.

    ``taken_at`` is EXIF's ``YYYY:MM:DD HH:MM:SS``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(_picture(Spec(width=size[0], height=size[1], sound=None), 1, Fraction(0)), "RGB")
    exif = Image.Exif()
    if orientation != 1:
        exif[ExifTags.Base.Orientation] = orientation
    if taken_at:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken_at
    picture.convert(mode).save(path, kind, quality=90, exif=exif)
    return path
