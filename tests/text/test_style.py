"""The house style: what holds for any captions, and what becomes of some."""

from __future__ import annotations

from fractions import Fraction

import pytest
from caption_factory import captions, codes
from hypothesis import assume, example, given
from hypothesis import strategies as st
from style_rules import check_style, letters, told

from pipeline.text.cues import Captions
from pipeline.text.geometry import LINE_CHARS
from pipeline.text.style import Styled, styled
from pipeline.text.subtitles import to_srt
from pipeline.text.thai import WordBreaker, clusters, count, make_breaker

RATE = Fraction(30)
WORD = "สวัสดี"  # 4 characters
SENTENCE = "สวัสดีครับ"  # 7 characters: ส ว ส ด ค ร บ


def whole_words(text: str) -> list[str]:
    """Return units as a breaker might: a space ends one, and so does every third cluster."""
    found: list[str] = []
    for cluster in clusters(text):
        if not found or (cluster != " " and (found[-1].endswith(" ") or len(clusters(found[-1])) >= 3)):
            found.append(cluster)
        else:
            found[-1] += cluster
    return found


def shown(
    *cues: tuple[float | Fraction, float | Fraction, str], rate: Fraction = RATE, length_s: Fraction | None = None
) -> Styled:
    return styled(captions(*cues), rate, make_breaker().units, length_s)


def rows(found: Styled) -> list[tuple[float, float, str]]:
    return [(float(cue.start_s), float(cue.end_s), cue.text) for cue in found.captions.cues]


LINES = st.one_of(
    st.text(st.sampled_from("กขคนมเแาำิีู่้ๆ ab1.(“é字🎉"), max_size=60),
    st.lists(st.sampled_from([WORD, "น้ำ", "ที่", "ผู้ใหญ่", "Machine", "31", " ", " "]), max_size=40).map("".join),
)
TIMES = st.fractions(-3, 60, max_denominator=997)


@st.composite
def any_captions(draw: st.DrawFn) -> Captions:
    """Captions in any order, with any overlaps and lengths, as no reader would leave them."""
    cues = draw(
        st.lists(st.tuples(TIMES, st.fractions(0, 20, max_denominator=30), st.lists(LINES, max_size=3)), max_size=8)
    )
    made = (
        (start_s, start_s + length_s, "\n".join([*lines, f"{number}."]))  # so that no two say the same
        for number, (start_s, length_s, lines) in enumerate(cues)
    )
    return captions(*made)


RATES = st.sampled_from([Fraction(30), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(50)])


@given(given_captions=any_captions(), rate=RATES, length_s=st.none() | st.fractions(1, 70, max_denominator=97))
@example(captions((0, Fraction(1, 1000), "น้ำ " * 400)), Fraction(30), None)
@example(captions((0, 1, "ก" * 80), (1, 2, "https://example.org/" + "a" * 60)), Fraction(25), None)
@example(captions((0, 19, "ก"), (19, 19, "ข"), (19, 20, "ค")), Fraction(25), Fraction(19))
def test_any_captions_obey_or_are_told_and_no_word_is_lost(
    given_captions: Captions, rate: Fraction, length_s: Fraction | None
) -> None:
    found = styled(given_captions, rate, whole_words, length_s)
    cues = found.captions.cues
    check_style(cues, rate, found.warnings)
    seen = sorted((cue for cue in given_captions.cues if cue.end_s > 0), key=lambda cue: cue.start_s)
    begun = [cue for cue in seen if length_s is None or cue.start_s < length_s]
    left_out = len(seen) - len(begun) if cues else len(seen)
    assert told(found.warnings).get("captions-beyond", 0) == left_out
    if cues:
        assert letters(found.captions) == "".join("".join(cue.text.split()) for cue in begun)
    if length_s is not None:
        assert all(cue.end_s <= length_s for cue in cues)
        assert cues or all(cue.start_s > length_s - 1 / rate - Fraction(2, 1000) for cue in seen)


