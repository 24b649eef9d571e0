"""Moving cards: measured on the pixels of their frames."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from test_layout import EVENT, STYLE, WORDS, card_text

from pipeline.card.animate import moving
from pipeline.card.draw import Layer, draw_clock, draw_layers, draw_still
from pipeline.card.pieces import Frame
from pipeline.card.planes import Canvas, Rect, colour_of, even_rect, planes_of, rgb_of
from pipeline.card.texts import AnyCard, BreakText, CountdownText, EndText, OpenerText, SlateText, ThemeText
from pipeline.preset.fields import Layout
from pipeline.text.thai import make_breaker

RATE = Fraction(30)
BREAKER = make_breaker(WORDS)
SMALL: dict[Layout, Frame] = {
    "wide": Frame(width_px=640, height_px=360, layout="wide"),
    "square": Frame(width_px=360, height_px=360, layout="square"),
    "tall": Frame(width_px=360, height_px=640, layout="tall"),
}
SAID: dict[str, Any] = {"event_name": "งานวันพลเมืองสงขลา 2565", "date_text": "27–28 กันยายน 2565", "accent": "#FFBE5C"}
CARDS: dict[str, AnyCard] = {
    "title": card_text(5),
    "slate": SlateText(**card_text(16).model_dump(exclude={"kind"}), note=EVENT["slate"]["note"]),
    "opener": OpenerText(**SAID, venue="สงขลา", themes=(ThemeText(name="สังคมเป็นสุข", accent="#FF8A7A"),)),
    "countdown": CountdownText(**SAID, title="เริ่มในอีก", note="เริ่มเวลา 09.00 น.", seconds=65),
    "break": BreakText(**SAID, title="พักรับประทานอาหารกลางวัน", note="กลับมาเวลา 13.00 น."),
    "end": EndText(**SAID, title="ขอขอบคุณ", thanks=("เครือข่ายพลเมืองสงขลา", "มูลนิธิชุมชนสงขลา")),
}
Levels = NDArray[np.uint8]


def clip_of(card: AnyCard, frame: Frame, frames: int = 120) -> Any:  # noqa: ANN401 - MoviePy ships no types
    return moving(card, STYLE, frame, BREAKER, frames, RATE)


def layers_of(card: AnyCard, frame: Frame) -> tuple[Layer, ...]:
    return draw_layers(card, STYLE, frame, BREAKER)


def bright(frame: Levels) -> Levels:
    """The brightness alone, which has the frame's full size."""
    return frame[: frame.shape[0] * 2 // 3]


def at(clip: Any, number: int) -> Levels:  # noqa: ANN401 - MoviePy ships no types
    found: Levels = clip.get_frame(number / 30)
    return found


def part(frame: Levels, layer: Layer, below_px: int = 0) -> Levels:
    """The brightness where the layer lies, and so far below it."""
    x_px, y_px = layer.x_px, layer.y_px
    return bright(frame)[y_px : y_px + layer.image.height + below_px, x_px : x_px + layer.image.width]


def test_a_bar_is_drawn_from_the_left() -> None:
    frame = Frame(width_px=1920, height_px=1080, layout="wide")
    bar = next(layer for layer in layers_of(card_text(5), frame) if layer.role == "bar")
    clip = clip_of(card_text(5), frame)
    rows = [part(at(clip, n), bar).max(axis=0) > 120 for n in range(20)]
    widths = [int(row.sum()) for row in rows]
    assert widths[0] == 0
    assert all(two >= one for one, two in pairwise(widths))
    assert widths[5] < 0.8 * bar.image.width
    assert widths[-1] == bar.image.width
    assert all(row[: row.sum()].all() for row in rows)


@pytest.mark.parametrize("role", ["event", "name", "date"])
@pytest.mark.parametrize("shape", ["wide", "tall"])
def test_words_rise_and_fade_into_their_place(role: str, shape: Layout) -> None:
    frame = SMALL[shape]
    layer = next(layer for layer in layers_of(card_text(5), frame) if layer.role == role)
    clip = clip_of(card_text(5), frame)
    first = next(n for n in range(60) if part(at(clip, n), layer, 8).max() > part(at(clip, 0), layer, 8).max() + 30)

    def ink(number: int) -> tuple[float, float]:
        """Where the middle of the ink is, in rows, and how strong it is."""
        extra = part(at(clip, number), layer, 9).astype(float) - part(at(clip, 0), layer, 9)
        rows = np.maximum(0, extra - 20).sum(axis=1)  # what is left is no water
        return float((rows * np.arange(rows.size)).sum() / rows.sum()), float(rows.sum())

    early, late, last = ink(first), ink(first + 4), ink(119)
    assert early[0] > late[0] + 0.5 > last[0]
    assert early[1] < late[1] < 1.02 * last[1]
    for number in (48, 60, 90):
        assert ink(number)[0] == pytest.approx(last[0], abs=0.02)
        assert ink(number)[1] == pytest.approx(last[1], rel=0.02)


def test_the_faint_numeral_comes_slowly() -> None:
    frame = SMALL["wide"]
    ghost = next(layer for layer in layers_of(card_text(5), frame) if layer.role == "ghost")
    clip = clip_of(card_text(5), frame)
    means = [float(part(at(clip, n), ghost)[:20].mean()) for n in range(0, 75, 3)]
    assert all(two >= one - 0.01 for one, two in pairwise(means))
    half = (means[0] + means[-1]) / 2
    assert 0.7 < next(n * 0.1 for n, mean in enumerate(means) if mean > half) < 1.6


def crest(frame: Levels, x_px: int, near_px: int) -> float:
    """Where in a column the darkest water begins, in rows and parts of a row."""
    column = bright(frame)[near_px - 20 : near_px + 20, x_px].astype(float)
    over, under = column[:4].mean(), column[-4:].mean()
    return near_px - 20 + float(((column - under) / (over - under)).clip(0, 1).sum())


def test_water_moves_steadily_by_less_than_a_pixel() -> None:
    frame = Frame(width_px=1920, height_px=1080, layout="wide")
    clip = clip_of(card_text(5), frame)
    mask = next(reversed([layer for layer in layers_of(card_text(5), frame) if layer.role == "wave"]))
    alpha = np.asarray(mask.image.getchannel("A"))

    shown = [at(clip, n) for n in range(120)]

    def course(x_px: int) -> list[float]:
        near_px = mask.y_px + int((alpha[:, x_px - mask.x_px] > 60).argmax())
        return [crest(frame, x_px, near_px) for frame in shown]

    heights = max((course(x_px) for x_px in range(500, 1500, 250)), key=lambda way: abs(way[-1] - way[0]))
    assert max(abs(two - one) for one, two in pairwise(heights)) < 1
    away = 1 if heights[-1] > heights[0] else -1
    assert away * (heights[-1] - heights[0]) > 2
    # Measured on levels of 0 to 255, a crest is known to about a fifth of a pixel.
    means = [sum(heights[n : n + 10]) / 10 for n in range(0, 120, 10)]
    assert min(away * (two - one) for one, two in pairwise(means)) > 0
    water = [bright(frame)[mask.y_px :] for frame in shown[70:100]]
    assert not any(np.array_equal(one, two) for one, two in pairwise(water))


@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize("shape", SMALL)
def test_the_last_frame_is_the_still_but_for_the_water(kind: str, shape: Layout) -> None:
    card, frame = CARDS[kind], SMALL[shape]
    still = draw_still(card, STYLE, frame, BREAKER)
    top_px = min(layer.y_px for layer in layers_of(card, frame) if layer.role == "wave")
    frames = 30 if kind == "countdown" else 120  # its still shows the first second
    last = at(clip_of(card, frame, frames), frames - 1)
    planes = planes_of(still)
    apart = np.abs(bright(last).astype(int) - np.asarray(planes.y))[:top_px]
    assert apart.max() <= 2
    colours = last.reshape(-1)[bright(last).size :].reshape(2, frame.height_px // 2, -1).astype(int)
    for shown, wanted in zip(colours, (planes.u, planes.v), strict=True):
        assert np.abs(shown - np.asarray(wanted))[: top_px // 2].max() <= 3


@pytest.mark.parametrize("kind", CARDS)
def test_only_what_moves_changes(kind: str) -> None:
    card, frame = CARDS[kind], SMALL["wide"]
    layers = layers_of(card, frame)
    top_px = min(layer.y_px for layer in layers if layer.role == "wave")
    clip = clip_of(card, frame, 150)
    # Once all has come, nothing above the water changes, but a clock.
    one, two = (bright(at(clip, n)) for n in (92, 118))
    assert np.array_equal(one[:top_px], two[:top_px])
    assert not np.array_equal(one[top_px:], two[top_px:])
    # While it comes, what is not near any words is as in the end.
    quiet = np.ones((frame.height_px, frame.width_px), bool)
    clock = draw_clock(card, STYLE, frame, card.seconds) if isinstance(card, CountdownText) else ()
    for layer in (*layers[1:], *clock):
        quiet[max(0, layer.y_px - 2) : layer.y_px + layer.image.height + 12, max(0, layer.x_px - 2) :] = False
    for number in (0, 10, 25, 40):
        assert np.array_equal(bright(at(clip, number))[quiet], one[quiet])


def test_a_frame_depends_on_its_number_alone() -> None:
    card, frame = CARDS["countdown"], SMALL["wide"]
    forwards, backwards = clip_of(card, frame), clip_of(card, frame)
    there = [at(forwards, n).copy() for n in range(0, 120, 7)]
    back = [at(backwards, n).copy() for n in reversed(range(0, 120, 7))]
    for one, two in zip(there, reversed(back), strict=True):
        assert np.array_equal(one, two)


def test_a_frame_is_the_callers_own() -> None:
    clip = clip_of(card_text(5), SMALL["wide"])
    first = at(clip, 100)
    kept = first.copy()
    second = at(clip, 101)
    assert np.array_equal(first, kept)
    second[:] = 0
    assert np.array_equal(at(clip, 100), kept)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)])
