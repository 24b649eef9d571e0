"""What the tests of captions share: captions in one line, and a caption file read or refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.errors import InputError
from pipeline.text.cues import Captions, Cue
from pipeline.text.reading import Read, read_captions
from pipeline.text.style import Styled

THAI = "สวัสดีครับ"


def captions(*cues: tuple[float | Fraction, float | Fraction, str], language: str = "th") -> Captions:
    made = (Cue(start_s=Fraction(start), end_s=Fraction(end), text=text) for start, end, text in cues)
    return Captions(language=language, cues=tuple(made))


def read(text: str | bytes, name: str = "clip.srt", frame_rate: Fraction | None = None) -> Read:
    return read_captions(text if isinstance(text, bytes) else text.encode(), name, None, frame_rate)


def codes(found: Read | Styled) -> list[str]:
    return [warning.code for warning in found.warnings]


def rows(found: Read) -> list[tuple[float, float, str]]:
    return [(float(cue.start_s), float(cue.end_s), cue.text) for cue in found.captions.cues]


def refusal(text: str | bytes, name: str = "clip.srt", frame_rate: Fraction | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(text, name, frame_rate)
    assert caught.value.reason.th
    return caught.value.code


def one(text: str) -> str:
    """Return an SRT file with one cue."""
    return f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n"
