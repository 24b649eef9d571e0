"""HLS playlists and caption segments of every list, from what is packaged. Pure.

Muxed: picture and sound are one file in each rendition, so that a player fetches one thing at a time and neither can
be missing alone. Captions are burned into the picture; the renditions are for those who need text (a screen reader,
another size, a copy), so no player may put them over the burned ones by itself: ``DEFAULT=NO,AUTOSELECT=NO``.
Source: RFC 8216 and draft-pantos-hls-rfc8216bis; Apple, HLS authoring specification.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from fractions import Fraction
from itertools import pairwise

from pipeline.hls.model import HLS_FOLDER, SEGMENT_S, SEGMENTS_FILE, HlsList, HlsMedia, Packed, PackedEntry, Segment
from pipeline.hls.vtt import Cue, placed, read_vtt, segment
from pipeline.show.model import Entry, Show
from pipeline.store.package import Package
from pipeline.units import seconds_text

NAMES = {
    "th": "ไทย",
    "en": "English",
    "ms": "Bahasa Melayu",
    "lo": "ລາວ",
    "zh": "中文",
    "ja": "日本語",
    "ar": "العربية",
}
"""What a language is called in itself; any other is shown by its code."""
CAPTIONS_FOLDER = f"{HLS_FOLDER}/captions"
_VERSION = 7
"""6 would do for MAP; 7 is the protocol of RFC 8216 and what Apple's tools write for fMP4."""
_NEAR, _FAR = Fraction(1, 2), Fraction(3, 2)
"""A peak is measured over 0.5 to 1.5 target durations. Source: RFC 8216, 4.1."""


@dataclass(frozen=True)
class _Piece:
    """One segment in a media playlist."""

    uri: str
    starts_frames: int
    frames: int
    init: str = ""
    breaks: bool = False
    """Whether what comes differs from what came before in a way that a decoder must be told of."""


def hls_package(show: Show, media: HlsMedia, captions: Mapping[str, str]) -> Package:
    """Return caption segments, media playlists, then multivariant playlists, then ``segments.json``.

    ``captions``: WebVTT by its path in the output folder; one that is not there counts as empty.
    """
    segments: Package = {}
    inner: Package = {}
    outer: Package = {}
    for listed in media.lists:
        if not listed.entries:
            continue
        own = _One(show, media, listed)
        for output in own.outputs:
            inner[f"{own.folder}/{output}.m3u8"] = own.playlist(own.pieces(output))
        languages = own.languages()
        for language in languages:
            texts = own.caption_texts(language, captions)
            names = [f"{language}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.vtt" for text in texts]
            segments |= {f"{CAPTIONS_FOLDER}/{name}": text for name, text in zip(names, texts, strict=True)}
            inner[f"{own.folder}/captions-{language}.m3u8"] = own.playlist(own.caption_pieces(names))
        outer[f"{own.folder}/master.m3u8"] = own.multivariant(languages)
    return segments | inner | outer | {SEGMENTS_FILE: media.model_dump_json() + "\n"}


