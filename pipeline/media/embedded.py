"""Captions inside a clip: its text subtitle tracks, read as caption files are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import InputError
from pipeline.media.facts import ClipFacts, SubtitleFacts
from pipeline.media.probe import opened
from pipeline.reasons import Reason
from pipeline.text.cues import Captions, Cue
from pipeline.text.markup import inert, without_overrides, without_tags
from pipeline.text.reading import Read, language_of_name, read_captions
from pipeline.text.subtitles import to_srt

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

MOST_CUES = 5000
"""Of one track: more than anyone reads in an hour."""
MOST_PACKETS = 100_000
LONGEST_CUE_S = Fraction(15)
"""How long a cue stays when the file does not say and none follows."""
LONGEST_STAY_S = Fraction(1500)
"""A decoder's own end after more than this is none: some write 2³² − 1 ms for "until the next one".
Source: libavcodec/pgssubdec.c, ccaption_dec.c."""
_ASS_FIELDS = 9
"""Fields of an event as libavcodec writes it; the last is the text. Source: libavcodec/ass.h."""
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}")
_BREAK = re.compile(r"\\[Nn]")
_OPEN, _CLOSE = "\ue000", "\ue001"
_SIGNS = (("\\{{}", _OPEN), ("\\{", _OPEN), ("\\}", _CLOSE), ("\\h", " "))
"""Braces as libavcodec writes them. Source: libavcodec/webvttdec.c, ff_ass_bprint_text_event()."""
_MILLISECONDS = 1000


class Embedded(NamedTuple):
    """The captions found, one for each language, and what people should know about how they were read."""

    captions: tuple[Captions, ...] = ()
    notes: tuple[Reason, ...] = ()


def read_embedded(path: Path, facts: ClipFacts) -> Embedded:
    """Return the captions inside the clip, on its clock, and the notes on them. Never raises.

    A track that cannot be read is left out with a note.
    Of several tracks in one language the one that is not only for foreign parts is taken, then the default one, then
    the one that says most.
    """
    import av  # noqa: PLC0415 - slow to import

    tracks = {track.index: track for track in facts.subtitles if track.is_text}
    if not tracks:
        return Embedded()
    cues: dict[int, list[Cue]] = {index: [] for index in tracks}
    try:
        with opened(path) as container:
            _collect(container, cues, facts.start_s)
    except (av.FFmpegError, OSError, ValueError, IndexError):  # what was read until then still counts
        pass
    return _chosen([(track, _read(track, cues[index])) for index, track in tracks.items()])


def _chosen(reads: list[tuple[SubtitleFacts, Read | Reason]]) -> Embedded:
    best: dict[str, tuple[tuple[object, ...], Read]] = {}
    notes: list[Reason] = []
    for track, read in reads:
        if isinstance(read, Reason):
            notes.append(read)
            continue
        merit = (not track.is_forced, track.is_default, len(read.captions.cues), -track.index)
        language = read.captions.language
        if language not in best or merit > best[language][0]:
            best[language] = (merit, read)
    kept = [read for _, read in best.values()]
    notes += [note for read in kept for note in read.warnings]
    return Embedded(tuple(read.captions for read in kept), tuple({note.code: note for note in notes}.values()))


def _read(track: SubtitleFacts, cues: list[Cue]) -> Read | Reason:
    """Return the cues after all that is done to a caption file: cleaned, repaired, its language found out."""
    language = language_of_name(f"track.{track.language}.srt") if track.language else None
    text = to_srt(Captions(language="und", cues=tuple(_ended(cues))))
    try:
        return read_captions(text.encode("utf-8", "replace"), f"track-{track.index}.srt", language, None)
    except InputError as error:
        return error.reason


def _ended(cues: list[Cue]) -> Iterator[Cue]:
    """Yield the cues in order, those without an end until the next one starts."""
    ordered = sorted(cues, key=lambda cue: cue.start_s)
    for place, cue in enumerate(ordered):
        if cue.end_s > cue.start_s:
            yield cue
            continue
        later = next((other.start_s for other in ordered[place + 1 :] if other.start_s > cue.start_s), None)
        end_s = cue.start_s + LONGEST_CUE_S
        yield Cue(start_s=cue.start_s, end_s=min(end_s, later) if later is not None else end_s, text=cue.text)


def _collect(container: InputContainer, cues: dict[int, list[Cue]], zero_s: Fraction) -> None:
    """Go through the packets of the tracks and add their cues, on a clock that begins at ``zero_s``."""
    import av  # noqa: PLC0415 - slow to import

    streams = [stream for stream in container.streams.subtitles if stream.index in cues]
    for number, packet in enumerate(container.demux(streams)):
        found = cues.get(packet.stream_index)
        if number >= MOST_PACKETS:
            return
        if found is None or len(found) >= MOST_CUES or packet.pts is None or not packet.size:
            continue
        try:
            found += _cues(packet, zero_s)
        except (av.FFmpegError, ValueError):
            continue


def _cues(packet: Packet[Any], zero_s: Fraction) -> list[Cue]:
    shown = packet.stream.decode2(packet)
    if shown is None:
        return []
    start_s = (packet.pts or 0) * packet.time_base - zero_s
    length_s = (packet.duration or 0) * packet.time_base
    begin_s, end_s = (Fraction(time, _MILLISECONDS) for time in (shown.start_display_time, shown.end_display_time))
    stays_s = end_s if 0 < end_s < LONGEST_STAY_S and not length_s else length_s
    texts = [_words(rect.ass) for rect in shown if hasattr(rect, "ass")]
    text = "\n".join(dict.fromkeys(text for text in texts if text))
    return (
        [Cue(start_s=start_s + begin_s, end_s=start_s + stays_s, text=text)] if text and start_s + stays_s > 0 else []
    )


def _words(event: bytes) -> str:
    r"""Return the text of an ASS event as libavcodec writes every kind of text subtitle; "" for a drawing."""
    fields = event.decode("utf-8", "replace").split(",", _ASS_FIELDS - 1)
    text = fields[-1] if len(fields) == _ASS_FIELDS else ""
    if _DRAWING.search(text):
        return ""
    for written, meant in _SIGNS:
        text = text.replace(written, meant)
    plain = without_tags(without_overrides(_BREAK.sub("\n", text)))
    return inert(plain.replace(_OPEN, "{").replace(_CLOSE, "}"))
