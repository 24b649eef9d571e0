"""Playlists, letter for letter, and titles that try to break out of them."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_up_event import book, catalog

from pipeline.deliver.playlist import FOLDER, XSPF, ffconcat, m3u8, playlists, xspf
from pipeline.deliver.show import ShowItem, running_order, show
from pipeline.preset.model import Book
from pipeline.reasons import reason

UNHURRIED = settings(deadline=None)

BOOK = book()
NTSC = Fraction(30000, 1001)


def item(position: int, title: str, frames: int = 1920, rate: Fraction | None = None, kind: str = "clip") -> ShowItem:
    return ShowItem(
        position=position,
        file=f"{position:02d}-p{position}.mp4",
        kind=kind,
        id=f"p{position}",
        title=title,
        frames=frames,
        frame_rate=rate or Fraction(30),
        target=f"clips/p{position}/air-1080p.mp4",
        reason=reason("slate-missing") if kind == "slate" else None,
        partner=None,
    )


def named(name: str) -> Book:
    return BOOK.model_copy(update={"event": BOOK.event.model_copy(update={"name": name})})


ITEMS = (
    item(1, "มูลนิธิชุมชนสงขลา"),
    item(2, "A, B - C", 176, kind="slate"),
    item(3, '<คลิป> & "อื่น" #1\nบรรทัดสอง', 1001, NTSC),
)  # fmt: skip

M3U8 = """\
#EXTM3U
#EXTINF:64.000,งานวันพลเมืองสงขลา 2565 - มูลนิธิชุมชนสงขลา
../show/01-p1.mp4
#EXTINF:5.867,งานวันพลเมืองสงขลา 2565 - A‚ B - C
../show/02-p2.mp4
#EXTINF:33.400,งานวันพลเมืองสงขลา 2565 - <คลิป> & "อื่น" #1 บรรทัดสอง
../show/03-p3.mp4
"""

XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>งานวันพลเมืองสงขลา 2565</title>
  <trackList>
    <track>
      <location>../show/01-p1.mp4</location>
      <title>มูลนิธิชุมชนสงขลา</title>
      <creator>งานวันพลเมืองสงขลา 2565</creator>
      <trackNum>1</trackNum>
      <duration>64000</duration>
    </track>
    <track>
      <location>../show/02-p2.mp4</location>
      <title>A, B - C</title>
      <creator>งานวันพลเมืองสงขลา 2565</creator>
      <trackNum>2</trackNum>
      <duration>5867</duration>
    </track>
    <track>
      <location>../show/03-p3.mp4</location>
      <title>&lt;คลิป&gt; &amp; "อื่น" #1 บรรทัดสอง</title>
      <creator>งานวันพลเมืองสงขลา 2565</creator>
      <trackNum>3</trackNum>
      <duration>33400</duration>
    </track>
  </trackList>
</playlist>
"""

FFCONCAT = """\
ffconcat version 1.0
file '../show/01-p1.mp4'
duration 64.000000
file '../show/02-p2.mp4'
duration 5.866667
file '../show/03-p3.mp4'
duration 33.400033
"""


def text_of(package: dict[str, object], path: str) -> str:
    content = package[path]
    assert isinstance(content, str)
    return content


def test_m3u8_letter_for_letter() -> None:
    assert m3u8(ITEMS, BOOK) == M3U8


def test_xspf_letter_for_letter() -> None:
    assert xspf(ITEMS, BOOK) == XML


def test_ffconcat_letter_for_letter() -> None:
    assert ffconcat(ITEMS) == FFCONCAT


def test_an_empty_show_is_still_a_list() -> None:
    assert m3u8((), BOOK) == "#EXTM3U\n"
    assert ffconcat(()) == "ffconcat version 1.0\n"
    assert ET.fromstring(xspf((), BOOK)).find(f"{{{XSPF}}}trackList") is not None  # noqa: S314 - our own


TITLES = st.text(max_size=60) | st.text(st.sampled_from("#EXT-X,- \n\r\t<>&\"'\u2028\u0085\ufeffกข"), max_size=40)


@example("#EXT-X-ENDLIST")
@example("\n#EXT-X-KEY:METHOD=NONE\nhttp://x/")
@example("\ufeff]]>&lt;\u0000\ud800\ufffe")
@example("a\u2028b\u2029c\u0085d\x0be")
@UNHURRIED
@given(title=TITLES)
def test_no_title_breaks_out_of_a_list(title: str) -> None:
    items, owner = (item(1, title), item(2, "ปกติ")), named(title.strip() or "งาน")
    text = m3u8(items, owner)
    lines = text.splitlines()  # at everything that any reader takes for a line's end
    assert len(lines) == text.count("\n") == 5
    assert lines[0] == "#EXTM3U"
    assert [line for line in lines if not line.startswith("#")] == ["../show/01-p1.mp4", "../show/02-p2.mp4"]
    assert not any(line.startswith("#EXT-X-") for line in lines)
    for line in lines[1::2]:
        length, _, shown = line.removeprefix("#EXTINF:").partition(",")
        assert float(length) == 64.0
        assert "," not in shown  # VLC would end the title there
    assert not text.encode("utf-8").startswith(b"\xef\xbb\xbf")


