"""What Thai text is tried on: names, hard cases, any text; and what is true of all units."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

from hypothesis import strategies as st

from pipeline.text import thai

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


def breaks(pieces: list[str]) -> set[int]:
    return {len("".join(pieces[:index])) for index in range(1, len(pieces))}


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
