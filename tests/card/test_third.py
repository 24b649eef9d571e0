"""The lower third: above the captions, inside the safe area, readable on anything."""

from __future__ import annotations

from itertools import accumulate

import pytest
from PIL import Image, ImageColor
from test_layout import FRAMES, MEASURE, NAMES, SHAPES, STYLE, THEMES, WORDS

from pipeline.card.checks import contrast, faults, safe_area
from pipeline.card.draw import Layer, draw_third, place_third
from pipeline.card.fonts import win_ratio
from pipeline.card.texts import ThirdText
from pipeline.errors import OurError
from pipeline.preset.fields import Layout
from pipeline.text.geometry import caption_em_px, safe_margins_px
from pipeline.text.thai import make_breaker

BREAKER = make_breaker(WORDS)
LAYOUTS: tuple[Layout, ...] = ("wide", "square", "portrait", "tall")
assert SHAPES[:4] == LAYOUTS


def third_text(number: int) -> ThirdText:
    theme = THEMES[number % len(THEMES)]
    return ThirdText(name=NAMES[number - 1], theme=theme["name"], number=number, total=31, accent=theme["accent"])


def draw(third: ThirdText, shape: Layout) -> Layer:
    return draw_third(third, STYLE, FRAMES[shape].width_px, FRAMES[shape].height_px, shape, BREAKER)


@pytest.mark.parametrize("shape", LAYOUTS)
@pytest.mark.parametrize("number", range(1, 32))
def test_every_name_of_the_roster(number: int, shape: Layout) -> None:
    placed = place_third(third_text(number), STYLE, FRAMES[shape], BREAKER)
    assert faults(placed, MEASURE) == ()
    name = [run for run in placed.runs if run.role == "name"]
    assert "".join(run.text for run in name).replace(" ", "") == NAMES[number - 1].replace(" ", "")
    assert len(name) <= 2
    assert placed.runs[-1].text.split() == [THEMES[number % 3]["name"], "·", f"{number:02d}", "/", "31"]
    assert placed.runs[-1].size_px < name[0].size_px


@pytest.mark.parametrize("shape", LAYOUTS)
@pytest.mark.parametrize("number", [5, 7])
def test_the_plate_ends_above_two_lines_of_captions(number: int, shape: Layout) -> None:
    layer, frame = draw(third_text(number), shape), FRAMES[shape]
    _, safe_px = safe_margins_px(frame.width_px, frame.height_px)
    line_px = caption_em_px(frame.width_px, frame.height_px) * win_ratio(STYLE.faces.caption)
    captions_top_px = frame.height_px - safe_px - 2 * line_px
    assert layer.y_px + layer.image.height < captions_top_px
    safe = safe_area(frame)
    assert safe.left_px <= layer.x_px
    assert layer.x_px + layer.image.width <= safe.right_px
    assert layer.y_px > frame.height_px / 2


@pytest.mark.parametrize("below", ["#ffffff", "#000000", "#808080"])
def test_words_are_readable_whatever_is_below(below: str) -> None:
    layer = draw(third_text(7), "wide")
    ground = Image.new("RGB", layer.image.size, below)
    ground.paste(layer.image, (0, 0), layer.image)
    plate = ground.getpixel((layer.image.width - 40, layer.image.height // 2))
    assert isinstance(plate, tuple)
    assert contrast(ImageColor.getrgb(STYLE.ink), plate) >= 4.5
    assert abs(layer.image.getchannel("A").getpixel((layer.image.width - 40, 40)) - 0.88 * 255) <= 1  # type: ignore[operator]


def test_a_bar_at_the_left_and_round_corners_at_the_right() -> None:
    layer = draw(third_text(7), "wide")
    alpha = layer.image.getchannel("A")
    wide_px, high_px = layer.image.size
    accent = ImageColor.getrgb(third_text(7).accent)
    for y_px in (0, high_px // 2, high_px - 1):
        assert layer.image.getpixel((2, y_px)) == (*accent, 255)
    assert alpha.getpixel((wide_px - 1, 0)) == alpha.getpixel((wide_px - 1, high_px - 1)) == 0
    assert layer.role == "third"
    assert layer.step == 0


@pytest.mark.parametrize("shape", LAYOUTS)
def test_what_is_unset_leaves_no_trace(shape: Layout) -> None:
    def lines(**unset: None) -> list[str]:
        third = third_text(7).model_copy(update=unset)
        return [run.text for run in place_third(third, STYLE, FRAMES[shape], BREAKER).runs]

    assert lines(theme=None)[1:] == ["07 / 31"]
    assert lines(number=None)[1:] == [THEMES[1]["name"]]
    assert lines(theme=None, number=None)[1:] == []
    full = draw(third_text(7), shape).image.height
    assert draw(third_text(7).model_copy(update={"theme": None, "number": None}), shape).image.height < full


def test_a_name_without_a_glyph_is_refused() -> None:
    with pytest.raises(OurError) as caught:
        draw(third_text(7).model_copy(update={"name": "東京"}), "wide")
    assert caught.value.code == "glyph-missing"


@pytest.mark.parametrize("shape", LAYOUTS)
def test_an_absurdly_long_name_ends_at_a_word(shape: Layout) -> None:
    name = "".join(NAMES)[:300].rstrip("เแโใไ")
    placed = place_third(third_text(7).model_copy(update={"name": name}), STYLE, FRAMES[shape], BREAKER)
    assert faults(placed, MEASURE) == ()
    shown = "".join(run.text for run in placed.runs if run.role == "name").replace(" ", "")
    assert shown.endswith("…")
    assert name.replace(" ", "").startswith(shown[:-1])
    assert len(shown) > 100
    ends = set(accumulate(len(unit.replace(" ", "")) for unit in BREAKER.units(name)))
    assert len(shown) - 1 in ends
