"""A real Chromium that a test drives: opens pages, runs scripts in them, takes pictures, hears what they complain of.

It speaks the DevTools protocol over two pipes, so that no port and no other package is needed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conftest import need_tool

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--mute-audio", "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_S = 60.0
_WITH_PIPES = """
import os, sys
os.dup2(int(sys.argv[1]), 100, inheritable=False)
os.dup2(int(sys.argv[2]), 101, inheritable=False)
os.dup2(100, 3)
os.dup2(101, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The protocol wants descriptors 3 and 4."""


class Chrome:
    """One page. ``complaints`` are errors of the console, uncaught exceptions and refused requests."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back, self._left, self._count = to, back, b"", 0
        self.complaints: list[str] = []
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, address: str, width_px: int, height_px: int = 1080) -> None:
        self.size(width_px, height_px)
        self._call("Page.navigate", url="about:blank")  # what the page before still waits for is not this one's fault
        self.until("location.href === 'about:blank'")
        self.complaints.clear()
        self._call("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def size(self, width_px: int, height_px: int = 1080) -> None:
        self._call("Emulation.setDeviceMetricsOverride", width=width_px, height=height_px, deviceScaleFactor=1,
                   mobile=False)  # fmt: skip

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the script returns
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True,
                            userGesture=True)  # fmt: skip
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until the script's value is true."""
        ends_s = time.monotonic() + PATIENCE_S
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < ends_s, (script, self.complaints, self.run("document.body.innerText"))
            time.sleep(0.1)

    def press(self, key: str) -> None:
        text = {"Enter": "\r"}.get(key, "")
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text if kind == "keyDown" else "",
                       windowsVirtualKeyCode={"Enter": 13, "Tab": 9}[key])  # fmt: skip

    def picture(self, to: Path, *, whole: bool = False) -> None:
        shot = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        to.write_bytes(base64.b64decode(shot["data"]))

    def _call(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401 - the protocol's own
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._count:
                assert "error" not in told, told["error"]
                return told["result"]
            self._hear(told)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            chunk = os.read(self._back, 1 << 16)
            assert chunk, "Chromium has gone"
            self._left += chunk
        first, _, self._left = self._left.partition(b"\0")
        found: dict[str, Any] = json.loads(first)
        return found

    def _hear(self, told: dict[str, Any]) -> None:
        given = told.get("params", {})
        match told.get("method"):
            case "Log.entryAdded" if given["entry"]["level"] == "error":
                self.complaints.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(given["exceptionDetails"])[:1000])
            case "Runtime.consoleAPICalled" if given["type"] in {"error", "warning"}:
                self.complaints.append(json.dumps(given["args"])[:1000])
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"dialog: {given['message']}")


@contextlib.contextmanager
def chrome() -> Iterator[Chrome]:
    """Give a browser with one empty page."""
    to_read, to = os.pipe()
    back, back_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [need_tool("chromium"), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        child = subprocess.Popen(
            [sys.executable, "-c", _WITH_PIPES, str(to_read), str(back_write), *command],
            pass_fds=(to_read, back_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(to_read)
        os.close(back_write)
        try:
            yield Chrome(to, back)
        finally:
            os.close(to)  # Chromium ends by itself when nobody speaks to it any more
            os.close(back)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)
                child.wait()
