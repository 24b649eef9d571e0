"""A draft: captions that a machine wrote down from what it heard, for a person to read through. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pipeline.noun import Noun
from pipeline.store.receipt import key_of
from pipeline.text.cues import Captions
from pipeline.video.plan import ClipPlan

RECIPE = 1
"""Raised by hand when Showcase itself makes another draft of the same sound. Drafts do not follow the toolchain's line:
what a new font changes is no reason to listen for hours again."""
LANGUAGE = "th"
ENGLISH = "en"


class Recogniser(Noun):
    """A model of speech recognition and the engine that runs it."""

    sha256: str
    """Over all files of the model's folder that the engine reads."""
    engine: str
    """One line that names the packages whose change changes what is heard."""
    is_multilingual: bool
    """Whether it knows other languages than English."""
    is_at_hand: bool = True
    """Whether drafts can be made just now. Drafts that are made stay in use without it."""

    def knows(self, language: str) -> bool:
        """Return whether it can write this language (BCP 47) down."""
        return self.is_multilingual or spoken(language) == ENGLISH


class DraftPlan(Noun):
    """Everything that a draft depends on, and nothing else."""

    id: str
    """The clip's."""
    sha256: str
    """Of the clip's file."""
    sound_index: int
    """Which stream of it is heard."""
    skip_s: Fraction
    """Where in the clip the part that is used begins: a draft's times are on the clip's own clock."""
    length_s: Fraction
    language: str
    recogniser_sha256: str
    engine: str
    recipe: int = RECIPE

    @property
    def file_name(self) -> str:
        """The draft's name in the clip's folder."""
        return f"{self.id}.{self.language}.draft.srt"


class DraftOrder(Noun):
    """The draft captions of one clip, heard on its finished master."""

    what: Literal["draft"] = "draft"
    plan: DraftPlan
    needs_key: str
    """Key of the air stage whose master is heard. Not part of the draft's own key: a new card changes no word."""

    @property
    def key(self) -> str:
        """Key of the asset."""
        return key_of([self.plan.model_dump(mode="json")])


def plan_draft(
    air: ClipPlan, captions: tuple[Captions, ...], recogniser: Recogniser | None, language: str | None
) -> DraftPlan | None:
    """Return the plan of a clip's draft, or None where there is to be none.

    There is one when somebody can hear, and the clip has sound but no captions of its own. ``captions`` are those that
    came with the clip or inside it; ``language`` is what its sidecar says is spoken, Thai when it says nothing.
    """
    audio = air.facts.audio
    wanted = spoken(language or LANGUAGE)
    if recogniser is None or audio is None or captions or not recogniser.knows(wanted):
        return None
    rate = air.house.frame_rate
    return DraftPlan(
        id=air.id,
        sha256=air.sha256,
        sound_index=audio.index,
        skip_s=air.skip_frames / rate,
        length_s=air.body_frames / rate,
        language=wanted,
        recogniser_sha256=recogniser.sha256,
        engine=recogniser.engine,
    )


def spoken(language: str) -> str:
    """Return the language without script and region, as the engine names it: ``th`` for ``th-TH``."""
    return language.split("-", 1)[0].lower()
