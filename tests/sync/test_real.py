"""Real captions and real sound: the times at which people put real Thai captions, and sound that has none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from spoken import RATE_HZ, Spans, levels, unsynced, voice

from pipeline.media.probe import probe
from pipeline.sync.activity import activity
from pipeline.sync.finding import RATES
from pipeline.sync.fit import fit
from pipeline.sync.speech import listen
from pipeline.text.reading import read_captions

SECONDS = 180
SHIFTS_S = (-3.0, 12.0)


def spoken_under(path: Path, seconds: float = SECONDS) -> tuple[Spans, Spans]:
    """Return the captions of the file, and when the made voice speaks them: not quite until they go, mostly in time."""
    random = np.random.default_rng(len(path.name))
    cues = read_captions(path.read_bytes(), path.name, "th", None).captions.cues
    shown = [(float(cue.start_s), float(cue.end_s)) for cue in cues if cue.end_s < seconds]
    begun = [a + random.normal(0.05, 0.1) for a, _ in shown]
    return shown, [
        (max(0.0, t), t + (b - a) * random.uniform(0.6, 0.95)) for t, (a, b) in zip(begun, shown, strict=True)
    ]


def unsteps() -> Iterator[tuple[Fraction, float]]:
    for rate in (Fraction(1), *RATES):
        yield from ((rate, offset_s) for offset_s in (0.0, *SHIFTS_S) if rate != 1 or offset_s)


def test_real_thai_captions_are_put_right_or_left(shared_media: Path) -> None:
    table: Counter[str] = Counter()
    for path in sorted((shared_media / "subtitles" / "th").glob("*.srt")):
        shown, spoken = spoken_under(path)
        sound = np.stack([voice(spoken, SECONDS)[:: RATE_HZ // 8000]] * 2, axis=1)
        speech = activity((np.clip(sound, -1, 1) * 32767).astype(np.int16))
        found = fit(speech, shown)
        assert found is None or found.in_step, path.name
        for rate, offset_s in unsteps():
            captions = unsynced(shown, rate, offset_s)
            found = fit(speech, captions)
            if found is None:
                table["none"] += 1
                continue
            off_s = max(
                abs(float(found.rate * Fraction(a) + found.offset_s - rate * Fraction(a)) - offset_s)
                for a, _ in captions
            )
            table["recovered" if off_s < 0.5 else "wrong"] += 1
    assert table["wrong"] == 0, table
    assert table["recovered"] > 3 * table["none"], table


def test_the_captions_of_another_film_say_nothing(shared_media: Path) -> None:
    files = sorted((shared_media / "subtitles" / "th").glob("*.srt"))
    spoken = {path: levels(spoken_under(path)[1], SECONDS) for path in files}
    found = [
        (one.name, other.name)
        for one in files
        for other in files
        if one != other and fit(spoken[one], spoken_under(other)[0]) is not None
    ]
    assert not found


@pytest.mark.parametrize("name", ["talk-720p.mp4", "screenrec-camtasia-tscc.avi", "wmv8.wmv", "embedded-webvtt.mkv"])
def test_real_sound_finds_nothing_in_captions_of_another_film(
    shared_media: Path, tmp_path: Path, ffmpeg: str, name: str
) -> None:
    clip = shared_media / "clips" / name
    facts = probe(clip)
    assert facts.audio is not None
    speech = listen(clip, facts, facts.audio, tmp_path, ffmpeg)
    seconds = float(facts.duration_s)
    for path in sorted((shared_media / "subtitles" / "th").glob("*.srt")):
        assert fit(speech, spoken_under(path, seconds)[0]) is None, path.name
