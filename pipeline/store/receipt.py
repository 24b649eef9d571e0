"""The receipt of an asset: the only proof that it was made. Same key and a valid receipt: nothing to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from pydantic import Field

from pipeline.noun import Noun
from pipeline.reasons import Reason

Kind = Literal["air", "pages", "part", "slate", "card", "recap", "draft", "photo", "deliver"]


class SourceRef(Noun):
    """The input an asset was made from. ``path`` is relative to the input folder."""

    path: str
    sha256: str
    bytes: int


class Made(Noun):
    """One delivered file, as measured when it was finished. ``path`` is relative to the output folder."""

    path: str
    sha256: str
    bytes: int
    mtime_ns: int
    facts: dict[str, str | int | float | None] = Field(default_factory=dict)


class Loudness(Noun):
    """Programme loudness as measured on the finished file. Source: ITU-R BS.1770-5, EBU R 128."""

    integrated_lufs: float
    true_peak_dbtp: float


class ClipDetails(Noun):
    """What deliveries need to know of a finished clip or slate, in frames of the house rate."""

    frames: int
    lead_frames: int
    """The card's length: where the footage, its sound and its captions begin."""
    frame_rate: Fraction
    captions: tuple[str, ...] = ()
    """Languages of the captions that came along (BCP 47)."""


class PhotoDetails(Noun):
    """What deliveries need to know of a developed photo."""

    album: str
    album_title: str | None = None
    """The album's folder as the media team named it; None for the photos that lie in no folder."""
    name: str
    width_px: int
    height_px: int
    """Size of the largest version."""
    taken_at: str | None = None
    """Capture time as the camera wrote it, ISO 8601 without zone."""
    caption: str | None = None
    sizes: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Size name → (width_px, height_px), in the photo's own shape."""
    framed: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """The same of sizes that have a shape of their own, as a platform wants it."""
    thumbhash: str | None = None
    """A few bytes that look like the photo, in base64. Source: github.com/evanw/thumbhash."""


class Receipt(Noun):
    """Proof of one asset. ``refused`` set: it was tried with exactly this key and cannot be made; do not try again."""

    version: Literal[1] = 1
    asset: str
    kind: Kind
    key: str
    source: SourceRef | None = None
    outputs: tuple[Made, ...] = ()
    loudness: Loudness | None = None
    toolchain: str
    warnings: tuple[Reason, ...] = ()
    refused: Reason | None = None
    fault: Literal["input", "ours"] | None = None
    """Whose fault the refusal is."""
    clip: ClipDetails | None = None
    photo: PhotoDetails | None = None


def key_of(parts: Iterable[object]) -> str:
    """Return the key of an asset: SHA-256 over the canonical JSON of everything its bytes depend on."""
    canonical = json.dumps(list(parts), sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