@example("\ufeff]]>&lt;\u0000\ud800\ufffe")
@UNHURRIED
@given(title=TITLES)
def test_every_title_survives_xml(title: str) -> None:
    items, owner = (item(1, title), item(2, "ปกติ")), named(title.strip() or "งาน")
    text = xspf(items, owner)
    root = ET.fromstring(text.encode("utf-8"))  # noqa: S314 - our own
    tracks = root.findall(f"{{{XSPF}}}trackList/{{{XSPF}}}track")
    assert [track.findtext(f"{{{XSPF}}}location") for track in tracks] == ["../show/01-p1.mp4", "../show/02-p2.mp4"]
    assert [track.findtext(f"{{{XSPF}}}trackNum") for track in tracks] == ["1", "2"]
    assert [track.findtext(f"{{{XSPF}}}duration") for track in tracks] == ["64000", "64000"]
    shown = tracks[0].findtext(f"{{{XSPF}}}title") or ""
    assert shown == " ".join(shown.split())
    kept = {element.tag.removeprefix(f"{{{XSPF}}}") for element in root.iter()}
    assert kept == {"playlist", "title", "trackList", "track", "location", "creator", "trackNum", "duration"}


def test_thai_titles_are_shown_as_they_are() -> None:
    name = "เครือข่ายอนุรักษ์และพัฒนาลุ่มน้ำรัตภูมี"
    assert name in m3u8((item(1, name),), BOOK)
    assert name in xspf((item(1, name),), BOOK)


def test_all_lists_name_the_same_files_and_only_delivered_ones() -> None:
    items = running_order(catalog(BOOK.event), BOOK)
    package: dict[str, object] = {**show(items, BOOK), **playlists(items, BOOK)}
    files = [f"{FOLDER}{each.file}" for each in items]
    assert len(files) == 23
    by_m3u8 = [line for line in text_of(package, "playlists/show.m3u8").splitlines() if not line.startswith("#")]
    concat = text_of(package, "playlists/show.ffconcat").splitlines()
    by_concat = [line.removeprefix("file '")[:-1] for line in concat if line.startswith("file ")]
    root = ET.fromstring(text_of(package, "playlists/show.xspf"))  # noqa: S314 - our own
    by_xspf = [element.text for element in root.iter(f"{{{XSPF}}}location")]
    assert by_m3u8 == by_concat == by_xspf == files
    assert {str(PurePosixPath("playlists") / name) for name in files} == {f"playlists/../show/{i.file}" for i in items}
    assert {f"show/{each.file}" for each in items} <= set(package)
    # What names others is written after what it names.
    assert list(package).index("playlists/show.m3u8") > max(list(package).index(f"show/{i.file}") for i in items)


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(25), NTSC])
@UNHURRIED
@given(frames=st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_lengths_do_not_drift(rate: Fraction, frames: list[int]) -> None:
    items = [item(n % 99 + 1, "x", count, rate) for n, count in enumerate(frames)]
    said = [Fraction(line.split()[1]) for line in ffconcat(items).splitlines() if line.startswith("duration")]
    exact = [Fraction(count) / rate for count in frames]
    assert all(abs(a - b) <= Fraction(1, 2 * 10**6) for a, b in zip(said, exact, strict=True))


def test_ffmpeg_reads_the_list(tmp_path: Path, ffmpeg: str) -> None:
    items = (item(1, "หนึ่ง", 4), item(2, "สอง", 4))
    for folder in ("show", "playlists"):
        (tmp_path / folder).mkdir()
    for each in items:
        made = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:r=30", "-frames:v", "4"]
        subprocess.run([*made, str(tmp_path / "show" / each.file)], check=True, timeout=60, stdin=subprocess.DEVNULL)
    (tmp_path / "playlists" / "show.ffconcat").write_text(ffconcat(items), "utf-8")
    argv = [ffmpeg, "-v", "error", "-f", "concat", "-safe", "0", "-i", "show.ffconcat", "-f", "framecrc", "-"]
    said = subprocess.run(
        argv, check=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL, cwd=tmp_path / "playlists"
    )
    assert sum(not line.startswith(b"#") for line in said.stdout.splitlines()) == 8
