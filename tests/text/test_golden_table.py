"""The golden table of Thai text, row by row: W words, N forms, E encodings, V markup, D dates, F file names."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from caption_factory import captions, codes, one, read, refusal, rows
from golden_rows import HARD, NAMES, READ_BY_EYE, WORDS, breaks, check_units

from pipeline.card.fonts import load
from pipeline.media.identity import safe_name
from pipeline.preset.model import Face
from pipeline.text import thai
from pipeline.text.dates import thai_date
from pipeline.text.lines import balanced_lines
from pipeline.text.subtitles import to_vtt
from pipeline.text.thai import WordBreaker


@pytest.fixture(scope="module")
def breaker() -> WordBreaker:
    return thai.make_breaker(WORDS)


@pytest.mark.parametrize("marked", READ_BY_EYE)
def test_w1_no_break_inside_a_word(marked: str, breaker: WordBreaker) -> None:
    assert breaks(breaker.units(marked.replace("|", ""))) <= breaks(marked.split("|"))


@pytest.mark.parametrize("text", HARD)
def test_w2_hard_texts(text: str, breaker: WordBreaker) -> None:
    check_units(text, breaker.units(text))


@pytest.mark.parametrize("name", NAMES)
def test_w3_every_name_fits_and_says_the_same(name: str, breaker: WordBreaker) -> None:
    measure = load(Face(family="prompt", weight=600), 84).getlength
    lines = balanced_lines(name, measure, 1200, 3, breaker)
    assert lines is not None
    assert max(map(measure, lines)) <= 1200
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")


def test_w3_a_unit_wider_than_the_line_is_refused(breaker: WordBreaker) -> None:
    assert (
        balanced_lines("สมาร์ทฟาร์มเมอร์", load(Face(family="prompt", weight=600), 84).getlength, 200, 9, breaker) is None
    )


def test_n1_nfkc_would_take_am_apart() -> None:
    assert unicodedata.normalize("NFC", "น้ำ") == "น้ำ" != unicodedata.normalize("NFKC", "น้ำ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ที่่", "ที่"),
        ("น\u0e49\u0e4dา", "น้ำ"),
        ("น\u0e4d\u0e49า", "น้ำ"),
        ("เเมว", "แมว"),
        ("ผ\u0e49\u0e39", "ผู้"),
        ("ก\u200bข", "กข"),
        ("ท\u0e48\u0e35", "ที่"),
        ("สระะะ  มากกก", "สระะะ  มากกก"),
    ],
)
def test_n2_safe_repairs(typed: str, meant: str) -> None:
    assert thai.normalise(typed) == meant


@pytest.mark.parametrize(
    ("word", "characters"), [("ที่", 1), ("น้ำ", 2), ("ผู้ใหญ่", 4), ("กี๊ก", 2), ("ญี่ปุ่น", 3), ("ก\u200bข\n", 2)]
)
def test_n3_count(word: str, characters: int) -> None:
    assert thai.count(word) == characters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16", "utf-16-le", "utf-16-be"])
def test_e1_one_cue_in_seven_encodings(encoding: str) -> None:
    assert rows(read(one("สวัสดีครับ").encode(encoding))) == [(1.0, 2.0, "สวัสดีครับ")]


@pytest.mark.parametrize(("text", "encoding"), [("Café déjà vu", "cp1252"), ("Привет, как дела?", "cp1251")])
def test_e2_other_old_encodings_are_refused_with_words(text: str, encoding: str) -> None:
    assert refusal(one(text).encode(encoding)) == "captions-encoding"


@pytest.mark.parametrize(
    ("text", "name", "row", "told"),
    [
        (one("ก").replace("\n", "\r"), "a.srt", (1.0, 2.0, "ก"), []),
        (one("ก").replace(",000", ""), "a.srt", (1.0, 2.0, "ก"), ["captions-whole-seconds"]),
        ("\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\nก\n", "a.vtt", (1.0, 2.0, "ก"), []),
        ("00:00:02,000 --> 00:00:01,000\nก\n", "a.srt", (2.0, 2.834, "ก"), ["captions-no-length"]),
    ],
)
def test_e3_nothing_is_lost_silently(text: str, name: str, row: tuple[float, float, str], told: list[str]) -> None:
    found = read(text, name)
    assert rows(found) == [row]
    assert codes(found) == told


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \r\n"])
def test_e3_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data) == "captions-empty"


def test_v1_vtt_is_escaped() -> None:
    assert "A &amp; B &lt; C" in to_vtt(captions((0, 1, "A & B < C")))


def test_d1_dates() -> None:
    day = date(2022, 12, 29)
    assert thai_date(day) == "29 ธันวาคม 2565"
    assert thai_date(day, thai_digits=True) == "๒๙ ธันวาคม ๒๕๖๕"
    assert thai_date(day, short=True) == "29 ธ.ค. 65"


@pytest.mark.parametrize("text", ["พชอ.", "พชอ. ", "พชอ.นาทวี.", *(name * 2 for name in NAMES)])
def test_f1_file_names(text: str) -> None:
    name = safe_name(text, "0f3a")
    assert not name.endswith(".")
    assert len(name.encode()) <= 200
    assert unicodedata.category(name[-1]) != "Mn"
    assert name != safe_name(text + "ก", "77b1")
