"""Drawn cards: measured on the pixels."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont, features
from test_layout import (
    BREAK,
    FRAMES,
    NAMES,
    OPENER,
    SHAPES,
    STYLE,
    WORDS,
    card_text,
    countdown,
    end,
    place,
    slate_text,
)

from pipeline.card import fonts
from pipeline.card.blocks import Desk
from pipeline.card.checks import contrast
from pipeline.card.draw import draw_clock, draw_layers, draw_still, flatten
from pipeline.card.fonts import load
from pipeline.card.measure import FontMeasure
from pipeline.card.pieces import Frame
from pipeline.card.texts import AnyCard
from pipeline.errors import MachineError, OurError, PresetError
from pipeline.preset.fields import StillLayout
from pipeline.preset.model import Face
from pipeline.text.thai import make_breaker

FACES = (STYLE.faces.name, STYLE.faces.label, STYLE.faces.ghost, STYLE.faces.text, STYLE.faces.caption)
SAMPLE = (1, 5, 16, 25, 29)


SMALL = Frame(width_px=480, height_px=270, layout="wide")


def draw(card: AnyCard, shape: StillLayout) -> Image.Image:
    return draw_still(card, STYLE, FRAMES[shape], make_breaker(WORDS))


def words_only(card: AnyCard, shape: StillLayout) -> Image.Image:
    """The picture's difference that the words make, as one grey picture."""
    layers = draw_layers(card, STYLE, FRAMES[shape], make_breaker(WORDS))
    bare = tuple(layer for layer in layers if layer.role in {"ground", "ghost", "wave"})
    return ImageChops.difference(flatten(layers), flatten(bare)).convert("L")


def test_p1_this_machine_shapes_thai() -> None:
    fonts.require_shaping()
    assert fonts.load(STYLE.faces.name, 100).layout_engine == ImageFont.Layout.RAQM


def test_a_machine_without_fribidi_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(MachineError) as caught:
        draw(card_text(1), "wide")
    assert caught.value.code == "shaping-missing"
    assert "fribidi" in str(caught.value.values[0]).lower()


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("marked", "plain"), [("ที่", "ที"), ("น้ำ", "นำ"), ("ซึ่ง", "ซึง"), ("กี๊", "กี"), ("ญี่", "ญี")])
def test_p3_a_tone_mark_stands_above_the_vowel(face: Face, marked: str, plain: str) -> None:
    measure = FontMeasure()
    assert measure.ink(plain, face, 100).top_px - measure.ink(marked, face, 100).top_px > 5


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("marked", "plain"), [("ที่", "ท"), ("ปู่", "ป"), ("ผู้", "ผ")])
def test_p4_marks_take_no_width(face: Face, marked: str, plain: str) -> None:
    font = fonts.load(face, 100)
    assert abs(font.getlength(marked) - font.getlength(plain)) <= 1


@pytest.mark.parametrize("face", FACES)
def test_p2_a_mark_adds_to_the_ink_of_its_letter_only(face: Face) -> None:
    measure = FontMeasure()
    for word in ["ที่", "ปู่", "ฟ้า", "น้ำ", "ผู้ใหญ่", "ซึ่ง", "กี๊ก", "ญี่ปุ่น", "ป้ำ", "ฎุ", "ฐู"]:
        assert not fonts.missing_glyphs(face, word)
        ink = measure.ink(word, face, 100)
        assert ink.top_px < 0 <= ink.bottom_px
        assert ink.right_px - ink.left_px <= measure.width_px(word, face, 100)
    assert measure.ink("ปู่", face, 100).bottom_px > measure.ink("ป", face, 100).bottom_px + 5


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", SAMPLE)
def test_p6_ink_stays_in_the_safe_area(number: int, shape: StillLayout) -> None:
    frame = FRAMES[shape]
    box = words_only(slate_text(number), shape).getbbox()
    assert box is not None
    above, below = (0.14, 0.22) if shape == "tall" else (0.05, 0.05)
    assert box[0] >= 0.05 * frame.width_px
    assert box[2] <= 0.95 * frame.width_px
    assert box[1] >= above * frame.height_px
    assert box[3] <= (1 - below) * frame.height_px


