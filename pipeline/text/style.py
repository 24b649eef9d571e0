"""Captions in the house style: two short lines, long enough to read, never touching; what cannot be so is told.

Source of all numbers: Netflix Thai Timed Text Style Guide and Timed Text Style Guide, General Requirements.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from pipeline.reasons import Reason, reason
from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import LINE_CHARS
from pipeline.text.markup import quoted, tidy
from pipeline.text.pages import MAX_LINES, Units, by_count, pages
from pipeline.text.sharing import shared_ms
from pipeline.text.thai import count, speed_cps

MOST_CPS = 17
LEAST_MS = 834
"""5/6 s."""
MOST_MS = 7000
GAP_FRAMES = 2


@dataclass(frozen=True)
class Styled:
    """Captions in the house style, and what people should know: what cannot obey it, what was cut or put together."""

    captions: Captions
    warnings: tuple[Reason, ...]


@dataclass
class _Span:
    """A cue on whole milliseconds; ``room_ms`` is where it must have ended, None when nothing follows."""

    start_ms: int
    end_ms: int
    text: str
    room_ms: int | None = None


@dataclass
class _Told:
    """What became of the cues besides the style: by code, how many, and the first."""

    counts: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, _Span] = field(default_factory=dict)

    def add(self, code: str, cue: _Span) -> None:
        self.counts[code] = self.counts.get(code, 0) + 1
        self.firsts.setdefault(code, cue)


def gap_ms(frame_rate: Fraction) -> int:
    """Return how long the screen stays empty between two cues: two frames, in whole milliseconds rounded up."""
    return math.ceil(GAP_FRAMES * 1000 / frame_rate)


def styled(captions: Captions, frame_rate: Fraction, units: Units, length_s: Fraction | None = None) -> Styled:
    """Return ``captions`` in the house style, on whole milliseconds; no word is lost, none appears before its cue.

    At most two lines of 35 characters, longer cues split over time at the ends of phrases; 5/6 s to 7 s each; two
    frames without any between two. Only ends move: earlier for the gap and after 7 s, later for what is too brief, as
    far as the next cue or the clip's end allows. Cues that start within three frames of another are shown with it, and
    so are those that start with the clip's last frame. What no frame of the clip can show is left out and told.

    Args:
        captions: in any order; what lies before 0 is left aside.
        frame_rate: of the video that they are for.
        units: cuts a text where a line may end; joined, they must be the text (:meth:`WordBreaker.units`).
        length_s: of the clip, where it is known.

    """
    told = _Told()
    between_ms = gap_ms(frame_rate)
    frame_ms = math.ceil(1000 / frame_rate)
    spans = _apart(captions, between_ms, frame_ms, length_s, told)
    for span, following in pairwise(spans):
        span.room_ms = following.start_ms - between_ms
    if spans and length_s is not None:
        spans[-1].room_ms = math.floor(length_s * 1000)
    shown = [page for span in spans for page in _paged(span, units, between_ms, frame_ms, told)]
    cues = tuple(
        Cue(start_s=Fraction(cue.start_ms, 1000), end_s=Fraction(cue.end_ms, 1000), text=cue.text) for cue in shown
    )
    warnings = (*_disobedient(shown), *_reasons(told))
    return Styled(Captions(language=captions.language, cues=cues), warnings)


def _apart(
    captions: Captions, between_ms: int, frame_ms: int, length_s: Fraction | None, told: _Told
) -> list[_Span]:  # fmt: skip
    """Return the cues in order of time, those that start together as one, each ending before the next one's gap."""
    latest_ms = math.inf if length_s is None else math.floor(length_s * 1000) - frame_ms
    spans: list[_Span] = []
    for cue in sorted(captions.cues, key=lambda cue: cue.start_s):
        span = _Span(max(0, _rounded_ms(cue.start_s)), _rounded_ms(cue.end_s), tidy(cue.text))
        if not span.text or cue.end_s <= 0:
            continue
        last = spans[-1] if spans else None
        if span.start_ms <= latest_ms and (last is None or span.start_ms - last.start_ms >= between_ms + frame_ms):
            spans.append(span)
        elif last is None or (length_s is not None and cue.start_s >= length_s):
            told.add("captions-beyond", span)
        elif span.text != last.text:
            told.add("captions-together", span)
            spans[-1] = _Span(last.start_ms, max(last.end_ms, span.end_ms), f"{last.text}\n{span.text}")
    for span, following in pairwise(spans):
        span.end_ms = min(span.end_ms, following.start_ms - between_ms)
    return spans


