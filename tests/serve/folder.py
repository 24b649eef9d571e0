"""An output folder with some of everything, and beside it what nobody may read."""

from __future__ import annotations

import os
from pathlib import Path

from show_factory import make_show

SECRET = b"SECRET-THAT-NOBODY-MAY-READ"
MEDIA = bytes(range(256)) * 400


def fill(top: Path) -> Path:
    """Make an output folder below ``top`` and return it. What holds ``SECRET`` must not be served."""
    out = top / "media_out"
    show = make_show(out)
    files = {
        "masters/made.mp4": MEDIA,
        "masters/empty.mp4": b"",
        "playlists/show.m3u8": b"#EXTM3U\n",
        "playlists/hls/media/a/0001.m4s": MEDIA,
        "playlists/hls/show/master.m3u8": b"#EXTM3U\n",
        "playlists/show.xspf": b"<x/>",
        "playlists/show.ics": b"BEGIN:VCALENDAR\n",
        "clips/a/a.th.srt": b"1\n",
        "clips/a/a.th.vtt": b"WEBVTT\n",
        "photos/a/b-thumb.webp": b"RIFF",
        "gallery/index.html": b"<!doctype html>",
        "playlists/show.ffconcat": (
            "ffconcat version 1.0\n" + "".join(f"file ../{each.master}\n" for each in show.items)
        ).encode(),
    }
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    for place in ("receipts/a.json", ".showcase/cache/a.json", "order.toml", "masters/.hidden", "other/a.txt"):
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_bytes(SECRET)
    (top / "secret.txt").write_bytes(SECRET)
    (top / "away").mkdir()
    (top / "away" / "secret.txt").write_bytes(SECRET)
    (out / "masters" / "out.mp4").symlink_to(top / "secret.txt")
    (out / "masters" / "away").symlink_to(top / "away")
    (out / "masters" / "climb.mp4").symlink_to("../../secret.txt")
    (out / "board").symlink_to(top / "away")
    os.mkfifo(out / "masters" / "pipe.mp4")
    return out


CLIMBS = [
    "/receipts/a.json", "/.showcase/cache/a.json", "/order.toml", "/masters/.hidden", "/other/a.txt",
    "/masters/out.mp4",
    "/masters/away/secret.txt", "/masters/climb.mp4", "/board/secret.txt", "/masters/pipe.mp4",
    "/../secret.txt", "/masters/../../secret.txt", "/masters/..%2f..%2fsecret.txt", "/masters/%2e%2e/%2e%2e/secret.txt",
    "/masters%2fmade.mp4", "/masters/..\\..\\secret.txt", "/masters/%5c..%5c..%5csecret.txt", "//masters/made.mp4",
    "/masters//made.mp4", "/masters/%2e/made.mp4", "/masters/..", "/..", "/.",
    "/masters/a/../../..//masters/made.mp4", "/masters/%00made.mp4", "/masters/made.mp4%00.txt",
    "/masters/made.mp4/",
    "/masters/%252e%252e/secret.txt", "/masters/%c0%ae%c0%ae/secret.txt", "/masters/~root", "/masters/C:%5csecret.txt",
    "/" + "a/" * 3000, "/masters/" + "a" * 5000, "/masters/made.mp4;x", "/masters/-made", "/%2e%2e/secret.txt",
    "/show/..;/../secret.txt", "/masters/made.mp4%0d%0aX:1", "/masters/../receipts/a.json", "/playlists/../order.toml",
]  # fmt: skip
