"""Rehearses burned captions before anything is encoded.

When libass finds no font, another one, or no glyph, it draws boxes or nothing, and ffmpeg ends with status 0. So every
cluster of the captions is drawn once on a small black sheet, with the same faces and the same kind of script; what the
renderer says meanwhile is read, and the ink is looked for.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import process
from pipeline.card.fonts import family_name, font_path, itemise, load, win_ratio
from pipeline.errors import MachineError, OurError
from pipeline.preset.model import Face
from pipeline.text.ass import AssFace, Itemise, drawn, event, head
from pipeline.text.thai import clusters
from pipeline.video import graph

SHEET = "rehearsal.ass"
SAID = "rehearsal.log"
COLUMNS = 16
CELL_PX = 72
EM_PX = 24
_SHEET_PX = COLUMNS * CELL_PX
_PER_SHEET = COLUMNS * COLUMNS
MOST_NAMED = 8
REHEARSAL_S = 60.0
_INK = 64
"""Brighter than the outline (27 on black), darker than the thinnest stroke that Pillow draws as :data:`_INK_SEEN`."""
_INK_SEEN = 160
PROBES = ("ที่", "ที")
"""A tone mark above a vowel, and the vowel alone: without a shaper both are as high (50 px at 40 px; with it 64)."""
_STACK_SHARE = 0.1
_INFO = 32
"""Source: AV_LOG_INFO in libavutil/log.h; libass tells at that level which font it takes."""
_CHOSEN = re.compile(r"fontselect: \((.*), -?\d+, -?\d+\) -> (.*), -?\d+, (\S+)\s*$", re.MULTILINE)
_NO_GLYPH = re.compile(r"Glyph 0x([0-9A-Fa-f]+) not found.* for \((.*), -?\d+, -?\d+\)\s*$", re.MULTILINE)
_NO_FILTER = "No such filter"
_POSTSCRIPT_NAME_ID = 6
"""Source: OpenType 1.9, name, "Name IDs"."""


class Cell(NamedTuple):
    """A cluster and the face that draws it."""

    text: str
    face: Face

    def itemise(self, line: str) -> list[tuple[str, AssFace]]:
        """Return the line in this face, as libass knows it."""
        return [(line, ass_face(self.face))]


def rehearse(texts: Sequence[str], face: Face, folder: Path, ffmpeg: str) -> tuple[str, ...]:
    """Make sure that ffmpeg draws every cluster of ``texts`` in our own faces. The fonts lie in ``folder`` already.

    Returns:
        The signs that fell to a face that stands in for ``face``, and that the renderer could not draw with it.

    Raises:
        OurError: ``captions-not-drawn``: a font of the machine was taken, or ``face`` did not draw what it has.
        MachineError: ``captions-tool``: this ffmpeg lacks libass, or its libass does not shape Thai; or as in
            :func:`process.run`.

    """
    lines = dict.fromkeys(line for text in (*PROBES, *texts) for line in text.split("\n"))
    stretches = dict.fromkeys(stretch for line in lines for stretch in itemise(line, face))
    cells = list(dict.fromkeys(Cell(part, own) for stretch, own in stretches for part in clusters(stretch)))
    (folder / SHEET).write_text(_sheet(cells, face), "utf-8")
    sheets, said = _draw(ffmpeg, folder, -(-len(cells) // _PER_SHEET))
    expected = {family_name(cell.face): _postscript_name(font_path(cell.face)) for cell in cells}
    for problem in _wrong_fonts(said, expected):
        raise OurError("captions-not-drawn", problem)
    lost = dict.fromkeys([*_lost(said), *_blank(cells, sheets)])
    ours = tuple(sign for sign, family in lost if family == family_name(face))
    if ours:
        raise OurError("captions-not-drawn", named(ours))
    stacked, flat = (_height(sheets, n) for n in range(len(PROBES)))
    if stacked - flat < _STACK_SHARE * EM_PX:
        raise MachineError("captions-tool", Path(ffmpeg).name, "HarfBuzz")
    return tuple(dict.fromkeys(sign for sign, _ in lost))


def _sheet(cells: Sequence[Cell], face: Face) -> str:
    """Return a script that draws each text in a cell of its own, a sheet a second."""
    lines = [head(_SHEET_PX, _SHEET_PX, ass_face(face), EM_PX)]
    for n, cell in enumerate(cells):
        sheet, left, top = _place(n)
        where = f"{{\\an5\\pos({left + CELL_PX // 2},{top + CELL_PX // 2})}}"
        words = drawn(cell.text, ass_face(face), EM_PX, cell.itemise)
        lines.append(event((100 * sheet, 100 * sheet + 100), where + words))
    return "".join(lines)


def _place(n: int) -> tuple[int, int, int]:
    """Return on which sheet the cell lies, and its upper left corner."""
    sheet, cell = divmod(n, _PER_SHEET)
    row, column = divmod(cell, COLUMNS)
    return sheet, column * CELL_PX, row * CELL_PX


def _draw(ffmpeg: str, folder: Path, sheets: int) -> tuple[list[Any], str]:
    """Return the sheets as grey pictures, and all that was said meanwhile."""
    from PIL import Image  # noqa: PLC0415 - only who draws needs it

    black = f"color=black:size={_SHEET_PX}x{_SHEET_PX}:rate=1:duration={sheets}"
    burn = f"ass=filename={SHEET}:fontsdir={graph.FONTS}"
    argv = [ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "error", "-f", "lavfi", "-i", black, "-vf", burn]
    argv += ["-f", "rawvideo", "-pix_fmt", "gray", "-"]
    # Its own report holds every line; of standard error only the last are kept.
    told = {**os.environ, "FFREPORT": f"file={SAID}:level={_INFO}"}
    try:
        done = process.run(argv, timeout_s=REHEARSAL_S, cwd=folder, env=told)
    except OurError as error:
        if _NO_FILTER in str(error.values[-1]):
            raise MachineError("captions-tool", Path(ffmpeg).name, "libass") from error
        raise
    size = _SHEET_PX * _SHEET_PX
    whole = len(done.stdout) // size
    if whole < sheets:
        raise OurError("captions-not-drawn", f"{whole} / {sheets}")
    found = [
        Image.frombytes("L", (_SHEET_PX, _SHEET_PX), done.stdout[n * size : (n + 1) * size]) for n in range(sheets)
    ]
    return found, (folder / SAID).read_text("utf-8", "replace")


def _wrong_fonts(said: str, expected: Mapping[str, str]) -> Iterator[str]:
    """Yield each family that was not drawn with our file. A font of the machine is named by its path, ours is not.

    What is chosen first counts: others follow for single signs that it lacks.
    """
    chosen: dict[str, tuple[str, str]] = {}
    for family, path, name in _CHOSEN.findall(said):
        chosen.setdefault(family, (path, name))
    for family, name in expected.items():
        path, found = chosen.get(family, ("", "–"))
        if found != name or "/" in path:
            yield f"{family} → {found}"
    yield from (f"{family} → {chosen[family][1]}" for family in chosen.keys() - expected.keys())


def _lost(said: str) -> Iterator[tuple[str, str]]:
    """Yield each sign that the renderer did not find, and the family it looked in."""
    yield from ((chr(int(code, 16)), family) for code, family in _NO_GLYPH.findall(said))


def _blank(cells: Sequence[Cell], sheets: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield the signs of which nothing is to be seen although Pillow, with the same face, draws something."""
    for n, cell in enumerate(cells):
        if _crop(sheets, n).getextrema()[1] < _INK and _has_ink(cell):
            yield from ((sign, family_name(cell.face)) for sign in cell.text)


