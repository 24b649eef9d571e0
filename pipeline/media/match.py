"""Whose clip is this? Pure: a relative path and the roster in, a partner or the reason why not out.

A roster number at the start of the file's or a folder's name wins; then a partner's name or alias standing in the
path, letter for letter; then similarity, which must be clear. Two candidates are asked about, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from pipeline.noun import Noun
from pipeline.preset.model import Event, Partner
from pipeline.reasons import Reason, reason

SIMILAR = 0.82
"""Least similarity that counts as the same name: below it, names that share only "มูลนิธิ…" meet."""
CLEAR = 0.06
"""How much better than the second best the best must be."""
SHORTEST_NAME = 4
"""Shorter names stand inside other words by chance: they count only as words of their own."""
_NUMBER = re.compile(r"^\s*(\d{1,2})(?:[\s._()\[\]-]|$)")


class Match(Noun):
    """The partner, or why there is none."""

    partner: str | None
    reasons: tuple[Reason, ...] = ()


def match(path: PurePosixPath, event: Event) -> Match:
    """Return whose the clip at ``path`` (relative to the input folder) is."""
    parts = [path.stem, *reversed(path.parent.parts)]
    for part in parts:
        number = _number_of(part, event)
        if number:
            return Match(partner=event.partners[number - 1].id)
    folded = [fold(part) for part in parts]
    named = [partner for partner in event.partners if not partner.open]
    exact = _longest([(partner, name) for partner in named for name in _names(partner)], folded)
    if exact:
        return _one_of([*exact, *_closer(folded[0], exact, named)])
    short = _by_word([word for part in parts for word in _words(part)], named)
    return _one_of(short) if short else _by_similarity(folded[0], named)


def fold(text: str) -> str:
    """Return ``text`` for comparing: NFC, lower case, letters and digits of any script only, marks kept."""
    kept = (c for c in unicodedata.normalize("NFC", text).casefold() if unicodedata.category(c)[0] in "LMN")
    return "".join(kept)


def _number_of(part: str, event: Event) -> int | None:
    found = _NUMBER.match(part)
    number = int(found[1]) if found else 0
    return number if 1 <= number <= len(event.partners) else None


def _all_names(partner: Partner) -> set[str]:
    return {fold(name) for name in (partner.name, partner.name_en or "", *partner.aliases, partner.id)} - {""}


def _names(partner: Partner) -> set[str]:
    return {name for name in _all_names(partner) if len(name) >= SHORTEST_NAME}


def _longest(names: list[tuple[Partner, str]], folded: list[str]) -> list[Partner]:
    """Return the partners whose name stands in a part of the path; a longer name beats one inside it."""
    for part in folded:
        found = [(partner, name) for partner, name in names if name in part]
        best = {
            partner.id: partner
            for partner, name in found
            if not any(name != other and name in other for _, other in found)
        }
        if best:
            return list(best.values())
    return []


def _closer(stem: str, found: list[Partner], partners: list[Partner]) -> list[Partner]:
    """Return who is meant rather than ``found``, whose short alias may stand in another's misspelt name."""
    least = max(_likeness(stem, partner) for partner in found)
    return [partner for partner in partners if _likeness(stem, partner) > max(least, SIMILAR)]


def _words(part: str) -> list[str]:
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in part).split()


def _by_word(words: list[str], partners: list[Partner]) -> list[Partner]:
    """Return the partners one of whose short names, such as ``YSF``, is a word of the path."""
    told = {fold(word) for word in words if len(word) < SHORTEST_NAME}
    return [partner for partner in partners if told & _all_names(partner)]


def _by_similarity(stem: str, partners: list[Partner]) -> Match:
    scored = sorted(((_likeness(stem, partner), partner) for partner in partners), key=lambda row: -row[0])
    close = [partner for score, partner in scored if score >= SIMILAR and scored[0][0] - score < CLEAR]
    return _one_of(close) if close else Match(partner=None, reasons=(reason("no-partner"),))


def _likeness(stem: str, partner: Partner) -> float:
    return max((_similarity(stem, name) for name in _names(partner)), default=0.0)


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= SIMILAR and matcher.quick_ratio() >= SIMILAR else 0.0


def _one_of(partners: list[Partner]) -> Match:
    if len(partners) == 1:
        return Match(partner=partners[0].id)
    names = " / ".join(partner.name for partner in partners)
    return Match(partner=None, reasons=(reason("two-partners", names),))
