"""Which tools make the bytes: part of every asset's key, so that a new tool makes everything anew."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from pipeline.settings import Settings

RECIPE = 3
"""Raised by hand when Showcase itself makes other bytes from the same plan."""
_PACKAGES = (
    "pillow",
    "pillow-heif",
    "fontpkg-prompt",
    "fontpkg-sarabun",
    "manimgx-fonts",
    "moviepy",
    "numpy",
    "av",
    "pythainlp",
)


def ffmpeg_path(settings: Settings) -> str:
    """Return the ffmpeg to use: ``SHOWCASE_FFMPEG``, else the one that comes with imageio-ffmpeg."""
    if settings.ffmpeg:
        return settings.ffmpeg
    import imageio_ffmpeg  # noqa: PLC0415 - only who renders needs it

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def toolchain(settings: Settings) -> str:
    """Return one line that names every tool whose change changes bytes. Starts no process."""
    packages = " ".join(f"{name}={version(name)}" for name in _PACKAGES)
    return f"showcase={RECIPE} ffmpeg={_ffmpeg_version(settings)} {packages}"


def _ffmpeg_version(settings: Settings) -> str:
    """Return the version, from the name of the packaged binary; of another one, what tells it from its successor."""
    if settings.ffmpeg:
        path = Path(settings.ffmpeg)
        stat = path.stat() if path.is_file() else None
        return f"{path}:{stat.st_size}:{stat.st_mtime_ns}" if stat else str(path)
    found = re.search(r"v(\d[\w.]*?)(?:\.exe)?$", ffmpeg_path(settings))
    return found[1] if found else version("imageio-ffmpeg")
