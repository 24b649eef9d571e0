"""Makes sound whose truth is known: programmes of every loudness and range, and the faults that recordings have.

Everything is counted from a seed, so a programme is the same each time. :func:`write_clip` puts it beside a tiny
picture, in any container and codec.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np

Sound = Any
"""An array of samples × channels; 1.0 is full scale."""
RATE_HZ = 48_000


@dataclass(frozen=True)
class Programme:
    """A sound with a name. ``layout`` is ffmpeg's, None where the file shall not say."""

    name: str
    sound: Callable[[], Sound]
    rate_hz: int = RATE_HZ
    layout: str | None = "stereo"
    codec: str = "pcm_f32le"
    warned: tuple[str, ...] = field(default=())
    """Codes of the faults that are in it."""


def time_s(seconds: float, rate_hz: int = RATE_HZ) -> Sound:
    """Return the time of each sample, in seconds."""
    return np.arange(round(seconds * rate_hz)) / rate_hz


def level(sound: Sound, rms_dbfs: float) -> Sound:
    """Return the sound at a root mean square of ``rms_dbfs``, whatever its peaks become."""
    return sound * 10 ** (rms_dbfs / 20) / np.sqrt(np.mean(sound**2))


def stereo(left: Sound, right: Sound | None = None) -> Sound:
    """Return two channels, the same one twice by default."""
    return np.stack([left, left if right is None else right], axis=1)


def talk(seconds: float, seed: int = 1, rate_hz: int = RATE_HZ, syllables_hz: float = 4.0) -> Sound:
    """Return something like speech: a buzz with formants, in syllables, with a pause after each sentence."""
    at_s, random = time_s(seconds, rate_hz), np.random.default_rng(seed)
    pitch_hz = 130 + 25 * np.sin(2 * np.pi * 0.6 * at_s) + random.normal(0, 2)
    turn = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    buzz = sum(np.sin(turn * n) * (1 / n + 0.5 * np.exp(-(((n * 130 - 700) / 250) ** 2))) for n in range(1, 24))
    envelope = np.clip(np.sin(np.pi * syllables_hz * at_s) ** 2, 0.02, 1)
    envelope = envelope * np.repeat(random.uniform(0.4, 1, int(seconds * 4) + 1), rate_hz // 4 + 1)[: at_s.size]
    sentence = (at_s % 3.0) < 2.5
    return np.asarray(buzz) * envelope * sentence + 0.001 * random.normal(0, 1, at_s.size)


def music(seconds: float, seed: int = 2, rate_hz: int = RATE_HZ) -> Sound:
    """Return something like music in stereo: chords that die away, and a beat."""
    random, size = np.random.default_rng(seed), round(seconds * rate_hz)
    ring_s = time_s(2.0, rate_hz)
    beat = 2 * np.exp(-20 * ring_s) * np.sin(2 * np.pi * 60 * ring_s)
    sides = []
    for side in range(2):
        line = np.zeros(size + ring_s.size)
        for start in range(0, size, rate_hz // 2):
            chord = beat.copy()
            for base_hz in random.choice([220.0, 261.6, 329.6, 392.0, 440.0], 3, replace=False):
                for n in range(1, 6):
                    turn = 2 * np.pi * base_hz * n * ring_s + side * n * 0.3
                    chord += np.exp(-3 * ring_s) * np.sin(turn) / n**1.5
            line[start : start + ring_s.size] += chord
        sides.append(line[:size])
    return np.stack(sides, axis=1)


def noise(seconds: float, seed: int = 3, rate_hz: int = RATE_HZ, channels: int = 2) -> Sound:
    """Return pink noise, each channel its own."""
    random, size = np.random.default_rng(seed), round(seconds * rate_hz)
    spectrum = np.fft.rfft(random.normal(0, 1, (size, channels)), axis=0)
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.shape[0]))[:, None]
    spectrum[0] = 0
    pink: Sound = np.fft.irfft(spectrum, size, axis=0)
    return pink / np.sqrt(np.mean(pink**2))


def claps(seconds: float, every_s: float, seed: int = 4, rate_hz: int = RATE_HZ) -> Sound:
    """Return hand claps with a peak of full scale: bursts of noise that are gone after some 30 ms."""
    at_s, random = time_s(seconds, rate_hz), np.random.default_rng(seed)
    line = np.zeros(at_s.size)
    for start_s in np.arange(every_s / 2, seconds, every_s):
        local = at_s - start_s
        line += np.where(local >= 0, np.exp(-120 * np.clip(local, 0, None)), 0) * random.normal(0, 1, at_s.size)
    return line / np.abs(line).max()


