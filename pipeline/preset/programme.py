"""The nouns of the programme: the event's own cards, the recap, and the sessions they are shown in. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.noun import Noun
from pipeline.preset.fields import Id, Layout, Moment, PosInt, Text


class Slate(Noun):
    """The words shown for a partner whose clip is missing."""

    note: Text = "จะนำเสนอในลำดับถัดไป"
    frames: PosInt = Field(240, description="Length of a slate in frames; rounded up so that clips join cleanly")


class EventCard(Noun):
    """A card of the event itself, ready to be put into the show."""

    id: Id
    kind: Literal["opener", "countdown", "break", "end"]
    title: Text | None = Field(None, description="The large words; an opener shows the event's name below them")
    note: Text | None = Field(None, description="The small words; {time} in them becomes the time of starts_at")
    starts_at: Moment | None = Field(None, description="When what it waits for starts, local time of the event")
    seconds: Annotated[int, Field(gt=0, le=3600)] = Field(10, description="Length; what a countdown counts")

    @model_validator(mode="after")
    def _says_something(self) -> EventCard:
        if self.title is None and self.kind != "opener":
            message = f"a card of kind {self.kind} needs a title"
            raise ValueError(message)
        if "{time}" in f"{self.title}{self.note}" and self.starts_at is None:
            message = "{time} needs starts_at"
            raise ValueError(message)
        return self


class Recap(Noun):
    """The photos as a film."""

    title: Text
    photo_frames: Annotated[int, Field(ge=30, le=600)] = Field(120, description="How long each photo is seen")
    fade_frames: Annotated[int, Field(ge=0, le=29)] = Field(15, description="Of which it blends into the next")
    most_photos: PosInt = Field(60, description="Of more photos, so many are chosen evenly")
    layouts: tuple[Layout, ...] = ("wide", "square", "portrait", "tall")
    sting: Text | None = Field(None, description="A sound file below presets/; silence when unset")


class Session(Noun):
    """Part of the programme, shown in one room without a pause. Its cards may be any of the event's, or ``recap``."""

    id: Id
    name: Text
    name_en: Text | None = None
    room: Text | None = Field(None, description="Where it is shown; the event's venue when unset")
    starts_at: Moment | None = Field(
        None, description="When the programme begins, local time; a countdown in opens_with ends at this moment"
    )
    follows: Id | None = Field(None, description="The session after which it starts; unset: the one listed before")
    pause_s: Annotated[int, Field(ge=0, le=86400)] = Field(0, description="How long after that one, in seconds")
    ends_at: Moment | None = Field(None, description="When it should be over; what is late or idle is told")
    opens_with: tuple[Id, ...] = Field((), description="Cards before the clips")
    closes_with: tuple[Id, ...] = Field((), description="Cards after the clips")
    fills_with: Id | None = Field(None, description="A card shown as often as fits until ends_at, before closes_with")
    partners: tuple[Id, ...] | None = Field(None, description="Whose clips, in this order")
    theme: Id | None = Field(None, description="The clips of this theme, in roster order")
    numbers: tuple[PosInt, PosInt] | None = Field(None, description="The clips of these roster numbers, first and last")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Session:
        if sum(each is not None for each in (self.partners, self.theme, self.numbers)) > 1:
            message = "give partners, theme or numbers, one of them; none: all clips that no other session shows"
            raise ValueError(message)
        if self.starts_at and (self.follows or self.pause_s):
            message = "give starts_at, or follows and pause_s, not both"
            raise ValueError(message)
        if self.numbers and self.numbers[0] > self.numbers[1]:
            message = "numbers are the first and the last"
            raise ValueError(message)
        if self.fills_with and not self.ends_at:
            message = "fills_with needs ends_at"
            raise ValueError(message)
        return self
