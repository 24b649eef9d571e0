"""One file under the input folder, as seen: what it is, its facts, and why it cannot be used if so. Pure."""

from __future__ import annotations

from pydantic import Field

from pipeline.intake.sidecar import Sidecar
from pipeline.media.facts import ClipFacts
from pipeline.noun import Noun
from pipeline.photo.facts import PhotoFacts
from pipeline.reasons import Reason
from pipeline.store.catalog import InputKind
from pipeline.text.cues import Captions


class Stamp(Noun):
    """What changes when a file's content does; a file with the same stamp is not read again."""

    bytes: int
    mtime_ns: int
    ctime_ns: int


class Sighting(Noun):
    """A file as read once. ``path`` is relative to the input folder, with ``/``."""

    path: str
    stamp: Stamp
    kind: InputKind
    sha256: str = ""
    clip: ClipFacts | None = None
    photo: PhotoFacts | None = None
    captions: Captions | None = None
    embedded: tuple[Captions, ...] = ()
    """Captions that lie inside a clip."""
    sidecar: Sidecar | None = None
    warnings: tuple[Reason, ...] = ()
    refusal: Reason | None = None


class SightingBook(Noun):
    """All that was seen, as kept between runs. ``toolchain``: other readers may see other facts."""

    toolchain: str
    sightings: dict[str, Sighting] = Field(default_factory=dict)
