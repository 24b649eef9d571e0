"""What lies beside a clip's videos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from test_plan import BOOK, CARD, clip_facts, plan

from pipeline.card.draw import draw_still
from pipeline.card.pieces import Frame
from pipeline.errors import OurError
from pipeline.video import beside
from pipeline.video.beside import stills


def test_a_still_is_as_its_preset_says(tmp_path: Path) -> None:
    made = stills(plan(clip_facts()), BOOK.posters, tmp_path)
    assert made.warnings == ()
    sizes = {name: Image.open(path).size for name, path in made.files.items()}
    assert sizes == {
        "poster.jpg": (1920, 1080), "cover-square.jpg": (1080, 1080), "cover-portrait.jpg": (1080, 1350),
        "cover-vertical.jpg": (1080, 1920), "link.jpg": (1200, 630),
    }  # fmt: skip


def test_no_room_on_a_cover_for_posts_keeps_no_clip_off_the_air(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = draw_still

    def narrow(card: object, style: object, frame: Frame, breaker: object) -> Image.Image:
        if frame.layout != "wide":
            raise OurError("text-does-not-fit", CARD.name)
        return real(card, style, frame, breaker)  # type: ignore[arg-type]

    monkeypatch.setattr(beside, "draw_still", narrow)
    made = stills(plan(clip_facts()), BOOK.posters, tmp_path)
    assert list(made.files) == ["poster.jpg"]
    assert [told.code for told in made.warnings] == ["still-left-out"] * 4
    assert CARD.name in made.warnings[0].th
    monkeypatch.setattr(
        beside, "draw_still", lambda *_: narrow(CARD, 0, Frame(width_px=2, height_px=2, layout="square"), 0)
    )
    with pytest.raises(OurError):
        stills(plan(clip_facts()), BOOK.posters, tmp_path)
