"""What a filter graph is made of."""

from __future__ import annotations

from typing import Any

Stream = Any
"""ffmpeg-python's node; the package ships no types."""
