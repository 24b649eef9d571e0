"""Chapters: YouTube's rules, and an MP4 whose chapters ffprobe finds to the frame."""

from __future__ import annotations

import json
import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import need_tool
from hypothesis import assume, example, given
from hypothesis import strategies as st
from long_show import real_show
from show_factory import RATE, Part, entries, show
from test_table import titled

from pipeline.deliver.pages import one_line
from pipeline.rundown.chapters import (
    LONGEST_DESCRIPTION_BYTES,
    LONGEST_TITLE_BYTES,
    chapters_metadata,
    youtube_chapters,
)
from pipeline.show.model import Show

REAL = real_show()


def stamps(text: str) -> list[tuple[int, str]]:
    found = []
    for line in text.split("\n\n", maxsplit=1)[0].splitlines():
        match = re.fullmatch(r"((?:\d+:)?\d?\d:\d\d) (.*)", line)
        if match:
            seconds = 0
            for part in match[1].split(":"):
                seconds = seconds * 60 + int(part)
            found.append((seconds, match[2]))
    return found


def chapters(made: Show) -> str:
    return youtube_chapters(made, made.lists[0])


@given(st.lists(st.integers(1, 900), min_size=1, max_size=20))
def test_youtube_takes_what_we_write_whatever_the_lengths(frames: list[int]) -> None:
    made = show(entries([Part(f"p{n}", each, title=f"T{n}") for n, each in enumerate(frames)]))
    text = chapters(made)
    found = stamps(text)
    if not found:
        assert text.startswith("รายการนี้แบ่งเป็นช่วงบน YouTube ไม่ได้")
        return
    assert found[0][0] == 0
    assert len(found) >= 3
    ends = [*(at for at, _ in found[1:]), int(sum(frames) / 30)]
    assert all(end - start >= 10 for (start, _), end in zip(found, ends, strict=True))
    said = text.partition("\n\n")[2]
    shown = [title for _, title in found]
    assert all(f"T{n}" in shown or re.search(rf"\bT{n}\b", said) for n in range(len(frames)))
    for at, title in found[1:]:
        exact = Fraction(sum(frames[: int(title[1:])]), 30)
        assert 0 <= at - exact < 1


def test_the_real_event_fits_a_description() -> None:
    text = chapters(REAL)
    assert len(stamps(text)) == 32
    assert len(text.encode()) < 5000
    assert "ขอขอบคุณ" in text.partition("\n\n")[2]


def test_long_titles_are_cut_until_they_fit() -> None:
    items = entries([Part(f"p{n}", 480, title=f"{n} " + "เครือข่าย" * 20) for n in range(31)])
    text = chapters(show(items))
    assert len(stamps(text)) == 31
    assert len(text.encode()) <= LONGEST_DESCRIPTION_BYTES


@example("<b>1:23 x\n0:00 y</b>")
@given(title=st.text(max_size=30))
def test_no_title_adds_a_line_a_time_or_what_youtube_refuses(title: str) -> None:
    parts = [Part(f"p{n}", 480, title=title) for n in range(3)]
    lines = chapters(show(entries(parts))).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["0:00", "0:16", "0:32"]
    assert not any(set("<>") & set(line) for line in lines)
    assert all(len(re.findall(r"\d:\d", line)) == 1 for line in lines)


def film(ffmpeg: str, made: Show, to: Path) -> None:
    """Make a film as long as the show, with its chapters, as the continuous one is made."""
    metadata = to.with_suffix(".ffmetadata")
    metadata.write_text(chapters_metadata(made, made.lists[0]), "utf-8")
    length_s = sum(entry.frames for entry in made.items) / 30
    subprocess.run(
        [
            ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", f"color=s=64x64:r=30:d={length_s}",
            "-f", "ffmetadata", "-i", metadata, "-map", "0:v", "-map_metadata", "1", "-map_chapters", "1",
            "-c:v", "libx264", "-preset", "ultrafast", "-movie_timescale", "15360", to,
        ],
        check=True,
    )  # fmt: skip


def found_chapters(path: Path) -> list[dict[str, object]]:
    said = subprocess.run(
        [need_tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", path], check=True, capture_output=True
    )
    return list(json.loads(said.stdout)["chapters"])


@pytest.mark.parametrize("title", ["=;#\\ [CHAPTER]\nSTART=5", "ก" * 300, "มูลนิธิ 'หนึ่ง' \"สอง\""])
def test_ffprobe_finds_every_chapter_to_the_frame(ffmpeg: str, tmp_path: Path, title: str) -> None:
    made = titled(title)
    film(ffmpeg, made, tmp_path / "film.mp4")
    found = found_chapters(tmp_path / "film.mp4")
    assert len(found) == len(made.items)
    starts = 0
    for chapter, entry in zip(found, made.items, strict=True):
        base = Fraction(str(chapter["time_base"]))
        assert int(str(chapter["start"])) * base == starts / RATE
        starts += entry.frames
        assert int(str(chapter["end"])) * base == starts / RATE
        tags = chapter["tags"]
        assert isinstance(tags, dict)
        assert one_line(entry.title).startswith(tags["title"])
        assert len(tags["title"]) >= min(len(one_line(entry.title)), LONGEST_TITLE_BYTES // 3)


@given(title=st.text(max_size=120))
def test_no_title_makes_a_line_of_its_own(title: str) -> None:
    assume(one_line(title))
    lines = chapters_metadata(titled(title), show().lists[0]).split("\n")
    assert len(lines) == 2 + 5 * 5 + 1
    assert lines[2:6] == ["[CHAPTER]", "TIMEBASE=1/30", "START=0", "END=64"]
    assert not re.search(r"(?<!\\)(\\\\)*[=;#]", lines[6].removeprefix("title="))
