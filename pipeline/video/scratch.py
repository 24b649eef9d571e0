"""Files in the scratch folder of one order."""

from __future__ import annotations

import shutil
from pathlib import Path


def bring(source: Path, target: Path) -> None:
    """Give a file a name in scratch; where the file system has no links, a copy of it."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