@pytest.mark.parametrize("number", [5, 16])
def test_p7_empty_rows_between_the_lines_as_drawn(number: int) -> None:
    placed = place(card_text(number), "square")
    words = words_only(card_text(number), "square")
    name = [run for run in placed.runs if run.role == "name"]
    for upper, lower in pairwise(name):
        band = words.crop((0, upper.baseline_px, words.width, lower.baseline_px))
        empty = [y for y in range(band.height) if band.crop((0, y, band.width, y + 1)).getbbox() is None]
        assert len(empty) >= 2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "card", [card_text(5), slate_text(16), OPENER, BREAK, end(NAMES[:12])], ids=lambda card: card.kind
)
def test_words_are_readable_on_the_ground_as_drawn(card: AnyCard, shape: StillLayout) -> None:
    placed = place(card, shape)
    layers = draw_layers(card, STYLE, FRAMES[shape], make_breaker(WORDS))
    bare = flatten(layers[: len(layers) - len(placed.runs)])  # words are drawn last
    for run in placed.runs:
        ink = FontMeasure().ink(run.text, run.face, run.size_px)
        x_px, y_px = run.x_px, run.baseline_px
        area = (x_px + ink.left_px, y_px + ink.top_px, x_px + ink.right_px, y_px + ink.bottom_px)
        extrema = [band for band in bare.crop(area).getextrema() if isinstance(band, tuple)]
        for end_of in (0, 1):
            behind = [float(band[end_of]) for band in extrema]
            assert contrast(ImageColor.getrgb(run.colour), behind) >= 4.5, run.text


def test_the_same_card_gives_the_same_pixels() -> None:
    one = draw_still(card_text(5), STYLE, SMALL, make_breaker(WORDS))
    two = draw_still(card_text(5), STYLE, SMALL, make_breaker(WORDS))
    assert one.mode == "RGB"
    assert one.size == (480, 270)
    assert one.tobytes() == two.tobytes()


def test_drawing_on_a_card_leaves_the_next_one_clean() -> None:
    first = draw_still(card_text(5), STYLE, SMALL, make_breaker(WORDS))
    kept = first.tobytes()
    first.paste("#ffffff", (0, 0, 480, 270))
    assert draw_still(card_text(5), STYLE, SMALL, make_breaker(WORDS)).tobytes() == kept


def test_a_slate_shows_more_accent_than_its_card() -> None:
    accent = ImageColor.getrgb(slate_text(7).accent)

    def accent_px(picture: Image.Image) -> int:
        return sum(pixels for pixels, colour in picture.getcolors(1 << 24) or [] if colour == accent)

    slate = draw(slate_text(7), "wide")
    assert accent_px(slate) > 3 * accent_px(draw(card_text(7), "wide"))


@pytest.mark.parametrize("field", ["event_name", "name", "theme", "date_text"])
def test_a_character_without_a_glyph_is_named(field: str) -> None:
    card = card_text(1).model_copy(update={field: "สงขลา 🌊 東"})
    with pytest.raises(OurError) as caught:
        draw(card, "wide")
    assert caught.value.code == "glyph-missing"
    assert caught.value.values[:2] == ("สงขลา 🌊 東", "東")
    assert str(caught.value.values[2]).startswith(("Prompt", "Sarabun"))


def test_a_face_that_is_not_installed_is_named() -> None:
    for face in (Face(family="no-such-family", weight=400), Face(family="prompt", weight=450)):
        with pytest.raises(PresetError) as caught:
            fonts.font_path(face)
        assert caught.value.values == (face.family, face.weight)


