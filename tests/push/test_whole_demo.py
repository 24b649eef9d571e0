"""A finished show pushed as a whole, in its own time. ``SHOWCASE_DEMO_OUT`` names its output folder."""

import json
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from rtmp_server import Nginx, digests, loudness, shown, start_push, times_s

from pipeline.show.model import SHOW_FILE, read_show

WINDOW_S = 30
OUTAGE_S = 5


def assert_never_back(path: Path) -> None:
    for times in times_s(path).values():
        assert [(earlier, later) for earlier, later in pairwise(times) if later <= earlier] == []


def length_s(path: Path) -> float:
    times = times_s(path)["video"]
    return times[-1] - times[0] + 1 / 30


def assert_loud_as_agreed(path: Path) -> None:
    """Every 30 s (one begins every 10 s) with any sound in them are at -16 ± 1 LUFS."""
    measured = [loudness(path, from_s, WINDOW_S) for from_s in range(0, int(length_s(path)) - WINDOW_S, 10)]
    loud = [lufs for lufs, share in measured if share]
    assert loud
    assert all(abs(lufs + 16) <= 1 for lufs in loud), loud


@pytest.mark.slow
def test_a_whole_real_show_reaches_two_servers_though_one_is_killed(tmp_path: Path) -> None:
    given = os.environ.get("SHOWCASE_DEMO_OUT")
    if not given:
        pytest.skip("SHOWCASE_DEMO_OUT names no finished output folder")
    out = tmp_path / "out"  # the push writes who is on air beside the show
    (out / "show").mkdir(parents=True)
    (out / "show/show.json").write_bytes(Path(given, SHOW_FILE).read_bytes())
    (out / "masters").symlink_to(Path(given, "masters"))
    show = read_show((out / SHOW_FILE).read_bytes())
    items = show.entries(show.lists[0])
    frames = sum(entry.frames for entry in items)
    killed, kept = Nginx(tmp_path / "killed"), Nginx(tmp_path / "kept")
    try:
        child = start_push(out, killed.url, kept.url)
        time.sleep(frames / 60)
        killed.kill()
        time.sleep(OUTAGE_S)
        killed.start()
        said, errors = child.communicate(timeout=frames / 30 + 60)
    finally:
        killed.kill()
        kept.kill()
    assert child.returncode == 0, errors
    assert errors == ""
    last = json.loads(said.splitlines()[-1])["targets"]
    assert [each["state"] for each in last] == ["live", "live"]
    assert [each["reconnects"] >= 1 for each in last] == [True, False]
    (whole,) = kept.received()
    before, after = killed.received()
    sent = shown(out, items)
    assert digests(whole) == sent  # every frame, in order, not a bit changed
    first, second = digests(before), digests(after)
    assert first == sent[: len(first)]
    assert second == sent[len(sent) - len(second) :]
    lost_s = (len(sent) - len(first) - len(second)) / 30
    # Until its next try and the next key frame; what was due while it connected is sent behind that.
    assert OUTAGE_S - 2 < lost_s < OUTAGE_S + 8
    assert abs(length_s(whole) - frames / 30) < 1
    assert abs(length_s(before) + length_s(after) + lost_s - frames / 30) < 1
    for path in (whole, before, after):
        assert_never_back(path)
        assert_loud_as_agreed(path)
