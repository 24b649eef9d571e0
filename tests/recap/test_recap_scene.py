"""A photo that is filmed follows the planned path to a fraction of a pixel: that is what "no jitter" means."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.card.planes import planes_of
from pipeline.recap import scene
from pipeline.recap.camera import Crop, Lens, Move, Size, Window, move
from pipeline.recap.scene import Scene

PHOTO = Size(1024, 720)
CROSS_PX = (520.0, 350.0)
LENS = Lens(width_px=480, height_px=270, frames=135, frame_rate=Fraction(30))
TALL = Lens(width_px=270, height_px=480, frames=135, frame_rate=Fraction(30))


def crossed() -> Image.Image:
    """Return a pale photo with a sharp dark cross whose middle is at :data:`CROSS_PX`."""
    photo = Image.new("RGB", PHOTO, "#E0E0E0")
    pen = ImageDraw.Draw(photo)
    x, y = (int(place) for place in CROSS_PX)
    pen.rectangle((x - 30, y - 3, x + 29, y + 2), fill="#101010")
    pen.rectangle((x - 3, y - 30, x + 2, y + 29), fill="#101010")
    return photo


def cross_in(light: Image.Image, ground: int, window: Window) -> tuple[float, float]:
    """Return where the middle of the cross is, in pixels from the window's corner, weighed by darkness."""
    inside = (window.x_px, window.y_px, window.x_px + window.width_px, window.y_px + window.height_px)
    dark = (ground - np.asarray(light.crop(inside), np.float64)).clip(8, None) - 8
    y, x = np.mgrid[0 : dark.shape[0], 0 : dark.shape[1]] + 0.5
    return float((x * dark).sum() / dark.sum()), float((y * dark).sum() / dark.sum())


def planned(crop: Crop, window: Window) -> tuple[float, float]:
    """Return where the cross must be in the window when it shows ``crop``."""
    x = (CROSS_PX[0] - float(crop.left_px)) / float(crop.right_px - crop.left_px) * window.width_px
    y = (CROSS_PX[1] - float(crop.top_px)) / float(crop.bottom_px - crop.top_px) * window.height_px
    return x, y


def paths(one: Move, lens: Lens) -> tuple[np.ndarray, np.ndarray]:
    """Return the way of the cross as it is filmed and as it was planned: a row (x, y) for each frame, in pixels."""
    photo = crossed()
    ground = int(np.asarray(planes_of(photo).y)[0, 0])
    reel = Scene(photo, one, lens.frame)
    filmed = [cross_in(reel.at(frame).y, ground, one.window) for frame in range(one.frames)]
    wished = [planned(one.at(frame), one.window) for frame in range(one.frames)]
    return np.array(filmed), np.array(wished)


@pytest.mark.parametrize("digest", ["00000000", "00000005"])
@pytest.mark.parametrize(("lens", "turn"), [(LENS, 0), (LENS, 1), (TALL, 0)])
def test_the_picture_follows_the_plan_and_never_trembles(lens: Lens, turn: int, digest: str) -> None:
    one = move(PHOTO, lens, digest, turn)
    filmed, wished = paths(one, lens)
    assert np.abs(filmed - wished).max() <= 0.15
    # From step to step the speed changes by no more than the plan has it change, and a hundredth of a pixel or so.
    trembling = np.abs(np.diff(filmed - wished, n=2, axis=0)).max()
    assert trembling <= 0.1
    assert np.abs(wished[-1] - wished[0]).max() > 2  # it does move


def test_what_whole_pixels_would_do_is_found() -> None:
    """The measurement is fine enough to see a crop that is rounded to whole photo pixels."""
    one = move(PHOTO, LENS, "00000000", 1)

    class Rounded(Move):
        def at(self, frame: int) -> Crop:
            return Crop(*(Fraction(round(edge)) for edge in super().at(frame)))

    filmed = paths(Rounded(*one), LENS)[0]
    assert np.abs(np.diff(filmed - paths(one, LENS)[1], n=2, axis=0)).max() > 0.2


def sharpness(monkeypatch: pytest.MonkeyPatch, finer: Fraction) -> list[float]:
    """Return how much contrast fine lines have in each of 80 frames in which the camera moves across them."""
    monkeypatch.setattr(scene, "FINER", finer)
    rows = np.resize(np.array([60, 60, 190, 190], np.uint8), 720)
    photo = Image.fromarray(np.tile(rows[:, None, None], (1, 1024, 3)), "RGB")
    lens = Lens(width_px=960, height_px=540, frames=135, frame_rate=Fraction(30))
    one = move(Size(*photo.size), lens, "00000000", 1)
    assert one.start.top_px != one.end.top_px
    filmed = Scene(photo, one, lens.frame)
    return [float(np.asarray(filmed.at(frame).y, np.float64)[:, 480].std()) for frame in range(20, 100)]


def test_a_photo_does_not_shimmer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fine lines keep their contrast wherever they fall; from a copy of 1 : 1 they do not."""
    kept, coarse = sharpness(monkeypatch, scene.FINER), sharpness(monkeypatch, Fraction(1))
    assert max(kept) - min(kept) <= 0.02 * np.mean(kept)
    assert max(coarse) - min(coarse) >= 0.08 * np.mean(coarse)


def test_a_portrait_is_whole_over_a_ground_of_itself() -> None:
    photo = Image.new("RGB", (600, 800), (200, 40, 40))
    ImageDraw.Draw(photo).rectangle((0, 0, 599, 399), fill=(40, 40, 200))
    lens = Lens(width_px=480, height_px=270, frames=60, frame_rate=Fraction(30))
    one = move(Size(*photo.size), lens, "00000000", 0)
    planes = Scene(photo, one, lens.frame).at(0)
    light = np.asarray(planes.y, np.float64)
    assert one.window.height_px == 270
    assert light.shape == (270, 480)
    # Both halves are there in the window: the border between them is in the middle of its height.
    inside = light[:, 240]
    assert abs(int(np.argmax(np.abs(np.diff(inside)))) - 135) <= 3
    # The ground is dimmer than the photo, and soft: it has no edge as the photo has.
    assert light[260, 20] < inside[260]
    assert np.abs(np.diff(light[:, 20])).max() < np.abs(np.diff(inside)).max() / 4
