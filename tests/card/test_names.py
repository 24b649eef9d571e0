"""Two hundred made-up names on every card and in every shape of frame: nothing overflows, touches or is a box."""

from __future__ import annotations

from itertools import accumulate

import pytest
from made_names import made_names
from test_layout import BREAK, FRAMES, MEASURE, OPENER, SHAPES, STYLE, WORDS, card_text, end, place, said

from pipeline.card.checks import faults
from pipeline.card.draw import draw_layers, flatten, place_third
from pipeline.card.fonts import itemise, missing_glyphs
from pipeline.card.pieces import Run
from pipeline.card.texts import SlateText, ThirdText
from pipeline.preset.fields import StillLayout
from pipeline.text.thai import clusters, make_breaker

MADE = made_names(200)
"""Their order is that of a fixed dice, so that every tenth of them is a sample; the slow tests take all of them."""
BREAKER = make_breaker(WORDS)
some_or_all = pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.slow)])


def check_lines(name: str, lines: tuple[Run, ...]) -> None:
    """The lines are the whole name, and each ends where a line may end."""
    assert "".join(run.text for run in lines).replace(" ", "") == name.replace(" ", "")
    bare = [unit.replace(" ", "") for unit in BREAKER.units(name)]
    ends = set(accumulate(map(len, bare)))
    assert set(accumulate(len(run.text.replace(" ", "")) for run in lines)) <= ends
    whole = set(accumulate(map(len, clusters(name.replace(" ", "")))))
    assert set(accumulate(len(run.text.replace(" ", "")) for run in lines)) <= whole


def test_the_names_are_what_they_should_be() -> None:
    assert len(set(MADE)) == 200
    assert max(map(len, MADE)) > 110
    assert sum("🌊" in name or "👨‍👩‍👧" in name for name in MADE) >= 5
    assert sum(any(char.isascii() and char.isalpha() for char in name) for name in MADE) >= 20


@pytest.mark.parametrize("shape", SHAPES)
@some_or_all
def test_made_up_names_on_title_cards(step: int, shape: StillLayout) -> None:
    for name in MADE[::step]:
        placed = place(card_text(5).model_copy(update={"name": name}), shape)
        assert faults(placed, MEASURE) == (), name
        check_lines(name, said(placed, "name"))


@pytest.mark.parametrize("shape", SHAPES[:3])
@some_or_all
def test_made_up_names_in_lower_thirds(step: int, shape: StillLayout) -> None:
    for name in MADE[step // 3 :: step]:
        third = ThirdText(name=name, theme="สิ่งแวดล้อมยั่งยืน", number=7, total=31, accent="#7ED6A0")
        placed = place_third(third, STYLE, FRAMES[shape], BREAKER)
        assert faults(placed, MEASURE) == (), name
        lines = tuple(run for run in placed.runs if run.role == "name")
        assert len(lines) <= 2
        check_lines(name, lines)


@pytest.mark.parametrize("shape", SHAPES[:3])
@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.slow)])
def test_made_up_names_on_slates_openers_breaks_and_thanks(step: int, shape: StillLayout) -> None:
    for index, name in enumerate(MADE[::step]):
        text = card_text(5).model_dump(exclude={"kind"}) | {"name": name}
        slate = place(SlateText(**text, note="จะนำเสนอในลำดับถัดไป"), shape)
        opener = place(OPENER.model_copy(update={"event_name": name}), shape)
        pause = place(BREAK.model_copy(update={"title": name}), shape)
        thanks = MADE[index : index + 1 + index % 12]
        thanked = place(end(thanks), shape)
        for placed in (slate, opener, pause, thanked):
            assert faults(placed, MEASURE) == (), name
        check_lines(name, said(slate, "name"))
        check_lines(name, said(opener, "event"))
        check_lines(name, said(pause, "title"))
        shown = "".join(run.text for run in said(thanked, "thanks")).replace(" ", "")
        assert shown == "".join(thanks).replace(" ", "")


def test_no_made_up_name_has_a_box() -> None:
    for name in MADE:
        for face in (STYLE.faces.name, STYLE.faces.text):
            assert not missing_glyphs(face, name), name
            for piece, one in itemise(name, face):
                assert not missing_glyphs(one, piece)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", MADE[5::50])
def test_ink_as_drawn_is_where_the_layout_says(name: str, shape: StillLayout) -> None:
    card = card_text(5).model_copy(update={"name": name})
    placed = place(card, shape)
    drawn = [layer for layer in draw_layers(card, STYLE, FRAMES[shape], BREAKER) if layer.role == "name"]
    for layer, run in zip(drawn, said(placed, "name"), strict=True):
        box = layer.image.getchannel("A").getbbox()
        area = run.area(MEASURE)
        assert box == (0, 0, layer.image.width, layer.image.height)
        assert (layer.x_px, layer.y_px) == area[:2]
        assert (layer.x_px + layer.image.width, layer.y_px + layer.image.height) == area[2:]
    assert flatten(draw_layers(card, STYLE, FRAMES[shape], BREAKER)).size == (
        FRAMES[shape].width_px,
        FRAMES[shape].height_px,
    )
