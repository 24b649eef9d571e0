"""Identity: digests, and names that every player, share and operating system can read. Pure but for reading bytes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

CHUNK_BYTES = 1 << 20


def digest(path: Path) -> str:
    """Return the SHA-256 of the file's bytes. Raises ``OSError`` as reading does."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def safe_name(text: str, unique: str) -> str:
    """Return an ASCII name for ``text``: at most 60 of its own letters and digits, and ``unique`` where needed.

    Thai is not romanised: every tool that tries mangles it, and two names could meet. ``unique`` (hexadecimal
    digits of a digest) is added whenever anything was dropped, so that different texts keep different names.
    """
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", unicodedata.normalize("NFC", text)).strip("-._")[:60].strip("-._")
    if kept and kept == text:
        return kept
    return f"{kept}-{unique}" if kept else f"x-{unique}"
