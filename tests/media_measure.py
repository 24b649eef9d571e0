"""Measures media without any code of Showcase: what tests compare Showcase's own words with."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageChops

BEEP_HZ = 1000
SOFTEST = 0.004
"""Half the amplitude of the softest beep that counts: −42 dBFS."""
CODE_CELLS = 12
"""A frame's number stands in the picture as so many black or white cells, highest bit first."""


def probe(path: Path) -> dict[str, Any]:
    """Return what decoding the whole file shows; times in seconds as ``Fraction``, sizes as stored."""
    facts: dict[str, Any] = {"audio_samples": 0, "audio_first_s": None, "audio_channels": None, "audio_rate_hz": None}
    with av.open(str(path)) as container:
        facts["format"] = container.format.name
        if container.streams.video:
            facts |= _video_facts(container)
    with av.open(str(path)) as container:
        if container.streams.audio:
            stream = container.streams.audio[0]
            facts |= {"audio_codec": stream.codec_context.name, "audio_rate_hz": stream.rate}
            facts["audio_channels"] = stream.channels
            facts["audio_streams"] = len(container.streams.audio)
            for frame in container.decode(audio=0):
                if facts["audio_first_s"] is None and frame.pts is not None:
                    facts["audio_first_s"] = Fraction(frame.pts) * Fraction(frame.time_base or 1)
                facts["audio_samples"] += frame.samples
    return facts


def _video_facts(container: Any) -> dict[str, Any]:  # noqa: ANN401 - PyAV's container has no public type here
    stream = container.streams.video[0]
    codec = stream.codec_context
    times: list[Fraction] = []
    turned, interlaced = 0, False
    for frame in container.decode(video=0):
        times.append(Fraction(frame.pts or 0) * frame.time_base)
        turned, interlaced = frame.rotation, interlaced or frame.interlaced_frame
    return {
        "width": codec.width,
        "height": codec.height,
        "codec": codec.name,
        "profile": codec.profile,
        "pix_fmt": codec.pix_fmt,
        "frames": len(times),
        "times_s": times,
        "video_first_s": times[0] if times else None,
        "average_rate": stream.average_rate,
        "base_rate": stream.base_rate,
        "time_base": stream.time_base,
        "sar": stream.sample_aspect_ratio or Fraction(1),
        "rotation": -turned % 360,
        "interlaced": interlaced,
        "color_primaries": int(codec.color_primaries),
        "color_trc": int(codec.color_trc),
        "color_space": int(codec.colorspace),
        "color_range": int(codec.color_range),
        "extradata": bytes(codec.extradata or b""),
        "sps_pps": sps_pps(bytes(codec.extradata or b"")),
    }


