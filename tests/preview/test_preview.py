"""The contact sheet: everything on it once, faults found and told, the page whole and readable."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import Stage, set_stage

from pipeline.preset.load import load
from pipeline.preset.model import Book
from pipeline.preview.exhibits import exhibits
from pipeline.preview.make import SHEET, Preview, make_preview

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "deliver"))
from browser import ask, picture  # noqa: E402 - lies beside the other pages' tests

CARDS = """
[[cards]]
id = "hello"
kind = "opener"
[[cards]]
id = "pause"
kind = "break"
title = "พัก"
"""


def set_up(folder: Path, *changes: tuple[str, str]) -> Stage:
    """A small event of two partners and two cards."""
    stage = set_stage(folder)
    path = stage.presets / "events" / "small.toml"
    text = path.read_text("utf-8")
    text = text[: text.index('[[partners]]\nid = "three"')].replace("[slate]", CARDS + "[slate]")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, "utf-8")
    return stage


def preview(stage: Stage) -> Preview:
    return make_preview(load(stage.presets), stage.presets / "templates", lambda *_: None)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Preview:
    return preview(set_up(tmp_path_factory.mktemp("sheet"), ("กลุ่มผู้ใหญ่ใจดี", "<script>alert(1)</script> & Co.")))


def book() -> Book:
    return load(ROOT / "presets")


def test_the_whole_roster_is_on_it_once_at_every_layout() -> None:
    wanted = list(exhibits(book()))
    names = [each.name for each in wanted]
    assert len(names) == len(set(names)) == 31 * (5 + 4 + 4) + 4 * 4 + 1 + 4
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    layouts = {each.frame.layout: (each.frame.width_px, each.frame.height_px) for each in wanted}
    assert layouts == {"wide": (1920, 1080), "square": (1080, 1080), "portrait": (1080, 1350),
                       "tall": (1080, 1920), "link": (1200, 630)}  # fmt: skip


def test_a_good_event_has_no_fault_and_a_picture_of_everything(good: Preview) -> None:
    assert good.bad == ()
    assert len(good.shown) == 2 * (5 + 4 + 4) + (5 + 4)
    for each in good.shown:
        with Image.open(io.BytesIO(bytes(good.package[f"preview/{each.file}"]))) as small:  # type: ignore[arg-type]
            assert small.size == each.size
            assert small.height == 540
    with Image.open(io.BytesIO(bytes(good.package[SHEET]))) as sheet:  # type: ignore[arg-type]
        assert sheet.height > 4 * 180
        assert sheet.width > 4 * 320
    page = str(good.package["preview/index.html"])
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co." in page
    assert list(good.package)[-1] == "preview/index.html"


FAULTS: dict[str, tuple[tuple[str, str], str]] = {
    "no glyph": (("มูลนิธิที่หนึ่ง", "มูลนิธิ 字"), "glyph-missing"),
    "no glyph in the recap": (("[slate]", '[recap]\ntitle = "ประมวล 字"\n\n[slate]'), "glyph-missing"),
    "no contrast": (
        ("[slate]", '[[themes]]\nid = "dark"\nname = "มืด"\naccent = "#0A3440"\n\n[slate]'),
        "card-contrast",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_found_told_and_ends_with_2(tmp_path: Path, name: str) -> None:
    change, code = FAULTS[name]
    more = [('name = "มูลนิธิที่หนึ่ง"', 'name = "มูลนิธิที่หนึ่ง"\ntheme = "dark"')] if name == "no contrast" else []
    stage = set_up(tmp_path, change, *more)
    done = stage.showcase("preview", "--json")
    assert done.returncode == 2, done.stderr
    found: Any = json.loads(done.stdout)
    codes = {problem["code"] for card in found["cards"] for problem in card["problems"]}
    assert codes == {code}
    assert Path(found["sheet"]).is_file()
    page = (stage.media_out / "preview" / "index.html").read_text("utf-8")
    assert 'class="fault"' in page
    said = stage.showcase("preview", "--lang", "en")
    assert said.returncode == 2
    assert "字" in said.stderr or name == "no contrast"


def test_pictures_of_what_is_gone_go(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    assert stage.showcase("preview").returncode == 0
    assert (stage.media_out / "preview" / "break-pause-wide.jpg").is_file()
    event = stage.presets / "events" / "small.toml"
    event.write_text(event.read_text("utf-8").replace(CARDS, ""), "utf-8")
    assert stage.showcase("preview").returncode == 0
    assert not (stage.media_out / "preview" / "break-pause-wide.jpg").exists()
    assert (stage.media_out / "preview" / "title-one-wide.jpg").is_file()


@pytest.mark.parametrize("width_px", [390, 1440])
def test_the_page_fits_a_phone_and_a_desktop(good: Preview, tmp_path: Path, width_px: int) -> None:
    from pipeline.store.publish import deliver  # noqa: PLC0415 - this test alone writes

    deliver(tmp_path, good.package)
    page = tmp_path / "preview" / "index.html"
    told = ask(page, "return { wide: doc.documentElement.scrollWidth, pictures: doc.images.length };", width_px)
    assert told == {"wide": width_px, "pictures": len(good.shown)}
    with Image.open(picture(page, tmp_path / "shot.png", width_px)) as shot:
        colours = shot.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 500  # pictures are there, not their frames alone
