"""How a file is sent: whole, though it is replaced; without growing; without waiting for the disk; to real players."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path

import air_stand
import pytest
from folder import fill
from serving import Server, ask, serving

from pipeline.serve import connection
from pipeline.serve.stage import Stage


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def server(out: Path) -> Iterator[Server]:
    with serving(out) as running:
        yield running


def test_a_file_that_is_replaced_while_it_is_sent_goes_on_as_it_was(out: Path, server: Server) -> None:
    before, after = os.urandom(40_000_000), b"new"
    target = out / "masters" / "long.mp4"
    target.write_bytes(before)
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    link.request("GET", "/masters/long.mp4")
    got = link.getresponse()
    start = got.read(1000)
    (out / "other" / "new").write_bytes(after)
    (out / "other" / "new").rename(target)
    assert ask(server.port, "/masters/long.mp4").body == after
    assert start + got.read() == before
    link.close()


def test_memory_does_not_grow_with_the_file(out: Path, server: Server) -> None:
    size = 1 << 30
    with (out / "masters" / "huge.mp4").open("wb") as huge:
        huge.truncate(size)
    ask(server.port, "/healthz")
    before = _memory_kb(server.process.pid)
    slow = socket.create_connection(("127.0.0.1", server.port))
    slow.sendall(b"GET /masters/huge.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
    got = 0
    with socket.create_connection(("127.0.0.1", server.port)) as link:
        link.sendall(b"GET /masters/huge.mp4 HTTP/1.0\r\nHost: x\r\n\r\n")
        while chunk := link.recv(1 << 20):
            got += len(chunk)
    assert got > size
    assert _memory_kb(server.process.pid) - before < 8_000
    slow.close()


def _memory_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def test_files_are_closed_again_when_clients_go_in_the_middle(server: Server) -> None:
    folder = Path(f"/proc/{server.process.pid}/fd")
    before = len(list(folder.iterdir()))
    for _ in range(30):
        with socket.create_connection(("127.0.0.1", server.port)) as link:
            link.sendall(b"GET /masters/huge.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
            link.recv(1000)
    for _ in range(100):
        if len(list(folder.iterdir())) <= before:
            return
        time.sleep(0.1)
    pytest.fail("files stay open")


@pytest.mark.parametrize("path", ["playlists/show.ffconcat"])
def test_ffmpeg_reads_a_list_to_its_last_frame(server: Server, ffmpeg: str, path: str) -> None:
    done = subprocess.run(
        [ffmpeg, "-nostdin", "-v", "error", "-f", "concat", "-safe", "0", "-protocol_whitelist", "http,tcp,file,concat",
         "-i", f"http://127.0.0.1:{server.port}/{path}", "-map", "0:v", "-c", "copy", "-f", "framecrc", "-"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    frames = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert (len(frames), done.stderr) == (64 + 160 + 96 + 64 + 128, "")


def test_mpv_plays_a_list_to_its_end(out: Path, server: Server) -> None:
    if not shutil.which("mpv"):
        pytest.skip("mpv is not on this machine")
    masters = [line.partition(" ")[2] for line in (out / "playlists/show.ffconcat").read_text().splitlines()[1:]]
    (out / "playlists" / "mpv.m3u8").write_text("#EXTM3U\n" + "".join(f"{name}\n" for name in masters), "utf-8")
    done = subprocess.run(
        ["mpv", "--no-config", "--vo=null", "--ao=null", "--untimed", "--no-audio", "--msg-level=all=info",
         "--term-status-msg=", f"http://127.0.0.1:{server.port}/playlists/mpv.m3u8"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Playing: http") == len(masters), done.stdout


def test_a_cold_disk_holds_up_only_who_asked_for_the_file(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = os.urandom(3 * connection.PIECE_BYTES)
    (out / "masters" / "cold.mp4").write_bytes(content)
    is_reading, may_go = threading.Event(), threading.Event()
    monkeypatch.setattr(connection, "is_cached", lambda *_: False)
    real = connection.read_ahead

    def sleepy(file: FileIO, offset: int, count: int) -> None:
        is_reading.set()
        assert may_go.wait(30)
        real(file, offset, count)

    monkeypatch.setattr(connection, "read_ahead", sleepy)
    stage = Stage(out, air_stand.TEMPLATES, None, time.time, None)
    with air_stand.serving(stage) as port, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, port, "/masters/cold.mp4")
        try:
            assert is_reading.wait(20)
            assert ask(port, "/healthz").status == 200
            assert not slow.done()
        finally:
            may_go.set()
        assert slow.result().body == content


def test_what_was_read_ahead_is_in_the_cache_and_what_left_it_is_not(tmp_path: Path) -> None:
    path, size = tmp_path / "a", connection.PIECE_BYTES
    path.write_bytes(os.urandom(2 * size))
    with FileIO(path, "r+") as file:
        os.fsync(file.fileno())
        connection.read_ahead(file, size, size)
        if not connection.is_cached(file, size, size):
            pytest.skip("this system cannot tell what is in its cache")
        assert not connection.is_cached(file, 2 * size - 1, 2), "ends before that"
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if connection.is_cached(file, size, size):
            pytest.skip("nothing leaves the cache of this file system")
        connection.read_ahead(file, size, size)
        assert connection.is_cached(file, size, size)
