"""Sets texts in lines and pills for any kind of card: sizes that fit, lines that never touch, left edges that align."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise

from pipeline.card.pieces import Box, Frame, Ink, Measure, Part, Role, Run
from pipeline.card.shapes import SHAPES, Shape, Sizes
from pipeline.errors import OurError
from pipeline.preset.model import Face, Style
from pipeline.text.lines import balanced_lines, truncated
from pipeline.text.thai import WordBreaker, normalise

MARGIN = 0.0833
"""Left and right margin as a part of the width; inside the 5 % that every screen shows (safe area)."""
LINE_PITCH_EM = 1.45
"""Least distance of two baselines in ems: Prompt's marks above and below need it."""
LINE_GAP_EM = 0.1
"""Least distance in ems between the ink of two lines, whatever marks meet there."""
DESCENT_EM = 0.25
"""How far in ems a vowel below reaches: the room under a last line without one, so that all cards look alike."""
SPACE_LOSS = 0.75
"""A name may shrink to this part of its best size when it then breaks at its own spaces, not inside a phrase."""
PILL_PX, PILL_SIDE_PX, PILL_GAP_PX = 72, 32, 24
"""Height of a pill, room at either side of its words, and between two pills, at 1080."""
PILL_STROKE_PX = 2.5
PILL_GLASS = 0.6
"""How dark the inside of an outlined pill is: hardly seen on the ground, but its words stay readable on water."""
PILL_SIZES: Sizes = ((34, 1), (30, 1), (26, 1), (22, 1))
FOOT_SIZES: Sizes = ((34, 1), (30, 1), (26, 1), (22, 1))


def tidy(text: str) -> str:
    """Return a text on one line, with safe repairs of its Thai."""
    return re.sub(r"[ \t\r\n]+", " ", normalise(text))


@dataclass(frozen=True)
class Block:
    """Lines set in one face and size, one under another; offsets are from the first baseline."""

    lines: tuple[str, ...]
    face: Face
    size_px: int
    inks: tuple[Ink, ...]
    offsets_px: tuple[int, ...]

    @property
    def height_px(self) -> int:
        """From the top of the first line's ink to the lowest ink."""
        return self.bottom_px - self.inks[0].top_px

    @property
    def foot_px(self) -> int:
        """From the top of the first line's ink to where a mark below the last line would end, if it has none."""
        return max(self.height_px, self.offsets_px[-1] + round(DESCENT_EM * self.size_px) - self.inks[0].top_px)

    @property
    def bottom_px(self) -> int:
        """The lowest ink, from the first baseline."""
        return max(offset + ink.bottom_px for offset, ink in zip(self.offsets_px, self.inks, strict=True))

    @property
    def width_px(self) -> int:
        """Of the ink of the longest line."""
        return max(ink.right_px - ink.left_px for ink in self.inks)


