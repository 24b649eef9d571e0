"""What a person should know about a clip before it is used: warnings from its facts. Pure."""

from __future__ import annotations

from fractions import Fraction

from pipeline.media.facts import ClipFacts
from pipeline.reasons import Reason, reason
from pipeline.units import seconds_text

LOW_RESOLUTION_PX = 360
LONG_S = 180
SHORT_S = 1
LOW_RATE = 10
LENGTHS_DIFFER_S = Fraction(3, 10)
_PROFILES = {10: "10.0"}
"""How a Dolby Vision profile is written: of profile 10 only 10.0 has no base."""


def warnings(facts: ClipFacts) -> tuple[Reason, ...]:
    """Return what a person should know about the clip before it is used."""
    return (
        *_sound_warnings(facts),
        *_picture_warnings(facts),
        *_frame_warnings(facts),
        *_track_warnings(facts),
        *_length_warnings(facts),
    )


def _sound_warnings(facts: ClipFacts) -> list[Reason]:
    audio, found = facts.audio, []
    if facts.broken_sounds:
        found.append(reason("audio-broken", facts.broken_sounds))
    if audio is None:
        return [*found, reason("silence-added")]
    if facts.audio_streams > 1:
        place = 1 + next((n for n, sound in enumerate(facts.sounds) if sound.index == audio.index), 0)
        found.append(reason("several-audio", facts.audio_streams, place, audio.language or audio.codec))
    if audio.channels > 2:  # noqa: PLR2004 - stereo
        found.append(reason("downmixed", audio.channels))
    picture_s, sound_s = facts.video.end_s - facts.start_s, audio.end_s - facts.start_s
    if abs(picture_s - sound_s) > LENGTHS_DIFFER_S:
        found.append(reason("lengths-differ", seconds_text(picture_s, 1), seconds_text(sound_s, 1)))
    return found


def _picture_warnings(facts: ClipFacts) -> list[Reason]:
    """Return what is worth knowing about colours, size and shape."""
    video = facts.video
    wide, high = video.display_width_px, video.display_height_px
    found = []
    if video.is_dolby_vision_alone and video.dolby_vision:
        found.append(reason("dolby-vision-5", _PROFILES.get(video.dolby_vision, str(video.dolby_vision))))
    elif video.transfer != "sdr":
        found.append(reason("hdr", video.transfer.upper()))
    if min(wide, high) < LOW_RESOLUTION_PX:
        found.append(reason("low-resolution", wide, high))
    if video.has_alpha:
        found.append(reason("alpha-flattened"))
    if video.matrix_ignored:
        found.append(reason("odd-rotation"))
    if video.aspect_ignored:
        found.append(reason("odd-pixels"))
    if video.size_changes:
        found.append(reason("size-changes", video.coded_width_px, video.coded_height_px))
    return found


def _frame_warnings(facts: ClipFacts) -> list[Reason]:
    video, found = facts.video, []
    if video.scan == "interlaced":
        found.append(reason("interlaced"))
    if video.scan == "telecined":
        found.append(reason("telecined"))
    if video.wild_times or facts.clock_shift_s:
        found.append(reason("odd-times", seconds_text(facts.duration_s, 1)))
    if facts.damaged_packets:
        found.append(reason("damaged", facts.damaged_packets))
    return found


def _track_warnings(facts: ClipFacts) -> list[Reason]:
    found = []
    if facts.video_streams > 1:
        found.append(
            reason("several-video", facts.video_streams, facts.video.display_width_px, facts.video.display_height_px)
        )
    if any(track.is_text for track in facts.subtitles):
        found.append(reason("embedded-captions-used"))
    if any(not track.is_text for track in facts.subtitles):
        found.append(reason("embedded-captions"))
    return found


def _length_warnings(facts: ClipFacts) -> list[Reason]:
    video, found = facts.video, []
    if video.frames == 1:
        found.append(reason("single-frame"))
    elif facts.duration_s < SHORT_S:
        found.append(reason("very-short", seconds_text(facts.duration_s, 1)))
    elif video.frame_rate < LOW_RATE:
        found.append(reason("low-frame-rate", seconds_text(video.frame_rate, 1)))
    if facts.duration_s > LONG_S:
        found.append(reason("very-long", seconds_text(facts.duration_s / 60, 1)))
    if facts.container != "mov" and video.promised_frames > 2 * video.frames:
        found.append(reason("cut-off-used", seconds_text(facts.duration_s, 1)))
    return found