def sps_pps(extradata: bytes) -> bytes:
    """Return the parameter sets in an MP4's avcC box, one after another; empty when it is something else.

    Source: ISO/IEC 14496-15, 5.3.3.1.2.
    """
    if len(extradata) < 7 or extradata[0] != 1:
        return b""
    found, at = b"", 5
    for mask in (0x1F, 0xFF):
        count, at = extradata[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            found += extradata[at + 2 : at + 2 + size]
            at += 2 + size
    return found


def loudness(path: Path) -> tuple[float, float]:
    """Return the integrated loudness in LUFS and the true peak in dBTP, as ffmpeg's ebur128 measures them."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(path), "-map", "0:a:0"]
    argv += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, check=True, timeout=120).stderr.decode("utf-8", "replace")
    summary = said[said.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+|-inf|nan) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-inf|nan) dBFS", summary)
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


def frames(path: Path, *, upright: bool = True) -> Iterator[Image.Image]:
    """Yield every picture of the clip, turned as a player would."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield _turned(frame, upright=upright)


def _turned(frame: Any, *, upright: bool = True) -> Image.Image:  # noqa: ANN401 - PyAV's frames have no types
    """Return the picture as a player shows it. PyAV's rotation is counter-clockwise, as Pillow's is."""
    picture: Image.Image = frame.to_image()
    return picture.rotate(frame.rotation, expand=True) if upright and frame.rotation else picture


def frame_at(path: Path, index: int, *, upright: bool = True) -> Image.Image:
    """Return the picture at ``index`` (from 0) in the order of display; -1 is the last."""
    if index >= 0:
        for n, picture in enumerate(frames(path, upright=upright)):
            if n == index:
                return picture
        raise IndexError(index)
    return list(frames(path, upright=upright))[index]


def frame_number(picture: Image.Image) -> int:
    """Return the number that a picture of the factory carries, read from its cells."""
    grey = np.asarray(picture.convert("L"))
    height, width = grey.shape
    row = grey[round(height * 0.44) : round(height * 0.5)].mean(axis=0)
    left, cell = width * 0.08, width * 0.84 / CODE_CELLS
    bits = [
        row[round(left + cell * (n + 0.3)) : round(left + cell * (n + 0.7))].mean() > 128 for n in range(CODE_CELLS)
    ]
    return sum(1 << (CODE_CELLS - 1 - n) for n, bit in enumerate(bits) if bit)


def corners(picture: Image.Image) -> tuple[str, str, str, str]:
    """Return the colour names at top left, top right, bottom left, bottom right: r g b y when upright."""
    width, height = picture.size
    x, y = width // 14, height // 14
    spots = ((x, y), (width - 1 - x, y), (x, height - 1 - y), (width - 1 - x, height - 1 - y))
    one, two, three, four = (_named(picture.convert("RGB").getpixel(spot)) for spot in spots)
    return one, two, three, four


def _named(colour: Any) -> str:  # noqa: ANN401 - Pillow's getpixel returns several types
    known = {"r": (210, 40, 40), "g": (40, 170, 60), "b": (40, 60, 210), "y": (225, 205, 40)}
    return min(known, key=lambda name: sum((a - b) ** 2 for a, b in zip(known[name], colour, strict=True)))


def flashes(path: Path) -> list[Fraction]:
    """Return when the picture's middle turns white, in seconds of the file's timeline."""
    found, was = [], False
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            grey = np.asarray(_turned(frame).convert("L"))
            height, width = grey.shape
            middle = grey[round(height * 0.56) : round(height * 0.66), round(width * 0.4) : round(width * 0.6)]
            now = bool(middle.mean() > 190)
            if now and not was:
                found.append(Fraction(frame.pts or 0) * Fraction(frame.time_base or 1))
            was = now
    return found


def beeps(path: Path, *, share: float = 0.5) -> list[float]:
    """Return when 1 kHz beeps begin, in seconds of the file's timeline, to about a millisecond."""
    sound, rate_hz, first_s = samples(path)
    mono = sound.mean(axis=0)
    at = np.arange(mono.size) / rate_hz
    # The strength of 1 kHz over six of its periods: a beep shows, the low hum of the factory does not.
    window = max(1, round(6 * rate_hz / BEEP_HZ))
    turned = mono * np.exp(-2j * np.pi * BEEP_HZ * at)
    power = np.abs(np.convolve(turned, np.ones(window) / window, mode="same"))
    loud = power > share * max(float(power.max()), SOFTEST)
    starts = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
    kept: list[float] = []
    for start in starts:
        when = first_s + float(start) / rate_hz
        if not kept or when - kept[-1] > 0.2:
            kept.append(when)
    return kept


def samples(path: Path) -> tuple[np.ndarray[Any, np.dtype[np.float64]], int, float]:
    """Return the first sound track as channels × samples, its rate in Hz, and when it begins in seconds."""
    parts: list[np.ndarray[Any, Any]] = []
    first_s = 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate_hz = stream.rate
        resampler = av.AudioResampler(format="fltp")
        for frame in container.decode(audio=0):
            if not parts and frame.pts is not None:
                first_s = float(Fraction(frame.pts) * Fraction(frame.time_base or 1))
            parts += [piece.to_ndarray() for piece in resampler.resample(frame)]
    return np.concatenate(parts, axis=1).astype(np.float64), rate_hz, first_s


def ink_box(
    image: Image.Image, background: str | tuple[int, ...], *, tolerance: int = 24
) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom) of all that differs from ``background``; None when nothing does."""
    picture = image.convert("RGB")
    apart = ImageChops.difference(picture, Image.new("RGB", picture.size, background))
    most = np.asarray(apart).max(axis=2)
    return Image.fromarray(((most > tolerance) * 255).astype(np.uint8), "L").getbbox()
