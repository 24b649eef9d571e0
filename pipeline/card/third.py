"""The lower third: who this is, on a plate above the room of the captions. Pure."""

from __future__ import annotations

import math

from pipeline.card.blocks import Block, Desk
from pipeline.card.pieces import Box, Run, ThirdLayout
from pipeline.card.shapes import Sizes
from pipeline.card.texts import ThirdText
from pipeline.card.title import numeral
from pipeline.text.geometry import caption_em_px, safe_margins_px

PLATE_ALPHA = 0.88
"""How opaque the plate is: words on it stay readable whatever the footage shows."""
NAME_SIZES: Sizes = ((56, 1), (52, 1), (48, 1), (44, 2), (40, 2), (36, 2), (32, 2), (28, 2), (24, 2), (20, 2))
SECOND_SIZES: Sizes = ((34, 1), (32, 1), (30, 1), (28, 1), (26, 1), (24, 1), (22, 1), (20, 1))
WIDEST_PX = 1120
"""Widest words on the plate at 1080, so that a wide frame keeps its footage."""
BAR_PX, SIDE_PX, RIGHT_PX, EDGE_PX, LINE_GAP_PX, RADIUS_PX = 12, 40, 48, 32, 24, 16
DOT = "\u00a0\u00a0·\u00a0\u00a0"
"""Between theme and number; no-break spaces, because others are tidied."""
CAPTION_LINES, CAPTION_AIR_EM = 2, 0.3
"""Lines that captions may have below the plate, and the air above those in ems of theirs."""
SECOND_SHARE = 0.8
"""The second line is smaller than the name by at least this."""


def lay_third(third: ThirdText, desk: Desk, caption_line_em: float) -> ThirdLayout:
    """Return the plate, its bar and its lines, in their places in the frame.

    Args:
        third: what it says.
        desk: of the frame that the footage fills.
        caption_line_em: height of a caption's line in ems, as the burner sets them.

    """
    width_px, height_px = desk.frame.width_px, desk.frame.height_px
    room_px = min(desk.px(WIDEST_PX), desk.width_px - desk.px(BAR_PX) - desk.px(SIDE_PX) - desk.px(RIGHT_PX))
    # A name that is absurdly long ends with an ellipsis here; its card says more of it.
    name = desk.block(third.name, desk.style.faces.name, NAME_SIZES, room_px)
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


def _second(third: ThirdText, desk: Desk, name: Block, room_px: int) -> Block | None:
    text = second_line(third)
    if text is None:
        return None
    most = max(SECOND_SIZES[-1][0], SECOND_SHARE * name.size_px * 1080 / min(desk.frame.width_px, desk.frame.height_px))
    sizes = tuple(size for size in SECOND_SIZES if size[0] <= most) or SECOND_SIZES[-1:]
    return desk.block(text, desk.style.faces.text, sizes, room_px)
