"""The channel over HTTP, with real segments and real players."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest
import uvicorn
from conftest import need_tool
from follower import Follower, parse
from show_factory import Part, make_show
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.live.routes import live_routes
from pipeline.serve.files import Files
from pipeline.serve.stage import Stage
from pipeline.show.channel import Airing
from pipeline.store.publish import deliver

PARTS = (
    Part("rest", 240, kind="break"),
    Part("one", 400, cues=((0.5, 2.5, "หนึ่ง"), (5.0, 8.0, "ข้ามขอบ"))),
    Part("two", 96, session="afternoon"),
    Part("four", 320, session="afternoon"),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivered show with its HLS."""
    folder = tmp_path_factory.mktemp("live")
    made = make_show(folder, PARTS)
    captions = {path: (folder / path).read_text("utf-8") for each in made.items for path in each.captions.values()}
    deliver(folder, hls_package(made, ensure_media(folder, made), captions))
    return folder


def stage(out: Path) -> Stage:
    return Stage(out=out, templates=out, token=None, clock=time.time, redeliver=None)


def looping(seconds_ago: float) -> Airing:
    return Airing(starts_at=datetime.now(UTC) - timedelta(seconds=seconds_ago), loops=True)


@contextmanager
def serving(out: Path, airing: Airing, more: Sequence[Route] = ()) -> Iterator[str]:
    """Give the address of a server on this machine."""
    routes = [*more, *live_routes(stage(out), airing), Mount("/", Files(out))]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off", timeout_keep_alive=30)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/live/"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def get(url: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - our own server
        return response.read(), {name.lower(): value for name, value in response.headers.items()}


def watch(base: str, name: str, seconds: float) -> Follower:
    """Poll a media playlist, and get every segment and initialisation segment that it names."""
    follower, ends = Follower(), time.monotonic() + seconds
    fetched: set[str] = set()
    while time.monotonic() < ends:
        text = get(f"{base}{name}")[0].decode()
        follower.read(text)
        named = {line for line in text.splitlines() if line and not line.startswith("#")}
        for uri in sorted(named | set(re.findall(r'URI="([^"]+)"', text)) - fetched):
            assert get(urljoin(base, uri))[0]
        fetched |= named
        time.sleep(0.5)
    follower.check_joins()
    return follower


def test_what_is_named_is_there_and_says_what_it_is(out: Path) -> None:
    with serving(out, looping(100)) as base:
        master, headers = get(f"{base}live.m3u8")
        assert headers["content-type"] == "application/vnd.apple.mpegurl"
        assert headers["access-control-allow-origin"] == "*"
        names = re.findall(r"^(?!#)(\S+)$", master.decode(), re.MULTILINE)
        captions = re.findall(r'URI="([^"]+)"', master.decode())
        assert names == ["air-1080p.m3u8", "air-720p.m3u8"]
        assert captions == ["captions-th.m3u8"]
        for name in (*names, *captions):
            text, headers = get(f"{base}{name}")
            assert "max-age=1" in headers["cache-control"]
            for uri in {line for line in text.decode().splitlines() if not line.startswith("#")}:
                assert get(urljoin(base, uri))[0]
        for absent in ("air-480p.m3u8", "show.mp4", "..%2fshow.m3u8"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                get(f"{base}{absent}")


def test_a_cue_is_in_the_segments_in_which_it_is_shown(out: Path) -> None:
    with serving(out, looping(100)) as base:
        rows = parse(get(f"{base}captions-th.m3u8")[0].decode())[2].values()
        texts = [get(urljoin(base, row.uri))[0].decode() for row in rows]
    spoken = [sum(cue in text for cue in ("หนึ่ง", "ข้ามขอบ")) for text in texts]
    assert {0, 1, 2} == set(spoken)  # none, the end of one, the start of both


def test_two_clients_are_within_one_segment_of_each_other(out: Path) -> None:
    airing = looping(100)
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    with serving(out, airing) as one, serving(out, airing) as other:
        followers = [watch(one, "air-1080p.m3u8", 4), watch(other, "air-720p.m3u8", 4)]
        newest = [max(parse(get(f"{base}air-1080p.m3u8")[0].decode())[2]) for base in (one, other)]
    assert abs(newest[0] - newest[1]) <= 1
    common = followers[0].rows.keys() & followers[1].rows.keys()
    assert len(common) > 5
    assert all(followers[0].rows[n].at_s == followers[1].rows[n].at_s for n in common)


def test_ffmpeg_follows_the_channel(out: Path, ffmpeg: str) -> None:
    """By copy, in real time, through the list's end and its start again: no picture is missing and none comes twice."""
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    with serving(out, looping(100)) as base:
        done = subprocess.run(
            [
                ffmpeg, "-v", "warning", "-nostdin", "-live_start_index", "-3", "-re", "-i", f"{base}live.m3u8",
                "-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-t", "12", "-f", "framecrc", "-",
            ],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    times = [int(line.split(",")[1]) for line in done.stdout.splitlines() if line.startswith("0,")]
    assert abs(len(times) - 12 * 30) <= 1
    assert {later - time for time, later in pairwise(times)} == {512}
    assert not re.search(r"404|error|invalid|corrupt", done.stderr, re.IGNORECASE), done.stderr


@pytest.mark.slow
def test_decoders_follow_the_channel(out: Path, ffmpeg: str) -> None:
    """Within one round of the list ffmpeg decodes every picture, and mpv has nothing to say.

    Not beyond a discontinuity where media time goes back: libavformat marks all samples of the fragment behind it to be
    discarded, with the tag or without (``mov_read_trun``; seen in ffmpeg 5.1 and 9.0). Copying keeps them.
    """
    mpv = [need_tool("mpv"), "--no-config", "--vo=null", "--ao=null", "--msg-level=all=warn", "--length=20"]
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    with serving(out, looping(108)) as base:
        argv = [ffmpeg, "-v", "error", "-nostdin", "-live_start_index", "-3", "-re", "-i", f"{base}live.m3u8"]
        argv += ["-map", "0:v:0", "-map", "0:a:0", "-fps_mode", "passthrough", "-t", "20", "-f", "framecrc", "-"]
        with subprocess.Popen([*mpv, f"{base}live.m3u8"], stdout=subprocess.PIPE, text=True) as playing:
            done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)
            said = playing.communicate(timeout=60)[0]
    times = [int(line.split(",")[1]) for line in done.stdout.splitlines() if line.startswith("0,")]
    assert abs(len(times) - 20 * 30) <= 1
    assert {later - time for time, later in pairwise(times)} == {1}
    assert done.stderr == ""
    assert playing.returncode == 0
    known = ("Can't support the subtitle", "Found duplicated MOOV")  # of each list that is read again
    assert [line for line in said.splitlines() if line and not any(each in line for each in known)] == []


def test_there_is_no_channel_before_there_is_a_show(tmp_path: Path) -> None:
    with serving(tmp_path, Airing()) as base, pytest.raises(urllib.error.HTTPError, match="503"):
        get(f"{base}live.m3u8")


def test_a_restart_goes_on_from_the_journal(out: Path) -> None:
    airing = looping(100)
    with serving(out, airing) as base:
        before = parse(get(f"{base}air-1080p.m3u8")[0].decode())[2]
    assert (out / ".showcase/live-show.json").exists()
    with serving(out, airing) as base:
        after = parse(get(f"{base}air-1080p.m3u8")[0].decode())[2]
    assert min(after) >= min(before)
    assert all(after[number] == before[number] for number in before.keys() & after.keys() if number > min(after))


@pytest.mark.slow
def test_ten_minutes(out: Path) -> None:
    with serving(out, looping(100)) as base:
        follower = watch(base, "air-1080p.m3u8", 600)
    numbers = sorted(follower.rows)
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    watched_s = follower.rows[numbers[-1]].at_s - follower.rows[numbers[0]].at_s
    assert watched_s > Fraction(600)
