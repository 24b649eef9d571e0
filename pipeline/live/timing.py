"""Gives a segment its place in the channel's media time: its head is written anew, its samples stay. Pure.

Media time of the channel is Unix time, in whole frames, plus the base that every segment has. So it only ever rises,
whatever is shown: a filler again and again, the list once more, another show, another server. Readers that meet a time
that goes back lose the segment there, with ``EXT-X-DISCONTINUITY`` or without: libavformat marks its samples to be
discarded (``mov_read_trun``). All that changes is in the address, so that one address has the same bytes for ever.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from pipeline.hls.model import BASE_S
from pipeline.hls.mp4 import VIDEO_ID, Run, media_head, read_runs
from pipeline.live.model import Announced
from pipeline.units import samples_in

_NAME = r"[A-Za-z0-9][A-Za-z0-9-]*"
_PATH = re.compile(rf"(\d{{1,10}})-(\d{{1,14}})-(\d{{1,6}})-(\d{{1,6}})/({_NAME}/\d{{4,8}}\.m4s)", re.ASCII)
_MAP = re.compile(rf"(\d{{1,10}})-(\d{{1,12}})/({_NAME}\.vtt)", re.ASCII)
_TICKS_PER_MS = 90
_WRAP_TICKS = 1 << 33
"""Where MPEG-2 time begins again at 0. Source: RFC 8216, 3.5."""
_NUMBERS = 1 << 32
"""So many numbers a fragment can have. Source: ISO/IEC 14496-12, 8.8.5."""

HEAD_BYTES = 1 << 16
"""More than a head has: 12 bytes a frame and 4 a packet of sound, and a frame's time is a sixtieth of a second."""


class Timing(NamedTuple):
    """What is changed in a segment."""

    number: int
    """Of the fragment: the media sequence number. VLC looks whether one is missing."""
    shift_frames: int
    """How much later than on its list's clock it is shown."""
    frame_samples: int
    """Sound in a frame's time."""
    frames: int
    """How many are shown."""


class Cut(NamedTuple):
    """A segment as it is sent: a head, then bytes of the file."""

    head: bytes
    slices: tuple[tuple[int, int], ...]
    """Place and length of each."""


def media_name(each: Announced, frame_rate: Fraction, sample_rate_hz: int, path: str) -> str:
    """Return the address of a segment's file below ``/live/media/``."""
    shift = math.floor(each.starts_s * frame_rate) - each.shown.piece.starts_frames
    number, samples = each.number % _NUMBERS, samples_in(1, frame_rate, sample_rate_hz)
    folder, file = path.split("/")[-2:]
    return f"{number}-{shift}-{samples}-{each.shown.piece.frames}/{folder}/{file}"


def read_media_name(name: str) -> tuple[Timing, str] | None:
    """Return what an address asks for, and the file below the media's folder; None for any other."""
    matched = _PATH.fullmatch(name)
    return (Timing(*map(int, matched.groups()[:4])), matched[5]) if matched else None


def retimed(head: bytes, timing: Timing) -> Cut:
    """Return a segment as the channel has it. ``head``: how its file begins, at least up to its samples.

    Sound that would reach beyond a cut, and so into what follows, is left out: what follows brings sound from one AAC
    frame before its own picture.

    Raises:
        ValueError: it is not a segment of ours.

    """
    number, shift, frame_samples, frames = timing
    _, runs = read_runs(head)
    picture = next((run for run in runs if run.track == VIDEO_ID), None)
    if picture is None or not frames:
        raise ValueError("it has no picture")
    is_cut = frames < len(picture.samples)
    kept = []
    for run in runs:
        is_picture = run is picture
        count = frames if is_picture else _heard(run, picture, timing) if is_cut else len(run.samples)
        shift_ticks = shift * (run.sample_ticks if is_picture else frame_samples)
        if count:
            kept.append(replace(run, decode_ticks=run.decode_ticks + shift_ticks, samples=run.samples[:count]))
    slices = tuple((run.samples[0].at, sum(sample.size for sample in run.samples)) for run in kept)
    return Cut(media_head(number, kept), slices)


def _heard(sound: Run, picture: Run, timing: Timing) -> int:
    """Return how many packets of sound end before that of what follows begins."""
    starts = Fraction(picture.decode_ticks + picture.samples[0].shift, picture.sample_ticks) * timing.frame_samples
    ends = starts + timing.frames * timing.frame_samples - sound.sample_ticks
    return max(0, min(len(sound.samples), int((ends - sound.decode_ticks) // sound.sample_ticks)))


def finest_cut(head: bytes) -> int:
    """Return after how many frames, or a multiple of that, a segment can end: 1 where frames are coded in their order.

    Where they are not, only a key frame makes an end.

    Raises:
        ValueError: it is not a segment of ours.

    """
    picture = next((run for run in read_runs(head)[1] if run.track == VIDEO_ID), None)
    if picture is None:
        raise ValueError("it has no picture")
    if not any(sample.shift for sample in picture.samples):
        return 1
    return next((n for n, each in enumerate(picture.samples) if n and each.is_sync), len(picture.samples))


def caption_name(each: Announced, frame_rate: Fraction, path: str) -> str:
    """Return the address of a piece's WebVTT file below ``/live/captions/``.

    It ties the piece's own start to media time, not the list's: MPEG-2 time begins again every 26.5 h, and never
    between a cue and what it is counted from.
    """
    starts_s = each.shown.piece.starts_frames / frame_rate
    local_ms = math.floor(starts_s * 1000)
    shift_s = math.floor(each.starts_s * frame_rate) / frame_rate - starts_s
    ticks = math.floor((BASE_S + shift_s) * 1000 * _TICKS_PER_MS) + local_ms * _TICKS_PER_MS
    return f"{ticks % _WRAP_TICKS}-{local_ms}/{path.rpartition('/')[2]}"


def read_caption_name(name: str) -> tuple[str, str] | None:
    """Return the header that a WebVTT address asks for, and the file below the captions' folder; None for any other."""
    matched = _MAP.fullmatch(name)
    if matched is None:
        return None
    seconds, ms = divmod(int(matched[2]), 1000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
    return f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:{clock},MPEGTS:{matched[1]}\n", matched[3]
