"""The show pushed to a real nginx-rtmp and a real SRT listener on loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest
from conftest import missing, need_tool
from show_factory import PARTS, make_show

RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
KEY = "very-secret-key"
PUSH = """
import sys
from pipeline.push.run import push
from pipeline.settings import read_settings
sys.exit(push(read_settings(), "en", sys.argv[1:], "show", "now", False, True))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nginx:
    def __init__(self, folder: Path) -> None:
        if not RTMP_MODULE.is_file():
            missing("libnginx-mod-rtmp")
        self.nginx, self.folder, self.port = need_tool("nginx"), folder, free_port()
        (folder / "received").mkdir(parents=True)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"load_module {RTMP_MODULE}; daemon off; master_process off; {user} pid {folder}/pid;"
            f"error_log {folder}/error.log; events {{}} rtmp {{ access_log off; server {{ listen 127.0.0.1:{self.port};"
            f"application live {{ live on; record all; record_unique on; record_path {folder}/received; }} }} }}"
        )
        self.start()

    def start(self) -> None:
        argv = [self.nginx, "-c", f"{self.folder}/nginx.conf", "-p", str(self.folder)]
        self.child = subprocess.Popen(argv, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def received(self) -> list[Path]:
        return sorted((self.folder / "received").iterdir(), key=lambda path: path.stat().st_mtime)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path / "nginx")
    yield server
    server.kill()


def start_push(out: Path, *urls: str) -> subprocess.Popen[str]:
    env = {**os.environ, "SHOWCASE_OUT": str(out), "SHOWCASE_PUSH_KEY_1": KEY}
    return subprocess.Popen(
        [sys.executable, "-c", PUSH, *urls], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def command_lines() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def times_s(path: Path) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"video": [], "audio": []}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.dts is not None and packet.size:
                found[packet.stream.type].append(float(packet.dts * packet.time_base))
    return found


def assert_smooth(path: Path, frames: int, *, lost: int = 0, lost_s: float = 0.1) -> None:
    times = times_s(path)
    for each in times.values():
        assert all(later > earlier for earlier, later in pairwise(each))
    steps = [later - earlier for earlier, later in pairwise(times["video"])]
    assert max(steps) < 0.036
    assert frames - lost <= len(times["video"]) <= frames
    assert abs((times["video"][-1] - times["video"][0]) - (times["audio"][-1] - times["audio"][0])) < lost_s


def test_two_targets_get_every_frame_on_time(tmp_path: Path, nginx: Nginx, ffmpeg: str) -> None:
    out, srt = tmp_path / "out", free_port()
    show = make_show(out, PARTS[:3])
    listener = subprocess.Popen(
        [
            ffmpeg,
            "-v",
            "error",
            "-nostdin",
            "-f",
            "mpegts",
            "-i",
            f"srt://127.0.0.1:{srt}?mode=listener",
            "-c",
            "copy",
            "-f",
            "mpegts",
            str(tmp_path / "received.ts"),
        ]
    )
    child = start_push(out, f"rtmp://127.0.0.1:{nginx.port}/live", f"srt://127.0.0.1:{srt}")
    time.sleep(6)
    kept = (out / ".showcase" / "on-air.json").read_text("utf-8")
    seen = command_lines()
    said, errors = child.communicate(timeout=60)
    listener.wait(20)
    assert child.returncode == 0, errors
    assert json.loads(kept)["pid"] == child.pid
    assert "pipeline.push.wire" in seen
    assert KEY not in kept + seen + said + errors
    assert not (out / ".showcase" / "on-air.json").exists()
    frames = sum(entry.frames for entry in show.items)
    (received,) = nginx.received()
    assert_smooth(received, frames)
    # SRT forgets what is still on its way when the sender closes: a frame, and the last packet of sound.
    assert_smooth(tmp_path / "received.ts", frames, lost=2, lost_s=0.4)
    rows = [json.loads(line) for line in said.splitlines()]
    titles = [row["on"]["title"] for row in rows if row["on"]]
    assert list(dict.fromkeys(titles)) == [entry.title for entry in show.items]


def test_a_server_that_is_killed_gets_the_rest_and_a_missing_clip_a_slate(tmp_path: Path, nginx: Nginx) -> None:
    out = tmp_path / "out"
    show = make_show(out)
    (out / show.items[2].master).unlink()
    damaged = out / show.items[4].master
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    child = start_push(out, f"rtmp://127.0.0.1:{nginx.port}/live")
    time.sleep(5)
    nginx.kill()
    time.sleep(2)
    nginx.start()
    said, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    assert "missing" in errors
    assert "damaged" in errors
    rows = [json.loads(line) for line in said.splitlines()]
    assert rows[-1]["targets"][0]["state"] == "live"
    assert rows[-1]["targets"][0]["reconnects"] >= 1
    last = times_s(nginx.received()[-1])["video"]
    assert last[-1] - last[0] > 3
    assert all(later > earlier for earlier, later in pairwise(last))
