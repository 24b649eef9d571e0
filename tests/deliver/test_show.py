"""The files that go on air: names that sort and that stand for their bytes, links to nothing but what was proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.deliver.show import masters
from pipeline.errors import MachineError
from pipeline.media.identity import digest
from pipeline.preset.load import load
from pipeline.preset.model import Book
from pipeline.settings import read_settings
from pipeline.show.order import running_order
from pipeline.store import publish
from pipeline.store.catalog import Catalog, SlateEntry
from pipeline.store.package import Link
from pipeline.store.receipt import Made

NAMES = ("air-1080p", "air-720p")


def event_of(partners: int) -> Book:
    book = load(read_settings({}).presets)
    some = tuple(book.event.partners[0].model_copy(update={"id": f"p{n}"}) for n in range(1, partners + 1))
    event = book.event.model_copy(update={"partners": some, "sessions": (), "cards": (), "recap": None})
    return book.model_copy(update={"event": event})


def made(path: Path, out: Path) -> Made:
    stat = path.stat()
    name = path.relative_to(out).as_posix()
    return Made(path=name, sha256=digest(path), bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)


def slates(out: Path, partners: int) -> tuple[SlateEntry, ...]:
    found = []
    for n in range(1, partners + 1):
        files = {}
        for name in NAMES:
            path = out / f"clips/p{n}/slate/{name}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name} of {n}", "ascii")
            files[name] = made(path, out)
        found.append(SlateEntry(partner_id=f"p{n}", frames=32, air=files))
    return tuple(found)


def catalog_of(out: Path, partners: int) -> Catalog:
    return Catalog(inputs=(), partners=(), clips=(), slates=slates(out, partners), photos=())


def test_names_sort_in_order_beyond_a_hundred(tmp_path: Path) -> None:
    book = event_of(105)
    names = [item.file for item in running_order(catalog_of(tmp_path, 105), book).items]
    assert names == sorted(names)
    assert (names[0], names[-1]) == ("001-p1.mp4", "105-p105.mp4")


def test_a_master_is_named_by_its_bytes_and_the_folder_links_to_it(tmp_path: Path) -> None:
    book, catalog = event_of(2), catalog_of(tmp_path, 2)
    show = running_order(catalog, book)
    publish.deliver(tmp_path, masters(show, catalog))
    for entry in show.items:
        assert digest(tmp_path / entry.master).startswith(entry.master.split(".")[-2])
        assert (tmp_path / "show" / entry.file).samefile(tmp_path / entry.master)
        assert set(entry.media) == set(NAMES)


def test_what_was_made_anew_meanwhile_never_appears_under_the_old_name(tmp_path: Path) -> None:
    book, catalog = event_of(1), catalog_of(tmp_path, 1)
    package = masters(running_order(catalog, book), catalog)
    (tmp_path / "clips/p1/slate/air-1080p.mp4").write_text("other bytes, same place", "ascii")
    with pytest.raises(MachineError, match="changed"):
        publish.deliver(tmp_path, package)
    assert not list((tmp_path / "masters").glob("*1080p*"))


def test_a_folder_that_was_copied_with_other_times_is_the_same(tmp_path: Path) -> None:
    book, catalog = event_of(1), catalog_of(tmp_path, 1)
    for path in (tmp_path / "clips").rglob("*.mp4"):
        path.touch()
    package = masters(running_order(catalog, book), catalog)
    assert all(isinstance(link, Link) for link in package.values())
    assert len(publish.deliver(tmp_path, package)) == 3
