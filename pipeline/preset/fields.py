"""The kinds of values that stand in preset files: names, colours, words, numbers. Pure."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)]
"""ASCII, because ids become file names that every player and share can read."""


def _visible(text: str) -> str:
    if all(unicodedata.category(char)[0] in "CMZ" for char in text):
        message = "there is nothing to be seen in it"
        raise ValueError(message)
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_visible)]
"""Something that can be read."""
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""ISO 639-1 or 639-2."""
PosInt = Annotated[int, Field(gt=0)]
EvenInt = Annotated[int, Field(gt=0, multiple_of=2, description="Even: colours have half the size")]


def _with_a_time(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        message = "it needs a time of day too, such as 2022-09-27T09:00:00"
        raise ValueError(message)  # noqa: TRY004 - the one that Pydantic turns into words
    return value


Moment = Annotated[datetime, BeforeValidator(_with_a_time)]
"""A date with a time of day; without a zone it is the event's own clock."""
Layout = Literal["wide", "square", "portrait", "tall"]
"""16:9, 1:1, 4:5 and 9:16: each has a card layout of its own."""
StillLayout = Literal["wide", "square", "portrait", "tall", "link"]
"""Link: 1.91:1, the picture that a page shows for a link."""
