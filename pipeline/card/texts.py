"""What each kind of card says. The wording comes from the event file; nothing here knows an event."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.noun import Noun
from pipeline.preset.fields import Colour, PosInt, Text


class ThemeText(Noun):
    """A theme's name and its accent."""

    name: Text
    accent: Colour


class CardText(Noun):
    """What a title card says. ``number`` is unset for a clip without a place in the roster."""

    kind: Literal["title"] = "title"
    event_name: Text
    name: Text
    theme: Text | None = None
    date_text: Text
    number: PosInt | None = None
    total: PosInt
    accent: Colour


class SlateText(Noun):
    """What is shown in place of a clip that is missing: the title card with a note."""

    kind: Literal["slate"] = "slate"
    event_name: Text
    name: Text
    theme: Text | None = None
    date_text: Text
    number: PosInt | None = None
    total: PosInt
    accent: Colour
    note: Text


class OpenerText(Noun):
    """The event's own title: its name, when, where, and its themes."""

    kind: Literal["opener"] = "opener"
    event_name: Text
    title: Text | None = None
    """A line over the name, such as a word of welcome."""
    date_text: Text
    venue: Text | None = None
    themes: tuple[ThemeText, ...] = ()
    accent: Colour


class CountdownText(Noun):
    """What stands around the running clock until something starts."""

    kind: Literal["countdown"] = "countdown"
    event_name: Text
    title: Text
    """Such as ``เริ่มในอีก``."""
    note: Text | None = None
    """Such as ``เริ่มเวลา 09.00 น.``."""
    date_text: Text
    seconds: PosInt
    """What the clock shows first; it ends at 0:00."""
    accent: Colour


class BreakText(Noun):
    """A pause in the programme."""

    kind: Literal["break"] = "break"
    event_name: Text
    title: Text
    note: Text | None = None
    """Such as ``กลับมาเวลา 13.00 น.``."""
    date_text: Text
    accent: Colour


class EndText(Noun):
    """The last card: the thanks."""

    kind: Literal["end"] = "end"
    event_name: Text
    title: Text
    """Such as ``ขอขอบคุณ``."""
    thanks: tuple[Text, ...] = ()
    note: Text | None = None
    date_text: Text
    accent: Colour


class ThirdText(Noun):
    """A lower third over the footage: who this is, the theme, and ``07 / 31``."""

    kind: Literal["third"] = "third"
    name: Text
    theme: Text | None = None
    number: PosInt | None = None
    total: PosInt
    accent: Colour


AnyCard = Annotated[
    CardText | SlateText | OpenerText | CountdownText | BreakText | EndText, Field(discriminator="kind")
]
"""Every card that fills the frame."""
