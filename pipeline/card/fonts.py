"""Finds the fonts that cards and captions are drawn with, and tells what they can draw.

Only fonts that are installed with Showcase are used: a font that happens to be on a machine would make another
picture on the next one. Pillow draws a box for a character that a font lacks and, without FriBiDi, sets Thai marks
through each other, both silently; so both are asked about here before anything is drawn. Where the asked face lacks
a character, another one stands in for it, the same on every machine; what none of them has is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont, features

from pipeline.errors import MachineError, OurError, PresetError
from pipeline.preset.model import Face
from pipeline.text.thai import clusters

EMOJI = "noto-emoji"
_NOTO = {
    "noto-sans": "NotoSans[wght].ttf",
    "noto-sans-symbols": "NotoSansSymbols[wght].ttf",
    EMOJI: "NotoEmoji[wght].ttf",
    "noto-sans-arabic": "NotoSansArabic[wght].ttf",
    "noto-sans-lao": "NotoSansLao[wght].ttf",
    "noto-sans-khmer": "NotoSansKhmer[wght].ttf",
    "noto-sans-myanmar": "NotoSansMyanmar[wght].ttf",
    "noto-sans-tamil": "NotoSansTamil[wght].ttf",
    "noto-sans-devanagari": "NotoSansDevanagari[wght].ttf",
}
"""Files of the package ``manimgx-fonts``: Latin, Greek and Cyrillic, signs, emoji, and the scripts of neighbours."""
FALLBACKS = ("sarabun", *_NOTO)
"""Families that stand in for a face, the first one first, in the weight nearest to it."""
_SARABUN_HEAVIEST = 800
_AS_EMOJI = "\ufe0f"
_LIKE = {"★": "⭐", "✓": "✔"}
"""Signs that people type and no face here has, and the emoji that looks the same."""
_REGIONAL = range(0x1F1E6, 0x1F200)
"""Two of these letters make a flag."""
_DRAWN_AS_NOTHING = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff")
"""Signs that the shaper leaves out, whether or not the font has them."""
_FRIBIDI = {
    "linux": "libfribidi0 (sudo apt-get install libfribidi0)",
    "darwin": "fribidi (brew install fribidi)",
    "win32": "fribidi.dll",
}
_FAMILY_NAME_ID = 1
"""Source: OpenType 1.9, name, "Name IDs"."""
_WEIGHT_AXIS = "wght"
"""Source: OpenType 1.9, "Registered design-variation axis tags"."""


def require_shaping() -> None:
    """Make sure that Thai marks will be placed correctly.

    Raises:
        MachineError: ``shaping-missing``, naming the package to install.

    """
    if not features.check("raqm"):
        raise MachineError("shaping-missing", _FRIBIDI.get(sys.platform, "FriBiDi"))


@lru_cache(maxsize=32)
def font_path(face: Face) -> Path:
    """Return the font file of ``face``. One that stands in for others may hold all weights in one file.

    Raises:
        PresetError: ``face-missing``: the family is not installed, or has no such weight.

    """
    if face.family in _NOTO:
        import manimgx_fonts  # noqa: PLC0415 - only for those who draw

        return Path(manimgx_fonts.__file__).with_name(_NOTO[face.family])
    import fontpkg  # noqa: PLC0415 - 0.15 s, only for those who draw

    try:
        return Path(fontpkg.path(face.family, weight=face.weight))
    except fontpkg.FontpkgError as error:
        raise PresetError("face-missing", face.family, face.weight) from error


@lru_cache(maxsize=128)
def load(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font at ``size_px`` pixels per em, shaped by RAQM. See :func:`require_shaping`."""
    path = font_path(face)
    font = ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.RAQM)
    axes = _tables(path).axes
    if axes:
        font.set_variation_by_axes([face.weight if axis.tag == _WEIGHT_AXIS else axis.default for axis in axes])
    return font


@lru_cache(maxsize=8192)
def itemise(text: str, face: Face) -> tuple[tuple[str, Face], ...]:
    """Return ``text`` cut where the face changes, each piece with the face that draws it.

    A cluster is never cut. Neighbours of one face stay together, so that their shaping is as in the whole text.
    An emoji sequence that the emoji face cannot join is replaced by its first emoji, and a star or tick by the emoji
    of it; nothing else changes. What no face has stays with the asked one: see :func:`missing_glyphs`.
    """
    known = _tables(font_path(face)).code_points
    if _AS_EMOJI not in text and all(ord(char) in known or char in _DRAWN_AS_NOTHING for char in text):
        return ((text, face),) if text else ()
    picked = [_pick(cluster, face) or (cluster, face) for cluster in clusters(text)]
    for index, (space, _) in enumerate(picked):
        # A space between two words of another script is theirs: right-to-left words would change places.
        around = {one[1] for one in (*picked[max(0, index - 1) : index], *_next_word(picked, index))}
        if space.isspace() and index and len(around) == 1:
            (one,) = around
            picked[index] = (space, one if one.family != EMOJI and _has(space, one) else face)
    groups = groupby(picked, key=lambda one: one[1])
    return tuple(("".join(piece for piece, _ in group), one) for one, group in groups)


