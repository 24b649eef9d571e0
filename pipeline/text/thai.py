"""Thai text: clusters, words, tidying and counting.

Thai writes no spaces between words and stacks marks on letters, so text is never sliced by code point: it is
cut between *units*, which end where a word ends and where a mark, a vowel or a closing sign never begins.
Pure, but for the dictionary that a :class:`WordBreaker` reads when it is made.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import regex

NEVER_FIRST = frozenset("ะาำๅๆฯ.,)]}”’»…!?:;%")
"""A unit after the first never begins with one of these, nor with a combining mark."""
NEVER_LAST = frozenset("เแโใไ([{“‘«")
"""A unit before the last never ends with one of these."""
_PREFIXES = frozenset({"การ", "ความ"})  # they make a noun of the word behind them, and are one word with it
_GLUE = frozenset("\u00a0\u202f\u2060\u200d\ufeff")
_LATIN = regex.compile(r"[A-Za-z0-9_@:./#&+=?%~\-]")
_CLUSTER = regex.compile(r"\X")
_SPACE = r"[^\S\u00a0\u202f]"  # white space at which a line may end: all but the no-break ones
_CHUNK = regex.compile(rf"{_SPACE}*[\S\u00a0\u202f]+{_SPACE}*|{_SPACE}+")
_TRAILING_SPACE = regex.compile(rf"{_SPACE}+$")

# Repairs that lose nothing a reader could see; each pair is (what is typed, what is meant).
_REPAIRS = (
    (regex.compile("[\u200b\u00ad\u2060\ufeff]"), ""),
    (regex.compile("เเ"), "แ"),
    (regex.compile("([่-๋]?)ํ([่-๋]?)า"), r"\1\2ำ"),
    (regex.compile("([่-๋]+)([ัิ-ฺ็]+)"), r"\2\1"),
    (regex.compile("([ัิ-ฺ็-๎])\\1+"), r"\1"),
)


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of ``text``: what a reader takes for one character. Source: UAX #29."""
    return [match.group() for match in _CLUSTER.finditer(text)]


def normalise(text: str) -> str:
    """Return ``text`` in NFC with safe repairs: invisible signs, doubled marks, เเ for แ, ํา for ำ, marks in order.

    NFKC is not used because it takes ำ apart. Spaces and repeated letters stay as they are.
    """
    while True:
        tidy = unicodedata.normalize("NFC", text)
        for pattern, meant in _REPAIRS:
            tidy = pattern.sub(meant, tidy)
        if tidy == text:
            return text
        text = tidy


def count(text: str) -> int:
    """Return how many characters of ``text`` take room on a line: no combining marks, format or control signs.

    Source: Netflix Thai Timed Text Style Guide, which leaves out marks above and below.
    """
    return len(text) if text.isascii() and text.isprintable() else sum(map(_takes_room, text))


@lru_cache(maxsize=4096)
def _takes_room(char: str) -> bool:
    return unicodedata.category(char) not in {"Mn", "Cf", "Cc"}


def speed_cps(text: str, length_s: Fraction) -> Fraction:
    """Return how many characters (:func:`count`) a reader gets to read each second; newlines are none.

    Spaces and signs count, marks above and below do not. Source: Netflix Thai Timed Text Style Guide.
    ``length_s`` is above 0.
    """
    return count(text) / length_s


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two neighbouring pieces, by the signs that meet there."""
    end = before.rstrip()[-1:]
    first = after[:1]
    if unicodedata.category(first) == "Mn" or first in NEVER_FIRST or end in NEVER_LAST:
        return False
    if before in _PREFIXES or before[-1] in _GLUE or first in _GLUE:
        return False
    return not (_LATIN.match(before[-1]) and _LATIN.match(first))


class WordBreaker:
    """Finds where a line may end. ``words`` are the event's own words and names; they are never broken."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._own = tuple(sorted({normalise(word) for word in words if word.strip()}))
        self._trie, self._segment = _dictionary(self._own)

    def units(self, text: str) -> list[str]:
        """Return ``text`` cut where a line may end; joined again, the units are ``text``.

        Spaces belong to the end of the unit before them (at the very start of the text, to the first unit).
        """
        whole = set(accumulate(map(len, clusters(text))))
        cuts = sorted((self._word_ends(text) & whole) - self._inside_own(text))
        units: list[str] = []
        for start, end in pairwise([0, *cuts, len(text)]):
            piece = text[start:end]
            if piece and units and (not units[-1].strip() or not piece.strip() or not _may_break(units[-1], piece)):
                units[-1] += piece
            elif piece:
                units.append(piece)
        return units

    def _word_ends(self, text: str) -> set[int]:
        """Return the offsets at which a dictionary word, with the spaces behind it, ends."""
        ends: set[int] = set()
        offset = 0
        for chunk in _CHUNK.findall(text):
            body = _TRAILING_SPACE.sub("", chunk)
            words = self._segment(body, self._trie, safe_mode=True) if body.strip() else []
            if "".join(words) == body:  # a breaker that changed the text is not believed
                ends.update(offset + end for end in accumulate(map(len, words[:-1])))
            offset += len(chunk)
            ends.add(offset)
        return ends

    def _inside_own(self, text: str) -> set[int]:
        """Return the offsets that lie inside one of the event's own words."""
        inside: set[int] = set()
        for word in self._own:
            start = text.find(word)
            while start >= 0:
                inside.update(range(start + 1, start + len(word)))
                start = text.find(word, start + 1)
        return inside


def _dictionary(own: tuple[str, ...]) -> tuple[Any, Callable[..., list[str]]]:
    """Return PyThaiNLP's word list together with ``own``, and its breaker."""
    # PyThaiNLP makes a folder when it is imported, in the home folder unless told otherwise; it stays empty here.
    if "PYTHAINLP_DATA_DIR" not in os.environ:
        os.environ.setdefault("PYTHAINLP_DATA", str(Path(tempfile.gettempdir()) / "showcase-pythainlp"))
    from pythainlp.corpus import thai_words  # noqa: PLC0415 - 0.2 s and 80 MB, only for those who break lines
    from pythainlp.tokenize import newmm  # noqa: PLC0415 - same
    from pythainlp.util import dict_trie  # noqa: PLC0415 - same

    return dict_trie(thai_words() | set(own)), newmm.segment


@lru_cache(maxsize=4)
def make_breaker(words: tuple[str, ...] = ()) -> WordBreaker:
    """Return the word breaker for an event's own ``words``; made once per process (0.5 s) and kept."""
    return WordBreaker(words)
