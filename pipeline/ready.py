"""Makes sure of what a run needs before it begins: the style's faces, and an ffmpeg that knows our filters."""

from __future__ import annotations

from pipeline import process
from pipeline.errors import OurError, PresetError
from pipeline.preset.model import Style
from pipeline.reasons import Reason
from pipeline.settings import Settings

ASKED_S = 30.0
_NEEDED = {"setparams": "chroma_location", "xfade": "transition", "ass": "fontsdir", "tpad": "stop_mode"}
"""Filters, and an option of each that older versions lack: FFmpeg 5.1 knows no chroma_location (measured)."""


def require_faces(style: Style) -> None:
    """Make sure that Thai is set rightly here, and that every face of the style is installed.

    Raises:
        MachineError: ``shaping-missing``: this machine would set marks through each other.
        PresetError: ``presets-wrong`` with one reason for each face that is not there.

    """
    from pipeline.card.fonts import require_shaping  # noqa: PLC0415 - Pillow, only for those who draw

    require_shaping()
    problems = face_problems(style)
    if problems:
        raise PresetError("presets-wrong", len(problems), others=problems)


def face_problems(style: Style) -> tuple[Reason, ...]:
    """Return one reason for each face of the style that is not installed."""
    from pipeline.card.fonts import font_path  # noqa: PLC0415 - 0.15 s, only for those who draw

    told = []
    for _, face in style.faces:
        try:
            font_path(face)
        except PresetError as error:
            told.append(error.reason)
    return tuple(dict.fromkeys(told))


def require_ffmpeg(settings: Settings) -> None:
    """Make sure that another ffmpeg than the packaged one knows what we ask of it.

    Raises:
        PresetError: ``ffmpeg-too-old``, with the filter that it lacks.
        MachineError: it is not there or cannot be started.

    """
    if not settings.ffmpeg:
        return
    for name, option in _NEEDED.items():
        argv = [settings.ffmpeg, "-hide_banner", "-h", f"filter={name}"]
        if option not in _said(argv):
            raise PresetError("ffmpeg-too-old", settings.ffmpeg, name)


def _said(argv: list[str]) -> str:
    try:
        return process.run(argv, timeout_s=ASKED_S).stdout.decode("utf-8", "replace")
    except OurError:  # it is not ffmpeg at all
        return ""
