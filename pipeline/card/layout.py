"""Where everything on a card goes: texts, bar, pills, waves and the faint numeral, as numbers. Draws nothing.

Sizes are given for a frame whose shorter side is 1080 px and scale with it. The three shapes of frame have
layouts of their own. How wide a text is, is asked of a :class:`Measure`, so that this module needs no font.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise

from pipeline.card.pieces import (
    SHAPES,
    TALL_TOP,
    Box,
    CardLayout,
    CardText,
    Frame,
    Ink,
    Measure,
    Role,
    Run,
    Shape,
    SlateText,
    Wave,
)
from pipeline.errors import OurError
from pipeline.preset.model import Face, Style
from pipeline.text.thai import WordBreaker, balanced_lines, normalise

__all__ = ["CardLayout", "CardText", "Frame", "Ink", "Measure", "SlateText", "lay_out", "texts_of"]

MARGIN = 0.0833
"""Left and right margin as a part of the width; inside the 5 % that every screen shows (safe area)."""
LINE_PITCH = 1.45
"""Least distance of two baselines in ems: Prompt's marks above and below need it."""
LINE_GAP = 0.1
"""Least distance in ems between the ink of two lines, whatever marks meet there."""
DESCENT = 0.25
"""How far in ems a vowel below reaches: the room under a last line without one, so that all cards look alike."""
BAR_TO_EVENT, PILL_GAP = 46, 52
"""From the bar's top to the event's ink, and from the name's ink to the pills, at 1080."""
GHOST_ALPHA = 0.07
SPACE_LOSS = 0.75
"""A name may shrink to this part of its best size when it then breaks at its own spaces, not inside a phrase."""


def texts_of(card: CardText, style: Style) -> tuple[tuple[str, Face], ...]:
    """Return every text of a card, whole, with the face it is set in."""
    note = card.note if isinstance(card, SlateText) else None
    label, numeral = style.faces.label, _numeral(card)
    said = ((card.event_name, label), (card.name, style.faces.name), (note, label), (card.theme, label))
    footer = ((card.date_text, style.faces.text), (numeral and f"{numeral} / {card.total}", label))
    return tuple((_tidy(text), face) for text, face in (*said, *footer, (numeral, style.faces.ghost)) if text)


def lay_out(card: CardText, style: Style, frame: Frame, measure: Measure, breaker: WordBreaker) -> CardLayout:
    """Return the card with everything in its place.

    Raises:
        OurError: ``text-does-not-fit`` with the text that does not, however small it is set.

    """
    return _Compositor(card, style, frame, measure, breaker).card_layout()


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", normalise(text))


def _numeral(card: CardText) -> str | None:
    """Return the roster number with as many digits as the roster's last, at least two."""
    return None if card.number is None else f"{card.number:0{max(2, len(str(card.total)))}d}"


@dataclass(frozen=True)
class _Block:
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
        return max(self.height_px, self.offsets_px[-1] + round(DESCENT * self.size_px) - self.inks[0].top_px)

    @property
    def bottom_px(self) -> int:
        """The lowest ink, from the first baseline."""
        return max(offset + ink.bottom_px for offset, ink in zip(self.offsets_px, self.inks, strict=True))


def _spaces_passed_over(block: _Block, text: str) -> int:
    """Return how many spaces of ``text`` stand inside lines although lines break elsewhere than at spaces."""
    inside = sum(line.count(" ") for line in block.lines)
    breaks_at_spaces = text.count(" ") - inside
    return inside if len(block.lines) - 1 > breaks_at_spaces else 0


