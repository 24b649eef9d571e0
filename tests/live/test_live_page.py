"""The channel in a browser: two pages with hls.js, through the list's end and its start again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, missing, need_tool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from test_live_http import PARTS, looping, out, serving

from pipeline.show.channel import unix_s

SEGMENT_S, PLAYED_S = 6, 26
ROUND_S = sum(part.frames for part in PARTS) / 30
ONE_S = PARTS[0].frames / 30
EDGE_S = 0.4
"""So near a cue's start or end a look does not count: pictures and looks have a grain."""
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<video id="v" muted width="480" height="270"></video>
<script src="/hls.min.js"></script><script>
const video = document.getElementById("v"), answer = { errors: [], stalls: [], looks: [] };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const track = () => [...video.textTracks].find((each) => each.mode !== "disabled");
const hls = new Hls({ enableWorker: false });
let runs = false;
hls.on(Hls.Events.ERROR, (_, data) => answer.errors.push(`${data.details} ${data.fatal}`));
video.addEventListener("waiting", () => runs && answer.stalls.push(video.currentTime));
video.addEventListener("playing", () => { runs = true; });
hls.loadSource("/live/live.m3u8"); hls.attachMedia(video);
(async () => {
  while (!hls.subtitleTracks.length || video.readyState < 3) await pause(50);
  hls.subtitleTrack = 0; hls.subtitleDisplay = true;
  await video.play();
  const from = video.currentTime;
  while (video.currentTime < from + PLAYED) {
    await pause(200);
    const cues = [...(track()?.activeCues ?? [])].map((cue) => cue.text);
    answer.looks.push([Date.now() / 1000, hls.playingDate / 1000, video.currentTime, cues.join("|")]);
    if (answer.looks.length > PLAYED * 10) break;
  }
  answer.frames = video.getVideoPlaybackQuality().totalVideoFrames;
})().catch((error) => { answer.failed = String(error); })
  .finally(() => fetch("/answer", { method: "POST", body: JSON.stringify(answer) }));
</script>""".replace("PLAYED", str(PLAYED_S))

__all__ = ["out"]


class Pages:
    """Two pages, and what they say."""

    def __init__(self, script: Path) -> None:
        self.answers: list[Any] = []
        self.answered = threading.Event()
        self.script = script

    def routes(self) -> list[Route]:
        pages = [Route(f"/{n}.html", lambda _: HTMLResponse(PAGE)) for n in (1, 2)]
        both = '<iframe src="/1.html"></iframe><iframe src="/2.html"></iframe>'
        both = both.replace("<iframe", '<iframe width="520" height="300" allow="autoplay"')
        told = Route("/answer", self._answer, methods=["POST"])
        script = Response(self.script.read_bytes(), media_type="text/javascript")
        shown = Route("/both.html", lambda _: HTMLResponse(both))
        return [*pages, shown, told, Route("/hls.min.js", lambda _: script)]

    async def _answer(self, request: Request) -> Response:
        self.answers.append(json.loads(await request.body()))
        await asyncio.sleep(0)
        if len(self.answers) == 2:
            self.answered.set()
        return Response(status_code=204)

    def watch(self, address: str, profile: Path) -> None:
        """Open both pages in Chromium until both have answered."""
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        options += ["--autoplay-policy=no-user-gesture-required", f"--user-data-dir={profile}"]
        argv = [need_tool("chromium"), *options, address]
        quiet = subprocess.DEVNULL
        child = subprocess.Popen(argv, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            assert self.answered.wait(90), "the pages did not answer"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def said_at(place_s: float) -> str | None:
    """Return what is said at a place of the round, or None where that is too near an edge."""
    cues = [(ONE_S + start, ONE_S + end, text) for start, end, text in PARTS[1].cues]
    if any(abs(place_s - edge) < EDGE_S for start, end, _ in cues for edge in (start, end)):
        return None
    return next((text for start, end, text in cues if start <= place_s < end), "")


@pytest.mark.slow
def test_two_pages_play_the_same_by_the_clock(out: Path, tmp_path: Path) -> None:
    script = REPOSITORY / "node_modules" / "hls.js" / "dist" / "hls.min.js"
    if not script.is_file():
        missing("hls.js")
    (out / ".showcase/live-show.json").unlink(missing_ok=True)
    pages, airing = Pages(script), looping(98)
    assert airing.starts_at
    starts_s = float(unix_s(airing.starts_at))
    with serving(out, airing, pages.routes()) as base:
        pages.watch(base.replace("/live/", "/both.html"), tmp_path)
    heard = set()
    for answer in pages.answers:
        assert "failed" not in answer, answer
        assert answer["errors"] == []
        assert answer["stalls"] == []
        assert answer["frames"] > 100  # it has a picture; how many a busy machine draws is not said
        looks = answer["looks"]
        assert looks[-1][2] - looks[0][2] > PLAYED_S - 2
        places = [(date_s - starts_s) % ROUND_S for _, date_s, _, _ in looks]
        assert any(later < place for place, later in pairwise(places))  # the list began again
        for place_s, (_, _, _, text) in zip(places, looks, strict=True):
            expected = said_at(place_s)
            assert expected is None or text == expected, (place_s, text)
            heard.add(text)
    assert heard == {"", *(text for _, _, text in PARTS[1].cues)}
    behind_s = [clock_s - date_s for answer in pages.answers for clock_s, date_s, _, _ in answer["looks"]]
    assert -EDGE_S < min(behind_s) <= max(behind_s) < SEGMENT_S  # on the clock but for what they need to begin
    assert max(behind_s) - min(behind_s) < SEGMENT_S / 2  # of each other, all the time
