"""What a program can see of a card's look: words outside the safe area, touching, without glyphs, or hard to read.

A card that is laid out without error should have none of these; they are looked for all the same, over every name.
Pure but for what the measure asks its fonts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from pipeline.card.pieces import Area, Box, CardLayout, Frame, Measure, Run, ThirdLayout
from pipeline.card.scenery import behind, mixed, rgb
from pipeline.card.shapes import TALL_TOP
from pipeline.reasons import Reason, reason
from pipeline.text.geometry import SAFE_SHARE, TALL_BOTTOM_SHARE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.floating[Any]]

LEAST_CONTRAST = 4.5
"""Source: WCAG 2.2, success criterion 1.4.3 (AA)."""
LINEAR_TO = 0.04045
LEAST_GAP_PX = 2
"""Empty rows or columns between the ink of two lines."""


def faults(placed: CardLayout | ThirdLayout, measure: Measure) -> tuple[Reason, ...]:
    """Return everything that is wrong with a card or lower third as laid out; empty when all is well."""
    runs = tuple(run for run in placed.runs if run.text.strip())
    found = [*_overflows(placed, runs, measure), *_collisions(placed, runs, measure)]
    for run in runs:
        missing = measure.missing(run.text, run.face)
        if missing:
            found.append(reason("card-glyph", run.text, " ".join(missing)))
    for run in runs:
        least = least_contrast(placed, run, measure)
        if least < LEAST_CONTRAST:
            found.append(reason("card-contrast", run.text, f"{least:.1f}"))
    return tuple(found)


def safe_area(frame: Frame) -> Area:
    """Return where words may stand: 90 % of width and height; in tall frames clear of the apps' buttons."""
    wide_px, high_px = frame.width_px, frame.height_px
    tall = frame.layout == "tall"
    top_px = (TALL_TOP if tall else SAFE_SHARE) * high_px
    bottom_px = (TALL_BOTTOM_SHARE if tall else SAFE_SHARE) * high_px
    side_px = SAFE_SHARE * wide_px
    return Area(*(round(edge) for edge in (side_px, top_px, wide_px - side_px, high_px - bottom_px)))


def contrast(one: Sequence[float], two: Sequence[float]) -> float:
    """Return the contrast of two colours of 0–255, from 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least_contrast(placed: CardLayout | ThirdLayout, run: Run, measure: Measure) -> float:
    """Return the contrast of a line against the lightest or darkest colour that stands behind its ink."""
    area, own = run.area(measure), rgb(run.colour)
    if isinstance(placed, ThirdLayout):
        # Whatever the footage shows: the worst is white or black all over.
        plate = placed.plate
        return min(contrast(own, rgb(mixed(below, plate.colour, plate.alpha))) for below in ("#ffffff", "#000000"))
    levels = behind(placed, area).reshape(-1, 3)
    ghosted = _over(levels, *_ghost(placed, area, measure))
    for box in placed.boxes:
        if _within(area, box.area):
            over = (box.colour, box.alpha) if box.stroke_px is None else box.glass or (box.colour, 0)
            levels, ghosted = _over(levels, *over), _over(ghosted, *over)
    return min(contrast(own, colour) for colour in (*_extremes(levels), *_extremes(ghosted)))


def _overflows(placed: CardLayout | ThirdLayout, runs: Sequence[Run], measure: Measure) -> Iterator[Reason]:
    safe = safe_area(placed.frame)
    for run in runs:
        if not _within(run.area(measure), safe):
            yield reason("card-overflow", run.text, placed.frame.layout)
    if isinstance(placed, ThirdLayout):
        if not _within(placed.plate.area, safe):
            yield reason("card-overflow", runs[0].text, placed.frame.layout)
        return
    for box in placed.boxes:
        if not _within(box.area, safe):
            yield reason("card-overflow", _words_of(box, runs), placed.frame.layout)
    if placed.clock and not _within(placed.clock.area, safe):
        yield reason("card-overflow", placed.clock.signs, placed.frame.layout)


def _collisions(placed: CardLayout | ThirdLayout, runs: Sequence[Run], measure: Measure) -> Iterator[Reason]:
    areas = [(run.text, run.area(measure)) for run in runs]
    boxes = (placed.bar,) if isinstance(placed, ThirdLayout) else placed.boxes
    if isinstance(placed, CardLayout) and placed.clock:
        areas.append((placed.clock.signs, placed.clock.area))
    for (one, area), (two, other) in combinations(areas, 2):
        if _touch(area, other, LEAST_GAP_PX):
            yield reason("card-collision", one, two)
    for box in boxes:
        for text, area in areas:
            if not _within(area, box.area) and _touch(area, box.area, LEAST_GAP_PX):
                yield reason("card-collision", text, _words_of(box, runs))
    for upper, lower in combinations(boxes, 2):
        if _touch(upper.area, lower.area, LEAST_GAP_PX):
            yield reason("card-collision", _words_of(upper, runs), _words_of(lower, runs))


def _words_of(box: Box, runs: Sequence[Run]) -> str:
    """Return the words on a box, by the step at which both appear; a bar has none."""
    return next((run.text for run in runs if run.step == box.step and run.role == box.role), f"[{box.role}]")


def _within(area: Area, other: Area) -> bool:
    return (
        other.left_px <= area.left_px
        and other.top_px <= area.top_px
        and area.right_px <= other.right_px
        and area.bottom_px <= other.bottom_px
    )


def _touch(area: Area, other: Area, gap_px: int) -> bool:
    """Tell whether fewer than ``gap_px`` empty rows and columns lie between two areas."""
    return (
        area.left_px < other.right_px + gap_px
        and other.left_px < area.right_px + gap_px
        and area.top_px < other.bottom_px + gap_px
        and other.top_px < area.bottom_px + gap_px
    )


def _ghost(placed: CardLayout, area: Area, measure: Measure) -> tuple[str, float]:
    """Return the colour of the faint numeral or ring where it may cross an area, and how opaque it is there."""
    ghost = placed.ghost
    if ghost is None:
        return "#000000", 0
    where = ghost.area if isinstance(ghost, Box) else ghost.area(measure)
    return ghost.colour, ghost.alpha if _touch(area, where, 0) else 0


def _over(levels: Levels, colour: str, alpha: float) -> Levels:
    """Return the colours with another one laid over them."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    covered: Levels = levels + (np.array(rgb(colour), dtype=np.float32) - levels) * alpha
    return covered


def _extremes(levels: Levels) -> Iterator[Sequence[float]]:
    """Yield the darkest and the lightest of the colours."""
    shares = _shares(levels)
    yield [float(part) for part in levels[int(shares.argmin())]]
    yield [float(part) for part in levels[int(shares.argmax())]]


def _luminance(colour: Sequence[float]) -> float:
    """Return how light a colour is, 0–1."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    return float(_shares(np.array([colour], dtype=np.float64))[0])


def _shares(levels: Levels) -> Levels:
    """Return how light each row of ``levels`` is, 0–1. Source: WCAG 2.2, "relative luminance"."""
    import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

    parts = levels / 255
    linear = np.where(parts <= LINEAR_TO, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    lightness: Levels = linear @ np.array([0.2126, 0.7152, 0.0722])
    return lightness
