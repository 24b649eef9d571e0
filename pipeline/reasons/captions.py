"""What people are told about captions."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {}
