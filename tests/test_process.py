"""Real children that misbehave. Guards against hanging are generous; nothing here measures speed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.process import Stall

ROOT = Path(__file__).resolve().parent.parent
GUARD_S = 30.0
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")


def python(code: str, *arguments: str) -> list[str]:
    """Return the command line for a bare Python, which starts fastest."""
    return [sys.executable, "-S", "-c", code, *arguments]


def until(condition: Callable[[], bool]) -> bool:
    """Return whether it becomes true before the guard runs out."""
    deadline = time.monotonic() + GUARD_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(pid: int) -> bool:
    """Return whether the process has ended; one that nobody has reaped yet has."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_output_and_the_end_of_standard_error_come_back() -> None:
    done = process.run(python("import sys; print('ออก'); print('one\\ntwo', file=sys.stderr)"), timeout_s=GUARD_S)
    assert done.stdout.decode("utf-8") == "ออก\n"
    assert done.stderr_tail == ("one", "two")


def test_a_flood_of_standard_error_neither_blocks_nor_is_kept() -> None:
    code = "import sys\nfor n in range(20000): print(f'line {n:06d} xxxxxxxxxx', file=sys.stderr)\nprint('end')"
    done = process.run(python(code), timeout_s=GUARD_S)  # 20 000 lines of 23 bytes are 460 kB, a pipe holds 64
    assert done.stdout == b"end\n"
    assert len(done.stderr_tail) == process.KEPT_LINES == 40
    assert done.stderr_tail[0] == "line 019960 xxxxxxxxxx"
    assert done.stderr_tail[-1] == "line 019999 xxxxxxxxxx"


def test_both_pipes_can_flood_at_once() -> None:
    code = "import sys\nfor n in range(6000): print('o' * 60); print('e' * 60, file=sys.stderr)"
    done = process.run(python(code), timeout_s=GUARD_S)
    assert len(done.stdout) == 6000 * 61
    assert done.stderr_tail == ("e" * 60,) * 40


def test_bytes_that_are_no_text_are_no_trouble() -> None:
    lines: list[str] = []
    code = r"import sys; sys.stdout.buffer.write(b'\xff\xfe\n\x00\r\nlast'); sys.stderr.buffer.write(b'\x80\n')"
    done = process.run(python(code), timeout_s=GUARD_S, on_line=lines.append)
    assert lines == ["\ufffd\ufffd", "\x00", "last"]
    assert done.stdout == b""
    assert done.stderr_tail == ("\ufffd",)


def test_a_timeout_is_the_machines_fault() -> None:
    with pytest.raises(MachineError) as raised:
        process.run(python("import time; time.sleep(600)"), timeout_s=0.3)
    assert raised.value.code == "tool-timeout"
    assert raised.value.values[0] == Path(sys.executable).name


def test_silence_is_a_stall() -> None:
    with pytest.raises(MachineError) as raised:
        process.run(
            python("print('begun', flush=True); import time; time.sleep(600)"), timeout_s=GUARD_S, stall=Stall(0.4)
        )
    assert raised.value.code == "tool-stalled"


def test_a_child_that_keeps_talking_does_not_stall() -> None:
    code = "import sys, time\nfor n in range(20): print(n, file=sys.stderr, flush=True); time.sleep(0.1)"
    done = process.run(python(code), timeout_s=GUARD_S, stall=Stall(1.5))
    assert done.stderr_tail[-1] == "19"


def test_a_bar_without_line_ends_is_talking_too() -> None:
    code = "import sys, time\nfor n in range(20): sys.stdout.write('.'); sys.stdout.flush(); time.sleep(0.1)"
    assert process.run(python(code), timeout_s=GUARD_S, stall=Stall(1.5)).stdout == b"." * 20


REPORT = "import time\nfor n in range({times}): print('frame={frame}', flush=True); time.sleep(0.05)"


def advancing() -> Callable[[str], bool]:
    """Return what is true of a line that has not been seen before."""
    seen: set[str] = set()

    def is_new(line: str) -> bool:
        known = line in seen
        seen.add(line)
        return not known

    return is_new


def test_reports_without_advance_are_a_stall() -> None:
    code = REPORT.format(times=10**6, frame=7)
    with pytest.raises(MachineError) as raised:
        process.run(python(code), timeout_s=GUARD_S, stall=Stall(0.6, advancing()))
    assert raised.value.code == "tool-stalled"


