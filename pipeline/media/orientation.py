"""How a picture is to be turned. Pure: nine numbers in, one of eight orientations out, or none."""

from __future__ import annotations

import struct
from typing import NamedTuple

MATRIX_BYTES = 36
SKEW = 0.1
"""How far, as a share, a side may lean before it is no right angle: 6°."""
STRETCH = 8.0
"""How much more one side may be stretched than the other."""
_FULL_TURN_DEG = 360


class Orientation(NamedTuple):
    """A turn clockwise, then a flip from left to right; ``ignored`` when the file asks for something else."""

    rotation_deg: int = 0
    mirrored: bool = False
    ignored: bool = False


UPRIGHT = Orientation()
# Where the picture's own right and its own down point on the screen, as (x, y) with y downwards.
_TURNS = {
    ((1, 0), (0, 1)): Orientation(0),
    ((0, 1), (-1, 0)): Orientation(90),
    ((-1, 0), (0, -1)): Orientation(180),
    ((0, -1), (1, 0)): Orientation(270),
    ((-1, 0), (0, 1)): Orientation(0, mirrored=True),
    ((0, 1), (1, 0)): Orientation(90, mirrored=True),
    ((1, 0), (0, -1)): Orientation(180, mirrored=True),
    ((0, -1), (-1, 0)): Orientation(270, mirrored=True),
}


def of_matrix(data: bytes) -> Orientation:
    """Return the orientation of a display matrix as libav hands it out: nine native int32, rows of a b u, c d v, x y w.

    A matrix that turns by no right angle, shears, flattens or bends the picture is ignored: what made it is broken.
    Source: ISO/IEC 14496-12, 6.2.2; libavutil/display.h.
    """
    if len(data) < MATRIX_BYTES:
        return Orientation(ignored=True)
    a, b, u, c, d, v, _, _, _ = struct.unpack_from("=9i", data)
    right, down = _axis(a, b), _axis(c, d)
    if u or v or right is None or down is None:
        return Orientation(ignored=True)
    sides = max(abs(a), abs(b)), max(abs(c), abs(d))
    if max(sides) > STRETCH * min(sides):
        return Orientation(ignored=True)
    return _TURNS.get((right, down), Orientation(ignored=True))


def _axis(x: int, y: int) -> tuple[int, int] | None:
    """Return the direction of (x, y) when it lies along an axis."""
    if abs(y) <= SKEW * abs(x) and x:
        return (1 if x > 0 else -1, 0)
    if abs(x) <= SKEW * abs(y) and y:
        return (0, 1 if y > 0 else -1)
    return None


def of_tag(text: str | None) -> Orientation:
    """Return the orientation of an old file's ``rotate`` tag, in degrees clockwise."""
    try:
        turn = float(text or 0)
    except ValueError:
        return Orientation(ignored=True)
    if turn % 90:  # also NaN and infinity
        return Orientation(ignored=True)
    return Orientation(int(turn) % _FULL_TURN_DEG)
