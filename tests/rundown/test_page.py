"""The run-down as a person prints it and reads it on a phone."""

from __future__ import annotations

import re
import tempfile
from html import escape
from pathlib import Path

import pytest
from browser import QUIET, TIMEOUT_S, ask, chromium, picture
from hypothesis import example, given, settings
from hypothesis import strategies as st
from long_show import BOOK, PLACES, real_show
from made_up_event import TEMPLATES, write
from PIL import Image
from test_table import titled, untimed

from pipeline import process
from pipeline.deliver.pages import Pages, one_line
from pipeline.rundown.page import page
from pipeline.rundown.rows import groups
from pipeline.rundown.rundowns import rundowns
from pipeline.show.model import Show

REAL = real_show()
PAGES = Pages(TEMPLATES, BOOK)


def html_of(made: Show, list_id: str = "show") -> str:
    listed = made.list(list_id)
    assert listed
    return page(PAGES, made, listed, groups(made, listed, BOOK.event), "rundown")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run-downs on disk, with a picture for every clip."""
    folder = tmp_path_factory.mktemp("out")
    write(rundowns(REAL, BOOK, PLACES, TEMPLATES), folder)
    for entry in REAL.items:
        if entry.poster:
            (folder / entry.poster).parent.mkdir(parents=True)
            Image.new("RGB", (192, 108), (8, 72, 88)).save(folder / entry.poster)
    return folder


def pages_of(file: Path, to: Path) -> tuple[int, str]:
    """Print a page and return how many sheets it takes, and their size."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        argv = [chromium(), *QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={to}"]
        process.run([*argv, file.as_uri()], timeout_s=TIMEOUT_S)
    data = to.read_bytes()
    boxes = set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data))
    assert len(boxes) == 1
    return len(re.findall(rb"/Type\s*/Page\b", data)), boxes.pop().decode()


def test_the_whole_event_prints_on_two_sheets_of_a4(out: Path, tmp_path: Path) -> None:
    count, box = pages_of(out / "playlists" / "rundown.html", tmp_path / "a.pdf")
    assert count == 2
    wide, high = (float(number) for number in box.split()[2:])
    assert (round(wide / 72 * 25.4), round(high / 72 * 25.4)) == (297, 210)


@pytest.mark.parametrize("width_px", [360, 390, 768, 1280, 1600])
def test_nothing_is_wider_than_the_screen_and_every_picture_is_there(out: Path, width_px: int) -> None:
    script = """
        await win.document.fonts.ready;
        const root = doc.documentElement;
        const beyond = [...doc.querySelectorAll("body *:not(.unseen)")]
            .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5 && e.getClientRects().length)
            .map((e) => e.className + e.tagName);
        const pictures = [...doc.images].map((image) => image.naturalWidth);
        const rows = doc.querySelectorAll(".item").length;
        return { over: root.scrollWidth - root.clientWidth, beyond, pictures, rows };
    """
    said = ask(out / "playlists" / "rundown.html", script, width_px)
    assert said == {"over": 0, "beyond": [], "pictures": [192] * 31, "rows": 36}


@pytest.mark.parametrize("width_px", [390, 1280])
def test_it_is_black_on_white(out: Path, tmp_path: Path, width_px: int) -> None:
    with Image.open(picture(out / "playlists" / "rundown.html", tmp_path / "a.png", max(width_px, 500))) as shot:
        colours = shot.convert("L").histogram()
    assert max(range(256), key=colours.__getitem__) == 255
    assert sum(colours[:60]) > 1000


def test_rows_say_the_times_of_the_day_and_of_the_list() -> None:
    html = html_of(REAL)
    assert re.findall(r'<td class="starts">(.*?)</td>', html)[:3] == ["08:58:59", "09:00:00", "09:00:08"]
    assert re.findall(r'<td class="from">(.*?)</td>', html)[:3] == ["0:00:00", "0:01:00", "0:01:08"]
    assert "อังคาร 27 กันยายน 2565" in html
    assert "พุธ 28 กันยายน 2565" in html
    assert "เกินเวลาที่กำหนด" in html
    assert html.count("ยังไม่ได้รับคลิป จึงใช้ภาพคั่นแทน") == 2
    assert set(re.findall(r'<td class="notes">(.*?)</td>', html)) == {""}


def test_without_a_time_there_is_only_the_running_clock() -> None:
    html = html_of(untimed(REAL))
    assert 'class="starts"' not in html
    assert "กันยายน 2565 ·" not in html.partition("<tbody>")[2]
    assert re.findall(r'<td class="from">(.*?)</td>', html)[:2] == ["0:00:00", "0:01:00"]


@settings(max_examples=30)
@example("</td><script>alert(1)</script>")
@example("{{ 7 * 7 }}{% raw %}")
@given(title=st.text(max_size=40) | st.text(st.sampled_from("<>&\"'{}%\x00ก\u202e"), max_size=20))
def test_no_title_is_markup(title: str) -> None:
    html = html_of(titled(title))
    shown = re.findall(r'<p class="title">(.*?)</p>', html, re.DOTALL)
    assert len(shown) == 5
    assert shown[0] == escape(one_line(title)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    assert html.count("<script") == 1
