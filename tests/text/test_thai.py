"""Thai text: the golden table of what must hold, and what holds for any text."""

from __future__ import annotations

import tomllib
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.card.draw import FontMeasure
from pipeline.preset.model import Face
from pipeline.text import thai
from pipeline.text.thai import WordBreaker, balanced_lines

PRESETS = Path(__file__).parents[2] / "presets"
WORDS = tuple(
    word for word in (PRESETS / "words" / "th.txt").read_text("utf-8").splitlines() if word and word[0] != "#"
)
EVENT = tomllib.loads((PRESETS / "events" / "songkhla-2565.toml").read_text("utf-8"))
NAMES = tuple(partner["name"] for partner in EVENT["partners"])
CLIMATE = "มูลนิธิเครือข่ายเมืองภาคใต้เพื่อการรับมือการเปลี่ยนแปลงสภาพภูมิอากาศ"
DISABLED = "สมาคมคนพิการจังหวัดสงขลา เรื่องศูนย์ซ่อมสร้างสุข"
# Each break that a reader of Thai accepts, as | ; hand-checked.
READ_BY_EYE = (
    "มูลนิธิ|เครือข่าย|เมือง|ภาคใต้|เพื่อ|การรับมือ|การเปลี่ยนแปลง|สภาพ|ภูมิอากาศ",
    "สมาคม|คน|พิการ|จังหวัด|สงขลา |เรื่อง|ศูนย์|ซ่อม|สร้าง|สุข",
    "เครือข่าย|อนุรักษ์|และ|พัฒนา|ลุ่มน้ำ|รัตภูมี",
    "สมาคม|พิทักษ์|สิทธิ|เขา|คูหา",
    "ยัง|สมาร์ท|ฟาร์ม|เมอร์",
    "node |flagship |สสส.|สงขลา",
    "พชอ.|นาทวี",
    "อบต.|ท่าข้าม",
    "ศูนย์|อาสา|สมัคร |มอ.",
)
HARD = (
    *("ที่่ปู่", "เด็กๆเก่งมากๆ ฯลฯ", "(ปี2566)", "“สงขลา”เมือง", "กุยนิเวียร์", "พ.ร.บ.คอมพิวเตอร์"),
    *(
        "ดูที่ https://example.org/a?b=1&c=ก นะ",
        "",
        "   ",
        "่ก",
        "ๆๆๆ",
        "👨‍👩‍👧ครอบครัว👍🏽",
        " ก",
        "( abc )",
        "ปี\u00a02565",
    ),
)
THAI_TEXT = st.text(alphabet=[chr(code) for code in range(0x0E01, 0x0E3B)] + [*"เแโใไๅๆ็่้๊๋์ํ "], max_size=24)
ANY_TEXT = st.one_of(st.text(max_size=24), THAI_TEXT, st.lists(st.sampled_from(NAMES + HARD)).map("".join))


@pytest.fixture(scope="module")
def breaker() -> WordBreaker:
    return thai.make_breaker(WORDS)


def breaks(pieces: list[str]) -> set[int]:
    return {len("".join(pieces[:index])) for index in range(1, len(pieces))}


@pytest.mark.parametrize("marked", READ_BY_EYE)
def test_w1_no_break_inside_a_word(marked: str, breaker: WordBreaker) -> None:
    assert breaks(breaker.units(marked.replace("|", ""))) <= breaks(marked.split("|"))


@given(st.sampled_from(WORDS), THAI_TEXT, THAI_TEXT)
def test_the_events_own_words_are_never_broken(word: str, before: str, after: str) -> None:
    text = before + word + after
    inside = range(len(before) + 1, len(before) + len(word))
    assert breaks(thai.make_breaker(WORDS).units(text)).isdisjoint(inside)


def check_units(text: str, units: list[str]) -> None:
    assert "".join(units) == text
    ends = {len("".join(thai.clusters(text)[:index])) for index in range(len(thai.clusters(text)) + 1)}
    assert breaks(units) <= ends
    for unit in units[1:]:
        assert unicodedata.category(unit[0]) != "Mn"
        assert unit[0] not in "ะาำๅๆฯ.,)”…"
        assert unit.strip()
    for unit in units[:-1]:
        assert unit.rstrip()[-1:] not in tuple("เแโใไ(“")


@pytest.mark.parametrize("text", HARD)
def test_w2_hard_texts(text: str, breaker: WordBreaker) -> None:
    check_units(text, breaker.units(text))


@given(ANY_TEXT)
@example("ก\u200bข")
@settings(max_examples=150, deadline=None)
def test_w2_any_text(text: str) -> None:
    check_units(text, thai.make_breaker(WORDS).units(text))


def test_an_address_is_never_broken(breaker: WordBreaker) -> None:
    assert "https://example.org/a-b/c?d=%41&e=~f " in breaker.units("ดูที่ https://example.org/a-b/c?d=%41&e=~f นะ")


