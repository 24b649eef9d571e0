"""Tools that hang, crash and fail on a clip: who gets the blame. Made-up tools for what no real file does on demand."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip

from pipeline.errors import InputError, MachineError, MediaError, OurError
from pipeline.process import Finished
from pipeline.video import blame, meter
from pipeline.video.meter import Bench, run_tool

GUARD_S = 60.0
REPORT = "print('frame={0}\\nout_time_us={0}\\ntotal_size=N/A\\nout_time=N/A\\nprogress=continue', flush=True)"
HANGS = f"while True: {REPORT.format(7)}; time.sleep(0.05)"
ADVANCES = f"for n in range(30):\n    {REPORT.format('{n}').replace('print(', 'print(f')}; time.sleep(0.1)"
WORKS = REPORT.format(1)

DAMAGE = ("[mpeg2video @ 0x555c9e279b40] Invalid mb type in P-frame at 7 5", "frame=10")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "STALL_S", 1.5)


def kills(signal: str) -> str:
    return f"import os, signal; os.kill(os.getpid(), signal.{signal})"


def fails(words: str) -> str:
    return f"sys.exit({words!r})"


def blamed(folder: Path, tool: str, control: str = WORKS, *, reads: bool = True) -> MediaError | None:
    """Return what comes of a tool that does ``tool``, and ``control`` when it is asked to decode the source alone."""
    source = folder / "คลิป [1].mp4"
    source.write_bytes(bytes(100))
    script = folder / "ffmpeg"
    branch = "\n".join(f"    {line}" for line in control.splitlines())
    script.write_text(
        f"#!{sys.executable} -S\nimport sys, time\nif 'null' in sys.argv:\n{branch}\n    sys.exit()\n{tool}\n"
    )
    script.chmod(0o755)
    argv = [str(script), "-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{source}"] if reads else [str(script)]
    try:
        run_tool([*argv, "out.mp4"], Bench(source, folder, str(script), lambda _: None), timeout_s=GUARD_S)
    except MediaError as error:
        return error
    return None


def test_the_same_report_for_ever_is_a_stall_of_the_machine_when_the_clip_decodes(tmp_path: Path) -> None:
    error = blamed(tmp_path, HANGS)
    assert isinstance(error, MachineError)
    assert error.code == "tool-stalled"


def test_the_same_report_for_ever_is_the_clips_fault_when_it_decodes_no_better(tmp_path: Path) -> None:
    error = blamed(tmp_path, HANGS, HANGS)
    assert isinstance(error, InputError)
    assert error.code == "decode-hung"


def test_slow_advance_is_no_stall(tmp_path: Path) -> None:
    assert blamed(tmp_path, ADVANCES) is None


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "SIGBUS"])
def test_a_crash_is_the_clips_fault(tmp_path: Path, name: str) -> None:
    error = blamed(tmp_path, kills(name))
    assert isinstance(error, InputError)
    assert (error.code, error.values) == ("decoder-crashed", (name,))


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_kill_is_the_machines_fault(tmp_path: Path, name: str) -> None:
    error = blamed(tmp_path, kills(name), kills(name))
    assert isinstance(error, MachineError)
    assert error.code == "tool-killed"


def test_a_crash_without_a_clip_is_not_the_clips_fault(tmp_path: Path) -> None:
    error = blamed(tmp_path, kills("SIGSEGV"), reads=False)
    assert isinstance(error, MachineError)


@pytest.mark.parametrize(
    ("control", "kind", "code"),
    [
        (WORKS, OurError, "tool-failed"),
        (fails("[dec:h264 @ 0x1] Invalid data"), InputError, "decode-failed"),
        (kills("SIGSEGV"), InputError, "decoder-crashed"),
        (HANGS, InputError, "decode-hung"),
        (kills("SIGKILL"), OurError, "tool-failed"),
    ],
)
def test_a_failure_is_ours_only_if_the_clip_decodes(
    tmp_path: Path, control: str, kind: type[Exception], code: str
) -> None:
    error = blamed(tmp_path, fails("Invalid argument"), control)
    assert type(error) is kind
    assert error.code == code


@pytest.mark.parametrize("control", [WORKS, fails("Invalid data")])
def test_a_full_disk_is_neither(tmp_path: Path, control: str) -> None:
    error = blamed(tmp_path, fails("av_interleaved_write_frame(): No space left on device"), control)
    assert isinstance(error, MachineError)
    assert error.code == "disk-full"


def test_a_decoder_that_mostly_failed_met_a_bad_part(tmp_path: Path) -> None:
    words = "[vist#0:0/vvc @ 0x1] [dec:vvc @ 0x2] Decode error rate 0.7 exceeds maximum 0.6\\n[vvc] Task finished"
    error = blamed(tmp_path, f"sys.exit('{words}')")
    assert isinstance(error, InputError)
    assert (error.code, error.values) == ("decode-failed", ("vvc: Decode error rate 0.7 exceeds maximum 0.6",))


def test_a_failure_without_a_clip_is_ours(tmp_path: Path) -> None:
    assert isinstance(blamed(tmp_path, fails("x"), fails("x"), reads=False), OurError)


def test_the_control_decodes_what_was_taken_and_nothing_else() -> None:
    source = Path("/in/a [2].mp4")
    card, mine = ["-f", "png_pipe", "-i", "file:card.png"], ["-f", "mov", "-reinit_filter", "0", "-i", f"file:{source}"]
    graph = ["-filter_complex", "[1:2]fps=30[a];[0]scale=2:2[b];[1:0]aresample=48000[c];[1:2]null[d]"]
    command = blame.decode_alone(["ffmpeg", "-y", *card, *mine, *graph, "-map", "[a]", "out.mp4"], source)
    assert command is not None
    begin = command.index("-f")
    assert command[begin:] == [
        *("-f", "mov", "-protocol_whitelist", "file", "-i", f"file:{source}"),
        *("-map", "0:2", "-map", "0:0", "-f", "null", "-"),
    ]
    assert blame.decode_alone(["ffmpeg", *card, "out.mp4"], source) is None


def test_counters_advance_only_upwards() -> None:
    advance = blame.Advance()
    lines = ["frame=1", "frame=1", "frame=2", "frame=1", "out_time_us=N/A", "out_time_us=-5", "out_time_us=5", "fps=9"]
    assert [advance(line) for line in lines] == [True, False, True, False, False, False, True, False]


def encode(ffmpeg: str, source: Path, folder: Path) -> Callable[[], object]:
    command = [ffmpeg, "-hide_banner", "-nostdin", "-y", "-v", "error", "-progress", "pipe:1", "-f", "mov"]
    command += ["-protocol_whitelist", "file", "-i", f"file:{source}", "-filter_complex", "[0:{n}]scale=64:64[v]"]
    command += ["-map", "[v]", "-f", "mp4", "out.mp4"]
    index = 1 if b"soun" in source.read_bytes().split(b"vide")[0] else 0
    words = [word.replace("{n}", str(index)) for word in command]
    return lambda: run_tool(words, Bench(source, folder, ffmpeg, lambda _: None), timeout_s=GUARD_S)


def test_a_clip_whose_pictures_are_noise_is_the_clips_fault(tmp_path: Path, ffmpeg: str) -> None:
    clip = make_clip(tmp_path / "a.mp4", Spec(width=128, height=96, seconds=Fraction(1), sound=None))
    data = bytearray(clip.read_bytes())
    begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[begin:end] = random.Random(1).randbytes(end - begin)  # noqa: S311 - noise, not a secret
    clip.write_bytes(data)
    with pytest.raises(InputError) as raised:
        encode(ffmpeg, clip, tmp_path)()
    assert raised.value.code in {"no-frame", "decode-failed"}


def test_a_good_clip_in_a_command_of_ours_that_is_wrong_is_our_fault(tmp_path: Path, ffmpeg: str) -> None:
    clip = make_clip(tmp_path / "a.mp4", Spec(width=128, height=96, seconds=Fraction(1, 2), sound=None))
    command = [ffmpeg, "-nostdin", "-v", "error", "-f", "mov", "-i", f"file:{clip}", "-vf", "no_such_filter", "out.mp4"]
    with pytest.raises(OurError) as raised:
        run_tool(command, Bench(clip, tmp_path, ffmpeg, lambda _: None), timeout_s=GUARD_S)
    assert "no_such_filter" in raised.value.reason.en
    encode(ffmpeg, clip, tmp_path)()


def test_what_may_be_read_grows_with_all_that_a_command_reads(tmp_path: Path) -> None:
    (tmp_path / "part-000-a.mp4").write_bytes(bytes(3000))
    (tmp_path / "a.ffconcat").write_text("ffconcat version 1.0\nfile part-000-a.mp4\n")
    (tmp_path / "sound.m4a").write_bytes(bytes(500))
    clip = tmp_path / "clip.ffconcat"  # a clip that is called like a list of ours is not read as one
    clip.write_bytes(b"\xff" * 70)
    nothing = blame.stall(["ffmpeg"], tmp_path, 1).most_read_bytes
    inputs = ["-i", "file:a.ffconcat", "-i", "file:sound.m4a", "-i", f"file:{clip}"]
    listed = (tmp_path / "a.ffconcat").stat().st_size
    assert blame.stall(["ffmpeg", *inputs], tmp_path, 1).most_read_bytes == nothing + 4 * (3000 + 500 + 70 + listed)


@pytest.mark.parametrize(
    ("failure", "said", "code"),
    [
        (OurError("tool-failed", "ffmpeg", 161, "[swscaler @ 0x7f] Unsupported input"), DAMAGE, "decode-failed"),
        (OurError("tool-failed", "ffmpeg", 161, "[swscaler @ 0x7f] Unsupported input"), (), "tool-failed"),
        (OurError("tool-failed", "ffmpeg", 234, "Error while filtering: Invalid argument"), DAMAGE, "tool-failed"),
        (MachineError("tool-stalled", "ffmpeg", "45"), DAMAGE, "tool-stalled"),
    ],
)
def test_a_clip_over_which_the_decoder_stumbles_is_to_blame_for_a_failure(
    tmp_path: Path, failure: MediaError, said: tuple[str, ...], code: str
) -> None:
    clip = tmp_path / "a.ts"
    argv = ["ffmpeg", "-f", "mpegts", "-i", f"file:{clip}", "-map", "[0:0]", "-f", "null", "-"]
    assert blame.blamed(failure, argv, clip, lambda _: Finished(b"", said)).code == code
