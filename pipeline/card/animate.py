"""Moves a card: the frames of a MoviePy clip, each the still with what moves drawn anew.

Only the water, and words and bar until they have come, are drawn anew; the rest of a frame is copied. A frame depends
on its number alone. The frames are not red, green and blue but as video has them: see :mod:`pipeline.card.planes`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.card.draw import Layer, draw_clock, draw_layers
from pipeline.card.masks import faded
from pipeline.card.motion import HOME, Course, Pose, course, drift_px, pose, seconds_left
from pipeline.card.pieces import Frame
from pipeline.card.planes import (
    Canvas,
    Planes,
    Rect,
    Spot,
    colour_of,
    even_rect,
    is_one_colour,
    planes_of,
    shown_planes_of,
)
from pipeline.card.texts import AnyCard, CountdownText
from pipeline.preset.model import Style
from pipeline.text.thai import WordBreaker

if TYPE_CHECKING:
    import numpy as np
    from moviepy.video.VideoClip import VideoClip
    from numpy.typing import NDArray

    Levels = NDArray[np.uint8]

PHASES = 8
"""Water is moved by eighths of a pixel: its edge is so flat that this moves it by a hundredth of a pixel."""


def moving(
    card: AnyCard, style: Style, frame: Frame, breaker: WordBreaker, frames: int, rate: Fraction
) -> VideoClip:  # fmt: skip
    """Return a card as a MoviePy clip of ``frames`` frames at ``rate``. The frame's sides are even.

    A frame is an array of the frame's width and one and a half times its height: ffmpeg's yuv420p, BT.709, 16 to 235.
    Starts no process and writes nothing.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

    """
    scene = _Scene(card, style, frame, draw_layers(card, style, frame, breaker), frames, rate)
    per_s = float(rate)

    def at(t_s: float) -> Levels:
        # A hair later than asked for: n / rate in floating point may fall short of frame n.
        return scene.levels(min(frames - 1, max(0, int(t_s * per_s + 1e-6))))

    clip = clip_class()(at, duration=frames / per_s)
    clip.size = (frame.width_px, frame.height_px)  # MoviePy takes it from the array
    clip.fps = per_s
    return clip


@lru_cache(maxsize=1)
def clip_class() -> type[VideoClip]:
    """Return MoviePy's class. Importing takes 0.6 s, so it is left to those who animate.

    MoviePy's own configuration is kept out: it starts ffplay and ffmpeg to see whether they are there, and reads the
    first ``.env`` file that it finds above the working folder into the environment.
    """
    name = "moviepy.config"
    if name not in sys.modules:
        quiet = ModuleType(name)
        quiet.__dict__.update(FFMPEG_BINARY="unset", FFPLAY_BINARY="unset", IS_POSIX_OS=True)
        sys.modules[name] = quiet
    from moviepy.video.VideoClip import VideoClip  # noqa: PLC0415 - see above

    found: type[VideoClip] = VideoClip
    return found


@dataclass(frozen=True)
class _Scene:
    """One card, drawn; gives any of its frames."""

    card: AnyCard
    style: Style
    frame: Frame
    layers: tuple[Layer, ...]
    frames: int
    rate: Fraction

    @cached_property
    def way(self) -> Course:
        size = min(self.frame.width_px, self.frame.height_px)
        return course((layer.step for layer in self.layers), self.frames / self.rate, size)

    @cached_property
    def ground(self) -> Planes:
        return planes_of(self.layers[0].image)

    @cached_property
    def waters(self) -> tuple[_Water, ...]:
        return tuple(_Water(layer, self.frame) for layer in self.layers if layer.role == "wave")

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """What comes and stays, the lowest first; the ghost lies under the water, all else above it."""
        return tuple(_Part(layer) for layer in self.layers[1:] if layer.role != "wave")

    @cached_property
    def still(self) -> Levels:
        """The frame as it is in the end, without a clock. Its water is always drawn anew."""
        import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

        width_px, height_px = self.frame.width_px, self.frame.height_px
        levels = np.empty((height_px * 3 // 2, width_px), np.uint8)
        spots = self._spots([(part, HOME) for part in self.parts], Fraction(0))
        self._draw(Canvas(levels, width_px, height_px), spots, [Rect(0, 0, width_px, height_px)])
        return levels

    def levels(self, number: int) -> Levels:
        """Return a frame, counted from 0: a copy that is the caller's own."""
        at_s = number / self.rate
        parts = (*self.parts, *self._clock(at_s))
        posed = [(part, pose(part.layer.role, part.layer.step, at_s, self.way)) for part in parts]
        canvas = Canvas(self.still.copy(), self.frame.width_px, self.frame.height_px)
        self._draw(canvas, self._spots(posed, at_s), self._changed(posed))
        return canvas.levels

    def _clock(self, at_s: Fraction) -> tuple[_Part, ...]:
        if not isinstance(self.card, CountdownText):
            return ()
        return _clock_parts(self.card, self.style, self.frame, seconds_left(self.card.seconds, at_s))

    def _changed(self, posed: Iterable[tuple[_Part, Pose]]) -> list[Rect]:
        """Return what of the frame differs from the still, none of it inside another."""
        rects = [water.rect for water in self.waters]
        for part, now in posed:
            if not now.is_home or part.layer.role == "digit":
                rects.append(part.rect(int(now.below_px) + 1).within(self.frame.width_px, self.frame.height_px))
        kept: list[Rect] = []
        for rect in sorted(rects, key=lambda r: (r.right_px - r.left_px) * (r.bottom_px - r.top_px), reverse=True):
            if not any(other.holds(rect) for other in kept):
                kept.append(rect)
        return kept

    def _spots(self, posed: Iterable[tuple[_Part, Pose]], at_s: Fraction) -> list[Spot]:
        """Return everything over the ground, the lowest first."""
        seen = [(part.layer.role == "ghost", part.posed(now)) for part, now in posed if now.alpha > 0]
        width_px = self.frame.width_px
        water = [body.at(drift_px(n, at_s, width_px)) for n, body in enumerate(self.waters)]
        below = [spot for is_ghost, spot in seen if is_ghost]
        return [*below, *water, *(spot for is_ghost, spot in seen if not is_ghost)]

    def _draw(self, canvas: Canvas, spots: list[Spot], rects: Iterable[Rect]) -> None:
        for rect in rects:
            planes = self.ground.crop(rect)
            for spot in spots:
                if spot.rect.meets(rect):
                    planes.paste(spot, rect)
            canvas.put(planes, rect)