@dataclass(frozen=True)
class _Compositor:
    """Puts one card together; ``px`` turns sizes at 1080 into pixels of this frame."""

    card: CardText
    style: Style
    frame: Frame
    measure: Measure
    breaker: WordBreaker

    @property
    def shape(self) -> Shape:
        return SHAPES[self.frame.layout]

    @property
    def left_px(self) -> int:
        return round(MARGIN * self.frame.width_px)

    @property
    def width_px(self) -> int:
        return self.frame.width_px - 2 * self.left_px

    def px(self, size: float) -> int:
        return max(1, round(size * min(self.frame.width_px, self.frame.height_px) / 1080))

    def card_layout(self) -> CardLayout:
        """Return the whole card: the fixed parts first, then the name in the room that they leave."""
        event = self.block(self.card.event_name, self.style.faces.label, ((40, 1), (36, 1), (32, 2), (28, 2)))
        footer = self.footer()
        pills, pill_texts = self.pills()
        bar_px, top_px, name = self.middle(event, footer, pills)
        pills_px = top_px + name.foot_px + self.px(PILL_GAP)
        bar = Box("bar", self.left_px, bar_px, self.px(84), self.px(8), self.card.accent)
        head = self.placed(event, "event", bar_px + self.px(BAR_TO_EVENT))
        return CardLayout(
            frame=self.frame,
            ground_dark=self.style.ground_dark,
            ground_light=self.style.ground_light,
            glow=self.card.accent,
            ghost=self.ghost(),
            waves=self.waves(),
            boxes=(bar, *(replace(pill, y_px=pill.y_px + pills_px) for pill in pills)),
            runs=(
                *head,
                *self.placed(name, "name", top_px),
                *(replace(run, baseline_px=run.baseline_px + pills_px) for run in pill_texts),
                *footer,
            ),
        )

    def middle(self, event: _Block, footer: Sequence[Run], pills: Sequence[Box]) -> tuple[int, int, _Block]:
        """Return the top of the bar, the top of the name's ink, and the name, between event and footer."""
        shape, high_px = self.shape, self.frame.height_px
        head_px = self.px(BAR_TO_EVENT) + event.height_px
        bar_px = round((TALL_TOP if shape.bar is None else shape.bar) * high_px)
        below_px = self.px(PILL_GAP) + max(pill.y_px + pill.height_px for pill in pills) if pills else 0
        floor_px = min(run.baseline_px + self.ink_of(run).top_px for run in footer) - self.px(36) - below_px
        centre_px = round(shape.centre * high_px)
        name = self.name(2 * min(centre_px - (bar_px + head_px + self.px(40)), floor_px - centre_px))
        top_px = centre_px - name.height_px // 2
        if shape.bar is None:
            bar_px = max(bar_px, top_px - self.px(80) - head_px)
        return bar_px, top_px, name

    def ink_of(self, run: Run) -> Ink:
        return self.measure.ink(run.text, run.face, run.size_px)

    def blocks(self, text: str, face: Face, sizes: Sequence[tuple[int, int]], width_px: int) -> Iterator[_Block]:
        """Yield ``text`` in each of the ``sizes`` (size, most lines) in which it fits ``width_px``."""
        for size, most_lines in sizes:
            size_px = self.px(size)
            width_of = partial(self.measure.width_px, face=face, size_px=size_px)
            lines = balanced_lines(_tidy(text), width_of, width_px, most_lines, self.breaker)
            if lines:
                inks = tuple(self.measure.ink(line, face, size_px) for line in lines)
                gap_px, pitch_px = max(2, round(LINE_GAP * size_px)), round(LINE_PITCH * size_px)
                steps = (max(pitch_px, upper.bottom_px - lower.top_px + gap_px) for upper, lower in pairwise(inks))
                yield _Block(lines, face, size_px, inks, tuple(accumulate(steps, initial=0)))

    def block(self, text: str, face: Face, sizes: Sequence[tuple[int, int]], width_px: int | None = None) -> _Block:
        """Return ``text`` in the best of the sizes in which it fits the width."""
        for block in self.blocks(text, face, sizes, width_px or self.width_px):
            return block
        raise OurError("text-does-not-fit", text)

    def name(self, room_px: int) -> _Block:
        """Return the name in the best size that fits; a little smaller if it then breaks at its own spaces."""
        text = _tidy(self.card.name)
        sizes = self.blocks(text, self.style.faces.name, self.shape.names, self.width_px)
        fitting = [block for block in sizes if block.height_px <= room_px]
        if not fitting:
            raise OurError("text-does-not-fit", self.card.name)
        best_px = fitting[0].size_px
        whole = (block for block in fitting if len(block.lines) == 1 and block.size_px >= self.shape.whole * best_px)
        near = list(whole) or [block for block in fitting if block.size_px >= SPACE_LOSS * best_px]
        return min(near, key=lambda block: _spaces_passed_over(block, text))

    def placed(self, block: _Block, role: Role, top_px: int, left_px: int | None = None) -> tuple[Run, ...]:
        """Return the block's lines with their ink from ``top_px`` down and its left edge on the margin."""
        start_px, ground_px = self.left_px if left_px is None else left_px, top_px - block.inks[0].top_px
        return tuple(
            Run(role, line, block.face, block.size_px, start_px - ink.left_px, ground_px + offset_px, self.style.ink)
            for line, ink, offset_px in zip(block.lines, block.inks, block.offsets_px, strict=True)
        )

    def pills(self) -> tuple[tuple[Box, ...], tuple[Run, ...]]:
        """Return the note and the theme in pills, from 0 down, in one row if they fit."""
        boxes: list[Box] = []
        runs: list[Run] = []
        note = self.card.note if isinstance(self.card, SlateText) else None
        said: tuple[tuple[Role, str | None], ...] = (("note", note), ("theme", self.card.theme))
        x_px, y_px, high_px, side_px, gap_px = self.left_px, 0, self.px(68), self.px(30), self.px(20)
        for role, text in said:
            if not text:
                continue
            block = self.block(text, self.style.faces.label, ((34, 1), (30, 1), (26, 1)), self.width_px - 2 * side_px)
            body, ink = self.measure.ink("น", block.face, block.size_px), block.inks[0]
            wide_px = ink.right_px - ink.left_px + 2 * side_px
            if boxes and x_px + wide_px > self.left_px + self.width_px:
                x_px, y_px = self.left_px, y_px + high_px + gap_px
            filled = role == "note"
            colour = self.style.ground_dark if filled else self.card.accent
            # Centred by the letters' bodies, a little low, because marks above are more frequent than below.
            baseline_px = y_px + high_px // 2 - (body.top_px + body.bottom_px) // 2 + round(0.06 * block.size_px)
            stroke_px = None if filled else self.px(250) / 100
            boxes.append(Box(role, x_px, y_px, wide_px, high_px, self.card.accent, stroke_px))
            start_px = x_px + side_px - ink.left_px
            runs.append(Run(role, block.lines[0], block.face, block.size_px, start_px, baseline_px, colour))
            x_px += wide_px + gap_px
        return tuple(boxes), tuple(runs)

    def footer(self) -> tuple[Run, ...]:
        """Return the date on the left and ``07 / 31`` on the right, on one baseline."""
        sizes = ((34, 1), (30, 1), (26, 1))
        baseline_px = round(self.shape.foot * self.frame.height_px)
        faces, numeral, runs, taken_px = self.style.faces, _numeral(self.card), [], 0
        if numeral:
            number = self.block(f"{numeral} / {self.card.total}", faces.label, sizes)
            taken_px = number.inks[0].right_px - number.inks[0].left_px
            (run,) = self.placed(number, "number", 0, self.left_px + self.width_px - taken_px)
            runs.append(replace(run, baseline_px=baseline_px))
        date = self.block(self.card.date_text, faces.text, sizes, self.width_px - taken_px - self.px(40))
        (run,) = self.placed(date, "date", 0)
        return (replace(run, baseline_px=baseline_px), *runs)

    def ghost(self) -> Run | None:
        """Return the faint numeral behind the words, its ink ending at the right margin."""
        numeral, face, size_px = _numeral(self.card), self.style.faces.ghost, self.px(self.shape.ghost[0])
        if numeral is None:
            return None
        ink = self.measure.ink(numeral, face, size_px)
        x_px = self.left_px + self.width_px - ink.right_px
        baseline_px = round(self.shape.ghost[1] * self.frame.height_px)
        return Run("ghost", numeral, face, size_px, x_px, baseline_px, self.style.ink, GHOST_ALPHA)

    def waves(self) -> tuple[Wave, ...]:
        """Return three bodies of water, the farthest first: pale far away, dark where the footer stands."""
        high_px, wide_px, level = self.frame.height_px, self.frame.width_px, self.shape.water
        dark, light = self.style.ground_dark, self.style.ground_light
        looks = (
            (0.0, 20, 0.78, 0.10, _mixed(light, self.style.ink, 0.4), 0.26, 0.04),
            (0.27, 16, 0.62, 0.45, light, 0.60, 0.15),
            (0.52, 13, 0.90, 0.80, dark, 0.55, 0.80),
        )
        return tuple(
            Wave(
                level_px=(level + step * (1 - level)) * high_px,
                swings=(
                    (self.px(swing), long * wide_px, turn),
                    (self.px(0.5 * swing), 0.43 * long * wide_px, 2 * turn),
                ),
                colour=colour,
                alpha=alpha,
                foot_alpha=foot_alpha,
            )
            for step, swing, long, turn, colour, alpha, foot_alpha in looks
        )


def _mixed(colour: str, other: str, share: float) -> str:
    """Return ``colour`` with ``share`` of ``other`` in it."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(one + (two - one) * share) for one, two in pairs).hex()
