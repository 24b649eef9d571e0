"""Caption files as they are written: they read back the same, here and elsewhere, and hold no command."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from caption_factory import THAI, captions, codes, one, read, rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.cues import Captions
from pipeline.text.markup import inert, with_other_brackets
from pipeline.text.subtitles import to_srt, to_vtt
from pipeline.text.thai import normalise

MS = Fraction(1, 1000)


# Round trips

LINES = st.text(st.sampled_from("กขคนมเแาำิีู่้ๆ abcXYZ019&<>{}\\-.!/:'\"é字🎉"), min_size=1, max_size=20)
TEXTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@st.composite
def any_captions(draw: st.DrawFn) -> Captions:
    """Captions one after another whose times are any fractions, and whose text is as reading leaves it."""
    at_s, cues = Fraction(0), []
    for text in draw(st.lists(TEXTS, min_size=1, max_size=5)):
        start_s = at_s + draw(st.fractions(0, 4000, max_denominator=90_000))
        at_s = start_s + draw(st.fractions(Fraction(1, 100), 9, max_denominator=90_000))
        cleaned = inert(normalise(with_other_brackets(inert(text))))
        cues.append((start_s, at_s, cleaned if cleaned == inert(normalise(cleaned)) else THAI))
    return captions(*((start, end, text or THAI) for start, end, text in cues))


@pytest.mark.parametrize(("write", "name"), [(to_srt, "a.th.srt"), (to_vtt, "a.th.vtt")])
@given(original=any_captions())
def test_written_captions_read_back_the_same_within_a_millisecond(write: object, name: str, original: Captions) -> None:
    assert callable(write)
    found = read(write(original), name)
    assert found.warnings == ()
    assert found.captions.language == "th"
    assert [cue.text for cue in found.captions.cues] == [cue.text for cue in original.cues]
    for before, after in zip(original.cues, found.captions.cues, strict=True):
        assert abs(before.start_s - after.start_s) <= MS
        assert abs(before.end_s - after.end_s) <= MS


@given(original=any_captions())
def test_another_program_reads_what_we_write(original: Captions) -> None:
    import pysubs2  # noqa: PLC0415 - an independent reader, for this test alone

    for text, form in ((to_srt(original), "srt"), (to_vtt(original), "vtt")):
        events = pysubs2.SSAFile.from_string(text, format_=form).events
        assert len(events) == len(original.cues)
        for event, cue in zip(events, original.cues, strict=True):
            assert abs(event.start - cue.start_s * 1000) <= 1
            assert abs(event.end - cue.end_s * 1000) <= 1


@given(st.lists(st.fractions(0, 3, max_denominator=5000), min_size=2, max_size=12, unique=True))
def test_rounding_never_turns_a_cue_round_nor_makes_two_overlap(times: list[Fraction]) -> None:
    times.sort()
    original = captions(*((a, b, THAI) for a, b in pairwise(times)))
    found = read(to_srt(original))
    assert len(found.captions.cues) == len(original.cues)
    assert "captions-overlap" not in codes(found)


# What the files look like


def test_srt_golden() -> None:
    text = to_srt(captions((0, Fraction("1.2345"), "น้ำ\nที่นี่"), (Fraction(3661), Fraction("3662.9995"), "A & B < C")))
    assert text == ("1\n00:00:00,000 --> 00:00:01,235\nน้ำ\nที่นี่\n\n2\n01:01:01,000 --> 01:01:03,000\nA & B < C\n")


def test_vtt_golden_escapes() -> None:
    text = to_vtt(captions((0, 1, "A & B < C"), (1, 2, "x --> y")))
    assert text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nA &amp; B &lt; C\n\n00:00:01.000 --> 00:00:02.000\nx --&gt; y\n"
    )


def test_what_lies_before_zero_is_not_written() -> None:
    moved = captions((1, 2, "gone"), (2, 5, "half"), (5, 6, "whole")).shifted(Fraction(-3))
    assert to_srt(moved) == "1\n00:00:00,000 --> 00:00:02,000\nhalf\n\n2\n00:00:02,000 --> 00:00:03,000\nwhole\n"


# Hostile text

HOSTILE = [
    r"{\p1}m 0 0 l 9 9{\p0}ก",
    "<script>alert(1)</script>ก",
    r"ก{\fs200}ข",
    r"{\fs200",
    r"C:\New\hot\n",
    "<scr<script>ipt>ก",
    r"{\an{\an8}8}ก",
    "&lt;script&gt;ก",
    "<img src=x onerror=alert(1)>ก",
    "ก --> 00:00:09,000",
    "<" * 40 + "b" + ">" * 40 + "ก",
    "ก\u2028ข\x00\x07",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n"])
def test_no_command_survives(text: str, head: str) -> None:
    made = [captions((1, 2, text))]
    if "-->" not in text and "\0" not in text:  # a time line of its own, and not text at all
        made.append(read(head + one(text).replace(",", "."), "a.vtt" if head else "a.srt").captions)
    for given_captions in made:
        srt = to_srt(given_captions).split("\n", 2)[2]
        vtt = to_vtt(given_captions).split("\n", 3)[3]
        for written in (srt, vtt):
            assert "<s" not in written.lower()
            assert "<i" not in written.lower()
            assert "<b" not in written.lower()
            assert "{\\" not in written
            assert "-->" not in written
            assert "\x00" not in written


def test_escaped_entities_in_vtt_are_letters_and_stay_escaped() -> None:
    found = read("WEBVTT\n\n00:01.000 --> 00:02.000\n&lt;b&gt; R&amp;D &nbsp;x\n", "a.vtt")
    assert rows(found)[0][2] == "<b> R&D \u00a0x"
    assert "&lt;b&gt; R&amp;D" in to_vtt(found.captions)
    assert "‹b›" in to_srt(found.captions)
