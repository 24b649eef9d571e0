"""Writes what lies beside a clip's videos: stills of its title card, and its captions in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.card.draw import draw_still
from pipeline.card.pieces import Frame
from pipeline.errors import OurError
from pipeline.preset.book import POSTER
from pipeline.preset.model import PosterOutput
from pipeline.reasons import Reason, reason
from pipeline.text.cues import Captions
from pipeline.text.subtitles import to_srt, to_vtt
from pipeline.text.thai import make_breaker
from pipeline.video.plan import ClipPlan


@dataclass(frozen=True)
class Stills:
    """The files by name, and which of them cannot be drawn."""

    files: dict[str, Path]
    warnings: tuple[Reason, ...]


def stills(plan: ClipPlan, posters: Sequence[PosterOutput], folder: Path) -> Stills:
    """Draw the title card as each of ``posters`` into ``folder``.

    One for posts alone that has no room for the words is left out: the clip goes on air all the same.

    Raises:
        MachineError, OurError: as :func:`pipeline.card.draw.draw_still`, of the clip's own poster.

    """
    files: dict[str, Path] = {}
    told: list[Reason] = []
    for poster in posters:
        frame = Frame(width_px=poster.width_px, height_px=poster.height_px, layout=poster.layout)
        name = f"{poster.id}.jpg"
        try:
            picture = draw_still(plan.card, plan.style, frame, make_breaker(plan.words))
        except OurError as error:
            if poster.id == POSTER:
                raise
            told.append(reason("still-left-out", name, error.reason.th, error.reason.en))
            continue
        files[name] = folder / name
        picture.save(files[name], quality=poster.jpeg_quality, optimize=True, progressive=True)
    return Stills(files, tuple(told))


def caption_files(plan: ClipPlan, captions: Sequence[Captions], folder: Path) -> dict[str, Path]:
    """Write ``captions``, which begin with the footage, as SRT and WebVTT that begin with the card; return them."""
    files: dict[str, Path] = {}
    for each in captions:
        shifted = each.shifted(plan.lead_s)
        for suffix, text in (("srt", to_srt(shifted)), ("vtt", to_vtt(shifted))):
            name = f"{plan.id}.{each.language}.{suffix}"
            files[name] = folder / name
            files[name].write_text(text, "utf-8", newline="")
    return files
