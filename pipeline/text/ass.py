r"""Captions as ASS, for burning into the picture with ffmpeg's ``ass`` filter. Pure.

Whatever the cues hold, nothing in them reaches the renderer as a command: see :mod:`pipeline.text.markup`. The only
commands in a script are ours: where the face of a stretch of text is not the style's own, its name and size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.noun import Noun
from pipeline.text.cues import Captions
from pipeline.text.geometry import caption_em_px, safe_margins_px
from pipeline.text.subtitles import ticks

CENTISECONDS = 100
OUTLINE_SHARE = 0.07
_ASS_ESCAPES = str.maketrans({"\\": "\\\u2060", "{": "\\{", "}": "\\}"})
r"""A word joiner after ``\`` keeps libass from reading ``\N`` in someone's text; it draws nothing."""

_ASS_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: {width_px}
PlayResY: {height_px}
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Caption,{family},{size},&H00FFFFFF,&H00FFFFFF,&H002C2004,&H002C2004,0,0,0,0,100,100,0,0,1,{outline},0,2,\
{side_px},{side_px},{bottom_px},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
# Alignment 2 is bottom centre; Encoding -1 lets libass find out whether a line runs from right to left. The outline
# is the brand's `deep`, #04202C, written blue-green-red.


class AssFace(Noun):
    """A face as libass knows it."""

    family: Annotated[str, StringConstraints(pattern=r"^[^@,\\{}()\r\n][^,\\{}()\r\n]*$")]
    """The family name inside the font file, such as ``Sarabun SemiBold``; no sign that means something to a script."""
    win_ratio: Annotated[float, Field(gt=0)]
    """(usWinAscent + usWinDescent) / unitsPerEm, because ASS sizes are that height, not the em."""

    def size(self, em_px: float) -> str:
        """Return the ASS size at which the letters are ``em_px`` pixels per em."""
        return f"{em_px * self.win_ratio:.2f}"


Itemise = Callable[[str], Sequence[tuple[str, AssFace]]]
"""Cuts one line of text into stretches of one face each."""


def to_ass(  # noqa: PLR0913 - all by name; each is a number of the picture or says how to draw
    captions: Captions,
    *,
    width_px: int,
    height_px: int,
    face: AssFace,
    itemise: Itemise | None = None,
    em_px: float | None = None,
    bottom_px: int | None = None,
) -> str:
    r"""Return an ASS script that shows ``captions`` as the brand says, for ffmpeg's ``ass`` filter.

    Args:
        captions: in lines that fit already (:func:`pipeline.text.wrapping.wrap`); a newline becomes ``\N``.
        width_px: of the video.
        height_px: of the video.
        face: the style's own face for captions.
        itemise: says which face draws what; ``face`` draws everything when left out.
        em_px: the size of the letters; :func:`caption_em_px` when left out.
        bottom_px: how far the line box stays above the lower edge; :func:`safe_margins_px` when left out.

    """
    em_px = caption_em_px(width_px, height_px) if em_px is None else em_px
    events = (event(times, drawn(text, face, em_px, itemise)) for *times, text in ticks(captions, CENTISECONDS))
    return head(width_px, height_px, face, em_px, bottom_px) + "".join(events)


def head(width_px: int, height_px: int, face: AssFace, em_px: float, bottom_px: int | None = None) -> str:
    """Return a script up to its first event: the size of the video and the style ``Caption``."""
    side_px, safe_bottom_px = safe_margins_px(width_px, height_px)
    return _ASS_HEAD.format(
        width_px=width_px,
        height_px=height_px,
        family=face.family,
        size=face.size(em_px),
        outline=f"{em_px * OUTLINE_SHARE:.2f}",
        side_px=side_px,
        bottom_px=safe_bottom_px if bottom_px is None else bottom_px,
    )


def event(times: Sequence[int], words: str) -> str:
    """Return the line that shows ``words``, which are escaped, from and until ``times`` in hundredths of a second."""
    start, end = times
    return f"Dialogue: 0,{_clock(start)},{_clock(end)},Caption,,0,0,0,,{words}\n"


def drawn(text: str, face: AssFace, em_px: float, itemise: Itemise | None = None) -> str:
    r"""Return ``text`` escaped for an event, its lines joined by ``\N``, each stretch in its own face."""
    return "\\N".join("".join(_stretches(line, face, em_px, itemise)) for line in text.split("\n"))


def _stretches(line: str, face: AssFace, em_px: float, itemise: Itemise | None) -> Iterator[str]:
    for stretch, own in itemise(line) if itemise else [(line, face)]:
        words = stretch.translate(_ASS_ESCAPES)
        yield words if own == face else f"{{\\fn{own.family}\\fs{own.size(em_px)}}}{words}{{\\r}}"


def _clock(ticks_cs: int) -> str:
    seconds, part = divmod(ticks_cs, CENTISECONDS)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:02d}"
