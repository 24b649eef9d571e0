from __future__ import annotations

import http.client
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Server, ask, raw, serving
from show_factory import make_show

SECRET = b"SECRET-THAT-NOBODY-MAY-READ"
MEDIA = bytes(range(256)) * 400


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("serve")
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


@pytest.fixture(scope="module")
def server(out: Path) -> Iterator[Server]:
    # Half of a request is given up soon, because a thousand of them are tried.
    with serving(out, ask_within_s=0.5) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "kind", "keep"),
    [
        ("playlists/show.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
        ("playlists/hls/show/master.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
        ("playlists/hls/media/a/0001.m4s", "video/iso.segment", "public, max-age=31536000, immutable"),
        ("masters/made.mp4", "video/mp4", "public, max-age=31536000, immutable"),
        ("clips/a/a.th.vtt", "text/vtt; charset=utf-8", "no-cache"),
        ("clips/a/a.th.srt", "application/x-subrip; charset=utf-8", "no-cache"),
        ("playlists/show.xspf", "application/xspf+xml", "no-cache"),
        ("playlists/show.ffconcat", "text/plain; charset=utf-8", "no-cache"),
        ("playlists/show.ics", "text/calendar; charset=utf-8", "no-cache"),
        ("photos/a/b-thumb.webp", "image/webp", "no-cache"),
        ("gallery/", "text/html; charset=utf-8", "no-cache"),
    ],
)
def test_each_file_has_its_type_and_lists_are_never_kept(server: Server, path: str, kind: str, keep: str) -> None:
    got = ask(server.port, f"/{path}")
    assert (got.status, got.headers["content-type"], got.headers["cache-control"]) == (200, kind, keep)
    assert got.headers["x-content-type-options"] == "nosniff"
    assert ("access-control-allow-origin" in got.headers) == (not path.startswith("gallery"))
    assert ("content-security-policy" in got.headers) == path.startswith("gallery")


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    get, head = (ask(server.port, "/masters/made.mp4", method=method) for method in ("GET", "HEAD"))
    assert (get.body, head.body) == (MEDIA, b"")
    assert {**get.headers, "date": ""} == {**head.headers, "date": ""}


def test_what_a_client_has_is_not_sent_again(server: Server) -> None:
    first = ask(server.port, "/playlists/show.m3u8")
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"x", W/{first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = ask(server.port, "/playlists/show.m3u8", headers)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = {"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    assert ask(server.port, "/playlists/show.m3u8", other).status == 200
    assert ask(server.port, "/playlists/show.m3u8", {"If-Match": '"x"'}).status == 412


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-0", (0, 0)), ("bytes=100-", (100, len(MEDIA) - 1)), ("bytes=-5", (len(MEDIA) - 5, len(MEDIA) - 1)),
     ("bytes=5-999999999999999999999999", (5, len(MEDIA) - 1)), ("Bytes=1-2", (1, 2)), ("bytes=0-3,4-9", (0, 9))],
)  # fmt: skip
def test_a_part_is_sent_as_asked(server: Server, asked: str, part: tuple[int, int]) -> None:
    got = ask(server.port, "/masters/made.mp4", {"Range": asked})
    first, last = part
    assert (got.status, got.body) == (206, MEDIA[first : last + 1])
    assert got.headers["content-range"] == f"bytes {first}-{last}/{len(MEDIA)}"


def test_several_parts_are_sent_once_each(server: Server) -> None:
    got = ask(server.port, "/masters/made.mp4", {"Range": "bytes=90-99, 0-9, 5-12, 9999999-"})
    boundary = got.headers["content-type"].partition("boundary=")[2]
    pieces = got.body.split(f"--{boundary}".encode())
    assert got.status == 206
    assert [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces[1:-1]] == [
        MEDIA[:13],
        MEDIA[90:100],
    ]
    assert pieces[-1] == b"--\r\n"


@pytest.mark.parametrize("asked", [f"bytes={len(MEDIA)}-", "bytes=9" + "9" * 4000 + "-", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(server: Server, asked: str) -> None:
    got = ask(server.port, "/masters/made.mp4", {"Range": asked})
    assert (got.status, got.headers["content-range"]) == (416, f"bytes */{len(MEDIA)}")


@pytest.mark.parametrize(
    "asked",
    ["bytes", "bytes=", "bytes=a-b", "bytes=9-3", "lines=1-2", "bytes=--1", "bytes=1_0-20", "bytes=+1-2",
     "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 200, 2))],
)  # fmt: skip
def test_what_is_no_range_and_too_many_are_answered_with_the_whole(server: Server, asked: str) -> None:
    got = ask(server.port, "/masters/made.mp4", {"Range": asked})
    assert (got.status, got.body) == (200, MEDIA)


def test_if_range_gives_parts_of_the_same_state_only(server: Server) -> None:
    state = ask(server.port, "/masters/made.mp4", method="HEAD").headers
    for condition, status in (
        (state["etag"], 206),
        (state["last-modified"], 206),
        ('"old"', 200),
        ("W/" + state["etag"], 200),
    ):
        got = ask(server.port, "/masters/made.mp4", {"Range": "bytes=0-1", "If-Range": condition})
        assert got.status == status, condition


def test_an_empty_file_is_sent(server: Server) -> None:
    got = ask(server.port, "/masters/empty.mp4")
    assert (got.status, got.body) == (200, b"")
    assert ask(server.port, "/masters/empty.mp4", {"Range": "bytes=0-"}).status == 416


def test_pages_of_other_sites_may_read_media_but_not_pages(server: Server) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    media = ask(server.port, "/playlists/show.m3u8", asked, "OPTIONS")
    assert (media.status, media.headers["access-control-allow-origin"]) == (204, "*")
    assert "Range" in media.headers["access-control-allow-headers"]
    assert "Content-Range" in media.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in ask(server.port, "/gallery/", asked, "OPTIONS").headers


def test_steps_up_inside_are_taken_as_players_ask_for_them(server: Server) -> None:
    for path in ("/playlists/../masters/made.mp4", "/masters/./made.mp4", "/playlists/hls/../../masters/made.mp4"):
        got = raw(server.port, f"GET {path} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        assert got.endswith(b"\r\n\r\n" + MEDIA), path


def test_folders_lead_to_their_page(server: Server) -> None:
    got = ask(server.port, "/gallery")
    assert (got.status, got.headers["location"]) == (308, "/gallery/")
    assert ask(server.port, "/masters/").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_changed_here(server: Server, method: str) -> None:
    assert ask(server.port, "/masters/made.mp4", method=method).status == 405


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


@pytest.mark.parametrize("path", CLIMBS)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    got = raw(server.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert got.startswith(b"HTTP/1.1 404 "), got[:200]
    assert SECRET not in got


def test_a_thousand_mangled_requests_break_nothing(server: Server) -> None:
    pick = random.Random(8642)  # noqa: S311 - the same requests each time
    paths = [path.encode() for path in CLIMBS[:-1] if len(path) < 500] + [
        b"/",
        b"/healthz",
        b"/gallery/",
        b"/masters/made.mp4",
        b"*",
        b"http://x/masters/made.mp4",
    ]
    names = [b"Range", b"If-Range", b"If-None-Match", b"If-Modified-Since", b"If-Match", b"Host", b"Content-Length",
             b"Transfer-Encoding", b"Origin", b"Cookie", b"Expect", b"Upgrade", b"Connection",
             b"Authorization"]  # fmt: skip
    values = [
        b"bytes=0-",
        b"bytes=-1,0-,9-2",
        b"chunked",
        b"-1",
        b"99999999999999999999",
        b"websocket",
        b"\xff\xfe",
        b"a" * 3000,
        b"*",
        b'W/"',
        b"Mon, 99 Foo 20262 99:99:99 GMT",
        b"Thu, 01 Jan 0000 00:00:00 GMT",
        b"100-continue",
        b"close",
        b"Bearer \x80",
    ]
    statuses: dict[bytes, int] = {}
    for _ in range(1000):
        method = pick.choice([b"GET", b"HEAD", b"OPTIONS", b"POST", b"BREW", b"get", b""])
        path = bytearray(pick.choice(paths))
        for _ in range(pick.choice((0, 0, 1, 3))):
            path.insert(pick.randrange(len(path) + 1), pick.choice(b"%./\\?#;:~0aF\x00\xff "))
        fields = [pick.choice(names) + b": " + pick.choice(values) for _ in range(pick.randrange(5))]
        request = b"%s %s HTTP/%s\r\nHost: x\r\n" % (method, bytes(path), pick.choice((b"1.1", b"1.0", b"1.1", b"9")))
        request += b"".join(field + b"\r\n" for field in fields) + b"Connection: close\r\n\r\n"
        if pick.random() < 0.2:
            place = pick.randrange(len(request))
            request = request[:place] + pick.randbytes(5) + request[place + 3 :]
        got = raw(server.port, request)
        assert SECRET not in got, request
        status = got[9:12] if got.startswith(b"HTTP/1.1 ") else b"none"
        assert not status.startswith(b"5"), request
        statuses[status] = statuses.get(status, 0) + 1
    assert {b"200", b"400", b"404"} <= statuses.keys(), statuses
    assert ask(server.port, "/healthz").status == 200
    assert not any("Traceback" in line for line in server.said), server.said


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
