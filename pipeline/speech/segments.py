"""What the engine says that it heard, and what of that is believed. Pure.

An engine that hears music, wind or nothing writes sentences all the same: the same one again and again, or one that
nobody said. Better no caption than such a one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby

from pipeline.noun import Noun
from pipeline.speech.draft import DraftPlan
from pipeline.text.cues import Captions, Cue
from pipeline.text.thai import normalise

MOST_NO_SPEECH = 0.6
LEAST_LOGPROB = -1.0
"""Above the one and below the other nobody spoke. Source: Whisper's own defaults (openai/whisper, transcribe.py)."""
MOST_REGULAR = 2.4
"""Text that zlib makes shorter than this goes round in circles. Source: Whisper's compression_ratio_threshold, which
is meant for one byte a letter: 400 characters of a volunteer's Thai captions come to 3.24 at most in UTF-8 and to
2.08 in one byte a letter; a sentence said eight times to 3.8 (measured, 147 stretches of 15 files)."""
MOST_ALIKE = 2
"""A sentence may be said twice; of three or more in a row, only the first is believed."""
LEAST_S = Fraction(1, 10)


class Segment(Noun):
    """A stretch of speech as the engine wrote it down. Times are on the sound that it was given."""

    start_ms: int
    end_ms: int
    text: str
    no_speech: float
    """How likely nobody spoke, 0 to 1."""
    logprob: float
    """Mean logarithm of how sure the engine was of each piece of a word."""


def captions_of(segments: Sequence[Segment], plan: DraftPlan) -> Captions:
    """Return the captions that the believable segments make, on the clip's own clock, in order, without overlaps."""
    cues: list[Cue] = []
    for segment in _once(sorted(filter(is_believable, segments), key=lambda each: each.start_ms)):
        first_s = cues[-1].end_s - plan.skip_s if cues else Fraction(0)
        start_s = max(first_s, Fraction(segment.start_ms, 1000))
        end_s = min(plan.length_s, Fraction(segment.end_ms, 1000))
        if end_s - start_s >= LEAST_S:
            cues.append(Cue(start_s=start_s + plan.skip_s, end_s=end_s + plan.skip_s, text=words(segment.text)))
    return Captions(language=plan.language, cues=tuple(cues))


def is_believable(segment: Segment) -> bool:
    """Return whether somebody may have said this."""
    text = words(segment.text)
    is_silence = segment.no_speech > MOST_NO_SPEECH and segment.logprob < LEAST_LOGPROB
    return any(char.isalnum() for char in text) and not is_silence and regularity(text) <= MOST_REGULAR


def words(text: str) -> str:
    """Return the text in one line, with Thai as it should be typed."""
    return " ".join(normalise(text).split())


def regularity(text: str) -> float:
    """Return how many times shorter ``text`` gets when what repeats is left out; each letter counts as one byte."""
    places = {char: place % 256 for place, char in enumerate(dict.fromkeys(text))}
    plain = bytes(places[char] for char in text)
    return len(plain) / len(zlib.compress(plain))


def _once(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Yield the segments; of too many alike in a row, the first."""
    for _, alike in groupby(segments, key=lambda each: words(each.text).casefold()):
        run = list(alike)
        yield from run if len(run) <= MOST_ALIKE else run[:1]
