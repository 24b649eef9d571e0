"""Compares a package with the rules of a platform. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from pipeline.posts.measures import is_within, of_file, of_text
from pipeline.posts.model import PostFile
from pipeline.preset.platform import About, Measure, Platform, Rule
from pipeline.reasons import Reason, reason

CODES: Mapping[tuple[About, Measure], str] = {
    ("text", "characters"): "post-text-long",
    ("text", "utf16-units"): "post-text-long",
    ("text", "utf8-bytes"): "post-text-bytes",
    ("text", "count"): "post-hashtags",
    ("text", "characters-used"): "post-signs",
    ("title", "characters"): "post-title-long",
    ("title", "characters-used"): "post-signs",
    ("video", "seconds"): "post-video-length",
    ("video", "file-bytes"): "post-file-large",
    ("video", "width-px"): "post-video-size",
    ("video", "height-px"): "post-video-size",
    ("video", "aspect"): "post-shape",
    ("video", "frames-per-second"): "post-video-rate",
    ("captions", "file-bytes"): "post-captions-large",
    ("captions", "file-name"): "post-captions-name",
    ("cover", "file-bytes"): "post-file-large",
    ("photo", "file-bytes"): "post-file-large",
    ("photo", "file-name"): "post-photo-kind",
    ("photo", "aspect"): "post-shape",
    ("photo", "width-px"): "post-photo-size",
    ("photos", "count"): "post-photo-count",
}
"""What is said when a rule about something is broken, by what it measures."""


def broken_by_text(text: str, about: About, platform: Platform) -> Iterator[Reason]:
    """Yield what a text or a title breaks."""
    for rule in platform.rules_about(about):
        used = "".join(sorted(set(text) & set(rule.forbidden)))
        if used:
            yield _told(rule, platform, used, rule.forbidden)
        value = of_text(text, rule.measure)
        if not is_within(value, rule):
            yield _told(rule, platform, _number(value), limits(rule))


def broken_by_file(file: PostFile, about: About, platform: Platform) -> Iterator[Reason]:
    """Yield what a file breaks."""
    for rule in platform.rules_about(about):
        if rule.pattern and not re.fullmatch(rule.pattern, file.file.rpartition("/")[2]):
            yield _told(rule, platform, file.name, rule.pattern)
        value = of_file(file, rule.measure)
        if not is_within(value, rule):
            yield _told(rule, platform, _number(value), limits(rule), file.name)


def broken_by_photos(photos: Sequence[PostFile], platform: Platform) -> Iterator[Reason]:
    """Yield what the photos of a post break, each and together."""
    for photo in photos:
        yield from broken_by_file(photo, "photo", platform)
    for rule in platform.rules_about("photos"):
        if rule.measure == "count" and not is_within(Fraction(len(photos)), rule):
            yield _told(rule, platform, str(len(photos)), limits(rule))


def _told(rule: Rule, platform: Platform, found: str, wanted: str, file: str = "") -> Reason:
    return reason(CODES[rule.about, rule.measure], platform.name, found, wanted, file)


def limits(rule: Rule) -> str:
    """Return a rule's limits in numbers: ``3–90``, ``≤ 5000``, ``≥ 540``."""
    least, most = _number(rule.least), _number(rule.most)
    if rule.least is not None and rule.most is not None:
        return least if least == most else f"{least}–{most}"
    return f"≤ {most}" if rule.most is not None else f"≥ {least}"


def _number(value: Fraction | None) -> str:
    if value is None:
        return "-"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"
