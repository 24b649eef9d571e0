"""All run-downs of a show: the tree as we know it, and the same bytes each time.

After a change that is meant: ``SHOWCASE_WRITE_GOLDEN=1 pytest tests/rundown``, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from long_show import BOOK, NOWHERE, PLACES, real_show
from made_up_event import TEMPLATES
from show_factory import show

from pipeline.rundown.rundowns import rundowns
from pipeline.show.model import Show, read_show, show_text
from pipeline.store.package import Package

GOLDEN = Path(__file__).parents[1] / "golden" / "rundown"
SMALL = show()


def written(made: Show = SMALL) -> Package:
    return rundowns(made, BOOK, PLACES, TEMPLATES)


def text(package: Package, path: str) -> str:
    content = package[f"playlists/{path}"]
    assert isinstance(content, str)
    return content


@pytest.mark.parametrize(
    "name",
    [
        "rundown.html",
        "rundown.csv",
        "rundown.ics",
        "rundown.xml",
        "show.chapters.txt",
        "show.ffmetadata",
        "theme-red.csv",
    ],
)
def test_each_file_is_the_one_we_know(name: str) -> None:
    made, path = text(written(), name).encode(), GOLDEN / name
    if os.environ.get("SHOWCASE_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)
    assert made.decode() == path.read_bytes().decode()


def test_every_list_has_its_files_and_the_whole_show_has_all() -> None:
    made = [path for path in written() if path.startswith("playlists/") and "/look/" not in path]
    lists = ["session-morning", "session-afternoon", "theme-green", "theme-red", "day-2022-09-27"]
    assert sorted(made) == sorted(
        [
            *(f"playlists/rundown.{ending}" for ending in ("html", "csv", "ics", "xml")),
            *(f"playlists/{each}.{ending}" for each in lists for ending in ("html", "csv")),
            *(f"playlists/{each}.{ending}" for each in ["show", *lists] for ending in ("chapters.txt", "ffmetadata")),
        ]
    )


def test_the_show_that_was_kept_gives_the_same_bytes() -> None:
    kept = read_show(show_text(real_show()))
    assert written(kept) == written(real_show())


def test_without_an_address_nothing_names_one() -> None:
    package = rundowns(SMALL, BOOK, NOWHERE, TEMPLATES)
    assert "http" not in text(package, "rundown.ics")
    assert "<icon" not in text(package, "rundown.xml")
