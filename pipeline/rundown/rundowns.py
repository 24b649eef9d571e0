"""All run-downs as one package. Pure."""

from __future__ import annotations

from pathlib import Path

from pipeline.deliver.pages import Pages
from pipeline.preset.model import Book
from pipeline.rundown.calendar import calendar
from pipeline.rundown.chapters import chapters_metadata, youtube_chapters
from pipeline.rundown.guide import guide
from pipeline.rundown.page import LOOK, page
from pipeline.rundown.rows import groups
from pipeline.rundown.table import table
from pipeline.show.model import Places, Show
from pipeline.store.package import Package


def rundowns(show: Show, book: Book, places: Places, templates: Path) -> Package:
    """Return what ``playlists/`` has for people and calendars, each list's page after what it names.

    The whole show is ``rundown.html``, ``.csv``, ``.ics`` and ``.xml``; every other list is ``<list-id>.html`` and
    ``.csv``; every list has ``<list-id>.chapters.txt`` and ``.ffmetadata``.

    Raises:
        PresetError: ``template-broken`` when a template in ``templates`` is missing or misspelt.

    """
    pages = Pages(templates, book)
    package = pages.assets(LOOK, "rundown.css")
    package["playlists/rundown.ics"] = calendar(show, book, places)
    package["playlists/rundown.xml"] = guide(show, book, places)
    for listed in show.lists:
        name = "rundown" if listed.kind == "all" else listed.id
        rows = groups(show, listed, book.event)
        package[f"playlists/{listed.id}.chapters.txt"] = youtube_chapters(show, listed)
        package[f"playlists/{listed.id}.ffmetadata"] = chapters_metadata(show, listed)
        package[f"playlists/{name}.csv"] = table(rows, show.timezone)
        package[f"playlists/{name}.html"] = page(pages, show, listed, rows, name)
    return package
