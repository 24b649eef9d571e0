"""Everything Showcase says to people about a file, in Thai and English, by stable code.

One table per area; :func:`reason` fills the blanks. A code never changes its meaning: boards, receipts and
other programs rely on it.
"""

from __future__ import annotations

from pipeline.noun import Noun
from pipeline.reasons import (
    air,
    captions,
    cards,
    clips,
    hls,
    machine,
    matching,
    photos,
    plans,
    posts,
    preflight,
    presets,
    push,
    rundown,
    serving,
    show,
    speech,
    sync,
)

_TABLES = (
    air.WORDS,
    clips.WORDS,
    photos.WORDS,
    captions.WORDS,
    cards.WORDS,
    matching.WORDS,
    plans.WORDS,
    presets.WORDS,
    hls.WORDS,
    machine.WORDS,
    show.WORDS,
    speech.WORDS,
    rundown.WORDS,
    serving.WORDS,
    sync.WORDS,
    push.WORDS,
    preflight.WORDS,
    posts.WORDS,
)
WORDS: dict[str, tuple[str, str]] = {code: words for table in _TABLES for code, words in table.items()}


REMARKS = frozenset({"silent", "silent-stretch", "black-picture", "frozen-picture"}) | captions.REMARKS | speech.REMARKS
"""What is told of a clip's content, which may well be meant, and of what is offered beside it: nothing was changed, and
nothing is wrong with the file."""


class Reason(Noun):
    """What is wrong or worth knowing, and what to do, in both languages."""

    code: str
    th: str
    en: str

    @property
    def is_remark(self) -> bool:
        """Whether a file with nothing but this to be said of it is fine."""
        return self.code in REMARKS

    def say(self, lang: str) -> str:
        """Return the sentence in ``lang`` (``th`` or ``en``)."""
        return self.th if lang == "th" else self.en


def reason(code: str, *values: str | float) -> Reason:
    """Return the reason for ``code`` with ``values`` in its blanks ``{0}``, ``{1}`` ….

    Raises:
        KeyError: the code is in no table: a mistake of ours.
        IndexError: fewer values than blanks: a mistake of ours.

    """
    thai, english = WORDS[code]
    return Reason(code=code, th=thai.format(*values), en=english.format(*values))