def test_complaints_without_advance_are_a_stall() -> None:
    code = "import sys, time\nwhile True: print('error', file=sys.stderr, flush=True); time.sleep(0.05)"
    with pytest.raises(MachineError) as raised:
        process.run(python(code), timeout_s=GUARD_S, stall=Stall(0.6, advancing()))
    assert raised.value.code == "tool-stalled"


def test_reports_of_advance_are_life_and_still_heard() -> None:
    heard: list[str] = []
    code = REPORT.format(times=40, frame="{n}").replace("'frame", "f'frame")
    process.run(python(code), timeout_s=GUARD_S, stall=Stall(1.5, advancing()), on_line=heard.append)
    assert heard == [f"frame={n}" for n in range(40)]


READS = (
    "import time\nwith open({path!r}, 'rb') as f:\n  for n in range({times}): f.seek(0); f.read(1000); time.sleep(0.2)"
)


@LINUX
def test_reading_on_is_life_as_long_as_it_is_within_bounds(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(bytes(1000))
    path = str(tmp_path / "source")
    assert process.run(
        python(READS.format(path=path, times=20)), timeout_s=GUARD_S, stall=Stall(2.5, advancing(), 10**9)
    )
    with pytest.raises(MachineError) as raised:
        process.run(python(READS.format(path=path, times=10**6)), timeout_s=GUARD_S, stall=Stall(1, advancing(), 1000))
    assert raised.value.code == "tool-stalled"


def test_a_pipe_to_the_child_can_be_asked_for() -> None:
    child = process.start(python("import sys; print(sys.stdin.readline().upper())"), stdin=subprocess.PIPE)
    said, _ = child.communicate(b"ask\n", timeout=GUARD_S)
    assert said.strip() == b"ASK"


def test_a_failure_is_ours_and_says_what_the_tool_said_last() -> None:
    code = "import sys; [print(f'said {n}', file=sys.stderr) for n in range(50)]; sys.exit(7)"
    with pytest.raises(OurError) as raised:
        process.run(python(code), timeout_s=GUARD_S)
    assert raised.value.code == "tool-failed"
    name, status, tail = raised.value.values
    assert (name, status) == (Path(sys.executable).name, 7)
    assert str(tail).split(" | ") == [f"said {n}" for n in range(44, 50)]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSEGV])
def test_a_signal_is_the_machines_fault(sent: signal.Signals) -> None:
    with pytest.raises(MachineError) as raised:
        process.run(python(f"import os; os.kill(os.getpid(), {int(sent)})"), timeout_s=GUARD_S)
    assert raised.value.code == "tool-killed"
    assert raised.value.values == (Path(sys.executable).name, int(sent))


def test_a_missing_program_is_named() -> None:
    with pytest.raises(MachineError) as raised:
        process.run(["/no/such/folder/ffmpeg-of-tomorrow", "-version"], timeout_s=GUARD_S)
    assert raised.value.code == "tool-missing"
    assert raised.value.values == ("ffmpeg-of-tomorrow",)


def test_a_program_that_may_not_be_started_is_the_machines_fault(tmp_path: Path) -> None:
    tool = tmp_path / "ffmpeg"
    tool.write_text("#!/bin/sh\n", "utf-8")
    tool.chmod(0o644)
    with pytest.raises(MachineError) as raised:
        process.run([str(tool)], timeout_s=GUARD_S)
    assert raised.value.code == "machine-trouble"
    assert "ffmpeg" in raised.value.reason.en


@pytest.mark.parametrize("thrown", [ValueError("enough"), KeyboardInterrupt()])
def test_a_listener_that_raises_ends_the_child(thrown: BaseException) -> None:
    pids: list[int] = []

    def listen(line: str) -> None:
        pids.append(int(line))
        raise thrown

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with pytest.raises(type(thrown)) as raised:
        process.run(python(code), timeout_s=GUARD_S, on_line=listen)
    assert raised.value is thrown
    assert is_gone(pids[0])


