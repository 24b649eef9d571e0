"""Captions and title cards, measured in the videos that a real run made: where the ink is, and when."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_measure import frame_number, frames
from PIL import Image
from stage import Stage, set_stage

from pipeline.text.geometry import safe_margins_px

CUES = ((Fraction(1, 2), Fraction(3, 2), "ที่นี่มีน้ำใจ"), (Fraction(2), Fraction(3), "ผู้ใหญ่ใจดี\nกับปู่ที่ญี่ปุ่น"))
"""Of the grey clip, in seconds of its own."""
GREY_S = 4
NUMBERS = (6, 38, 70)
"""Source frames at which a cue of a numbered clip begins."""
LASTS = 27
"""Source frames that each of them is seen."""
BURNED = {"air-1080p": (480, 270), "air-720p": (320, 180), "square": (270, 270), "vertical": (270, 480)}
WHITE = 190
"""Brighter than the grey clip (96) and all of a card but its letters."""
NUMBERED = {"two": 30, "three": 25}
"""Frame rates of the clips with numbers on their pictures, by partner."""


def srt(cues: Any) -> str:  # noqa: ANN401 - of start, end and text
    def clock(at_s: Fraction) -> str:
        return f"00:00:{int(at_s):02d},{round(at_s % 1 * 1000):03d}"

    return "\n".join(f"{n}\n{clock(start)} --> {clock(end)}\n{text}\n" for n, (start, end, text) in enumerate(cues, 1))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> Stage:
    """A small, small-sized event after one run: a grey clip with captions, two with numbers, one of them trimmed."""
    from media_factory import Spec, make_clip  # noqa: PLC0415 - only this fixture makes clips

    stage = set_stage(tmp_path_factory.mktemp("captions"), small=True)
    house = stage.presets / "outputs" / "house.toml"
    # A lower third would be ink of its own.
    own = re.sub(r"^third_frames.*\n", "", house.read_text("utf-8"), flags=re.MULTILINE)
    house.write_text(own.replace("card_frames = ", "third_frames = 0\ncard_frames = ", 1), "utf-8")
    grey = f"color=0x606060:size=320x180:rate=30:duration={GREY_S}"
    argv = [ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", grey, "-c:v", "libx264", "-pix_fmt", "yuv420p"]
    subprocess.run([*argv, str(stage.media_in / "01-grey.mp4")], check=True, timeout=60)
    (stage.media_in / "01-grey.srt").write_text(srt(CUES), "utf-8")
    for place, (partner, rate) in enumerate(NUMBERED.items(), 2):
        name = f"{place:02d}-{partner}"
        make_clip(stage.media_in / f"{name}.mp4", Spec(seconds=Fraction(4), frame_rate=Fraction(rate), sound=None))
        cues = ((Fraction(n, rate), Fraction(n + LASTS, rate), f"ภาพที่ {n}") for n in NUMBERS)
        (stage.media_in / f"{name}.srt").write_text(srt(cues), "utf-8")
    subprocess.run([*argv, str(stage.media_in / "04-four.mp4")], check=True, timeout=60)
    (stage.media_in / "04-four.srt").write_text(srt([(Fraction(0), Fraction(2), "เริ่มทันที")]), "utf-8")
    (stage.media_in / "02-two.toml").write_text("trim_in_s = 0.1\n", "utf-8")
    done = stage.showcase("run")
    assert done.returncode == 0, done.stdout + done.stderr
    return stage


def lead(stage: Stage, partner: str) -> int:
    """The card's length in frames."""
    return int(stage.json(f"receipts/{partner}.air.json")["clip"]["lead_frames"])


def pictures(stage: Stage, partner: str, name: str) -> list[Image.Image]:
    return list(frames(stage.media_out / "clips" / partner / f"{name}.mp4"))


def ink(picture: Image.Image) -> Any:  # noqa: ANN401 - an array of truths
    return np.asarray(picture.convert("L")) > WHITE


