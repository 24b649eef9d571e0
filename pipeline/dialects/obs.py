"""OBS Studio: a scene collection, made to be imported. Pure.

Source for keys and their meaning: obs-studio 29.0.2 and its source of 2026-08, ``UI/window-basic-main.cpp``
(``GenerateSaveData``), ``libobs/obs.c`` (``obs_save_source``), ``libobs/obs-scene.c``, ``plugins/vlc-video/``,
``plugins/obs-ffmpeg/obs-ffmpeg-source.c``.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid5

from pipeline.dialects.words import one_line, owner
from pipeline.show.channel import filler_of
from pipeline.show.model import Show, ShowList

CONTINUOUS = "playlists/show.mp4"
CANVAS_PX = (1920, 1080)
Json = dict[str, Any]

_NAMESPACE = UUID("7a0d1f3e-6a86-5f0c-9c2b-5d1b6a4f2c11")
_TOP_LEFT, _CENTRE, _SCALE_INNER = 5, 0, 2
_ALL_TRACKS = 255


def obs_scenes(show: Show, root: str) -> str:
    """Return the collection: a fallback scene, one with the continuous file, one for each list with entries.

    OBS opens it on the fallback scene, so nothing starts by itself. Each list is a VLC source with every file named
    directly: OBS cannot see what is missing in a playlist file. Below it lies the fallback, which is seen should VLC
    stop. It loops, because else OBS blanks the picture after every entry, and pauses while another scene is on, so that
    the show goes on where it was. All paths are absolute. Names are unique, as OBS wants; ids stay the same for the
    same event and list.
    """
    names = _Names(show)
    lists = [listed for listed in show.lists if listed.positions]
    sources: list[Json] = []
    scenes: list[Json] = []
    fallback = filler_of(show, show.items)
    under: list[Json] = []
    if fallback:
        settings = _media(f"{root}/{fallback.master}", is_looping=True)
        under = [names.source("ffmpeg_source", "fallback-media", "ภาพคั่น · ไฟล์วนซ้ำ", settings)]
        scenes.append(_scene(names, "fallback", "ภาพคั่น (สำรอง)", under))
        film = names.source(
            "ffmpeg_source", "show-media", "ทั้งงาน · ไฟล์เดียว", _media(f"{root}/{CONTINUOUS}", is_looping=False)
        )
        scenes.append(_scene(names, "continuous", "ทั้งงานในไฟล์เดียว", [*under, film]))
        sources += [*under, film]
    for listed in lists:
        shown = one_line(listed.title) or listed.id
        vlc = names.source("vlc_source", f"{listed.id}-vlc", f"{shown} · VLC", _vlc(show, listed, root))
        sources.append(vlc)
        scenes.append(_scene(names, listed.id, shown, [*under, vlc]))
    return json.dumps(_collection(owner(show), sources, scenes), ensure_ascii=False, indent=1) + "\n"


class _Names:
    """Hands out names that no other source has: OBS renames or drops what comes a second time."""

    def __init__(self, show: Show) -> None:
        self._event_id = show.event_id
        self._taken: set[str] = set()

    def source(self, kind: str, key: str, wanted: str, settings: Json) -> Json:
        """Return a source as OBS saves it."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted} ({number})", number + 1
        self._taken.add(name)
        return {
            "prev_ver": 0x1D000002,  # 29.0.2
            "name": name,
            "uuid": str(uuid5(_NAMESPACE, f"{self._event_id}/{key}")),
            "id": kind,
            "versioned_id": kind,
            "settings": settings,
            "mixers": 0 if kind == "scene" else _ALL_TRACKS,
            "sync": 0,
            "flags": 0,
            "volume": 1.0,
            "balance": 0.5,
            "enabled": True,
            "muted": False,
            "push-to-mute": False,
            "push-to-mute-delay": 0,
            "push-to-talk": False,
            "push-to-talk-delay": 0,
            "hotkeys": {},
            "deinterlace_mode": 0,
            "deinterlace_field_order": 0,
            "monitoring_type": 0,
            "private_settings": {},
        }


def _media(path: str, *, is_looping: bool) -> Json:
    """Return the settings of a Media Source. It starts when its scene is shown, and keeps its last picture."""
    return {
        "is_local_file": True,
        "local_file": path,
        "looping": is_looping,
        "restart_on_activate": True,
        "clear_on_media_end": False,
        "close_when_inactive": False,
        "hw_decode": False,
        "speed_percent": 100,
    }


def _vlc(show: Show, listed: ShowList, root: str) -> Json:
    """Return the settings of a VLC Video Source. Captions are in the picture."""
    files = [f"{root}/{entry.master}" for entry in show.entries(listed)]
    return {
        "playlist": [{"value": path, "selected": False, "hidden": False} for path in files],
        "loop": True,
        "shuffle": False,
        "playback_behavior": "pause_unpause",
        "network_caching": 400,
        "track": 1,
        "subtitle_enable": False,
        "subtitle": 1,
    }


def _scene(names: _Names, key: str, name: str, layers: list[Json]) -> Json:
    items = [_scene_item(number, source) for number, source in enumerate(layers, 1)]
    scene = names.source("scene", key, name, {"custom_size": False, "id_counter": len(items), "items": items})
    scene["hotkeys"] = {"OBSBasic.SelectScene": []}
    return scene


def _scene_item(number: int, source: Json) -> Json:
    """Return a source in a scene, scaled to fill the canvas. Later ones lie on top."""
    wide, high = CANVAS_PX
    return {
        "name": source["name"],
        "source_uuid": source["uuid"],
        "id": number,
        "visible": True,
        "locked": True,
        "rot": 0.0,
        "pos": {"x": 0.0, "y": 0.0},
        "scale": {"x": 1.0, "y": 1.0},
        "align": _TOP_LEFT,
        "bounds_type": _SCALE_INNER,
        "bounds_align": _CENTRE,
        "bounds": {"x": float(wide), "y": float(high)},
        "crop_left": 0,
        "crop_top": 0,
        "crop_right": 0,
        "crop_bottom": 0,
        "group_item_backup": False,
        "scale_filter": "disable",
        "blend_method": "default",
        "blend_type": "normal",
        "show_transition": {"duration": 0},
        "hide_transition": {"duration": 0},
        "private_settings": {},
    }


def _collection(name: str, sources: list[Json], scenes: list[Json]) -> Json:
    first = scenes[0]["name"] if scenes else ""
    return {
        "name": name,
        "version": 1,  # places in pixels, as all versions read them
        "resolution": {"x": CANVAS_PX[0], "y": CANVAS_PX[1]},
        "current_scene": first,
        "current_program_scene": first,
        "scene_order": [{"name": scene["name"]} for scene in scenes],
        "sources": [*sources, *scenes],
        "groups": [],
        "current_transition": "Fade",
        "transition_duration": 300,
        "transitions": [],
        "quick_transitions": [],
        "saved_projectors": [],
        "preview_locked": False,
        "scaling_enabled": False,
        "scaling_level": 0,
        "scaling_off_x": 0.0,
        "scaling_off_y": 0.0,
        "modules": {},
    }
