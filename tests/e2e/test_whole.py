"""The main job at full size. Slow: run before a release."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from stage import ROOT, Stage

AGREEING = 87
"""Of 91 clips. The others are argued over: a decoder that is newer than the manifest, a picture of one pixel."""


@pytest.mark.slow
def test_the_demo_is_ready_to_air(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "in", tmp_path / "out", ROOT / "presets")
    done = stage.showcase("demo", str(stage.media_in))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((stage.media_out / "show").glob("*.mp4"))) == 31
    assert {item["kind"] for item in stage.json("show/show.json")["items"]} == {"clip"}
    assert len(list((stage.media_out / "photos").glob("*/*-2048.jpg"))) == 34
    assert stage.json("board/board.json")["summary"] == {"ready": 31, "expected": 31, "photos": 34}


def manifest(folder: Path) -> list[dict[str, str]]:
    """Return what the makers of the real media say of each file."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def agreeing(rows: dict[str, Any], facts: list[dict[str, str]]) -> list[str]:
    """Return the clips whose outcome is the one that the manifest expects."""
    clips = [fact for fact in facts if fact["kind"] == "clip"]
    return [fact["path"] for fact in clips if rows[fact["path"]]["outcome"] == fact["expected"]]


def test_real_media_is_looked_at_as_its_makers_do(shared_media: Path, tmp_path: Path) -> None:
    stage = Stage(shared_media, tmp_path / "out", ROOT / "presets")
    done = stage.showcase("check", "--json")
    assert done.returncode == 3, done.stderr
    rows = {row["path"]: row for row in json.loads(done.stdout)["inputs"]}
    assert len(agreeing(rows, manifest(shared_media))) >= AGREEING
    assert all(row["outcome"] != "reject" or row["reasons"] for row in rows.values())
    assert stage.processes() == {}


@pytest.mark.slow
def test_real_media_is_used_or_refused_with_a_reason(shared_media: Path, tmp_path: Path) -> None:
    stage = Stage(shared_media, tmp_path / "out", ROOT / "presets")
    done = stage.showcase("run")
    assert done.returncode == 3, done.stdout + done.stderr
    rows = {row["path"]: row for row in stage.json("board/board.json")["inputs"]}
    shown = {item["id"] for item in stage.json("show/show.json")["items"]}
    receipts = {
        receipt["source"]["path"]: receipt["asset"].removesuffix(".air")
        for receipt in (stage.json(f"receipts/{p.name}") for p in (stage.media_out / "receipts").glob("*.air.json"))
    }
    facts = manifest(shared_media)
    assert len(agreeing(rows, facts)) >= AGREEING
    assert stage.processes() == {}
    for fact in facts:
        row = rows[fact["path"]]
        if fact["kind"] == "clip" and fact["expected"] == "ok":
            assert receipts[fact["path"]] in shown, fact["path"]
        assert row["state"] in {"ready", "used", "duplicate"} or row["reasons"], fact["path"]
        assert row["state"] != "failed", fact["path"]
