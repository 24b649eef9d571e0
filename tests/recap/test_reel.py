"""The film itself, as encoded: its format, what is seen when, the words, and the sound."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import ffmpeg as ffmpeg_python
import media_measure as measure
import numpy as np
import pytest
import sound_factory as sounds
from numpy.typing import NDArray
from PIL import Image
from recap_factory import BLUE, GREEN, RED, WHITE, plain, small_book, three

from pipeline import process
from pipeline.errors import InputError, MachineError, OurError
from pipeline.recap.plan import RecapPlan, plan_recap
from pipeline.recap.reel import Reel, render_recap
from pipeline.video import graph
from pipeline.video.encoder import encoder_options
from pipeline.video.meter import Bench
from pipeline.video.render import Rendered

Box = tuple[int, int, int, int]
SAFE = 0.05


def film(plan: RecapPlan, folder: Path, ffmpeg: str, sting: Path | None = None) -> Rendered:
    """Render a recap of photos below ``folder``."""
    made = folder / "made"
    made.mkdir(exist_ok=True)
    return render_recap(plan, folder, Bench(sting or Path("none"), made, ffmpeg, lambda _: None))


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> tuple[RecapPlan, Path]:
    """A recap of a red, a green and a blue photo, 30 frames each, blending over 8."""
    folder = tmp_path_factory.mktemp("recap")
    plan = three(folder)
    return plan, film(plan, folder, ffmpeg).files[plan.output.id]


@pytest.fixture(scope="module")
def pictures(silent: tuple[RecapPlan, Path]) -> list[Image.Image]:
    """Every frame of it."""
    return list(measure.frames(silent[1]))


def colour_at(picture: Image.Image, x: float = 0.75, y: float = 0.25) -> NDArray[np.float64]:
    """Return the mean colour about a place where no words are."""
    left, top = round(x * picture.width), round(y * picture.height)
    near = picture.convert("RGB").crop((left - 5, top - 5, left + 5, top + 5))
    return np.array(near.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)), np.float64)


def words_in(picture: Image.Image) -> Box | None:
    """Return the box of all that is nearly white."""
    levels = np.asarray(picture.convert("RGB")).min(axis=2)
    return Image.fromarray(((levels > 150) * 255).astype(np.uint8), "L").getbbox()


def test_the_film_has_the_house_format(silent: tuple[RecapPlan, Path]) -> None:
    plan, file = silent
    facts = measure.probe(file)
    assert (facts["width"], facts["height"], facts["frames"]) == (480, 270, plan.frames)
    assert facts["times_s"] == [Fraction(n, 30) for n in range(96)]
    assert (facts["codec"], facts["profile"], facts["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert (facts["color_primaries"], facts["color_trc"], facts["color_space"], facts["color_range"]) == (1, 1, 1, 1)
    assert (facts["audio_codec"], facts["audio_rate_hz"], facts["audio_channels"]) == ("aac", 48000, 2)
    assert measure.loudness(file)[0] <= -60


def test_the_film_joins_with_other_files_of_the_house(
    silent: tuple[RecapPlan, Path], tmp_path: Path, ffmpeg: str
) -> None:
    """Its parameter sets are those of any other picture that is encoded with the house's options."""
    plan, file = silent
    ground = ffmpeg_python.input("color=red:s=480x270:r=30:d=1", f="lavfi").filter("setsar", 1)
    other = ffmpeg_python.output(graph.tagged(ground), "other.mp4", **encoder_options(plan.output, plan.house))
    process.run(graph.argv([other], ffmpeg), timeout_s=60, cwd=tmp_path)
    assert measure.probe(file)["sps_pps"] == measure.probe(tmp_path / "other.mp4")["sps_pps"]


@pytest.mark.parametrize(("frame", "colour"), [(15, RED), (21, RED), (30, GREEN), (45, GREEN), (60, BLUE), (80, BLUE)])
def test_each_photo_is_there_in_its_own_time(
    pictures: list[Image.Image], frame: int, colour: tuple[int, int, int]
) -> None:
    assert np.abs(colour_at(pictures[frame]) - colour).max() <= 12


def test_one_photo_gives_way_to_the_next_step_by_step(pictures: list[Image.Image]) -> None:
    seen = [colour_at(picture) for picture in pictures[21:31]]
    reds, greens = [colour[0] for colour in seen], [colour[1] for colour in seen]
    assert all(after < before for before, after in pairwise(reds))
    assert all(after > before for before, after in pairwise(greens))
    assert max(abs(after - before) for before, after in pairwise(reds)) <= 2 * (RED[0] - GREEN[0]) / 9


def test_the_film_ends_in_the_dark(pictures: list[Image.Image]) -> None:
    levels = [colour_at(picture).sum() for picture in pictures[88:]]
    assert all(after < before for before, after in pairwise(levels))
    assert np.abs(colour_at(pictures[-1]) - (4, 32, 44)).max() <= 8


@pytest.mark.parametrize("layout", ["wide", "square", "portrait", "tall"])
def test_words_are_there_in_their_time_and_inside_the_safe_area(tmp_path: Path, ffmpeg: str, layout: str) -> None:
    plan = three(tmp_path, layouts=(layout,), title="ภาพจากงานวันพลเมืองสงขลาที่ผู้คนมาพบกัน")
    seen = list(measure.frames(film(plan, tmp_path, ffmpeg).files[plan.output.id]))
    width, height = seen[0].size
    title, second, album = words_in(seen[10]), words_in(seen[45]), words_in(seen[68])
    assert second is None  # the second photo of an album says nothing
    for box in (title, album):
        assert box is not None
        assert box[0] >= SAFE * width
        assert box[2] <= (1 - SAFE) * width
        assert box[3] <= (1 - (0.14 if layout == "tall" else SAFE)) * height
    assert title is not None
    assert album is not None
    assert title[1] < album[1] - 20  # bar, event and title stand above the album's line
    assert all(words_in(seen[frame]) is None for frame in (24, 29, 50, 57, 84, 95))


