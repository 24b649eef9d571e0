"""Makes the HLS media of a show: what is missing is cut from the masters by copy, what is there is only read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from pipeline.errors import OurError
from pipeline.hls.layout import Place, layout, segment_frames
from pipeline.hls.model import ABOUT, BASE_S, MEDIA_FOLDER, SEGMENT_S, HlsList, HlsMedia, Packed, PackedEntry
from pipeline.hls.mp4 import (
    AUDIO_ID,
    VIDEO_ID,
    Format,
    Run,
    Sample,
    gop_frames,
    init_segment,
    media_head,
    picture_boxes,
)
from pipeline.media.boxes import box_at
from pipeline.settings import STATE_FOLDER
from pipeline.show.model import Entry, Show
from pipeline.store.publish import disk_errors, place, scratch, write
from pipeline.units import AAC_FRAME_SAMPLES, samples_in

if TYPE_CHECKING:
    from av.container import InputContainer

RECIPE = 1
"""Raised by hand when the same master gives other bytes: names must never change what they mean."""


def ensure_media(out: Path, show: Show) -> HlsMedia:
    """Package what of the show is not yet packaged and return all of it.

    Raises:
        OurError: ``hls-format``: a master is damaged or not as it was promised.
        MachineError: the disk is full or fails, or a master is not there.

    """
    packed: dict[str, Packed] = {}
    lists = []
    gop = _gop(out, show)
    laid = layout(show, gop)
    for listed in show.lists:
        entries = []
        for entry, at in zip(show.entries(listed), laid[listed.id], strict=True):
            folders = {}
            for output in entry.media:
                folder = folder_of(show, entry, output, at)
                if folder not in packed:
                    packed[folder] = _read(out, folder) or _pack(out, show, entry, _Wanted(output, folder, at, gop))
                folders[output] = folder
            entries.append(
                PackedEntry(
                    key=entry.key,
                    position=entry.position,
                    starts_frames=at.starts_frames,
                    frames=entry.frames,
                    packed=folders,
                )
            )
        lists.append(HlsList(id=listed.id, entries=tuple(entries)))
    return HlsMedia(frame_rate=show.frame_rate, lists=tuple(lists), packed=packed)


def _gop(out: Path, show: Show) -> int:
    """Return the frames of a GOP in this show's masters.

    Read in the first that has more than one; where none has, each master is one segment of at most this length.
    """
    with disk_errors():
        found = (gop_frames(_moov(out / entry.master)) for entry in show.items)
        return next((gop for gop in found if gop), round(SEGMENT_S * show.frame_rate))


def folder_of(show: Show, entry: Entry, output: str, at: Place) -> str:
    """Return where a rendition of an entry lies: a name for all that its bytes depend on."""
    parts = (RECIPE, entry.sha256[output], *at, show.frame_rate, BASE_S, SEGMENT_S)
    unique = hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
    return f"{MEDIA_FOLDER}/{output}-{entry.sha256[output][:12]}-{at.starts_frames}-{unique}"


def _read(out: Path, folder: str) -> Packed | None:
    try:
        packed = Packed.model_validate_json((out / folder / ABOUT).read_bytes())
    except (OSError, ValidationError):
        return None
    return packed if (out / packed.init).exists() else None


@dataclass(frozen=True)
class _Wanted:
    """A rendition of an entry that is not there yet."""

    output: str
    folder: str
    at: Place
    gop_frames: int


def _pack(out: Path, show: Show, entry: Entry, wanted: _Wanted) -> Packed:
    output, starts_frames = wanted.output, wanted.at.starts_frames
    with disk_errors():
        master = _demux(out / entry.media[output])
    _check(master, show, entry, wanted)
    per_segment = segment_frames(wanted.gop_frames, show.frame_rate)
    init = init_segment(master.form)
    init_path = f"{MEDIA_FOLDER}/init-{output}-{hashlib.sha256(init).hexdigest()[:12]}.mp4"
    if not (out / init_path).exists():
        write(out, init_path, init)
    sizes = []
    with scratch(out / STATE_FOLDER / "scratch", "hls") as parent, disk_errors():
        made = parent / "segments"
        made.mkdir()
        with (out / entry.media[output]).open("rb") as source:
            for number, first in enumerate(range(0, entry.frames, per_segment)):
                last = min(first + per_segment, entry.frames)
                runs = _runs(master, show.frame_rate, starts_frames, first, last)
                data = media_head(wanted.at.first_number + number, runs) + b"".join(_bytes(source, runs))
                _write(made / f"{number + 1:04d}.m4s", data)
                sizes.append(len(data))
        packed = Packed(
            output=output,
            folder=wanted.folder,
            init=init_path,
            codecs=master.form.codecs,
            width_px=master.form.width_px,
            height_px=master.form.height_px,
            starts_frames=starts_frames,
            frames=entry.frames,
            segment_frames=per_segment,
            bytes=tuple(sizes),
        )
        _write(made / ABOUT, packed.model_dump_json().encode() + b"\n")
        if (out / wanted.folder).exists():  # one that says nothing of itself
            (out / wanted.folder).rename(parent / "broken")
        place(made, out / wanted.folder)
    return packed


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class _Master:
    """The packets of a master. ``dts``: ticks of each; the sound's first is its priming packet."""

    form: Format
    picture: Sequence[Sample]
    picture_dts: Sequence[int]
    sound: Sequence[Sample]
    sound_dts: Sequence[int]


