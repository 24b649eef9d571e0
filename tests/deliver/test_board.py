from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import ask, picture
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_event import TEMPLATES, Page, book, broken_addresses, catalog, page_of, write
from PIL import Image

from pipeline.deliver.board import STATES, board, input_json, readiness
from pipeline.errors import PresetError
from pipeline.reasons import Reason
from pipeline.store.catalog import Catalog, InputRow
from pipeline.store.package import Copy, Package

BOOK = book()
CATALOG = catalog(BOOK.event)
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def made() -> Package:
    return board(CATALOG, BOOK, TEMPLATES)


def with_input(path: str, said: str = "why") -> Catalog:
    row = InputRow(
        path=path,
        kind="other",
        outcome="reject",
        partner=None,
        state="unused",
        reasons=(Reason(code="unknown-file", th=said, en=said),),
    )
    return CATALOG.model_copy(update={"inputs": (row,)})


def test_board_json_has_the_structure_of_the_contract() -> None:
    text = made()["board/board.json"]
    assert isinstance(text, str)
    said = json.loads(text)
    assert said["summary"] == {"ready": 23, "expected": 31, "photos": 34}
    assert said["event"]["name"] == "งานวันพลเมืองสงขลา 2565"
    assert [row["number"] for row in said["partners"]] == list(range(1, 32))
    assert said["partners"][0] == {
        "number": 1,
        "id": "songkhla-community-foundation",
        "name": "มูลนิธิชุมชนสงขลา",
        "name_en": None,
        "theme": "sustainable-environment",
        "state": "ready",
        "clip": "clips/01-มูลนิธิชุมชนสงขลา.mp4",
        "superseded": ["clips/เก่า/01-ร่าง.mp4"],
        "reasons": [],
    }
    assert [row["path"] for row in said["inputs"]] == [row.path for row in CATALOG.inputs]
    assert set(said["inputs"][0]) == {"path", "kind", "outcome", "partner", "state", "reasons"}
    assert said["inputs"][1]["for"] == "clips/01-มูลนิธิชุมชนสงขลา.mp4"
    assert [set(reason) for reason in said["inputs"][2]["reasons"]] == [{"code", "th", "en"}]


def test_a_file_used_by_no_other_has_no_for() -> None:
    assert "for" not in input_json(CATALOG.inputs[0])


def test_every_partner_has_a_tile_in_roster_order_with_its_state_in_words() -> None:
    page = page_of(made(), "board/index.html")
    tiles = [attrs for attrs in page.all("li") if attrs.get("class") == "partner"]
    assert [tile["id"] for tile in tiles] == [partner.id for partner in BOOK.event.partners]
    assert [tile["data-state"] for tile in tiles] == [row.state for row in CATALOG.partners]
    for words in STATES.values():
        assert words.th in page.text
        assert words.en in page.text


def test_the_page_says_how_many_are_ready_and_puts_problems_first() -> None:
    page = page_of(made(), "board/index.html")
    assert "พร้อมReady 23 / 31" in page.text
    assert page.text.index("ต้องแก้ไขก่อน") < page.text.index("ตามลำดับ")
    assert "ไฟล์วิดีโอขาดตอน มาถึงเพียง 62 %" in page.text
    assert "ส่งคลิปโดยตั้งชื่อว่า 05-mueang-phak-tai-climate.mp4" in page.text
    assert "ยังไม่ทราบว่าเป็นหน่วยงานใด" in page.text


def test_files_not_used_and_files_with_warnings_are_listed_with_their_reasons() -> None:
    text = page_of(made(), "board/index.html").text
    unused, noted = text.index("ไฟล์ที่ไม่ได้ใช้"), text.index("ใช้แล้ว แต่ควรรู้")
    assert unused < text.index("notes.docx") < noted < text.index("คลิปยาว 4 นาที")
    assert unused < text.index("clips/เก่า/01-ร่าง.mp4") < noted


def test_a_board_without_trouble_says_so_by_having_no_such_sections() -> None:
    rows = tuple(row for row in CATALOG.partners if row.state == "ready")
    calm = CATALOG.model_copy(update={"inputs": (), "partners": rows})
    text = page_of(board(calm, BOOK, TEMPLATES), "board/index.html").text
    assert "ต้องแก้ไขก่อน" not in text
    assert "ไฟล์ที่ไม่ได้ใช้" not in text


