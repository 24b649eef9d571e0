"""What of the show is packaged for HLS. ``playlists/hls/segments.json`` is an :class:`HlsMedia`. Pure.

A list has one media time from its first entry to its last, so that no join needs a discontinuity: an entry's segments
carry the time at which the entry begins in that list. Lists that are a stretch of an earlier list (a session, a day)
use that list's segments, and so begin later than 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pydantic import field_serializer

from pipeline.noun import Noun

HLS_FOLDER = "playlists/hls"
MEDIA_FOLDER = f"{HLS_FOLDER}/media"
SEGMENTS_FILE = f"{HLS_FOLDER}/segments.json"
ABOUT = "about.json"
"""A :class:`Packed` beside its segments: what is there need not be opened to be listed."""
SEGMENT_S = 6
"""Three closed GOPs of 60 frames at 30 a second; others come as near as they can.
Source: Apple, HLS authoring specification, 7.5 (target durations should be 6 seconds)."""
BASE_S = 10
"""Media time at which every first list begins: sound begins one AAC frame before the picture, and no time may be
negative. 10 s is also more than any decoder's delay."""


class Segment(Noun):
    """One file: whole closed GOPs of one entry, picture and sound."""

    path: str
    """In the output folder. Its bytes never change."""
    starts_frames: int
    """On the list's clock, without the base."""
    frames: int
    bytes: int


class Packed(Noun):
    """One rendition of an entry, cut into segments for one place on a list's clock."""

    output: str
    """On-air output: ``air-1080p``."""
    folder: str
    """Holds ``0001.m4s`` and on, nothing else that is played; it exists only when it is complete."""
    init: str
    """The initialisation segment. Equal parameters have equal bytes and so one name for all."""
    codecs: str
    """As HLS names them: ``avc1.640029,mp4a.40.2``. Source: RFC 6381, 3.3."""
    width_px: int
    height_px: int
    starts_frames: int
    frames: int
    segment_frames: int
    bytes: tuple[int, ...]
    """Of each segment."""

    def segments(self) -> Iterator[Segment]:
        """Yield the segments in order."""
        for number, size in enumerate(self.bytes):
            at = number * self.segment_frames
            yield Segment(
                path=f"{self.folder}/{number + 1:04d}.m4s",
                starts_frames=self.starts_frames + at,
                frames=min(self.segment_frames, self.frames - at),
                bytes=size,
            )


class PackedEntry(Noun):
    """One entry of a list."""

    key: str
    position: int
    starts_frames: int
    """On the list's clock, without the base."""
    frames: int
    packed: dict[str, str]
    """On-air output → folder: the name in :attr:`HlsMedia.packed`."""


class HlsList(Noun):
    """One list of the show."""

    id: str
    entries: tuple[PackedEntry, ...]


class HlsMedia(Noun):
    """All that is packaged."""

    frame_rate: Fraction
    base_s: int = BASE_S
    lists: tuple[HlsList, ...]
    packed: dict[str, Packed]
    """By folder. Lists share them."""

    @field_serializer("frame_rate")
    def _exact(self, rate: Fraction) -> str:
        return f"{rate.numerator}/{rate.denominator}"

    def list(self, list_id: str) -> HlsList | None:
        """Return the list with that id, or None."""
        return next((each for each in self.lists if each.id == list_id), None)

    def of(self, entry: PackedEntry, output: str) -> Packed:
        """Return a rendition of an entry.

        Raises:
            KeyError: the entry has no such output.

        """
        return self.packed[entry.packed[output]]

    def media_s(self, starts_frames: int) -> Fraction:
        """Return the media time in the segments at which the picture of that frame of a list's clock is shown."""
        return self.base_s + starts_frames / self.frame_rate

    def files(self) -> frozenset[str]:
        """Return every file that the lists name, and what each folder says of itself: what may not be removed."""
        packed = self.packed.values()
        told = {each.init for each in packed} | {f"{each.folder}/{ABOUT}" for each in packed}
        return frozenset(told | {one.path for each in packed for one in each.segments()})


def read_media(text: str | bytes) -> HlsMedia:
    """Return what a ``segments.json`` says.

    Raises:
        ValueError: it is not one.

    """
    return HlsMedia.model_validate_json(text)