def test_layers_can_be_moved_one_by_one() -> None:
    layers = draw_layers(card_text(5), STYLE, SMALL, make_breaker(WORDS))
    assert [layer.role for layer in layers[:5]] == ["ground", "ghost", "wave", "wave", "wave"]
    for wave in layers[2:5]:
        assert wave.x_px < 0
        assert wave.x_px + wave.image.width > 480
        assert wave.y_px + wave.image.height == 270


def test_layers_say_in_which_order_they_appear() -> None:
    layers = draw_layers(slate_text(5), STYLE, SMALL, make_breaker(WORDS))
    assert [layer.step for layer in layers[:5]] == [None] * 5
    steps = {layer.role: layer.step for layer in layers[5:]}
    assert steps["bar"] == 0
    assert len([layer for layer in layers if layer.role == "note"]) == 2  # a pill and its words
    assert len({layer.step for layer in layers if layer.role == "note"}) == 1


@pytest.mark.parametrize("shape", SHAPES[:3])
@pytest.mark.parametrize("seconds", [10, 600, 3600])
def test_a_clock_s_digits_never_leave_their_cells(seconds: int, shape: StillLayout) -> None:
    card, places = countdown(seconds), list[set[float]]()
    for left in (seconds, seconds - 1, seconds // 2, 7, 1, 0):
        layers = draw_clock(card, STYLE, FRAMES[shape], left)
        places = places or [set() for _ in layers]
        assert len(layers) == len(places)
        assert {layer.role for layer in layers} == {"digit"}
        for cell, layer in zip(places, layers, strict=True):
            cell.add(layer.x_px + layer.image.width // 2)
        for one, two in pairwise(layers):
            assert one.x_px + one.image.width < two.x_px
    assert all(max(cell) - min(cell) <= 1 for cell in places)


def test_a_still_countdown_shows_its_first_value() -> None:
    card = countdown(65)
    with_clock, without = draw(card, "wide"), flatten(draw_layers(card, STYLE, FRAMES["wide"], make_breaker(WORDS)))
    clock = place(card, "wide").clock
    assert clock is not None
    assert clock.signs == "1:05"
    box = ImageChops.difference(with_clock, without).getbbox()
    assert box is not None
    assert clock.area.left_px <= box[0] < box[2] <= clock.area.right_px
    assert abs(box[1] - clock.area.top_px) <= 1
    assert abs(box[3] - clock.area.bottom_px) <= 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "card", [card_text(5), OPENER, BREAK, countdown(600), end(NAMES[:12])], ids=lambda card: card.kind
)
def test_p6_no_ink_at_the_frame_s_edges(card: AnyCard, shape: StillLayout) -> None:
    box = words_only(card, shape).getbbox()
    assert box is not None
    assert box[0] > 0
    assert box[1] > 0
    assert box[2] < FRAMES[shape].width_px
    assert box[3] < FRAMES[shape].height_px


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("size_px", [16, 40, 72, 116, 152])
def test_p7_two_stacked_lines_leave_empty_rows_between_them(face: Face, size_px: int) -> None:
    desk = Desk(STYLE, FRAMES["wide"], FontMeasure(), make_breaker(WORDS), STYLE.accent)
    block = desk.set(("ผู้ใหญ่ ปู่ ฎุฐู", "กี้ซึ่งน้ำที่"), face, size_px)
    rows = []
    for line, offset_px in zip(block.lines, block.offsets_px, strict=True):
        font, picture = load(face, size_px), Image.new("L", (14 * size_px, 6 * size_px))
        ImageDraw.Draw(picture).text((size_px, 2 * size_px + offset_px), line, fill=255, font=font, anchor="ls")
        left_px, top_px, right_px, bottom_px = picture.getbbox() or (0, 0, 0, 0)
        assert 0 < left_px < right_px < picture.width
        assert 0 < top_px < bottom_px < picture.height
        rows.append((top_px, bottom_px))
    (_, upper_px), (lower_px, _) = rows
    assert lower_px - upper_px >= 2
