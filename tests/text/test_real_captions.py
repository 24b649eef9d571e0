"""Real caption files, when they are there: read as listed, and in the house style or told."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from caption_factory import read
from style_rules import check_style, letters

from pipeline.errors import InputError
from pipeline.text.reading import read_captions
from pipeline.text.style import styled
from pipeline.text.subtitles import to_srt, to_vtt
from pipeline.text.thai import make_breaker

DERIVED = "derived (re-encoded) from "

# Where the list and this reader differ, and why: everything else must come out as the list says.
DIFFERENT = {
    "edge/cue-invalid-timestamp.vtt": "reject",  # its only cue has a broken time, so there is nothing to show
    "edge/ebu.stl": "reject",  # a binary broadcast format: refused by name
    "edge/invalid.srt": "ok-with-warning",  # whole seconds have one meaning; the reader says that it took them so
    "edge/invalid_timeframe.srt": "ok",  # a point for a comma has one meaning
    "edge/no-indexes.srt": "ok",  # numbers carry nothing
    "th-derived/exponential.cut-mid-character.srt": "ok",  # its last character is whole: E0 B8 B2
    "th/change-of-basis.auto.srt": "ok-with-warning",  # three cues end before they start
    "th/cross-products-ext.auto.srt": "ok-with-warning",  # one cue ends before it starts
    "th/ux-roi.srt": "ok-with-warning",  # an overlap, and a time that ends after its comma
}


def manifest(media: Path) -> list[dict[str, str]]:
    with (media / "MANIFEST.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def real_files(media: Path) -> list[tuple[str, str]]:
    listed = [(row["path"], row["expected"]) for row in manifest(media)]
    found = [(path.removeprefix("subtitles/"), expected) for path, expected in listed if path.startswith("subtitles/")]
    return [(path, expected) for path, expected in found if not path.startswith("th-text/")]  # no captions


def outcome(media: Path, path: str) -> str:
    """Return what becomes of a real file; what is read must come back from what is written."""
    try:
        found = read_captions((media / "subtitles" / path).read_bytes(), path, None, Fraction(25))
    except InputError as error:
        assert error.reason.th  # noqa: PT017 - being refused is one of the outcomes
        return "reject"
    again = read(to_vtt(found.captions), "again.vtt")
    assert [cue.text for cue in again.captions.cues] == [cue.text for cue in found.captions.cues], path
    return "ok-with-warning" if found.warnings else "ok"


def test_real_files_come_out_as_listed(shared_media: Path) -> None:
    listed = dict(real_files(shared_media))
    assert listed
    assert {path: outcome(shared_media, path) for path in listed} == {
        path: DIFFERENT.get(path, expected) for path, expected in listed.items()
    }


def test_derived_files_say_what_their_original_says(shared_media: Path) -> None:
    rows = manifest(shared_media)
    originals = {row["source"]: row["path"] for row in rows if row["kind"] == "subtitle"}
    derived = [row for row in rows if row["source"].startswith(DERIVED) and row["expected"] != "reject"]
    assert derived
    for row in derived:
        said = [
            letters(read_captions((shared_media / path).read_bytes(), path, None, Fraction(25)).captions)
            for path in (row["path"], originals[row["source"].removeprefix(DERIVED)])
        ]
        if "cut" in row["path"]:
            assert said[1].startswith(said[0])
            assert len(said[0]) > 100
        else:
            assert said[0] == said[1], row["path"]


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001)])
def test_every_cue_of_real_files_obeys_the_style_or_is_told(shared_media: Path, rate: Fraction) -> None:
    for path, _ in real_files(shared_media):
        try:
            found = read_captions((shared_media / "subtitles" / path).read_bytes(), path, None, Fraction(25)).captions
        except InputError:
            continue
        shown = styled(found, rate, make_breaker().units)
        assert letters(shown.captions) == letters(found), path
        check_style(shown.captions.cues, rate, shown.warnings)
        written = read(to_srt(shown.captions), "again.srt").captions
        check_style(written.cues, rate, shown.warnings)
