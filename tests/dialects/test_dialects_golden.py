"""Every dialect, letter for letter. SHOWCASE_WRITE_GOLDEN=1 writes them anew; read the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dialect_shows import PLACES, text_of, with_break

from pipeline.dialects import players

GOLDEN = Path(__file__).parents[1] / "golden" / "dialects"
NAMES = (
    "show.m3u8",
    "show.xspf",
    "show.ffconcat",
    "show.liquidsoap.m3u",
    "show.vod.json",
    "urls/show.m3u8",
    "urls/show.xspf",
    "session-afternoon.m3u8",
    "ffplayout/2022/09/2022-09-27.json",
    "obs-scenes.json",
)


@pytest.mark.parametrize("name", NAMES)
def test_letter_for_letter(name: str) -> None:
    text = text_of(dict(players(with_break(), PLACES)), f"playlists/{name}")
    path = GOLDEN / name
    if os.environ.get("SHOWCASE_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.read_bytes() == text.encode()


def test_every_list_is_there_in_every_dialect() -> None:
    made = with_break()
    package = players(made, PLACES)
    expected = {"playlists/ffplayout/2022/09/2022-09-27.json", "playlists/obs-scenes.json"}
    for listed in made.lists:
        for end in ("m3u8", "xspf", "ffconcat", "liquidsoap.m3u", "vod.json"):
            expected.add(f"playlists/{listed.id}.{end}")
        expected |= {f"playlists/urls/{listed.id}.m3u8", f"playlists/urls/{listed.id}.xspf"}
    assert set(package) == expected
    served_nowhere = players(made, PLACES.model_copy(update={"base_url": None}))
    assert set(served_nowhere) == {path for path in expected if "/urls/" not in path}


def test_the_same_show_gives_the_same_bytes() -> None:
    assert players(with_break(), PLACES) == players(with_break(), PLACES)
