"""What a run needs before it begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import need_tool
from PIL import features

from pipeline.errors import MachineError, PresetError
from pipeline.preset.load import load
from pipeline.preset.model import Face
from pipeline.ready import face_problems, require_faces, require_ffmpeg
from pipeline.settings import read_settings

STYLE = load(Path(__file__).parents[1] / "presets").style


def test_the_faces_that_ship_are_there() -> None:
    require_faces(STYLE)


def test_without_shaping_nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(MachineError) as raised:
        require_faces(STYLE)
    assert raised.value.code == "shaping-missing"


def test_every_face_that_is_missing_is_told() -> None:
    faces = STYLE.faces.model_copy(update={
        "name": Face(family="nosuch", weight=600), "text": Face(family="prompt", weight=650),
    })  # fmt: skip
    told = face_problems(STYLE.model_copy(update={"faces": faces}))
    assert [each.code for each in told] == ["face-missing", "face-missing"]
    assert "nosuch" in told[0].en
    assert "650" in told[1].en
    with pytest.raises(PresetError):
        require_faces(STYLE.model_copy(update={"faces": faces}))


def test_an_ffmpeg_that_lacks_a_filter_is_refused_at_once(ffmpeg: str) -> None:
    settings = read_settings({})
    require_ffmpeg(settings)  # the packaged one
    require_ffmpeg(replace(settings, ffmpeg=ffmpeg))
    with pytest.raises(PresetError) as raised:
        require_ffmpeg(replace(settings, ffmpeg=need_tool("ls")))
    assert raised.value.code == "ffmpeg-too-old"
