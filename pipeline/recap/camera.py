"""How the camera moves over each photo: a window in the frame, and what part of the photo it shows when. Pure.

A photo that nearly has the frame's shape fills it, and the camera comes slowly nearer or wanders along it. One that
would be cut to ribbons is seen whole in a window, over a blurred ground of itself. A panorama fills the frame's width
and is followed along its length. All places are exact fractions of photo pixels, so that nothing is ever rounded to
whole pixels: that is what makes slow moves tremble.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from pipeline.noun import Noun
from pipeline.preset.fields import PosInt

MOST_CUT = Fraction(1, 3)
"""A photo of which more than this would be cut off does not fill the frame: 3:2 may fill a square, 16:9 may not."""
PANORAMA = 2
"""A photo at least so many times as long as high, or as high as long, is followed along its length."""
ZOOM = Fraction(2, 27)
"""How much of its sides a full frame loses at the most: what is left is 8 % larger."""
WINDOW_ZOOM = Fraction(1, 26)
"""The same for a photo that is seen whole: 4 %, so that whoever stands at its edge stays in it."""
PEAK_PER_S = Fraction(1, 8)
"""The fastest that anything may move, in shorter sides of the frame a second: 4.5 px a frame at 1080 and 30 fps.

A frame's height is crossed in 8 s, its width in 14 s: twice the seven seconds by which a pan is kept free of judder.
Source: RED 101, "Panning Speed Best Practices" (no faster than a full image width every seven seconds).
"""
STEADY = Fraction(1, 2)
"""The part of a move that is at constant speed; the rest is eased. So nothing stands still while it fades in or out."""
PEAK = STEADY + Fraction(3, 2) * (1 - STEADY)
"""The highest speed of an eased move, where its mean is 1: smoothstep peaks at 3/2."""
ABOVE = Fraction(1, 6)
"""Of what is cut off a photo's height, so much is cut above: heads are in the upper half, and feet are missed least."""
TILT = Fraction(1, 4)
"""Up and down, the camera wanders through so much of the room, from the top on: further down it would cut heads off."""
_EVEN = 2
"""Windows begin and end at even pixels, because colour has half the resolution (4:2:0)."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width_px: int
    height_px: int


class Window(NamedTuple):
    """Where in the frame the photo is seen, in whole even pixels."""

    x_px: int
    y_px: int
    width_px: int
    height_px: int


class Crop(NamedTuple):
    """A part of a photo, in photo pixels from its upper left corner; exact, and rarely whole."""

    left_px: Fraction
    top_px: Fraction
    right_px: Fraction
    bottom_px: Fraction


class Move(NamedTuple):
    """What is seen of a photo, from its first frame to its last."""

    window: Window
    start: Crop
    end: Crop
    frames: int

    def at(self, frame: int) -> Crop:
        """Return what the window shows at ``frame``, counted from the photo's first."""
        share = eased(Fraction(min(max(frame, 0), self.frames - 1), max(1, self.frames - 1)))
        return Crop(*(begin + share * (end - begin) for begin, end in zip(self.start, self.end, strict=True)))


class Lens(Noun):
    """What a move depends on beside the photo: the frame, how long a photo is seen, and the rate."""

    width_px: PosInt
    height_px: PosInt
    frames: PosInt
    frame_rate: Fraction

    @property
    def travel_px(self) -> Fraction:
        """How far anything may move over all of the frames, in frame pixels."""
        peak_px = PEAK_PER_S * min(self.width_px, self.height_px) / self.frame_rate
        return peak_px * self.frames / PEAK

    @property
    def frame(self) -> Size:
        """Its width and height."""
        return Size(self.width_px, self.height_px)


def eased(share: Fraction) -> Fraction:
    """Return how much of a move is done after ``share`` of its time (0–1): never back, never jerky, 0 at 0, 1 at 1."""
    return STEADY * share + (1 - STEADY) * share * share * (3 - 2 * share)


def move(photo: Size, lens: Lens, digest: str, turn: int) -> Move:
    """Return the camera's move over a photo. ``turn``: its place in the film; near and far, and wandering, alternate.

    ``digest``: the photo's, in hexadecimal. It decides the direction, so that the same photo always moves alike.
    """
    chance = _Chance(int(digest[:8], 16))
    window = window_for(photo, lens)
    full = _largest(photo, window)
    if window == Window(0, 0, *lens.frame):
        wanders = turn % 2 or _is_panorama(photo)
        crops = _wandering(photo, full, lens, chance) if wanders else _nearing(full, ZOOM, lens, chance)
    elif _is_panorama(photo):
        crops = _along(photo, full, lens.travel_px / window.width_px)
    else:
        crops = _nearing(full, WINDOW_ZOOM, lens, chance)
    start, end = reversed(crops) if chance.backwards else crops
    return Move(window, start, end, lens.frames)


