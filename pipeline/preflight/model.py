"""What preflight finds. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pydantic import Field

from pipeline.noun import Noun
from pipeline.reasons import reason


class Problem(Noun):
    """One thing that is wrong, in both languages, with what to do."""

    entry: str | None
    """Key of the entry; None where it is the list's."""
    code: str
    th: str
    en: str


def problem(code: str, entry: str | None, *values: str | float) -> Problem:
    """Return the problem ``code`` of an entry, or of a list, with ``values`` in the blanks of its sentence."""
    told = reason(code, *values)
    return Problem(entry=entry, code=code, th=told.th, en=told.en)


class Item(Noun):
    """One line of a list, as it stands there."""

    name: str
    """As the player would resolve it: decoded where it decodes."""
    length_s: Fraction | None = None
    """How long the list says that it plays."""
    file_s: Fraction | None = None
    """How long the list says that the whole file is, where it says both."""


class Reading(Noun):
    """One sequence of files within a list."""

    name: str = ""
    """Of the source or sequence, where a file holds several."""
    items: tuple[Item, ...] = ()
    faults: tuple[Problem, ...] = ()
    output: str | None = None
    """The rendition, where the list is of one; None: the master."""
    is_filled: bool = False
    """Whether other entries may stand between: a list by wall clock, of which idle time is filled."""


class ListReport(Noun):
    """One list, or the show itself."""

    list: str
    """Path in the output folder."""
    entries: int
    problems: tuple[Problem, ...] = ()


class Report(Noun):
    """All of it."""

    is_full: bool
    event_name: str
    lists: tuple[ListReport, ...]
    files: int = 0
    """How many different files of pictures and sound were looked at."""
    seconds: float = Field(0.0, description="Length of the show")

    @property
    def ok(self) -> bool:
        """Whether it can go on air."""
        return not any(each.problems for each in self.lists)

    def told(self) -> dict[str, Any]:
        """Return what ``--json`` prints, by the contract."""
        return {
            "ok": self.ok,
            "full": self.is_full,
            "files": self.files,
            "lists": [each.model_dump(mode="json") for each in self.lists],
        }
