"""What all pages share: the Jinja environment, the look as CSS, faces, dates, safe addresses.

Everything that people typed (names, captions, file names) is hostile until escaped: HTML templates escape by
themselves, a misspelt name in a template is an error, and control characters never reach a page.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.errors import PresetError
from pipeline.preset.model import Book, Event, Face
from pipeline.store.catalog import ClipEntry
from pipeline.store.package import Copy, Package
from pipeline.text.dates import english_date_range, thai_date, thai_date_range

if TYPE_CHECKING:
    from jinja2 import Environment

_KEPT_CONTROLS = "\n\t"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cs"})
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They can make ``gpj.exe`` read ``exe.jpg``. Source: Unicode Technical Report 36, 2.10."""


@dataclass(frozen=True)
class Words:
    """One sentence in both languages; English falls back to Thai when nobody wrote it."""

    th: str
    en: str


def words(th: str, en: str | None = None) -> Words:
    """Return the pair, with the Thai again where there is no English."""
    return Words(th, en or th)


def clean(text: str) -> str:
    """Return ``text`` without characters that a page must not contain: U+FFFD stands where they were."""
    return "".join(
        "\ufffd"
        if char in _BIDI_CONTROLS or (char not in _KEPT_CONTROLS and unicodedata.category(char) in _HIDDEN_CATEGORIES)
        else char
        for char in text
    )


def one_line(text: str) -> str:
    """Return ``text`` cleaned and on one line, runs of white space as one space."""
    return " ".join(clean(text).split())


def href(path: str, *, up: int) -> str:
    """Return the address of a file of the output folder, as seen from a page ``up`` folders down."""
    return "../" * up + quote(path.encode("utf-8", "surrogateescape"), safe="/")


def json_text(value: object) -> str:
    """Return ``value`` as JSON that people can read. Names that are not Unicode survive as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def slug(text: str) -> str:
    """Return ``text`` as something that can stand after ``#`` in an address."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)


def clock(duration_s: Fraction) -> str:
    """Return a length as people read it: ``1:05``."""
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes}:{seconds:02d}"


def dates(event: Event) -> Words:
    """Return the days of the event: ``27–28 กันยายน 2565`` and ``27–28 September 2022``."""
    first, last = event.starts_on, event.ends_on
    return Words(thai_date_range(first, last), english_date_range(first, last))


def moment(taken_at: str | None) -> Words | None:
    """Return a camera's time as words, or None when there is none or it is not a time."""
    try:
        at = datetime.fromisoformat(taken_at or "")
    except ValueError:
        return None
    english = english_date_range(at.date(), at.date())
    return Words(f"{thai_date(at.date())} เวลา {at:%H.%M} น.", f"{english}, {at:%H:%M}")


def running_order(clips: Iterable[ClipEntry]) -> list[ClipEntry]:
    """Return clips in the order people expect: as asked for, else by roster number, those of nobody last."""
    last = 10**6

    def place(clip: ClipEntry) -> tuple[int, int, str]:
        number = clip.number if clip.number is not None else last
        return (clip.order if clip.order is not None else number, number, clip.id)

    return sorted(clips, key=place)


@lru_cache(maxsize=4)
def environment(folder: Path) -> Environment:
    """Return the environment for the templates in ``folder``: HTML is escaped, an undefined name is an error."""
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415 - start-up of the command stays fast
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - same

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: bool(name) and str(name).endswith(".html.j2"),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> object:
    """Clean what a template prints. Markup is the template's own and has been cleaned piece by piece."""
    return clean(value) if type(value) is str else value


@dataclass(frozen=True)
class Pages:
    """The templates of one folder, dressed for one event."""

    folder: Path
    book: Book

    def render(self, template: str, **values: object) -> str:
        """Return the filled template; it also sees ``book``, ``event`` and ``event_dates``.

        Raises:
            PresetError: ``template-broken`` when the template is missing, misspelt or asks for what is not there.

        """
        from jinja2 import TemplateError, TemplateNotFound  # noqa: PLC0415 - start-up of the command stays fast

        event = self.book.event
        try:
            page = environment(self.folder).get_template(template)
            return page.render(book=self.book, event=event, event_dates=dates(event), **values)
        except TemplateNotFound as error:
            raise PresetError("template-broken", template, f"missing: {error.message}") from error
        except TemplateError as error:
            raise PresetError("template-broken", template, str(error.message)) from error

    def fill(self, template: str, name: str, **values: object) -> str:
        """Return a template that stands in the event file, filled; it sees what :meth:`render` sees, and is no HTML.

        Raises:
            PresetError: ``template-broken``, of ``name``, when it is misspelt or asks for what is not there.

        """
        from jinja2 import TemplateError  # noqa: PLC0415 - start-up of the command stays fast

        event = self.book.event
        try:
            page = environment(self.folder).from_string(template)
            return page.render(book=self.book, event=event, event_dates=dates(event), **values)
        except TemplateError as error:
            raise PresetError("template-broken", name, str(error.message)) from error

    def assets(self, root: str, *scripts: str) -> Package:
        """Return what every page under ``root`` needs beside it: CSS, scripts, waves and faces."""
        from fontpkg import path as font_path  # noqa: PLC0415 - start-up of the command stays fast

        fonts = {face: Path(font_path(face.family, weight=face.weight)) for face in self._faces()}
        package: Package = {f"{root}/fonts/{file.name}": Copy(file) for file in fonts.values()}
        for name in ("style.css", "waves.svg", "page.js", *scripts):
            package[f"{root}/{name}"] = Copy(self.folder / name)
        package[f"{root}/look.css"] = self.render("look.css.j2", fonts=[(face, fonts[face].name) for face in fonts])
        return package

    def _faces(self) -> list[Face]:
        faces = self.book.style.faces
        return list(dict.fromkeys((faces.name, faces.label, faces.ghost, faces.text, faces.caption)))
