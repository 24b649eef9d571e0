"""Where versions for pages that take short videos alone are cut: at the end of a phrase. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.noun import Noun
from pipeline.preset.model import VideoOutput
from pipeline.text.cues import Captions
from pipeline.video.plan import ClipPlan, Span

LONG_PAUSE_S = Fraction(1, 2)
"""A pause at least this long is where a sentence ends, more often than not."""
AFTER_S = Fraction(2, 5)
"""How much of the pause is kept, so that the last word dies away."""
EARLIEST = Fraction(3, 5)
"""Nothing is cut before this part of what a page takes: what is lost would be more than a phrase."""


class Pause(Noun):
    """A time in which nobody speaks, on the clock of the finished clip."""

    start_s: Fraction
    length_s: Fraction


def pauses_between(captions: Captions) -> tuple[Pause, ...]:
    """Return the pauses between cues, and the one after the last; cues that overlap have none between them."""
    cues = sorted(captions.cues, key=lambda cue: cue.start_s)
    found, end_s = [], Fraction(0)
    for cue, after in pairwise([*cues, None]):
        assert cue is not None  # noqa: S101 - for the type checker: only the last of the list is None
        end_s = max(end_s, cue.end_s)
        length_s = after.start_s - end_s if after else 2 * AFTER_S
        if length_s >= 0:
            found.append(Pause(start_s=end_s, length_s=length_s))
    return tuple(found)


def silences(lines: Iterable[str]) -> tuple[Pause, ...]:
    """Return the pauses that FFmpeg's ``silencedetect`` has noted, as its ``ametadata`` prints them."""
    found: list[Pause] = []
    start_s: Fraction | None = None
    for line in lines:
        name, _, value = line.strip().partition("=")
        if name == "lavfi.silence_start":
            start_s = max(Fraction(value), Fraction(0))
        elif name == "lavfi.silence_end" and start_s is not None:
            found.append(Pause(start_s=start_s, length_s=Fraction(value) - start_s))
            start_s = None
    if start_s is not None:  # quiet to the end
        found.append(Pause(start_s=start_s, length_s=2 * AFTER_S))
    return tuple(found)


def cut_s(pauses: Iterable[Pause], limit_s: Fraction) -> Fraction:
    """Return where to cut so that nothing is longer than ``limit_s``: in the last long pause, else in the longest.

    With no pause in the last two fifths it is cut at the limit.
    """
    late = [pause for pause in pauses if EARLIEST * limit_s <= pause.start_s <= limit_s]
    if not late:
        return limit_s
    long = [pause for pause in late if pause.length_s >= LONG_PAUSE_S]
    chosen = max(long, key=lambda p: p.start_s) if long else max(late, key=lambda p: (p.length_s, p.start_s))
    return min(chosen.start_s + min(chosen.length_s / 2, AFTER_S), limit_s)


def spans(plan: ClipPlan, outputs: Sequence[VideoOutput], pauses: Sequence[Pause]) -> dict[str, Span]:
    """Return which frames of the plan each output shows, by its id."""
    found = {}
    for output in outputs:
        whole = plan.span_of(output)
        limit = plan.limit_frames(output)
        if limit is not None and whole.frames > limit:
            rate, begin_s = plan.house.frame_rate, whole.first_frame / plan.house.frame_rate
            own = [Pause(start_s=pause.start_s - begin_s, length_s=pause.length_s) for pause in pauses]
            frames = int(cut_s(own, limit / rate) * rate)
            whole = Span(first_frame=whole.first_frame, frames=frames)
        found[output.id] = whole
    return found
