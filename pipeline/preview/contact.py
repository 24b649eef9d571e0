"""Draws exhibits small, and the contact sheet that shows them all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

from pipeline.card.draw import draw_still, draw_third
from pipeline.card.fonts import load
from pipeline.card.pieces import Frame
from pipeline.card.planes import planes_of
from pipeline.card.texts import ThirdText
from pipeline.preset.model import Style
from pipeline.preview.exhibits import Exhibit
from pipeline.recap.plan import RecapPlan
from pipeline.recap.planes import picture_of
from pipeline.recap.titles import draw_titles
from pipeline.text.geometry import caption_em_px, safe_margins_px
from pipeline.text.thai import WordBreaker

SMALL_HEIGHT_PX = 540
"""Exhibits are drawn so high; their layouts are checked at the size that they are made in."""
TILE_HEIGHT_PX = 180
GAP_PX, EDGE_PX, LABEL_PX = 12, 32, 30
SAMPLE = ("ตัวอย่างคำบรรยายบรรทัดแรก", "และบรรทัดที่สอง")
"""Stands below a lower third, where captions will be."""
LINE_EM = 1.6
OUTLINE_SHARE = 0.07
_FOOTAGE = ("#8a9a96", "#ece6d8")


def draw_small(exhibit: Exhibit, style: Style, breaker: WordBreaker) -> Image.Image:
    """Return the exhibit as an RGB picture of :data:`SMALL_HEIGHT_PX`.

    Raises:
        MachineError, OurError: as :func:`pipeline.card.draw.draw_still`.

    """
    frame = exhibit.frame
    width_px = round(SMALL_HEIGHT_PX * frame.width_px / frame.height_px)
    small = Frame(width_px=width_px, height_px=SMALL_HEIGHT_PX, layout=frame.layout)
    if isinstance(exhibit.text, RecapPlan):
        return _recap(exhibit.text, breaker).resize((width_px, SMALL_HEIGHT_PX), Image.Resampling.LANCZOS)
    if not isinstance(exhibit.text, ThirdText):
        return draw_still(exhibit.text, style, small, breaker)
    if frame.layout == "link":
        message = "a lower third lies over footage, which is no picture for a link"
        raise ValueError(message)
    picture = _footage(width_px, SMALL_HEIGHT_PX).copy()
    third = draw_third(exhibit.text, style, width_px, SMALL_HEIGHT_PX, frame.layout, breaker)
    picture.paste(third.image, (third.x_px, third.y_px), third.image)
    _caption(picture, style)
    return picture


def _recap(plan: RecapPlan, breaker: WordBreaker) -> Image.Image:
    """Return the recap's title as it stands in the middle of the first photo's time."""
    size = (plan.output.width_px, plan.output.height_px)
    picture = planes_of(_footage(*size).copy())
    for title in draw_titles(plan, breaker):
        title.onto(picture, plan.photo_frames // 2)
    return picture_of(picture)


@lru_cache(maxsize=4)
def _footage(width_px: int, height_px: int) -> Image.Image:
    """Return something bright, as footage is where white words are hardest to read."""
    far, near = (Image.new("RGB", (width_px, height_px), colour) for colour in _FOOTAGE)
    return Image.composite(far, near, Image.radial_gradient("L").resize((width_px, height_px)))


def _caption(picture: Image.Image, style: Style) -> None:
    """Draw two lines where captions are burned in."""
    em_px = caption_em_px(*picture.size)
    font = load(style.faces.caption, em_px)
    baseline_px = picture.height - safe_margins_px(*picture.size)[1] - round((LINE_EM - 1.1) * em_px)
    draw = ImageDraw.Draw(picture)
    for n, line in enumerate(reversed(SAMPLE)):
        draw.text(
            (picture.width / 2, baseline_px - round(n * LINE_EM * em_px)),
            line,
            font=font,
            anchor="ms",
            fill="white",
            stroke_width=max(1, round(OUTLINE_SHARE * em_px)),
            stroke_fill=style.ground_dark,
        )


def contact_sheet(
    rows: Mapping[str, Sequence[Image.Image]], style: Style, bad: Mapping[str, Sequence[int]]
) -> Image.Image:
    """Return all tiles on one sheet, a row for each title. ``bad``: which tiles of a row have a fault."""
    width_px = 2 * EDGE_PX + max((sum(t.width + GAP_PX for t in row) for row in rows.values()), default=GAP_PX) - GAP_PX
    row_px = LABEL_PX + TILE_HEIGHT_PX + 2 * GAP_PX
    sheet = Image.new("RGB", (width_px, 2 * EDGE_PX + row_px * len(rows)), style.page_ground)
    draw, font = ImageDraw.Draw(sheet), load(style.faces.label, 18)
    for n, (title, row) in enumerate(rows.items()):
        x_px, y_px = EDGE_PX, EDGE_PX + n * row_px
        draw.text((x_px, y_px + LABEL_PX - 10), title, font=font, anchor="ls", fill=style.ground_dark)
        for at, small in enumerate(row):
            sheet.paste(small, (x_px, y_px + LABEL_PX))
            if at in bad.get(title, ()):
                corner = (x_px - 3, y_px + LABEL_PX - 3, x_px + small.width + 2, y_px + LABEL_PX + small.height + 2)
                draw.rectangle(corner, outline="#B0281D", width=4)
            x_px += small.width + GAP_PX
    return sheet


def tile(picture: Image.Image) -> Image.Image:
    """Return a picture as large as it is on the sheet."""
    width_px = round(TILE_HEIGHT_PX * picture.width / picture.height)
    return picture.resize((width_px, TILE_HEIGHT_PX), Image.Resampling.LANCZOS)
