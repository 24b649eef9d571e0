"""What nginx-vod-module and OBS ask of their JSON, and lengths that add up."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from dialect_shows import with_break
from hypothesis import given
from hypothesis import strategies as st
from show_factory import Part, entries, show

from pipeline.dialects.ffconcat import ffconcat
from pipeline.dialects.m3u8 import m3u8
from pipeline.dialects.nginx_vod import nginx_vod
from pipeline.dialects.obs import obs_scenes
from pipeline.dialects.xspf import xspf
from pipeline.show.model import Show

SOURCE: dict[str, type] = {
    "prev_ver": int, "name": str, "uuid": str, "id": str, "versioned_id": str, "settings": dict, "mixers": int,
    "sync": int, "flags": int, "volume": float, "balance": float, "enabled": bool, "muted": bool,
    "push-to-mute": bool, "push-to-mute-delay": int, "push-to-talk": bool, "push-to-talk-delay": int,
    "hotkeys": dict, "deinterlace_mode": int, "deinterlace_field_order": int, "monitoring_type": int,
    "private_settings": dict,
}  # fmt: skip
"""What OBS 29.0.2 saved of a source, and the uuid that 29.1 and later ask for. Source: ``obs_save_source``."""
ITEM: dict[str, type] = {
    "name": str, "source_uuid": str, "id": int, "visible": bool, "locked": bool, "rot": float, "pos": dict,
    "scale": dict, "align": int, "bounds_type": int, "bounds_align": int, "bounds": dict, "crop_left": int,
    "crop_top": int, "crop_right": int, "crop_bottom": int, "group_item_backup": bool, "scale_filter": str,
    "blend_method": str, "blend_type": str, "show_transition": dict, "hide_transition": dict,
    "private_settings": dict,
}  # fmt: skip
"""Source: ``scene_save_item`` in ``libobs/obs-scene.c``."""
SETTINGS: dict[str, dict[str, type]] = {
    "vlc_source": {
        "playlist": list, "loop": bool, "shuffle": bool, "playback_behavior": str, "network_caching": int,
        "track": int, "subtitle_enable": bool, "subtitle": int,
    },
    "ffmpeg_source": {
        "is_local_file": bool, "local_file": str, "looping": bool, "restart_on_activate": bool,
        "clear_on_media_end": bool, "close_when_inactive": bool, "hw_decode": bool, "speed_percent": int,
    },
    "scene": {"custom_size": bool, "id_counter": int, "items": list},
}  # fmt: skip
"""Source: ``vlc-video-source.c``, ``obs-ffmpeg-source.c``, ``obs-scene.c``."""


def types(values: dict[str, Any]) -> dict[str, type]:
    return {key: type(value) for key, value in values.items()}


def collection(made: Show) -> dict[str, Any]:
    """Return the collection, held against what OBS reads."""
    found: dict[str, Any] = json.loads(obs_scenes(made, "/srv"))
    names = [source["name"] for source in found["sources"]]
    assert len(set(names)) == len(names)
    by_name = {source["name"]: source for source in found["sources"]}
    for source in found["sources"]:
        assert types(source) == SOURCE
        assert UUID(source["uuid"]).version == 5
        assert types(source["settings"]) == SETTINGS[source["id"]]
        for number, item in enumerate(source["settings"].get("items", ()), 1):
            assert types(item) == ITEM
            assert (item["id"], item["bounds"]) == (number, {"x": 1920.0, "y": 1080.0})
            assert by_name[item["name"]]["uuid"] == item["source_uuid"]
    scenes = [source["name"] for source in found["sources"] if source["id"] == "scene"]
    assert [scene["name"] for scene in found["scene_order"]] == scenes
    assert found["current_scene"] == found["current_program_scene"] == (scenes or [""])[0]
    return found


def test_obs_has_every_list_file_by_file_over_the_fallback() -> None:
    made = with_break()
    found = collection(made)
    by_name = {source["name"]: source for source in found["sources"]}
    scenes = [by_name[scene["name"]] for scene in found["scene_order"]]
    assert len(scenes) == 2 + len(made.lists)
    loop = by_name[scenes[0]["settings"]["items"][0]["name"]]
    assert loop["settings"]["local_file"] == f"/srv/{made.items[3].master}"
    assert loop["settings"]["looping"] is True
    film = by_name[scenes[1]["settings"]["items"][1]["name"]]
    assert (film["settings"]["local_file"], film["settings"]["looping"]) == ("/srv/playlists/show.mp4", False)
    for listed, scene in zip(made.lists, scenes[2:], strict=True):
        under, over = (by_name[item["name"]] for item in scene["settings"]["items"])
        assert under is loop
        assert over["id"] == "vlc_source"
        files = [row["value"] for row in over["settings"]["playlist"]]
        assert files == [f"/srv/{entry.master}" for entry in made.entries(listed)]
        assert (over["settings"]["loop"], over["settings"]["shuffle"]) == (True, False)


def test_obs_ids_stay_when_titles_change() -> None:
    made = with_break()
    other = made.model_copy(update={"lists": tuple(each.model_copy(update={"title": "ใหม่"}) for each in made.lists)})
    before, after = collection(made), collection(other)
    assert [source["uuid"] for source in before["sources"]] == [source["uuid"] for source in after["sources"]]
    assert collection(show(entries(())))["sources"] == []


def test_nginx_vod_has_both_renditions() -> None:
    made = with_break()
    found = nginx_vod(made, made.lists[0], "/srv")
    assert list(found) == [".vod.json"]
    mapped = json.loads(found[".vod.json"])
    assert set(mapped) == {"playlistType", "discontinuity", "durations", "sequences"}
    assert (mapped["playlistType"], mapped["discontinuity"]) == ("vod", False)
    for output, sequence in zip(("air-1080p", "air-720p"), mapped["sequences"], strict=True):
        assert set(sequence) == {"clips"}
        wanted = [{"type": "source", "path": f"/srv/{entry.media[output]}"} for entry in made.items]
        assert sequence["clips"] == wanted


@pytest.mark.parametrize(("count", "files"), [(0, []), (1, [1]), (128, [128]), (129, [128, 1]), (300, [128, 128, 44])])
def test_nginx_vod_never_has_more_than_128_clips(count: int, files: list[int]) -> None:
    made = show(entries([Part(f"p{number}", 16) for number in range(count)]))
    found = nginx_vod(made, made.lists[0], "/srv")
    ends = [".vod.json"] if len(files) == 1 else [f".{number}.vod.json" for number in range(1, len(files) + 1)]
    assert list(found) == ends
    assert [len(json.loads(text)["durations"]) for text in found.values()] == files


def test_a_clip_without_the_smaller_rendition_leaves_it_out() -> None:
    made = with_break()
    first = made.items[0].model_copy(update={"media": {"air-1080p": made.items[0].master}})
    made = made.model_copy(update={"items": (first, *made.items[1:])})
    assert len(json.loads(nginx_vod(made, made.lists[0], "/srv")[".vod.json"])["sequences"]) == 1


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(25), Fraction(30000, 1001)])
@given(frames=st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_lengths_do_not_drift(rate: Fraction, frames: list[int]) -> None:
    parts = [Part(f"p{number}", count) for number, count in enumerate(frames)]
    made = show(entries(parts)).model_copy(update={"frame_rate": rate})
    exact = [Fraction(count) / rate for count in frames]
    lines = ffconcat(made, made.lists[0], "../").splitlines()
    said = [Fraction(line.split()[1]) for line in lines if line.startswith("duration")]
    assert all(abs(a - b) <= Fraction(1, 2 * 10**6) for a, b in zip(said, exact, strict=True))
    durations = json.loads(nginx_vod(made, made.lists[0], "/srv")[".vod.json"])["durations"]
    assert abs(sum(durations) - sum(exact) * 1000) <= Fraction(1, 2)


def test_an_empty_list_is_still_a_list() -> None:
    made = show(entries(()))
    assert m3u8(made, made.lists[0], "../") == "#EXTM3U\n"
    assert ffconcat(made, made.lists[0], "../") == "ffconcat version 1.0\n"
    assert "<trackList />" in xspf(made, made.lists[0], "../")
