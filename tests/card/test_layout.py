"""Card layout: the rules of the look, over every name in the roster and every shape of frame."""

from __future__ import annotations

import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.card.checks import faults
from pipeline.card.layout import lay_out, texts_of
from pipeline.card.measure import FontMeasure
from pipeline.card.pieces import CardLayout, Frame, Ink, Run
from pipeline.card.texts import (
    AnyCard,
    BreakText,
    CardText,
    CountdownText,
    EndText,
    OpenerText,
    SlateText,
    ThemeText,
)
from pipeline.preset.fields import StillLayout
from pipeline.preset.model import Face, Style
from pipeline.text.dates import thai_date_range
from pipeline.text.thai import make_breaker

PRESETS = Path(__file__).parents[2] / "presets"
EVENT = tomllib.loads((PRESETS / "events" / "songkhla-2565.toml").read_text("utf-8"))
STYLE = Style.model_validate(tomllib.loads((PRESETS / "styles" / "lake.toml").read_text("utf-8")))
WORDS = tuple(
    word for word in (PRESETS / "words" / "th.txt").read_text("utf-8").splitlines() if word and word[0] != "#"
)
NAMES = tuple(partner["name"] for partner in EVENT["partners"])
THEMES = EVENT["themes"]
FRAMES: dict[StillLayout, Frame] = {
    "wide": Frame(width_px=1920, height_px=1080, layout="wide"),
    "square": Frame(width_px=1080, height_px=1080, layout="square"),
    "portrait": Frame(width_px=1080, height_px=1350, layout="portrait"),
    "tall": Frame(width_px=1080, height_px=1920, layout="tall"),
    "link": Frame(width_px=1200, height_px=630, layout="link"),
}
SHAPES: tuple[StillLayout, ...] = ("wide", "square", "portrait", "tall", "link")
MEASURE = FontMeasure()


def card_text(number: int) -> CardText:
    theme = THEMES[number % len(THEMES)]
    return CardText(
        event_name=EVENT["name"],
        name=NAMES[number - 1],
        theme=theme["name"],
        date_text=thai_date_range(EVENT["starts_on"], EVENT["ends_on"]),
        number=number,
        total=len(NAMES),
        accent=theme["accent"],
    )


def slate_text(number: int) -> SlateText:
    return SlateText(**card_text(number).model_dump(exclude={"kind"}), note=EVENT["slate"]["note"])


DATE = thai_date_range(EVENT["starts_on"], EVENT["ends_on"])
OPENER = OpenerText(
    event_name=EVENT["name"],
    title="ยินดีต้อนรับสู่",
    date_text=DATE,
    venue=EVENT["venue"],
    themes=tuple(ThemeText(name=theme["name"], accent=theme["accent"]) for theme in THEMES),
    accent=STYLE.accent,
)
BREAK = BreakText(
    event_name=EVENT["name"],
    title="พักรับประทานอาหารกลางวัน",
    note="กลับมาเวลา 13.00 น.",
    date_text=DATE,
    accent=STYLE.accent,
)


def countdown(seconds: int) -> CountdownText:
    return CountdownText(
        event_name=EVENT["name"],
        title="เริ่มในอีก",
        note="เริ่มเวลา 09.00 น.",
        date_text=DATE,
        seconds=seconds,
        accent=STYLE.accent,
    )


def end(thanks: tuple[str, ...]) -> EndText:
    return EndText(
        event_name=EVENT["name"],
        title="ขอขอบคุณ",
        thanks=thanks,
        note="แล้วพบกันใหม่ปีหน้า",
        date_text=DATE,
        accent="#FF8A7A",
    )


def place(card: AnyCard, shape: StillLayout) -> CardLayout:
    return lay_out(card, STYLE, FRAMES[shape], MEASURE, make_breaker(WORDS))


def ink_box(run: Run) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a run's ink in the frame."""
    ink = MEASURE.ink(run.text, run.face, run.size_px)
    x_px, y_px = run.x_px, run.baseline_px
    return x_px + ink.left_px, y_px + ink.top_px, x_px + ink.right_px, y_px + ink.bottom_px


def said(placed: CardLayout, role: str) -> tuple[Run, ...]:
    return tuple(run for run in placed.runs if run.role == role)


