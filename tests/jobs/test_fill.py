"""Whose fault it is decides what is kept: a machine's trouble never is."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pytest
from stage import Stage, set_stage

from pipeline import jobs, process
from pipeline.context import open_context
from pipeline.errors import InputError, MachineError, OurError
from pipeline.orders import Order
from pipeline.settings import Settings, read_settings
from pipeline.store import publish
from pipeline.store.receipt import SourceRef
from pipeline.video.meter import Bench, run_tool


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path, small=True)


def first_order(stage: Stage) -> tuple[Order, Settings]:
    settings = read_settings(stage.environment())
    return next(iter(jobs.survey(open_context(settings)).orders.values())), settings


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_failing_disk_is_no_refusal(stage: Stage, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError(code, "the disk")

    order, settings = first_order(stage)
    monkeypatch.setattr(jobs, "_make", fail)
    with pytest.raises(MachineError):
        jobs.fill(order, settings, lambda _: None)
    assert publish.read_receipt(stage.media_out, order.asset) is None
    assert not list(settings.scratch.iterdir())


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ("av_interleaved_write_frame(): No space left on device", MachineError, "disk-full"),
        ("Cannot determine format of input stream 0:0 after EOF", InputError, "no-frame"),
        ("something else", OurError, "tool-failed"),
    ],
)
def test_ffmpegs_words_decide_the_blame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, kind: type[Exception], code: str
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OurError("tool-failed", "ffmpeg", 228, said)

    monkeypatch.setattr(process, "run", fail)
    clip = tmp_path / "a.mp4"
    reading = ["ffmpeg", "-f", "mov", "-i", f"file:{clip}", "-map", "[0:0]", "-f", "null", "-"]
    argv = reading if kind is InputError else ["ffmpeg"]  # what does not read the clip is never the clip's fault
    with pytest.raises(kind) as caught:
        run_tool(argv, Bench(clip, tmp_path, "ffmpeg", lambda _: None), timeout_s=1)
    assert caught.value.code == code  # type: ignore[attr-defined]


def test_a_source_that_is_away_is_tried_again(stage: Stage) -> None:
    (stage.media_in / "01.mp4").write_bytes(b"0123456789")
    order, settings = first_order(stage)
    away = order.model_copy(update={"source": SourceRef(path="01.mp4", sha256="0" * 64, bytes=10)})
    with pytest.raises(MachineError) as changed:
        jobs.fill(away, settings, lambda _: None)
    assert changed.value.code == "changed-meanwhile"
    (stage.media_in / "01.mp4").unlink()
    with pytest.raises(MachineError) as gone:
        jobs.fill(away, settings, lambda _: None)
    assert gone.value.code == "source-away"
    assert publish.read_receipt(stage.media_out, order.asset) is None
