"""Texts that fit in no size: long words go over lines, endless ones end with an ellipsis, and all still looks well."""

from __future__ import annotations

from itertools import accumulate

import pytest
from test_layout import (
    BREAK,
    MEASURE,
    NAMES,
    OPENER,
    SHAPES,
    WORDS,
    card_text,
    check_room,
    countdown,
    end,
    place,
    said,
    slate_text,
)

from pipeline.card.checks import faults
from pipeline.card.texts import AnyCard
from pipeline.errors import OurError
from pipeline.preset.fields import StillLayout
from pipeline.text.thai import make_breaker

LONG_WORDS = ("Donaudampfschifffahrtselektrizitaetenhauptbet", "https://example.org/event/songkhla-2565?from=line")
SAID = ("ภาคีเครือข่ายพลเมืองสงขลาเพื่อทะเลสาบที่ยั่งยืนของลูกหลาน " * 6)[:300].strip()
"""The most that a preset may say."""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("word", LONG_WORDS)
def test_a_word_that_no_line_can_hold_goes_over_lines(word: str, shape: StillLayout) -> None:
    name = f"กลุ่ม {word}"
    for card, role in (
        (card_text(3).model_copy(update={"name": name}), "name"),
        (OPENER.model_copy(update={"event_name": name}), "event"),
        (BREAK.model_copy(update={"title": name}), "title"),
    ):
        placed = place(card, shape)
        check_room(placed)
        assert faults(placed, MEASURE) == ()
        assert "".join(run.text for run in said(placed, role)).replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("card", "field", "role"),
    [
        (card_text(1), "name", "name"),
        (card_text(1), "event_name", "event"),
        (card_text(1), "theme", "theme"),
        (slate_text(1), "note", "note"),
        (OPENER, "event_name", "event"),
        (OPENER, "title", "title"),
        (BREAK, "title", "title"),
        (BREAK, "note", "note"),
        (countdown(600), "title", "title"),
        (countdown(600), "note", "note"),
        (end(NAMES[:3]), "title", "title"),
        (end(()), "title", "title"),
        (end(("ก" * 300, SAID, *NAMES[:4])), "date_text", "date"),
    ],
)
@pytest.mark.parametrize("text", [SAID, "ก" * 300, "Donaudampfschifffahrt" * 15])
def test_what_is_far_too_long_is_cut_short_and_still_looks_well(
    card: AnyCard, field: str, role: str, text: str, shape: StillLayout
) -> None:
    placed = place(card.model_copy(update={field: text}), shape)
    check_room(placed)
    assert faults(placed, MEASURE) == ()
    lines = "".join(run.text for run in said(placed, role)).replace(" ", "")
    assert lines or (shape == "link" and (card.kind, field) == ("opener", "title"))  # not shown there at all
    bare = text.replace(" ", "")
    assert lines in {bare, ""} or (lines.endswith("…") and bare.startswith(lines[:-1]))
    if text == SAID and lines not in {bare, ""} and len(lines) > 40:
        ends = set(accumulate(len(unit.replace(" ", "")) for unit in make_breaker(WORDS).units(text)))
        assert len(lines) - 1 in ends


def test_more_thanks_than_there_is_room_for_are_refused() -> None:
    thanks = NAMES * 9
    with pytest.raises(OurError) as caught:
        place(end(thanks), "wide")
    assert caught.value.code == "text-does-not-fit"
    assert caught.value.values == (" · ".join(thanks),)
