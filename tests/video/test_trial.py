"""Encoders: what is asked for, what works here, who decides, and that a show is of one kind."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from test_plan import BOOK, clip_facts, plan

from pipeline import context, jobs
from pipeline import equip as equipment
from pipeline.delivery import DELIVERY
from pipeline.equip import MEMORY, Choice, demand_encoder, equip
from pipeline.errors import MachineError, OurError
from pipeline.orders import ClipOrder, Order
from pipeline.preset.model import Book, Encoder, House, VideoOutput
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.video import encoder as encoders
from pipeline.video import graph, trial
from pipeline.video.encoder import HARDWARE, device_arguments, encoder_options
from tasks import filling, progress
from tasks.crew import _server_command
from tasks.messages import pack

OUTPUT = BOOK.stage("air")[0].model_copy(update={"width_px": 320, "height_px": 180})
PLAIN = OUTPUT.model_copy(update={"x264_params": ""})
HAS_GPU = any(Path(name).exists() for name in ("/dev/dri/renderD128", "/dev/nvidia0"))
no_gpu = pytest.mark.skipif(HAS_GPU and not os.environ.get("CI"), reason="this machine may have a hardware encoder")
Options = Mapping[str, Any]


@pytest.fixture(autouse=True)
def _untried() -> Iterator[None]:
    trial.try_out.cache_clear()
    yield
    trial.try_out.cache_clear()


@pytest.fixture
def desk(tmp_path: Path, ffmpeg: str) -> Settings:
    return Settings(tmp_path, tmp_path / "out", tmp_path, None, None, ffmpeg)


def house(encoder: str) -> House:
    return BOOK.house.model_copy(update={"encoder": encoder})


def book(encoder: str, output: VideoOutput = OUTPUT) -> Book:
    return BOOK.model_copy(update={"house": house(encoder), "videos": (output,)})


def hardware(monkeypatch: pytest.MonkeyPatch, *present: str, spoil: Options | None = None) -> None:
    """Let an encoder that everybody has stand in for the drivers named; the others are there in name alone."""
    right = {**encoder_options(OUTPUT, house("x264")), **(spoil or {})}
    wrong = {**right, "vcodec": "no_such_encoder"}
    monkeypatch.setattr(trial, "encoder_options", lambda _, tried: right if tried.encoder in present else wrong)
    trial.try_out.cache_clear()


def tool(tmp_path: Path, *lines: str) -> str:
    """Return a program that stands in for ffmpeg with a driver in trouble."""
    path = tmp_path / "ffmpeg-in-trouble"
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return str(path)


def forbid_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(*_: object) -> None:
        pytest.fail("a trial was made")

    monkeypatch.setattr(trial, "try_out", tried)


def kept(settings: Settings) -> Choice:
    return Choice.model_validate_json((settings.state / MEMORY).read_bytes())


@pytest.mark.parametrize("encoder", ["x264", *HARDWARE])
def test_every_encoder_is_told_the_house_format(encoder: Encoder) -> None:
    options = encoder_options(OUTPUT, house(encoder))
    assert options["maxrate"] == "6000k"
    assert options["bufsize"] == "12000k"
    assert options["profile:v"] == "high"
    assert options["fps_mode"] == "cfr"
    assert encoder == "x264" or options["g"] == 60
    assert bool(device_arguments(house(encoder))) is (encoder == "vaapi")


@pytest.mark.parametrize(("crf", "quality"), [(0, 100), (21.5, 57), (51, 1)])
def test_the_quality_for_macs_stays_on_its_scale(crf: float, quality: int) -> None:
    options = encoder_options(OUTPUT.model_copy(update={"crf": crf}), house("videotoolbox"))
    assert options["q:v"] == quality


@pytest.mark.parametrize("params", ["", "8x8dct=0:cabac=0", "8x8dct=1:deblock=0,0"])
@pytest.mark.parametrize("profile", ["high", "main"])
def test_x264_makes_the_profile_of_the_house(
    profile: str, params: str, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its fastest preset uses nothing that either profile has over the baseline one.
    wanted = BOOK.house.model_copy(update={"profile": profile, "encoder": "nvenc"})
    output = OUTPUT.model_copy(update={"x264_params": params})
    x264 = wanted.model_copy(update={"encoder": "x264"})
    monkeypatch.setattr(trial, "encoder_options", lambda output, _: encoder_options(output, x264))
    trial.try_out("nvenc", wanted, output, ffmpeg)
    monkeypatch.setattr(encoders, "_PROFILE_NEEDS", {"high": (), "main": ()})
    trial.try_out.cache_clear()
    with pytest.raises(OurError, match=r"profile: \w+ ≠ Constrained Baseline"):
        trial.try_out("nvenc", wanted, PLAIN, ffmpeg)


def test_a_trial_takes_what_works(ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hardware(monkeypatch, "nvenc")
    assert trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    assert not trial.works("vaapi", house("nvenc"), OUTPUT, ffmpeg)


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        ({"x264-params": "keyint=30:scenecut=0:8x8dct=1"}, "key frames"),
        ({"x264-params": "keyint=250:scenecut=0:8x8dct=1"}, "key frames"),
        ({"x264-params": "keyint=60:scenecut=0"}, "profile"),
        ({"s": "352x240", "aspect": "22:15"}, "width_px"),
        ({"vcodec": "mpeg4", "profile:v": "0"}, "codec"),
        ({"pix_fmt": "yuv422p", "profile:v": "high422"}, "pix_fmt"),
        ({"video_track_timescale": 90000}, "timescale_hz"),
        ({"frames:v": 100}, "frames"),
    ],
)
def test_a_trial_finds_what_breaks_the_house_format(
    spoil: Options, difference: str, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware(monkeypatch, "nvenc", spoil=spoil)
    if "video_track_timescale" in spoil:
        muxer = graph.scratch_options
        monkeypatch.setattr(graph, "scratch_options", lambda house: {**muxer(house), **spoil})
    with pytest.raises(OurError, match=difference) as raised:
        trial.try_out("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    assert raised.value.code == "promise-broken"
    assert not trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)


def test_only_success_is_remembered_by_a_worker(ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hardware(monkeypatch)
    assert not trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    right = encoder_options(OUTPUT, house("x264"))
    monkeypatch.setattr(trial, "encoder_options", lambda *_: right)
    assert trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    monkeypatch.setattr(trial, "encoder_options", lambda *_: pytest.fail("tried again"))
    assert trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)


@no_gpu
@pytest.mark.parametrize("asked", ["auto", "nvenc"])
def test_without_hardware_everything_is_x264_and_people_are_told(
    asked: str, desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, told = equip(book(asked), desk, "tools 1")
    assert found.house.encoder == "x264"
    assert [each.code for each in told] == ["encoder-fallback"]
    assert asked in told[0].en
    # The answer is kept: the next run tries nothing, and says it again.
    hardware(monkeypatch, "nvenc")
    assert equip(book(asked), desk, "tools 1") == (found, told)


def other_size(monkeypatch: pytest.MonkeyPatch) -> tuple[Book, str]:  # noqa: ARG001 - one of several
    return book("auto", OUTPUT.model_copy(update={"crf": 23})), "tools"


def other_house(monkeypatch: pytest.MonkeyPatch) -> tuple[Book, str]:  # noqa: ARG001 - one of several
    return book("auto").model_copy(update={"house": house("auto").model_copy(update={"level": "4.0"})}), "tools"


def other_tools(monkeypatch: pytest.MonkeyPatch) -> tuple[Book, str]:  # noqa: ARG001 - one of several
    return book("auto"), "tools 2"


def other_driver(monkeypatch: pytest.MonkeyPatch) -> tuple[Book, str]:
    monkeypatch.setattr(equipment, "drivers", lambda: ["renderD128"])
    return book("auto"), "tools"


@pytest.mark.parametrize("change", [other_size, other_house, other_tools, other_driver])
def test_other_circumstances_are_tried_anew(
    change: Callable[[pytest.MonkeyPatch], tuple[Book, str]], desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware(monkeypatch)
    assert equip(book("auto"), desk, "tools")[0].house.encoder == "x264"
    hardware(monkeypatch, "qsv")
    assert equip(book("auto"), desk, "tools")[0].house.encoder == "x264"
    changed, tools = change(monkeypatch)
    assert equip(changed, desk, tools)[0].house.encoder == "qsv"


def test_an_encoder_that_is_gone_is_forgotten(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    hardware(monkeypatch, "nvenc", "qsv")
    assert equip(book("auto"), desk, "tools")[0].house.encoder == "nvenc"
    hardware(monkeypatch, "qsv")
    assert equip(book("auto"), desk, "tools")[0].house.encoder == "qsv"
    # It is not changed again for a better one: the show would be made anew.
    hardware(monkeypatch, "nvenc", "qsv")
    assert equip(book("auto"), desk, "tools") == (book("qsv"), ())


@pytest.mark.parametrize("memory", ['"rubbish"', "", "{}", '{"encoder": "rubbish"}', "[" * 9000])
def test_a_damaged_memory_is_made_anew(memory: str, desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    hardware(monkeypatch, "nvenc")
    equip(book("auto"), desk, "tools")
    whole = (desk.state / MEMORY).read_text()
    (desk.state / MEMORY).write_text(whole.replace("nvenc", "rubbish") if memory.startswith('{"e') else memory)
    with pytest.raises(MachineError):
        equip(book("auto"), desk, "tools", decide=False)
    assert equip(book("auto"), desk, "tools")[0].house.encoder == "nvenc"
    assert (desk.state / MEMORY).read_text() == whole


BUSY = ("echo 'Task finished with error code: -12 (Cannot allocate memory)' >&2", "exit 244")


@pytest.mark.parametrize("lines", [BUSY, ("exec sleep 60",), ("kill -9 $$",)], ids=["busy", "hangs", "dies"])
def test_a_failure_that_may_pass_is_not_kept(
    lines: tuple[str, ...], desk: Settings, tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TRIAL_S", 0.5)
    monkeypatch.setattr(equipment, "ffmpeg_path", lambda _: tool(tmp_path, *lines))
    found, told = equip(book("nvenc"), desk, "tools")
    assert (found.house.encoder, [each.code for each in told]) == ("x264", ["encoder-fallback"])
    # Those who help this run make what it makes; the next run tries again.
    assert equip(book("nvenc"), desk, "tools", decide=False)[0].house.encoder == "x264"
    monkeypatch.setattr(trial, "TRIAL_S", 30)
    monkeypatch.setattr(equipment, "ffmpeg_path", lambda _: ffmpeg)
    hardware(monkeypatch, "nvenc")
    assert equip(book("nvenc"), desk, "tools") == (book("nvenc"), ())


@pytest.mark.parametrize(("lines", "then"), [(BUSY, "nvenc"), (("exec sleep 60",), "x264")], ids=["busy", "hangs"])
def test_an_encoder_that_is_busy_with_the_show_stays(
    lines: tuple[str, ...], then: str, desk: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hardware(monkeypatch, "nvenc")
    equip(book("nvenc"), desk, "tools")
    trial.try_out.cache_clear()
    monkeypatch.setattr(trial, "TRIAL_S", 0.5)
    monkeypatch.setattr(equipment, "ffmpeg_path", lambda _: tool(tmp_path, *lines))
    assert equip(book("nvenc"), desk, "tools")[0].house.encoder == then


def test_a_helper_takes_the_choice_of_the_run(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachineError):
        equip(book("auto"), desk, "tools", decide=False)
    hardware(monkeypatch, "nvenc")
    equip(book("auto"), desk, "tools")
    before = kept(desk)
    # Another machine, without that encoder.
    hardware(monkeypatch)
    forbid_trials(monkeypatch)
    monkeypatch.setattr("platform.node", lambda: "another")
    assert equip(book("auto"), desk, "other tools", decide=False) == (book("nvenc"), ())
    assert kept(desk) == before


def test_a_worker_that_delivers_decides_nothing(desk: Settings, broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks import deliver  # noqa: PLC0415 - reads the settings of the environment

    seen: list[str] = []
    environment = {**desk.environment(), "SHOWCASE_BROKER_URL": broker}
    for name in ("SHOWCASE_PRESETS", "SHOWCASE_EVENT"):
        environment.pop(name, None)
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(context, "load", lambda *_: book("auto"))
    monkeypatch.setattr(jobs, "deliver", lambda context, **_: seen.append(context.book.house.encoder))
    forbid_trials(monkeypatch)
    deliver.deliver()
    state = progress.read(progress.connect(broker), [DELIVERY])[DELIVERY]
    assert (seen, state.state) == ([], "trouble")
    choice = Choice(circumstances="", encoder="qsv", lasting=True)
    publish.write(desk.media_out, f".showcase/{MEMORY}", choice.model_dump_json().encode())
    deliver.deliver()
    assert seen == ["qsv"]


def test_x264_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(tmp_path, tmp_path / "out", tmp_path, None, None, "no-such-tool")
    forbid_trials(monkeypatch)
    monkeypatch.setattr("pipeline.process.start", lambda *_, **__: pytest.fail("a process was started"))
    assert equip(BOOK, settings, "tools") == (BOOK, ())
    assert equip(BOOK, settings, "tools", decide=False) == (BOOK, ())
    assert not (tmp_path / "out").exists()


def order_for(encoder: str) -> Order:
    made = plan(clip_facts(), book(encoder))
    return Order(asset="a.air", kind="air", key="k", source=None, work=ClipOrder(plan=made))


@pytest.mark.parametrize("lines", [BUSY, ("exec sleep 60",), ("exit 1",)], ids=["busy", "hangs", "lacks"])
def test_a_machine_without_the_shows_encoder_leaves_the_order_to_others(
    lines: tuple[str, ...], desk: Settings, tmp_path: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TRIAL_S", 0.5)
    monkeypatch.setattr(equipment, "ffmpeg_path", lambda _: tool(tmp_path, *lines))
    with pytest.raises(MachineError) as raised:
        demand_encoder(order_for("nvenc"), desk)
    assert raised.value.code == "encoder-missing"
    demand_encoder(order_for("x264"), desk)
    monkeypatch.setattr(trial, "TRIAL_S", 30)
    monkeypatch.setattr(equipment, "ffmpeg_path", lambda _: ffmpeg)
    hardware(monkeypatch, "nvenc")
    demand_encoder(order_for("nvenc"), desk)


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    socket = Path("/tmp") / f"showcase-trial-{os.getpid()}.sock"  # noqa: S108 - a socket's path is at most 108 bytes
    server = subprocess.Popen(_server_command(socket), cwd=tmp_path_factory.mktemp("broker"), stdout=subprocess.DEVNULL)
    for _ in range(100):
        if socket.exists():
            break
        time.sleep(0.1)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(10)


def test_refusing_an_order_is_no_attempt_while_others_get_on(
    desk: Settings, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**desk.environment(), "SHOWCASE_BROKER_URL": broker}.items():
        monkeypatch.setenv(name, value)
    hardware(monkeypatch)
    client, work = progress.connect(broker), order_for("nvenc")
    progress.forget(client, [work.asset])
    for _ in range(2 * filling.MOST_ATTEMPTS):
        filling.fill(pack(work))
        job = progress.read(client, [work.asset])[work.asset]
        assert (job.state, job.attempts, job.trouble and job.trouble.code) == ("trouble", 0, "encoder-missing")
    assert 0 < client.ttl(filling.GETTING_ON) <= filling.PATIENCE_S
    # Nothing has come forward for too long: now attempts count, and the run ends. No refusal is kept.
    client.delete(filling.GETTING_ON)
    for attempt in range(1, filling.MOST_ATTEMPTS + 1):
        filling.fill(pack(work))
        assert progress.read(client, [work.asset])[work.asset].attempts == attempt
    assert not (desk.state / "receipts").exists()


def test_an_order_that_comes_forward_is_a_sign_for_the_others(
    desk: Settings, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**desk.environment(), "SHOWCASE_BROKER_URL": broker}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(jobs, "fill", lambda _order, _settings, on_progress: on_progress(0.5))
    client = progress.connect(broker)
    filling.fill(pack(order_for("nvenc")))
    assert 0 < client.ttl(filling.GETTING_ON) <= filling.PATIENCE_S
    assert progress.read(client, ["a.air"])["a.air"].state == "done"