def box(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the ink, the last two just outside of it."""
    lit = ink(picture)
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    assert rows.size, "no ink"
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("name", BURNED)
def test_burned_words_are_in_the_frames_of_their_cue_and_in_no_other(told: Stage, name: str) -> None:
    first = lead(told, "one")
    body = [ink(picture).any() for picture in pictures(told, "one", name)[first:]]
    assert len(body) >= GREY_S * 30
    runs = [[n for n, _ in run] for lit, run in groupby(enumerate(body), lambda one: one[1]) if lit]
    assert len(runs) == len(CUES)
    for run, (start_s, end_s, _) in zip(runs, CUES, strict=True):
        assert abs(run[0] - start_s * 30) <= 1
        assert abs(run[-1] + 1 - end_s * 30) <= 1


@pytest.mark.parametrize("name", BURNED)
def test_burned_words_stand_in_the_safe_area(told: Stage, name: str) -> None:
    seen, first = pictures(told, "one", name), lead(told, "one")
    width_px, height_px = BURNED[name]
    side_px, bottom_px = safe_margins_px(width_px, height_px)
    lower = height_px - bottom_px
    heights = []
    for start_s, end_s, _ in CUES:
        picture = seen[first + round((start_s + end_s) / 2 * 30)]
        assert picture.size == (width_px, height_px)
        left, top, right, bottom = box(picture)
        assert side_px <= left < right <= width_px - side_px
        assert lower - 0.2 * height_px < top < bottom <= lower
        assert abs(left + right - width_px) <= 3
        heights.append(bottom - top)
    assert heights[1] > 1.5 * heights[0]  # two lines


def test_a_caption_from_the_first_frame_does_not_show_before_it(told: Stage) -> None:
    first = lead(told, "four")
    burned, soft = (pictures(told, "four", name) for name in ("air-1080p", "page-1080p"))
    apart = [
        np.abs(np.asarray(one.convert("L"), int) - np.asarray(other.convert("L"), int)).max()
        for one, other in zip(burned, soft, strict=True)
    ]
    assert max(apart[:first]) < 40  # nothing but the encoder's noise
    assert min(apart[first : first + 58]) > 90


@pytest.mark.parametrize("name", BURNED)
def test_a_title_card_is_in_the_safe_area_and_gone_after_the_cross_fade(told: Stage, name: str) -> None:
    seen, first = pictures(told, "one", name), lead(told, "one")
    width_px, height_px = BURNED[name]
    for n in (first // 2, first - 20):
        left, top, right, bottom = box(seen[n])
        assert 0.05 * width_px <= left < right <= 0.95 * width_px
        assert 0.05 * height_px <= top < bottom <= 0.95 * height_px
        assert right - left > 0.25 * width_px
    assert not any(ink(picture).any() for picture in seen[first + 1 : first + 13])


def test_page_versions_with_soft_captions_have_none_in_the_picture(told: Stage) -> None:
    seen, first = pictures(told, "one", "page-1080p"), lead(told, "one")
    assert not any(ink(picture).any() for picture in seen[first + 1 :])


def vtt(path: Path) -> list[tuple[Fraction, Fraction, str]]:
    """Return the cues of a WebVTT file, read by nothing of ours."""
    found = re.findall(r"(\S+) --> (\S+)\n(.*(?:\n.+)*)", path.read_text("utf-8"))
    return [(seconds(start), seconds(end), text) for start, end, text in found]


def seconds(clock: str) -> Fraction:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(rest)


@pytest.mark.parametrize("partner", NUMBERED)
def test_caption_times_of_pages_match_their_picture(told: Stage, partner: str) -> None:
    seen = pictures(told, partner, "page-1080p")
    cues = vtt(told.media_out / "clips" / partner / f"{partner}.th.vtt")
    assert [text for *_, text in cues] == [f"ภาพที่ {n}" for n in NUMBERS]
    for (start_s, end_s, _), number in zip(cues, NUMBERS, strict=True):
        assert start_s * 30 >= lead(told, partner)
        assert abs(frame_number(seen[round(start_s * 30)]) - number) <= 1
        assert abs(frame_number(seen[round(end_s * 30)]) - number - LASTS) <= 1
