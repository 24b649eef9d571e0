"""Makes the contact sheet: draws every exhibit, checks it, and returns pictures and page as a package."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from pipeline.card.checks import faults
from pipeline.card.draw import place_third
from pipeline.card.layout import lay_out
from pipeline.card.measure import FontMeasure
from pipeline.card.texts import ThirdText
from pipeline.deliver.pages import Pages
from pipeline.errors import OurError
from pipeline.preset.fields import StillLayout
from pipeline.preset.model import Book
from pipeline.preview.contact import contact_sheet, draw_small, tile
from pipeline.preview.exhibits import Exhibit, exhibits
from pipeline.reasons import Reason
from pipeline.recap.plan import RecapPlan
from pipeline.store.package import Package
from pipeline.text.thai import WordBreaker, make_breaker

ROOT = "preview"
SHEET = f"{ROOT}/contact-sheet.png"
ROWS = 40
_JPEG_QUALITY = 82
_COLOURS = 256

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shown:
    """One exhibit as it came out. ``file`` is None when it cannot be drawn at all."""

    name: str
    row: str
    title: str
    kind: str
    layout: StillLayout
    file: str | None
    size: tuple[int, int]
    faults: tuple[Reason, ...]


@dataclass(frozen=True)
class Preview:
    """Everything that was drawn and found."""

    shown: tuple[Shown, ...]
    package: Package

    @property
    def sheet(self) -> str:
        """Where the contact sheet lies in the output folder."""
        return SHEET

    @property
    def bad(self) -> tuple[Shown, ...]:
        """What has a fault."""
        return tuple(each for each in self.shown if each.faults)


def make_preview(book: Book, templates: Path, on_progress: OnProgress) -> Preview:
    """Return the contact sheet of an event, as PNG and as a page.

    Raises:
        MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
        PresetError: the page's template is broken.

    """
    wanted, breaker = tuple(exhibits(book)), make_breaker(book.words)
    pages = Pages(templates, book)
    package = pages.assets(ROOT)
    shown: list[Shown] = []
    tiles: dict[str, list[Image.Image]] = {}
    marked: dict[str, list[int]] = {}
    for number, exhibit in enumerate(wanted, 1):
        found, picture = _examined(exhibit, book, breaker)
        shown.append(found)
        row = tiles.setdefault(f"{exhibit.row} · {exhibit.title}", [])
        if found.faults:
            marked.setdefault(f"{exhibit.row} · {exhibit.title}", []).append(len(row))
        if picture is not None:
            package[f"{ROOT}/{found.file}"] = _encoded(picture, format="JPEG", quality=_JPEG_QUALITY)
        row.append(tile(picture or Image.new("RGB", found.size, book.style.ground_dark)))
        on_progress(number, len(wanted))
    sheets = _sheets(tiles, marked, book)
    package |= sheets
    values = {"rows": _rows(shown), "bad": [each for each in shown if each.faults]}
    names = [name.rpartition("/")[2] for name in sheets]
    package[f"{ROOT}/index.html"] = pages.render("preview.html.j2", **values, sheets=names)
    return Preview(tuple(shown), package)


def _sheets(tiles: dict[str, list[Image.Image]], marked: dict[str, list[int]], book: Book) -> Package:
    """Return the contact sheet, of a long roster as several: one picture of 400 rows opens in no program."""
    titles, found = list(tiles), Package()
    for first in range(0, max(1, len(titles)), ROWS):
        rows = {title: tiles[title] for title in titles[first : first + ROWS]}
        sheet = contact_sheet(rows, book.style, marked).quantize(_COLOURS, dither=Image.Dither.NONE)
        name = SHEET if not first else SHEET.replace(".png", f"-{first // ROWS + 1}.png")
        found[name] = _encoded(sheet, format="PNG", optimize=True)
    return found


def _examined(exhibit: Exhibit, book: Book, breaker: WordBreaker) -> tuple[Shown, Image.Image | None]:
    """Return what became of one exhibit, and its picture if it can be drawn."""
    told: tuple[Reason, ...] = ()
    picture = None
    try:
        told = examine(exhibit, book, breaker)
        picture = draw_small(exhibit, book.style, breaker)
    except OurError as error:  # of the words that people gave: they do not fit, or a sign has no glyph
        told = (error.reason,)
    height_px = exhibit.frame.height_px if picture is None else picture.height
    width_px = exhibit.frame.width_px if picture is None else picture.width
    shown = Shown(
        name=exhibit.name,
        row=exhibit.row,
        title=exhibit.title,
        kind=exhibit.kind,
        layout=exhibit.frame.layout,
        file=f"{exhibit.name}.jpg" if picture else None,
        size=(width_px, height_px),
        faults=told,
    )
    return shown, picture


def examine(exhibit: Exhibit, book: Book, breaker: WordBreaker) -> tuple[Reason, ...]:
    """Return what is wrong with an exhibit at the size that it is made in.

    Raises:
        MachineError, OurError: as :func:`pipeline.card.draw.draw_still`.

    """
    measure = FontMeasure()
    if isinstance(exhibit.text, RecapPlan):
        return ()  # drawing tells whether its words fit; their shade makes them stand out on any photo
    if isinstance(exhibit.text, ThirdText):
        return faults(place_third(exhibit.text, book.style, exhibit.frame, breaker), measure)
    return faults(lay_out(exhibit.text, book.style, exhibit.frame, measure, breaker), measure)


def _rows(shown: list[Shown]) -> dict[str, list[Shown]]:
    rows: dict[str, list[Shown]] = {}
    for each in shown:
        rows.setdefault(each.row, []).append(each)
    return rows


def _encoded(picture: Image.Image, **options: object) -> bytes:
    into = io.BytesIO()
    partial(picture.save, into)(**options)  # type: ignore[arg-type]
    return into.getvalue()
