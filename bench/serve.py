"""200 clients pulling segments from `showcase serve`, beside nginx serving the same files. Both on loopback.

    python bench/serve.py
    options: --clients 200 --segments 12 --bytes 2000000 --rounds 5

One client process asks over ``--clients`` connections that stay open, each for every segment in turn and the list
before it, as an HLS player does, without pausing. Rounds are paired: the two servers take turns. nginx runs with one
worker, because the server has one process; both send by ``sendfile``. Told are bytes a second, the time of a
whole request at the middle and at the 99th of 100, and the medians of the rounds' ratios. Fails on any wrong answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, machine

SERVER = """
import sys
from dataclasses import replace
from pathlib import Path
from pipeline.serve.run import Service, serve
from pipeline.settings import read_settings
serve(replace(read_settings({}), media_out=Path(sys.argv[1])), "en", Service(port=int(sys.argv[2])))
"""
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
Round = tuple[float, list[float]]


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def make_files(root: Path, segments: int, size: int) -> list[tuple[str, int]]:
    """Make a list and its segments; return what a client asks for, in order, with each length."""
    media = root / "playlists" / "hls" / "media" / "a"
    media.mkdir(parents=True)
    listed = root / "playlists" / "hls" / "show.m3u8"
    listed.write_text("#EXTM3U\n" + "#EXTINF:6,\nmedia/a/0001.m4s\n" * segments, "utf-8")
    asked = []
    for number in range(segments):
        (media / f"{number:04d}.m4s").write_bytes(os.urandom(size))
        asked += [
            ("/playlists/hls/show.m3u8", listed.stat().st_size),
            (f"/playlists/hls/media/a/{number:04d}.m4s", size),
        ]
    return asked


async def client(port: int, asked: list[tuple[str, int]], first: int) -> list[float]:
    """Ask for everything once, beginning at ``first``; return the seconds of each request."""
    took = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    for path, size in asked[first:] + asked[:first]:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        left = size
        while left:
            left -= len(chunk := await reader.read(min(left, 1 << 20)))
            if not chunk:
                break
        if not head.startswith(b"HTTP/1.1 200 ") or f"content-length: {size}\r".encode() not in head.lower() or left:
            sys.exit(f"wrong answer to {path}: {head!r}, {left} bytes missing")
        took.append(time.perf_counter() - began)
    writer.close()
    return took


async def one_round(port: int, clients: int, asked: list[tuple[str, int]]) -> Round:
    """Return the seconds of the whole round and of each request."""
    began = time.perf_counter()
    took = await asyncio.gather(*(client(port, asked, 2 * n % len(asked)) for n in range(clients)))
    return time.perf_counter() - began, sorted(second for each in took for second in each)


def wait_for(port: int) -> None:
    """Return when somebody listens there."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("a server does not start")


def start(folder: Path, root: Path) -> dict[str, tuple[int, subprocess.Popen[bytes]]]:
    """Start both servers; return port and process of each."""
    nginx = shutil.which("nginx") or sys.exit("nginx is not on this machine")
    ports = {"serve": free_port(), "nginx": free_port()}
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=ports["nginx"], root=root), "utf-8")
    commands = {
        "serve": [sys.executable, "-c", SERVER, str(root), str(ports["serve"])],
        "nginx": [str(nginx), "-e", str(folder / "error.log"), "-c", str(settings)],
    }
    return {name: (ports[name], subprocess.Popen(commands[name], cwd=ROOT)) for name in ports}


def main() -> None:
    """Print both servers' figures and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, standard in (("clients", 200), ("segments", 12), ("bytes", 2_000_000), ("rounds", 5)):
        parser.add_argument(f"--{name}", type=int, default=standard)
    given = parser.parse_args()
    rounds: dict[str, list[Round]] = {"serve": [], "nginx": []}
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "out"
        asked = make_files(root, given.segments, given.bytes)
        servers = start(Path(made), root)
        try:
            for port, _ in servers.values():
                wait_for(port)
                asyncio.run(one_round(port, given.clients, asked))
            for number in range(given.rounds):
                for name in sorted(servers, reverse=bool(number % 2)):
                    rounds[name].append(asyncio.run(one_round(servers[name][0], given.clients, asked)))
        finally:
            for _, process in servers.values():
                process.send_signal(signal.SIGTERM)
                process.wait(20)
    report(rounds, given.clients * sum(size for _, size in asked))


def _figures(bytes_sent: int, wall_s: float, took: list[float]) -> tuple[float, float, float]:
    return bytes_sent / wall_s / 1e6, took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3


def report(rounds: dict[str, list[Round]], bytes_sent: int) -> None:
    """Print medians, and the medians of the paired ratios."""
    figures = {name: [_figures(bytes_sent, *each) for each in mine] for name, mine in rounds.items()}
    ratios = [[a / b for a, b in zip(*pair, strict=True)] for pair in zip(*figures.values(), strict=True)]
    sys.stdout.write(f"{machine()}; {sum(len(took) for _, took in rounds['serve'])} requests each, 0 wrong\n")
    rows = [
        (name, *(f"{statistics.median(column):.0f}" for column in zip(*mine, strict=True)))
        for name, mine in figures.items()
    ]
    rows.append(("ratio", *(f"{statistics.median(column):.2f}" for column in zip(*ratios, strict=True))))
    sys.stdout.write(
        "\n".join("  ".join(f"{cell:>10}" for cell in row) for row in [("", "MB/s", "p50 ms", "p99 ms"), *rows]) + "\n"
    )


if __name__ == "__main__":
    main()
