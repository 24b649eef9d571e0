"""The words of a post, from the event's own template, as long as each platform takes them. Pure but for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.deliver.pages import Pages
from pipeline.posts.measures import shortened, without
from pipeline.posts.rules import broken_by_text
from pipeline.preset.model import Theme
from pipeline.preset.platform import About, Measure, Platform
from pipeline.reasons import Reason, reason

Units = Callable[[str], list[str]]
"""Cuts a text where a line may end."""
COMMON = "caption.th.txt"
"""The text that most platforms get."""


@dataclass(frozen=True)
class Said:
    """What a template may speak of."""

    title: str
    partner: str | None = None
    theme: Theme | None = None
    link: str | None = None


@dataclass(frozen=True)
class Worded:
    """The words of a post on one platform, and what became of them."""

    text: str
    title: str | None
    problems: tuple[Reason, ...]
    remarks: tuple[Reason, ...]


def common_text(said: Said, pages: Pages) -> str:
    """Return the whole text of a post.

    Raises:
        PresetError: ``template-broken``: the event's template, or the one that ships, cannot be filled.

    """
    return _filled(said, pages, None)


def _filled(said: Said, pages: Pages, platform: Platform | None) -> str:
    values = {"title": said.title, "partner": said.partner, "theme": said.theme, "link": said.link}
    own = pages.book.event.posts.caption
    if own:
        return tidy(pages.fill(own, "posts.caption", platform=platform, **values))
    return tidy(pages.render("caption.th.txt.j2", platform=platform, **values))


def alt_text(said: Said, pages: Pages) -> str:
    """Return what a cover shows, in words, for people who cannot see it."""
    return tidy(pages.render("alt.th.txt.j2", title=said.title, partner=said.partner, theme=said.theme))


def tidy(text: str) -> str:
    """Return text without trailing blanks, with one blank line at most between paragraphs."""
    lines = [line.strip() for line in text.strip().splitlines()]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return "\n".join(kept) + "\n"


def worded(said: Said, platform: Platform, pages: Pages, units: Units) -> Worded:
    """Return the words for one platform, shortened to what it takes; what it still breaks is told."""
    whole = _allowed(_filled(said, pages, platform), "text", platform)
    text = _fitted(whole, "text", platform, units)
    title = _fitted(_allowed(said.title, "title", platform), "title", platform, units) if platform.has_title else None
    problems = [*broken_by_text(text, "text", platform), *(broken_by_text(title or "", "title", platform))]
    cut = text != whole or (title is not None and title != _allowed(said.title, "title", platform))
    remarks = (reason("post-text-shortened", platform.name),) if cut else ()
    return Worded(text, title, tuple(dict.fromkeys(problems)), remarks)


def _allowed(text: str, about: About, platform: Platform) -> str:
    forbidden = "".join(rule.forbidden for rule in platform.rules_about(about))
    return without(text, forbidden)


def _fitted(text: str, about: About, platform: Platform, units: Units) -> str:
    for measure, most in _ceilings(about, platform):
        text = shortened(text, measure, most, units)
    return text


def _ceilings(about: About, platform: Platform) -> Iterator[tuple[Measure, int]]:
    for rule in platform.rules_about(about):
        if rule.measure in {"characters", "utf16-units", "utf8-bytes"} and rule.most is not None:
            yield rule.measure, int(rule.most)
