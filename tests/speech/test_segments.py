"""What of the engine's words is believed. Segments are stated here, so that every rule stands alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech.draft import DraftPlan
from pipeline.speech.segments import MOST_REGULAR, Segment, captions_of, is_believable, regularity
from pipeline.text.reading import read_captions
from pipeline.text.subtitles import to_srt

PLAN = DraftPlan(
    id="a",
    sha256="0" * 64,
    sound_index=1,
    skip_s=Fraction(5, 2),
    length_s=Fraction(60),
    language="th",
    recogniser_sha256="1" * 64,
    engine="x=1",
)
GOOD = "เราปลูกต้นไม้ริมน้ำ"


def segment(start_s: float, end_s: float, text: str = GOOD, no_speech: float = 0.1, logprob: float = -0.3) -> Segment:
    start_ms, end_ms = round(start_s * 1000), round(end_s * 1000)
    return Segment(start_ms=start_ms, end_ms=end_ms, text=text, no_speech=no_speech, logprob=logprob)


def texts(*segments: Segment) -> list[str]:
    return [cue.text for cue in captions_of(segments, PLAN).cues]


def test_times_are_on_the_clock_of_the_whole_clip() -> None:
    (cue,) = captions_of([segment(1, 3)], PLAN).cues
    assert (cue.start_s, cue.end_s, cue.text) == (Fraction(7, 2), Fraction(11, 2), GOOD)
    assert captions_of([segment(1, 3)], PLAN).language == "th"


def test_thai_is_set_right_and_in_one_line() -> None:
    assert texts(segment(0, 1, "  นํ้า\nใส  เเละ เย็น ")) == ["น้ำ ใส และ เย็น"]


@pytest.mark.parametrize("text", ["", "   ", "...", "♪ ♪", "—"])
def test_signs_without_a_letter_are_no_caption(text: str) -> None:
    assert texts(segment(0, 1, text)) == []


def test_what_the_engine_itself_takes_for_silence_is_left_out() -> None:
    assert not is_believable(segment(0, 1, no_speech=0.9, logprob=-1.4))
    assert is_believable(segment(0, 1, no_speech=0.9, logprob=-0.2))
    assert is_believable(segment(0, 1, no_speech=0.1, logprob=-1.4))


@pytest.mark.parametrize("loop", ["ขอบคุณครับ " * 8, "ขอบคุณครับ" * 20, "Thank you. " * 8, "ลา" * 40])
def test_words_that_go_round_in_circles_are_left_out(loop: str) -> None:
    assert texts(segment(0, 20, loop)) == []


def test_a_sentence_said_twice_stays_and_of_more_only_the_first() -> None:
    again = [segment(n, n + 1, "ขอบคุณค่ะ") for n in range(5)]
    assert texts(*again[:2], segment(9, 10)) == ["ขอบคุณค่ะ", "ขอบคุณค่ะ", GOOD]
    assert texts(*again, segment(9, 10)) == ["ขอบคุณค่ะ", GOOD]


def test_real_thai_captions_are_believed_at_any_length(shared_media: Path) -> None:
    judged = 0
    for file in sorted((shared_media / "subtitles" / "th").glob("*.srt")):
        cues = read_captions(file.read_bytes(), file.name, "th", Fraction(25)).captions.cues
        whole = " ".join(cue.text.replace("\n", " ") for cue in cues)
        for length in (40, 100, 200, 400):
            for start in range(0, len(whole) - length, length):
                judged += 1
                assert regularity(whole[start : start + length]) < MOST_REGULAR
    assert judged > 1000


@given(
    st.lists(
        st.builds(
            segment,
            st.floats(-5, 70),
            st.floats(-5, 70),
            st.sampled_from([GOOD, "Welcome.", "..", "น้ำ"]),
            st.floats(0, 1),
            st.floats(-3, 0),
        ),
        max_size=12,
    )
)
def test_whatever_comes_cues_are_in_order_inside_the_clip_and_can_be_read_back(segments: list[Segment]) -> None:
    captions = captions_of(segments, PLAN)
    end_s = PLAN.skip_s
    for cue in captions.cues:
        assert end_s <= cue.start_s < cue.end_s <= PLAN.skip_s + PLAN.length_s
        end_s = cue.end_s
    if captions.cues:
        read = read_captions(to_srt(captions).encode(), "a.th.srt", "th", None).captions
        assert [cue.text for cue in read.cues] == [cue.text for cue in captions.cues]
