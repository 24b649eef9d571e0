"""What was found about captions against speech, what people are told of it, and the captions as moved. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pipeline.noun import Noun
from pipeline.reasons import Reason, reason
from pipeline.text.cues import Captions, Cue
from pipeline.units import seconds_text

LEAST_CUES = 8
"""Fewer fit anywhere."""
IN_STEP_S = Fraction(1, 4)
"""So far off is no finding: captions are put a little early or late by hand too."""
OVERRUN_S = Fraction(2)
OVERRUN_SHARE = Fraction(1, 50)
LEAST_OVERRUN_S = Fraction(1, 2)

_FILM, _NTSC_FILM, _PAL = Fraction(24), Fraction(24000, 1001), Fraction(25)
_SPEEDS = {_FILM: "24", _NTSC_FILM: "23.976", _PAL: "25"}
RATES = {a / b: (a, b) for a in _SPEEDS for b in _SPEEDS if a != b}
"""What times are multiplied by that were made for a copy at one speed and are seen with one at another: 25 and 23.976
frames a second, say. 30 and 29.97 are to each other as 24 and 23.976. Source: ISO/IEC 13818-2, table 6-4."""

Wish = Literal["off", "tell", "mend"]


class Fit(Noun):
    """What makes the captions agree with the speech: a time t becomes ``rate`` × t + ``offset_s``."""

    rate: Fraction
    offset_s: Fraction
    score: float
    """In standard deviations of what chance gives."""
    margin: float
    """By how much the next best hypothesis has less."""

    @property
    def in_step(self) -> bool:
        """Whether there is nothing to mend."""
        return self.rate == 1 and abs(self.offset_s) <= IN_STEP_S


def is_asked(captions: Captions, length_s: Fraction, wish: Wish) -> bool:
    """Return whether these captions of a clip of ``length_s`` are to be compared with what is said."""
    if len(captions.cues) < LEAST_CUES:
        return False
    return wish != "off" or overruns(captions, length_s)


def overruns(captions: Captions, length_s: Fraction) -> bool:
    """Return whether the captions go on well after the clip has ended: then something is wrong with them."""
    over_s = max(cue.end_s for cue in captions.cues) - length_s
    late = max(cue.start_s for cue in captions.cues) >= length_s
    return late or over_s > OVERRUN_S or over_s > max(LEAST_OVERRUN_S, OVERRUN_SHARE * length_s)


def moved(captions: Captions, found: Fit) -> Captions:
    """Return the captions as they agree with the speech; what would have ended before the clip begins is left out."""
    cues = (
        Cue(
            start_s=max(Fraction(0), found.rate * cue.start_s + found.offset_s),
            end_s=found.rate * cue.end_s + found.offset_s,
            text=cue.text,
        )
        for cue in captions.cues
    )
    return Captions(language=captions.language, cues=tuple(cue for cue in cues if cue.end_s > 0))


def told(captions: Captions, found: Fit, *, mended: bool) -> Reason:
    """Return what people are told of captions that were not in step."""
    done = "-mended" if mended else ""
    if found.rate == 1:
        way = "late" if found.offset_s < 0 else "early"
        return reason(f"captions-{way}{done}", captions.language, seconds_text(abs(found.offset_s), 1))
    made_for, shown_at = (_SPEEDS[speed] for speed in RATES[found.rate])
    edges = (found.rate * at_s + found.offset_s - at_s for at_s in (captions.cues[0].start_s, captions.cues[-1].end_s))
    off_s = max(abs(edge_s) for edge_s in edges)
    return reason(f"captions-drift{done}", captions.language, made_for, shown_at, seconds_text(off_s, 1))
