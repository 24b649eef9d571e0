"""Makes small photos with stated truth, and the book and plan of a small recap."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.preset.fields import Layout
from pipeline.preset.load import load
from pipeline.preset.model import Book
from pipeline.preset.programme import Recap
from pipeline.recap.plan import Candidate, RecapPhoto, RecapPlan, plan_recap

PRESETS = Path(__file__).resolve().parents[2] / "presets"
SIZES: dict[Layout, tuple[int, int]] = {"wide": (480, 270), "square": (270, 270),
                                            "portrait": (270, 338), "tall": (270, 480)}  # fmt: skip
RED, GREEN, BLUE, WHITE = (190, 30, 40), (20, 150, 60), (30, 60, 190), (255, 255, 255)
Colour = tuple[int, int, int]


def small_book(**recap: Any) -> Book:  # noqa: ANN401 - fields of Recap
    """Return the repository's own book with outputs of at most 480 px, and this recap."""
    book = load(PRESETS)
    videos = tuple(
        video.model_copy(update={"width_px": SIZES[video.layout][0], "height_px": SIZES[video.layout][1]})
        for video in book.videos
    )
    made = Recap(**{"title": "ภาพจากงาน", "photo_frames": 30, "fade_frames": 8, "layouts": ("wide",), **recap})
    event = book.event.model_copy(update={"recap": made})
    return book.model_copy(update={"event": event, "videos": videos})


def save_photo(folder: Path, name: str, picture: Image.Image, album: str = "a", title: str | None = None) -> Candidate:
    """Save a picture as a developed photo and return it as a candidate."""
    path = folder / "photos" / album / f"{name}-2048.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=95)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    photo = RecapPhoto(
        path=str(path.relative_to(folder)),
        sha256=digest,
        width_px=picture.width,
        height_px=picture.height,
        album_title=title,
    )
    return Candidate(photo=photo, album=album, taken_at=None)


def plain(folder: Path, name: str, colour: Colour, album: str = "a", title: str | None = None) -> Candidate:
    """Save a photo of one colour."""
    return save_photo(folder, name, Image.new("RGB", (640, 400), colour), album, title)


def three(folder: Path, **recap: Any) -> RecapPlan:  # noqa: ANN401 - fields of Recap
    """Return the plan of a red and a green photo in an album with a name, and a blue one in the next album."""
    photos = (
        plain(folder, "1", RED, "a", "เช้าวันแรก"),
        plain(folder, "2", GREEN, "a", "เช้าวันแรก"),
        plain(folder, "3", BLUE, "b", "ผู้ที่มาร่วมงาน"),
    )
    (plan,) = plan_recap(small_book(**recap), photos)
    return plan
