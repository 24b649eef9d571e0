"""What platforms want of their own: the footage alone, and nothing longer than they take, cut where a phrase ends."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from media_factory import Spec, flash_times, make_clip
from media_measure import beeps, frames
from PIL import Image, ImageChops
from test_plan import BOOK, clip_facts, cue, plan

from pipeline.media.boxes import children, has_edit_list
from pipeline.media.moov import read_moov
from pipeline.media.probe import probe
from pipeline.preset.model import Book
from pipeline.text.cues import Captions, Cue
from pipeline.video.cut import EARLIEST, Pause, cut_s, pauses_between, silences, spans
from pipeline.video.meter import Bench, find_pauses
from pipeline.video.plan import ClipPlan, Span
from pipeline.video.render import Rendered, render_air, render_pages

seconds = st.fractions(0, 120, max_denominator=1000)
PAUSES = st.lists(st.builds(Pause, start_s=seconds, length_s=st.fractions(0, 4, max_denominator=1000)), max_size=20)


@given(PAUSES, st.fractions(3, 100, max_denominator=30))
@example([], Fraction(90))
def test_a_cut_is_in_a_pause_and_never_late(pauses: list[Pause], limit_s: Fraction) -> None:
    at_s = cut_s(pauses, limit_s)
    assert EARLIEST * limit_s <= at_s <= limit_s
    inside = [p for p in pauses if p.start_s <= at_s <= p.start_s + p.length_s]
    near = [p for p in pauses if EARLIEST * limit_s <= p.start_s <= limit_s]
    assert inside or not near
    assert near or at_s == limit_s


@given(st.lists(st.tuples(seconds, st.fractions(Fraction(1, 10), 6, max_denominator=100)), min_size=1, max_size=30))
def test_nothing_is_cut_inside_a_cue(spans_s: list[tuple[Fraction, Fraction]]) -> None:
    cues = tuple(Cue(start_s=start, end_s=start + length, text="ก") for start, length in sorted(spans_s))
    captions = Captions(language="th", cues=cues)
    limit_s = Fraction(60)
    at_s = cut_s(pauses_between(captions), limit_s)
    within = [each for each in captions.cues if each.start_s < at_s < each.end_s]
    assert not within or at_s == limit_s


def test_a_long_pause_comes_before_a_late_one() -> None:
    def at(*pauses: tuple[float, float]) -> float:
        found = [Pause(start_s=Fraction(str(start)), length_s=Fraction(str(length))) for start, length in pauses]
        return float(cut_s(found, Fraction(90)))

    assert at((70, 1), (88, 0.1)) == pytest.approx(70.4)  # a sentence ends there
    assert at((70, 1), (85, 0.6)) == pytest.approx(85.3)
    assert at((70, 0.1), (85, 0.3), (88, 0.2)) == pytest.approx(85.15)
    assert at((20, 3)) == 90  # too much would be lost
    assert at((89.9, 2)) == 90


@pytest.mark.parametrize(("length_s", "wanted"), [(80, False), (91, True), (180, True)])
def test_what_is_too_long_is_cut_and_nothing_else(length_s: int, wanted: bool) -> None:  # noqa: FBT001 - a row of a table
    cues = tuple(cue(n, n + 3) for n in range(0, length_s - 3, 4))
    made = plan(clip_facts(duration_s=length_s), captions=(Captions(language="th", cues=cues),), stage="pages")
    shown = spans(made, made.outputs, pauses_between(made.captions[0].shifted(made.lead_s)))
    rate = made.house.frame_rate
    assert shown["square"] == shown["portrait"] == shown["page-1080p"] == made.whole
    assert shown["clean"] == Span(first_frame=made.lead_frames, frames=made.body_frames)
    assert (shown["vertical"] != made.whole) is wanted
    if wanted:
        length = shown["vertical"].frames / rate
        assert 86 < length <= 90
        spoken = length - made.lead_s
        assert not any(each.start_s < spoken < each.end_s for each in made.captions[0].cues)


def test_silences_are_read_as_ffmpeg_prints_them() -> None:
    lines = ["frame:3 pts:1 pts_time:0.1", "lavfi.silence_start=-0.01", "lavfi.silence_end=0.5", "x=y",
             "lavfi.silence_duration=0.51", "lavfi.silence_end=7", "lavfi.silence_start=9"]  # fmt: skip
    assert [(float(p.start_s), float(p.length_s)) for p in silences(lines)] == [(0, 0.5), (9, 0.8)]


SPEC = Spec(width=256, height=144, seconds=Fraction(7, 2))


def small_book() -> Book:
    sizes: list[dict[str, Any]] = [
        {"width_px": each.width_px // 4 // 2 * 2, "height_px": each.height_px // 4 // 2 * 2} for each in BOOK.videos
    ]
    videos = [each.model_copy(update=size) for each, size in zip(BOOK.videos, sizes, strict=True)]
    cut = [each.model_copy(update={"longest_s": 6 if each.id == "vertical" else each.longest_s}) for each in videos]
    return BOOK.model_copy(update={"videos": tuple(cut)})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> tuple[ClipPlan, Rendered]:
    folder = tmp_path_factory.mktemp("cut")
    source = make_clip(folder / "source.mp4", SPEC)
    facts, book = probe(source), small_book()
    desks = {name: Bench(source, folder / name, ffmpeg, lambda _: None) for name in ("air", "pages")}
    for desk in desks.values():
        desk.folder.mkdir()
    captions = (Captions(language="th", cues=(cue(0, 1), cue(2, 3))),)
    air = render_air(plan(facts, book, captions=captions), desks["air"])
    pages = plan(facts, book, captions=captions, stage="pages")
    return pages, render_pages(pages, air.files["air-1080p"], desks["pages"])


def lit(path: Path) -> list[float]:
    """Return the times, in seconds, at which the patch in the footage turns white."""
    bright = []
    for picture in frames(path):
        wide, high = picture.size
        middle = high / 2 + 0.11 * min(high, wide * 9 / 16)
        patch = picture.convert("L").crop((wide * 9 // 20, round(middle) - 3, wide * 11 // 20, round(middle) + 3))
        levels = patch.tobytes()
        bright.append(sum(levels) / len(levels) > 190)
    return [n / 30 for n, (before, now) in enumerate(zip([False, *bright], bright, strict=False)) if now and not before]


def whitest(picture: Image.Image) -> int:
    """Return how white it is where captions stand in a tall frame."""
    wide, high = picture.size
    return max(picture.convert("L").crop((0, high * 7 // 10, wide, high * 8 // 10)).tobytes())


def test_the_clean_one_is_the_footage_alone(made: tuple[ClipPlan, Rendered]) -> None:
    plan_, rendered = made
    assert rendered.facts["clean"].frames == plan_.body_frames == 105
    clean, tall = list(frames(rendered.files["clean"])), list(frames(rendered.files["vertical"]))
    lead = plan_.lead_frames
    same = ImageChops.difference(clean[38].resize((27, 48)), tall[lead + 38].resize((27, 48)))
    assert max(same.convert("L").tobytes()) < 30  # between two cues: the same picture
    assert whitest(tall[lead + 8]) > 230
    assert whitest(clean[8]) < 200
    assert lit(rendered.files["clean"]) == pytest.approx([float(at) for at in flash_times(SPEC)], abs=0.04)


@pytest.mark.parametrize("name", ["clean", "vertical", "square", "portrait", "page-1080p"])
def test_picture_and_sound_stay_together_without_an_edit_list(made: tuple[ClipPlan, Rendered], name: str) -> None:
    plan_, rendered = made
    file = rendered.files[name]
    assert not has_edit_list(read_moov(file))
    data = file.read_bytes()
    assert [box.kind for box in children(data, 0, len(data))][:2] == [b"ftyp", b"moov"]
    lead_s = 0.0 if name == "clean" else float(plan_.lead_s)
    seen = [at for at in lit(file) if at > lead_s]
    heard = [at for at in beeps(file) if at > lead_s]
    assert len(seen) >= 2
    assert heard[: len(seen)] == pytest.approx(seen[: len(heard)], abs=0.045)


def test_the_vertical_one_ends_after_a_phrase(made: tuple[ClipPlan, Rendered]) -> None:
    plan_, rendered = made
    facts, rate = rendered.facts["vertical"], plan_.house.frame_rate
    assert facts.frames == int((plan_.lead_s + 1 + Fraction(2, 5)) * rate) < 6 * rate
    assert facts.audio_packets == -(-(facts.frames * 1600 - 1024) // 1024)
    assert rendered.facts["square"].frames == plan_.frames


def test_without_captions_the_sound_tells_where_a_phrase_ends(tmp_path: Path, ffmpeg: str) -> None:
    source = make_clip(tmp_path / "source.mp4", SPEC)
    pauses = find_pauses(source, Bench(source, tmp_path, ffmpeg, lambda _: None), 60)
    heard = beeps(source)
    assert len(pauses) >= len(heard)
    assert not any(p.start_s + Fraction(1, 50) < at < p.start_s + p.length_s - Fraction(1, 50)
                   for p in pauses for at in heard)  # fmt: skip
