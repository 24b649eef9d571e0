"""What the environment says: where things are and what to use. Read once, at the edge, never inside a noun."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATE_FOLDER = ".showcase"
"""Inside the output folder: scratch must be on the same file system as what it is renamed to."""


@dataclass(frozen=True)
class Settings:
    """The folders and tools of one run. All paths are absolute."""

    media_in: Path
    media_out: Path
    presets: Path
    event: str | None
    broker_url: str | None
    ffmpeg: str | None
    playout_root: Path | None = None
    """The output folder as the machines that play see it, where that is another path."""
    base_url: str | None = None
    """Address under which the output folder is served; the event's own when unset."""
    speech_model: Path | None = None
    """The folder of the model that drafts captions from speech; without one, none are drafted."""

    @property
    def state(self) -> Path:
        """Showcase's own corner of the output folder."""
        return self.media_out / STATE_FOLDER

    @property
    def scratch(self) -> Path:
        """Half-made files; emptied at every start."""
        return self.state / "scratch"

    @property
    def cache(self) -> Path:
        """What can be made again at any time: what was found in files, and the encoder that was chosen."""
        return self.state / "cache"

    def environment(self) -> dict[str, str]:
        """Return the variables that give a worker these same settings."""
        pairs = {
            "SHOWCASE_IN": str(self.media_in),
            "SHOWCASE_OUT": str(self.media_out),
            "SHOWCASE_PRESETS": str(self.presets),
            "SHOWCASE_EVENT": self.event,
            "SHOWCASE_BROKER_URL": self.broker_url,
            "SHOWCASE_FFMPEG": self.ffmpeg,
            "SHOWCASE_PLAYOUT_ROOT": str(self.playout_root) if self.playout_root else None,
            "SHOWCASE_BASE_URL": self.base_url,
            "SHOWCASE_SPEECH_MODEL": str(self.speech_model) if self.speech_model else None,
        }
        return {name: value for name, value in pairs.items() if value}


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment (default: the process's own) gives."""
    env = os.environ if environ is None else environ
    return Settings(
        media_in=Path(env.get("SHOWCASE_IN", "media_in")).absolute(),
        media_out=Path(env.get("SHOWCASE_OUT", "media_out")).absolute(),
        presets=_presets(env.get("SHOWCASE_PRESETS")),
        event=env.get("SHOWCASE_EVENT"),
        broker_url=env.get("SHOWCASE_BROKER_URL"),
        ffmpeg=env.get("SHOWCASE_FFMPEG"),
        playout_root=Path(root) if (root := env.get("SHOWCASE_PLAYOUT_ROOT")) else None,
        base_url=(env.get("SHOWCASE_BASE_URL") or "").rstrip("/") or None,
        speech_model=Path(model).absolute() if (model := env.get("SHOWCASE_SPEECH_MODEL")) else None,
    )


def _presets(told: str | None) -> Path:
    """Return the presets that were named, else those here, else those that came with Showcase."""
    here = Path("presets").absolute()
    if told:
        return Path(told).absolute()
    return here if here.is_dir() else Path(__file__).resolve().parent.parent / "presets"
