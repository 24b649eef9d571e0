"""Files by HTTP: their types, parts of them, and what is not served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from folder import CLIMBS, MEDIA, SECRET, fill
from serving import Server, ask, raw, serving


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def server(out: Path) -> Iterator[Server]:
    with serving(out) as running:
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


@pytest.mark.parametrize("path", CLIMBS)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    got = raw(server.port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert got.startswith(b"HTTP/1.1 404 "), got[:200]
    assert SECRET not in got
