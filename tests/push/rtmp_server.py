"""A real nginx-rtmp on loopback, a push as a process of its own, and what was received, measured."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import av
import imageio_ffmpeg
from conftest import missing, need_tool

from pipeline.show.model import Entry

RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
KEY = "very-secret-key"
PUSH = """
import sys
from pipeline.push.run import push
from pipeline.settings import read_settings
sys.exit(push(read_settings(), "en", sys.argv[2:], "show", sys.argv[1], False, True))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nginx:
    """Records whatever it is sent, each connection into a file of its own."""

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

    @property
    def url(self) -> str:
        """Its address, without a key."""
        return f"rtmp://127.0.0.1:{self.port}/live"

    def start(self) -> None:
        argv = [self.nginx, "-c", f"{self.folder}/nginx.conf", "-p", str(self.folder)]
        self.child = subprocess.Popen(argv, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def received(self) -> list[Path]:
        return sorted((self.folder / "received").iterdir(), key=lambda path: path.stat().st_mtime)


def start_push(out: Path, *urls: str, start: str = "now") -> subprocess.Popen[str]:
    env = {**os.environ, "SHOWCASE_OUT": str(out), "SHOWCASE_PUSH_KEY_1": KEY, "SHOWCASE_PUSH_KEY_2": KEY}
    argv = [sys.executable, "-c", PUSH, start, *urls]
    return subprocess.Popen(argv, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def times_s(path: Path) -> dict[str, list[float]]:
    """Return when each packet is due, by kind."""
    found: dict[str, list[float]] = {"video": [], "audio": []}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.dts is not None and packet.size:
                found[packet.stream.type].append(float(packet.dts * packet.time_base))
    return found


def assert_smooth(path: Path, frames: int, *, lost: int = 0, lost_s: float = 0.1, most_s: float = 0.036) -> None:
    """Frames without a hole longer than ``most_s``, never backwards, and sound beside them to the end."""
    times = times_s(path)
    for each in times.values():
        assert all(later > earlier for earlier, later in pairwise(each))
    steps = [later - earlier for earlier, later in pairwise(times["video"])]
    assert max(steps) < most_s
    assert frames - lost <= len(times["video"]) <= frames
    assert abs((times["video"][-1] - times["video"][0]) - (times["audio"][-1] - times["audio"][0])) < lost_s


def digests(path: Path) -> list[str]:
    """Return what tells each picture of a film from others, in the order in which they are sent."""
    with av.open(str(path)) as container:
        packets = [bytes(each) for each in container.demux(video=0) if each.size]
    return [hashlib.sha256(packet).hexdigest() for packet in packets]


def shown(out: Path, entries: Sequence[Entry]) -> list[str]:
    """Return the digests of a whole show."""
    return [each for entry in entries for each in digests(out / entry.master)]


def loudness(path: Path, from_s: float, length_s: float) -> tuple[float, float]:
    """Return the integrated loudness of a part in LUFS, and which share of it is not silent."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-ss", f"{from_s:.3f}", "-t", f"{length_s}"]
    argv += ["-i", str(path), "-map", "0:a:0", "-af", "ebur128=framelog=info", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, check=True, timeout=120).stderr.decode("utf-8", "replace")
    integrated = re.findall(r"I:\s+(-?[\d.]+|-inf|nan) LUFS", said)[-1]
    moments = [float(each) for each in re.findall(r"M:\s*(-?[\d.]+|-inf|nan)", said)]
    # The first 0.4 s have no value of their own.
    moments = moments[4:]
    return float(integrated), sum(each > -50 for each in moments) / len(moments)


def command_lines() -> str:
    """Return the arguments of all processes, as everybody on the machine sees them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)
