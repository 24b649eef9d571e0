"""Counts what platforms count, in their units, and shortens text to what they take. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from pipeline.posts.model import PostFile
from pipeline.preset.platform import Measure, Rule

ELLIPSIS = "…"
_ALIKE = str.maketrans({"<": "‹", ">": "›"})
"""Signs that look like those which some platforms forbid."""
_HASHTAG = re.compile(r"(?:^|\s)#\w", re.UNICODE)
_COUNTS: Mapping[str, Callable[[str], int]] = {
    "characters": len,
    "utf16-units": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "utf8-bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "count": lambda text: len(_HASHTAG.findall(text)),
}


def of_text(text: str, measure: Measure) -> Fraction | None:
    """Return how much of ``measure`` a text has; None for what texts do not have. ``count``: of its hashtags."""
    return Fraction(_COUNTS[measure](text)) if measure in _COUNTS else None


def of_file(file: PostFile, measure: Measure) -> Fraction | None:
    """Return how much of ``measure`` a file has; None where that is not known of it."""
    values: dict[str, float | int | None] = {
        "file-bytes": file.bytes or None,
        "seconds": file.duration_s,
        "width-px": file.width_px,
        "height-px": file.height_px,
        "frames-per-second": file.frame_rate,
    }
    if measure == "aspect" and file.width_px and file.height_px:
        return Fraction(file.width_px, file.height_px)
    value = values.get(measure)
    return None if value is None else Fraction(str(value))


def is_within(value: Fraction | None, rule: Rule) -> bool:
    """Return whether a value keeps a rule; what is not known breaks none."""
    if value is None:
        return True
    return (rule.least is None or value >= rule.least) and (rule.most is None or value <= rule.most)


def without(text: str, forbidden: str) -> str:
    """Return a text with signs that look alike in place of those that are forbidden; others go."""
    return "".join(char.translate(_ALIKE) if char in forbidden else char for char in text).translate(
        {ord(char): None for char in forbidden}
    )


def shortened(text: str, measure: Measure, most: int, units: Callable[[str], list[str]]) -> str:
    """Return a text that has at most ``most`` of ``measure``, cut between words; its last paragraph stays whole.

    Hashtags and the address stand in the last paragraph. ``units``: what a text may be cut between.
    """
    count = _COUNTS[measure]
    if count(text) <= most:
        return text
    whole = text.rstrip("\n")
    end = text[len(whole) :]
    body, gap, tail = whole.rpartition("\n\n")
    if not body or count(f"{ELLIPSIS}{gap}{tail}{end}") > most:
        body, gap, tail = whole, "", ""
    room = most - count(f"{ELLIPSIS}{gap}{tail}{end}")
    kept, used = [], 0
    for unit in units(body):
        used += count(unit)
        if used > room:
            break
        kept.append(unit)
    begun = "".join(kept).rstrip()
    return f"{begun}{ELLIPSIS}{gap}{tail}{end}" if room >= 0 else ""