@given(given_captions=any_captions())
def test_the_style_leaves_alone_what_obeys_it(given_captions: Captions) -> None:
    first = styled(given_captions, RATE, whole_words)
    assume(not {"captions-crowded", "captions-brief"} & set(told(first.warnings)))
    again = styled(first.captions, RATE, whole_words)
    assert again.captions == first.captions
    assert not {"captions-ended", "captions-together"} & set(told(again.warnings))


@given(given_captions=any_captions())
def test_every_cue_starts_where_its_source_does(given_captions: Captions) -> None:
    found = styled(given_captions, RATE, whole_words).captions.cues
    starts_s = {cue.start_s for cue in found}
    source_s = sorted(
        max(Fraction(0), cue.start_s) for cue in given_captions.cues if cue.end_s > 0 and cue.text.strip()
    )
    apart = [b for a, b in zip([None, *source_s], source_s, strict=False) if a is None or b - a > Fraction(3, 20)]
    if len(apart) == len(source_s):  # nothing starts together
        assert all(any(abs(start_s - at_s) <= Fraction(1, 2000) for start_s in starts_s) for at_s in source_s)


@given(text=LINES.filter(lambda line: line.strip() != ""))
def test_no_line_ends_inside_a_word(text: str) -> None:
    units = make_breaker().units
    text = " ".join(text.split())
    words = units(text)
    ends = {len("".join("".join(words[:index]).split())) for index in range(len(words) + 1)}
    at = 0
    for cue in styled(captions((0, 5, text)), RATE, units).captions.cues:
        for line in cue.text.split("\n"):
            at += len("".join(line.split()))
            if not any("ก" < sign < "๛" or sign.isascii() for sign in text) or "字" in text:
                continue  # a script without spaces or words that we know: any cluster may end a line
            assert at in ends


def test_touching_cues_part_by_two_frames() -> None:
    found = shown((1, 3, WORD), (3, 5, WORD + WORD))
    assert rows(found) == [(1.0, 2.933, WORD), (3.0, 5.0, WORD + WORD)]
    assert found.warnings == ()
    assert rows(shown((1, 3, WORD), (3, 5, "ข"), rate=Fraction(25)))[0][1] == 2.92


def test_a_brief_cue_is_lengthened_as_far_as_there_is_room() -> None:
    assert rows(shown((1, 1.2, WORD))) == [(1.0, 1.834, WORD)]
    near = shown((1, 1.2, "ก"), (1.6, 3, WORD))
    assert rows(near)[0] == (1.0, 1.533, "ก")
    assert codes(near) == ["captions-brief"]
    assert "1:01" not in near.warnings[0].en
    assert "0:01 “ก”" in near.warnings[0].en
    assert rows(shown((1, 1.2, WORD), length_s=Fraction(3, 2))) == [(1.0, 1.5, WORD)]


def test_a_long_cue_is_split_where_its_phrases_end() -> None:
    first, second = SENTENCE * 4, WORD * 8
    assert [row[2] for row in rows(shown((10, 16, f"{first} {second}")))] == [f"{first}\n{second}"]
    three = shown((10, 18, f"{SENTENCE * 6} {SENTENCE * 6} {SENTENCE * 6}"))
    assert [cue.text.replace("\n", "") for cue in three.captions.cues] == [SENTENCE * 6] * 3
    lengths_s = [cue.end_s - cue.start_s for cue in three.captions.cues]
    assert max(lengths_s) - min(lengths_s) <= Fraction(2, 1000)
    assert three.captions.cues[-1].end_s == 18


def test_own_lines_that_fit_stay() -> None:
    assert rows(shown((1, 4, "- ไปไหนมา\n- ไปตลาด")))[0][2] == "- ไปไหนมา\n- ไปตลาด"


