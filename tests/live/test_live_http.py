"""The channel over HTTP, with real segments and real players."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from show_factory import START, Part, make_show
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.live.channel import LiveChannel
from pipeline.live.routes import live_routes
from pipeline.serve.files import Files
from pipeline.serve.stage import Stage
from pipeline.show.channel import Airing, unix_s
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


def stage(out: Path, airing: Airing, clock: Callable[[], float]) -> Stage:
    return Stage(out=out, templates=out, token=None, clock=clock, redeliver=None, airing=airing)


def looping(seconds_ago: float) -> Airing:
    return Airing(starts_at=datetime.now(UTC) - timedelta(seconds=seconds_ago), loops=True)


@contextmanager
def serving(
    out: Path, airing: Airing, more: Sequence[Route] = (), clock: Callable[[], float] = time.time
) -> Iterator[str]:
    """Give the address of a server on this machine."""
    routes = [*more, *live_routes(stage(out, airing, clock)), Mount("/", Files(out))]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off", timeout_keep_alive=120)
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
        for absent in ("air-480p.m3u8", "show.mp4", "..%2fshow.m3u8", "media/1-2-3-4/x/0001.m4s", "captions/1-2/x.vtt"):
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


def at_noon(seconds: float) -> Callable[[], float]:
    """Return a clock that says so many seconds after the afternoon's planned start, and goes on."""
    ahead_s = float(unix_s(START)) + 3 * 3600 + seconds - time.time()
    return lambda: time.time() + ahead_s


WINDOWS: dict[str, Callable[[], tuple[Airing, Callable[[], float]]]] = {
    "the list twice": lambda: (looping(100), time.time),
    "the filler again and again, a piece of it, the programme": lambda: (Airing(), at_noon(10.337)),
}


@pytest.mark.parametrize("shown", WINDOWS)
def test_decoders_lose_nothing_of_the_channel(out: Path, ffmpeg: str, shown: str) -> None:
    """All that a list names, from its oldest piece on: every picture, evenly spaced, and nothing to complain of."""
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    airing, clock = WINDOWS[shown]()
    with serving(out, airing, clock=clock) as base:
        rows = list(parse(get(f"{base}air-1080p.m3u8")[0].decode())[2].values())
        files = [row.uri.partition("/air-")[2] for row in rows]
        assert len(set(files)) < 0.7 * len(files)  # much of it is shown again
        played = [with_ffmpeg(ffmpeg, f"{base}live.m3u8", 50), with_mpv(f"{base}live.m3u8", 50)]
    for frames, complaints in played:
        check_even(frames, 50)
        assert complaints == []


@pytest.mark.slow
def test_decoders_follow_the_channel(out: Path, ffmpeg: str) -> None:
    """The same beyond the end of the list, as it goes on."""
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    with serving(out, looping(100)) as base, ThreadPoolExecutor() as pool:
        playing = (
            pool.submit(with_ffmpeg, ffmpeg, f"{base}live.m3u8", 110),
            pool.submit(with_mpv, f"{base}live.m3u8", 110),
        )
        played = [each.result() for each in playing]
    for frames, complaints in played:
        check_even(frames, 110)
        assert complaints == []


Played = tuple[dict[str, list[int]], list[str]]
"""Times by track, in 1/48000 s, and complaints."""


def with_ffmpeg(ffmpeg: str, url: str, seconds: int) -> Played:
    argv = [ffmpeg, "-v", "error", "-nostdin", "-live_start_index", "0", "-i", url, "-t", str(seconds)]
    argv += ["-map", "0:v:0", "-map", "0:a:0", "-fps_mode", "passthrough", "-f", "framecrc", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds + 60, check=True)
    return times(done.stdout), done.stderr.splitlines()


def with_mpv(url: str, seconds: int) -> Played:
    argv = [need_tool("mpv"), "--no-config", "--untimed", "--msg-level=all=warn", f"--length={seconds}", url]
    argv += ["--demuxer-lavf-o=live_start_index=0", "--of=framecrc", "--ovc=rawvideo", "--oac=pcm_s16le", "--o=-"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds + 60, check=True)
    known = ("Can't support the subtitle", "Found duplicated MOOV")  # of each list that is read again
    said = [line for line in done.stderr.splitlines() if line and not any(each in line for each in known)]
    return times(done.stdout), said


def times(framecrc: str) -> dict[str, list[int]]:
    """Return the time of each picture and each block of sound, in 1/48000 s."""
    bases = {each[0]: Fraction(each[1]) for each in re.findall(r"^#tb (\d): (\S+)", framecrc, re.MULTILINE)}
    found: dict[str, list[int]] = {"0": [], "1": []}
    for track, time_ticks in re.findall(r"^([01]), *\S+, *(\d+)", framecrc, re.MULTILINE):
        found[track].append(round(int(time_ticks) * bases[track] * 48000))
    return found


def check_even(frames: dict[str, list[int]], seconds: int) -> None:
    """Check that every picture is there at its time, and sound without a hole."""
    pictures, sound = frames["0"], frames["1"]
    assert (
        abs(len(pictures) - seconds * 30) <= 1
    )  # lengths are counted from the first sound, which is before the picture
    assert {later - before for before, later in pairwise(pictures)} == {1600}
    steps = [later - before for before, later in pairwise(sound)]
    assert max(steps) - min(steps) < 1024
    assert sound[-1] - sound[0] > (seconds - 1) * 48000


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


def test_nobody_waits_while_the_journal_is_kept(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    begun, goes_on, kept = threading.Event(), threading.Event(), []

    def slowly(_: Path, name: str, data: bytes) -> None:
        begun.set()
        assert goes_on.wait(10)
        kept.append((name, data))

    monkeypatch.setattr("pipeline.live.channel.write", slowly)
    channel = LiveChannel(stage(out, looping(100), time.time))
    first = threading.Thread(target=channel.told)
    first.start()
    assert begun.wait(10)
    told = channel.told()  # while the disk is busy
    assert told
    assert kept == []
    goes_on.set()
    first.join(10)
    assert kept == [(".showcase/live-show.json", told[0].model_dump_json().encode())]
