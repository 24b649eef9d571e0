"""Titles that try to break out of a list, read back as each dialect's reader would."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

from dialect_shows import HOSTILE, PLACES, retitled
from hypothesis import example, given
from hypothesis import strategies as st
from show_factory import entries, show

from pipeline.dialects import players
from pipeline.dialects.liquidsoap import liquidsoap
from pipeline.dialects.m3u8 import m3u8
from pipeline.dialects.obs import obs_scenes
from pipeline.dialects.words import address, one_line
from pipeline.dialects.xspf import XSPF, xspf
from pipeline.show.model import Show

SMALL = show(entries()[:2])
TITLES = st.text(max_size=60) | st.text(
    st.sampled_from("#EXT-X,- \n\r\t<>&\"'\\%\u2028\u0085\ufeff\u202e\u200bกำข"), max_size=40
)
BASES = ("../", "https://show.example/air/")
FILES = [entry.master for entry in SMALL.items]


def expected(title: str, made: Show) -> str:
    return one_line(title) or made.items[0].id


@example("\ufeff]]>&lt;\u0000\ud800\ufffe")
@example("a\u2028b\u2029c\u0085d\x0be\u202e")
@given(TITLES)
def test_one_line_is_one_line(text: str) -> None:
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert unicodedata.is_normalized("NFC", shown)
    assert not any(unicodedata.category(character)[0] == "C" for character in shown)
    assert one_line(shown) == shown


def test_thai_and_faces_stay_as_they_are() -> None:
    for text in ("เครือข่ายอนุรักษ์และพัฒนาลุ่มน้ำรัตภูมี", 'ก้าว "ที่ 2" 50% – ครึ่งทาง', "ดีใจ 🎉"):
        assert one_line(text) == text


@example("#EXT-X-ENDLIST", "งาน")
@example("\n#EXT-X-KEY:METHOD=NONE\nhttp://x/", "a - b, c")
@example("- ,", "-")
@given(TITLES, TITLES)
def test_m3u8_keeps_one_entry_one_entry(title: str, name: str) -> None:
    made = retitled(SMALL, [title, "ปกติ"], name)
    for base in BASES:
        lines = m3u8(made, made.lists[0], base).splitlines()
        assert lines[0] == "#EXTM3U"
        assert [line.startswith("#EXTINF:") for line in lines[1:]] == [True, False] * 2
        assert lines[2::2] == [base + file for file in FILES]
        length, _, credit = lines[1].removeprefix("#EXTINF:").partition(",")
        assert length == "2.133"
        assert "," not in credit
        assert "#ext" not in credit.casefold()
        artist, _, shown = credit.partition(" - ")
        assert " - " not in artist
        assert back(artist).replace("–", "-") == back(one_line(name) or made.event_id).replace("–", "-")
        assert back(shown) == back(expected(title, made))


def back(shown: str) -> str:
    """Undo what is replaced on purpose."""
    return shown.replace("＃", "#").replace("\u201a", ",")


@example("\ufeff]]>&lt;\u0000\ud800\ufffe")
@given(TITLES)
def test_xspf_reads_back_the_title_and_has_only_its_elements(title: str) -> None:
    made = retitled(SMALL, [title, "ปกติ"], title.strip() or "งาน")
    for base in BASES:
        root = ET.fromstring(xspf(made, made.lists[0], base).encode())  # noqa: S314 - our own
        tracks = root.findall(f"{{{XSPF}}}trackList/{{{XSPF}}}track")
        names = ("location", "title", "creator", "trackNum", "duration")
        assert [[child.tag for child in track] for track in tracks] == [[f"{{{XSPF}}}{n}" for n in names]] * 2
        assert [child.tag for child in root] == [f"{{{XSPF}}}{n}" for n in ("title", "creator", "trackList")]
        assert (root.tag, root.attrib) == (f"{{{XSPF}}}playlist", {"version": "1"})
        assert tracks[0].findtext(f"{{{XSPF}}}title") == expected(title, made)
        assert [track.findtext(f"{{{XSPF}}}duration") for track in tracks] == ["2133", "5333"]
        locations = [track.findtext(f"{{{XSPF}}}location") or "" for track in tracks]
        assert all(re.fullmatch(r"[!-~]+", location) for location in locations)
        assert locations == [base + file for file in FILES]


ANNOTATION = re.compile(r'annotate:((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+):(/.*)')


@example('\\" \\, liq_cue_in="9":/etc/passwd')
@example("\\")
@example("#{quit()}")
@given(TITLES)
def test_liquidsoap_reads_back_the_title(title: str) -> None:
    made = retitled(SMALL, [title, "ปกติ"])
    first, *rest = liquidsoap(made, made.lists[0], PLACES.root).splitlines()
    assert first == "#EXTM3U"
    assert len(rest) == 2
    found = ANNOTATION.fullmatch(rest[0])
    assert found
    assert found[2] == f"{PLACES.root}/{FILES[0]}"
    said = {key: re.sub(r"\\(.)", r"\1", text) for key, text in re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', found[1])}
    assert said["title"] == expected(title, made).replace("#{", "＃{")
    assert set(said) == {"title", "artist", "duration", "liq_cue_in", "liq_cue_out"}
    assert 'liq_integrated_lufs="-16.00 dB"' in rest[1]


@given(TITLES)
def test_json_reads_back_the_title(title: str) -> None:
    made = retitled(show(), [title, "ปกติ"], title.strip() or "งาน")
    collection = json.loads(obs_scenes(made, PLACES.root))
    assert collection["name"] == (one_line(title.strip() or "งาน") or "test")
    names = [source["name"] for source in collection["sources"]]
    assert len(set(names)) == len(names)


def test_hostile_titles_change_no_path() -> None:
    plain, hostile = (players(retitled(show(), titles), PLACES) for titles in (["ก"], HOSTILE))
    for path, content in hostile.items():
        found, wanted = (re.findall(r"masters/[A-Za-z0-9._-]+", str(text)) for text in (content, plain[path]))
        assert found == wanted
    assert "/etc/passwd" not in str(hostile["playlists/show.ffconcat"])


def test_addresses_are_ascii() -> None:
    assert address("https://ไทย.example/ที่ a") == "https://xn--o3cw4h.example/%E0%B8%97%E0%B8%B5%E0%B9%88%20a"
    assert address("http://127.0.0.1:8000/x%20y") == "http://127.0.0.1:8000/x%20y"