def test_every_frame_is_found_by_its_time(rate: Fraction) -> None:
    card = CountdownText(**SAID, title="เริ่มในอีก", seconds=8)
    frame = Frame(width_px=160, height_px=90, layout="wide")
    clip = moving(card, STYLE, frame, BREAKER, int(9 * rate), rate)
    assert clip.duration == pytest.approx(int(9 * rate) / float(rate))
    shown = [clip.get_frame(float(n / rate))[:60].tobytes() for n in range(int(3 * rate), int(8 * rate))]
    changes = [n for n, (one, two) in enumerate(pairwise(shown), int(3 * rate) + 1) if one != two]
    wanted = [next(n for n in range(1000) if n / rate >= second) for second in range(3, 8)]
    assert set(changes) <= set(wanted)
    assert len(changes) >= 3


def test_a_countdown_ends_at_zero() -> None:
    card = CountdownText(**SAID, title="เริ่มในอีก", seconds=3)
    frame = SMALL["wide"]
    zero = draw_clock(card, STYLE, frame, 0)[-1]
    clip = clip_of(card, frame, 96)
    ground = part(at(clip, 0), zero).astype(int)
    inks = [np.abs(part(at(clip, n), zero).astype(int) - ground) > 40 for n in (80, 92)]
    shape = np.asarray(zero.image.getchannel("A")) > 200
    assert not (inks[0] & shape).sum() > 0.95 * shape.sum()
    assert (inks[1] & shape).sum() > 0.95 * shape.sum()


