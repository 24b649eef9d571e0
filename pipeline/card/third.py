"""The lower third: who this is, on a plate above the room of the captions. Pure."""

from __future__ import annotations

import math
from functools import partial

from pipeline.card.blocks import Block, Desk, tidy
from pipeline.card.pieces import Box, Run, ThirdLayout
from pipeline.card.shapes import Sizes
from pipeline.card.texts import ThirdText
from pipeline.card.title import numeral
from pipeline.errors import OurError
from pipeline.text.geometry import caption_em_px, safe_margins_px
from pipeline.text.lines import truncated

PLATE_ALPHA = 0.88
"""How opaque the plate is: words on it stay readable whatever the footage shows."""
NAMES: Sizes = ((56, 1), (52, 1), (48, 1), (44, 2), (40, 2), (36, 2), (32, 2), (28, 2), (24, 2), (20, 2))
SECONDS: Sizes = ((34, 1), (32, 1), (30, 1), (28, 1), (26, 1), (24, 1), (22, 1), (20, 1))
WIDEST = 1120
"""Widest words on the plate at 1080, so that a wide frame keeps its footage."""
BAR_PX, SIDE_PX, RIGHT_PX, EDGE_PX, LINE_GAP_PX, RADIUS_PX = 12, 40, 48, 32, 24, 16
DOT = "\u00a0\u00a0·\u00a0\u00a0"
"""Between theme and number; no-break spaces, because others are tidied."""
CAPTION_LINES, CAPTION_AIR_EM = 2, 0.3
"""Lines that captions may have below the plate, and the air above those in ems of theirs."""
FILLED = (2.0, 1.9, 1.8, 1.6, 1.0)
"""How much of two lines a shortened name may fill: words seldom end where the first line does."""
SECOND_SHARE = 0.8
"""The second line is smaller than the name by at least this."""


def lay_third(third: ThirdText, desk: Desk, caption_line_em: float) -> ThirdLayout:
    """Return the plate, its bar and its lines, in their places in the frame.

    Args:
        third: what it says.
        desk: of the frame that the footage fills.
        caption_line_em: height of a caption's line in ems, as the burner sets them.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    width_px, height_px = desk.frame.width_px, desk.frame.height_px
    room_px = min(desk.px(WIDEST), desk.width_px - desk.px(BAR_PX) - desk.px(SIDE_PX) - desk.px(RIGHT_PX))
    name = _name(third.name, desk, room_px)
    second = _second(third, desk, name, room_px)
    _, safe_px = safe_margins_px(width_px, height_px)
    captions_px = math.ceil((CAPTION_LINES * caption_line_em + CAPTION_AIR_EM) * caption_em_px(width_px, height_px))
    inner_px = name.height_px + (desk.px(LINE_GAP_PX) + second.height_px if second else 0)
    plate_px = inner_px + 2 * desk.px(EDGE_PX)
    top_px = height_px - safe_px - captions_px - plate_px
    wide_px = max(name.width_px, second.width_px if second else 0)
    plate_wide_px = desk.px(BAR_PX) + desk.px(SIDE_PX) + wide_px + desk.px(RIGHT_PX)
    text_px = desk.left_px + desk.px(BAR_PX) + desk.px(SIDE_PX)
    parts = desk.lines(name, "name", top_px + desk.px(EDGE_PX), text_px)
    if second:
        parts += desk.lines(second, "theme", top_px + desk.px(EDGE_PX + LINE_GAP_PX) + name.height_px, text_px)
    return ThirdLayout(
        frame=desk.frame,
        plate=Box(
            *("plate", desk.left_px, top_px, plate_wide_px, plate_px, desk.style.ground_dark),
            alpha=PLATE_ALPHA,
            radius_px=desk.px(RADIUS_PX),
            square_left=True,
        ),
        bar=Box("bar", desk.left_px, top_px, desk.px(BAR_PX), plate_px, desk.accent, radius_px=0),
        runs=tuple(piece for part in parts for piece in part if isinstance(piece, Run)),
    )


def second_line(third: ThirdText) -> str | None:
    """Return the theme and the number: ``สังคมเป็นสุข · 07 / 31``."""
    shown = numeral(third.number, third.total)
    said = [third.theme, f"{shown} / {third.total}" if shown else None]
    return DOT.join(text for text in said if text) or None


def _name(text: str, desk: Desk, room_px: int) -> Block:
    """Return the name in at most two lines; one that is absurdly long ends at a word with ``…``, its card says it all.

    Raises:
        OurError: ``text-does-not-fit``: its first word is too wide.

    """
    face, smallest = desk.style.faces.name, NAMES[-1:]
    for block in desk.fitting(text, face, NAMES, room_px):
        return block
    width_of = partial(desk.measure.width_px, face=face, size_px=desk.px(smallest[0][0]))
    for filled in FILLED:
        short = truncated(tidy(text), width_of, filled * room_px, desk.breaker)
        for block in desk.fitting(short, face, smallest, room_px):
            return block
    raise OurError("text-does-not-fit", text)


def _second(third: ThirdText, desk: Desk, name: Block, room_px: int) -> Block | None:
    text = second_line(third)
    if text is None:
        return None
    most = max(SECONDS[-1][0], SECOND_SHARE * name.size_px * 1080 / min(desk.frame.width_px, desk.frame.height_px))
    sizes = tuple(size for size in SECONDS if size[0] <= most) or SECONDS[-1:]
    return desk.block(text, desk.style.faces.text, sizes, room_px)
