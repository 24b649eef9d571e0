"""A small server on loopback for players, and a page that plays a list in Chromium with hls.js and reports."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<video id="v" muted width="960" height="540"></video>
<script src="/hls.min.js"></script><script>
const video = document.getElementById("v"), errors = [], answer = {{ steps: [] }};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (holds) => {{ for (let n = 0; n < 200 && !holds(); n++) await pause(50); return holds(); }};
const track = () => [...video.textTracks].find((each) => each.mode !== "disabled");
const shown = () => [...(track()?.activeCues ?? [])].map((cue) => cue.text);
const hls = new Hls({{ enableWorker: false }});
hls.on(Hls.Events.ERROR, (_, data) => errors.push(`${{data.details}} ${{data.fatal}}`));
hls.loadSource({source}); hls.attachMedia(video);
(async () => {{
  await until(() => hls.subtitleTracks.length && video.readyState > 1);
  answer.chosenByItself = hls.subtitleTrack;
  answer.tracks = hls.subtitleTracks.map((each) => [each.lang, each.name]);
  answer.levels = hls.levels.length;
  hls.subtitleTrack = 0; hls.subtitleDisplay = true;
  for (const [at, text] of {steps}) {{
    video.currentTime = at;
    await until(() => !video.seeking && video.readyState > 1 && shown().join("|") === text);
    answer.steps.push([at, shown().join("|"), video.readyState]);
  }}
  video.currentTime = {play_from};
  await until(() => !video.seeking);
  await video.play();
  await until(() => video.currentTime > {play_to});
  answer.played = video.currentTime;
  answer.dropped = video.getVideoPlaybackQuality().droppedVideoFrames;
  answer.date = hls.playingDate && hls.playingDate.toISOString();
  video.pause();
  video.currentTime = {play_from};
  await until(() => !video.seeking);
  answer.duration = video.duration;
  answer.cues = [...track().cues].map((cue) => [cue.startTime, cue.endTime, cue.text]);
  answer.errors = errors;
}})().catch((error) => {{ answer.failed = String(error); }})
  .finally(() => fetch("/answer", {{ method: "POST", body: JSON.stringify(answer) }}));
</script>"""


class Stand:
    """What a server serves and what it was told."""

    def __init__(self, root: Path) -> None:
        self.pages: dict[str, bytes] = {}
        self.answer: Any = None
        self.answered = threading.Event()
        self.missing: list[str] = []
        stand = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map = {  # noqa: RUF012 - as the base class has it
                ".m3u8": "application/vnd.apple.mpegurl",
                ".m4s": "video/mp4",
                ".mp4": "video/mp4",
                ".vtt": "text/vtt",
            }

            def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
                super().__init__(*args, directory=str(root), **kwargs)

            def do_GET(self) -> None:
                page = stand.pages.get(self.path)
                if page is None:
                    super().do_GET()
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Content-Type", "text/html" if self.path.endswith("html") else "text/javascript")
                self.end_headers()
                self.wfile.write(page)

            def do_POST(self) -> None:
                stand.answer = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()
                stand.answered.set()

            def send_error(self, code: int, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
                stand.missing.append(f"{code} {self.path}")
                super().send_error(code, *args, **kwargs)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@contextlib.contextmanager
def serving(root: Path) -> Iterator[Stand]:
    """Serve a folder on loopback."""
    stand = Stand(root)
    thread = threading.Thread(target=stand.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand
    finally:
        stand.server.shutdown()
        stand.server.server_close()
        thread.join()


def watch(stand: Stand, chromium: str, page: str, profile: Path, within_s: float = 60) -> Any:  # noqa: ANN401 - whatever the page says
    """Open a page in Chromium until it has answered, and return the answer."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    options += ["--autoplay-policy=no-user-gesture-required", f"--user-data-dir={profile}"]
    child = subprocess.Popen(
        [chromium, *options, f"{stand.address}{page}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert stand.answered.wait(within_s), "the page did not answer"
        return stand.answer
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
