"""The main job at full size. Slow: run before a release."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from stage import ROOT, Stage

pytestmark = pytest.mark.slow


def test_the_demo_is_ready_to_air(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "in", tmp_path / "out", ROOT / "presets")
    done = stage.showcase("demo", str(stage.media_in))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((stage.media_out / "show").glob("*.mp4"))) == 31
    assert {item["kind"] for item in stage.json("show/show.json")["items"]} == {"clip"}
    assert len(list((stage.media_out / "photos").glob("*/*-2048.jpg"))) == 34
    assert stage.json("board/board.json")["summary"] == {"ready": 31, "expected": 31, "photos": 34}


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
    with (shared_media / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file, delimiter="\t"))
    for fact in facts:
        row = rows[fact["path"]]
        if fact["kind"] == "clip" and fact["expected"] == "ok":
            assert receipts[fact["path"]] in shown, fact["path"]
        assert row["state"] in {"ready", "used", "duplicate"} or row["reasons"], fact["path"]
        assert row["state"] != "failed", fact["path"]
