"""Chromium for tests: pictures of a page, and what a page says about itself when it is used."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pipeline import process
from pipeline.errors import MachineError

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",  # a probe looks into the page under test
    "--virtual-time-budget=8000",
    "--run-all-compositor-stages-before-draw",
)
TIMEOUT_S = 60.0

PROBE = """<!doctype html><meta charset="utf-8">
<iframe id="page" style="border:0;width:{width}px;height:800px"></iframe>
<pre id="answer"></pre><script>
const frame = document.getElementById("page");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (holds) => {{ for (let n = 0; n < 100 && !holds(); n++) await pause(50); }};
frame.onload = async () => {{
  frame.onload = null;
  const win = frame.contentWindow, doc = frame.contentDocument;
  let answer;
  try {{ answer = await (async () => {{ {script} }})(); }} catch (error) {{ answer = {{ error: String(error) }}; }}
  document.getElementById("answer").textContent = JSON.stringify(answer);
}};
frame.src = {address};
</script>"""


def chromium() -> str:
    """Return the browser; without one the test is skipped, but never on the build server."""
    found = shutil.which("chromium")
    if not found:
        if os.environ.get("CI"):
            pytest.fail("chromium is not on PATH")
        pytest.skip("chromium is not on PATH")
    return found


def _run(*arguments: str) -> bytes:
    for last in (False, True):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            argv = [chromium(), *QUIET, f"--user-data-dir={profile}", *arguments]
            try:
                return process.run(argv, timeout_s=TIMEOUT_S).stdout
            except MachineError:
                # With a virtual clock it now and then waits for ever for a frame: it is asked once more.
                if last:
                    raise
    raise AssertionError


def picture(page: Path, to: Path, width_px: int, height_px: int = 1200) -> Path:
    """Take a picture of the top of a page and return where it is."""
    _run(f"--screenshot={to}", f"--window-size={width_px},{height_px}", page.as_uri())
    return to


def ask(page: Path, script: str, width_px: int = 390, fragment: str = "") -> Any:  # noqa: ANN401 - whatever the script returns
    """Open ``page`` in a frame of ``width_px`` and return what ``script`` does: it sees ``win``, ``doc``, ``until``."""
    probe = page.parent / "probe.html"
    address = json.dumps(page.name + fragment)
    probe.write_text(PROBE.format(width=width_px, script=script, address=address), "utf-8")
    try:
        dom = _run("--dump-dom", "--window-size=1600,900", probe.as_uri()).decode("utf-8")
    finally:
        probe.unlink()
    answer = re.search(r'<pre id="answer">(.*?)</pre>', dom, re.DOTALL)
    assert answer, dom[:2000]
    assert answer[1], "the page did not answer"
    return json.loads(html.unescape(answer[1]))
