"""Caption files as they come in: many formats, many faults; what is repaired or left out is told."""

from __future__ import annotations

from fractions import Fraction

import pytest
from caption_factory import THAI, captions, codes, one, read, refusal, rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.text.reading import MAX_BYTES, language_of_name, read_captions
from pipeline.text.repairs import beyond


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("a.srt", "a.vtt", "a.ttml"):
        for prefix in ("", "WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n", "<tt><p begin='1s' end='2s'>", "{1}{9}"):
            try:
                found = read(prefix + text, name)
            except InputError:
                continue
            assert found.captions.cues


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (one(THAI), "a.srt"),
        (one(THAI).replace("\n", "\r"), "a.srt"),
        (one(THAI).replace("\n", "\r\r\n"), "a.srt"),
        (one(THAI).replace("\n", "\n\n"), "a.srt"),
        (one(f"<i>{{\\an8}}{THAI}</i>"), "a.srt"),
        (one(THAI).replace("\n", " X1:40 Y1:9\n", 2).replace("1 X1:40 Y1:9", "1"), "a.srt"),
        (
            f"\ufeffWEBVTT\n\nSTYLE\n::cue {{}}\n\nNOTE a --> b\n\nid\n00:01.000 --> 00:02.000 line:0\n<v Dao>{THAI}\n",
            "a.vtt",
        ),
        (f"0:00:01.000,0:00:02.000\n{THAI}\n", "a.sbv"),
        (
            f"[Script Info]\n\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,{{\\i1}}{THAI}\n",
            "a.ass",
        ),
        (f"<?xml version='1.0' encoding='tis-620'?><tt><body><p begin='1s' dur='30f'>{THAI}</p></body></tt>", "a.ttml"),
        (f"{{25}}{{50}}{{y:i}}{THAI}", "a.sub"),
        (f"[10][20]/{THAI}", "a.sub"),
        (f"00:00:01.00,00:00:02.00\n{THAI}\n", "a.sub"),
        (
            f"[INFORMATION]\n[TITLE]งาน\n[SUBTITLE]\n[COLF]&HFFFFFF,[STYLE]bd\n00:00:01.00,00:00:02.00\n{THAI}\n\n",
            "a.sub",
        ),
    ],
)
def test_every_format_gives_the_same_cue(text: str, name: str) -> None:
    assert rows(read(text, name, Fraction(25))) == [(1.0, 2.0, THAI)]


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("", "a.srt", "captions-empty"),
        ("\ufeff \r\n", "a.srt", "captions-empty"),
        (THAI, "a.srt", "captions-no-cue"),
        ("1\n00:00:0x --> 00:00:02,000\nก\n", "a.srt", "captions-no-cue"),
        (one(THAI), "a.vtt", "captions-no-header"),
        ("{25}{50}ก", "a.sub", "captions-frame-rate"),
        ("850STL30.01" + " " * 50, "a.stl", "captions-format"),
        (b"\0\0\x01\xba" + bytes(50), "a.sub", "captions-format"),
        ("[INFORMATION]\n[END INFORMATION]\n[SUBTITLE]\n", "a.sub", "captions-no-cue"),
        ("[๑๐][๒๐]ก", "a.sub", "captions-no-cue"),
        ("{๒๕}{๕๐}ก", "a.sub", "captions-no-cue"),
        ("๐:๐๐:๐๑.๐๐๐,๐:๐๐:๐๒.๐๐๐\nก", "a.sbv", "captions-no-cue"),
        ("WEBVTT\n\n๐๐:๐๑.๐๐๐ --> ๐๐:๐๒.๐๐๐\nก", "a.vtt", "captions-no-cue"),
        ("<tt><p begin='๑s' end='๒s'>ก</p></tt>", "a.ttml", "captions-no-cue"),
        ("{\\rtf1 1\n00:00:01,000 --> 00:00:02,000\nก}", "a.srt", "captions-format"),
        ("<SAMI><BODY></BODY></SAMI>", "a.smi", "captions-format"),
        ("<tt><body><p begin='1s", "a.ttml", "captions-no-cue"),
        ("<rss></rss>", "a.xml", "captions-no-cue"),
        ("x" * (MAX_BYTES + 1), "a.srt", "captions-too-big"),
    ],
)
def test_what_has_nothing_to_show_is_refused_with_words(text: str | bytes, name: str, code: str) -> None:
    assert refusal(text, name) == code


