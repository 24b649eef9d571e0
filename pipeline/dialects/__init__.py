"""Each list of the show in every dialect that players read, byte for byte as they read it. Pure.

File names in lists are plain ASCII by contract, so no dialect's escaping is needed for them; titles are what people
see, and each dialect has its own traps there. Lists name files under ``masters/``, whose bytes never change.
"""

from __future__ import annotations

from pipeline.dialects.ffconcat import ffconcat
from pipeline.dialects.ffplayout import ffplayout
from pipeline.dialects.liquidsoap import liquidsoap
from pipeline.dialects.m3u8 import m3u8
from pipeline.dialects.nginx_vod import nginx_vod
from pipeline.dialects.obs import obs_scenes
from pipeline.dialects.words import address
from pipeline.dialects.xspf import xspf
from pipeline.show.model import Places, Show
from pipeline.store.package import Package

__all__ = ["players"]
BESIDE = "../"
"""From ``playlists/`` to the output folder."""


def players(show: Show, places: Places) -> Package:
    """Return everything under ``playlists/`` that players read; with ``base_url`` also the lists of addresses."""
    package: Package = {}
    for listed in show.lists:
        name = f"playlists/{listed.id}"
        package[f"{name}.m3u8"] = m3u8(show, listed, BESIDE)
        package[f"{name}.xspf"] = xspf(show, listed, BESIDE)
        package[f"{name}.ffconcat"] = ffconcat(show, listed, BESIDE)
        package[f"{name}.liquidsoap.m3u"] = liquidsoap(show, listed, places.root)
        for suffix, text in nginx_vod(show, listed, places.root).items():
            package[f"{name}{suffix}"] = text
        if places.base_url:
            base = address(places.base_url) + "/"
            package[f"playlists/urls/{listed.id}.m3u8"] = m3u8(show, listed, base)
            package[f"playlists/urls/{listed.id}.xspf"] = xspf(show, listed, base)
    for date, text in ffplayout(show, places.root).items():
        package[f"playlists/ffplayout/{date:%Y/%m/%Y-%m-%d}.json"] = text
    package["playlists/obs-scenes.json"] = obs_scenes(show, places.root)
    return package
