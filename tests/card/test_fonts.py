"""Faces and those that stand in for them; shaping, against HarfBuzz itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import missing
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from test_layout import STYLE

from pipeline.card import fonts
from pipeline.card.fonts import family_name, font_path, itemise, load, missing_glyphs
from pipeline.card.measure import FontMeasure, text_mask
from pipeline.preset.model import Face
from pipeline.text.thai import clusters

hb: Any = import_module("uharfbuzz") if find_spec("uharfbuzz") else None
needs_harfbuzz = pytest.mark.usefixtures("harfbuzz")

FACES = (STYLE.faces.name, STYLE.faces.label, STYLE.faces.ghost, STYLE.faces.text, STYLE.faces.caption)
STACKED = ("ที่", "ปู่", "ฟ้า", "น้ำ", "ผู้ใหญ่", "ซึ่ง", "กี๊ก", "ญี่ปุ่น", "ป้ำ", "ฎุ", "ฐู")
NAME = STYLE.faces.name
EMOJI = "noto-emoji"


@pytest.fixture
def harfbuzz() -> None:
    """What P2 and P5 compare with; only they need it."""
    if hb is None:
        missing("uharfbuzz")


def shaped(face: Face, text: str, size_px: int) -> tuple[list[int], float]:
    """Glyph numbers and the advance, from HarfBuzz."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path(face)))))
    if "fvar" in TTFont(font_path(face), lazy=True):
        font.set_variations({"wght": face.weight})
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    advance = sum(position.x_advance for position in buffer.glyph_positions)
    return [info.codepoint for info in buffer.glyph_infos], advance * size_px / font.face.upem


@needs_harfbuzz
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("word", STACKED)
def test_p2_advances_are_harfbuzz_s_and_no_glyph_is_missing(face: Face, word: str) -> None:
    glyphs, advance_px = shaped(face, word, 100)
    assert 0 not in glyphs
    assert abs(load(face, 100).getlength(word) - advance_px) <= 1.5


@needs_harfbuzz
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("word", STACKED)
def test_p2_ink_begins_where_harfbuzz_puts_the_outlines(face: Face, word: str) -> None:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path(face)))))
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    tops = []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        tops.append(place.y_offset + font.get_glyph_extents(info.codepoint).y_bearing)
    ink = FontMeasure().ink(word, face, 100)
    assert abs(-ink.top_px - max(tops) * 100 / font.face.upem) <= 3  # FreeType moves thin strokes to whole pixels


def harfbuzz_ink(face: Face, text: str, size_px: int) -> tuple[Any, tuple[int, int]]:
    """The text as HarfBuzz itself draws it, as a mask, and where its upper left corner is from the origin."""
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path(face)))))
    scale = size_px / font.face.upem
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    pen, x = hb.RasterDraw(), 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen.transform = (scale, 0, 0, scale, (x + place.x_offset) * scale, place.y_offset * scale)
        pen.draw_glyph(font, info.codepoint)
        x += place.x_advance
    picture = pen.render()
    size = picture.extents
    rows = np.frombuffer(bytes(picture.buffer), dtype=np.uint8).reshape(size.height, size.stride)
    return rows[::-1, : size.width] > 127, (size.x_origin, -(size.y_origin + size.height))


def overlap(one: Any, at: tuple[int, int], two: Any, there: tuple[int, int]) -> float:  # noqa: ANN401 - NumPy masks
    """How much of the ink of both is ink in both."""
    frames = []
    for mask, (x, y) in ((one, at), (two, there)):
        frame = np.zeros((400, 2400), dtype=bool)
        frame[200 + y : 200 + y + mask.shape[0], 40 + x : 40 + x + mask.shape[1]] = mask
        frames.append(frame)
    return float((frames[0] & frames[1]).sum() / (frames[0] | frames[1]).sum())


@needs_harfbuzz
@pytest.mark.parametrize("face", [face for face in FACES if face.weight > 200])
def test_p5_words_are_drawn_as_harfbuzz_draws_them(face: Face) -> None:
    text = " ".join(STACKED)
    wanted, corner = harfbuzz_ink(face, text, 72)
    mask, ink = text_mask(text, face, 72)
    assert overlap(np.asarray(mask) > 127, (ink.left_px, ink.top_px), wanted, corner) > 0.87
    basic = ImageFont.truetype(font_path(face), 72, layout_engine=ImageFont.Layout.BASIC)
    broken = Image.new("L", (2300, 300))
    ImageDraw.Draw(broken).text((0, 150), text, fill=255, font=basic, anchor="ls")
    assert overlap(np.asarray(broken) > 127, (0, -150), wanted, corner) < 0.87