def test_a_short_card_is_whole_for_its_last_part() -> None:
    frame = SMALL["wide"]
    clip = clip_of(card_text(5), frame, 30)
    last = bright(at(clip, 29))[:200]
    assert np.array_equal(bright(at(clip, 19))[:200], last)
    assert not np.array_equal(bright(at(clip, 3))[:200], last)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_survive_as_planes(colour: tuple[int, int, int]) -> None:
    y, u, v = colour_of(Image.new("RGBA", (2, 2), colour))
    assert 16 <= y <= 235
    levels = np.array([[y, y], [y, y], [u, v]], np.uint8)
    assert np.abs(rgb_of(levels).astype(int) - colour).max() <= 2
    planes = planes_of(Image.new("RGB", (2, 2), colour))
    assert (planes.y.getpixel((0, 0)), planes.u.getpixel((0, 0)), planes.v.getpixel((0, 0))) == (y, u, v)


def test_known_colours_have_the_numbers_of_bt_709() -> None:
    # Source: ITU-R BT.709-6, colour bars at 100 %.
    known = {
        "#ffffff": (235, 128, 128),
        "#000000": (16, 128, 128),
        "#ff0000": (63, 102, 240),
        "#0000ff": (32, 240, 118),
    }
    for colour, levels in known.items():
        assert colour_of(Image.new("RGB", (2, 2), colour)) == levels


@given(st.tuples(*[st.integers(-50, 50)] * 2), st.tuples(*[st.integers(1, 40)] * 2))
def test_even_parts_hold_their_pixels(corner: tuple[int, int], size: tuple[int, int]) -> None:
    rect = even_rect(*corner, corner[0] + size[0], corner[1] + size[1])
    assert all(side % 2 == 0 for side in rect)
    assert rect.holds(Rect(*corner, corner[0] + size[0], corner[1] + size[1]))
    assert (rect.right_px - rect.left_px) * (rect.bottom_px - rect.top_px) <= (size[0] + 2) * (size[1] + 2)


def test_a_part_is_put_where_it_belongs() -> None:
    canvas = Canvas(np.zeros((12, 6), np.uint8), 6, 8)
    canvas.put(planes_of(Image.new("RGB", (2, 4), "#ffffff")), Rect(2, 4, 4, 8))
    assert bright(canvas.levels)[4:8, 2:4].min() == 235
    assert (bright(canvas.levels) > 0).sum() == 8
    assert (canvas.levels.reshape(-1)[48:60].reshape(4, 3)[2:, 1] == 128).all()
    assert (canvas.levels.reshape(-1)[48:] > 0).sum() == 4


def test_frames_for_peoples_eyes() -> None:
    clip = clip_of(card_text(5), SMALL["wide"])
    assert rgb_of(at(clip, 3)).shape == (360, 640, 3)
    assert (clip.size, clip.duration) == ((640, 360), 4)


def test_importing_moviepy_starts_no_process_and_reads_no_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOWCASE_SURPRISE=1\n", "utf-8")
    code = (
        "import os, sys\n"
        "sys.addaudithook(lambda event, args: print(event) if event in "
        "{'subprocess.Popen', 'os.posix_spawn', 'os.system', 'os.fork'} else None)\n"
        "import pipeline.card.animate as animate\n"
        "print('moviepy' in sys.modules)\n"
        "print(animate.clip_class().__name__, 'SHOWCASE_SURPRISE' in os.environ)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"],
        cwd=tmp_path, capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.decode().split("\n")[:2] == ["False", "VideoClip False"]
