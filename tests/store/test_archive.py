from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MachineError
from pipeline.store.archive import write_archive
from pipeline.store.package import Package, Page, Zip
from pipeline.store.publish import deliver
from pipeline.store.receipt import Made

NAMES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="/\\:"), min_size=1, max_size=40
).filter(lambda name: name.strip(". ") == name)
FILES = st.dictionaries(NAMES, st.binary(max_size=2000), min_size=1, max_size=6)


def _written(out: Path, files: dict[str, bytes]) -> tuple[tuple[str, str], ...]:
    for n, data in enumerate(files.values()):
        (out / f"file-{n}").write_bytes(data)
    return tuple((name, f"file-{n}") for n, name in enumerate(files))


@given(FILES)
def test_an_archive_holds_the_files_and_nothing_of_who_made_it(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    out = tmp_path_factory.mktemp("out")
    members = _written(out, files)
    write_archive(out / "a.zip", out, members)
    for n in range(len(files)):
        os.utime(out / f"file-{n}", (n, n))
        (out / f"file-{n}").chmod(0o600)
    write_archive(out / "b.zip", out, members)
    assert (out / "a.zip").read_bytes() == (out / "b.zip").read_bytes()
    with zipfile.ZipFile(out / "a.zip") as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == files
        assert {(entry.date_time, entry.extra, entry.comment) for entry in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), b"", b"")
        }


def _facts(made: tuple[Made, ...]) -> dict[str, Made]:
    return {each.path: each for each in made}


def test_an_archive_is_written_again_only_when_a_file_in_it_changes(tmp_path: Path) -> None:
    members = _written(tmp_path, {"ภาพ.jpg": b"one", "คลิป.mp4": b"two"})
    package: Package = {"posts/a/a.zip": Zip(members)}
    first = deliver(tmp_path, package)
    before = (tmp_path / "posts/a/a.zip").stat()
    assert deliver(tmp_path, package, _facts(first)) == first
    assert (tmp_path / "posts/a/a.zip").stat().st_ino == before.st_ino
    time.sleep(0.01)
    (tmp_path / "file-1").write_bytes(b"TWO")
    again = deliver(tmp_path, package, _facts(first))
    assert again[0].sha256 != first[0].sha256
    with zipfile.ZipFile(tmp_path / "posts/a/a.zip") as archive:
        assert archive.read("คลิป.mp4") == b"TWO"


def test_an_archive_that_was_spoiled_by_hand_is_put_back(tmp_path: Path) -> None:
    package: Package = {"a.zip": Zip(_written(tmp_path, {"x": b"one"}))}
    first = deliver(tmp_path, package)
    (tmp_path / "a.zip").write_bytes(b"")
    assert [each.sha256 for each in deliver(tmp_path, package, _facts(first))] == [first[0].sha256]
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["x"]


def test_a_file_that_is_gone_leaves_the_old_archive_whole(tmp_path: Path) -> None:
    members = _written(tmp_path, {"x": b"one", "y": b"two"})
    first = deliver(tmp_path, {"a.zip": Zip(members)})
    (tmp_path / "file-1").unlink()
    with pytest.raises(MachineError):
        deliver(tmp_path, {"a.zip": Zip(members)}, _facts(first))
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["x", "y"]
    assert not list((tmp_path / ".showcase/scratch").iterdir())


def test_a_page_is_filled_when_its_key_or_its_file_has_changed(tmp_path: Path) -> None:
    filled: list[str] = []

    def page(key: str) -> Page:
        def fill() -> str:
            filled.append(key)
            return f"<p>{key}</p>"

        return Page(key, fill)

    first = deliver(tmp_path, {"index.html": page("a")})
    assert deliver(tmp_path, {"index.html": page("a")}, _facts(first)) == first
    assert filled == ["a"]
    second = deliver(tmp_path, {"index.html": page("b")}, _facts(first))
    assert (tmp_path / "index.html").read_text("utf-8") == "<p>b</p>"
    (tmp_path / "index.html").write_text("spoiled", "utf-8")
    deliver(tmp_path, {"index.html": page("b")}, _facts(second))
    assert (tmp_path / "index.html").read_text("utf-8") == "<p>b</p>"
    assert filled == ["a", "b", "b"]
