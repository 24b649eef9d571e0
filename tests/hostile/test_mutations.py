"""Damaged clips by the hundred: each ends on air or is refused as its own fault; nothing of ours breaks or stays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Sound, Spec, make_clip
from mutations import MOST_BYTES, MUTATIONS, mutated
from stage import Stage, set_stage

from pipeline import jobs
from pipeline.context import open_context
from pipeline.errors import MediaError
from pipeline.orders import ClipOrder, Order
from pipeline.settings import read_settings
from pipeline.store.receipt import Receipt

SWEEP = 500
TRIMMED = "trim_out_s = 1.5\n"
"""Enough to meet the damage of most clips, and no more to encode than that."""
MADE = {
    "a.mp4": Spec(width=128, height=96, sound=Sound(channels=1)),
    "b.mov": Spec(width=96, height=128, rotation=90, vfr=True),
    "c.mkv": Spec(width=128, height=96, container="mkv", vcodec="vp8", sound=None),
    "d.ts": Spec(width=128, height=96, container="ts", vcodec="mpeg2"),
    "e.avi": Spec(width=128, height=96, container="avi", vcodec="mpeg4", seconds=Fraction(1, 2)),
    "f.webm": Spec(width=64, height=64, container="webm", vcodec="vp9", seconds=Fraction(1, 2)),
    "g.mp4": Spec(width=128, height=96, vcodec="hevc", seconds=Fraction(1, 2)),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("made")
    return [make_clip(folder / name, spec) for name, spec in MADE.items()]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = set_stage(tmp_path, small=True)
    for name, value in made.environment().items():
        if name.startswith("SHOWCASE_"):
            monkeypatch.setenv(name, value)  # so that the stage knows its processes
    return made


def put(stage: Stage, sources: Sequence[Path], numbers: range) -> None:
    """Lay damaged clips into the input folder, each with the story of its damage as its name."""
    data = [path.read_bytes() for path in sources]
    for number in numbers:
        chosen, how, damaged = mutated(data, number)
        name = f"m{number:03d}-{how}-{chosen}"
        (stage.media_in / f"{name}{sources[chosen].suffix}").write_bytes(damaged)
        (stage.media_in / f"{name}.toml").write_text(TRIMMED, "utf-8")


def fill(order: Order, stage: Stage) -> Receipt | str:
    """Return the receipt of a clip, or whatever came instead."""
    try:
        return jobs.fill(order, read_settings(stage.environment()), lambda _: None)
    except MediaError as error:
        return f"{type(error).__name__} {error}"


def outcomes(stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
    """Return what became of every clip, and of whom that is not as it should be."""
    found = jobs.survey(open_context(read_settings(stage.environment())))
    ended, wrong = {}, {}
    for path, sighting in found.sightings.items():
        if sighting.refusal is not None:
            ended[path] = sighting.refusal.code
            if sighting.refusal.code == "our-fault":
                wrong[path] = sighting.refusal.en
    for order in found.orders.values():
        if order.kind != "air" or not isinstance(order.work, ClipOrder) or order.source is None:
            continue
        receipt = fill(order, stage)
        if isinstance(receipt, str):
            wrong[order.source.path] = receipt
        elif receipt.refused is None:
            ended[order.source.path] = "conformed"
        elif receipt.fault == "input":
            ended[order.source.path] = receipt.refused.code
        else:
            wrong[order.source.path] = receipt.refused.en
    return ended, wrong


def the_same(stage: Stage, ended: dict[str, str]) -> None:
    """Every clip has an end, but for twins: the same bytes are made once."""
    clips = {path.name for path in stage.media_in.iterdir() if path.suffix != ".toml"}
    twins = {path.read_bytes() for path in stage.media_in.iterdir() if path.name in clips - ended.keys()}
    assert twins <= {(stage.media_in / name).read_bytes() for name in ended}


def test_damaged_clips_end_on_air_or_are_refused(stage: Stage, made: list[Path]) -> None:
    put(stage, made, range(12))
    assert len(MUTATIONS) <= 12  # each kind of damage is there
    ended, wrong = outcomes(stage)
    assert wrong == {}
    the_same(stage, ended)
    assert "conformed" in ended.values()
    assert not stage.processes()


@pytest.mark.slow
def test_five_hundred_damaged_clips(stage: Stage, made: list[Path]) -> None:
    put(stage, made, range(SWEEP))
    all_end_well(stage)


@pytest.mark.slow
def test_five_hundred_damaged_real_clips(stage: Stage, shared_media: Path) -> None:
    real = (shared_media / "clips").iterdir()
    put(stage, sorted(p for p in real if 0 < p.stat().st_size < MOST_BYTES and p.suffix), range(SWEEP))
    all_end_well(stage)


def all_end_well(stage: Stage) -> None:
    ended, wrong = outcomes(stage)
    assert wrong == {}
    the_same(stage, ended)
    assert sum(end == "conformed" for end in ended.values()) > SWEEP // 10
    assert not stage.processes()
