"""Finds the fonts that cards and captions are drawn with, and tells what they can draw.

Only fonts that are installed with Showcase are used: a font that happens to be on a machine would make another
picture on the next one. Pillow draws a box for a character that a font lacks and, without FriBiDi, sets Thai marks
through each other, both silently; so both are asked about here before anything is drawn.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

from pipeline.errors import MachineError, PresetError
from pipeline.preset.model import Face

_DRAWN_AS_NOTHING = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff")
"""Signs that the shaper leaves out, whether or not the font has them."""
_FRIBIDI = {
    "linux": "libfribidi0 (sudo apt-get install libfribidi0)",
    "darwin": "fribidi (brew install fribidi)",
    "win32": "fribidi.dll",
}
_FAMILY_NAME_ID = 1
"""Source: OpenType 1.9, name, "Name IDs"."""


def require_shaping() -> None:
    """Make sure that Thai marks will be placed correctly.

    Raises:
        MachineError: ``shaping-missing``, naming the package to install.

    """
    if not features.check("raqm"):
        raise MachineError("shaping-missing", _FRIBIDI.get(sys.platform, "FriBiDi"))


@lru_cache(maxsize=32)
def font_path(face: Face) -> Path:
    """Return the font file of ``face``.

    Raises:
        PresetError: ``face-missing``: the family is not installed, or has no such weight.

    """
    import fontpkg  # noqa: PLC0415 - 0.15 s, only for those who draw

    try:
        return Path(fontpkg.path(face.family, weight=face.weight))
    except fontpkg.FontpkgError as error:
        raise PresetError("face-missing", face.family, face.weight) from error


@lru_cache(maxsize=128)
def load(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font at ``size_px`` pixels per em, shaped by RAQM. See :func:`require_shaping`."""
    return ImageFont.truetype(font_path(face), size_px, layout_engine=ImageFont.Layout.RAQM)


def missing_glyphs(face: Face, text: str) -> tuple[str, ...]:
    """Return the characters of ``text`` that ``face`` cannot draw, each once, in order; line feeds do not count."""
    known = _tables(font_path(face)).code_points
    wanted = dict.fromkeys(char for char in text if char not in _DRAWN_AS_NOTHING and char != "\n")
    return tuple(char for char in wanted if ord(char) not in known)


def family_name(face: Face) -> str:
    """Return the name that libass knows ``face`` by: name ID 1 of its file, such as ``Sarabun SemiBold``."""
    return _tables(font_path(face)).family


def win_ratio(face: Face) -> float:
    """Return the height that ASS sizes count, in ems: (usWinAscent + usWinDescent) / unitsPerEm."""
    return _tables(font_path(face)).win_ratio


@dataclass(frozen=True)
class _Tables:
    code_points: frozenset[int]
    family: str
    win_ratio: float


@lru_cache(maxsize=32)
def _tables(path: Path) -> _Tables:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - 0.15 s, only for those who draw

    with TTFont(path, lazy=True) as font:
        os2 = font["OS/2"]
        return _Tables(
            code_points=frozenset(font.getBestCmap()),
            family=str(font["name"].getDebugName(_FAMILY_NAME_ID)),
            win_ratio=(os2.usWinAscent + os2.usWinDescent) / font["head"].unitsPerEm,
        )
