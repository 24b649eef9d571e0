"""Captions as text files: SubRip, WebVTT, and ASS for burning in.

Whatever the cues hold, nothing in them reaches a player as a command: see :mod:`pipeline.text.markup`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from pipeline.text.cues import Captions
from pipeline.text.markup import inert, with_other_brackets

MILLISECONDS = 1000
CENTISECONDS = 100
SAFE_SHARE = 0.05
"""Text keeps this share of the frame free on the left, right and bottom: 90 % of the width is safe (brand)."""
TALL_BOTTOM_SHARE = 0.22
"""In tall frames the lower 22 % lies under the buttons and captions of the apps that show them."""
TALL_RATIO = 1.5
EM_SHARE = 0.05
OUTLINE_SHARE = 0.07
LINE_CHARS = 35
"""Characters a line must have room for. Source: Netflix Thai Timed Text Style Guide."""
MOST_CHARS = 42
"""Where there is room, lines get no longer than this: the eye has to find the next one."""
DRAWN_SHARE = 0.98
"""libass and Pillow differ by 1 % in width (840 and 847 px for one line, measured), and the outline takes room."""
CHAR_EM = 0.60
"""Width of the widest Thai lines per counted character in Sarabun 600, in em; 0.555 on average.

Source: measured on 600 lines of a Thai volunteer's captions with Pillow 13.
"""
_ASS_ESCAPES = str.maketrans({"\\": "\\\u2060", "{": "\\{", "}": "\\}", "\n": "\\N"})
r"""A word joiner after ``\`` keeps libass from reading ``\N`` in someone's text; it draws nothing."""
_VTT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

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
Style: Caption,{face_name},{size},&H00FFFFFF,&H00FFFFFF,&H002C2004,&H002C2004,0,0,0,0,100,100,0,0,1,{outline},0,2,\
{side_px},{side_px},{bottom_px},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
# Alignment 2 is bottom centre; Encoding -1 lets libass find out whether a line runs from right to left. The outline
# is the brand's `deep`, #04202C, written blue-green-red.


def to_srt(captions: Captions) -> str:
    """Return SubRip text, LF line ends. SubRip cannot escape, so ``<b>`` in a cue is written ``‹b›``."""
    cues = (
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{with_other_brackets(text)}\n"
        for number, (start, end, text) in enumerate(_ticks(captions, MILLISECONDS), 1)
    )
    return "\n".join(cues)


def to_vtt(captions: Captions) -> str:
    """Return WebVTT text, LF line ends, with ``&``, ``<`` and ``>`` escaped."""
    cues = (
        f"\n{_clock(start, '.')} --> {_clock(end, '.')}\n{text.translate(_VTT_ESCAPES)}\n"
        for start, end, text in _ticks(captions, MILLISECONDS)
    )
    return "WEBVTT\n" + "".join(cues)


def to_ass(  # noqa: PLR0913 - all by name; each is a number of the picture or of the face
    captions: Captions,
    *,
    width_px: int,
    height_px: int,
    face_name: str,
    win_ratio: float,
    em_px: float | None = None,
    bottom_px: int | None = None,
) -> str:
    r"""Return an ASS script that shows ``captions`` as the brand says, for ffmpeg's ``ass`` filter.

    Args:
        captions: in lines that fit already (:func:`pipeline.text.wrapping.wrap`); a newline becomes ``\N``.
        width_px: of the video.
        height_px: of the video.
        face_name: the family name inside the font file, such as ``Sarabun SemiBold``.
        win_ratio: (usWinAscent + usWinDescent) / unitsPerEm of the face, because ASS sizes are that height, not the em.
        em_px: the size of the letters; :func:`caption_em_px` when left out.
        bottom_px: how far the line box stays above the lower edge; :func:`safe_margins_px` when left out.

    Raises:
        ValueError: the face's name cannot stand in a script.

    """
    if not face_name or any(sign in face_name for sign in ",\r\n"):
        message = f"not a face name: {face_name!r}"
        raise ValueError(message)
    em_px = caption_em_px(width_px, height_px) if em_px is None else em_px
    side_px, safe_bottom_px = safe_margins_px(width_px, height_px)
    head = _ASS_HEAD.format(
        width_px=width_px,
        height_px=height_px,
        face_name=face_name,
        size=f"{em_px * win_ratio:.2f}",
        outline=f"{em_px * OUTLINE_SHARE:.2f}",
        side_px=side_px,
        bottom_px=safe_bottom_px if bottom_px is None else bottom_px,
    )
    return head + "".join(_ass_events(captions))


def _ass_events(captions: Captions) -> Iterator[str]:
    for start, end, text in _ticks(captions, CENTISECONDS):
        words = text.translate(_ASS_ESCAPES)
        yield f"Dialogue: 0,{_ass_clock(start)},{_ass_clock(end)},Caption,,0,0,0,,{words}\n"


def caption_em_px(width_px: int, height_px: int) -> int:
    """Return the size of caption letters: 5 % of the height, less where 35 characters would not fit the width."""
    safe_px = width_px * (1 - 2 * SAFE_SHARE)
    return max(1, round(min(height_px * EM_SHARE, safe_px / (LINE_CHARS * CHAR_EM))))


def caption_width_px(width_px: int, height_px: int) -> int:
    """Return how wide a caption line may get as Pillow measures it at :func:`caption_em_px`."""
    safe_px = width_px * (1 - 2 * SAFE_SHARE) * DRAWN_SHARE
    return math.floor(min(safe_px, caption_em_px(width_px, height_px) * CHAR_EM * MOST_CHARS))


def safe_margins_px(width_px: int, height_px: int) -> tuple[int, int]:
    """Return how much of the frame captions keep free at either side, and below."""
    tall = height_px >= TALL_RATIO * width_px
    return round(width_px * SAFE_SHARE), round(height_px * (TALL_BOTTOM_SHARE if tall else SAFE_SHARE))


def _ticks(captions: Captions, per_second: int) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each cue that shows, in whole ticks rounded half up.

    Rounding never makes a cue end before it starts, nor two cues overlap that did not. What lies before 0 is cut.
    """
    last_end_s: Fraction | None = None
    last_end = 0
    for cue in captions.cues:
        text = inert(cue.text)
        if not text or cue.end_s <= max(cue.start_s, Fraction(0)):
            continue
        start = max(0, _rounded(cue.start_s * per_second))
        if last_end_s is not None and cue.start_s >= last_end_s:
            start = max(start, last_end)
        end = max(_rounded(cue.end_s * per_second), start + 1)
        last_end_s, last_end = cue.end_s, end
        yield start, end, text


def _rounded(ticks: Fraction) -> int:
    return math.floor(ticks + Fraction(1, 2))


def _clock(ticks: int, point: str) -> str:
    seconds, part = divmod(ticks, MILLISECONDS)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{part:03d}"


def _ass_clock(ticks: int) -> str:
    seconds, part = divmod(ticks, CENTISECONDS)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part:02d}"