class _One:
    """One list."""

    def __init__(self, show: Show, media: HlsMedia, listed: HlsList) -> None:
        self.show, self.media, self.listed = show, media, listed
        self.rate = media.frame_rate
        self.folder = f"{HLS_FOLDER}/{listed.id}"
        by_position = {entry.position: entry for entry in show.items}
        self.entries = [(packed, by_position[packed.position]) for packed in listed.entries]
        first, *others = (entry.packed for entry in listed.entries)
        self.outputs = [output for output in first if all(output in other for other in others)]
        self.dates = dict(_dates(show, self.entries))

    def renditions(self, output: str) -> list[Packed]:
        """Return the entries of one rendition."""
        return [self.media.of(entry, output) for entry in self.listed.entries]

    def pieces(self, output: str) -> list[_Piece]:
        """Return the segments of one rendition."""
        made = []
        for packed, breaks in zip(self.renditions(output), self._breaks(), strict=True):
            for number, one in enumerate(packed.segments()):
                place = (_inward(one.path), one.starts_frames, one.frames)
                made.append(_Piece(*place, init=_inward(packed.init), breaks=breaks and number == 0))
        return made

    def _breaks(self) -> list[bool]:
        """Return before which entries decoders must begin anew: in all renditions at once, as clients count on."""
        inits = list(zip(*([packed.init for packed in self.renditions(o)] for o in self.outputs), strict=True))
        return [False, *(one != other for one, other in pairwise(inits))]

    def caption_pieces(self, names: Sequence[str]) -> list[_Piece]:
        """Return the segments of a caption rendition: as long as those of the picture."""
        shown = self.pieces(self.outputs[0])
        return [
            _Piece(f"../captions/{name}", piece.starts_frames, piece.frames, breaks=piece.breaks)
            for name, piece in zip(names, shown, strict=True)
        ]

    def languages(self) -> list[str]:
        """Return the languages that any entry has captions in: Thai first."""
        return sorted(
            {language for _, entry in self.entries for language in entry.captions}, key=lambda x: (x != "th", x)
        )

    def caption_texts(self, language: str, captions: Mapping[str, str]) -> list[str]:
        """Return the WebVTT segments of a language, one for each segment of the picture."""
        texts = []
        for packed, entry in self.entries:
            read = read_vtt(captions.get(entry.captions.get(language, ""), ""))
            cues = list(placed(read, packed.starts_frames / self.rate, packed.frames / self.rate))
            texts += [self._text(cues, one) for one in self.media.of(packed, self.outputs[0]).segments()]
        return texts

    def _text(self, cues: Sequence[Cue], one: Segment) -> str:
        return segment(cues, one.starts_frames / self.rate, (one.starts_frames + one.frames) / self.rate)

    def playlist(self, pieces: Sequence[_Piece]) -> str:
        """Return a media playlist. Lengths are differences of rounded times, so their sum never drifts."""
        lines = [
            "#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", f"#EXT-X-TARGETDURATION:{self.target_s()}",
            "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS",
        ]  # fmt: skip
        init, zero = "", pieces[0].starts_frames
        for piece in pieces:
            if piece.breaks:
                lines.append("#EXT-X-DISCONTINUITY")
            if piece.init != init:
                init = piece.init
                lines.append(f'#EXT-X-MAP:URI="{init}"')
            if piece.starts_frames in self.dates:
                lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{self.dates[piece.starts_frames]}")
            at, end = (_micro((piece.starts_frames + n - zero) / self.rate) for n in (0, piece.frames))
            lines += [f"#EXTINF:{seconds_text(Fraction(end - at, 1_000_000), 6)},", piece.uri]
        return "\n".join([*lines, "#EXT-X-ENDLIST", ""])

    def target_s(self) -> int:
        """Return the target duration, the same for every rendition: lengths are rounded to the nearest second."""
        longest = max(one.frames for o in self.outputs for packed in self.renditions(o) for one in packed.segments())
        return max(SEGMENT_S, int(longest / self.rate + Fraction(1, 2)))

    def multivariant(self, languages: Sequence[str]) -> str:
        """Return the list of renditions: the largest picture first, as it is what goes on air."""
        lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for language in languages:
            name = unicodedata.normalize("NFC", NAMES.get(language, language))
            lines.append(
                f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{name}",LANGUAGE="{language}",'
                f'DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,URI="captions-{language}.m3u8"'
            )
        for output in sorted(self.outputs, key=lambda o: -self.renditions(o)[0].height_px):
            lines += [self._variant(output, bool(languages)), f"{output}.m3u8"]
        return "\n".join([*lines, ""])

    def _variant(self, output: str, has_captions: bool) -> str:  # noqa: FBT001 - told by one caller
        renditions = self.renditions(output)
        pieces = [(one.bytes * 8, one.frames / self.rate) for packed in renditions for one in packed.segments()]
        average = sum(bits for bits, _ in pieces) / sum(length_s for _, length_s in pieces)
        told = {
            "BANDWIDTH": str(max(-int(-peak_bps(pieces, self.target_s()) // 1), -int(-average // 1))),
            "AVERAGE-BANDWIDTH": str(-int(-average // 1)),
            "CODECS": f'"{_codecs(renditions)}"',
            "RESOLUTION": f"{renditions[0].width_px}x{renditions[0].height_px}",
            "FRAME-RATE": seconds_text(self.rate, 3),
            **({"SUBTITLES": '"captions"'} if has_captions else {}),
            "CLOSED-CAPTIONS": "NONE",
        }
        return "#EXT-X-STREAM-INF:" + ",".join(f"{name}={value}" for name, value in told.items())


def peak_bps(pieces: Sequence[tuple[int, Fraction]], target_s: int) -> Fraction:
    """Return the peak bit rate of segments of so many bits and seconds.

    The largest over any of them in a row that last from 0.5 to 1.5 target durations; a list that is shorter has only
    its average. Source: RFC 8216, 4.1.
    """
    peak = Fraction(0)
    for first in range(len(pieces)):
        bits, length_s = 0, Fraction(0)
        for more_bits, more_s in pieces[first:]:
            bits, length_s = bits + more_bits, length_s + more_s
            if length_s > _FAR * target_s:
                break
            if length_s >= _NEAR * target_s:
                peak = max(peak, bits / length_s)
    return peak


def _codecs(renditions: Sequence[Packed]) -> str:
    return ",".join(dict.fromkeys(codec for packed in renditions for codec in packed.codecs.split(",")))


def _dates(show: Show, entries: Sequence[tuple[PackedEntry, Entry]]) -> Iterator[tuple[int, str]]:
    """Yield the frames of a list's clock at which a date and time is told, and its text.

    A date holds until the next, as clients count on from it. So one is told where the plan jumps: at the first entry
    and after idle time. One that would go back, where something overruns or rooms run at the same time, is not told: a
    moment may stand for one place alone. Untimed sessions have none.
    """
    told: tuple[Fraction, int] | None = None
    zero = show.sessions[0].starts_at.astimezone(UTC)
    for packed, entry in entries:
        session = show.session(entry)
        if not session.is_timed:
            continue
        # In UTC: the difference of two local times is wrong where clocks change between them.
        since_s = Fraction((session.starts_at.astimezone(UTC) - zero) // timedelta(microseconds=1), 1_000_000)
        planned_s = since_s + entry.offset_frames / show.frame_rate
        if told is None or planned_s > told[0] + (packed.starts_frames - told[1]) / show.frame_rate:
            told = planned_s, packed.starts_frames
            yield packed.starts_frames, show.starts_at(entry).isoformat(timespec="milliseconds")


def _micro(at_s: Fraction) -> int:
    return int(at_s * 1_000_000 + Fraction(1, 2))


def _inward(path: str) -> str:
    """Return a file under ``playlists/hls/`` as a list's folder sees it."""
    return "../" + path.removeprefix(f"{HLS_FOLDER}/")
