"""The show pushed to a real nginx-rtmp and a real SRT listener on loopback."""

import contextlib
import hashlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import av
import pytest
from rtmp_server import (
    KEY,
    Nginx,
    assert_smooth,
    command_lines,
    digests,
    free_port,
    loudness,
    shown,
    start_push,
    times_s,
)
from show_factory import PARTS, make_show

from pipeline.show.model import SHOW_FILE, Show, show_text


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path / "nginx")
    yield server
    server.kill()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path / "other")
    yield server
    server.kill()


class Viewer(threading.Thread):
    """Watches a stream and notes when it received each picture, in Unix time; the last time for one seen twice."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.seen: dict[str, float] = {}
        self.start()

    def run(self) -> None:
        # Nothing is looked into beforehand: the first packet is handed out when it comes.
        options = {"rtmp_live": "live", "analyzeduration": "0", "fpsprobesize": "0"}
        # nginx is killed in the end: a viewer is not told that a stream is over.
        with contextlib.suppress(OSError), av.open(self.address, options=options) as container:
            for packet in container.demux(video=0):
                if packet.size:
                    self.seen[hashlib.sha256(bytes(packet)).hexdigest()] = time.time()


def publish(out: Path, show: Show) -> None:
    (out / "new").write_text(show_text(show), "utf-8")
    (out / "new").replace(out / SHOW_FILE)


def listen(ffmpeg: str, port: int, received: Path) -> subprocess.Popen[bytes]:
    source = ["-f", "mpegts", "-i", f"srt://127.0.0.1:{port}?mode=listener&latency=500000"]
    return subprocess.Popen([ffmpeg, "-v", "error", "-nostdin", *source, "-c", "copy", "-f", "mpegts", str(received)])


def test_two_targets_get_every_frame_on_time(tmp_path: Path, nginx: Nginx, ffmpeg: str) -> None:
    out, srt = tmp_path / "out", free_port()
    show = make_show(out, PARTS[:4])
    listener = listen(ffmpeg, srt, tmp_path / "received.ts")
    starts_at = datetime.now(UTC) + timedelta(seconds=5)
    child = start_push(out, nginx.url, f"srt://127.0.0.1:{srt}", start=starts_at.isoformat())
    time.sleep(2.5)
    viewer = Viewer(f"{nginx.url}/{KEY}")
    time.sleep(5)
    kept = (out / ".showcase" / "on-air.json").read_text("utf-8")
    seen = command_lines()
    said, errors = child.communicate(timeout=60)
    listener.wait(20)
    nginx.kill()
    viewer.join(20)
    assert child.returncode == 0, errors
    assert json.loads(kept)["pid"] == child.pid
    assert "pipeline.push.wire" in seen
    assert KEY not in kept + seen + said + errors
    assert not (out / ".showcase" / "on-air.json").exists()

    (received,) = nginx.received()
    sent, got = shown(out, show.items), digests(received)
    assert got[-len(sent) :] == sent
    # Before the start a slate is shown, cut to whole frames.
    assert_smooth(received, len(got), most_s=0.067)
    # SRT forgets what is still on its way when the sender closes: at most the half second that the listener holds back.
    assert_smooth(tmp_path / "received.ts", len(got), lost=17, lost_s=0.9, most_s=0.067)

    late_s = []
    due_s = starts_at.timestamp()
    for entry in show.items:
        late_s.append(viewer.seen[digests(out / entry.master)[0]] - due_s)
        due_s += entry.frames / 30
    assert all(abs(each) <= 0.2 for each in late_s), late_s

    begins_s = (len(got) - len(sent) + show.items[0].frames) / 30 + 0.1
    for path in (received, tmp_path / "received.ts"):
        for from_s in range(5):  # of the clips; slates before and behind are silent
            lufs, share = loudness(path, begins_s + from_s, 2.5)
            assert share == 1
            assert abs(lufs + 16) <= 1
    rows = [json.loads(line) for line in said.splitlines()]
    titles = [row["on"]["title"] for row in rows if row["on"] and not row["is_filler"]]
    assert list(dict.fromkeys(titles)) == [entry.title for entry in show.items]


def test_a_server_that_is_killed_gets_the_rest_and_the_other_notices_nothing(
    tmp_path: Path, nginx: Nginx, other: Nginx
) -> None:
    out = tmp_path / "out"
    show = make_show(out, PARTS[:4])
    damaged = out / show.items[2].master
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    child = start_push(out, f"{nginx.url}/{KEY}", other.url)
    time.sleep(4)
    nginx.kill()
    time.sleep(1.5)
    nginx.start()
    said, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    assert "damaged" in errors
    assert "The stream key of address 1 is typed in the command" in errors
    assert KEY not in said + errors
    killed, unaffected = [json.loads(line) for line in said.splitlines()][-1]["targets"]
    assert (killed["state"], unaffected["state"]) == ("live", "live")
    assert killed["reconnects"] >= 1
    assert unaffected["reconnects"] == 0
    (whole,) = other.received()
    assert_smooth(whole, sum(entry.frames for entry in show.items))
    before, after = nginx.received()
    got = digests(whole)
    assert digests(before) == got[: len(digests(before))]
    assert digests(after) == got[-len(digests(after)) :]
    last = times_s(after)["video"]
    assert last[-1] - last[0] > 3
    assert all(later > earlier for earlier, later in pairwise(last))


def test_clips_that_are_late_deleted_and_replaced_while_it_is_sent(tmp_path: Path, nginx: Nginx) -> None:
    """``one`` comes late, ``two`` is deleted before its turn, ``four`` is replaced and the old file deleted."""
    out, other = tmp_path / "out", tmp_path / "other"
    show, better = make_show(out), make_show(other, (PARTS[1], PARTS[0], PARTS[4]))
    opener, one, two, slate, four = show.items
    content = (out / one.master).read_bytes()
    (out / one.master).unlink()
    child = start_push(out, nginx.url)
    time.sleep(5)
    (out / "late").write_bytes(content)
    (out / "late").replace(out / one.master)
    (out / two.master).unlink()
    replaced = four.model_copy(update={"media": better.items[2].media, "sha256": better.items[2].sha256})
    assert replaced.master != four.master
    (other / replaced.master).rename(out / replaced.master)
    publish(out, show.model_copy(update={"items": (opener, one, two, slate, replaced)}))
    (out / four.master).unlink()
    said, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    assert errors.count("missing") == 2
    (received,) = nginx.received()
    assert_smooth(received, sum(entry.frames for entry in show.items))
    got = digests(received)
    at = [sum(entry.frames for entry in show.items[:n]) for n in range(6)]
    parts = [got[begin:end] for begin, end in pairwise(at)]
    picture = digests(out / slate.master)
    fill = [picture[n % len(picture)] for n in range(at[-1])]
    assert parts[0] == digests(out / opener.master)
    came = next(n for n in range(one.frames) if parts[1][n] != fill[n])
    assert came % 60 == 0
    assert parts[1][came:] == digests(out / one.master)[came:]
    assert parts[2] == fill[: two.frames]
    assert parts[3] == picture
    assert parts[4] == digests(out / replaced.master)
    assert json.loads(said.splitlines()[-1])["targets"][0]["reconnects"] == 0
