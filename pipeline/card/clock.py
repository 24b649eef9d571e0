"""The countdown: large digits that do not move when they change, a title above, a note below. Pure."""

from __future__ import annotations

from pipeline.card.blocks import Desk, moved
from pipeline.card.pieces import Area, Clock, Part
from pipeline.card.shapes import TALL_TOP, Sizes
from pipeline.card.texts import CountdownText
from pipeline.errors import OurError

DIGITS = "0123456789"
COLON_EM = 0.34
"""Width of the colon's cell; narrow, so that a time reads as one word."""
CELL_AIR_EM = 0.07
"""What a digit's cell is wider than the widest digit."""
TITLE_GAP_PX, NOTE_GAP_PX = 64, 56
"""From the title down to the digits, and from those down to the note, at 1080."""
TITLE_SIZES: Sizes = ((64, 1), (56, 1), (52, 2), (48, 2), (40, 3), (32, 4), (26, 5))
SMALLEST_CLOCK_PX, CLOCK_SHRINK_PX = 80, 8
"""The smallest size of the digits, and by how much they are made smaller at a time, at 1080."""
CLOCK_STEP = 0
"""The clock runs from the first picture; the words come after it."""


def clock_text(seconds_left: int, seconds: int) -> str:
    """Return the time left as ``9:05``, ``09:05`` or ``1:09:05``: as many signs as ``seconds``, the whole, needs.

    Never below zero, never above ``seconds``.
    """
    left = max(0, min(seconds_left, seconds))
    hours, minutes = seconds // 3600, seconds // 60
    if hours:
        return f"{left // 3600:0{len(str(hours))}d}:{left // 60 % 60:02d}:{left % 60:02d}"
    return f"{left // 60:0{len(str(minutes))}d}:{left % 60:02d}"


def place_clock(card: CountdownText, desk: Desk) -> Clock:
    """Return the clock's cells, from the left margin, as large as the width allows. Needs no word breaker.

    Raises:
        OurError: ``text-does-not-fit``: too narrow for so many digits.

    """
    signs, face = clock_text(card.seconds, card.seconds), desk.style.faces.ghost
    most, baseline = desk.shape.clock
    for size in range(most, SMALLEST_CLOCK_PX - 1, -CLOCK_SHRINK_PX):
        size_px = desk.px(size)
        inks = [desk.measure.ink(digit, face, size_px) for digit in DIGITS]
        digit_px = max(ink.right_px - ink.left_px for ink in inks) + desk.px(CELL_AIR_EM * size)
        widths = [round(COLON_EM * size_px) if sign == ":" else digit_px for sign in signs]
        if sum(widths) <= desk.width_px:
            break
    else:
        raise OurError("text-does-not-fit", signs)
    # The widest digit's ink begins at the margin.
    starts = [desk.left_px + sum(widths[:index]) for index in range(len(widths))]
    top_px, colon = min(ink.top_px for ink in inks), desk.measure.ink(":", face, size_px)
    bottom_px = max(ink.bottom_px for ink in inks)
    baseline_px = round(baseline * desk.frame.height_px)
    lift_px = (colon.top_px + colon.bottom_px) // 2 - (top_px + bottom_px) // 2
    return Clock(
        face=face,
        size_px=size_px,
        baseline_px=baseline_px,
        cells=tuple(start + width // 2 for start, width in zip(starts, widths, strict=True)),
        signs=signs,
        colon_lift_px=lift_px,
        colour=desk.style.ink,
        area=Area(desk.left_px, baseline_px + top_px, desk.left_px + sum(widths), baseline_px + bottom_px),
    )


def lay_countdown(card: CountdownText, desk: Desk, clock: Clock) -> list[Part]:
    """Return what stands around the clock: the title grows upwards from it, the note stands below.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    faces, footer = desk.style.faces, [desk.date(card.date_text)]
    event = desk.block(card.event_name, faces.label, desk.shape.label)
    ceiling_px = round((TALL_TOP if desk.shape.bar is None else 0.08) * desk.frame.height_px)
    head_px = desk.px(48) + event.height_px + desk.px(48)
    room_px = clock.area.top_px - desk.px(TITLE_GAP_PX) - ceiling_px - head_px
    title = desk.block(card.title, faces.label, TITLE_SIZES, None, room_px)
    top_px = clock.area.top_px - desk.px(TITLE_GAP_PX) - title.foot_px
    bar_px = top_px - head_px
    parts = [desk.bar(bar_px), *desk.lines(event, "event", bar_px + desk.px(48)), *desk.lines(title, "title", top_px)]
    if card.note:
        note_px = clock.area.bottom_px + desk.px(NOTE_GAP_PX)
        parts.append(moved(desk.pill("note", card.note, card.accent), 0, note_px))
        if note_px + desk.pill_px > desk.top_of(footer) - desk.px(24):
            raise OurError("text-does-not-fit", card.note)
    return [*parts, *footer]
