"""What a decoded frame says of its colours and its orientation, in the words that ffmpeg's filters take. Pure."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from pipeline.media.orientation import UPRIGHT, Orientation, of_matrix, of_tag

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

_RANGES = {1: "tv", 2: "pc"}
# Names as ffmpeg's filters take them. Source: ITU-T H.273, tables 2 to 4, and libavutil/pixdesc.c.
_SPACES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
_PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 12: "smpte432"}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
_FULL_RANGE_AT, _RPU_PROFILE_AT = 10, 4
"""In AVDOVIRpuDataHeader. Source: libavutil/dovi_meta.h."""


class Colours(NamedTuple):
    """Range, matrix, primaries and transfer; None where nobody says."""

    color_range: str | None
    color_space: str | None
    color_primaries: str | None
    color_transfer: str | None


def colours(frame: VideoFrame, context: VideoCodecContext) -> Colours:
    """Return the frame's colours; where the frame says nothing, the container's. They disagree: the frame is right."""
    return Colours(
        "pc" if frame.format.name.startswith("yuvj") else _told(_RANGES, frame.color_range, context.color_range),
        _told(_SPACES, frame.colorspace, context.colorspace),
        _told(_PRIMARIES, frame.color_primaries, context.color_primaries),
        _told(_TRANSFERS, frame.color_trc, context.color_trc),
    )


def _told(names: dict[int, str], *codes: int) -> str | None:
    return next((names[int(code)] for code in codes if int(code) in names), None)


def side_data(frame: VideoFrame, name: str) -> bytes | None:
    """Return the side data of a type, such as ``DISPLAYMATRIX``."""
    found: bytes | None = None
    for index in range(len(frame.side_data)):
        each = frame.side_data[index]  # type: ignore[literal-required]  # a mapping by type and a sequence at once
        if each.type.name == name:
            found = bytes(each)
    return found


def orientation(frame: VideoFrame, tag: str | None) -> Orientation:
    """Return how the picture is to be turned: the display matrix says, or ``tag``, the ``rotate`` of old files."""
    matrix = side_data(frame, "DISPLAYMATRIX")
    if matrix is not None:
        return of_matrix(matrix)
    return of_tag(tag) if tag else UPRIGHT


def dolby_vision(frame: VideoFrame) -> int | None:
    """Return the Dolby Vision profile that a frame's metadata tells: 5 for its own colours, 8 over an ordinary base."""
    data = side_data(frame, "DOVI_METADATA")
    if data is None or len(data) < struct.calcsize("=Q"):
        return None
    header = data[struct.unpack_from("=Q", data)[0] :]
    if len(header) <= _FULL_RANGE_AT:
        return None
    return 5 if header[_RPU_PROFILE_AT] == 0 and header[_FULL_RANGE_AT] else 8
