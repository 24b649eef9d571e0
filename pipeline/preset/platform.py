"""What the places where people post will take: their rules as data, each with its source. Pure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from pipeline.noun import Noun
from pipeline.preset.fields import Id, Text

About = Literal["text", "title", "video", "captions", "cover", "photo", "photos"]
"""What of a package a rule is about. ``photos``: all photos of one post together."""
Measure = Literal[
    "characters",
    "utf16-units",
    "utf8-bytes",
    "file-bytes",
    "seconds",
    "width-px",
    "height-px",
    "aspect",
    "frames-per-second",
    "count",
    "characters-used",
    "file-name",
]
"""What is measured, with its unit. ``aspect``: width by height. ``characters-used`` and ``file-name``: of texts and
files, against ``forbidden`` and ``pattern``."""


class Rule(Noun):
    """One limit of a platform."""

    id: Id
    about: About
    measure: Measure
    least: Fraction | None = None
    most: Fraction | None = None
    forbidden: str = Field("", description="Characters that must not be used")
    pattern: str = Field("", description="Regular expression that the whole of a file's name matches")
    source: Text = Field(description="Where the limit is written")
    checked_on: date
    is_documented: bool = Field(True, description="False: told by others, not by the platform itself")

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        wanted = {"characters-used": bool(self.forbidden), "file-name": bool(self.pattern)}
        says = wanted.get(self.measure, self.least is not None or self.most is not None)
        if not says:
            message = "a rule needs least or most, forbidden for characters-used, pattern for file-name"
            raise ValueError(message)
        return self


class Platform(Noun):
    """A place where people post, and what it takes."""

    kind: Literal["platform"]
    id: Id
    name: Text
    name_en: Text | None = None
    how: Text = Field(description="One sentence for a volunteer: what to do there")
    how_en: Text
    videos: tuple[Id, ...] = Field((), description="Video outputs that suit it, the best first; empty: no video")
    takes_captions_file: bool = Field(False, description="Whether captions are attached as a file of their own")
    has_title: bool = Field(False, description="Whether a post has a title beside its text")
    cover: Id | None = Field(None, description="Poster output that suits it; unset: none is chosen by hand")
    photos: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$")] = Field(
        "", description="Photo size that suits it; empty: no photos"
    )
    most_photos: Annotated[int, Field(ge=0, le=100)] = Field(
        0, description="How many photos a post of ours has at most"
    )
    rules: tuple[Rule, ...]

    def rules_about(self, about: About) -> tuple[Rule, ...]:
        """Return the rules about one part of a package."""
        return tuple(rule for rule in self.rules if rule.about == about)
