"""Real children that misbehave. Guards against hanging are generous; nothing here measures speed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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