def check_room(placed: CardLayout) -> None:
    """No ink outside the safe area, none touching another line's, pills and bar clear of other words."""
    frame = placed.frame
    above, below = (0.14, 0.22) if frame.layout == "tall" else (0.05, 0.05)
    boxes = {run: ink_box(run) for run in placed.runs}
    for left, top, right, bottom in boxes.values():
        assert 0.05 * frame.width_px <= left
        assert right <= 0.95 * frame.width_px
        assert above * frame.height_px <= top
        assert bottom <= (1 - below) * frame.height_px
    for (one, (left, top, right, bottom)), (two, (x0, y0, x1, y1)) in combinations(boxes.items(), 2):
        # At least two empty rows or columns between any two lines.
        assert bottom + 2 <= y0 or y1 + 2 <= top or right + 2 <= x0 or x1 + 2 <= left, (one.text, two.text)
    for box in placed.boxes:
        x0, y0, x1, y1 = box.x_px, box.y_px, box.x_px + box.width_px, box.y_px + box.height_px
        assert above * frame.height_px <= y0
        assert x1 <= 0.95 * frame.width_px
        for run, (left, top, right, bottom) in boxes.items():
            if (run.role, run.step) == (box.role, box.step):
                assert x0 < left < right < x1
                assert y0 < top < bottom < y1
            else:
                assert bottom <= y0 or y1 <= top or right <= x0 or x1 <= left, (box.role, run.text)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", range(1, len(NAMES) + 1))
def test_every_name_of_the_roster(number: int, shape: StillLayout) -> None:
    placed = place(card_text(number), shape)
    check_room(placed)
    lines = [run.text for run in said(placed, "name")]
    assert "".join(lines).replace(" ", "") == NAMES[number - 1].replace(" ", "")
    assert len({run.size_px for run in said(placed, "name")}) == 1
    check_room(place(slate_text(number), shape))


@pytest.mark.parametrize("number", [1, 5, 14, 16, 29])
def test_a_wide_card_follows_the_book(number: int) -> None:
    placed = place(card_text(number), "wide")
    name = said(placed, "name")
    assert name[0].size_px in {116, 104, 92, 82, 72, 64}
    assert len(name) <= (3 if name[0].size_px <= 72 else 2)
    inks = [ink_box(run) for run in name]
    assert abs((inks[0][1] + max(ink[3] for ink in inks)) / 2 - 540) <= 1
    assert {ink[0] for ink in inks} == {160} == {placed.boxes[0].x_px}
    assert said(placed, "event")[0].size_px == 40
    assert said(placed, "number")[0].text == f"{number:02d} / 31"
    assert ink_box(said(placed, "number")[0])[2] == 1760
    assert isinstance(placed.ghost, Run)
    assert placed.ghost.text == f"{number:02d}"
    assert len(placed.waves) == 3


@pytest.mark.parametrize("shape", SHAPES)
def test_a_name_breaks_at_its_own_space_first(shape: StillLayout) -> None:
    lines = [run.text for run in said(place(card_text(16), shape), "name")]
    assert any("".join(lines[:at]) == "สมาคมคนพิการจังหวัดสงขลา" for at in range(1, len(lines)))


def test_p7_lines_never_touch() -> None:
    card = card_text(1).model_copy(update={"name": "ผู้ใหญ่ปู่ฎุฐูญี่ปุ่น กี้ซึ่งน้ำที่ป้ำกี๊กฟ้าปู่ฐู"})
    name = said(place(card, "square"), "name")
    assert len(name) > 1
    for upper, lower in pairwise(name):
        assert ink_box(lower)[1] - ink_box(upper)[3] >= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_unset_leaves_no_trace(shape: StillLayout) -> None:
    placed = place(card_text(3).model_copy(update={"theme": None, "number": None}), shape)
    assert [box.role for box in placed.boxes] == ["bar"]
    assert placed.ghost is None
    assert {run.role for run in placed.runs} == {"event", "name"} | ({"date"} if shape != "link" else set())


def test_a_slate_says_its_note_in_a_filled_pill() -> None:
    placed = place(slate_text(7), "wide")
    assert said(placed, "note")[0].text == "จะนำเสนอในลำดับถัดไป"
    assert [box.stroke_px is None for box in placed.boxes if box.role in {"note", "theme"}] == [True, False]


def test_a_smaller_frame_is_the_same_picture_smaller() -> None:
    large = place(card_text(5), "wide")
    small = lay_out(
        card_text(5), STYLE, Frame(width_px=960, height_px=540, layout="wide"), MEASURE, make_breaker(WORDS)
    )
    assert [run.text for run in small.runs] == [run.text for run in large.runs]
    for run, twin in zip(small.runs, large.runs, strict=True):
        assert abs(2 * run.baseline_px - twin.baseline_px) <= 4


