"""The cards of the event itself: its opener, the pause, the thanks. Pure.

They share one idea with the title card: bar, small words, large words, and what belongs to them, on one left edge;
here the whole stack stands in the middle of the frame, because nothing else needs a fixed place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.card.blocks import LINE_GAP_EM, Block, Desk, moved
from pipeline.card.pieces import Box, Part, Role, Run
from pipeline.card.shapes import TALL_TOP, Sizes
from pipeline.card.texts import BreakText, EndText, OpenerText
from pipeline.errors import OurError
from pipeline.preset.model import Face

HEAD_GAP_PX, HERO_GAP_PX, UNDER_GAP_PX = 48, 64, 56
"""From the bar's top to the small words, from their ink to the large words, and from those down, at 1080."""
HERO_ASCENT_EM = 0.9
"""How far in ems marks usually reach above the baseline of large words."""
SAFE_TOP = 0.1
"""No words above this part of the height, but for tall frames."""
WHEN_SIZES: Sizes = ((52, 1), (48, 1), (44, 1), (40, 2), (36, 2), (30, 3))
WHERE_SIZES: Sizes = ((40, 1), (36, 2), (32, 2), (28, 3), (24, 4))
NOTE_SIZES: Sizes = ((40, 1), (36, 2), (32, 2), (28, 3), (24, 4))
THANKS_SIZES: tuple[tuple[int, float], ...] = (
    *((48, 2.1), (44, 2.1), (40, 2.1), (36, 2.1), (34, 2.0), (32, 1.9), (30, 1.85), (28, 1.8), (26, 1.75)),
    *((24, 1.7), (22, 1.65), (20, 1.6), (18, 1.6), (16, 1.6)),
)
"""Sizes of the names, and from one name's baseline to the next one's in ems: clearly more than within a name."""
THANKS_LINES = 6
COLUMN_GAP_PX = 72
FEW_THANKS = 5
"""So many names stand in one column where the frame is wide; more are shared between two."""
NARROW_FROM_PX = 30
"""Other frames get a second column only where the names would become smaller than this."""


@dataclass(frozen=True)
class _Item:
    """A part of the stack that knows its height; ``gap_px`` is kept free above it."""

    gap_px: int
    height_px: int
    parts: Callable[[int], list[Part]]


def lay_opener(card: OpenerText, desk: Desk) -> list[Part]:
    """Return the event's own title: welcome, name, date, venue, and the themes in a row at the foot.

    A link's picture says the name and the date only: it is seen as small as a stamp.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    short = desk.frame.layout == "link"
    pills = [] if short else [desk.pill("theme", theme.name, theme.accent) for theme in card.themes]
    _, pills_px = desk.row(pills, 0)
    # In one row the pills stand where other cards have their footer; more rows grow upwards.
    pills_top_px = desk.foot_px - pills_px + desk.px(20)
    faces = desk.style.faces
    under = [_words(desk, card.date_text, faces.label, WHEN_SIZES, ("date", desk.px(UNDER_GAP_PX), card.accent))]
    if card.venue and not short:
        under.append(_words(desk, card.venue, faces.text, WHERE_SIZES, ("venue", desk.px(32), desk.style.ink)))
    floor_px = min((pills_top_px if pills else desk.foot_px) - desk.px(56), _shore_px(desk))
    head = None if short else card.title
    parts = _stack(desk, head, "title", (card.event_name, "event", under), floor_px)
    return [*parts, *desk.row(pills, pills_top_px)[0]]


def lay_break(card: BreakText, desk: Desk) -> list[Part]:
    """Return a pause: its title large, and when it ends in a filled pill.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    under, footer = [], [desk.date(card.date_text)]
    if card.note:
        under.append(_pill(desk, card.note, card.accent))
    floor_px = min(desk.top_of(footer) - desk.px(56), _shore_px(desk))
    return [*_stack(desk, card.event_name, "event", (card.title, "title", under), floor_px), *footer]


def lay_end(card: EndText, desk: Desk) -> list[Part]:
    """Return the thanks: title, names in one or two calm columns, a last word.

    Raises:
        OurError: ``text-does-not-fit`` with the text.

    """
    footer = [desk.date(card.date_text)]
    floor_px = desk.top_of(footer) - desk.px(56)
    last = []
    if card.note:
        last.append(
            _words(desk, card.note, desk.style.faces.label, NOTE_SIZES, ("note", desk.px(UNDER_GAP_PX), desk.style.ink))
        )
    for names, trying in _tries(card.thanks, desk):
        under = [*([names] if names else []), *last]
        try:
            # A list wants the room more than the title does.
            most = 112 if card.thanks else 1000
            sizes = tuple(size for size in desk.shape.heroes if size[0] <= most)
            parts = _stack(trying, card.event_name, "event", (card.title, "title", under), floor_px, sizes)
        except OurError:
            continue
        return [*parts, *footer]
    raise OurError("text-does-not-fit", " · ".join(card.thanks) or card.title)


def _tries(thanks: tuple[str, ...], desk: Desk) -> Iterator[tuple[_Item | None, Desk]]:
    """Yield lists of the names, ever smaller, each with the desk to set the title on: only the last one cuts it."""
    if not thanks:
        yield None, desk
        return
    whole = replace(desk, cuts=False)
    yield from ((names, whole) for names in _thanks(thanks, whole))
    smallest = next(_thanks(thanks, desk, THANKS_SIZES[-1:]), None)
    if smallest:
        yield smallest, desk


