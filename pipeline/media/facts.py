"""What a clip is. Times are seconds on the file's own clock, rates are frames a second, all exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pipeline.noun import Noun

Transfer = Literal["sdr", "hlg", "pq"]
Scan = Literal["progressive", "interlaced", "telecined"]
TEXT_CODECS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
"""Subtitle codecs that are text; the rest are pictures or line codes of television."""
SHORTEST_S = Fraction(1, 1000)
_IPT_PROFILE, _AV1_PROFILE = 5, 10
"""Source: Dolby Vision Profiles and Levels: profile 5 is IPT with PQ and has no base that others could show; so is
10.0, in AV1. The bases of the others are HDR10, HLG or SDR, and their tags say which."""


class VideoFacts(Noun):
    """The video stream that is used."""

    index: int
    codec: str
    profile: str | None
    coded_width_px: int
    coded_height_px: int
    rotation_deg: int
    """Clockwise turn that shows the picture upright: 0, 90, 180 or 270."""
    mirrored: bool = False
    """Whether the picture, once turned, is to be flipped left to right."""
    matrix_ignored: bool = False
    """Whether the file asks for a turn or a shear that no screen shows; it is taken as upright."""
    pixel_aspect: Fraction
    aspect_ignored: bool = False
    """Whether the file's pixel aspect is absurd; pixels are taken as square."""
    frame_rate: Fraction
    """Frames a second on average, over the packets that are there."""
    variable_rate: bool
    pix_fmt: str
    color_range: str | None
    color_space: str | None
    color_primaries: str | None
    color_transfer: str | None
    dolby_vision: int | None = None
    """Dolby Vision profile."""
    scan: Scan = "progressive"
    """What the pictures are made of, by their content where it shows, by the file's word where it does not."""
    top_field_first: bool | None = None
    """Which field is earlier; None where that is not known or there are no fields."""
    has_alpha: bool
    decoder: str | None = None
    """The decoder to ask ffmpeg for, where its own first choice shows less."""
    start_s: Fraction
    end_s: Fraction
    frames: int
    promised_frames: int
    """Frames that the container's index promises; 0 when it promises nothing."""
    size_changes: bool = False
    """Whether later pictures have other sizes than the first."""
    wild_times: bool = False
    """Whether some frames claim times far away from all others; :attr:`start_s` and :attr:`end_s` leave them out."""

    @property
    def interlaced(self) -> bool:
        """Whether a frame holds two moments."""
        return self.scan != "progressive"

    @property
    def transfer(self) -> Transfer:
        """The class of transfer function. Source: ITU-R BT.2100-2 (HLG, PQ)."""
        return {"arib-std-b67": "hlg", "smpte2084": "pq"}.get(self.color_transfer or "", "sdr")  # type: ignore[return-value]

    @property
    def is_dolby_vision_alone(self) -> bool:
        """Whether it is Dolby Vision without a base: ordinary decoders show it in wrong colours."""
        return self.dolby_vision == _IPT_PROFILE or (self.dolby_vision == _AV1_PROFILE and not self.color_transfer)

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
    """A sound track."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate_hz: int
    language: str | None
    """As the file says it, mostly ISO 639-2."""
    is_default: bool = False
    is_aside: bool = False
    """Whether it is a commentary, or made for people who cannot see or hear: not what everybody is to hear."""
    start_s: Fraction
    end_s: Fraction


class SubtitleFacts(Noun):
    """A subtitle track inside the file."""

    index: int
    codec: str
    language: str | None
    is_text: bool
    is_default: bool = False
    is_forced: bool = False


class ClipFacts(Noun):
    """A clip: its container and the streams that are used."""

    container: str
    """Short name of the demuxer, such as ``mov`` or ``matroska``; ffmpeg is made to use this one."""
    start_s: Fraction
    """The earliest start of the streams: zero of the presentation."""
    clock_shift_s: Fraction = Fraction(0)
    """What to add to ffmpeg's times so that its zero is ours; not 0 only where one wild time moved its zero."""
    duration_s: Fraction
    """Presentation length: from the earliest start to the latest end of picture and sound."""
    video: VideoFacts
    video_streams: int = 1
    """Video streams that hold a moving picture."""
    audio: AudioFacts | None
    """The sound that is used."""
    audio_streams: int
    sounds: tuple[AudioFacts, ...] = ()
    """All sound that can be decoded."""
    broken_sounds: int = 0
    """Sound tracks that are empty or cannot be decoded."""
    subtitles: tuple[SubtitleFacts, ...] = ()
    damaged_packets: int