def test_every_text_is_named_with_its_face() -> None:
    told = dict(texts_of(slate_text(7), STYLE))
    assert told[NAMES[6]] == STYLE.faces.name
    assert told["07"] == STYLE.faces.ghost
    assert told["07 / 31"] == told["จะนำเสนอในลำดับถัดไป"] == STYLE.faces.label


class BlockMeasure:
    """A font of equal letters, 0.5 em wide, reaching 1 em above the baseline and 0.4 em below."""

    def width_px(self, text: str, face: Face, size_px: int) -> float:
        del face
        return len(text) * size_px / 2

    def missing(self, text: str, face: Face) -> tuple[str, ...]:
        del text, face
        return ()

    def ink(self, text: str, face: Face, size_px: int) -> Ink:
        return Ink(0, -size_px, round(self.width_px(text, face, size_px)), round(0.4 * size_px))


@given(st.lists(st.sampled_from(["มูลนิธิ", "สงขลา", "node", " ", "การ", "เมือง"]), min_size=1, max_size=14))
@settings(max_examples=40, deadline=None)
def test_layout_needs_no_font(words: list[str]) -> None:
    name = " ".join("".join(words).split())
    if not name:
        return
    card = card_text(1).model_copy(update={"name": name})
    placed = lay_out(card, STYLE, FRAMES["square"], BlockMeasure(), make_breaker(WORDS))
    lines = said(placed, "name")
    assert max(len(run.text) * run.size_px / 2 for run in lines) <= 900
    assert "".join(run.text for run in lines).replace(" ", "") == name.replace(" ", "")
    for upper, lower in pairwise(lines):
        assert lower.baseline_px - upper.baseline_px >= 1.45 * upper.size_px - 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "card", [OPENER, BREAK, countdown(10), countdown(600), countdown(3600)], ids=lambda card: card.kind
)
def test_the_event_s_own_cards(card: AnyCard, shape: StillLayout) -> None:
    placed = place(card, shape)
    check_room(placed)
    assert faults(placed, MEASURE) == ()


@pytest.mark.parametrize("shape", SHAPES[:3])
@pytest.mark.parametrize("count", range(13))
def test_one_to_twelve_names_are_thanked(count: int, shape: StillLayout) -> None:
    placed = place(end(NAMES[:count]), shape)
    check_room(placed)
    assert faults(placed, MEASURE) == ()
    lines = said(placed, "thanks")
    assert "".join(run.text for run in lines).replace(" ", "") == "".join(NAMES[:count]).replace(" ", "")
    assert len({run.size_px for run in lines}) <= 1
    assert len({ink_box(run)[0] for run in lines}) <= 2  # columns


@pytest.mark.parametrize("shape", SHAPES[:3])
def test_an_opener_shows_each_theme_in_its_accent(shape: StillLayout) -> None:
    placed = place(OPENER, shape)
    pills = {box.colour for box in placed.boxes if box.role == "theme"}
    assert pills == {theme["accent"] for theme in THEMES}
    largest = max(run.size_px for run in placed.runs)
    assert {run.role for run in placed.runs if run.size_px == largest} == {"event"}


def test_the_picture_for_a_link_is_shorter_and_larger() -> None:
    link, wide = place(card_text(1), "link"), place(card_text(1), "wide")
    roles = {run.role for run in link.runs}
    assert roles == {run.role for run in wide.runs} - {"date", "number"}
    assert said(link, "name")[0].size_px / 1200 > said(wide, "name")[0].size_px / 1920
    assert {run.role for run in place(OPENER, "link").runs} == {"event", "date"}


@pytest.mark.parametrize("shape", SHAPES[:3])
@pytest.mark.parametrize("card", [card_text(5), slate_text(5), OPENER, BREAK, countdown(60), end(NAMES[:4])])
def test_words_appear_one_after_another(card: AnyCard, shape: StillLayout) -> None:
    placed = place(card, shape)
    numbered = [box.step for box in placed.boxes] + [run.step for run in placed.runs]
    steps = sorted({step for step in numbered if step is not None})
    assert None not in numbered
    assert steps == list(range(len(steps)))
    by_line = [run.step for run in placed.runs]
    assert len(set(by_line)) == len(by_line)
    assert next(box.step for box in placed.boxes if box.role == "bar") == 0
    for box in placed.boxes:
        if box.role != "bar":
            assert [run.role for run in placed.runs if run.step == box.step] == [box.role]
    assert placed.ghost is None or placed.ghost.step is None