def swelling(sound: Sound, low_db: float, half_s: float = 3.0, rate_hz: int = RATE_HZ) -> Sound:
    """Return the sound with every other stretch of ``half_s`` seconds at ``low_db``: a wide loudness range."""
    low = (np.arange(sound.shape[0]) / rate_hz // half_s) % 2 == 0
    return sound * np.where(low, 10 ** (low_db / 20), 1.0)[:, None]


def clipped(sound: Sound, over_db: float) -> Sound:
    """Return the sound driven ``over_db`` beyond full scale and cut off there."""
    return np.clip(sound / np.abs(sound).max() * 10 ** (over_db / 20), -1, 1)


def around(seconds: float, channels: int = 6, rate_hz: int = RATE_HZ) -> Sound:
    """Return surround sound: talk in the third channel, noise of its own in the others."""
    sound = level(noise(seconds, channels=channels, rate_hz=rate_hz), -40)
    sound[:, min(2, channels - 1)] += level(talk(seconds, rate_hz=rate_hz), -24)
    return sound


def clapped_talk(talk_dbfs: float, clap_dbfs: float = -0.1, every_s: float = 2.0, seconds: float = 12) -> Sound:
    """Return quiet talk with claps at ``clap_dbfs``: what a limiter finds hardest."""
    return stereo(level(talk(seconds), talk_dbfs) + claps(seconds, every_s) * 10 ** (clap_dbfs / 20))


PROGRAMMES = (
    Programme("talk-45", lambda: stereo(level(talk(8), -47))),
    Programme("talk-30", lambda: stereo(level(talk(8), -32))),
    Programme("talk-16", lambda: stereo(level(talk(8), -18))),
    Programme("music-40", lambda: level(music(8), -40)),
    Programme("music-20", lambda: level(music(8), -20)),
    Programme("music-3-clipped", lambda: clipped(music(8), 15), warned=("clipped-sound",)),
    Programme("noise-23", lambda: level(noise(6), -23)),
    Programme("noise-3-clipped", lambda: clipped(noise(6), 20), warned=("clipped-sound",)),
    Programme("tone-12", lambda: stereo(0.25 * np.sin(2 * np.pi * 997 * time_s(6)))),
    Programme("range-10", lambda: swelling(level(noise(18), -24), -10)),
    Programme("range-25-talk", lambda: swelling(stereo(level(talk(24), -20)), -25)),
    Programme("range-25-music", lambda: swelling(level(music(24), -30), -25)),
    Programme("claps-on-talk-45", lambda: clapped_talk(-47)),
    Programme("claps-on-talk-35", lambda: clapped_talk(-35)),
    Programme("claps-on-talk-25", lambda: clapped_talk(-25)),
    Programme("claps-often", lambda: clapped_talk(-40, every_s=0.5)),
    Programme("mono-44k", lambda: level(talk(8, rate_hz=44_100), -30)[:, None], rate_hz=44_100, layout="mono"),
    Programme("mono-8k", lambda: level(talk(8, rate_hz=8000), -28)[:, None], rate_hz=8000, layout="mono"),
    Programme("surround", lambda: around(8), layout="5.1", codec="ac3"),
    Programme("clipped-talk", lambda: stereo(clipped(talk(8), 12)), warned=("clipped-sound",)),
)  # fmt: skip
"""Twenty programmes from −45 to −3 LUFS, with a loudness range from 0 to 25 LU."""


def write_wav(path: Path, sound: Sound, rate_hz: int = RATE_HZ) -> Path:
    """Write the sound as raw 32-bit floats with a header and return the path; nothing is clipped."""
    data = np.ascontiguousarray(sound, "<f4").tobytes()
    channels = sound.shape[1]
    # Source: Multimedia Programming Interface 1.0, WAVE; format 3 is IEEE float.
    head = b"RIFF" + (36 + len(data)).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    head += (3).to_bytes(2, "little") + channels.to_bytes(2, "little") + rate_hz.to_bytes(4, "little")
    head += (rate_hz * channels * 4).to_bytes(4, "little") + (channels * 4).to_bytes(2, "little")
    head += (32).to_bytes(2, "little") + b"data" + len(data).to_bytes(4, "little")
    path.write_bytes(head + data)
    return path


def run(argv: Sequence[str]) -> None:
    """Run the bundled ffmpeg; fails with what it said."""
    quiet = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *argv]
    done = subprocess.run(quiet, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def write_clip(path: Path, programme: Programme, *more: str) -> Path:
    """Write the programme beside a tiny picture of the same length and return the path. ``more``: output options."""
    sound = programme.sound()
    with tempfile.TemporaryDirectory() as name:
        wav = write_wav(Path(name) / "sound.wav", sound, programme.rate_hz)
        seconds = sound.shape[0] / programme.rate_hz
        layout = ["-channel_layout", programme.layout] if programme.layout else ["-guess_layout_max", "0"]
        argv = [*layout, "-i", str(wav), "-f", "lavfi", "-i", f"color=gray:s=64x36:r=30:d={seconds}"]
        argv += ["-map", "1:v", "-map", "0:a", "-c:v", "mpeg4", "-q:v", "9", "-c:a", programme.codec, *more]
        run([*argv, str(path)])
    return path
