"""Reads what a finished video is, and compares it with what was promised. Knows nothing of how it was made."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import OurError
from pipeline.media.boxes import has_edit_list
from pipeline.media.moov import read_moov
from pipeline.noun import Noun
from pipeline.video.promise import Promise

if TYPE_CHECKING:
    from av.container import InputContainer


class OutputFacts(Noun):
    """A finished video as measured: from its packets and parameter sets, not from its header's claims."""

    codec: str
    profile: str | None
    width_px: int
    height_px: int
    pix_fmt: str | None
    pixel_aspect: Fraction
    frames: int
    frame_rate: Fraction
    even: bool
    """Whether every frame lasts equally long and the first is at zero."""
    key_frame_steps: tuple[int, ...]
    timescale_hz: int
    parameter_sets_sha256: str
    audio_codec: str | None
    audio_packets: int
    sample_rate_hz: int
    channels: int
    subtitle_tracks: int
    has_edit_list: bool = True
    """Whether some track has one: times that players move or pass over."""


def measure(path: Path) -> OutputFacts:
    """Return the facts of the video at ``path``.

    Raises:
        OurError: ``promise-broken`` when it cannot be opened or has no picture.

    """
    import av  # noqa: PLC0415 - slow to import, and a run with nothing to do needs none of it

    try:
        with av.open(f"file:{path}", format="mov", options={"protocol_whitelist": "file"}) as container:
            return _facts(container).model_copy(update={"has_edit_list": has_edit_list(read_moov(path))})
    except (av.FFmpegError, IndexError) as error:
        raise OurError("promise-broken", path.name, str(error)) from error


def _facts(container: InputContainer) -> OutputFacts:
    video, audio = container.streams.video[0], next(iter(container.streams.audio), None)
    stamps: list[tuple[int, bool]] = []
    audio_packets = 0
    for packet in container.demux():
        if packet.size and packet.stream_index == video.index:
            stamps.append((packet.pts or 0, packet.is_keyframe))
        elif packet.size and audio is not None and packet.stream_index == audio.index:
            audio_packets += 1
    stamps.sort()
    times = [stamp for stamp, _ in stamps]
    keys = [n for n, (_, key) in enumerate(stamps) if key]
    step = (times[-1] - times[0]) // (len(times) - 1) if len(times) > 1 else 0
    context, base = video.codec_context, Fraction(video.time_base or 1)
    return OutputFacts(
        codec=context.name,
        profile=context.profile,
        width_px=context.width,
        height_px=context.height,
        pix_fmt=context.pix_fmt,
        pixel_aspect=Fraction(video.sample_aspect_ratio or 1),
        frames=len(times),
        frame_rate=1 / (step * base) if step else Fraction(0),
        even=times == [n * step for n in range(len(times))],
        key_frame_steps=tuple(sorted({b - a for a, b in pairwise(keys)})),
        timescale_hz=base.denominator,
        parameter_sets_sha256=hashlib.sha256(context.extradata or b"").hexdigest(),
        audio_codec=audio.codec_context.name if audio is not None else None,
        audio_packets=audio_packets,
        sample_rate_hz=audio.codec_context.sample_rate if audio is not None else 0,
        channels=audio.codec_context.channels if audio is not None else 0,
        subtitle_tracks=len(container.streams.subtitles),
    )


def compare(promise: Promise, facts: OutputFacts) -> list[str]:
    """Return every difference between promise and facts, as ``what: promised ≠ found``; empty when it is kept."""
    wanted: dict[str, object] = {
        "codec": "h264",
        "profile": promise.profile,
        "width_px": promise.width_px,
        "height_px": promise.height_px,
        "pix_fmt": "yuv420p",
        "pixel_aspect": Fraction(1),
        "frames": promise.frames,
        "frame_rate": promise.frame_rate,
        "even": True,
        "timescale_hz": promise.timescale_hz,
        "audio_codec": "aac" if promise.audio_packets else None,
        "audio_packets": promise.audio_packets,
        "sample_rate_hz": promise.sample_rate_hz if promise.audio_packets else 0,
        "channels": 2 if promise.audio_packets else 0,
        "subtitle_tracks": promise.subtitle_tracks,
    }
    if not promise.has_edit_list:
        wanted["has_edit_list"] = False
    found = {name: getattr(facts, name) for name in wanted}
    differences = [f"{name}: {value} ≠ {found[name]}" for name, value in wanted.items() if found[name] != value]
    steps = (promise.gop_frames,) if promise.frames > promise.gop_frames else ()
    if facts.key_frame_steps != steps:
        differences.append(f"key frames: {steps} ≠ {facts.key_frame_steps}")
    return differences


def demand(promise: Promise, path: Path) -> OutputFacts:
    """Return the facts of the video at ``path``, which keeps ``promise``.

    Raises:
        OurError: ``promise-broken``, with every difference.

    """
    facts = measure(path)
    differences = compare(promise, facts)
    if differences:
        raise OurError("promise-broken", path.name, "; ".join(differences))
    return facts
