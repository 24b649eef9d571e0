"""Drawn cards: measured on the pixels."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageColor, ImageFont, features
from test_layout import FRAMES, SHAPES, STYLE, WORDS, card_text, place, slate_text

from pipeline.card import fonts
from pipeline.card.draw import FontMeasure, draw_card, draw_layers, draw_slate, flatten
from pipeline.card.layout import CardText, Frame
from pipeline.card.pieces import Run
from pipeline.errors import MachineError, OurError, PresetError
from pipeline.preset.model import Face, Layout
from pipeline.text.thai import make_breaker

FACES = (STYLE.faces.name, STYLE.faces.label, STYLE.faces.ghost, STYLE.faces.text, STYLE.faces.caption)
SAMPLE = (1, 5, 16, 25, 29)


def draw(card: CardText, shape: Layout) -> Image.Image:
    frame = FRAMES[shape]
    return draw_card(card, STYLE, frame.width_px, frame.height_px, shape, make_breaker(WORDS))


def words_only(card: CardText, shape: Layout) -> Image.Image:
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
def test_p6_ink_stays_in_the_safe_area(number: int, shape: Layout) -> None:
    frame = FRAMES[shape]
    box = words_only(slate_text(number), shape).getbbox()
    assert box is not None
    above = 0.14 if shape == "tall" else 0.05
    assert box[0] >= 0.05 * frame.width_px
    assert box[2] <= 0.95 * frame.width_px
    assert box[1] >= above * frame.height_px
    assert box[3] <= (1 - above) * frame.height_px


@pytest.mark.parametrize("number", [5, 16])
def test_p7_empty_rows_between_the_lines_as_drawn(number: int) -> None:
    placed = place(card_text(number), "square")
    words = words_only(card_text(number), "square")
    name = [run for run in placed.runs if run.role == "name"]
    for upper, lower in pairwise(name):
        band = words.crop((0, upper.baseline_px, words.width, lower.baseline_px))
        empty = [y for y in range(band.height) if band.crop((0, y, band.width, y + 1)).getbbox() is None]
        assert len(empty) >= 2


def luminance(colour: tuple[int, ...]) -> float:
    """Source: WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour[:3])]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, ...], two: tuple[int, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shape", SHAPES)
def test_words_are_readable_on_their_ground(shape: Layout) -> None:
    placed = place(slate_text(5), shape)
    layers = draw_layers(slate_text(5), STYLE, FRAMES[shape], make_breaker(WORDS))
    ground = flatten(tuple(layer for layer in layers if layer.role not in {run.role for run in placed.runs} - {"note"}))

    def brightest_behind(run: Run) -> tuple[int, ...]:
        ink = FontMeasure().ink(run.text, run.face, run.size_px)
        x_px, y_px = run.x_px, run.baseline_px
        area = (x_px + ink.left_px, y_px + ink.top_px, x_px + ink.right_px, y_px + ink.bottom_px)
        extrema = ground.crop(area).getextrema()
        return tuple(int(band[1]) for band in extrema if isinstance(band, tuple))

    for run in placed.runs:
        behind = ImageColor.getrgb(slate_text(5).accent) if run.role == "note" else brightest_behind(run)
        assert contrast(ImageColor.getrgb(run.colour), behind) >= 4.5, run.text


def test_the_same_card_gives_the_same_pixels() -> None:
    one = draw_card(card_text(5), STYLE, 480, 270, "wide", make_breaker(WORDS))
    two = draw_card(card_text(5), STYLE, 480, 270, "wide", make_breaker(WORDS))
    assert one.mode == "RGB"
    assert one.size == (480, 270)
    assert one.tobytes() == two.tobytes()


def test_drawing_on_a_card_leaves_the_next_one_clean() -> None:
    first = draw_card(card_text(5), STYLE, 480, 270, "wide", make_breaker(WORDS))
    kept = first.tobytes()
    first.paste("#ffffff", (0, 0, 480, 270))
    assert draw_card(card_text(5), STYLE, 480, 270, "wide", make_breaker(WORDS)).tobytes() == kept


def test_a_slate_shows_more_accent_than_its_card() -> None:
    accent = ImageColor.getrgb(slate_text(7).accent)

    def accent_px(picture: Image.Image) -> int:
        return sum(pixels for pixels, colour in picture.getcolors(1 << 24) or [] if colour == accent)

    slate = draw_slate(slate_text(7), STYLE, 1920, 1080, "wide", make_breaker(WORDS))
    assert accent_px(slate) > 3 * accent_px(draw(card_text(7), "wide"))


@pytest.mark.parametrize("field", ["event_name", "name", "theme", "date_text"])
def test_a_character_without_a_glyph_is_named(field: str) -> None:
    card = card_text(1).model_copy(update={field: "สงขลา 🌊 東"})
    with pytest.raises(OurError) as caught:
        draw(card, "wide")
    assert caught.value.code == "glyph-missing"
    assert caught.value.values[:2] == ("สงขลา 🌊 東", "🌊 東")
    assert str(caught.value.values[2]).startswith(("Prompt", "Sarabun"))


@pytest.mark.parametrize("face", FACES)
def test_fonts_are_read_as_fonttools_reads_them(face: Face) -> None:
    font = TTFont(fonts.font_path(face), lazy=True)
    known = set(font.getBestCmap())
    everything = "".join(map(chr, [*range(0x20, 0x2FFF), *range(0xFB00, 0xFB10), 0x1F30A]))
    missing = set(fonts.missing_glyphs(face, everything))
    invisible = set("\u00ad\u200b\u200c\u200d\u2060")
    assert missing == {char for char in everything if ord(char) not in known} - invisible
    assert fonts.family_name(face) == font["name"].getDebugName(1)


def test_a_face_that_is_not_installed_is_named() -> None:
    for face in (Face(family="no-such-family", weight=400), Face(family="prompt", weight=450)):
        with pytest.raises(PresetError) as caught:
            fonts.font_path(face)
        assert caught.value.values == (face.family, face.weight)


def test_layers_can_be_moved_one_by_one() -> None:
    layers = draw_layers(card_text(5), STYLE, Frame(width_px=480, height_px=270, layout="wide"), make_breaker(WORDS))
    assert [layer.role for layer in layers[:5]] == ["ground", "ghost", "wave", "wave", "wave"]
    for wave in layers[2:5]:
        assert wave.x_px < 0
        assert wave.x_px + wave.image.width > 480
        assert wave.y_px + wave.image.height == 270
