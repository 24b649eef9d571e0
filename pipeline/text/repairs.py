"""Cues as a file has them become cues that can be shown one after another; every repair is told with its number."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.reasons import Reason, reason
from pipeline.text.cues import Captions, Cue
from pipeline.text.formats import Found, Timed
from pipeline.text.markup import quoted, tidy, without_overrides
from pipeline.text.style import LEAST_MS, MOST_CPS
from pipeline.text.thai import count, normalise

TOGETHER_S = Fraction(1, 2)
"""Cues that start closer together than this and overlap become one: clipped, the first could not be read."""


def repaired(found: Found) -> tuple[tuple[Cue, ...], tuple[Reason, ...]]:
    """Return the cues one after another, and a reason with a count for each kind of repair."""
    reasons: list[Reason] = []

    def tell(code: str, changed: int, *values: str) -> None:
        if changed:
            reasons.append(reason(code, changed, *values))

    worded = [(cue, tidy(without_overrides(cue.text))) for cue in found.cues]
    cues = [Timed(cue.start_s, cue.end_s, _spelled(text)) for cue, text in worded if text]
    cues = [cue for cue in cues if _is_seen(cue.text)]
    tell("captions-broken-times", len(found.broken), *found.broken[:1])
    early = [cue for cue in cues if max(cue.start_s, cue.end_s) < 0 or (cue.start_s < 0 and cue.end_s == 0)]
    tell("captions-ends-before-zero", len(early), *_first(early))
    cues = [cue for cue in cues if cue not in early] if early else cues
    negative = [cue for cue in cues if cue.start_s < 0]
    tell("captions-before-zero", len(negative), *_first(negative))
    cues = [Timed(max(Fraction(0), cue.start_s), cue.end_s, cue.text) for cue in cues]
    endless = [cue for cue in cues if cue.end_s <= cue.start_s]
    tell("captions-no-length", len(endless), *_first(endless))
    cues = _lasting(cues) if endless else cues
    tell("captions-whole-seconds", found.whole_seconds)
    tell("captions-tags", found.tagged)
    tell("captions-run-on", found.run_on)
    tell("captions-order", sum(after.start_s < before.start_s for before, after in pairwise(cues)))
    single, overlaps = _one_at_a_time(sorted(cues, key=lambda cue: cue.start_s))
    tell("captions-overlap", overlaps)
    tell("captions-normalised", sum(_spelled(text) != unicodedata.normalize("NFC", text) for _, text in worded))
    return single, tuple(reasons)


def beyond(captions: Captions, length_s: Fraction) -> tuple[Captions, tuple[Reason, ...]]:
    """Return what of ``captions`` is seen in a clip of ``length_s``, and what is to be said of the rest.

    ``length_s`` is the clip's own, before anything is trimmed off it: trimming is meant, and nobody is told.
    """
    late = [cue for cue in captions.cues if cue.start_s >= length_s]
    over = [cue for cue in captions.cues if cue.start_s < length_s < cue.end_s]
    reasons = [reason("captions-beyond", len(late), *_first(late))] if late else []
    reasons += [reason("captions-over-end", len(over), *_first(over))] if over else []
    return (captions.within(length_s) if reasons else captions), tuple(reasons)


def _lasting(cues: Sequence[Timed]) -> list[Timed]:
    """Return the cues, those without any length as long as it takes to read them, but not into the next."""
    starts_s = sorted({cue.start_s for cue in cues})
    lasting = []
    for cue in cues:
        if cue.end_s > cue.start_s:
            lasting.append(cue)
            continue
        reading_s = Fraction(max(LEAST_MS, math.ceil(Fraction(1000 * count(cue.text), MOST_CPS))), 1000)
        following = bisect_right(starts_s, cue.start_s)
        end_s = min([cue.start_s + reading_s, *starts_s[following : following + 1]])
        lasting.append(Timed(cue.start_s, end_s, cue.text))
    return lasting


def _is_seen(text: str) -> bool:
    """Return whether there is more than spaces and invisible signs."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def _spelled(text: str) -> str:
    return tidy(without_overrides(normalise(text)))


def _one_at_a_time(cues: Sequence[Timed]) -> tuple[tuple[Cue, ...], int]:
    """Return sorted cues so that each ends when the next starts, and how many had to change."""
    texts: list[list[str]] = []
    spans: list[tuple[Fraction, Fraction]] = []
    changed = 0
    for cue in cues:
        if not spans or cue.start_s >= spans[-1][1]:
            spans.append((cue.start_s, cue.end_s))
            texts.append([cue.text])
            continue
        start_s, end_s = spans[-1]
        changed += (start_s, end_s) != (cue.start_s, cue.end_s)  # two speakers at once: nobody's time changes
        again = cue.text == texts[-1][-1]  # scripts draw the same words twice, for a shadow
        if again or cue.start_s - start_s < TOGETHER_S:
            spans[-1] = (start_s, max(end_s, cue.end_s))
            texts[-1] += [] if again else [cue.text]
        else:
            spans[-1] = (start_s, cue.start_s)
            spans.append((cue.start_s, cue.end_s))
            texts.append([cue.text])
    pairs = zip(spans, texts, strict=True)
    return tuple(Cue(start_s=start_s, end_s=end_s, text="\n".join(lines)) for (start_s, end_s), lines in pairs), changed


def _first(cues: Sequence[Timed | Cue]) -> list[str]:
    """Return how the first of the cues begins, if there is one."""
    return [quoted(cue.text) for cue in cues[:1]]
