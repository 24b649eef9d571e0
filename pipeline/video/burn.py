"""Makes ready what captions are burned with: scripts, and the fonts that they name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from pathlib import Path

from pipeline.card.fonts import font_path, itemise, load, missing_glyphs
from pipeline.errors import OurError
from pipeline.preset.fields import Layout
from pipeline.preset.model import Face, VideoOutput
from pipeline.reasons import Reason, reason
from pipeline.text.ass import to_ass
from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import caption_em_px, caption_width_px
from pipeline.text.markup import inert
from pipeline.text.thai import WordBreaker
from pipeline.text.wrapping import wrap
from pipeline.video import graph
from pipeline.video.rehearsal import PROBES, ass_face, for_ass, named, rehearse

_SPACES = re.compile(" {2,}")
_OTHER_SPACES = re.compile(r"[^\S \n]")


def prepare(  # noqa: PLR0913 - what is drawn, how, for which outputs, and where
    captions: Captions,
    face: Face,
    breaker: WordBreaker,
    *,
    outputs: Sequence[VideoOutput],
    folder: Path,
    ffmpeg: str,
    gap_s: Fraction = Fraction(0),
) -> tuple[Reason, ...]:
    """Put scripts and fonts for burning ``captions`` into the scratch folder, and return what was left out of them.

    A script ``<id>.ass`` is written for the largest output of each layout whose captions are burned; with no such
    output nothing is done. ``gap_s``: between the cues that one too wide for a picture becomes.

    Raises:
        OurError, MachineError: as in :func:`pipeline.video.rehearsal.rehearse`.

    """
    largest: dict[Layout, VideoOutput] = {}
    for output in sorted(outputs, key=lambda o: -o.width_px):
        if output.captions == "burned":
            largest.setdefault(output.layout, output)
    if not largest:
        return ()
    drawable, left_out = without_the_undrawable(captions, face)
    bring_fonts(_texts(drawable), face, folder)
    lost = rehearse(_texts(drawable), face, folder, ffmpeg)
    if lost:  # the renderer of another ffmpeg may not know a font's newest tables
        drawable, left_out = without(drawable, lost), (*left_out, *lost)
        if rehearse(_texts(drawable), face, folder, ffmpeg):
            raise OurError("captions-not-drawn", named(lost))
    for output in largest.values():
        (folder / f"{output.id}.ass").write_text(script(drawable, face, breaker, output, gap_s), "utf-8")
    return (reason("captions-signs-left-out", named(left_out)),) if left_out else ()


def script(
    captions: Captions, face: Face, breaker: WordBreaker, output: VideoOutput, gap_s: Fraction = Fraction(0)
) -> str:
    """Return the captions as ASS for one output: wrapped by measured pixels, each stretch in the face that has it."""
    size = (output.width_px, output.height_px)
    em_px = caption_em_px(*size)

    def measure(text: str) -> float:
        return sum(load(own, em_px).getlength(stretch) for stretch, own in itemise(text, face))

    wrapped = wrap(captions, measure, caption_width_px(*size), breaker.units, gap_s)
    return to_ass(wrapped, width_px=size[0], height_px=size[1], face=ass_face(face), itemise=for_ass(face), em_px=em_px)


def without_the_undrawable(captions: Captions, face: Face) -> tuple[Captions, tuple[str, ...]]:
    """Return the captions without the signs that no face has, and those signs, each once. A cue may become empty."""
    left_out: dict[str, None] = {}
    # Few faces have all the spaces of Unicode, and they look alike.
    plain = _rewritten(captions, lambda text: " ".join(_OTHER_SPACES.split(inert(text))))
    while missing := {sign: None for text in _texts(plain) for sign in missing_glyphs(face, text)}:
        left_out |= missing  # signs that stood apart may join when one between them goes: so again, until none is left
        plain = without(plain, tuple(missing))
    return plain, tuple(left_out)


def without(captions: Captions, signs: Collection[str]) -> Captions:
    """Return the captions without ``signs``, and without the second of two spaces that they leave."""
    return _rewritten(
        captions,
        lambda text: (
            _SPACES.sub(" ", text.translate(dict.fromkeys(map(ord, signs)))) if set(signs) & set(text) else text
        ),
    )


def _rewritten(captions: Captions, rewrite: Callable[[str], str]) -> Captions:
    cues = (Cue(start_s=cue.start_s, end_s=cue.end_s, text=rewrite(cue.text)) for cue in captions.cues)
    return Captions(language=captions.language, cues=tuple(cues))


def _texts(captions: Captions) -> list[str]:
    return [cue.text for cue in captions.cues]


def bring_fonts(texts: Sequence[str], face: Face, folder: Path) -> None:
    """Copy the file of every face that draws some of ``texts`` into the folder that the renderer reads fonts from."""
    fonts = folder / graph.FONTS
    fonts.mkdir(exist_ok=True)
    lines = (line for text in (*PROBES, *texts) for line in text.split("\n"))
    for used in {face, *(own for line in lines for _, own in itemise(line, face))}:
        shutil.copy(font_path(used), fonts)
