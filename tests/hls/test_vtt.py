from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipeline.hls.vtt import HEADER, Cue, placed, read_vtt, segment
from pipeline.text.cues import Captions
from pipeline.text.cues import Cue as Spoken
from pipeline.text.subtitles import to_vtt


def test_reads_what_we_write_and_leaves_escapes_alone() -> None:
    spoken = Captions(
        language="th",
        cues=(
            Spoken(start_s=Fraction(1), end_s=Fraction(2), text="ก <b>\nข & ค"),
            Spoken(start_s=Fraction(3600), end_s=Fraction(3601), text="หนึ่งชั่วโมง"),
        ),
    )
    assert list(read_vtt(to_vtt(spoken))) == [
        Cue(1000, 2000, "", "ก &lt;b&gt;\nข &amp; ค"),
        Cue(3600000, 3601000, "", "หนึ่งชั่วโมง"),
    ]


def test_reads_names_settings_notes_and_short_times() -> None:
    text = "WEBVTT\n\nNOTE ok\n\nSTYLE\n::cue{}\n\nfirst\n00:01.000 --> 00:02.500 line:10%\nก\n"
    assert list(read_vtt(text)) == [Cue(1000, 2500, " line:10%", "ก")]


def test_a_cue_over_a_segment_is_in_both_whole() -> None:
    cues = list(placed(iter([Cue(5000, 7000, "", "ข้าม")]), Fraction(0), Fraction(12)))
    first, second = (segment(cues, Fraction(a), Fraction(b)) for a, b in ((0, 6), (6, 12)))
    assert first == second == HEADER + "\n00:00:05.000 --> 00:00:07.000\nข้าม\n"
    assert HEADER == "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n"


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 9_000))),
    st.integers(0, 100_000),
    st.integers(1, 600),
    st.sampled_from([25, 30]),
)
def test_each_cue_is_in_every_segment_where_it_shows_and_never_beyond_its_entry(
    times: list[tuple[int, int]], starts: int, frames: int, rate: int
) -> None:
    cues = [Cue(start, start + length, "", str(n)) for n, (start, length) in enumerate(times)]
    begin, length_s = Fraction(starts, rate), Fraction(frames, rate)
    put = list(placed(iter(cues), begin, length_s))
    for cue in put:
        assert begin <= Fraction(cue.start_ms, 1000) < Fraction(cue.end_ms, 1000) <= begin + length_s
    for at in range(0, frames, rate * 6):
        span = begin + Fraction(at, rate), begin + Fraction(min(frames, at + rate * 6), rate)
        found = list(read_vtt(segment(put, *span)))
        assert found == [cue for cue in put if cue.start_ms < span[1] * 1000 and cue.end_ms > span[0] * 1000]
    kept = {cue.text for cue in put}
    for n, (start, length) in enumerate(times):
        if start < length_s * 1000 - 1 and length > 2:
            assert str(n) in kept
