"""The operator page in Chromium: it fits, says nothing to the console, changes the order, and plays the channel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import show_factory
from air_stand import TEMPLATES, serving
from chrome import Chrome, chrome
from conftest import missing
from PIL import Image
from show_factory import PARTS, START, Part

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.serve.air import HLS_JS
from pipeline.serve.stage import Stage
from pipeline.show.changes import CHANGES_FILE, read_changes
from pipeline.show.channel import Airing
from pipeline.show.model import SHOW_FILE, Show, read_show, show_text
from pipeline.store.publish import deliver

HOSTILE = """<script>document.title="run"</script>"'><img src=x onerror=alert(1)>&amp;"""
LONG = "มูลนิธิเพื่อการพัฒนาคุณภาพชีวิตและสิ่งแวดล้อมลุ่มน้ำทะเลสาบสงขลาอย่างยั่งยืนและเป็นธรรมแห่งประเทศไทย"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def need_packages() -> None:
    if not (HLS_JS / "dist" / "hls.min.js").is_file() or not AXE.is_file():
        missing("hls.js and axe-core (make setup)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chrome() as found:
        yield found


def on_disk(out: Path) -> Show:
    """A show of forty entries, some with titles that want to be more than text; no media."""
    parts = [*PARTS, *(Part(f"more-{n}", 1800, LONG, session="afternoon") for n in range(35))]
    items = show_factory.entries((Part("on-air", 5400, LONG), Part("hostile", 64, HOSTILE), *parts))
    made = show_factory.show(items)
    (out / "show").mkdir(parents=True)
    (out / SHOW_FILE).write_text(show_text(made), "utf-8")
    (out / "playlists").mkdir()
    for name in ("show.m3u8", "show.xspf", "obs-scenes.json"):
        (out / "playlists" / name).write_text("x", "utf-8")
    for entry in made.items[:8]:
        if entry.poster:
            (out / entry.poster).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (320, 180), "#084858").save(out / entry.poster)
    return made


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    need_packages()
    on_disk(tmp_path)
    begun_s, starts_s = time.time(), START.timestamp() + 20
    stage = Stage(
        out=tmp_path, templates=TEMPLATES, token=None, redeliver=None, clock=lambda: starts_s + time.time() - begun_s
    )
    with serving(stage) as port:
        yield tmp_path, port


def see(browser: Chrome, port: int, width_px: int) -> None:
    browser.open(f"http://127.0.0.1:{port}/air/", width_px)
    browser.until("document.querySelector('#order [data-key]')")
    browser.until("!document.querySelector('#clock').textContent.includes('-')")


@pytest.mark.parametrize("width_px", [390, 1280, 1920])
@pytest.mark.parametrize("lang", ["th", "en"])
def test_it_fits_and_complains_of_nothing(
    browser: Chrome, page: tuple[Path, int], width_px: int, lang: str, tmp_path: Path
) -> None:
    see(browser, page[1], width_px)
    browser.run(f"document.getElementById('in-{lang}').click()")
    browser.until(f"document.documentElement.lang === '{lang}'")
    assert browser.run("document.documentElement.scrollWidth") <= width_px
    wide = """[...document.querySelectorAll('body *')].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width && !node.closest('.unseen') && (box.right > innerWidth + 1 || box.left < -1);
    }).map((node) => node.outerHTML.slice(0, 120))"""
    assert browser.run(wide) == []
    small = """[...document.querySelectorAll('button, input:not([type=radio])')].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width && (box.width < 44 || box.height < 44);
    }).map((node) => node.outerHTML.slice(0, 120))"""
    assert browser.run(small) == []
    assert browser.complaints == []
    browser.picture(tmp_path / f"air-{width_px}-{lang}.png")


@pytest.mark.parametrize("width_px", [390, 1920])
def test_axe_finds_nothing(browser: Chrome, page: tuple[Path, int], width_px: int) -> None:
    see(browser, page[1], width_px)
    browser.run(AXE.read_text("utf-8") + ";0")
    found = browser.run(
        "axe.run().then((told) => told.violations.map((each) =>"
        " [each.id, each.nodes.map((node) => node.html + node.failureSummary)]))"
    )
    assert found == []


def test_titles_are_shown_and_never_run(browser: Chrome, page: tuple[Path, int]) -> None:
    see(browser, page[1], 1280)
    assert browser.run("document.querySelector('#next li span:nth-child(2)').textContent") == HOSTILE
    assert browser.run("document.querySelector('[data-key=hostile] .name').textContent") == HOSTILE
    assert browser.run("document.querySelectorAll('main script, main img[src=x]').length") == 0
    assert "run" not in browser.run("document.title")


