"""Readers that crash, hang, eat memory or do not start: one file is refused, or the blame goes where it belongs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip, make_photo

from pipeline.errors import MachineError, OurError
from pipeline.intake import pool, reader
from pipeline.intake.pool import read_all
from pipeline.intake.reader import Request
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media import probe
from pipeline.store.catalog import InputKind

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds address space and tells what is read")
# A reader whose clips are scripts: what a hostile clip makes a library do, told in one line of Python.
HOSTILE = """
import ctypes, os, signal, sys, time
from pathlib import Path
from pipeline.intake import reader
def obey(path, thorough):
    exec(path.read_text("utf-8"), {**globals(), "path": path})
    return {}
reader._READERS["clip"] = obey
reader.main()
"""


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", HOSTILE))


def ask(path: Path, text: str | None = None, *, kind: InputKind = "clip", thorough: bool = False) -> Request:
    if text is not None:
        path.write_text(text, "utf-8")
    stat = path.stat()
    stamp = Stamp(bytes=stat.st_size, mtime_ns=stat.st_mtime_ns, ctime_ns=stat.st_ctime_ns)
    return Request(str(path), path.name, kind, stamp, thorough)


def refusals(found: dict[str, Sighting]) -> dict[str, str | None]:
    return {name: each.refusal.code if each.refusal else None for name, each in found.items()}


def said(sighting: Sighting) -> str:
    return sighting.refusal.en if sighting.refusal else ""


def children() -> set[int]:
    """Return the processes that this one has started and not ended (Linux)."""
    listed = Path("/proc/self/task").glob("*/children")
    return {int(pid) for path in listed for pid in path.read_text("ascii").split()}


def test_without_files_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "COMMAND", ("/no/such/program",))
    assert read_all([]) == {}


@LINUX
def test_a_crash_refuses_one_file_and_the_rest_goes_on(tmp_path: Path, hostile: None) -> None:
    del hostile
    before = children()
    crashes = {
        "segv.mp4": "ctypes.string_at(0)",
        "abort.mp4": "os.abort()",
        "exit.mp4": "os._exit(3)",
        "fpe.mp4": "os.kill(os.getpid(), signal.SIGFPE)",
    }
    requests = [ask(tmp_path / f"{n}.mp4", "pass") for n in range(6)]
    requests += [ask(tmp_path / name, code) for name, code in crashes.items()]
    requests += [ask(tmp_path / f"{n}.mp4", "pass") for n in range(6, 12)]
    found = read_all(requests)
    assert refusals(found) == dict.fromkeys(f"{n}.mp4" for n in range(12)) | dict.fromkeys(crashes, "reader-crashed")
    assert "SIGSEGV" in said(found["segv.mp4"])
    assert found["segv.mp4"].stamp == requests[6].stamp  # the same bytes are not tried by every run
    assert children() == before


@LINUX
@pytest.mark.parametrize("code", ["time.sleep(600)", "while True: pass", "signal.pause()"])
def test_a_hang_refuses_one_file(tmp_path: Path, hostile: None, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    del hostile
    before = children()
    monkeypatch.setattr(pool, "QUIET_S", 3.0)
    requests = [ask(tmp_path / "hang.mp4", code), ask(tmp_path / "after.mp4", "pass")]
    assert refusals(read_all(requests)) == {"hang.mp4": "reader-hung", "after.mp4": None}
    assert children() == before


@LINUX
def test_reading_round_and_round_is_a_hang(tmp_path: Path, hostile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del hostile
    monkeypatch.setattr(pool, "QUIET_S", 3.0)
    monkeypatch.setattr(pool, "SLACK_BYTES", 1_000_000)
    code = "while True: Path('/proc/self/maps').read_bytes()"
    assert refusals(read_all([ask(tmp_path / "round.mp4", code)])) == {"round.mp4": "reader-hung"}


@LINUX
def test_slow_reading_is_no_hang(tmp_path: Path, hostile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del hostile
    monkeypatch.setattr(pool, "QUIET_S", 3.0)
    monkeypatch.setattr(pool, "SLOWEST_BYTES_A_SECOND", 0.01)
    code = "for n in range(30):\n    path.read_bytes(); time.sleep(0.2)"
    assert refusals(read_all([ask(tmp_path / "slow.mp4", code)])) == {"slow.mp4": None}


def test_what_libraries_print_is_no_answer(tmp_path: Path, hostile: None) -> None:
    del hostile
    code = "print('{\"sighting\": 1}'); os.write(1, b'[h264] error\\n'); os.system('echo x'); sys.stdout.flush()"
    (seen,) = read_all([ask(tmp_path / "loud.mp4", code)]).values()
    assert seen.refusal is None
    assert len(seen.sha256) == 64


def test_a_flood_on_standard_error_blocks_nothing(tmp_path: Path, hostile: None) -> None:
    del hostile
    assert refusals(read_all([ask(tmp_path / "a.mp4", "print('x' * 3_000_000)")])) == {"a.mp4": None}


@LINUX
def test_memory_is_bounded(tmp_path: Path, hostile: None) -> None:
    del hostile
    requests = [ask(tmp_path / "bomb.mp4", "bytes(6 << 30)"), ask(tmp_path / "after.mp4", "pass")]
    assert refusals(read_all(requests)) == {"bomb.mp4": "reader-memory", "after.mp4": None}


def test_a_surprise_is_told_as_ours_and_the_rest_goes_on(tmp_path: Path, hostile: None) -> None:
    del hostile
    requests = [ask(tmp_path / "odd.mp4", "1 / 0"), ask(tmp_path / "after.mp4", "pass")]
    found = read_all(requests)
    assert refusals(found) == {"odd.mp4": "our-fault", "after.mp4": None}
    assert "ZeroDivisionError" in said(found["odd.mp4"])
    assert found["odd.mp4"].stamp.bytes == 0  # a version without the mistake reads it again


def test_text_that_json_cannot_hold_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = HOSTILE.replace("return {}", 'return {"sha256": "\\udc80"}').replace("reader._READERS", "\nreader._READERS")
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-c", code))
    assert refusals(read_all([ask(tmp_path / "a.mp4", "pass")])) == {"a.mp4": "our-fault"}


@LINUX
def test_who_is_killed_from_outside_gets_a_second_chance(tmp_path: Path, hostile: None) -> None:
    del hostile
    once = "if not Path(str(path) + '.x').exists():\n    Path(str(path) + '.x').touch(); os.kill(os.getpid(), 9)"
    requests = [ask(tmp_path / "once.mp4", once), ask(tmp_path / "always.mp4", "os.kill(os.getpid(), 9)")]
    found = read_all(requests)
    assert refusals(found) == {"once.mp4": None, "always.mp4": "reader-crashed"}
    assert found["always.mp4"].stamp.bytes == 0  # the next run tries it again


def test_a_file_that_fails_while_read_is_told(tmp_path: Path, hostile: None) -> None:
    del hostile
    (seen,) = read_all([ask(tmp_path / "a.mp4", "raise OSError(5, 'Input/output error')")]).values()
    assert seen.refusal is not None
    assert (seen.refusal.code, seen.stamp.bytes) == ("unreadable", 0)
    assert "Input/output error" in seen.refusal.en


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    request = ask(tmp_path / "a.srt", "x", kind="captions")
    (tmp_path / "a.srt").unlink()
    assert refusals(read_all([request])) == {"a.srt": "unreadable"}


def test_trouble_of_the_disk_is_the_machines(tmp_path: Path, hostile: None) -> None:
    del hostile
    code = "from pipeline.errors import MachineError; raise MachineError('machine-trouble', 'I/O')"
    with pytest.raises(MachineError) as raised:
        read_all([ask(tmp_path / "a.mp4", code)])
    assert (raised.value.code, raised.value.values) == ("machine-trouble", ("I/O",))


def test_a_library_that_cannot_be_loaded_is_ours(tmp_path: Path, hostile: None) -> None:
    del hostile
    with pytest.raises(OurError) as raised:
        read_all([ask(tmp_path / "a.mp4", "import no_such_library")])
    assert "no_such_library" in raised.value.reason.en


def test_a_reader_that_does_not_start_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-S", "-c", "import no_such_library"))
    with pytest.raises(OurError) as raised:
        read_all([ask(tmp_path / "a.mp4", "x")])
    assert raised.value.code == "tool-failed"
    assert "no_such_library" in raised.value.reason.en


@LINUX
def test_a_reader_that_never_gets_ready_is_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    monkeypatch.setattr(pool, "QUIET_S", 0.5)
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-S", "-c", "import time; time.sleep(600)"))
    with pytest.raises(MachineError) as raised:
        read_all([ask(tmp_path / "a.mp4", "x")])
    assert raised.value.code == "tool-timeout"
    assert children() == before


@LINUX
def test_an_interrupt_leaves_no_child(tmp_path: Path, hostile: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del hostile
    before = children()

    def interrupt(_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool._Child, "is_hung", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_all([ask(tmp_path / "a.mp4", "time.sleep(600)")])
    assert children() == before


def talk(requests: list[str]) -> list[dict[str, object]]:
    """Return what the real child answers."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.intake.reader"],
        input="".join(line + "\n" for line in requests).encode(),
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xa1\xd2"))  # a folder may be named in an old encoding
    clip = make_clip(folder / "a.mp4", Spec(width=64, height=64, seconds=Fraction(1, 2)))
    request = ask(clip)
    assert Request.from_json(request.to_json()) == request
    ready, beat, answer = talk([request.to_json()])
    assert ready == {"ready": True}
    assert beat == {"beat": clip.stat().st_size}
    seen = Sighting.model_validate(answer["sighting"])
    monkeypatch.setattr(reader, "CHUNK_BYTES", 1000)
    beats: list[int] = []
    assert reader.read(request, beats.append) == seen == read_all([request])["a.mp4"]
    assert beats[-1] == clip.stat().st_size
    assert seen.clip == probe.probe(clip)


@LINUX
def test_the_largest_photo_is_decoded_within_the_memory(tmp_path: Path) -> None:
    path = make_photo(tmp_path / "a.png", (12_000, 10_000), kind="PNG")
    (seen,) = read_all([ask(path, kind="photo", thorough=True)]).values()
    assert seen.refusal is None


def test_a_signal_is_named() -> None:
    assert {signal.SIGKILL, signal.SIGTERM} == pool._FROM_OUTSIDE
