"""Filmed cards: made by the real ffmpeg, decoded again and measured."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media_measure import frame_at, probe
from PIL import Image

from pipeline import process
from pipeline.card.draw import draw_still
from pipeline.card.motion import MovingCard
from pipeline.card.pieces import Frame
from pipeline.card.planes import planes_of
from pipeline.card.texts import BreakText, CardText
from pipeline.errors import OurError
from pipeline.preset.load import load
from pipeline.preset.model import VideoOutput
from pipeline.store.publish import place
from pipeline.text.thai import make_breaker
from pipeline.units import AAC_FRAME_SAMPLES, samples_in
from pipeline.video import film
from pipeline.video.film import card_film, film_card, film_key, sweep
from pipeline.video.meter import Bench
from pipeline.video.promise import Promise
from pipeline.video.prove import demand

ROOT = Path(__file__).parents[2]
BOOK = load(ROOT / "presets")
CARD = CardText(
    event_name="งานวันพลเมืองสงขลา 2565",
    name="สมาคมคนพิการจังหวัดสงขลา",
    theme="สังคมเป็นสุข",
    date_text="27–28 กันยายน 2565",
    number=7,
    total=31,
    accent="#FF8A7A",
)
FRAME = Frame(width_px=480, height_px=270, layout="wide")
MOVING = MovingCard(card=CARD, style=BOOK.style, words=BOOK.words, frame=FRAME, frames=64, rate=Fraction(30))
OUTPUT = VideoOutput(
    kind="video", id="air-270p", stage="air", layout="wide", width_px=480, height_px=270, captions="none",
    x264_preset="ultrafast", x264_params="8x8dct=1:deblock=0,0", crf=20, maxrate_kbps=2000, bufsize_kbps=4000,
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path, ffmpeg: str) -> Bench:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Bench(tmp_path / "no-source", scratch, ffmpeg, lambda _: None)


def off(one: Image.Image, two: Image.Image, rows: int) -> np.ndarray[Any, Any]:
    """How far two pictures are apart above that row, in means of four pixels: colours have half the size."""
    small = [np.asarray(picture.convert("RGB").crop((0, 0, 480, rows)).reduce(2)).astype(int) for picture in (one, two)]
    apart: np.ndarray[Any, Any] = np.abs(small[0] - small[1])
    return apart


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(25), Fraction(30000, 1001)])
def test_a_film_is_as_long_as_it_must_be_and_looks_like_the_still(tmp_path: Path, bench: Bench, rate: Fraction) -> None:
    moving = MOVING.model_copy(update={"rate": rate})
    made = card_film(moving, "tools", tmp_path / "cards", bench)
    facts = probe(made)
    assert (facts["width"], facts["height"], facts["codec"], facts["pix_fmt"]) == (480, 270, "h264", "yuv420p")
    assert facts["times_s"] == [n / rate for n in range(64)]
    # Source: ITU-T H.273: 1 is BT.709; FFmpeg: 1 is limited range.
    assert [facts[f"color_{name}"] for name in ("primaries", "trc", "space", "range")] == [1, 1, 1, 1]
    still = draw_still(CARD, BOOK.style, FRAME, make_breaker(BOOK.words))
    with av.open(str(made)) as container:
        last = list(container.decode(video=0))[-1].to_ndarray(format="yuv420p").reshape(-1).astype(int)
    planes = planes_of(still)
    for begin, plane in ((0, planes.y), (129600, planes.u), (162000, planes.v)):
        wanted = np.asarray(plane)[: plane.height * 2 // 3].reshape(-1)
        apart = np.abs(last[begin : begin + wanted.size] - wanted)
        assert apart.mean() < 0.5
        assert np.quantile(apart, 0.999) <= 2
    assert off(frame_at(made, 0), still, 200).max() > 100


def test_the_second_time_costs_nothing(tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = card_film(MOVING, "tools", tmp_path / "cards", bench)
    before = made.stat()

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(process, "start", never)
    monkeypatch.setattr(film, "moving", never)
    assert card_film(MOVING, "tools", tmp_path / "cards", bench) == made
    assert (made.stat().st_mtime_ns, made.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_is_kept_needs_neither_moviepy_nor_numpy(tmp_path: Path, bench: Bench) -> None:
    kept = card_film(MOVING, "tools", tmp_path, bench)
    code = (
        "import sys\nfrom pathlib import Path\nfrom pipeline.card.motion import MovingCard\n"
        "from pipeline.video.film import card_film\nfrom pipeline.video.meter import Bench\n"
        "film = MovingCard.model_validate_json(sys.stdin.read())\nhere = Path(sys.argv[1])\n"
        "print(card_film(film, 'tools', here, Bench(here, here, 'no-ffmpeg', print)))\n"
        "print([name for name in ('moviepy', 'numpy', 'pythainlp') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], input=MOVING.model_dump_json().encode(), cwd=ROOT,
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.decode().splitlines() == [str(kept), "[]"]


@pytest.mark.parametrize("harm", ["cut", "foreign", "empty"])
def test_a_film_that_was_spoilt_is_made_anew(tmp_path: Path, bench: Bench, harm: str) -> None:
    kept = card_film(MOVING, "tools", tmp_path / "cards", bench)
    good = kept.read_bytes()
    kept.write_bytes({"cut": good[: len(good) // 2], "foreign": b"not a film" * 500, "empty": b""}[harm])
    again = card_film(MOVING, "tools", tmp_path / "cards", bench)
    assert again == kept
    assert probe(again)["frames"] == MOVING.frames


def test_the_key_knows_everything_that_the_frames_depend_on() -> None:
    changes: list[dict[str, object]] = [
        {"card": CARD.model_copy(update={"name": "อื่น"})},
        {"card": BreakText(event_name="ก", title="ข", date_text="ค", accent="#FF8A7A")},
        {"style": BOOK.style.model_copy(update={"ink": "#FEFEFE"})},
        {"words": ("คำ",)},
        {"frame": FRAME.model_copy(update={"layout": "square"})},
        {"frames": 65},
        {"rate": Fraction(25)},
    ]
    keys = {film_key(MOVING.model_copy(update=change), "tools") for change in changes}
    keys |= {film_key(MOVING, "tools"), film_key(MOVING, "newer tools")}
    assert len(keys) == len(changes) + 2
    assert film_key(MovingCard.model_validate_json(MOVING.model_dump_json()), "tools") == film_key(MOVING, "tools")


def test_two_workers_at_once_both_have_their_film(tmp_path: Path, bench: Bench) -> None:
    with ThreadPoolExecutor(2) as workers:
        ways = [workers.submit(card_film, MOVING, "tools", tmp_path / "cards", bench) for _ in range(2)]
        made = {way.result() for way in ways}
    assert len(made) == 1
    assert probe(made.pop())["frames"] == 64
    assert len(list((tmp_path / "cards").iterdir())) == 1
    assert list((tmp_path / "scratch").iterdir()) == []


def test_nothing_is_kept_of_a_film_that_failed(tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OurError) as raised:
        card_film(
            MOVING.model_copy(update={"card": CARD.model_copy(update={"name": "東"})}), "t", tmp_path / "c", bench
        )
    assert raised.value.code == "glyph-missing"
    monkeypatch.setattr(film, "FILM", film.FILM | {"vcodec": "no-such-encoder"})
    with pytest.raises(OurError) as raised:
        card_film(MOVING, "tools", tmp_path / "c", bench)
    assert raised.value.code == "tool-failed"
    assert "no-such-encoder" in str(raised.value.values[-1])
    assert not list(tmp_path.glob("c/*"))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_film_with_missing_frames_is_not_kept(tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = film.frames_of
    monkeypatch.setattr(film, "frames_of", lambda moving: list(frames(moving))[:-1])
    with pytest.raises(OurError) as raised:
        card_film(MOVING, "tools", tmp_path / "cards", bench)
    assert raised.value.code == "promise-broken"
    assert not list(tmp_path.glob("cards/*"))


def test_films_that_are_no_longer_named_are_swept(tmp_path: Path) -> None:
    for name in ("a" * 64, "b" * 64, "c" * 64):
        (tmp_path / f"{name}.mp4").write_bytes(b"film")
    (tmp_path / "note.txt").write_text("not ours", "utf-8")
    sweep(tmp_path, {"b" * 64, "d" * 64})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b" * 64 + ".mp4", "note.txt"]
    sweep(tmp_path / "not-there", set())


def test_a_card_in_the_house_format_keeps_its_promise(bench: Bench) -> None:
    house = BOOK.house
    samples = samples_in(64, house.frame_rate, house.sample_rate_hz) - AAC_FRAME_SAMPLES
    told: list[float] = []
    made = film_card(MOVING, [OUTPUT], house, samples, CARD.name, replace(bench, on_progress=told.append))[OUTPUT.id]
    promise = Promise(
        profile="High", width_px=480, height_px=270, frames=64, frame_rate=house.frame_rate, gop_frames=60,
        timescale_hz=house.timescale_hz, audio_packets=samples // AAC_FRAME_SAMPLES + 1,
        sample_rate_hz=house.sample_rate_hz, subtitle_tracks=0,
    )  # fmt: skip
    demand(promise, made)
    assert made == bench.folder / "air-270p.mp4"
    assert told
    assert told[-1] == 1
    still = draw_still(CARD, BOOK.style, FRAME, make_breaker(BOOK.words))
    assert off(frame_at(made, 62), still, 200).mean() < 2
    facts = probe(made)
    assert [facts[f"color_{name}"] for name in ("primaries", "trc", "space", "range")] == [1, 1, 1, 1]


def test_a_film_takes_its_name_when_it_is_whole(tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def looking(source: Path, target: Path) -> None:
        assert not target.exists()
        seen.append(probe(source)["frames"])
        place(source, target)

    monkeypatch.setattr(film, "place", looking)
    card_film(MOVING, "tools", tmp_path / "cards", bench)
    assert seen == [64]