def _paged(cue: _Span, units: Units, between_ms: int, frame_ms: int, told: _Told) -> Iterator[_Span]:
    """Yield what one cue shows, one page after another."""
    room_ms = math.inf if cue.room_ms is None else cue.room_ms - cue.start_ms
    length_ms = max(1, min(cue.end_ms - cue.start_ms, room_ms))
    least = math.ceil((length_ms + between_ms) / (MOST_MS + between_ms))
    most = _as_many(length_ms, LEAST_MS, between_ms)
    texts: Sequence[str] = pages(cue.text, by_count, units, least, int(most))
    texts = _crowded(texts, _as_many(room_ms, frame_ms, between_ms))
    readable_ms = len(texts) * (LEAST_MS + between_ms) - between_ms
    length_ms = int(max(length_ms, min(readable_ms, room_ms)))
    weights = [max(1, count(text)) for text in texts]
    for text, (start_ms, end_ms) in zip(
        texts, shared_ms(length_ms, weights, between_ms, LEAST_MS, MOST_MS), strict=True
    ):
        page = _Span(cue.start_ms + start_ms, cue.start_ms + min(end_ms, start_ms + MOST_MS), text)
        if end_ms - start_ms > MOST_MS:
            told.add("captions-ended", page)
        yield page


def _as_many(length_ms: float, page_ms: int, between_ms: int) -> float:
    """Return how many pages of ``page_ms`` there is time for, with gaps between them."""
    return max(1, (length_ms + between_ms) // (page_ms + between_ms)) if length_ms < math.inf else math.inf


def _crowded(texts: Sequence[str], most: float) -> Sequence[str]:
    """Return the texts as no more than ``most``: where each has not even a frame, several are shown at once."""
    if len(texts) <= most:
        return texts
    together = math.ceil(len(texts) / most)
    return ["\n".join(texts[at : at + together]) for at in range(0, len(texts), together)]


def _disobedient(cues: Sequence[_Span]) -> Iterator[Reason]:
    """Yield one reason for each rule that some cues cannot obey, with their number and the worst or first of them."""
    speeds = {index: speed_cps(cue.text, Fraction(cue.end_ms - cue.start_ms, 1000)) for index, cue in enumerate(cues)}
    fast = [index for index, speed in speeds.items() if speed > MOST_CPS]
    if fast:
        worst = max(fast, key=lambda index: speeds[index])
        yield reason("captions-fast", len(fast), MOST_CPS, _placed(cues[worst]), f"{float(speeds[worst]):.1f}")
    brief = [cue for cue in cues if cue.end_ms - cue.start_ms < LEAST_MS]
    if brief:
        worst_cue = min(brief, key=lambda cue: cue.end_ms - cue.start_ms)
        yield reason("captions-brief", len(brief), _placed(worst_cue))
    crowded = [cue for cue in cues if cue.text.count("\n") >= MAX_LINES]
    if crowded:
        yield reason("captions-crowded", len(crowded), _placed(crowded[0]))
    wide = [cue for cue in cues if any(count(line) > LINE_CHARS for line in cue.text.split("\n"))]
    if wide:
        yield reason("captions-wide", len(wide), LINE_CHARS, _placed(wide[0]))


def _reasons(told: _Told) -> Iterator[Reason]:
    for code, number in told.counts.items():
        first = told.firsts[code]
        yield reason(code, number, quoted(first.text) if code == "captions-beyond" else _placed(first))


def _placed(cue: _Span) -> str:
    """Return where a cue stands and how it begins."""
    minutes, seconds = divmod(cue.start_ms // 1000, 60)
    return f"{minutes}:{seconds:02d} “{quoted(cue.text)}”"


def _rounded_ms(time_s: Fraction) -> int:
    return math.floor(time_s * 1000 + Fraction(1, 2))