def test_words_come_and_go_softly(tmp_path: Path) -> None:
    plan = three(tmp_path, photo_frames=60)
    reel = Reel(plan, tmp_path)
    most = [int(np.asarray(reel.at(frame).y).max()) for frame in range(52)]
    assert max(most) >= 225
    assert all(after >= before for before, after in pairwise(most[:12]))
    assert all(after <= before for before, after in pairwise(most[-12:]))
    assert max(abs(after - before) for before, after in pairwise(most)) <= 40


@pytest.mark.parametrize("layout", ["wide", "square", "portrait", "tall"])
def test_words_can_be_read_on_a_white_photo(tmp_path: Path, layout: str) -> None:
    photos = [plain(tmp_path, str(n), WHITE, album, "ผู้ที่มาร่วมงานในวันแรก") for n, album in enumerate("ab")]
    (plan,) = plan_recap(small_book(layouts=(layout,), photo_frames=60), photos)
    reel = Reel(plan, tmp_path)
    for frame, title in ((25, 0), (85, 1)):
        light = np.asarray(reel.at(frame).y)
        words = reel._titles[title].spots[1:]
        top = min(spot.rect.top_px for spot in words)
        # Beside the highest of them, where there is only shade: how bright is it?
        ground = max(0.0, (int(light[top + 1, 2]) - 16) / 219)
        linear = ((ground + 0.055) / 1.055) ** 2.4
        assert 1.05 / (linear + 0.05) >= 4.5


def test_a_sting_is_looped_set_and_faded(tmp_path: Path, ffmpeg: str) -> None:
    sting = sounds.write_wav(tmp_path / "sting.wav", sounds.level(sounds.music(0.7), -34))
    book = small_book(sting="sting.wav").model_copy(update={"sting_sha256": "1" * 64})
    (plan,) = plan_recap(book, [plain(tmp_path, str(n), RED) for n in range(5)])
    done = film(plan, tmp_path, ffmpeg, sting)
    file = done.files[plan.output.id]
    integrated, peak = measure.loudness(file)
    assert abs(integrated + 16) <= 0.5
    assert peak <= -1
    assert done.warnings == ()
    assert done.loudness is not None
    heard, rate, _ = measure.samples(file)
    tenth = rate // 10
    loud = [float(np.sqrt((heard[:, n : n + tenth] ** 2).mean())) for n in range(0, heard.shape[1] - tenth, tenth)]
    middle = loud[12:-12]
    assert min(middle) > 0.1 * max(middle)  # looped: it never stops
    assert max(loud[0], loud[-1]) < 0.2 * max(middle)  # and comes and goes
    assert abs(heard.shape[1] - plan.samples) <= 1024


def test_a_broken_sting_is_to_blame(tmp_path: Path, ffmpeg: str) -> None:
    sting = tmp_path / "sting.wav"
    sting.write_bytes(b"no sound at all" * 100)
    book = small_book(sting="sting.wav").model_copy(update={"sting_sha256": "1" * 64})
    (plan,) = plan_recap(book, [plain(tmp_path, "1", RED)])
    with pytest.raises(InputError):
        film(plan, tmp_path, ffmpeg, sting)


def test_a_photo_that_is_gone_or_changed_is_told(tmp_path: Path, ffmpeg: str) -> None:
    plan = three(tmp_path)
    path = tmp_path / plan.photos[2].path
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(MachineError, match="changed"):
        film(plan, tmp_path, ffmpeg)
    path.unlink()
    with pytest.raises(MachineError, match="machine-trouble"):
        film(plan, tmp_path, ffmpeg)


def test_an_album_with_a_very_long_or_strange_name_does_not_stop_the_film(tmp_path: Path) -> None:
    long = "ภาพที่ถ่ายในวันแรกของงานโดยทีมสื่ออาสาสมัคร" * 6
    photos = [plain(tmp_path, "1", RED, "a", long), plain(tmp_path, "2", RED, "b", "ลาน\U000130b8กลาง")]
    for plan in plan_recap(small_book(layouts=("wide", "square", "tall")), photos):
        for title in Reel(plan, tmp_path)._titles:
            for each in title.spots[1:]:
                assert each.rect.right_px <= (1 - SAFE) * plan.output.width_px


def test_a_title_that_cannot_be_drawn_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(OurError, match="glyph-missing"):
        Reel(three(tmp_path, title="ภาพ\U000130b8งาน"), tmp_path)


def test_the_same_plan_gives_the_same_bytes_and_frames_may_be_asked_for_in_any_order(tmp_path: Path) -> None:
    plan = three(tmp_path)
    reel, other = Reel(plan, tmp_path), Reel(plan, tmp_path)
    frames = [bytes(frame) for frame in reel.frames()]
    assert len(frames) == plan.frames
    assert all(len(frame) == 480 * 270 * 3 // 2 for frame in frames)
    for number in (95, 0, 50, 27):
        planes = other.at(number)
        assert b"".join(plane.tobytes() for plane in (planes.y, planes.u, planes.v)) == frames[number]
    assert plan.house.frame_rate == Fraction(30)