@dataclass(frozen=True)
class Desk:
    """Where a card is put together: sizes at 1080 become pixels of this frame by ``px``."""

    style: Style
    frame: Frame
    measure: Measure
    breaker: WordBreaker
    accent: str
    cuts: bool = True
    """Whether words that fit in no size are cut as a last resort; if not, they are refused."""

    @property
    def shape(self) -> Shape:
        """What differs in this shape of frame."""
        return SHAPES[self.frame.layout]

    @property
    def left_px(self) -> int:
        """The left margin."""
        return round(MARGIN * self.frame.width_px)

    @property
    def width_px(self) -> int:
        """Between the margins."""
        return self.frame.width_px - 2 * self.left_px

    @property
    def foot_px(self) -> int:
        """The baseline of the last line."""
        return round(self.shape.foot * self.frame.height_px)

    @property
    def pill_px(self) -> int:
        """The height of a pill."""
        return self.px(self.shape.pill * PILL_PX)

    def px(self, size: float) -> int:
        """Return a size at 1080 in pixels of this frame."""
        return max(1, round(size * min(self.frame.width_px, self.frame.height_px) / 1080))

    def fitting(
        self, text: str, face: Face, sizes: Sizes, width_px: int | None = None, *, cut: bool = False
    ) -> Iterator[Block]:
        """Yield ``text`` in each of the sizes in which it fits the width, the best first.

        ``cut``: a word that no line can hold is cut between clusters.
        """
        words, room_px = tidy(text), width_px or self.width_px
        for size, most_lines in sizes:
            size_px = self.px(size)
            width_of = partial(self.measure.width_px, face=face, size_px=size_px)
            # Breaking takes long; what is longer than all lines together, with the spaces at their ends, cannot fit.
            if width_of(words) > most_lines * (room_px + size_px):
                continue
            lines = balanced_lines(words, width_of, room_px, most_lines, self.breaker, cut=cut)
            if lines:
                yield self.set(lines, face, size_px)

    def set(self, lines: tuple[str, ...], face: Face, size_px: int) -> Block:
        """Return lines as they are, one under another, so that no ink meets."""
        inks = tuple(self.measure.ink(line, face, size_px) for line in lines)
        gap_px, pitch_px = max(2, round(LINE_GAP_EM * size_px)), round(LINE_PITCH_EM * size_px)
        steps = (max(pitch_px, upper.bottom_px - lower.top_px + gap_px) for upper, lower in pairwise(inks))
        return Block(lines, face, size_px, inks, tuple(accumulate(steps, initial=0)))

    def block(
        self, text: str, face: Face, sizes: Sizes, width_px: int | None = None, room_px: int | None = None
    ) -> Block:
        """Return ``text`` in the best of the sizes, no higher than ``room_px``; see :meth:`_cut` for what fits in none.

        Raises:
            OurError: ``text-does-not-fit``: there is no room for even a line, or nothing may be cut.

        """
        for block in self.fitting(text, face, sizes, width_px):
            if room_px is None or block.height_px <= room_px:
                return block
        return self._cut(text, face, sizes, width_px, room_px)

    def large(self, text: str, sizes: Sizes, room_px: int) -> Block:
        """Return large words in the best size that fits; a little smaller if they then break at their own spaces.

        Raises:
            OurError: ``text-does-not-fit``: there is no room for even a line, or nothing may be cut.

        """
        words = tidy(text)
        fits: list[Block] = []
        for block in self.fitting(text, self.style.faces.name, sizes):
            if fits and block.size_px < SPACE_LOSS * fits[0].size_px:
                break
            if block.height_px <= room_px:
                fits.append(block)
        if not fits:
            return self._cut(text, self.style.faces.name, sizes, None, room_px)
        best_px = fits[0].size_px
        whole = (block for block in fits if len(block.lines) == 1 and block.size_px >= self.shape.whole * best_px)
        near = list(whole) or [block for block in fits if block.size_px >= SPACE_LOSS * best_px]
        return min(near, key=lambda block: _spaces_passed_over(block, words))

    def _cut(self, text: str, face: Face, sizes: Sizes, width_px: int | None, room_px: int | None) -> Block:
        """Return words that fit in no size: with their long words cut over lines, or else, smallest, short by ``…``.

        Raises:
            OurError: ``text-does-not-fit``: there is no room for even a line, or nothing may be cut.

        """
        for block in self._tries(tidy(text), face, sizes, width_px or self.width_px) if self.cuts else ():
            if room_px is None or block.height_px <= room_px:
                return block
        raise OurError("text-does-not-fit", text)

    def _tries(self, words: str, face: Face, sizes: Sizes, width_px: int) -> Iterator[Block]:
        yield from self.fitting(words, face, sizes, width_px, cut=True)
        size, most_lines = sizes[-1]
        width_of = partial(self.measure.width_px, face=face, size_px=self.px(size))
        for tenths in range(10 * most_lines, 9, -1):  # words seldom end where a line does
            short = truncated(words, width_of, tenths * width_px / 10, self.breaker)
            yield from self.fitting(short, face, sizes[-1:], width_px, cut=True)

    def lines(self, block: Block, role: Role, top_px: int, left_px: int | None = None) -> list[Part]:
        """Return the block's lines, each a part: their ink from ``top_px`` down, its left edge at the margin."""
        start_px, ground_px = self.left_px if left_px is None else left_px, top_px - block.inks[0].top_px
        return [
            (Run(role, line, block.face, block.size_px, start_px - ink.left_px, ground_px + offset, self.style.ink),)
            for line, ink, offset in zip(block.lines, block.inks, block.offsets_px, strict=True)
        ]

    def bar(self, top_px: int) -> Part:
        """Return the short accent bar."""
        return (Box("bar", self.left_px, top_px, self.px(84), self.px(8), self.accent),)

    def pill(self, role: Role, text: str, colour: str, *, filled: bool = False) -> tuple[Box, Run]:
        """Return words in a pill whose upper left corner is at the margin and 0."""
        high_px, side_px = self.pill_px, self.px(self.shape.pill * PILL_SIDE_PX)
        sizes = tuple((round(self.shape.pill * size), lines) for size, lines in PILL_SIZES)
        block = self.block(text, self.style.faces.label, sizes, self.width_px - 2 * side_px)
        body, ink = self.measure.ink("น", block.face, block.size_px), block.inks[0]
        # Centred by the letters' bodies, a little low, because marks above are more frequent than below.
        baseline_px = high_px // 2 - (body.top_px + body.bottom_px) // 2 + round(0.06 * block.size_px)
        stroke_px = None if filled else self.px(100 * PILL_STROKE_PX) / 100
        glass = None if filled else (self.style.ground_dark, PILL_GLASS)
        box = Box(role, self.left_px, 0, block.width_px + 2 * side_px, high_px, colour, stroke_px, glass=glass)
        words = self.style.ground_dark if filled else colour
        start_px = self.left_px + side_px - ink.left_px
        return box, Run(role, block.lines[0], block.face, block.size_px, start_px, baseline_px, words)

    def row(self, pills: Sequence[tuple[Box, Run]], top_px: int) -> tuple[list[Part], int]:
        """Return pills side by side from ``top_px`` down, in more rows where they need it, and their height."""
        parts: list[Part] = []
        x_px, y_px, gap_px, right_px = self.left_px, 0, self.px(PILL_GAP_PX), self.left_px + self.width_px
        for box, _run in pills:
            if parts and x_px + box.width_px > right_px:
                x_px, y_px = self.left_px, y_px + box.height_px + gap_px
            parts.append(moved((box, _run), x_px - self.left_px, top_px + y_px))
            x_px += box.width_px + gap_px
        return parts, y_px + self.pill_px if pills else 0

    def date(self, text: str, taken_px: int = 0) -> Part:
        """Return the date in the footer, clear of ``taken_px`` at its right."""
        room_px = self.width_px - (taken_px + self.px(40) if taken_px else 0)
        date = self.block(text, self.style.faces.text, FOOT_SIZES, room_px)
        return self.at_foot(date, "date", self.left_px)

    def at_foot(self, block: Block, role: Role, left_px: int) -> Part:
        """Return one line of words on the baseline of the footer."""
        line, ink = block.lines[0], block.inks[0]
        return (Run(role, line, block.face, block.size_px, left_px - ink.left_px, self.foot_px, self.style.ink),)

    def top_of(self, parts: Sequence[Part]) -> int:
        """Return where the highest of the parts begins."""
        return min(
            piece.y_px if isinstance(piece, Box) else piece.area(self.measure).top_px
            for part in parts
            for piece in part
        )


def moved(part: Part, right_px: int, down_px: int) -> Part:
    """Return a part at another place."""
    return tuple(
        replace(piece, x_px=piece.x_px + right_px, y_px=piece.y_px + down_px)
        if isinstance(piece, Box)
        else replace(piece, x_px=piece.x_px + right_px, baseline_px=piece.baseline_px + down_px)
        for piece in part
    )


def _spaces_passed_over(block: Block, text: str) -> int:
    """Return how many spaces of ``text`` stand inside lines although lines break elsewhere than at spaces."""
    inside = sum(line.count(" ") for line in block.lines)
    breaks_at_spaces = text.count(" ") - inside
    return inside if len(block.lines) - 1 > breaks_at_spaces else 0