@pytest.mark.parametrize("name", NAMES)
def test_w3_every_name_fits_and_says_the_same(name: str, breaker: WordBreaker) -> None:
    face = Face(family="prompt", weight=600)
    lines = balanced_lines(name, lambda text: FontMeasure().width_px(text, face, 84), 1200, 3, breaker)
    assert lines is not None
    assert max(FontMeasure().width_px(line, face, 84) for line in lines) <= 1200
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")


def test_w3_one_unit_wider_than_the_line_is_refused(breaker: WordBreaker) -> None:
    assert balanced_lines("ยังสมาร์ทฟาร์มเมอร์", len, 5, 9, breaker) is None


@given(ANY_TEXT, st.integers(1, 60), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_lines_keep_their_promises(text: str, width: int, most: int) -> None:
    breaker = thai.make_breaker(WORDS)
    lines = balanced_lines(text, len, width, most, breaker)
    if lines is None:
        assert len(text.strip()) > width
        return
    assert len(lines) <= most
    assert all(len(line) <= width and line == line.strip() and line for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if len(lines) > 1:
        assert balanced_lines(text, len, width, len(lines) - 1, breaker) is None


def test_breaks_at_a_space_of_its_own_first(breaker: WordBreaker) -> None:
    assert balanced_lines(DISABLED, thai.count, 26, 2, breaker) == tuple(DISABLED.split(" "))


def test_a_space_far_from_the_middle_is_no_reason(breaker: WordBreaker) -> None:
    lines = balanced_lines("ที่ " + CLIMATE, thai.count, 50, 2, breaker)
    assert lines is not None
    assert min(map(thai.count, lines)) > 20


def test_lines_are_as_equal_as_word_ends_allow(breaker: WordBreaker) -> None:
    lines = balanced_lines(CLIMATE, thai.count, 60, 2, breaker)
    assert lines is not None
    units = breaker.units(CLIMATE)
    splits = [max(thai.count("".join(units[:at])), thai.count("".join(units[at:]))) for at in range(1, len(units))]
    assert balanced_lines(CLIMATE, thai.count, min(splits), 2, breaker) is not None
    assert balanced_lines(CLIMATE, thai.count, min(splits) - 1, 2, breaker) is None
    narrow = balanced_lines(CLIMATE, thai.count, thai.count(CLIMATE) - 1, 2, breaker)
    assert narrow is not None
    assert max(map(thai.count, narrow)) == min(splits)


def test_a_connective_goes_with_what_follows(breaker: WordBreaker) -> None:
    name = "เครือข่ายอนุรักษ์และพัฒนาลุ่มน้ำรัตภูมี"
    assert balanced_lines(name, thai.count, 25, 2, breaker) == ("เครือข่ายอนุรักษ์", "และพัฒนาลุ่มน้ำรัตภูมี")


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


@given(ANY_TEXT)
def test_tidy_text_is_left_alone(text: str) -> None:
    tidy = thai.normalise(text)
    assert thai.normalise(tidy) == tidy


@pytest.mark.parametrize("text", NAMES)
def test_the_roster_needs_no_repair(text: str) -> None:
    assert thai.normalise(text) == text


@pytest.mark.parametrize(
    ("word", "characters"), [("ที่", 1), ("น้ำ", 2), ("ผู้ใหญ่", 4), ("กี๊ก", 2), ("ญี่ปุ่น", 3), ("ก\u200bข\n", 2)]
)
def test_n3_count(word: str, characters: int) -> None:
    assert thai.count(word) == characters


def test_clusters_are_what_readers_see() -> None:
    assert thai.clusters("เก้าอี้น้ำ") == ["เ", "ก้", "า", "อี้", "น้ำ"]


def test_d1_dates() -> None:
    day = date(2022, 12, 29)
    assert thai.thai_date(day) == "29 ธันวาคม 2565"
    assert thai.thai_date(day, short=True) == "29 ธ.ค. 65"


@pytest.mark.parametrize(
    ("first", "last", "in_thai", "in_english"),
    [
        (date(2022, 9, 27), date(2022, 9, 27), "27 กันยายน 2565", "27 September 2022"),
        (date(2022, 9, 27), date(2022, 9, 28), "27–28 กันยายน 2565", "27–28 September 2022"),
        (date(2022, 9, 30), date(2022, 10, 2), "30 กันยายน – 2 ตุลาคม 2565", "30 September – 2 October 2022"),
        (
            date(2022, 12, 31),
            date(2023, 1, 1),
            "31 ธันวาคม 2565 – 1 มกราคม 2566",
            "31 December 2022 – 1 January 2023",
        ),
    ],
)
def test_date_ranges(first: date, last: date, in_thai: str, in_english: str) -> None:
    assert thai.thai_date_range(first, last) == in_thai
    assert thai.english_date_range(first, last) == in_english


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        thai.thai_date_range(date(2022, 9, 28), date(2022, 9, 27))
