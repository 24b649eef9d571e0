"""A long clip is encoded in parts by several workers; a house format that changes never mixes the show."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip, make_photo, probe
from stage import Stage, set_stage

from pipeline import jobs
from pipeline.context import open_context
from pipeline.settings import read_settings


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_stage(tmp_path, small=True)
    make_clip(made.media_in / "01-ยาว.mp4", Spec(seconds=Fraction(9), frame_rate=Fraction(24)))
    return made


def change_house(stage: Stage, before: str, after: str) -> None:
    path = stage.presets / "outputs" / "house.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def receipts(stage: Stage) -> set[str]:
    return {path.name.removesuffix(".json") for path in (stage.media_out / "receipts").glob("*.json")}


def test_parts_are_made_joined_and_gone(stage: Stage) -> None:
    change_house(stage, "parts_from_s = 300\npart_frames = 1800", "parts_from_s = 5\npart_frames = 300")
    settings = read_settings(stage.environment())
    found = jobs.survey(open_context(settings))
    wanted = [order for order in found.orders.values() if order.kind == "part"]
    assert [order.asset for order in wanted] == [
        *(f"one.air.part-{n:03d}" for n in range(2)), *(f"one.pages.part-{n:03d}" for n in range(2))
    ]  # fmt: skip
    assert {"one.air.part-000", "one.air.part-001"} <= set(found.orders["one.air"].after)
    # One part is there already, as after a run that was broken off: it is not made again.
    jobs.fill(wanted[1], settings, lambda _: None)
    left = stage.media_out / ".showcase/parts/one.air.part-001/air-1080p.picture.mp4"
    before = left.stat().st_ino
    keep = stage.media_out.parent / "kept.mp4"
    os.link(left, keep)
    done = stage.showcase("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert keep.stat().st_ino == before
    assert probe(stage.media_out / "show" / "01-one.mp4")["frames"] == 400
    assert probe(stage.media_out / "clips" / "one" / "square.mp4")["frames"] == 400
    assert not (stage.media_out / ".showcase" / "parts").exists()
    assert not [name for name in receipts(stage) if "part" in name]
    # Where only a version for pages is missing, its parts are made and gone again, though nothing new is delivered.
    (stage.media_out / "clips" / "one" / "square.mp4").unlink()
    assert stage.showcase("run").returncode == 0
    assert (stage.media_out / "clips" / "one" / "square.mp4").exists()
    assert not (stage.media_out / ".showcase" / "parts").exists()
    assert not [name for name in receipts(stage) if "part" in name]


def test_a_show_is_not_mixed_while_it_is_made_anew(stage: Stage) -> None:
    make_clip(stage.media_in / "02-สอง.mp4", Spec(seconds=Fraction(1)))
    make_photo(stage.media_in / "a.jpg", (1200, 800))
    assert stage.showcase("run").returncode == 0
    show = {path.name: path.read_bytes() for path in (stage.media_out / "show").iterdir()}
    change_house(stage, 'level = "4.1"', 'level = "4.2"')
    settings = read_settings(stage.environment())
    context = open_context(settings)
    first = jobs.survey(context).orders["two.air"]
    jobs.fill(first, settings, lambda _: None)
    found = jobs.survey(context)
    assert "one.air" in found.foreign
    assert "two.air" not in found.foreign
    # In the middle of the run the old show stays whole …
    assert not jobs.deliver(context, found, midway=True).is_new
    assert {path.name: path.read_bytes() for path in (stage.media_out / "show").iterdir()} == show
    # … and a run that ends without the rest shows what joins, and nothing else.
    assert jobs.deliver(context, found).is_new
    items = stage.json("show/show.json")["items"]
    assert [item["id"] for item in items if item["kind"] == "clip"] == ["two"]
    assert stage.showcase("run").returncode == 0
    assert [item["kind"] for item in stage.json("show/show.json")["items"]] == ["clip", "clip", "slate", "slate"]
