"""The title card of a clip, and the slate that stands in for one that is missing. Pure."""

from __future__ import annotations

from pipeline.card.blocks import FOOT_SIZES, Block, Desk, moved
from pipeline.card.pieces import Box, Part, Run
from pipeline.card.shapes import TALL_TOP
from pipeline.card.texts import CardText, SlateText

BAR_TO_EVENT_PX, NAME_TO_PILLS_PX = 48, 56
"""From the bar's top to the event's ink, and from the name's ink to the pills, at 1080."""


def numeral(number: int | None, total: int) -> str | None:
    """Return a roster number with as many digits as the roster's last, at least two."""
    return None if number is None else f"{number:0{max(2, len(str(total)))}d}"


def lay_title(card: CardText | SlateText, desk: Desk) -> list[Part]:
    """Return the parts in order of their appearance: the fixed ones are set first, the name in the room they leave.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    event = desk.block(card.event_name, desk.style.faces.label, desk.shape.label)
    footer, pills = _footer(card, desk), _pills(card, desk)
    pill_parts, pills_px = desk.row(pills, 0)
    floor_px = desk.top_of(footer) - desk.px(36) if footer else desk.foot_px
    bar_px, top_px, name = _middle(card.name, desk, event, floor_px, pills_px)
    down_px = top_px + name.foot_px + desk.px(NAME_TO_PILLS_PX)
    return [
        desk.bar(bar_px),
        *desk.lines(event, "event", bar_px + desk.px(BAR_TO_EVENT_PX)),
        *desk.lines(name, "name", top_px),
        *(moved(part, 0, down_px) for part in pill_parts),
        *footer,
    ]


def _middle(text: str, desk: Desk, event: Block, floor_px: int, pills_px: int) -> tuple[int, int, Block]:
    """Return the top of the bar, the top of the name's ink, and the name, between event and footer."""
    shape, high_px = desk.shape, desk.frame.height_px
    head_px = desk.px(BAR_TO_EVENT_PX) + event.height_px
    bar_px = round((TALL_TOP if shape.bar is None else shape.bar) * high_px)
    floor_px -= desk.px(NAME_TO_PILLS_PX) + pills_px if pills_px else 0
    centre_px = round(shape.centre * high_px)
    ceiling_px = bar_px + head_px + desk.px(40 * shape.pill)
    if desk.frame.layout == "link":
        # So little room that the name stands in the middle of what is left, not of the frame.
        name = desk.large(text, shape.names, floor_px - ceiling_px)
        return bar_px, (ceiling_px + floor_px - name.height_px) // 2, name
    name = desk.large(text, shape.names, 2 * min(centre_px - ceiling_px, floor_px - centre_px))
    top_px = centre_px - name.height_px // 2
    if shape.bar is None:
        bar_px = max(bar_px, top_px - desk.px(80) - head_px)
    return bar_px, top_px, name


def _pills(card: CardText | SlateText, desk: Desk) -> list[tuple[Box, Run]]:
    """Return the slate's note and the theme in pills."""
    pills = []
    if isinstance(card, SlateText):
        pills.append(desk.pill("note", card.note, card.accent, filled=True))
    if card.theme:
        pills.append(desk.pill("theme", card.theme, card.accent))
    return pills


def _footer(card: CardText | SlateText, desk: Desk) -> list[Part]:
    """Return the date on the left and ``07 / 31`` on the right, on one baseline; a link's picture has none."""
    if desk.frame.layout == "link":
        return []
    shown = numeral(card.number, card.total)
    if shown is None:
        return [desk.date(card.date_text)]
    number = desk.block(f"{shown} / {card.total}", desk.style.faces.label, FOOT_SIZES)
    right = desk.at_foot(number, "number", desk.left_px + desk.width_px - number.width_px)
    return [desk.date(card.date_text, number.width_px), right]
