"""The preview's checks: each fault is found when it is made on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_layout import FRAMES, MEASURE, OPENER, SHAPES, STYLE, WORDS, card_text, place, slate_text

from pipeline.card.checks import contrast, faults, least_contrast, safe_area
from pipeline.card.draw import draw_layers, flatten
from pipeline.card.pieces import Area, CardLayout, Frame
from pipeline.card.scenery import behind
from pipeline.preset.fields import StillLayout
from pipeline.text.thai import make_breaker


def codes(placed: CardLayout) -> list[str]:
    return [fault.code for fault in faults(placed, MEASURE)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", range(1, 32))
def test_the_roster_has_no_faults(number: int, shape: StillLayout) -> None:
    assert codes(place(card_text(number), shape)) == []
    assert codes(place(slate_text(number), shape)) == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("right_px", "down_px"), [(-200, 0), (2000, 0), (0, -2000), (0, 2000)])
def test_words_beyond_the_safe_area_are_found(right_px: int, down_px: int, shape: StillLayout) -> None:
    placed = place(card_text(5), shape)
    first, *others = placed.runs
    moved = replace(first, x_px=first.x_px + right_px, baseline_px=first.baseline_px + down_px)
    assert "card-overflow" in codes(replace(placed, runs=(moved, *others)))


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_that_touch_are_found(shape: StillLayout) -> None:
    placed = place(card_text(5), shape)
    first, second = (run for run in placed.runs if run.role == "name") if shape == "wide" else placed.runs[1:3]
    gap_px = second.area(MEASURE).top_px - first.area(MEASURE).bottom_px
    for closer_px, found in ((gap_px - 2, False), (gap_px - 1, True), (gap_px + 10, True)):
        closer = replace(second, baseline_px=second.baseline_px - closer_px)
        runs = tuple(closer if run is second else run for run in placed.runs)
        assert ("card-collision" in codes(replace(placed, runs=runs))) is found


def test_a_pill_over_other_words_is_found() -> None:
    placed = place(slate_text(5), "wide")
    pills = tuple(replace(box, y_px=box.y_px - 200) if box.role == "note" else box for box in placed.boxes)
    assert "card-collision" in codes(replace(placed, boxes=pills))


def test_a_character_without_a_glyph_is_found() -> None:
    placed = place(card_text(5), "wide")
    first, *others = placed.runs
    (fault,) = faults(replace(placed, runs=(replace(first, text="งาน 東京"), *others)), MEASURE)
    assert fault.code == "card-glyph"
    assert "東 京" in fault.th
    assert "東 京" in fault.en


def test_words_that_are_hard_to_read_are_found() -> None:
    placed = place(card_text(5), "wide")
    dim = tuple(replace(run, colour="#406070") if run.role == "event" else run for run in placed.runs)
    (fault,) = faults(replace(placed, runs=dim), MEASURE)
    assert fault.code == "card-contrast"
    pale = replace(placed, ground_dark="#ffffff", ground_light="#ffffff")
    assert "card-contrast" in codes(pale)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_colours_that_are_checked_are_those_that_are_drawn(shape: StillLayout) -> None:
    frame = FRAMES[shape]
    layers = draw_layers(OPENER, STYLE, frame, make_breaker(WORDS))
    drawn = flatten(tuple(layer for layer in layers if layer.role in {"ground", "wave"}))
    whole = Area(0, 0, frame.width_px, frame.height_px)
    told = behind(place(OPENER, shape), whole, step_px=8)
    # Three waves of 8-bit transparency and the noise are rounded one after another.
    assert np.abs(told - np.asarray(drawn, dtype=float)[::8, ::8]).max() <= 4


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21)
    assert contrast((255, 255, 255), (255, 255, 255)) == pytest.approx(1)
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def test_the_safe_area_of_a_tall_frame_leaves_the_buttons_of_apps_free() -> None:
    assert safe_area(FRAMES["tall"]) == (54, 269, 1026, 1498)
    assert safe_area(Frame(width_px=1000, height_px=500, layout="wide")) == (50, 25, 950, 475)


def test_a_filled_pill_is_the_ground_of_its_words() -> None:
    placed = place(slate_text(5), "wide")
    note = next(run for run in placed.runs if run.role == "note")
    accent = tuple(bytes.fromhex(slate_text(5).accent[1:]))
    own = tuple(bytes.fromhex(STYLE.ground_dark[1:]))
    assert least_contrast(placed, note, MEASURE) == pytest.approx(contrast(own, accent), abs=0.01)