@pytest.mark.parametrize("face", FACES)
def test_fonts_are_read_as_fonttools_reads_them(face: Face) -> None:
    font = TTFont(font_path(face), lazy=True)
    assert family_name(face) == font["name"].getDebugName(1)
    os2 = font["OS/2"]
    assert fonts.win_ratio(face) == (os2.usWinAscent + os2.usWinDescent) / font["head"].unitsPerEm


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ที่ปู่น้ำ", [("ที่ปู่น้ำ", "prompt")]),
        ("สงขลา 🌊 ทะเล", [("สงขลา ", "prompt"), ("🌊", EMOJI), (" ทะเล", "prompt")]),
        ("กขПривет миру", [("กข", "prompt"), ("Привет миру", "noto-sans")]),
        ("① สงขลา", [("①", "noto-sans-symbols"), (" สงขลา", "prompt")]),
        ("👨‍👩‍👧‍👦🇹🇭", [("👨‍👩‍👧‍👦🇹🇭", EMOJI)]),
        ("1️⃣ 1", [("1️⃣", EMOJI), (" 1", "prompt")]),
        ("★", [("⭐", EMOJI)]),
        ("👨🏿‍👩🏻‍👧🏽ก", [("👨", EMOJI), ("ก", "prompt")]),
        ("عليكم السلام", [("عليكم السلام", "noto-sans-arabic")]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_the_face_changes(text: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece, face.family) for piece, face in itemise(text, NAME)] == pieces
    assert not missing_glyphs(NAME, text)


@needs_harfbuzz
@pytest.mark.parametrize(
    "emoji", ["🌊", "👨‍👩‍👧‍👦", "🇹🇭", "👍🏽", "❤️", "1️⃣", "👩🏽‍🌾", "🏳️‍🌈", "👨🏿‍👩🏻‍👧🏽", "🧑🏿‍🤝‍🧑🏻"]
)
def test_an_emoji_is_one_picture_and_no_box(emoji: str) -> None:
    ((piece, face),) = itemise(emoji, NAME)
    assert face == Face(family=EMOJI, weight=600)
    glyphs, advance_px = shaped(face, piece, 100)
    assert 0 not in glyphs
    assert advance_px == pytest.approx(shaped(face, "🌊", 100)[1], abs=1)


def test_a_face_that_stands_in_is_as_heavy() -> None:
    measure = FontMeasure()
    light, heavy = (Face(family="prompt", weight=weight) for weight in (400, 700))
    inks = [int(np.asarray(text_mask("Привет", face, 100)[0]).sum()) for face in (light, heavy)]
    assert inks[1] > 1.3 * inks[0]
    assert measure.width_px("Привет", heavy, 100) > measure.width_px("Привет", light, 100)


def test_what_no_face_has_is_told() -> None:
    assert missing_glyphs(NAME, "สงขลา 東京 東") == ("東", "京")
    assert missing_glyphs(NAME, "สงขลา\n🌊") == ()


TEXTS = st.lists(
    st.sampled_from(["ที่", "น้ำ", "ผู้ใหญ่", " ", "SME", "🌊", "👨‍👩‍👧", "❤️", "Привет", "é", "(", "๓๑", "🇹🇭", "ข้าว"]),
    max_size=8,
).map("".join)


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_pieces_are_the_text_and_never_cut_a_cluster(text: str) -> None:
    pieces = itemise(text, NAME)
    assert "".join(piece for piece, _ in pieces) == text
    assert [c for piece, _ in pieces for c in clusters(piece)] == clusters(text)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_ink_is_measured_as_it_is_drawn(text: str) -> None:
    measure = FontMeasure()
    mask, ink = text_mask(text, NAME, 60)
    if ink == (0, 0, 0, 0):
        assert not text.strip()
        return
    assert mask.getbbox() == (0, 0, ink.right_px - ink.left_px, ink.bottom_px - ink.top_px)
    assert ink.right_px - ink.left_px <= measure.width_px(text, NAME, 60) + 1
    advance_px = sum(load(face, 60).getlength(piece) for piece, face in itemise(text, NAME))
    assert measure.width_px(text, NAME, 60) >= advance_px


def test_one_face_is_drawn_as_pillow_draws_it() -> None:
    text, face = "ผู้ใหญ่ญี่ปุ่นน้ำซึ่ง", NAME
    mask, ink = text_mask(text, face, 72)
    whole = Image.new("L", mask.size)
    ImageDraw.Draw(whole).text((-ink.left_px, -ink.top_px), text, fill=255, font=load(face, 72), anchor="ls")
    assert mask.tobytes() == whole.tobytes()


@pytest.mark.skipif(sys.platform != "linux", reason="hides a library by the Linux loader's search path")
def test_a_machine_whose_fribidi_cannot_be_loaded_is_refused(tmp_path: Path) -> None:
    for name in ("libfribidi.so", "libfribidi.so.0"):
        (tmp_path / name).touch()
    script = "from pipeline.card.fonts import require_shaping; require_shaping()"
    env = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "shaping-missing" in done.stderr
