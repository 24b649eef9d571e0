"""Which of several streams is meant. Pure: the same file gives the same choice on every machine."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.media.facts import SHORTEST_S, AudioFacts, ClipFacts, VideoFacts

STILL_FRAMES = 2
"""A phone's motion photo carries its still as a video stream of a frame or two, larger than the clip."""
MOVING_FRAMES = 8
_SAME_LANGUAGE = {"th": "tha", "en": "eng", "ms": "msa", "may": "msa", "zh": "zho", "chi": "zho", "lo": "lao"}
"""Codes of one language. Source: ISO 639-1 and 639-2 (the bibliographic codes too)."""


def heard(facts: ClipFacts, languages: Sequence[Sequence[str]] = ()) -> ClipFacts:
    """Return the facts with the sound that is meant for ``languages``: see :func:`sound`.

    ``languages`` is in order of preference, each a group of codes that mean the same, such as ``("tha", "th")``.
    """
    chosen = sound(facts.sounds, languages)
    if chosen is None or chosen == facts.audio:
        return facts
    end_s = max(facts.video.end_s, chosen.end_s)
    return facts.model_copy(update={"audio": chosen, "duration_s": max(SHORTEST_S, end_s - facts.start_s)})


def on_air(facts: ClipFacts, told: str | None, languages: Sequence[str]) -> ClipFacts:
    """Return the facts with the sound that goes on air, which is also the one that captions are compared with.

    ``told`` is the language that somebody says the clip is in; ``languages`` are the event's, in order of preference.
    """
    wanted = (told, *languages) if told else languages
    return heard(facts, [[language] for language in wanted])


def sound(sounds: Sequence[AudioFacts], languages: Sequence[Sequence[str]] = ()) -> AudioFacts | None:
    """Return the sound that is meant, or None when there is none.

    What is made for everybody before commentaries; then the one track that is marked as default (a mark on several
    says nothing); then the language that comes first in ``languages``; then most channels, longest, first.
    """
    marked = sum(each.is_default for each in sounds) == 1

    def merit(each: AudioFacts) -> tuple[object, ...]:
        wish = _place(each.language, languages)
        length_s = each.end_s - each.start_s
        return not each.is_aside, marked and each.is_default, -wish, each.channels, length_s, -each.index

    return max(sounds, key=merit, default=None)


def _place(language: str | None, languages: Sequence[Sequence[str]]) -> int:
    """Return the place of ``language`` among those wished for, the end when nobody wished for it."""
    spoken = _one_code(language or "und")
    for place, group in enumerate(languages):
        if spoken in {_one_code(code) for code in group}:
            return place
    return len(languages)


def _one_code(language: str) -> str:
    code = language.lower().replace("_", "-").split("-")[0]
    return _SAME_LANGUAGE.get(code, code)


def moving(pictures: Sequence[tuple[VideoFacts, bool]]) -> list[tuple[VideoFacts, bool]]:
    """Return the videos without the stills beside them."""
    most = max((video.frames for video, _ in pictures), default=0)
    return [each for each in pictures if most < MOVING_FRAMES or each[0].frames > STILL_FRAMES]


def picture(pictures: Sequence[tuple[VideoFacts, bool]]) -> VideoFacts:
    """Return the video that is meant of several, each with whether it is marked as default.

    That is the one moving picture that is marked as default (a mark on several says nothing), the longest, the
    largest, the first.
    """
    pictures = moving(pictures)
    marked = sum(default for _, default in pictures) == 1

    def merit(each: tuple[VideoFacts, bool]) -> tuple[object, ...]:
        video, default = each
        area_px = video.coded_width_px * video.coded_height_px
        return marked and default, round(video.end_s - video.start_s), area_px, -video.index

    return max(pictures, key=merit)[0]