@dataclass(frozen=True)
class _Chance:
    """What is decided by the photo's digest."""

    number: int

    @property
    def backwards(self) -> bool:
        return bool(self.number & 1)

    @property
    def focus_x(self) -> Fraction:
        """Where in the width the camera aims: near the middle."""
        return Fraction(3 + (self.number >> 1) % 5, 10)


def window_for(photo: Size, lens: Lens) -> Window:
    """Return where the photo is seen: the whole frame, or a window in its middle with the photo's shape."""
    shape, frame_shape = Fraction(*photo), Fraction(*lens.frame)
    if 1 - min(shape / frame_shape, frame_shape / shape) <= MOST_CUT:
        return Window(0, 0, *lens.frame)
    along_px = lens.travel_px if _is_panorama(photo) else Fraction(0)
    if shape > frame_shape:
        size = Size(lens.width_px, _even((lens.width_px + along_px) / shape, lens.height_px))
    else:
        size = Size(_even((lens.height_px + along_px) * shape, lens.width_px), lens.height_px)
    return Window(_middle(lens.width_px, size.width_px), _middle(lens.height_px, size.height_px), *size)


def _is_panorama(photo: Size) -> bool:
    return max(photo) >= PANORAMA * min(photo)


def _even(length_px: Fraction, most_px: int) -> int:
    return min(most_px, max(_EVEN, _EVEN * int(length_px / _EVEN)))


def _middle(outer_px: int, inner_px: int) -> int:
    return _EVEN * ((outer_px - inner_px) // (2 * _EVEN))


def _largest(photo: Size, window: Window) -> Crop:
    """Return the largest part of the photo with the window's shape; what is cut off is cut from the foot, mostly."""
    shape = Fraction(window.width_px, window.height_px)
    width_px = min(Fraction(photo.width_px), photo.height_px * shape)
    return _within(Crop(Fraction(0), Fraction(0), *map(Fraction, photo)), width_px, width_px / shape, Fraction(1, 2))


def _within(outer: Crop, width_px: Fraction, height_px: Fraction, focus_x: Fraction) -> Crop:
    """Return a crop of that size inside ``outer``."""
    left_px = outer.left_px + focus_x * (outer.right_px - outer.left_px - width_px)
    top_px = outer.top_px + ABOVE * (outer.bottom_px - outer.top_px - height_px)
    return Crop(left_px, top_px, left_px + width_px, top_px + height_px)


def _nearing(full: Crop, zoom: Fraction, lens: Lens, chance: _Chance) -> tuple[Crop, Crop]:
    """Return crops from far to near."""
    # What lies at the far edge moves by zoom / (1 - zoom) of the frame's side.
    left = 1 - min(zoom, lens.travel_px / (max(lens.frame) + lens.travel_px))
    width_px, height_px = full.right_px - full.left_px, full.bottom_px - full.top_px
    return full, _within(full, left * width_px, left * height_px, chance.focus_x)


def _wandering(photo: Size, full: Crop, lens: Lens, chance: _Chance) -> tuple[Crop, Crop]:
    """Return crops along the side with more room, one as large as the other, as far apart as the speed allows."""
    near = _nearing(full, ZOOM, lens, chance)[1]
    width_px, height_px = near.right_px - near.left_px, near.bottom_px - near.top_px
    most_px = lens.travel_px * width_px / lens.width_px
    sideways = photo.width_px - width_px >= photo.height_px - height_px
    if sideways:
        room_px = photo.width_px - width_px
        way_px = min(room_px, most_px)
        lefts, tops = ((room_px - way_px) / 2, (room_px + way_px) / 2), (near.top_px, near.top_px)
    else:
        tops = (Fraction(0), min(most_px, TILT * (photo.height_px - height_px)))
        lefts = (near.left_px, near.left_px)
    one, two = (Crop(x, y, x + width_px, y + height_px) for x, y in zip(lefts, tops, strict=True))
    return one, two


def _along(photo: Size, full: Crop, most: Fraction) -> tuple[Crop, Crop]:
    """Return the two ends of a panorama: its window is as large as the speed needs.

    ``most``: how far it may go, in widths of the window. It tells only where the window is a few pixels high: there
    whole even pixels make it much smaller than the speed asks for.
    """
    width_px, height_px = full.right_px - full.left_px, full.bottom_px - full.top_px
    edges_px = []
    for room_px in (photo.width_px - width_px, photo.height_px - height_px):
        way_px = min(room_px, most * width_px)
        edges_px.append(((room_px - way_px) / 2, (room_px + way_px) / 2))
    one, two = (Crop(x, y, x + width_px, y + height_px) for x, y in zip(*edges_px, strict=True))
    return one, two