def test_entity_bombs_are_not_opened() -> None:
    bomb = '<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tt><p begin="1s" end="2s">&b;</p></tt>'
    assert refusal(bomb, "a.ttml") == "captions-unsafe-xml"
    assert refusal('<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt><p/></tt>', "a.ttml") == "captions-unsafe-xml"


def test_deeply_nested_xml_is_only_slow_to_write() -> None:
    deep = "<tt><p begin='1s' end='2s'>" + "<span>" * 50_000 + "ก" + "</span>" * 50_000 + "</p></tt>"
    assert rows(read(deep, "a.ttml")) == [(1.0, 2.0, "ก")]


def test_nothing_is_lost_without_a_word() -> None:
    found = read(
        "00:00:05,000 --> 00:00:06,000\nlate\n\n"
        "00:00:01,000 --> 00:00:03,000\nfirst\n\n"
        "00:00:02,000 --> 00:00:04,000\nsecond\n\n"
        "00:00:08,000 --> 00:00:07,000\nbackwards\n\n"
        "-00:00:02,000 --> 00:00:01,000\nnegative\n\n"
        "-00:00:03,000 --> -00:00:02,000\nnever\n\n"
        "00:00:09,00 --> 00:00:10,000\nbroken\n\n"
        "๐๐:๐๐:๑๐,๐๐๐ --> ๐๐:๐๐:๑๑,๐๐๐\nin Thai digits\n\n"
        "00:00:11 --> 00:00:12\nนํ้า\n"
    )
    assert rows(found) == [
        (0.0, 1.0, "negative"),
        (1.0, 2.0, "first"),
        (2.0, 4.0, "second"),
        (5.0, 6.0, "late"),
        (8.0, 8.834, "backwards"),
        (11.0, 12.0, "น้ำ"),
    ]
    said = {warning.code: warning.en for warning in found.warnings}
    assert sorted(said) == [
        "captions-before-zero",
        "captions-broken-times",
        "captions-ends-before-zero",
        "captions-no-length",
        "captions-normalised",
        "captions-order",
        "captions-overlap",
        "captions-whole-seconds",
    ]
    assert said["captions-before-zero"].startswith("1 captions")
    assert "“never”" in said["captions-ends-before-zero"]
    assert "“backwards”" in said["captions-no-length"]
    assert said["captions-broken-times"].startswith("2 captions")
    assert "00:00:09,00 -->" in said["captions-broken-times"]
    assert said["captions-order"].startswith("2 captions")


@pytest.mark.parametrize(
    ("times", "text", "end_s"),
    [
        ("00:00:01,000 --> 00:00:01,000", THAI, 1.834),  # 9 characters take 0.53 s: the least a cue may last
        ("00:00:01,000 --> 00:00:00,500", "ก" * 34, 3.0),  # 34 characters at 17 a second
        ("00:00:04,700 --> 00:00:04,000", "ก" * 34, 5.0),  # not into the next
        ("00:00:09,000 --> 00:00:08,000", "ก" * 34, 11.0),
    ],
)
def test_a_cue_without_length_lasts_as_long_as_it_takes_to_read_it(times: str, text: str, end_s: float) -> None:
    found = read(f"{times}\n{text}\n\n00:00:05,000 --> 00:00:06,000\nnext\n")
    assert next(row[1] for row in rows(found) if row[2] == text) == end_s
    assert "captions-no-length" in codes(found)


def test_a_cue_without_length_shares_its_time_with_one_that_starts_as_it_does() -> None:
    found = read("00:00:01,000 --> 00:00:01,000\nก\n\n00:00:01,000 --> 00:00:03,000\nข\n")
    assert rows(found) == [(1.0, 3.0, "ก\nข")]


