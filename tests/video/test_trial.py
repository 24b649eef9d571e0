"""Encoders: what is asked for, what works here, and that a show is of one kind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_plan import BOOK, clip_facts, plan

from pipeline.equip import MEMORY, demand_encoder, equip
from pipeline.errors import MachineError
from pipeline.orders import ClipOrder, Order
from pipeline.preset.model import Encoder, House
from pipeline.settings import Settings
from pipeline.video import trial
from pipeline.video.encoder import HARDWARE, device_arguments, encoder_options

OUTPUT = BOOK.stage("air")[0].model_copy(update={"width_px": 320, "height_px": 180})
HAS_GPU = any(Path(name).exists() for name in ("/dev/dri/renderD128", "/dev/nvidia0"))
no_gpu = pytest.mark.skipif(HAS_GPU and not os.environ.get("CI"), reason="this machine may have a hardware encoder")


def house(encoder: str) -> House:
    return BOOK.house.model_copy(update={"encoder": encoder})


@pytest.mark.parametrize("encoder", ["x264", *HARDWARE])
def test_every_encoder_is_told_the_house_format(encoder: Encoder) -> None:
    options = encoder_options(OUTPUT, house(encoder))
    assert options["maxrate"] == "6000k"
    assert options["bufsize"] == "12000k"
    assert options["profile:v"] == "high"
    assert options["fps_mode"] == "cfr"
    assert encoder == "x264" or options["g"] == 60
    assert bool(device_arguments(house(encoder))) is (encoder == "vaapi")


def test_a_trial_takes_what_works_and_nothing_else(ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # An encoder that everybody has stands in for a driver: first right, then with key frames in the wrong places.
    right = encoder_options(OUTPUT, house("x264"))
    trial.works.cache_clear()
    monkeypatch.setattr(trial, "encoder_options", lambda *_: right)
    assert trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    trial.works.cache_clear()
    monkeypatch.setattr(trial, "encoder_options", lambda *_: {**right, "x264-params": "keyint=30:scenecut=0"})
    assert not trial.works("nvenc", house("nvenc"), OUTPUT, ffmpeg)
    trial.works.cache_clear()


@no_gpu
@pytest.mark.parametrize("asked", ["auto", "nvenc"])
def test_without_hardware_everything_is_x264_and_people_are_told(asked: str, ffmpeg: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "out", tmp_path, None, None, ffmpeg)
    book = BOOK.model_copy(update={"house": house(asked)})
    found, told = equip(book, settings, "tools 1")
    assert found.house.encoder == "x264"
    assert [each.code for each in told] == ["encoder-fallback"]
    assert asked in told[0].en
    # The answer is kept: the next run tries nothing, and other tools try again.
    kept = tmp_path / "out" / ".showcase" / MEMORY
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "encoder": "qsv"}))
    assert equip(book, settings, "tools 1")[0].house.encoder == "qsv"
    assert equip(book, settings, "tools 2")[0].house.encoder == "x264"


def test_x264_is_not_tried(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "out", tmp_path, None, None, "no-such-tool")
    assert equip(BOOK, settings, "tools") == (BOOK, ())
    assert not (tmp_path / "out").exists()


@no_gpu
def test_a_machine_without_the_shows_encoder_leaves_the_order_to_others(ffmpeg: str, tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "out", tmp_path, None, None, ffmpeg)
    made = plan(clip_facts(), BOOK.model_copy(update={"house": house("nvenc")}))
    order = Order(asset="a.air", kind="air", key="k", source=None, work=ClipOrder(plan=made))
    with pytest.raises(MachineError) as raised:
        demand_encoder(order, settings)
    assert raised.value.code == "encoder-missing"
    demand_encoder(order.model_copy(update={"work": ClipOrder(plan=plan(clip_facts()))}), settings)
