"""The live channel's media playlists. Pure. Source: RFC 8216bis-20, 4.4 and 6.2.2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from pipeline.live.model import HOLD_BACK_S, TARGET_S, Announced, Journal
from pipeline.live.timing import caption_name, media_name
from pipeline.units import seconds_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION = 7
"""As the lists of the whole show say."""
EMPTY_VTT = "empty.vtt"
"""Beside the playlists: the captions of a piece that has none."""


def media_playlist(journal: Journal, output: str, at_s: Fraction) -> str:
    """Return the list of a rendition of the picture that it :func:`has_output`, as it is at a Unix time.

    Addresses are relative to ``/live/``; initialisation segments are files of the output folder beside it.
    """
    inits = [f"../{each.shown.piece.inits[output]}" for each in journal.announced]
    rates = journal.frame_rate, journal.sample_rate_hz
    files = [f"media/{media_name(each, *rates, each.shown.piece.media[output])}" for each in journal.announced]
    return _text(journal, at_s, files, inits)


def caption_playlist(journal: Journal, language: str, at_s: Fraction) -> str:
    """Return the list of the captions in a language."""
    files = ((each, each.shown.piece.captions.get(language)) for each in journal.announced)
    names = [f"captions/{caption_name(each, journal.frame_rate, path)}" if path else EMPTY_VTT for each, path in files]
    return _text(journal, at_s, names, None)


def has_output(journal: Journal, output: str) -> bool:
    """Return whether all pieces of the window have that rendition."""
    return all(output in each.shown.piece.media for each in journal.announced)


def _text(journal: Journal, at_s: Fraction, files: Sequence[str], inits: Sequence[str] | None) -> str:
    first = journal.announced[0]
    # What the clock shows. Nearer to the end players should not begin. Source: RFC 8216bis-20, 4.4.2.2.
    back_s = max(journal.ends_s - at_s, Fraction(HOLD_BACK_S))
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{TARGET_S}",
        f"#EXT-X-SERVER-CONTROL:HOLD-BACK={HOLD_BACK_S}.0",
        f"#EXT-X-START:TIME-OFFSET={seconds_text(-back_s)},PRECISE=YES",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-MEDIA-SEQUENCE:{first.number}",
        # Of what comes before the first tag: a tag at the first piece counts for itself.
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{first.breaks - first.is_break}",
    ]
    init = ""
    for number, (each, file) in enumerate(zip(journal.announced, files, strict=True)):
        if each.is_break:
            lines.append("#EXT-X-DISCONTINUITY")
        # It holds until the next one, beyond a discontinuity too. Source: RFC 8216, 4.3.2.5.
        if inits is not None and inits[number] != init:
            init = inits[number]
            lines.append(f'#EXT-X-MAP:URI="{init}"')
        lines += [*_times(each, journal.frame_rate), file]
    return "\n".join([*lines, ""])


def _times(each: Announced, frame_rate: Fraction) -> tuple[str, str]:
    """Return the date and the length. Lengths are differences of rounded times, so that their sum never drifts."""
    starts, ends = (_rounded(at_s, 1_000_000) for at_s in (each.starts_s, each.ends_s(frame_rate)))
    at = _EPOCH + timedelta(milliseconds=_rounded(each.starts_s, 1000))
    date = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"#EXT-X-PROGRAM-DATE-TIME:{date}", f"#EXTINF:{seconds_text(Fraction(ends - starts, 1_000_000), 6)},"


def _rounded(at_s: Fraction, per_s: int) -> int:
    return int(at_s * per_s + Fraction(1, 2))