def _has_ink(cell: Cell) -> bool:
    if unicodedata.category(cell.text[0])[0] in "MZC":
        return False  # marks that hang on nothing: every shaper has its own way with them
    mask = load(cell.face, EM_PX).getmask(cell.text)
    return 0 not in mask.size and mask.getextrema()[1] >= _INK_SEEN


def _height(sheets: Sequence[Any], n: int) -> int:
    """Return how high the ink in a cell is, in pixels."""
    box = _crop(sheets, n).point(lambda grey: 255 if grey >= _INK else 0).getbbox()
    return box[3] - box[1] if box else 0


def _crop(sheets: Sequence[Any], n: int) -> Any:  # noqa: ANN401 - Pillow is not imported at module level
    sheet, left, top = _place(n)
    return sheets[sheet].crop((left, top, left + CELL_PX, top + CELL_PX))


def named(signs: Sequence[str]) -> str:
    """Return the signs with their code points, because it is likely that a reader's machine cannot draw them either."""
    told = " ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs[:MOST_NAMED])
    return f"{told} …" if len(signs) > MOST_NAMED else told


def for_ass(face: Face) -> Itemise:
    """Return what cuts a line into stretches of one face each, where ``face`` is asked for, as libass knows them."""
    return lambda line: [(stretch, ass_face(own)) for stretch, own in itemise(line, face)]


@lru_cache(maxsize=64)
def ass_face(face: Face) -> AssFace:
    """Return the face as libass knows it."""
    return AssFace(family=family_name(face), win_ratio=win_ratio(face))


@lru_cache(maxsize=64)
def _postscript_name(path: Path) -> str:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - 0.15 s, only for those who draw

    with TTFont(path, lazy=True) as font:
        return str(font["name"].getDebugName(_POSTSCRIPT_NAME_ID))
