"""The event's own cards, the lower third and the recap, measured in the files that a real run made."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from media_factory import make_photo
from media_measure import frames
from PIL import Image
from stage import EVENT, Stage, set_stage

from pipeline.card.draw import place_third
from pipeline.card.pieces import Frame
from pipeline.card.texts import ThirdText
from pipeline.preset.load import load
from pipeline.text.geometry import safe_margins_px
from pipeline.text.thai import make_breaker
from pipeline.video.prove import measure

CARDS = """
[[cards]]
id = "hello"
kind = "opener"
seconds = 2
[[cards]]
id = "soon"
kind = "countdown"
title = "เริ่มในอีก"
note = "เริ่มเวลา {time} น."
starts_at = 2022-09-27T09:00:00
seconds = 2
[[cards]]
id = "bye"
kind = "end"
title = "ขอขอบคุณ"
seconds = 2

[recap]
title = "ประมวลภาพ"
photo_frames = 30
fade_frames = 6
layouts = ["wide", "tall"]
"""
GREY = 96
"""Of the clip: its plate is darker, its words are brighter."""
NOTICEABLE = 40
FRAMES = {"air-1080p": (480, 270, "wide"), "square": (270, 270, "square"), "vertical": (270, 480, "tall")}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> Stage:
    """A small event after one run: cards of its own, one grey clip that is long enough for a lower third, photos."""
    stage = set_stage(tmp_path_factory.mktemp("cards"), small=True)
    event = EVENT.replace("[slate]", CARDS.partition("[recap]")[0] + "[slate]", 1)
    recap = "[recap]" + CARDS.partition("[recap]")[2]
    (stage.presets / "events" / "small.toml").write_text(event.replace("[slate]", recap + "[slate]", 1), "utf-8")
    grey = "color=0x606060:size=320x180:rate=30:duration=8"
    argv = [ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", grey, "-c:v", "libx264", "-pix_fmt", "yuv420p"]
    subprocess.run([*argv, str(stage.media_in / "01-grey.mp4")], check=True, timeout=60)
    make_photo(stage.media_in / "a.jpg", (1200, 800))
    make_photo(stage.media_in / "b.jpg", (800, 1200))
    done = stage.showcase("run")
    assert done.returncode == 0, done.stdout + done.stderr
    return stage


def grey_of(pictures: Iterable[Image.Image]) -> list[np.ndarray]:
    return [np.asarray(picture.convert("L")).astype(int) for picture in pictures]


def seen(stage: Stage, path: str) -> list[np.ndarray]:
    return grey_of(frames(stage.media_out / path))


def test_every_card_has_the_house_format_and_joins_the_show(shown: Stage) -> None:
    masters = [f"cards/{name}/air-1080p.mp4" for name in ("hello", "soon", "bye", "recap")]
    facts = [
        measure(shown.media_out / name)
        for name in [*masters, "clips/one/air-1080p.mp4", "clips/two/slate/air-1080p.mp4"]
    ]
    assert len({each.parameter_sets_sha256 for each in facts}) == 1
    assert all(each.even and each.frames % 16 == 0 for each in facts)
    assert [each.frames for each in facts[:4]] == [64, 64, 64, 64]


def test_words_come_in_and_stay(shown: Stage) -> None:
    pictures = seen(shown, "cards/hello/air-1080p.mp4")
    above_water = slice(0, 190)
    bright = [int((picture[above_water] > 150).sum()) for picture in pictures]
    assert bright[0] == 0
    assert bright[-1] > 200
    assert bright[55] == pytest.approx(bright[-1], rel=0.05)


def test_a_countdown_counts_and_only_its_clock_changes(shown: Stage) -> None:
    pictures = seen(shown, "cards/soon/air-1080p.mp4")
    apart = [np.abs(after - before)[:190].max() for before, after in pairwise(pictures)]
    changes = [n + 1 for n, most in enumerate(apart) if most > 80 and n > 45]
    assert changes == [60]  # from 0:01 to 0:00
    box = np.argwhere(np.abs(pictures[60] - pictures[59])[:190] > 40)
    assert box[:, 1].min() > 0.2 * 480  # the last digit alone


@pytest.mark.parametrize("name", FRAMES)
def test_a_lower_third_shows_at_its_frames_in_its_place_and_nowhere_else(shown: Stage, name: str) -> None:
    lead = int(shown.json("receipts/one.air.json")["clip"]["lead_frames"])
    footage = seen(shown, f"clips/one/{name}.mp4")[lead:]
    apart = [np.abs(picture - GREY) > NOTICEABLE for picture in footage]
    there = [n for n, _ in enumerate(footage) if apart[n].any()]
    runs = [[n for _, n in run] for _, run in groupby(enumerate(there), lambda one: one[1] - one[0])]
    assert len(runs) == 1
    # It fades: its first and last frames are too faint to notice.
    assert 15 <= runs[0][0] <= 15 + 8
    assert 15 + 150 - 8 <= runs[0][-1] + 1 <= 15 + 150
    width_px, height_px, layout = FRAMES[name]
    book = load(shown.presets)
    text = ThirdText(name="มูลนิธิที่หนึ่ง", number=1, total=4, accent=book.style.accent)
    frame = Frame.model_validate({"width_px": width_px, "height_px": height_px, "layout": layout})
    plate = place_third(text, book.style, frame, make_breaker(book.words)).plate
    rows, columns = np.nonzero(apart[90])
    assert abs(int(columns.min()) - plate.x_px) <= 2
    assert abs(int(rows.min()) - plate.y_px) <= 2
    assert abs(int(rows.max()) + 1 - plate.y_px - plate.height_px) <= 2
    assert int(rows.max()) < height_px - safe_margins_px(width_px, height_px)[1]
    assert (footage[90] > 200).sum() > 20  # its words


def test_it_slides_in_from_the_left(shown: Stage) -> None:
    lead = int(shown.json("receipts/one.air.json")["clip"]["lead_frames"])
    footage = seen(shown, "clips/one/air-1080p.mp4")[lead:]
    lefts = [int(np.nonzero(np.abs(footage[n] - GREY) > 12)[1].min()) for n in range(20, 40)]
    assert lefts == sorted(lefts)
    assert lefts[0] < lefts[-1]
    assert lefts[-1] == lefts[-4]


def test_the_recap_shows_each_photo_and_comes_as_a_post(shown: Stage) -> None:
    for name, size in (("air-1080p", (480, 270)), ("vertical", (270, 480))):
        assert measure(shown.media_out / f"cards/recap/{name}.mp4").frames == 64
        picture = next(iter(frames(shown.media_out / f"cards/recap/{name}.mp4")))
        assert picture.size == size
    assert not (shown.media_out / "cards/recap/square.mp4").exists()
    post = shown.json("posts/recap/post.json")
    assert post["title"] == "ประมวลภาพ"
    assert set(post["files"]) == {"air-1080p", "poster", "vertical"}
    with Image.open(shown.media_out / "posts/recap/cover.jpg") as cover:
        assert cover.size == (480, 270)


def test_stills_are_as_large_as_the_presets_say(shown: Stage) -> None:
    sizes = {"cover": (480, 270), "cover-square": (270, 270), "cover-vertical": (270, 480), "link": (1200, 630)}
    for name, size in sizes.items():
        with Image.open(shown.media_out / f"posts/one/{name}.jpg") as still:
            assert still.size == size


def test_nothing_is_made_twice_and_films_of_cards_are_kept(shown: Stage) -> None:
    films = sorted((shown.media_out / ".showcase" / "cards").glob("*.mp4"))
    assert len(films) == 4  # wide, square, portrait, tall
    stamps = [film.stat().st_mtime_ns for film in films]
    before = shown.tree()
    again = shown.showcase("run")
    assert again.returncode == 0
    assert shown.tree() == before
    # Other captions: the clip is made anew, its cards are not.
    (shown.media_in / "01-grey.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nสวัสดี\n", "utf-8")
    assert shown.showcase("run").returncode == 0
    assert shown.tree() != before
    assert [film.stat().st_mtime_ns for film in sorted(films)] == stamps


def test_what_is_no_longer_wanted_goes(shown: Stage) -> None:
    path = shown.presets / "events" / "small.toml"
    path.write_text(EVENT, "utf-8")
    (shown.media_in / "01-grey.mp4").unlink()
    (shown.media_in / "01-grey.srt").unlink()
    assert shown.showcase("run").returncode == 0
    assert not (shown.media_out / "cards").exists()
    assert not (shown.media_out / "posts" / "recap").exists()
    assert list(Path(shown.media_out / ".showcase" / "cards").glob("*.mp4")) == []
