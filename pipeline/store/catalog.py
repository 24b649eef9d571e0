"""The catalog: every partner, clip, photo and input file, with what is proven about it. Pure.

Deliveries read this and nothing else. It is always rebuilt, from the intake and the receipts; it is never kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from pipeline.noun import Noun
from pipeline.preset.model import Partner
from pipeline.reasons import Reason
from pipeline.store.receipt import Loudness, Made, PhotoDetails

InputKind = Literal["clip", "photo", "captions", "sidecar", "other"]
Outcome = Literal["ok", "ok-with-warning", "reject"]
InputState = Literal["queued", "ready", "superseded", "duplicate", "used", "unused", "refused", "failed"]
PartnerState = Literal["missing", "arriving", "queued", "working", "ready", "refused"]


class InputRow(Noun):
    """One file under the input folder. ``path`` is relative to it."""

    path: str
    kind: InputKind
    outcome: Outcome
    partner: str | None
    state: InputState
    reasons: tuple[Reason, ...]
    used_for: str | None = Field(None, serialization_alias="for")
    """The file that uses this one: the clip of these captions."""


class ClipEntry(Noun):
    """A clip on the roster or beside it. Paths are relative to the output folder."""

    id: str
    partner: Partner | None
    number: int | None
    title: str
    theme_id: str | None
    source: str
    state: Literal["queued", "ready", "refused", "failed"]
    frames: int = 0
    lead_frames: int = 0
    frame_rate: Fraction = Fraction(30)
    captions: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    """Output id (``air-1080p``, ``page-1080p``, ``poster``, ``th.srt`` …) → path; only what is proven."""
    made: dict[str, Made] = Field(default_factory=dict)
    """The same as ``files``, each as it was measured: bytes, digest, facts."""
    air: dict[str, Made] = Field(default_factory=dict)
    """On-air output → its file as it was measured."""
    loudness: Loudness | None = None
    warnings: tuple[Reason, ...] = ()
    order: int | None = None

    @property
    def duration_s(self) -> Fraction:
        """Length of the finished file."""
        return Fraction(self.frames) / self.frame_rate


class SlateEntry(Noun):
    """The slate of a partner whose clip is missing or refused."""

    partner_id: str
    frames: int
    air: dict[str, Made]
    """On-air output → its file as it was measured."""


class CardEntry(Noun):
    """One of the event's own cards, or the recap of the photos, ready for the show. Paths are in the output folder."""

    id: str
    kind: Literal["opener", "countdown", "break", "end", "recap"]
    title: str
    frames: int
    files: dict[str, str]
    """Output id (``air-1080p``, ``square``, ``vertical``) → path; only what is proven."""
    made: dict[str, Made] = Field(default_factory=dict)
    """The same as ``files``, each as it was measured."""
    air: dict[str, Made] = Field(default_factory=dict)
    """On-air output → its file as it was measured."""
    loudness: Loudness | None = None


class PhotoEntry(Noun):
    """A developed photo. ``files`` maps ``2048.jpg``, ``thumb.webp`` … to paths in the output folder."""

    source: str
    details: PhotoDetails
    alt: str | None
    files: dict[str, str]
    made: dict[str, Made] = Field(default_factory=dict)
    """The same as ``files``, each as it was measured."""


class PartnerRow(Noun):
    """One line of the board."""

    number: int
    partner: Partner
    state: PartnerState
    clip: str | None
    superseded: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Catalog(Noun):
    """Everything that is known when a delivery is made."""

    inputs: tuple[InputRow, ...]
    partners: tuple[PartnerRow, ...]
    clips: tuple[ClipEntry, ...]
    slates: tuple[SlateEntry, ...]
    cards: tuple[CardEntry, ...] = ()
    photos: tuple[PhotoEntry, ...]

    def clip_of(self, partner_id: str) -> ClipEntry | None:
        """Return the partner's clip that is on air, or None."""
        return next((clip for clip in self.clips if clip.partner and clip.partner.id == partner_id), None)