def test_what_stays_too_long_is_split_or_ends_after_seven_seconds() -> None:
    split = shown((0, 10, f"{SENTENCE * 2} {SENTENCE * 2}"))
    assert [cue.text for cue in split.captions.cues] == [SENTENCE * 2] * 2
    assert split.captions.cues[-1].end_s == 10
    assert "captions-ended" not in codes(split)
    ended = shown((0, 10, SENTENCE))
    assert rows(ended) == [(0.0, 7.0, SENTENCE)]
    assert codes(ended) == ["captions-ended"]
    assert "0:00 “" in ended.warnings[0].en


def test_too_fast_tells_the_number_and_the_worst() -> None:
    found = shown((0, 1, "ก" * 34), (2, 3, "ข" * 18), (4, 5, "ค" * 17), (61, 62, "ง" * 35))
    (warning,) = found.warnings
    assert warning.code == "captions-fast"
    assert warning.en.startswith("3 captions")
    assert "1:01 “งง" in warning.en
    assert "(35.0 per second)" in warning.en
    assert "17" in warning.th


def test_more_words_than_time_stay_readable_words() -> None:
    found = shown((0, Fraction(1, 10), f"{SENTENCE} " * 60), (Fraction(1, 5), 2, "ข"))
    assert letters(found.captions) == SENTENCE * 60 + "ข"
    assert {"captions-fast", "captions-brief", "captions-crowded"} <= set(codes(found))
    assert len(to_srt(found.captions).split(" --> ")) == len(found.captions.cues) + 1


def test_cues_that_start_together_are_shown_together() -> None:
    found = shown((1, 3, "ก"), (1.05, 3, "ข"), (5, 6, "ค"))
    assert [row[2] for row in rows(found)] == ["ก\nข", "ค"]
    assert codes(found) == ["captions-together"]


def test_what_begins_with_the_last_frame_is_shown_with_what_is_before() -> None:
    late = Fraction(99_999, 10_000)
    joined = shown((7, 9, "ก"), (late, 12, "ข"), length_s=Fraction(10))
    assert rows(joined) == [(7.0, 10.0, "ก\nข")]
    assert codes(joined) == ["captions-together"]
    assert rows(shown((7, 9, "ก"), (9.96, 12, "ข"), length_s=Fraction(10)))[1] == (9.96, 10.0, "ข")


@pytest.mark.parametrize("start_s", [Fraction(99_999, 10_000), Fraction(10), Fraction(30)])
def test_what_could_be_seen_in_no_frame_is_left_out_and_told(start_s: Fraction) -> None:
    alone = shown((start_s, start_s + 2, "ข"), length_s=Fraction(10))
    assert alone.captions.cues == ()
    assert codes(alone) == ["captions-beyond"]
    assert "“ข”" in alone.warnings[0].en


def test_an_address_is_never_cut() -> None:
    address = "https://example.org/" + "a" * 40
    found = shown((0, 6, f"ดูที่ {address} นะ"))
    assert any(address in line for cue in found.captions.cues for line in cue.text.split("\n"))
    assert "captions-wide" in codes(found)


@pytest.mark.parametrize("text", ["字幕をつけるときは、" * 6, "ສະບາຍດີ" * 12])
def test_scripts_without_spaces_fit_all_the_same(text: str) -> None:
    found = shown((0, 12, text))
    assert all(count(line) <= LINE_CHARS for cue in found.captions.cues for line in cue.text.split("\n"))
    assert not any(line.startswith("、") for cue in found.captions.cues for line in cue.text.split("\n"))
    assert letters(found.captions) == text


def test_names_of_several_latin_words_and_figures_stay_together() -> None:
    found = shown((0, 6, "แต่สิ่งที่อยู่ใน visual cortex ที่ฉลาดมากของคุณ"))
    assert any("visual cortex" in line for line in found.captions.cues[0].text.split("\n"))


def test_the_events_own_words_are_kept_whole_over_time() -> None:
    own = "สมาร์ทฟาร์มเมอร์"
    text = own * 12
    found = styled(captions((0, 9, text)), RATE, WordBreaker([own]).units)
    for cue in found.captions.cues:
        assert all(line.replace(own, "") == "" for line in cue.text.split("\n"))
