"""What an event wants of its posts and its public pages. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.noun import Noun
from pipeline.preset.fields import Moment, PosInt, Text

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"'\\^`{|}]+$", max_length=500)]
"""An address that people may follow."""


class Posts(Noun):
    """What posts say, and when they go out."""

    caption: Annotated[str, StringConstraints(max_length=10_000)] = Field(
        "", description="Jinja template of a post's text; empty: presets/templates/caption.th.txt.j2"
    )
    link: Url | None = Field(
        None, description="Address that posts lead to; unset: the clip's page in the public gallery"
    )
    starts_at: Moment | None = Field(None, description="When the first post goes out; unset: there is no schedule")
    every_minutes: PosInt = Field(30, description="Time between two posts")
    per_day: PosInt = Field(12, description="Most posts a day; the next ones go out a day later at the same time")


class Gallery(Noun):
    """What the public pages say of themselves."""

    address: Url | None = Field(
        None, description="Public address of the folder that holds gallery/: for link pictures, sitemap and feed"
    )
    about: Text | None = Field(None, description="A few sentences on the event")
    about_en: Text | None = None
    is_indexed: bool = Field(True, description="Whether search engines may list the pages")
    expires_on: date | None = Field(None, description="From this day on the public pages are not delivered any more")
    has_downloads: bool = Field(True, description="Whether clips and photos can be downloaded, one by one and as zip")
