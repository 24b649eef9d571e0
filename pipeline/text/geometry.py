"""Where captions stand in a frame, and how large: the same for every way of showing them. Pure."""

from __future__ import annotations

import math

SAFE_SHARE = 0.05
"""Text keeps this share of the frame free on the left, right and bottom: 90 % of the width is safe (brand)."""
TALL_BOTTOM_SHARE = 0.22
"""In tall frames the lower 22 % lies under the buttons and captions of the apps that show them.

Our choice: Meta's ad guides ask to keep 20 % free in stories and 35 % in reels, where the most is for an advertiser's
button; a little more than a story is asked for is clear of handles and progress bars, and leaves the cards their room.
"""
TALL_RATIO = 1.5
EM_SHARE = 0.05
LINE_CHARS = 35
"""Characters a line must have room for, and no line has more: the eye has to find the next one.

Source: Netflix Thai Timed Text Style Guide.
"""
DRAWN_SHARE = 0.98
"""libass and Pillow differ by 1 % in width (840 and 847 px for one line, measured), and the outline takes room."""
CHAR_EM = 0.60
"""Width of the widest Thai lines per counted character in Sarabun 600, in em; 0.555 on average.

Source: measured on 600 lines of a Thai volunteer's captions with Pillow 13.
"""


def caption_em_px(width_px: int, height_px: int) -> int:
    """Return the size of caption letters: 5 % of the height, less where 35 characters would not fit the width."""
    safe_px = width_px * (1 - 2 * SAFE_SHARE)
    return max(1, round(min(height_px * EM_SHARE, safe_px / (LINE_CHARS * CHAR_EM))))


def caption_width_px(width_px: int, height_px: int) -> int:
    """Return how wide a caption line may get as Pillow measures it at :func:`caption_em_px`."""
    safe_px = width_px * (1 - 2 * SAFE_SHARE) * DRAWN_SHARE
    return math.floor(min(safe_px, caption_em_px(width_px, height_px) * CHAR_EM * LINE_CHARS))


def safe_margins_px(width_px: int, height_px: int) -> tuple[int, int]:
    """Return how much of the frame captions keep free at either side, and below."""
    tall = height_px >= TALL_RATIO * width_px
    return round(width_px * SAFE_SHARE), round(height_px * (TALL_BOTTOM_SHARE if tall else SAFE_SHARE))
