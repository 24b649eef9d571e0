"""Captions burned by the real renderer: what is drawn, and that nothing goes wrong silently."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_measure import frames

from pipeline.card.fonts import font_path, itemise, load, win_ratio
from pipeline.errors import MachineError, OurError
from pipeline.preset.model import Face, VideoOutput
from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import caption_em_px, caption_width_px, safe_margins_px
from pipeline.text.thai import make_breaker
from pipeline.video import burn, rehearsal
from pipeline.video.burn import prepare, script, without_the_undrawable
from pipeline.video.rehearsal import rehearse

FACE = Face(family="sarabun", weight=600)
BREAKER = make_breaker()
SIZES = {"wide": (480, 270), "square": (270, 270), "portrait": (270, 338), "tall": (270, 480)}
LONG = (
    "มูลนิธิชุมชนสงขลาร่วมกับเครือข่ายผู้ใหญ่บ้านญี่ปุ่นใจดี จัดงานสมัชชาพลเมืองเพื่อทะเลสาบที่ยั่งยืน "
    "ทุกฝ่ายช่วยกันดูแลป่าต้นน้ำและกฎกติกาของหมู่บ้านอย่างต่อเนื่องมาตลอดสิบปี"
)
INK = 170
"""Brighter than the grey picture of these tests, darker than the letters after encoding."""


def output(layout: str = "wide", captions: str = "burned", scale: int = 1, name: str | None = None) -> VideoOutput:
    width_px, height_px = (side * scale for side in SIZES[layout])
    made = {"kind": "video", "id": name or layout, "stage": "air", "layout": layout, "captions": captions}
    encoder = {"x264_preset": "ultrafast", "crf": 20, "maxrate_kbps": 4000, "bufsize_kbps": 8000}
    return VideoOutput.model_validate(made | encoder | {"width_px": width_px, "height_px": height_px})


def cues(*made: tuple[float | Fraction, float | Fraction, str]) -> Captions:
    each = (Cue(start_s=Fraction(start), end_s=Fraction(end), text=text) for start, end, text in made)
    return Captions(language="th", cues=tuple(each))


def burned(
    folder: Path, ffmpeg: str, captions: Captions, shown: VideoOutput, seconds: int = 1, rate: int = 30
) -> list[Any]:
    """Return the decoded pictures, as grey levels, of a grey clip into which ``captions`` were burned and encoded."""
    assert prepare(captions, FACE, BREAKER, outputs=[shown], folder=folder, ffmpeg=ffmpeg) == ()
    return encoded(folder, ffmpeg, shown, seconds, rate)


def encoded(folder: Path, ffmpeg: str, shown: VideoOutput, seconds: int = 1, rate: int = 30) -> list[Any]:
    grey = f"color=0x606060:size={shown.width_px}x{shown.height_px}:rate={rate}:duration={seconds}"
    argv = [ffmpeg, "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", grey]
    argv += ["-vf", f"ass={shown.id}.ass:fontsdir=fonts", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18"]
    subprocess.run([*argv, "burned.mp4"], cwd=folder, check=True, timeout=60)
    return [np.asarray(picture.convert("L")) for picture in frames(folder / "burned.mp4")]


def box(picture: Any) -> tuple[int, int, int, int]:  # noqa: ANN401 - an array of grey levels
    """Return left, top, right, bottom of the ink, the last two just outside of it."""
    rows, columns = np.flatnonzero((picture > INK).any(axis=1)), np.flatnonzero((picture > INK).any(axis=0))
    assert rows.size, "nothing was drawn"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


# What is seen in the encoded picture


@pytest.mark.parametrize("layout", SIZES)
def test_ink_stands_in_the_frames_of_its_cue_and_in_no_other(tmp_path: Path, ffmpeg: str, layout: str) -> None:
    times = [(Fraction(1, 5), Fraction(7, 10)), (Fraction("0.95"), Fraction("1.6"))]
    shown = output(layout)
    seen = burned(tmp_path, ffmpeg, cues(*((*time, "ที่นี่มีน้ำใจ") for time in times)), shown, 2)
    assert len(seen) == 60
    runs = [[n for n, _ in run] for lit, run in groupby(enumerate(seen), lambda one: (one[1] > INK).any()) if lit]
    assert len(runs) == 2
    for run, (start_s, end_s) in zip(runs, times, strict=True):
        assert abs(run[0] - start_s * 30) <= 1
        assert abs(run[-1] + 1 - end_s * 30) <= 1


@pytest.mark.parametrize("layout", SIZES)
def test_the_longest_cue_stays_in_the_safe_area_in_two_lines_that_do_not_touch(
    tmp_path: Path, ffmpeg: str, layout: str
) -> None:
    shown = output(layout, scale=2)
    width_px, height_px = shown.width_px, shown.height_px
    side_px, bottom_px = safe_margins_px(width_px, height_px)
    made = cues((0, 8, LONG), (8, 9, "ผู้ใหญ่ ปู่ ฎุฐู\nกี้ซึ่งน้ำที่"))
    pages = burned(tmp_path, ffmpeg, made, shown, 9, rate=5)[2::5]
    assert len(pages) == 9
    # The second line's box ends at the margin; its height is what an ASS size counts.
    between = round(height_px - bottom_px - win_ratio(FACE) * caption_em_px(width_px, height_px))
    for picture in pages:
        left, top, right, bottom = box(picture)
        assert side_px <= left < right <= width_px - side_px
        assert top < between < bottom <= height_px - bottom_px
        assert abs(left + right - width_px) <= 0.03 * width_px
        assert not (picture[between - 1 : between + 1] > INK).any()
    assert max(box(picture)[2] - box(picture)[0] for picture in pages) > 0.8 * caption_width_px(width_px, height_px)


def test_without_our_line_breaks_it_would_reach_both_edges(tmp_path: Path, ffmpeg: str) -> None:
    shown = output()
    prepare(cues((0, 1, LONG)), FACE, BREAKER, outputs=[shown], folder=tmp_path, ffmpeg=ffmpeg)
    file = tmp_path / "wide.ass"
    head = file.read_text("utf-8").split("Dialogue")[0]
    file.write_text(f"{head}Dialogue: 0,0:00:00.00,0:00:01.00,Caption,,0,0,0,,{LONG.replace(' ', '')}\n", "utf-8")
    left, _, right, _ = box(encoded(tmp_path, ffmpeg, shown)[5])
    assert (left, right) == (0, shown.width_px)


def test_a_tone_mark_stands_above_its_vowel(tmp_path: Path, ffmpeg: str) -> None:
    shown = output("wide", scale=3)  # letters of 40 px
    high, low = (box(burned(tmp_path, ffmpeg, cues((0, 1, text)), shown, rate=10)[5]) for text in ("ที่", "ที"))
    assert low[1] - high[1] > 5
    assert abs(low[3] - high[3]) <= 1


def test_hostile_text_is_drawn_as_letters(tmp_path: Path, ffmpeg: str) -> None:
    plain, hostile = (
        box(burned(tmp_path, ffmpeg, cues((0, 1, text)), output())[5])
        for text in ("กข", "ก{x}ข\\Nกข\\hข 🎉{\\r}{\\fs99}\\N")
    )
    assert hostile[3] - hostile[1] < 2 * (plain[3] - plain[1])  # still one line
    assert hostile[2] - hostile[0] > 3 * (plain[2] - plain[0])


# Faces that stand in


def test_signs_of_other_faces_are_drawn_as_large_and_warned_of_only_when_no_face_has_them(
    tmp_path: Path, ffmpeg: str
) -> None:
    mixed = cues((0, 1, "ยินดี 🎉 Ελλάδα"), (1, 2, "字\u2003𓀀"), (2, 3, "a字b 字 c"))
    (told,) = prepare(mixed, FACE, BREAKER, outputs=[output()], folder=tmp_path, ffmpeg=ffmpeg)
    assert told.code == "captions-signs-left-out"
    assert "字 (U+5B57) 𓀀 (U+13000)" in told.th
    assert "字 (U+5B57) 𓀀 (U+13000)" in told.en
    used = {own for _, own in itemise("ยินดี 🎉 Ελλάδα", FACE)}
    assert len(used) == 3
    assert {path.name for path in (tmp_path / "fonts").iterdir()} == {font_path(own).name for own in used}
    words = [line.split(",,0,0,0,,")[1] for line in (tmp_path / "wide.ass").read_text("utf-8").splitlines()[-2:]]
    assert words[0].count("\\fn") == 2
    assert words[1] == "ab c"  # and no event for a cue of which nothing is left
    seen = encoded(tmp_path, ffmpeg, output())[5]
    left, top, right, bottom = box(seen)
    gaps = np.diff(np.flatnonzero((seen > INK).any(axis=0)))
    assert gaps.max() < 20  # nothing is missing in the middle
    em_px = caption_em_px(480, 270)
    assert bottom - top < 2 * em_px  # one line
    measured_px = sum(load(own, em_px).getlength(stretch) for stretch, own in itemise("ยินดี 🎉 Ελλάδα", FACE))
    assert right - left == pytest.approx(measured_px, rel=0.1)


@pytest.mark.parametrize("space", ["\u2003", "\u3000", "\u00a0", "\u2009", "\u205f"])
def test_every_kind_of_space_is_a_space(space: str) -> None:
    plain, left_out = without_the_undrawable(cues((0, 1, f"ก{space}ข")), FACE)
    assert plain.cues[0].text == "ก ข"
    assert left_out == ()


def test_only_what_is_burned_is_made_ready(tmp_path: Path, ffmpeg: str) -> None:
    shown = [
        output("wide", name="small"),
        output("wide", scale=2, name="large"),
        output("square", "soft"),
        output("tall"),
    ]
    prepare(cues((0, 1, "ก")), FACE, BREAKER, outputs=shown, folder=tmp_path, ffmpeg=ffmpeg)
    assert {path.name for path in tmp_path.glob("*.ass")} == {"large.ass", "tall.ass", rehearsal.SHEET}
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert prepare(cues((0, 1, "ก")), FACE, BREAKER, outputs=[shown[2]], folder=nothing, ffmpeg="no-such-tool") == ()
    assert not list(nothing.iterdir())


def test_cues_that_become_several_leave_the_gap_between_them() -> None:
    text = script(cues((0, 30, LONG * 3)), FACE, BREAKER, output("square"), Fraction(1, 15))
    times = [line.split(",")[1:3] for line in text.splitlines() if line.startswith("Dialogue")]
    assert len(times) > 2
    for (_, end), (start, _) in pairwise(times):
        assert 0.05 <= float(start.split(":")[2]) - float(end.split(":")[2]) <= 0.08


# What goes wrong silently


def rehearsed(folder: Path, ffmpeg: str, *texts: str) -> tuple[str, ...]:
    burn.bring_fonts(texts, FACE, folder)
    return rehearse(texts, FACE, folder, ffmpeg)


@pytest.fixture
def forgetful() -> Iterator[None]:
    """What was learnt of a face with other names is forgotten again."""
    rehearsal.ass_face.cache_clear()
    yield
    rehearsal.ass_face.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_a_wrong_font_name_is_our_error(tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "family_name", lambda _: "Sarabun SemiBol")
    with pytest.raises(OurError, match=r"captions-not-drawn.*Sarabun SemiBol →"):
        rehearsed(tmp_path, ffmpeg, "ที่นี่")


def test_an_empty_fonts_folder_is_our_error(tmp_path: Path, ffmpeg: str) -> None:
    (tmp_path / "fonts").mkdir()
    with pytest.raises(OurError, match=r"captions-not-drawn.*Sarabun SemiBold →") as caught:
        rehearse(["ที่นี่"], FACE, tmp_path, ffmpeg)
    assert "Sarabun SemiBold →" in caught.value.reason.th


def test_a_glyph_that_our_face_lacks_is_our_error(tmp_path: Path, ffmpeg: str) -> None:
    with pytest.raises(OurError, match=r"captions-not-drawn.*字 \(U\+5B57\)"):
        rehearsed(tmp_path, ffmpeg, "ที่นี่", "字")


def test_it_is_found_among_hundreds_of_clusters(tmp_path: Path, ffmpeg: str) -> None:
    many = ["".join(f"{chr(0xE01 + n)}{mark}" for n in range(46)) for mark in ("", "ิ", "ี่", "ู", "้", "์", "ื่", "ุ้")]
    assert rehearsed(tmp_path, ffmpeg, *many) == ()
    with pytest.raises(OurError, match=r"字 \(U\+5B57\)"):
        rehearsed(tmp_path, ffmpeg, *many, "字")


def test_a_sign_that_the_renderer_does_not_find_in_a_stand_in_is_left_out(
    tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fontTools import subset  # noqa: PLC0415 - this test alone makes a font

    (emoji,) = (own for _, own in itemise("🎉", FACE))
    cut = tmp_path / "cut.ttf"
    subset.main([str(font_path(emoji)), "--unicodes=1F682", "--name-IDs=*", f"--output-file={cut}"])
    whole = burn.bring_fonts

    def bring_cut(texts: Any, face: Face, folder: Path) -> None:  # noqa: ANN401 - passed on
        whole(texts, face, folder)
        (folder / "fonts" / font_path(emoji).name).write_bytes(cut.read_bytes())

    monkeypatch.setattr(burn, "bring_fonts", bring_cut)
    made = cues((0, 1, "ไป 🎉 กัน 🚂"))
    (told,) = prepare(made, FACE, BREAKER, outputs=[output()], folder=tmp_path, ffmpeg=ffmpeg)
    assert told.code == "captions-signs-left-out"
    assert "🎉 (U+1F389)" in told.en
    written = (tmp_path / "wide.ass").read_text("utf-8")
    assert "🎉" not in written
    assert "🚂" in written


Standing = Callable[[str, str], str]


@pytest.fixture
def stand_in(tmp_path: Path, ffmpeg: str) -> Standing:
    """Return what makes a tool that is ffmpeg, but for one word of its command line."""

    def made(word: str, instead: str) -> str:
        path = tmp_path / "another-ffmpeg"
        path.write_text(
            f"#!{sys.executable} -S\nimport os, sys\n"
            f"words = [word.replace({word!r}, {instead!r}) for word in sys.argv[1:]]\n"
            f"os.execv({ffmpeg!r}, [{ffmpeg!r}, *words])\n"
        )
        path.chmod(0o755)
        return str(path)

    return made


def test_a_tool_without_libass_is_the_machines_fault(tmp_path: Path, stand_in: Standing) -> None:
    with pytest.raises(MachineError, match=r"captions-tool: .*another-ffmpeg.*libass.*SHOWCASE_FFMPEG") as caught:
        rehearsed(tmp_path, stand_in("ass=", "as5="), "ที่นี่")
    assert "libass" in caught.value.reason.th


def test_a_tool_that_does_not_shape_thai_is_the_machines_fault(tmp_path: Path, stand_in: Standing) -> None:
    with pytest.raises(MachineError, match=r"captions-tool: .*HarfBuzz"):
        rehearsed(tmp_path, stand_in("ass=", "ass=shaping=simple:"), "ที่นี่")


def test_a_tool_that_draws_nothing_is_found_out(tmp_path: Path, stand_in: Standing) -> None:
    tool = stand_in(f"ass=filename={rehearsal.SHEET}:fontsdir=fonts", "null")
    with pytest.raises(OurError, match=r"captions-not-drawn.*Sarabun SemiBold → –"):
        rehearsed(tmp_path, tool, "ที่นี่")


def test_words_that_are_not_seen_are_found_out(tmp_path: Path, stand_in: Standing) -> None:
    with pytest.raises(OurError, match=r"captions-not-drawn.*U\+0E17"):
        rehearsed(tmp_path, stand_in("fontsdir=fonts", "fontsdir=fonts,drawbox=t=fill:c=black"), "ที่นี่")
