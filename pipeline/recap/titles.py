"""The words of a recap: its title over the first photo, and each album's name below its first photo. Drawn once.

A dark gradient lies under them, so that they can be read on any photo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image

from pipeline.card.blocks import Block, Desk
from pipeline.card.fonts import missing_glyphs, require_glyphs, require_shaping
from pipeline.card.masks import box_mask
from pipeline.card.measure import FontMeasure, text_mask
from pipeline.card.pieces import Box, Frame, Part
from pipeline.card.planes import Planes, Rect, Spot
from pipeline.card.shapes import Sizes
from pipeline.preset.model import Face
from pipeline.recap.plan import RecapPlan, Slot
from pipeline.recap.planes import spot, weaker
from pipeline.text.thai import WordBreaker

ALBUM_SIZES: Sizes = ((44, 1), (40, 1), (36, 1), (36, 2))
"""An album's name is the name of a folder, and may be of any length: what fits in none of these is cut short."""
EASE_S = Fraction(2, 5)
"""Words come and go in so long."""
SHADE = 0.7
"""How dark the gradient is under the words: white on it has a contrast of 6 : 1 even over a white photo."""
SHADE_RISE = 0.3
"""How far above the words the gradient begins, as a part of the frame's height."""
_AIR_PX, _BAR_GAP_PX, _EVENT_GAP_PX, _ALBUM_GAP_PX = 28, 46, 60, 64
"""Above the words in full shade; bar to event; event to title; title to album: at 1080."""
_CORNER = Rect(0, 0, 0, 0)


@dataclass(frozen=True)
class Title:
    """Words on their shade, and when they are there."""

    spots: tuple[Spot, ...]
    first_frame: int
    end_frame: int
    ease_frames: int

    def onto(self, picture: Planes, frame: int) -> None:
        """Draw them on the picture that is seen at ``frame``; nothing outside their time."""
        steps = min(frame - self.first_frame + 1, self.end_frame - frame)
        if steps > 0:
            share = min(1.0, steps / (self.ease_frames + 1))
            for each in self.spots:
                picture.paste(weaker(each, share), _CORNER)


def draw_titles(plan: RecapPlan, breaker: WordBreaker) -> tuple[Title, ...]:
    """Return the words of the whole film.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    require_shaping()
    output, faces = plan.output, plan.style.faces
    frame = Frame(width_px=output.width_px, height_px=output.height_px, layout=output.layout)
    desk = Desk(plan.style, frame, FontMeasure(), breaker, plan.accent)
    require_glyphs(((plan.event_name, faces.label), (plan.title, faces.name)))
    return tuple(_titles(plan, desk))


def _titles(plan: RecapPlan, desk: Desk) -> Iterator[Title]:
    for n, (photo, slot, opens) in enumerate(zip(plan.photos, plan.slots, plan.opens_album, strict=True)):
        album = photo.album_title if opens else None
        if n == 0:
            yield _timed(_opening(plan, desk, album), desk, plan, slot)
        elif album:
            block = _album(album, desk)
            top_px = _foot_top(block, desk)
            bar = desk.bar(top_px - desk.px(_BAR_GAP_PX))
            yield _timed([bar, *desk.lines(block, "name", top_px)], desk, plan, slot)


def _opening(plan: RecapPlan, desk: Desk, album: str | None) -> list[Part]:
    """Return bar, event and title at the foot, over the first album's name if it has one."""
    foot: list[Part] = []
    floor_px = desk.foot_px
    if album:
        block = _album(album, desk)
        floor_px = _foot_top(block, desk) - desk.px(_ALBUM_GAP_PX)
        foot = desk.lines(block, "name", _foot_top(block, desk))
    event = desk.block(plan.event_name, desk.style.faces.label, desk.shape.label)
    title = desk.large(plan.title, desk.shape.names, floor_px // 2)
    title_px = floor_px - title.foot_px
    event_px = title_px - desk.px(_EVENT_GAP_PX) - event.height_px
    bar = desk.bar(event_px - desk.px(_BAR_GAP_PX))
    return [bar, *desk.lines(event, "event", event_px), *desk.lines(title, "title", title_px), *foot]


def _album(text: str, desk: Desk) -> Block:
    """Return an album's name at the foot: whole if it can be, else cut short at a word."""
    face = desk.style.faces.label
    return desk.block(_drawable(text, face), face, ALBUM_SIZES)


def _drawable(text: str, face: Face) -> str:
    """Return a folder's name without the signs that no face has: nobody can be asked to rename it for a film."""
    missing = set(missing_glyphs(face, text))
    return "".join(sign for sign in text if sign not in missing)


def _foot_top(block: Block, desk: Desk) -> int:
    """Return where a block's ink begins whose last line stands on the frame's last baseline."""
    return desk.foot_px - block.offsets_px[-1] + block.inks[0].top_px


def _timed(parts: list[Part], desk: Desk, plan: RecapPlan, slot: Slot) -> Title:
    """Return words that are there while nothing but their photo is."""
    end_frame = max(slot.full_frame + 1, slot.full_frame + plan.photo_frames - plan.fade_frames)
    room = end_frame - slot.full_frame
    ease = min(round(EASE_S * plan.house.frame_rate), room // 4)
    return Title((_shade(parts, desk), *_drawn(parts)), slot.full_frame, end_frame, ease)


def _shade(parts: list[Part], desk: Desk) -> Spot:
    """Return the gradient under the words, from nothing above them to the frame's foot."""
    width_px, height_px = desk.frame.width_px, desk.frame.height_px
    full_px = desk.top_of(parts) - desk.px(_AIR_PX)
    rise_px = round(SHADE_RISE * height_px)
    top_px = max(0, full_px - rise_px)
    shares = [min(1.0, (y + 1 - (full_px - rise_px)) / rise_px) for y in range(top_px, height_px)]
    rows = bytes(round(255 * SHADE * share * share * (3 - 2 * share)) for share in shares)
    column = Image.frombytes("L", (1, len(rows)), rows)
    return spot(column.resize((width_px, len(rows))), desk.style.ground_dark, 0, top_px)


def _drawn(parts: list[Part]) -> Iterator[Spot]:
    for piece in (piece for part in parts for piece in part):
        if isinstance(piece, Box):
            yield spot(box_mask(piece, None), piece.colour, piece.x_px, piece.y_px)
        else:
            mask, ink = text_mask(piece.text, piece.face, piece.size_px)
            yield spot(mask, piece.colour, piece.x_px + ink.left_px, piece.baseline_px + ink.top_px)
