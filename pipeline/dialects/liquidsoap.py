"""Liquidsoap: an M3U with annotations. Pure."""

from __future__ import annotations

from pipeline.dialects.words import owner, title
from pipeline.show.model import Entry, Show, ShowList
from pipeline.units import seconds_text


def liquidsoap(show: Show, listed: ShowList, root: str) -> str:
    """Return a list with absolute paths, lengths, cue points in seconds, and the loudness that was measured.

    Play it with ``playlist(mode="normal", FILE)``: by itself Liquidsoap shuffles. ``liq_integrated_lufs`` saves it
    measuring each file again, and is left out where there is silence. Source: Liquidsoap's
    ``doc/content/loudness_normalization.md``, ``seek.md`` and ``request_sources.md``.
    """
    lines = [f"annotate:{_said(show, entry)}:{root}/{entry.master}" for entry in show.entries(listed)]
    return "\n".join(["#EXTM3U", *lines]) + "\n"


def _said(show: Show, entry: Entry) -> str:
    length_s = seconds_text(entry.length_s(show.frame_rate), 6)
    said = {"title": title(entry), "artist": owner(show), "duration": length_s}
    said |= {"liq_cue_in": "0.000000", "liq_cue_out": length_s}
    if entry.integrated_lufs is not None:
        said["liq_integrated_lufs"] = f"{entry.integrated_lufs:.2f} dB"
    return ",".join(f'{key}="{_quoted(value)}"' for key, value in said.items())


def _quoted(text: str) -> str:
    r"""Return a text as Liquidsoap's string. It would compute what stands in ``#{…}``, and then drops the entry."""
    text = text.replace("#{", "\uff03{")
    return text.replace("\\", "\\\\").replace('"', '\\"')
