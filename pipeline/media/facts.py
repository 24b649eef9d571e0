"""What a clip is. Times are seconds on the file's own clock, rates are frames a second, all exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pipeline.noun import Noun

Transfer = Literal["sdr", "hlg", "pq"]


class VideoFacts(Noun):
    """The video stream that is used."""

    index: int
    codec: str
    profile: str | None
    coded_width_px: int
    coded_height_px: int
    rotation_deg: int
    """Clockwise turn that shows the picture upright: 0, 90, 180 or 270."""
    pixel_aspect: Fraction
    frame_rate: Fraction
    """Frames a second on average, over the packets that are there."""
    variable_rate: bool
    pix_fmt: str
    bit_depth: int
    color_range: str | None
    color_space: str | None
    color_primaries: str | None
    color_transfer: str | None
    interlaced: bool
    has_alpha: bool
    extradata_sha256: str
    start_s: Fraction
    end_s: Fraction
    frames: int
    promised_frames: int
    """Frames that the container's index promises; 0 when it promises nothing."""

    @property
    def transfer(self) -> Transfer:
        """The class of transfer function. Source: ITU-R BT.2100-2 (HLG, PQ)."""
        return {"arib-std-b67": "hlg", "smpte2084": "pq"}.get(self.color_transfer or "", "sdr")  # type: ignore[return-value]

    @property
    def display_width_px(self) -> int:
        """Width as shown: after pixel aspect and rotation."""
        return self._shown[0]

    @property
    def display_height_px(self) -> int:
        """Height as shown: after rotation."""
        return self._shown[1]

    @property
    def _shown(self) -> tuple[int, int]:
        wide, high = max(1, round(self.coded_width_px * self.pixel_aspect)), self.coded_height_px
        return (high, wide) if self.rotation_deg % 180 else (wide, high)


class AudioFacts(Noun):
    """The audio stream that is used."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate_hz: int
    language: str | None
    start_s: Fraction
    end_s: Fraction


class ClipFacts(Noun):
    """A clip: its container and the streams that are used."""

    container: str
    """Short name of the demuxer, such as ``mov`` or ``matroska``; ffmpeg is made to use this one."""
    start_s: Fraction
    """The earliest start of the streams used: zero of the presentation."""
    duration_s: Fraction
    """Presentation length: from the earliest start to the latest end of picture and sound."""
    video: VideoFacts
    audio: AudioFacts | None
    audio_streams: int
    subtitle_streams: int
    damaged_packets: int