@lru_cache(maxsize=2)
def _clock_parts(card: CountdownText, style: Style, frame: Frame, left: int) -> tuple[_Part, ...]:
    return tuple(_Part(layer) for layer in draw_clock(card, style, frame, left))


class _Part:
    """A layer that comes and stays."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        # Of one colour, a mask is enough; of several, colours are moved weighted by how much of them is seen.
        self.colour = colour_of(layer.image) if is_one_colour(layer.image) else None
        self.mask = layer.image.convert("RGBa") if self.colour is None else layer.image.getchannel("A")
        self.home = self._spot(*self._placed(self.mask, 0), 1.0)

    def rect(self, below_px: int) -> Rect:
        """Return the pixels of it at home, and when it is so far below, together."""
        x_px, y_px = self.layer.x_px, self.layer.y_px
        return even_rect(x_px, y_px, x_px + self.mask.width, y_px + self.mask.height + below_px)

    def posed(self, now: Pose) -> Spot:
        """Return it as it is seen now."""
        if now.is_home:
            return self.home
        if now.share < 1 and self.colour is not None:
            return self._spot(*self._placed(self._drawn(now.share), 0), now.alpha)
        whole_px = int(now.below_px)
        rect, mask = self._placed(self.mask, whole_px)
        part = now.below_px - whole_px
        if part:
            mask = Image.blend(mask, self._placed(self.mask, whole_px + 1, rect)[1], part)
        return self._spot(rect, mask, now.alpha)

    def _spot(self, rect: Rect, mask: Image.Image, alpha: float) -> Spot:
        colour: tuple[int, int, int] | Planes | None = self.colour
        if colour is None:
            picture = mask.convert("RGBA")
            colour, mask = shown_planes_of(picture), picture.getchannel("A")
        return Spot(rect, faded(mask, alpha), colour)

    def _drawn(self, share: float) -> Image.Image:
        """Return the mask of a bar of which so much is drawn from the left, its right end as round as it will be."""
        least_px = self.mask.height
        wide_px = least_px + share * max(0, self.mask.width - least_px)
        one, two = self._cut(int(wide_px)), self._cut(int(wide_px) + 1)
        return Image.blend(one, two, wide_px - int(wide_px))

    def _cut(self, wide_px: int) -> Image.Image:
        wide_px = min(wide_px, self.mask.width)
        end_px = min(wide_px, (self.mask.height + 1) // 2)
        cut = Image.new("L", self.mask.size)
        cut.paste(self.mask.crop((0, 0, wide_px - end_px, self.mask.height)), (0, 0))
        end = self.mask.crop((self.mask.width - end_px, 0, self.mask.width, self.mask.height))
        cut.paste(end, (wide_px - end_px, 0))
        return cut

    def _placed(self, mask: Image.Image, below_px: int, rect: Rect | None = None) -> tuple[Rect, Image.Image]:
        """Return the mask on the even pixels around it, moved down, with a row to spare below."""
        x_px, y_px = self.layer.x_px, self.layer.y_px + below_px
        rect = rect or even_rect(x_px, y_px, x_px + mask.width, y_px + mask.height + 1)
        return rect, mask.crop((rect.left_px - x_px, rect.top_px - y_px, rect.right_px - x_px, rect.bottom_px - y_px))


class _Water:
    """A body of water that drifts sideways; masks for parts of a pixel are made once."""

    def __init__(self, layer: Layer, frame: Frame) -> None:
        self._mask, self._colour = layer.image.getchannel("A"), colour_of(layer.image)
        self._x_px, self._y_px = layer.x_px, layer.y_px
        self.rect = even_rect(0, layer.y_px, frame.width_px, layer.y_px + layer.image.height)
        self._phases: dict[int, Image.Image] = {0: self._mask}

    def at(self, drift_px: float) -> Spot:
        """Return it so far to the right of its place."""
        eighths = round(PHASES * (-self._x_px - drift_px))
        left_px, phase = divmod(eighths, PHASES)
        top_px = self.rect.top_px - self._y_px
        right_px, bottom_px = left_px + self.rect.right_px, self.rect.bottom_px - self._y_px
        return Spot(self.rect, self._phase(phase).crop((left_px, top_px, right_px, bottom_px)), self._colour)

    def _phase(self, phase: int) -> Image.Image:
        """Return the mask so many eighths of a pixel further left."""
        if phase not in self._phases:
            width_px, height_px = self._mask.size
            further = self._mask.crop((1, 0, width_px + 1, height_px))
            self._phases[phase] = Image.blend(self._mask, further, phase / PHASES)
        return self._phases[phase]