def test_every_address_leads_somewhere() -> None:
    assert broken_addresses(made(), CATALOG) == []


def test_the_same_catalog_gives_the_same_package() -> None:
    assert made() == made()


def test_what_ships_is_there() -> None:
    copies = [content for content in made().values() if isinstance(content, Copy)]
    assert copies
    assert all(copy.source.is_file() for copy in copies)


def test_names_that_are_markup_stay_words() -> None:
    partner = BOOK.event.partners[0].model_copy(update={"name": HOSTILE})
    rows = (CATALOG.partners[0].model_copy(update={"partner": partner, "clip": HOSTILE}), *CATALOG.partners[1:])
    hostile = with_input(f"{HOSTILE}.mp4", HOSTILE).model_copy(update={"partners": rows})
    page = page_of(board(hostile, BOOK, TEMPLATES), "board/index.html")
    assert all(attrs.get("src") == "page.js" for attrs in page.all("script"))
    assert page.all("img") == []
    assert page.text.count(HOSTILE) >= 3
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


def test_a_name_that_is_not_unicode_survives_in_json_and_can_be_written() -> None:
    path = b"caf\xe9.mp4".decode("utf-8", "surrogateescape")
    package = board(with_input(path), BOOK, TEMPLATES)
    for name in ("board/board.json", "board/index.html"):
        content = package[name]
        assert isinstance(content, str)
        content.encode("utf-8")
    text = package["board/board.json"]
    assert isinstance(text, str)
    assert json.loads(text)["inputs"][0]["path"] == path


def test_a_file_name_cannot_turn_the_writing_direction() -> None:
    text = page_of(board(with_input("photo\u202egpj.exe"), BOOK, TEMPLATES), "board/index.html").text
    assert "photo\ufffdgpj.exe" in text


@settings(max_examples=25, deadline=None)
@given(path=st.text(min_size=1, max_size=40), said=st.text(max_size=40))
def test_no_input_changes_the_elements_of_the_page(path: str, said: str) -> None:
    made_page = board(with_input(path, said), BOOK, TEMPLATES)["board/index.html"]
    calm = board(with_input("path", "other"), BOOK, TEMPLATES)["board/index.html"]
    assert isinstance(made_page, str)
    assert isinstance(calm, str)
    other = board(with_input("path", "said"), BOOK, TEMPLATES)["board/index.html"]
    assert isinstance(other, str)
    assert Page(made_page).elements == Page(calm).elements == Page(other).elements


@given(path=st.text(max_size=40))
def test_json_gives_back_any_path(path: str) -> None:
    rows = readiness(with_input(path), BOOK)["inputs"]
    assert json.loads(json.dumps(rows))[0]["path"] == path


def test_a_broken_template_is_the_presets_fault_and_named(tmp_path: Path) -> None:
    for file in TEMPLATES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "board.html.j2").write_text("{{ no_such_name }}", "utf-8")
    with pytest.raises(PresetError, match=r"board\.html\.j2") as caught:
        board(CATALOG, BOOK, tmp_path)
    assert caught.value.code == "template-broken"


@pytest.mark.parametrize("width_px", [390, 1280])
def test_the_board_fits_its_screen(tmp_path: Path, width_px: int) -> None:
    write(made(), tmp_path)
    page = tmp_path / "board" / "index.html"
    script = """await doc.fonts.ready;
      return { wide: doc.documentElement.scrollWidth, ground: win.getComputedStyle(doc.body).backgroundColor,
               faces: [...doc.fonts].filter((face) => face.status === "loaded").length };"""
    answer = ask(page, script, width_px)
    assert answer["wide"] == width_px
    assert answer["ground"] == "rgb(246, 249, 248)"
    assert answer["faces"] >= 2
    with Image.open(picture(page, tmp_path / "board.png", width_px)) as image:
        assert image.width == width_px
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 100


def test_the_reader_can_choose_english(tmp_path: Path) -> None:
    write(made(), tmp_path)
    script = """const seen = () => doc.querySelector("h1").innerText;
      const thai = seen(); doc.getElementById("in-en").click(); return [thai, seen(), doc.documentElement.lang];"""
    assert ask(tmp_path / "board" / "index.html", script) == ["พร้อม 23 / 31", "Ready 23 / 31", "en"]
