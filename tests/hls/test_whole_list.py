"""hls.js in a real Chromium plays a list from its first frame to its last, without a stall or a word of complaint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import show_factory
from conftest import REPOSITORY, missing, need_tool
from stand import serving, watch

from pipeline.hls.pack import ensure_media
from pipeline.hls.playlists import hls_package
from pipeline.show.model import SHOW_FILE, read_show
from pipeline.store.publish import deliver

LIST = "playlists/hls/show/master.m3u8"
PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<video id="v" muted width="640" height="360"></video>
<script src="/hls.min.js"></script><script>
const video = document.getElementById("v"), answer = {{ errors: [], stalls: 0, behind: 0 }};
const hls = new Hls({{ startLevel: {level}, enableWorker: false }});
hls.on(Hls.Events.ERROR, (_, data) => answer.errors.push(`${{data.details}} ${{data.fatal}}`));
hls.on(Hls.Events.MANIFEST_PARSED, () => {{ hls.loadLevel = {level}; }});
hls.loadSource("/{list}"); hls.attachMedia(video);
let began_ms = 0, last_s = 0;
video.addEventListener("playing", () => {{ began_ms ||= performance.now(); }});
video.addEventListener("waiting", () => {{ if (video.currentTime > 0.5) answer.stalls += 1; }});
video.addEventListener("timeupdate", () => {{
  if (video.currentTime < last_s) answer.behind += 1;
  last_s = video.currentTime;
}});
video.addEventListener("ended", () => {{
  answer.took_s = (performance.now() - began_ms) / 1000;
  answer.frames = video.getVideoPlaybackQuality().totalVideoFrames;
  answer.played_s = [...Array(video.played.length).keys()].map((n) => video.played.end(n) - video.played.start(n));
  answer.duration_s = video.duration;
  fetch("/answer", {{ method: "POST", body: JSON.stringify(answer) }});
}});
video.play();
</script>"""


def played(out: Path, profile: Path, *, level: int, within_s: float) -> Any:  # noqa: ANN401 - what the page says
    script = REPOSITORY / "node_modules" / "hls.js" / "dist" / "hls.min.js"
    if not script.is_file():
        missing("hls.js")
    with serving(out) as stand:
        page = PAGE.format(list=LIST, level=level).encode()
        stand.pages = {"/page.html": page, "/hls.min.js": script.read_bytes()}
        answer = watch(stand, need_tool("chromium"), "/page.html", profile, within_s)
        assert stand.missing == []
    return answer


def assert_whole(answer: Any, frames: int) -> None:  # noqa: ANN401 - what the page said
    assert answer["errors"] == []
    assert (answer["stalls"], answer["behind"]) == (0, 0)
    assert answer["frames"] == pytest.approx(frames, abs=30)
    assert sum(answer["played_s"]) == pytest.approx(frames / 30, abs=1)
    assert answer["duration_s"] == pytest.approx(frames / 30, abs=0.1)
    # By the clock on the wall: where there is no sound card, Chromium's stand-in runs up to 0.3 % slow.
    assert answer["took_s"] == pytest.approx(frames / 30, abs=1 + frames / 30 * 0.005)


def test_hls_js_plays_a_list_from_end_to_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    show = show_factory.make_show(out)
    media = ensure_media(out, show)
    texts = {path: (out / path).read_text("utf-8") for entry in show.items for path in entry.captions.values()}
    deliver(out, hls_package(show, media, texts))
    answer = played(out, tmp_path / "profile", level=0, within_s=60)
    assert_whole(answer, sum(entry.frames for entry in show.items))


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 1])
def test_hls_js_plays_a_whole_real_show(tmp_path: Path, level: int) -> None:
    given = os.environ.get("SHOWCASE_DEMO_OUT")
    if not given:
        pytest.skip("SHOWCASE_DEMO_OUT names no finished output folder")
    show = read_show(Path(given, SHOW_FILE).read_bytes())
    frames = sum(entry.frames for entry in show.items)
    assert_whole(played(Path(given), tmp_path / "profile", level=level, within_s=frames / 30 + 60), frames)
