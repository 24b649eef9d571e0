"""Real caption files, when they are there: read as listed, and in the house style or told."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from caption_factory import read
from style_rules import breaches, check_style, letters, told

from pipeline.card.fonts import itemise
from pipeline.card.fonts import load as load_font
from pipeline.errors import InputError
from pipeline.preset.fields import Layout
from pipeline.preset.load import load
from pipeline.text.cues import Captions, Cue
from pipeline.text.geometry import caption_em_px, caption_width_px
from pipeline.text.reading import read_captions
from pipeline.text.style import gap_ms, styled
from pipeline.text.subtitles import to_srt, to_vtt
from pipeline.text.thai import make_breaker, normalise
from pipeline.video.burn import script

DERIVED = "derived (re-encoded) from "

# Where the list and this reader differ, and why. It documents; a file that is not in it is judged by the list alone.
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
TOLERATED = Fraction(1, 10)
"""So many of the other files may come out in another way than listed: people disagree about what is worth a warning."""
BOOK = load(Path(__file__).parents[2] / "presets")
BREAKER = make_breaker(BOOK.words)
OUTPUTS = {output.layout: output for output in (*BOOK.stage("air"), *BOOK.stage("pages"))}
HUNDREDTH_S = Fraction(1, 100)
"""ASS counts hundredths."""


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
        assert error.reason.th != error.reason.en  # noqa: PT017 - being refused is one of the outcomes
        return "reject"
    assert letters(found.captions), path
    again = read(to_vtt(found.captions), "again.vtt")
    assert [cue.text for cue in again.captions.cues] == [cue.text for cue in found.captions.cues], path
    return "ok" if all(warning.is_remark for warning in found.warnings) else "ok-with-warning"


def test_real_files_come_out_as_listed(shared_media: Path) -> None:
    listed = dict(real_files(shared_media))
    assert listed
    found = {path: outcome(shared_media, path) for path in listed}
    apart = {path for path, expected in listed.items() if found[path] not in {expected, DIFFERENT.get(path)}}
    assert not {path for path in apart if listed[path] == "ok" and found[path] == "reject"}
    assert len(apart) <= TOLERATED * len(listed), {path: (listed[path], found[path]) for path in apart}


def test_what_is_read_is_what_a_file_says_letter_for_letter(shared_media: Path) -> None:
    seen = 0
    for path, expected in real_files(shared_media):
        data = (shared_media / "subtitles" / path).read_bytes()
        if not path.endswith(".srt") or expected != "ok" or b"<" in data or b"{" in data:
            continue
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
        blocks = [block.partition("-->") for block in re.split(r"\n\n+(?=\d+\n\d)", text)]
        said = normalise("".join(after.partition("\n")[2] for _, _, after in blocks))
        assert letters(read(data).captions) == "".join(said.split()), path
        seen += 1
    assert seen


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


def readable(media: Path) -> Iterator[tuple[str, Captions]]:
    for path, _ in real_files(media):
        with suppress(InputError):
            yield path, read_captions((media / "subtitles" / path).read_bytes(), path, None, Fraction(25)).captions


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001)])
def test_every_cue_of_real_files_obeys_the_style_or_is_told(shared_media: Path, rate: Fraction) -> None:
    for path, found in readable(shared_media):
        shown = styled(found, rate, BREAKER.units)
        assert letters(shown.captions) == letters(found), path
        check_style(shown.captions.cues, rate, shown.warnings)
        for name, written in (("again.srt", to_srt(shown.captions)), ("again.vtt", to_vtt(shown.captions))):
            check_style(read(written, name).captions.cues, rate, shown.warnings)


def drawn(script: str) -> list[Cue]:
    """Return what a script shows, each cue by the hundredth longer that rounding may have taken from it."""
    cues = []
    for line in script.splitlines():
        if line.startswith("Dialogue: "):
            _, start, end, *_, words = line.split(",", 9)
            start_s, end_s = (
                sum(Fraction(part) * 60**place for place, part in enumerate(reversed(clock.split(":"))))
                for clock in (start, end)
            )
            text = re.sub(r"\{\\[^}]*\}", "", words).replace("\\N", "\n")
            cues.append(Cue(start_s=Fraction(start_s), end_s=end_s + HUNDREDTH_S, text=text))
    return cues


@pytest.mark.parametrize("layout", OUTPUTS)
def test_every_burned_cue_of_real_files_obeys_the_style_or_is_told(shared_media: Path, layout: Layout) -> None:
    rate, output, face = BOOK.house.frame_rate, OUTPUTS[layout], BOOK.style.faces.caption
    em_px, room_px = (size(output.width_px, output.height_px) for size in (caption_em_px, caption_width_px))
    for path, found in readable(shared_media):
        shown = styled(found, rate, BREAKER.units)
        cues = drawn(script(shown.captions, face, BREAKER, output, Fraction(gap_ms(rate), 1000)))
        thai = [re.findall("[\u0e01-\u0e5b]", letters(of)) for of in (found, Captions(language="th", cues=tuple(cues)))]
        assert thai[0] == thai[1], path
        for before, after in pairwise(cues):
            assert after.start_s - before.end_s >= 2 / rate - 2 * HUNDREDTH_S, path
        for line in (line for cue in cues for line in cue.text.split("\n")):
            assert sum(load_font(own, em_px).getlength(stretch) for stretch, own in itemise(line, face)) <= room_px
        more = len(cues) - len(shown.captions.cues)  # what one cue became that is too wide for this picture
        counted = told(shown.warnings)
        for code, number in breaches(cues).items():
            assert number <= counted.get(code, 0) + 2 * more, (path, code)


def test_there_is_an_output_of_each_layout() -> None:
    assert set(OUTPUTS) == {"wide", "square", "portrait", "tall"}