def test_time_left_goes_down_with_the_servers_clock(browser: Chrome, page: tuple[Path, int]) -> None:
    see(browser, page[1], 1280)
    assert browser.run("document.querySelector('#clock').textContent").startswith("09:00:2")
    left = browser.run("document.querySelector('#remaining').textContent")
    minutes, seconds = map(int, left.split(":"))
    assert 120 < 60 * minutes + seconds <= 160
    browser.until(f"document.querySelector('#remaining').textContent !== '{left}'")
    assert "ตรงเวลา" in browser.run("document.querySelector('#drift').textContent")


def test_a_press_of_hold_reaches_the_order_file_and_back(browser: Chrome, page: tuple[Path, int]) -> None:
    out, port = page
    see(browser, port, 1280)
    browser.run("document.querySelector('[data-key=two] [data-act=hold]').focus()")
    browser.press("Enter")
    browser.until("document.querySelector('[data-key=two] [data-act=put-back]')")
    assert read_changes((out / CHANGES_FILE).read_text("utf-8")).hold == ("two",)
    assert browser.run("document.querySelector('#pending').hidden") is False
    browser.run("document.querySelector('[data-key=two] [data-act=put-back]').click()")
    browser.until("document.querySelector('[data-key=two] [data-act=hold]')")
    browser.run("document.querySelector('[data-key=four] [data-act=up]').click()")
    browser.until("document.querySelector('[data-key=four]').textContent.includes('ย้ายแล้ว')")
    changes = read_changes((out / CHANGES_FILE).read_text("utf-8"))
    assert changes.hold == ()
    assert [(move.key, move.before) for move in changes.moves] == [("four", "three")]
    assert browser.complaints == []


def test_what_only_fills_time_has_no_buttons_and_nothing_moves_before_it(
    browser: Chrome, page: tuple[Path, int]
) -> None:
    out, port = page
    shown = read_show((out / SHOW_FILE).read_bytes())
    items = [each.model_copy(update={"is_filler": each.key == "three"}) for each in shown.items]
    (out / SHOW_FILE).write_text(show_text(shown.model_copy(update={"items": tuple(items)})), "utf-8")
    see(browser, port, 1280)
    assert browser.run("document.querySelectorAll('[data-key=three] button').length") == 0
    browser.run("document.querySelector('[data-key=four] [data-act=up]').click()")
    browser.until("document.querySelector('[data-key=four]').textContent.includes('ย้ายแล้ว')")
    moves = read_changes((out / CHANGES_FILE).read_text("utf-8")).moves
    assert [(move.key, move.before) for move in moves] == [("four", "two")]


def test_the_filter_shows_what_is_looked_for(browser: Chrome, page: tuple[Path, int]) -> None:
    see(browser, page[1], 1280)
    browser.run(
        "const box = document.querySelector('#filter'); box.value = 'ที่สี่'; box.dispatchEvent(new Event('input')); 0"
    )
    assert browser.run(
        "[...document.querySelectorAll('#order > li:not([hidden])')].map((node) => node.dataset.key)"
    ) == ["four"]


def test_a_server_that_went_away_is_told(browser: Chrome, tmp_path: Path) -> None:
    need_packages()
    on_disk(tmp_path)
    stage = Stage(out=tmp_path, templates=TEMPLATES, token=None, redeliver=None, clock=START.timestamp)
    with serving(stage) as port:
        see(browser, port, 1280)
        assert browser.run("document.querySelector('#stale').hidden") is True
    browser.until("!document.querySelector('#stale').hidden")


def test_the_preview_plays_with_captions(browser: Chrome, tmp_path: Path) -> None:
    need_packages()
    parts = (Part("one", 288, cues=((0.0, 9.5, "ที่นี่มีน้ำใจ"),)), Part("two", 288, cues=((0.0, 9.5, "ผู้ใหญ่ใจดี"),)))
    made = show_factory.make_show(tmp_path, parts)
    captions = {path: (tmp_path / path).read_text("utf-8") for each in made.items for path in each.captions.values()}
    deliver(tmp_path, hls_package(made, ensure_media(tmp_path, made), captions))
    begun_s = time.time()
    stage = Stage(
        out=tmp_path, templates=TEMPLATES, token=None, redeliver=None,
        airing=Airing(starts_at=START, loops=True),
        clock=lambda: START.timestamp() + 100 + time.time() - begun_s,
    )  # fmt: skip
    with serving(stage) as port:
        see(browser, port, 1280)
        browser.run("document.querySelector('#captions').click(); document.querySelector('#play').click()")
        browser.until("document.querySelector('#player').currentTime > 0 && !document.querySelector('#player').paused")
        first_s = browser.run("document.querySelector('#player').currentTime")
        browser.until(f"document.querySelector('#player').currentTime > {first_s + 3}")
        assert browser.run("document.querySelector('#player').muted") is True
        browser.until(
            "[...document.querySelector('#player').textTracks].some("
            "(track) => track.mode === 'showing' && track.activeCues?.length)"
        )
        browser.picture(tmp_path / "preview.png")
        assert browser.complaints == []
