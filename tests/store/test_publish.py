"""Whole or not at all, the receipt last: simulated crashes, full disks and copied folders."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from pipeline.errors import MachineError
from pipeline.media.identity import digest
from pipeline.reasons import reason
from pipeline.store import publish
from pipeline.store.package import Copy, Link, Package
from pipeline.store.receipt import Made, Receipt, key_of

KEY = key_of(["plan", 1])
FILES = {"show/01-a.mp4": b"master" * 1000, "clips/a/air-720p.mp4": b"smaller" * 500}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def put(out: Path, files: dict[str, bytes] | None = None) -> tuple[Made, ...]:
    """Publish files through scratch, as a job does."""
    with publish.scratch(out / ".showcase" / "scratch", "a.air") as folder:
        finished = {}
        for number, (name, data) in enumerate((files or FILES).items()):
            finished[name] = folder / str(number)
            finished[name].write_bytes(data)
        return publish.publish(out, finished, {"show/01-a.mp4": {"frames": 60}})


def receipt_of(made: tuple[Made, ...], key: str = KEY, asset: str = "a.air") -> Receipt:
    return Receipt(asset=asset, kind="air", key=key, outputs=made, toolchain="tools")


def make(out: Path) -> Receipt:
    receipt = receipt_of(put(out))
    publish.keep_receipt(out, receipt)
    return receipt


def holds(out: Path, key: str = KEY) -> bool:
    return publish.holds(out, publish.read_receipt(out, "a.air"), key)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_made_is_proven(out: Path) -> None:
    receipt = make(out)
    assert holds(out)
    assert publish.read_receipts(out) == {"a.air": receipt}
    for made in receipt.outputs:
        path = out / made.path
        assert (made.bytes, made.sha256) == (len(FILES[made.path]), digest(path))
        assert path.read_bytes() == FILES[made.path]
    assert receipt.outputs[0].facts == {"frames": 60}
    assert list((out / ".showcase" / "scratch").iterdir()) == []


def test_another_key_is_not_proven(out: Path) -> None:
    make(out)
    assert not holds(out, key_of(["plan", 2]))


def test_a_crash_before_the_receipt_proves_nothing(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = put(out)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        publish.keep_receipt(out, receipt_of(made))
    assert publish.read_receipts(out) == {}
    assert not holds(out)


@pytest.mark.parametrize("after", [0, 1])
def test_a_crash_between_outputs_leaves_the_old_receipt_without_force(
    out: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    make(out)
    real, done = os.replace, 0

    def crash_later(source: Path, target: Path) -> None:
        nonlocal done
        if done == after:
            raise KeyboardInterrupt
        done += 1
        real(source, target)

    monkeypatch.setattr(os, "replace", crash_later)
    with pytest.raises(KeyboardInterrupt):
        put(out, {name: data + b"new" for name, data in FILES.items()})
    monkeypatch.undo()
    assert not holds(out, key_of(["plan", 2]))
    assert holds(out) is (after == 0)  # one output is new already: the old receipt speaks of another file
    assert set(files_in(out / "show").values()) <= {FILES["show/01-a.mp4"], FILES["show/01-a.mp4"] + b"new"}


def test_a_receipt_cut_in_half_counts_as_absent(out: Path) -> None:
    make(out)
    path = out / "receipts" / "a.air.json"
    path.write_bytes(path.read_bytes()[:100])
    assert publish.read_receipt(out, "a.air") is None
    assert publish.read_receipts(out) == {}
    assert not holds(out)


@pytest.mark.parametrize("spoil", ["byte", "shorter", "longer", "gone", "folder"])
def test_a_changed_file_is_not_proven(out: Path, spoil: str) -> None:
    make(out)
    path = out / "show" / "01-a.mp4"
    data = path.read_bytes()
    path.unlink()
    if spoil == "folder":
        path.mkdir()
    elif spoil != "gone":
        path.write_bytes({"byte": b"X" + data[1:], "shorter": data[:-1], "longer": data + b"x"}[spoil])
    assert not holds(out)


def test_a_copied_folder_with_other_times_is_still_proven(out: Path, tmp_path: Path) -> None:
    make(out)
    copy = shutil.copytree(out, tmp_path / "copy", copy_function=shutil.copyfile)
    for name in FILES:
        os.utime(copy / name, (1, 1))
    assert holds(copy)


def test_a_copy_with_a_changed_byte_is_not(out: Path, tmp_path: Path) -> None:
    make(out)
    copy = shutil.copytree(out, tmp_path / "copy")
    path = copy / "show" / "01-a.mp4"
    path.write_bytes(b"X" + path.read_bytes()[1:])
    os.utime(path, (1, 1))
    assert not holds(copy)


def test_a_refusal_is_proof_enough(out: Path) -> None:
    refused = Receipt(asset="a.air", kind="air", key=KEY, toolchain="t", refused=reason("index-missing"), fault="input")
    publish.keep_receipt(out, refused)
    assert holds(out)
    assert publish.read_receipts(out) == {"a.air": refused}


PACKAGE: Package = {
    "show/01-a.mp4": Link("clips/a/air.mp4"),
    "playlists/show.m3u8": "#EXTM3U\nไทย\n",
    "board/data.bin": b"\x00\x01",
    "gallery/style.css": Copy(Path(__file__)),
}


@pytest.fixture
def delivered(out: Path) -> tuple[Made, ...]:
    put(out, {"clips/a/air.mp4": b"master" * 100})
    return publish.deliver(out, PACKAGE)


def identity(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written anew."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns


def test_a_package_is_delivered_and_measured(out: Path, delivered: tuple[Made, ...]) -> None:
    assert (out / "playlists" / "show.m3u8").read_text("utf-8") == "#EXTM3U\nไทย\n"
    assert (out / "board" / "data.bin").read_bytes() == b"\x00\x01"
    assert (out / "gallery" / "style.css").read_bytes() == Path(__file__).read_bytes()
    assert [made.path for made in delivered] == list(PACKAGE)
    assert [made.sha256 for made in delivered[1:]] == [digest(out / made.path) for made in delivered[1:]]
    assert publish.holds(out, receipt_of(delivered), KEY)


def test_a_link_takes_no_space(out: Path, delivered: tuple[Made, ...]) -> None:
    assert delivered
    assert (out / "show" / "01-a.mp4").samefile(out / "clips" / "a" / "air.mp4")


def test_a_link_follows_a_new_master(out: Path, delivered: tuple[Made, ...]) -> None:
    assert delivered
    put(out, {"clips/a/air.mp4": b"MASTER" * 100})
    assert (out / "show" / "01-a.mp4").read_bytes() == b"master" * 100  # what is on air stays whole meanwhile
    publish.deliver(out, PACKAGE)
    assert (out / "show" / "01-a.mp4").samefile(out / "clips" / "a" / "air.mp4")


def test_where_there_are_no_links_there_are_copies_made_once(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    put(out, {"clips/a/air.mp4": b"master" * 100})
    monkeypatch.setattr(os, "link", refused)
    publish.deliver(out, PACKAGE)
    path = out / "show" / "01-a.mp4"
    assert path.read_bytes() == b"master" * 100
    assert not path.samefile(out / "clips" / "a" / "air.mp4")
    before = identity(path)
    publish.deliver(out, PACKAGE)
    assert identity(path) == before


def test_only_what_changed_is_written(out: Path, delivered: tuple[Made, ...]) -> None:
    before = {made.path: identity(out / made.path) for made in delivered}
    again = publish.deliver(out, {**PACKAGE, "playlists/show.m3u8": "#EXTM3U\nใหม่\n"})
    changed = {made.path for made in again if identity(out / made.path) != before[made.path]}
    assert changed == {"playlists/show.m3u8"}
    assert publish.deliver(out, PACKAGE)[0] == delivered[0]


def test_files_are_written_in_the_packages_order(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(out, {"clips/a/air.mp4": b"x"})
    placed: list[str] = []
    real = publish.place

    def place(source: Path, target: Path) -> None:
        placed.append(str(target.relative_to(out)))
        real(source, target)

    monkeypatch.setattr(publish, "place", place)
    publish.deliver(out, PACKAGE)
    assert placed == list(PACKAGE)


def test_written_files_can_be_read_by_a_web_server(out: Path) -> None:
    publish.write(out, "board/index.html", b"x")
    assert (out / "board" / "index.html").stat().st_mode & 0o444 == 0o444


def test_retiring_removes_files_receipt_and_empty_folders(out: Path) -> None:
    receipt = make(out)
    publish.write(out, "show/show.json", b"{}")
    publish.retire(out, receipt, ())
    assert set(files_in(out)) == {"show/show.json"}
    assert not (out / "clips").exists()
    publish.retire(out, receipt, ())  # twice does no harm


def test_retiring_leaves_what_another_still_names(out: Path) -> None:
    receipt = make(out)
    publish.retire(out, receipt, ["show/01-a.mp4"])
    assert set(files_in(out)) == {"show/01-a.mp4"}


def test_scratch_is_gone_afterwards_whatever_happens(out: Path) -> None:
    parent = out / ".showcase" / "scratch"

    def fail() -> None:
        with publish.scratch(parent, "ชื่อยาว" * 30) as folder:
            (folder / "half").write_bytes(b"x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(parent.iterdir()) == []


def test_the_next_start_sweeps_what_a_killed_run_left(out: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_bytes(b"x")
    parent = out / ".showcase" / "scratch"
    (parent / "a.air.123").mkdir(parents=True)
    (parent / "a.air.123" / "half.mp4").write_bytes(b"x")
    (parent / "file").write_bytes(b"half a master")
    (parent / "link").symlink_to(kept, target_is_directory=True)
    publish.sweep(out, parent)
    assert list(parent.iterdir()) == []
    assert (kept / "file").exists()
    publish.sweep(tmp_path, tmp_path / "never made")


def test_a_small_file_that_another_process_writes_just_now_stays(out: Path) -> None:
    writing = out / publish.WRITING
    writing.mkdir(parents=True)
    (writing / "now").write_bytes(b"half an order file")
    (writing / "left").write_bytes(b"half a receipt")
    os.utime(writing / "left", (0, 0))
    publish.sweep(out, out / ".showcase" / "scratch")
    assert [path.name for path in writing.iterdir()] == ["now"]


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/out")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_whole(out: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    make(out)
    publish.write(out, "board/index.html", b"old")
    before = files_in(out)
    monkeypatch.setattr(os, call, full)
    for attempt in (
        lambda: put(out, dict.fromkeys(FILES, b"new")),
        lambda: publish.write(out, "board/index.html", b"new"),
        lambda: publish.keep_receipt(out, receipt_of((), key_of(["other"]))),
        lambda: publish.deliver(out, {"board/index.html": "new"}),
    ):
        with pytest.raises(MachineError) as raised:
            attempt()
        assert raised.value.code == "disk-full"
    monkeypatch.undo()
    assert files_in(out) == before
    assert holds(out)


def test_a_full_disk_while_writing_is_told_too(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(MachineError) as raised:
        publish.write(out, "x", b"new")
    assert raised.value.code == "disk-full"
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(MachineError) as raised, publish.scratch(out / "s", "x"):
        pass
    assert raised.value.code == "disk-full"


def test_another_trouble_of_the_disk_is_the_machines_too(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/out")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(MachineError) as raised:
        publish.write(out, "x", b"new")
    assert raised.value.code == "machine-trouble"
    assert not (out / "x").exists()


def test_keys_depend_on_everything_and_on_no_order_of_names() -> None:
    assert key_of([{"a": 1, "b": 2}, "t"]) == key_of([{"b": 2, "a": 1}, "t"])
    assert len({key_of(parts) for parts in ([1], ["1"], [[1]], [1, None], [], ["ก"], ["ข"])}) == 7