def test_an_interrupt_while_waiting_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []

    def interrupted(child: subprocess.Popen[bytes], *_: object) -> None:
        pids.append(child.pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "_wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.run(python("import time; time.sleep(600)"), timeout_s=GUARD_S)
    assert is_gone(pids[0])


def test_standard_input_is_closed() -> None:
    code = "import sys; print(repr(sys.stdin.read()))"
    assert process.run(python(code), timeout_s=GUARD_S).stdout == b"''\n"


def test_a_child_has_a_session_of_its_own() -> None:
    code = "import os; print(os.getsid(0), os.getpgid(0), os.getpid())"
    session, group, pid = map(int, process.run(python(code), timeout_s=GUARD_S).stdout.split())
    assert session == group == pid
    assert session != os.getsid(0)


def test_folder_and_environment_are_the_callers(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['WHO'], 'HOME' in os.environ)"
    environ = {"WHO": "หอการค้า", "PYTHONUTF8": "1", "PATH": os.environ["PATH"]}
    done = process.run(python(code), timeout_s=GUARD_S, cwd=tmp_path, env=environ)
    assert done.stdout.decode("utf-8").split() == [str(tmp_path.resolve()), "หอการค้า", "False"]


def test_arguments_reach_the_tool_as_they_are() -> None:
    arguments = ["a b", "$HOME", "; rm -rf x", "คลิป 'ใหม่'.mp4", "*"]
    done = process.run(python("import sys; print('\\n'.join(sys.argv[1:]))", *arguments), timeout_s=GUARD_S)
    assert done.stdout.decode("utf-8").splitlines() == arguments


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
FAMILY = f"""
import os, subprocess, sys, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", {DEAF!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
{{ending}}
"""


def test_who_ignores_sigterm_is_killed_and_so_are_its_children() -> None:
    child = process.start(python(FAMILY.format(ending="time.sleep(600)")))
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    process.end(child, grace_s=0.3)
    assert child.returncode == -signal.SIGKILL
    assert until(lambda: is_gone(grandchild))
    child.communicate()


def test_children_left_behind_by_a_tool_that_ended_are_killed() -> None:
    done = process.run(python(FAMILY.format(ending="os._exit(0)")), timeout_s=GUARD_S)
    assert until(lambda: is_gone(int(done.stdout)))


def test_ending_twice_or_late_does_nothing() -> None:
    child = process.start(python("pass"))
    child.wait(GUARD_S)
    process.end(child)
    process.end(child)
    assert child.returncode == 0
    child.communicate()


def test_ending_in_order_asks_the_child_alone() -> None:
    code = "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit(5))\n"
    child = process.start(python(code + "print('up', flush=True); time.sleep(600)"))
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    process.end(child, first=signal.SIGINT, grace_s=GUARD_S)
    assert child.returncode == 5
    child.communicate()


@LINUX
def test_a_child_dies_with_its_parent() -> None:
    code = (
        "import sys, time\nfrom pipeline import process\n"
        "child = process.start([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert parent.stdout is not None
        sleeper = int(parent.stdout.readline())
        assert not is_gone(sleeper)
        parent.kill()
        parent.wait(GUARD_S)
        assert until(lambda: is_gone(sleeper))
    finally:
        parent.kill()
        parent.communicate()


MEGABYTE = bytes(1_000_000)
COUNTS = "import sys; print(len(sys.stdin.buffer.read()))"
SWALLOWS = "import sys\nwhile sys.stdin.buffer.read(1 << 16): print('frame=7', flush=True)"


class Feed:
    """Chunks without end, or so many; knows how many were asked for and whether it was closed."""

    def __init__(self, count: int = 10**9, chunk: bytes = MEGABYTE, then: BaseException | None = None) -> None:
        self.count, self.chunk, self.then = count, chunk, then
        self.asked, self.closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        try:
            for _ in range(self.count):
                self.asked += 1
                yield self.chunk
            if self.then is not None:
                raise self.then
        finally:
            self.closed = True


def test_what_is_fed_arrives_whole_and_ends() -> None:
    code = "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
    chunks = [os.urandom(size) for size in (0, 1, 70_000, 3_000_000, 5)]
    done = process.run(python(code), timeout_s=GUARD_S, feed=[*chunks[:3], memoryview(chunks[3]), chunks[4]])
    assert done.stdout.decode().strip() == hashlib.sha256(b"".join(chunks)).hexdigest()


def test_an_array_of_rows_is_fed_as_its_bytes() -> None:
    rows = memoryview(bytes(range(12))).cast("B", (3, 4))
    code = "import sys; print(sys.stdin.buffer.read() == bytes(range(12)))"
    assert process.run(python(code), timeout_s=GUARD_S, feed=[rows]).stdout == b"True\n"


def test_nothing_to_feed_is_an_end_at_once() -> None:
    assert process.run(python(COUNTS), timeout_s=GUARD_S, feed=[]).stdout == b"0\n"


def test_all_three_pipes_can_be_full_at_once() -> None:
    code = "import sys\nfor line in sys.stdin: print(line, end=''); print(line, end='', file=sys.stderr)"
    feed = Feed(40, (b"x" * 99 + b"\n") * 1000)
    done = process.run(python(code), timeout_s=GUARD_S, feed=feed)
    assert len(done.stdout) == 40 * 100_000
    assert done.stderr_tail[-1] == "x" * 99
    assert feed.closed


def test_a_child_that_reads_slowly_is_fed_slowly() -> None:
    code = "import sys, time\nprint(len(sys.stdin.buffer.read(1500000)), flush=True); time.sleep(600)"
    feed = Feed()
    with pytest.raises(MachineError) as raised:
        process.run(python(code), timeout_s=1.5, feed=feed)
    assert raised.value.code == "tool-timeout"
    assert 2 <= feed.asked <= 3  # what was read, what the pipe holds, and one chunk in hand
    assert feed.closed


def test_a_child_that_dies_while_it_is_fed_says_why_itself() -> None:
    code = "import sys; sys.stdin.buffer.read(100000); print('no such encoder', file=sys.stderr); sys.exit(3)"
    feed = Feed()
    with pytest.raises(OurError) as raised:
        process.run(python(code), timeout_s=GUARD_S, feed=feed)
    assert raised.value.code == "tool-failed"
    assert raised.value.values[1:] == (3, "no such encoder")
    assert feed.closed


def test_a_child_that_is_killed_while_it_is_fed_was_killed() -> None:
    code = "import os, signal, sys; sys.stdin.buffer.read(100000); os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(MachineError) as raised:
        process.run(python(code), timeout_s=GUARD_S, feed=Feed())
    assert raised.value.code == "tool-killed"


def test_a_child_that_has_enough_may_end() -> None:
    feed = Feed()
    done = process.run(python("import sys; print(len(sys.stdin.buffer.read(100000)))"), timeout_s=GUARD_S, feed=feed)
    assert done.stdout == b"100000\n"
    assert feed.closed


def test_a_child_that_closes_its_input_and_works_on_is_waited_for() -> None:
    code = "import os, time; os.close(0); time.sleep(0.5); print('done')"
    assert process.run(python(code), timeout_s=GUARD_S, feed=Feed()).stdout == b"done\n"


@pytest.mark.parametrize("thrown", [ValueError("no frame"), KeyboardInterrupt()])
def test_a_feed_that_raises_ends_the_child_before_it_can_call_its_work_whole(
    tmp_path: Path, thrown: BaseException
) -> None:
    whole = tmp_path / "whole"
    code = "import os, sys; print(os.getpid(), flush=True); sys.stdin.buffer.read(); open(sys.argv[1], 'w').close()"
    pids: list[int] = []
    with pytest.raises(type(thrown)) as raised:
        process.run(
            python(code, str(whole)),
            timeout_s=GUARD_S,
            on_line=lambda line: pids.append(int(line)),
            feed=Feed(20, then=thrown),
        )
    assert raised.value is thrown
    assert is_gone(pids[0])
    assert not whole.exists()


@LINUX
def test_being_fed_is_no_sign_of_life() -> None:
    feed = Feed()
    with pytest.raises(MachineError) as raised:
        process.run(python(SWALLOWS), timeout_s=GUARD_S, stall=Stall(2, advancing(), 10**12), feed=feed)
    assert raised.value.code == "tool-stalled"
    assert feed.asked > 3
    assert feed.closed


def test_a_feed_that_never_comes_is_a_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_S", 0.3)
    release = threading.Event()

    def never() -> Iterator[bytes]:
        yield b"begun"
        release.wait(GUARD_S)

    with pytest.raises(MachineError) as raised:
        process.run(python(COUNTS), timeout_s=GUARD_S, stall=Stall(0.5), feed=never())
    release.set()
    assert raised.value.code == "tool-stalled"


def test_who_holds_the_pipe_and_never_reads_does_not_hold_the_feed() -> None:
    sleeper = "import time; time.sleep(600)"
    code = (
        "import subprocess, sys\n"
        f"left = subprocess.Popen([sys.executable, '-c', {sleeper!r}], start_new_session=True, stdin=0,"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\nprint(left.pid)"
    )
    feed = Feed()
    done = process.run(python(code), timeout_s=GUARD_S, feed=feed)
    try:
        assert not is_gone(int(done.stdout))
        assert feed.closed
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)