def _shore_px(desk: Desk) -> int:
    """Return where the water begins: large words stand on the land above it."""
    return round(desk.shape.water * desk.frame.height_px) - desk.px(32)


def _stack(
    desk: Desk,
    head: str | None,
    head_role: Role,
    hero: tuple[str, Role, list[_Item]],
    floor_px: int,
    sizes: Sizes | None = None,
) -> list[Part]:
    """Return bar, small words, large words and what is under them, in the middle between ceiling and floor."""
    text, role, under = hero
    ceiling_px = round((TALL_TOP if desk.shape.bar is None else SAFE_TOP) * desk.frame.height_px)
    small = desk.block(head, desk.style.faces.label, desk.shape.label) if head else None
    top_px = desk.px(HEAD_GAP_PX) + small.height_px if small else desk.px(8)
    gap_px = desk.px(HERO_GAP_PX)
    below_px = sum(item.gap_px + item.height_px for item in under)
    room_px = floor_px - ceiling_px - top_px - gap_px - below_px
    large = desk.large(text, sizes or desk.shape.heroes, room_px)
    # Words without marks begin lower, as if they had some, so that they do not crowd the line above.
    gap_px += max(0, min(round(HERO_ASCENT_EM * large.size_px) + large.inks[0].top_px, room_px - large.foot_px))
    spare_px = floor_px - ceiling_px - top_px - gap_px - large.foot_px - below_px
    y_px = ceiling_px + max(0, spare_px) // 2
    parts = [desk.bar(y_px)]
    if small:
        parts += desk.lines(small, head_role, y_px + desk.px(HEAD_GAP_PX))
    y_px += top_px + gap_px
    parts += desk.lines(large, role, y_px)
    y_px += large.foot_px
    for item in under:
        parts += item.parts(y_px + item.gap_px)
        y_px += item.gap_px + item.height_px
    return parts


def _words(desk: Desk, text: str, face: Face, sizes: Sizes, look: tuple[Role, int, str]) -> _Item:
    """Return small words under the large ones; ``look`` is their role, the gap above, and their colour."""
    role, gap_px, colour = look
    block = desk.block(text, face, sizes)
    return _Item(gap_px, block.height_px, lambda top_px: _coloured(desk.lines(block, role, top_px), colour))


def _pill(desk: Desk, text: str, colour: str) -> _Item:
    pill = desk.pill("note", text, colour, filled=True)
    return _Item(desk.px(UNDER_GAP_PX), pill[0].height_px, lambda top_px: [moved(pill, 0, top_px)])


def _thanks(names: tuple[str, ...], desk: Desk, sizes: tuple[tuple[int, float], ...] = THANKS_SIZES) -> Iterator[_Item]:
    """Yield the list of names in ever smaller sizes, in as few columns as look calm."""
    many, wide = len(names) > FEW_THANKS, desk.frame.layout in {"wide", "link"}
    for size, pitch in sizes:
        for columns in (2,) if many and wide else (1, 2) if many and size <= NARROW_FROM_PX else (1,):
            width_px = (desk.width_px - (columns - 1) * desk.px(COLUMN_GAP_PX)) // columns
            ladder: Sizes = ((size, THANKS_LINES),)
            try:
                blocks = [desk.block(name, desk.style.faces.text, ladder, width_px) for name in names]
            except OurError:
                continue
            yield _list(desk, blocks, columns, pitch)


def _list(desk: Desk, blocks: list[Block], columns: int, pitch: float) -> _Item:
    """Return names one under another, the first half of them in the first of two columns.

    Names stand at equal distances by their letters, whatever marks are on them, unless the marks would meet.
    """
    rows = -(-len(blocks) // columns)
    step_px, column_px = round(pitch * blocks[0].size_px), (desk.width_px + desk.px(COLUMN_GAP_PX)) // columns
    first_px = max(-blocks[index * rows].inks[0].top_px for index in range(columns) if index * rows < len(blocks))
    parts: list[Part] = []
    lowest_px = 0
    for index in range(columns):
        baseline_px, bottom_px = first_px, 0
        for block in blocks[index * rows : (index + 1) * rows]:
            top_px = max(baseline_px + block.inks[0].top_px, bottom_px + max(2, round(LINE_GAP_EM * block.size_px)))
            top_px = top_px if bottom_px else baseline_px + block.inks[0].top_px
            parts += desk.lines(block, "thanks", top_px, desk.left_px + index * column_px)
            baseline_px = top_px - block.inks[0].top_px + block.offsets_px[-1] + step_px
            bottom_px = top_px + block.height_px
            lowest_px = max(lowest_px, bottom_px)
    return _Item(desk.px(UNDER_GAP_PX), lowest_px, lambda top_px: [moved(part, 0, top_px) for part in parts])


def _coloured(parts: list[Part], colour: str) -> list[Part]:
    return [tuple(_tinted(piece, colour) for piece in part) for part in parts]


def _tinted(piece: Run | Box, colour: str) -> Run | Box:
    return replace(piece, colour=colour)