def test_cues_beyond_the_clip_are_told_with_their_number() -> None:
    given_captions = captions((1, 2, "in"), (9, 11, "over"), (10, 12, "at the end"), (30, 31, "after"))
    kept, told = beyond(given_captions, Fraction(10))
    assert kept == captions((1, 2, "in"), (9, 10, "over"))
    assert [(note.code, note.en[0]) for note in told] == [("captions-beyond", "2"), ("captions-over-end", "1")]
    assert "“at the end”" in told[0].en
    assert beyond(given_captions, Fraction(31)) == (given_captions, ())


def test_cues_at_the_same_time_are_shown_together() -> None:
    found = read("00:00:01,000 --> 00:00:03,000\nก\n\n00:00:01,000 --> 00:00:03,000\nข\n")
    assert rows(found) == [(1.0, 3.0, "ก\nข")]


def test_words_that_look_like_numbers_or_arrows_stay() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nกข\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nก -> ข --> ค\n"
    assert [row[2] for row in rows(read(text))] == ["กข\n42", "ก -> ข --> ค"]


def test_ttml_times_nest_and_follow_its_frame_rate() -> None:
    text = (
        "<tt ttp:frameRate='24' ttp:frameRateMultiplier='1000 1001'><body begin='10s'><div>"
        "<p begin='24f' end='00:00:02:12'>one<br/>\n two</p><p><span begin='3s' end='4s'>three</span></p>"
        "<p begin='9s'>never ends</p></div></body></tt>"
    )
    found = read(text, "a.ttml")
    cues = found.captions.cues
    assert [cue.text for cue in cues] == ["one\ntwo", "three"]
    assert cues[0].start_s == 10 + Fraction(1001, 1000)
    assert cues[0].end_s == 12 + Fraction(1001, 2000)
    assert codes(found) == ["captions-broken-times"]


def test_microdvd_tells_the_rate_that_it_was_read_with() -> None:
    found = read("{1}{1}23.976\n{24}{48}a|b", "a.sub", Fraction(25))
    assert found.captions.cues[0].start_s == 24 / Fraction("23.976")
    assert found.captions.cues[0].text == "a\nb"
    assert "23.976" in found.warnings[0].en


def test_frames_and_tenths_without_an_end_last_as_long_as_it_takes_to_read_them() -> None:
    assert rows(read("{25}{}ก|ข\n{100}{125}ค", "a.sub", Fraction(25))) == [(1.0, 1.834, "ก\nข"), (4.0, 5.0, "ค")]
    assert rows(read("[10][]ก| / ข\n[40][50]ค", "a.sub")) == [(1.0, 1.834, "ก\nข"), (4.0, 5.0, "ค")]


def test_subviewer_counts_hundredths_and_marks_its_lines() -> None:
    found = read("00:00:01.50,00:00:02.25\nก[br]ข\n\n00:00:03.00,00:00:99.00\nค\n", "a.sub")
    assert rows(found) == [(1.5, 2.25, "ก\nข")]
    assert codes(found) == ["captions-broken-times"]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("clip.en.vtt", "en"),
        ("clip.th.srt", "th"),
        ("07-x.th_TH.srt", "th-TH"),
        ("clip.tha.srt", "th"),
        ("clip.zh-hant-tw.srt", "zh-Hant-TW"),
        ("clip.en.forced.srt", "en"),
        ("clip.srt", None),
        ("th.srt", None),
        ("my.talk.srt", None),
        ("clip.hd.srt", None),
        ("clip.v2.srt", None),
        ("พชอ.นาทวี.srt", None),
    ],
)
def test_a_name_says_its_language_or_nothing(name: str, language: str | None) -> None:
    assert language_of_name(name) == language


def test_who_decides_the_language() -> None:
    assert read(one(THAI)).captions.language == "th"
    assert read(one("hello")).captions.language == "und"
    assert read(one(THAI), "clip.en.srt").captions.language == "en"
    assert read_captions(one(THAI).encode(), "clip.en.srt", "lo", None).captions.language == "lo"
