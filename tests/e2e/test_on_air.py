"""What is on air while the team changes its mind: the real command, over a show that is already delivered."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from stage import Stage

from pipeline import dialects
from pipeline.context import open_context
from pipeline.delivery import deliver
from pipeline.jobs import survey
from pipeline.media.identity import digest
from pipeline.packing import LINGERING
from pipeline.settings import read_settings
from pipeline.show.changes import CHANGES_FILE, Changes, changes_text
from pipeline.show.model import Show, read_show


@pytest.fixture
def stage(finished: Stage, tmp_path: Path) -> Stage:
    """A copy of the finished event that a test may change."""
    there = finished.media_in.parent
    shutil.copytree(there, tmp_path / "event", symlinks=True)
    moved = {name: tmp_path / "event" / getattr(finished, name).relative_to(there) for name in STAGE}
    return replace(finished, **moved)


STAGE = ("media_in", "media_out", "presets")


def show_of(stage: Stage) -> Show:
    return read_show((stage.media_out / "show/show.json").read_bytes())


def run(stage: Stage, *, status: int = 3) -> str:
    done = stage.showcase("run")
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def change(stage: Stage, changes: Changes) -> None:
    (stage.media_out / CHANGES_FILE).write_text(changes_text(changes), "utf-8")


def listed(stage: Stage) -> list[str]:
    lines = (stage.media_out / "playlists/show.m3u8").read_text("utf-8").splitlines()
    return [line.rpartition("/")[2] for line in lines if not line.startswith("#")]


def media_files(stage: Stage) -> set[Path]:
    roots = ("masters", "playlists/hls/media", "playlists/joined")
    return {path for root in roots for path in (stage.media_out / root).rglob("*") if path.is_file()}


def test_a_held_clip_makes_way_for_its_slate_and_comes_back(stage: Stage) -> None:
    before, files = show_of(stage), {path: digest(path) for path in media_files(stage)}
    change(stage, Changes().held("two").moved("three", "one"))
    run(stage)
    held = show_of(stage)
    assert [(e.key, e.kind) for e in held.items] == [
        ("three", "clip"), ("one", "clip"), ("two", "slate"), ("four", "slate"),
    ]  # fmt: skip
    assert held.items[2].reason is not None
    assert held.items[2].reason.code == "slate-held"
    assert listed(stage) == [Path(entry.master).name for entry in held.items]
    assert [p.name for p in sorted((stage.media_out / "show").glob("*.mp4"))] == [e.file for e in held.items]
    # What a player may have open is there as it was.
    assert {path: digest(path) for path in files} == files
    (stage.media_out / CHANGES_FILE).unlink()
    run(stage)
    assert show_of(stage) == before


def test_an_order_file_that_is_broken_is_told_and_what_it_last_said_counts(stage: Stage) -> None:
    change(stage, Changes().skipped("three"))
    run(stage)
    (stage.media_out / CHANGES_FILE).write_text("skip = [three\n", "utf-8")
    said = run(stage)
    assert "order.toml" in said
    assert [entry.key for entry in show_of(stage).items] == ["one", "two", "four"]
    assert "order.toml" in run(stage)  # nothing new, and still wrong
    assert "order-unreadable" in {told.code for told in show_of(stage).remarks}


def test_old_media_leaves_when_its_time_is_over(stage: Stage) -> None:
    before = {stage.media_out / name for name in show_of(stage).items[0].media.values()}
    event = stage.presets / "events/small.toml"
    text = event.read_text("utf-8")
    change(stage, Changes().skipped("one"))
    run(stage)
    assert all(path.is_file() for path in before)
    noted = json.loads((stage.media_out / ".showcase/old.json").read_text("ascii"))
    assert {path.relative_to(stage.media_out).as_posix() for path in before} <= noted.keys()
    event.write_text("keep_old_s = 0\n" + text, "utf-8")
    run(stage)
    assert not any(path.exists() for path in before)
    named = {stage.media_out / name for entry in show_of(stage).items for name in entry.media.values()}
    assert all(path.is_file() for path in named)
    assert stage.showcase("preflight", "--quick").returncode == 0


def test_preflight_proves_the_delivered_show_and_finds_what_was_broken_since(stage: Stage) -> None:
    done = stage.showcase("preflight", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is True
    names = {each["list"] for each in report["lists"]}
    assert {
        "playlists/show.m3u8",
        "playlists/show.xspf",
        "playlists/show.ffconcat",
        "playlists/obs-scenes.json",
    } <= names
    victim = stage.media_out / show_of(stage).items[1].master
    data = bytearray(victim.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    victim.unlink()  # it is a hard link: the proven file must stay as it is
    victim.write_bytes(data)
    done = stage.showcase("preflight", "--json")
    assert done.returncode == 4
    wrong = {problem["entry"] for each in json.loads(done.stdout)["lists"] for problem in each["problems"]}
    assert "two" in wrong


def test_a_list_that_would_stop_a_player_is_not_published(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (stage.media_out / "playlists/show.m3u8").read_text("utf-8")
    change(stage, Changes().skipped("one"))
    made = vars(dialects)["m3u8"]
    monkeypatch.setattr("pipeline.dialects.m3u8", lambda *rest: made(*rest).replace("masters/", "nowhere/"))
    for name, value in stage.environment().items():
        monkeypatch.setenv(name, value)
    context = open_context(read_settings())
    found = deliver(context, survey(context))
    assert "playlists/show.m3u8" in found.failed
    assert "playlists/show.xspf" not in found.failed
    assert (stage.media_out / "playlists/show.m3u8").read_text("utf-8") == before
    assert all((stage.media_out / "masters" / name).is_file() for name in listed(stage))
    monkeypatch.undo()
    run(stage)
    assert len(listed(stage)) == 3


def test_what_a_killed_delivery_wrote_leaves_with_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stage.tree()
    for name, value in stage.environment().items():
        monkeypatch.setenv(name, value)
    context = open_context(read_settings())
    change(stage, Changes().moved("three", "one"))
    monkeypatch.setattr("pipeline.store.publish.keep_receipt", _killed)
    found = survey(context)
    with pytest.raises(KeyboardInterrupt):
        deliver(context, found)
    monkeypatch.undo()
    assert (stage.media_out / "show/01-three.mp4").is_file()
    (stage.media_out / CHANGES_FILE).unlink()
    deliver(context, survey(context))
    after = stage.tree()
    lingering = {path for path in after.keys() - before.keys() if path.startswith(LINGERING)}
    assert {path: after[path] for path in after.keys() - lingering} == before


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_list_that_is_not_there_is_told_with_those_that_are(stage: Stage) -> None:
    done = stage.showcase("serve", "--port", "0", "--list", "nowhere")
    assert done.returncode == 2
    assert "There is no list nowhere" in done.stderr
    assert "session-all" in done.stderr