def missing_glyphs(face: Face, text: str) -> tuple[str, ...]:
    """Return what of ``text`` can be drawn in no face, each character once, in order; line feeds do not count."""
    lost = (cluster for cluster in clusters(text) if cluster.strip("\r\n") and _pick(cluster, face) is None)
    return tuple(dict.fromkeys(char for cluster in lost for char in _seen(cluster) if not _has(char, face)))


def require_glyphs(texts: Iterable[tuple[str, Face]]) -> None:
    """Make sure that each text can be drawn, before anything is.

    Raises:
        OurError: ``glyph-missing``, naming the text, what of it no face has, and the face.

    """
    for text, face in texts:
        missing = missing_glyphs(face, text)
        if missing:
            raise OurError("glyph-missing", text, " ".join(missing), family_name(face))


def family_name(face: Face) -> str:
    """Return the name that libass knows ``face`` by: name ID 1 of its file, such as ``Sarabun SemiBold``."""
    return _tables(font_path(face)).family


def win_ratio(face: Face) -> float:
    """Return the height that ASS sizes count, in ems: (usWinAscent + usWinDescent) / unitsPerEm."""
    return _tables(font_path(face)).win_ratio


def _next_word(picked: list[tuple[str, Face]], index: int) -> Iterator[tuple[str, Face]]:
    yield from [one for one in picked[index + 1 :] if not one[0].isspace()][:1]


@lru_cache(maxsize=4096)
def _pick(cluster: str, face: Face) -> tuple[str, Face] | None:
    """Return the face that draws a cluster, and what of it is drawn; None when there is no such face."""
    emoji = _standing_in(EMOJI, face.weight)
    stand_ins = [_standing_in(family, face.weight) for family in FALLBACKS if family != face.family]
    order = [emoji, face, *stand_ins] if _AS_EMOJI in cluster else [face, *stand_ins]
    for one in order:
        if _has(cluster, one):
            return (cluster, one) if one != emoji or _joins(cluster, one) else (_seen(cluster)[0], one)
    first = _LIKE.get(_seen(cluster)[:1], _seen(cluster)[:1])
    return (first, emoji) if first and not _has(first, face) and _has(first, emoji) else None


def _standing_in(family: str, weight: int) -> Face:
    """Return the family in the weight nearest to the one asked for."""
    if family in _NOTO:
        axis = next(axis for axis in _tables(font_path(Face(family=family, weight=400))).axes if axis.tag == "wght")
        return Face(family=family, weight=round(min(max(weight, axis.least), axis.most)))
    return Face(family=family, weight=min(max(100, round(weight, -2)), _SARABUN_HEAVIEST))


def _seen(text: str) -> str:
    return "".join(char for char in text if char not in _DRAWN_AS_NOTHING)


def _has(text: str, face: Face) -> bool:
    known = _tables(font_path(face)).code_points
    return all(ord(char) in known for char in _seen(text))


def _joins(cluster: str, face: Face) -> bool:
    """Tell whether the emoji face makes one picture of a sequence; all its pictures are equally wide.

    A flag that it does not know stays two letters, which is what a reader expects.
    """
    seen = _seen(cluster)
    if len(seen) == 1 or all(ord(char) in _REGIONAL for char in seen):
        return True
    font = load(face, 100)
    return font.getlength(cluster) < 1.5 * font.getlength(seen[0])


@dataclass(frozen=True)
class _Axis:
    tag: str
    least: float
    default: float
    most: float


@dataclass(frozen=True)
class _Tables:
    code_points: frozenset[int]
    family: str
    win_ratio: float
    axes: tuple[_Axis, ...]


@lru_cache(maxsize=32)
def _tables(path: Path) -> _Tables:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - 0.15 s, only for those who draw

    with TTFont(path, lazy=True) as font:
        os2 = font["OS/2"]
        axes = font["fvar"].axes if "fvar" in font else ()
        return _Tables(
            code_points=frozenset(font.getBestCmap()),
            family=str(font["name"].getDebugName(_FAMILY_NAME_ID)),
            win_ratio=(os2.usWinAscent + os2.usWinDescent) / font["head"].unitsPerEm,
            axes=tuple(_Axis(axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue) for axis in axes),
        )
