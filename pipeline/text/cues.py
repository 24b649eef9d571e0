"""Captions as data: cues on the clip's own timeline."""

from __future__ import annotations

from fractions import Fraction

from pipeline.noun import Noun


class Cue(Noun):
    """One caption: shown from ``start_s`` until ``end_s``; lines are separated by a newline."""

    start_s: Fraction
    end_s: Fraction
    text: str


class Captions(Noun):
    """The captions of one clip in one language (BCP 47), in order of time, on the clip's timeline."""

    language: str
    cues: tuple[Cue, ...]

    def shifted(self, by_s: Fraction) -> Captions:
        """Return the captions ``by_s`` later."""
        moved = (Cue(start_s=cue.start_s + by_s, end_s=cue.end_s + by_s, text=cue.text) for cue in self.cues)
        return Captions(language=self.language, cues=tuple(moved))

    def within(self, length_s: Fraction) -> Captions:
        """Return what is seen from 0 until ``length_s``; cues that reach over an end are cut there."""
        seen = (
            Cue(start_s=max(Fraction(0), cue.start_s), end_s=min(length_s, cue.end_s), text=cue.text)
            for cue in self.cues
            if cue.start_s < length_s and cue.end_s > 0
        )
        return Captions(language=self.language, cues=tuple(seen))