def _demux(path: Path) -> _Master:
    """Return a master's packets.

    Raises:
        OurError: ``hls-format``, with the file's name: it is empty, cut or damaged, or lacks picture or sound.
        OSError: it is not there, or the disk fails.

    """
    import av  # noqa: PLC0415 - slow to import

    try:
        width_px, height_px, boxes = picture_boxes(_moov(path))
        with av.open(f"file:{path}", format="mp4") as container:
            return _read_packets(container, (width_px, height_px), boxes)
    except OSError:
        raise
    except (av.FFmpegError, ValueError) as error:
        raise OurError("hls-format", path.name, str(error)) from error


def _read_packets(container: InputContainer, size_px: tuple[int, int], boxes: bytes) -> _Master:
    """Return the packets; raises ``ValueError`` where picture or sound is not there, or not whole."""
    if not (container.streams.video and container.streams.audio):
        raise ValueError("it lacks picture or sound")
    video, audio = container.streams.video[0], container.streams.audio[0]
    samples: dict[int, list[Sample]] = {video.index: [], audio.index: []}
    times: dict[int, list[int]] = {video.index: [], audio.index: []}
    for packet in container.demux(video, audio):
        if packet.pts is None or packet.dts is None:
            continue
        if packet.is_corrupt:
            raise ValueError("it is cut or damaged")
        keeps = packet.stream_index == audio.index or packet.is_keyframe
        shift = packet.pts - packet.dts
        samples[packet.stream_index].append(Sample(packet.pos or 0, packet.size, bool(keeps), shift))
        times[packet.stream_index].append(packet.dts)
    form = Format(
        timescale_hz=Fraction(1 / video.time_base).numerator if video.time_base else 0,
        width_px=size_px[0],
        height_px=size_px[1],
        picture=boxes,
        sample_rate_hz=audio.codec_context.sample_rate,
        channels=audio.codec_context.channels,
        sound=audio.codec_context.extradata or b"",
    )
    return _Master(form, samples[video.index], times[video.index], samples[audio.index], times[audio.index])


def _moov(path: Path) -> bytes:
    at, end = 0, path.stat().st_size
    with path.open("rb") as file:
        while at < end:
            file.seek(at)
            found = box_at(file.read(16), at, end)
            if found is None:
                break
            if found.kind == b"moov":
                file.seek(found.start)
                return file.read(found.end - found.start)
            at = found.end
    return b""


def _check(master: _Master, show: Show, entry: Entry, wanted: _Wanted) -> None:
    """Check that a master is as it was promised.

    Raises:
        OurError: the master cannot be joined to others without a gap.

    """
    step = master.form.timescale_hz / show.frame_rate
    samples = samples_in(entry.frames, show.frame_rate, show.sample_rate_hz)
    count = len(master.picture)
    keys = [number for number, sample in enumerate(master.picture) if sample.is_sync]
    gop = wanted.gop_frames
    first = master.picture_dts[0] if count else 0
    sound = range(-AAC_FRAME_SAMPLES, samples - AAC_FRAME_SAMPLES, AAC_FRAME_SAMPLES)
    wrong = [
        text
        for text, holds in (
            (f"{count} frames, not {entry.frames}", count == entry.frames),
            ("its frames are not evenly spaced", list(master.picture_dts) == [first + n * step for n in range(count)]),
            (f"its key frames are not {gop} frames apart", keys == list(range(0, count, gop))),
            ("its first frame is not shown at 0", count > 0 and first + master.picture[0].shift == 0),
            ("its sound does not join", list(master.sound_dts) == list(sound)),
            ("its sample rate", master.form.sample_rate_hz == show.sample_rate_hz),
        )
        if not holds
    ]
    if wrong:
        raise OurError("hls-format", entry.media[wanted.output], "; ".join(wrong))


def _bytes(source: BinaryIO, runs: Sequence[Run]) -> Iterator[bytes]:
    for run in runs:
        for sample in run.samples:
            source.seek(sample.at)
            yield source.read(sample.size)


def _runs(master: _Master, frame_rate: Fraction, starts_frames: int, first: int, last: int) -> tuple[Run, Run]:
    """Return the frames from ``first`` to before ``last``, and the sound that goes with them.

    Sound begins at most one AAC frame before the picture, so a player that starts here lacks none; what is missing at
    the end comes with the next segment.
    """
    form = master.form
    step = int(form.timescale_hz / frame_rate)
    base = Fraction(BASE_S) + starts_frames / frame_rate
    per_frame = form.sample_rate_hz / frame_rate
    heard = [-(-int(at * per_frame) // AAC_FRAME_SAMPLES) for at in (first, last)]
    picture = Run(VIDEO_ID, int(base * form.timescale_hz) + master.picture_dts[first], step, master.picture[first:last])
    sound_ticks = int(base * form.sample_rate_hz) + master.sound_dts[heard[0]]
    return picture, Run(AUDIO_ID, sound_ticks, AAC_FRAME_SAMPLES, master.sound[heard[0] : heard[1]])
