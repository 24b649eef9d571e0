"""Unchanged input costs nothing; a change costs what it touches; a kill costs nothing but time."""

from __future__ import annotations

import random
import shutil
import signal
import time
from fractions import Fraction
from pathlib import Path

import pytest
from media_factory import Spec, make_clip
from stage import Stage, good_clips, set_stage

from pipeline import jobs, process
from pipeline.context import open_context
from pipeline.settings import read_settings
from tasks import run as runs


class Nobody:
    """A view that looks away."""

    def begin(self, orders: object) -> None: ...

    def show(self, states: object) -> None: ...


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A small, small-sized event after one undisturbed run."""
    stage = set_stage(tmp_path_factory.mktemp("calm"), small=True)
    good_clips(stage)
    done = stage.showcase("run")
    assert done.returncode == 0, done.stdout + done.stderr
    return stage


def test_second_run_starts_nothing(calm: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **_: object) -> None:
        pytest.fail(f"started {arguments}")

    monkeypatch.setattr(process, "start", refuse)
    before = {path: path.stat().st_mtime_ns for path in calm.media_out.rglob("*") if path.is_file()}
    result = runs.run(open_context(read_settings(calm.environment())), Nobody())
    assert (result.made, result.delivered.is_new) == (0, False)
    after = {path: path.stat().st_mtime_ns for path in calm.media_out.rglob("*") if path.is_file()}
    lock = calm.media_out / ".showcase" / "run.lock"
    assert before | {lock: 0} == after | {lock: 0}


def test_changing_one_clip_remakes_that_clip_alone(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    before = {name: stage.json(f"receipts/{name}.air.json") for name in ("one", "two", "three")}
    make_clip(stage.media_in / "03-c.mkv", Spec(seconds=Fraction(1, 2), container="mkv", sound=None))
    assert stage.showcase("run").returncode == 0
    after = {name: stage.json(f"receipts/{name}.air.json") for name in before}
    assert [name for name in before if before[name] != after[name]] == ["three"]
    shown = {item["id"]: item["frames"] for item in stage.json("show/show.json")["items"]}
    assert shown["three"] == 144


def test_deleted_clip_leaves_the_show(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    (stage.media_in / "03-c.mkv").unlink()
    assert stage.showcase("run").returncode == 0
    kinds = [item["kind"] for item in stage.json("show/show.json")["items"]]
    assert kinds == ["clip", "clip", "slate", "slate"]
    assert not (stage.media_out / "clips" / "three" / "air-1080p.mp4").exists()
    assert not (stage.media_out / "posts" / "three").exists()


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 11))])
def test_killed_run_is_made_whole_by_the_next(calm: Stage, tmp_path: Path, seed: int) -> None:
    stage = set_stage(tmp_path, small=True)
    shutil.copytree(calm.media_in, stage.media_in, dirs_exist_ok=True)
    running = stage.start("run")
    time.sleep(random.Random(seed).uniform(0.5, 9))  # noqa: S311 - a moment, not a secret
    running.send_signal(signal.SIGKILL)
    running.wait()
    _until_gone(stage)
    done = stage.showcase("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert stage.tree() == calm.tree()
    assert not list((stage.media_out / ".showcase" / "scratch").iterdir())
    assert not stage.processes()


def test_interrupt_leaves_no_child(calm: Stage, tmp_path: Path) -> None:
    stage = set_stage(tmp_path, small=True)
    shutil.copytree(calm.media_in, stage.media_in, dirs_exist_ok=True)
    running = stage.start("run")
    time.sleep(6)
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) in {130, 0}
    _until_gone(stage)
    assert not list((stage.media_out / ".showcase" / "scratch").iterdir())


def _until_gone(stage: Stage) -> None:
    """Wait until the kernel has ended what died with the run."""
    for _ in range(100):
        if not stage.processes():
            return
        time.sleep(0.1)
    pytest.fail("\n".join(stage.processes().values()))


def _copy(stage: Stage, folder: Path) -> Stage:
    copy = set_stage(folder, small=True)
    shutil.copytree(stage.media_in, copy.media_in, dirs_exist_ok=True)
    shutil.copytree(stage.media_out, copy.media_out, dirs_exist_ok=True)
    return copy


def test_a_wrong_sidecar_is_told_and_everything_else_is_made(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    (stage.media_in / "03-c.toml").write_text('titel = "ผิด"\n', "utf-8")
    done = stage.showcase("run")
    assert done.returncode == 2
    assert "ไฟล์ข้อมูลนี้อ่านไม่ได้" in done.stdout
    assert "This sidecar cannot be read: titel" in done.stdout
    kinds = [item["kind"] for item in stage.json("show/show.json")["items"]]
    assert kinds == ["clip", "clip", "clip", "slate"]


def test_two_runs_at_once_are_one(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    with runs.only_one(read_settings(stage.environment())):
        done = stage.showcase("run")
    assert done.returncode == 2
    assert "Another run is already working" in done.stderr


def test_what_was_proven_stays_on_air_until_it_is_made_anew(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    event = stage.presets / "events" / "small.toml"
    event.write_text(event.read_text("utf-8").replace("งานทดสอบเล็ก", "งานทดสอบชื่อใหม่"), "utf-8")
    context = open_context(read_settings(stage.environment()))
    found = jobs.survey(context)
    assert len(found.pending) == 7  # all but the photo
    assert jobs.deliver(context, found).is_new
    items = stage.json("show/show.json")["items"]
    assert [item["kind"] for item in items] == ["clip", "clip", "clip", "slate"]
    assert all((stage.media_out / "show" / item["file"]).is_file() for item in items)


def test_a_title_that_cannot_be_drawn_is_the_inputs_fault(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    (stage.media_in / "03-c.toml").write_text('title = "ชมรม 字"\n', "utf-8")
    done = stage.showcase("run")
    assert done.returncode == 3, done.stdout + done.stderr
    row = next(r for r in stage.json("board/board.json")["inputs"] if r["path"] == "03-c.mkv")
    assert (row["outcome"], row["state"], row["reasons"][0]["code"]) == ("reject", "refused", "glyph-missing")
    assert ".toml" in row["reasons"][0]["en"]
    kinds = [item["kind"] for item in stage.json("show/show.json")["items"]]
    assert kinds == ["clip", "clip", "slate", "slate"]


def test_a_partner_whose_name_cannot_be_drawn_is_told(calm: Stage, tmp_path: Path) -> None:
    stage = _copy(calm, tmp_path)
    event = stage.presets / "events" / "small.toml"
    event.write_text(event.read_text("utf-8").replace("เครือข่ายที่สี่", "เครือข่าย 字"), "utf-8")
    done = stage.showcase("run")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "字" in done.stderr
    (row,) = (row for row in stage.json("board/board.json")["partners"] if row["id"] == "four")
    assert row["reasons"][0]["code"] == "glyph-missing"


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_an_output_folder_that_cannot_be_is_told(calm: Stage, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("in the way")
    done = calm.showcase("run", "--out", str(tmp_path / where))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "cannot be written to" in done.stderr
