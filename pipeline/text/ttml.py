"""TTML and DFXP captions, read as a stream of tags: no tree, no document type, no entities.

Source: W3C TTML2, chapters 8 (content), 12 (timing) and 6.1 (parameters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from xml.parsers import expat

from pipeline.errors import InputError
from pipeline.reasons import reason
from pipeline.text.formats import Found, Timed

_CLOCK = re.compile(r"(\d{1,4}):(\d{2}):(\d{2})(?:\.(\d{1,9})|:(\d{1,4}(?:\.\d{1,4})?))?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)", re.ASCII)
_DEFAULT_FRAME_RATE = Fraction(30)  # Source: TTML2, 6.1.5 ttp:frameRate
_TIMING = ("begin", "end", "dur")


@dataclass(frozen=True)
class _Element:
    """An open element: its own time span, where its words go, and whether it is a cue of its own."""

    begin_s: Fraction | None
    end_s: Fraction | None
    words: list[str] | None
    is_cue: bool


def read_ttml(text: str) -> Found:
    """Return the cues of TTML ``text``: one for each paragraph, or for each span that has times of its own.

    Raises:
        InputError: ``captions-unsafe-xml`` when it declares a document type; ``captions-no-cue`` when it breaks off
            before the first cue.

    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text.lstrip(), True)  # a str, so the encoding that the file declares no longer matters
    except expat.ExpatError as error:
        if not reader.found.cues:
            raise InputError("captions-no-cue") from error
        reader.found.notes.append(reason("captions-cut"))
    return reader.found


def _refuse(*_: object) -> None:
    raise InputError("captions-unsafe-xml")


class _Reader:
    """Follows the tags."""

    def __init__(self) -> None:
        self.found = Found()
        self._open = [_Element(Fraction(0), None, None, is_cue=False)]
        self._frame_rate = _DEFAULT_FRAME_RATE
        self._tick_rate = Fraction(1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        local = name.rpartition(":")[2]
        own = {key.rpartition(":")[2]: value.strip() for key, value in attributes.items()}
        if local == "tt":
            self._read_rates(own)
        around = self._open[-1]
        if local == "br" and around.words is not None:
            around.words.append("\n")
        timed = any(key in own for key in _TIMING)
        is_cue = local == "p" or (local == "span" and timed and around.words is not None)
        words: list[str] | None = [] if is_cue else around.words
        begin_s, end_s = self._span(own, around) if timed else (around.begin_s, around.end_s)
        self._open.append(_Element(begin_s, end_s, words, is_cue))

    def words(self, text: str) -> None:
        """Take the words between two tags; white space is one space, as TTML says."""
        into = self._open[-1].words
        if into is not None:
            into.append(re.sub(r"\s+", " ", text))

    def end(self, _name: str) -> None:
        """Close an element."""
        element = self._open.pop()
        text = "".join(element.words or ()).strip() if element.is_cue else ""
        if not text:
            return
        if element.begin_s is None or element.end_s is None:
            self.found.leave_out(text)
        else:
            self.found.cues.append(Timed(element.begin_s, element.end_s, text))

    def _span(self, own: dict[str, str], around: _Element) -> tuple[Fraction | None, Fraction | None]:
        """Return when an element begins and ends; its times count from the beginning of the one around it."""
        times = {key: self._seconds(own[key]) for key in _TIMING if key in own}
        if around.begin_s is None or None in times.values():
            return None, None
        begin_s = around.begin_s + (times.get("begin") or 0)
        ends = [around.begin_s + time for key, time in times.items() if key == "end" and time is not None]
        ends += [begin_s + time for key, time in times.items() if key == "dur" and time is not None]
        ends += [] if around.end_s is None else [around.end_s]
        return begin_s, min(ends, default=None)

    def _read_rates(self, own: dict[str, str]) -> None:
        """Take the frame and tick rates that the root declares; nonsense leaves the defaults."""
        if re.fullmatch(r"[1-9]\d{0,3}", own.get("frameRate", ""), re.ASCII):
            self._frame_rate = self._tick_rate = Fraction(own["frameRate"])
        times = re.fullmatch(r"([1-9]\d{0,5})[ :]([1-9]\d{0,5})", own.get("frameRateMultiplier", ""), re.ASCII)
        if times:
            self._frame_rate *= Fraction(int(times[1]), int(times[2]))
        if re.fullmatch(r"[1-9]\d{0,11}", own.get("tickRate", ""), re.ASCII):
            self._tick_rate = Fraction(own["tickRate"])

    def _seconds(self, text: str) -> Fraction | None:
        """Return a time expression in seconds, None when it is none."""
        clock = _CLOCK.fullmatch(text)
        if clock:
            whole_s = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
            frames_s = Fraction(clock[5]) / self._frame_rate if clock[5] else Fraction(0)
            return whole_s + frames_s + (Fraction(f"0.{clock[4]}") if clock[4] else 0)
        offset = _OFFSET.fullmatch(text)
        if offset is None:
            return None
        unit_s = {
            "h": Fraction(3600),
            "m": Fraction(60),
            "s": Fraction(1),
            "ms": Fraction(1, 1000),
            "f": 1 / self._frame_rate,
            "t": 1 / self._tick_rate,
        }
        return Fraction(offset[1]) * unit_s[offset[2]]
