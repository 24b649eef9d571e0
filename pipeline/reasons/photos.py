"""What people are told about photos."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
