"""What becomes of captions that are not in step: left, told or mended, as the event wishes, and never asked twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from spoken import Spans, sentences, unsynced, voice, write_spoken

from pipeline.errors import MachineError
from pipeline.intake.assign import Intake, assign
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.probe import probe
from pipeline.preset.model import Event
from pipeline.settings import Settings
from pipeline.sync import speech as speech_module
from pipeline.sync.finding import RATES
from pipeline.sync.synced import BOOK, synced
from pipeline.text.cues import Captions, Cue

REPOSITORY = Path(__file__).parents[2]
EVENT = Event.model_validate(
    tomllib.loads((REPOSITORY / "presets" / "events" / "songkhla-2565.toml").read_text("utf-8"))
)
SECONDS = 150
SPANS = sentences(21, SECONDS)
PAL = Fraction(25025, 24000)
CLIP = "07-clip.mp4"
Wish = Literal["off", "tell", "mend"]


@pytest.fixture(scope="module")
def spoken_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_spoken(tmp_path_factory.mktemp("spoken") / CLIP, voice(SPANS, SECONDS))


@pytest.fixture
def settings(tmp_path: Path, spoken_clip: Path, ffmpeg: str) -> Settings:
    (tmp_path / "in").mkdir()
    os.link(spoken_clip, tmp_path / "in" / CLIP)
    return Settings(tmp_path / "in", tmp_path / "out", REPOSITORY / "presets", None, None, ffmpeg)


def wishing(wish: Wish) -> Event:
    return EVENT.model_copy(update={"captions_sync": wish})


def captions_of(spans: Spans, language: str = "th") -> Captions:
    cues = (
        Cue(start_s=Fraction(round(a * 1000), 1000), end_s=Fraction(round(b * 1000), 1000), text=f"{n} {language}")
        for n, (a, b) in enumerate(spans)
    )
    return Captions(language=language, cues=tuple(cues))


def intake_of(settings: Settings, *several: Captions) -> Intake:
    path = settings.media_in / CLIP
    stamp = Stamp(bytes=path.stat().st_size, mtime_ns=0, ctime_ns=0)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    clip = Sighting(path=CLIP, stamp=stamp, kind="clip", sha256=digest, clip=probe(path), embedded=several)
    return assign({CLIP: clip}, EVENT)


def said(intake: Intake) -> list[str]:
    return [why.code for why in intake.fates[CLIP].reasons]


def apart_s(intake: Intake, spans: Spans = SPANS) -> float:
    """Return how far the worst cue begins from its sentence; each says by its text which one that is."""
    cues = intake.clips[0].captions[0].cues
    return max(abs(float(cue.start_s) - spans[int(cue.text.split()[0])][0]) for cue in cues)


@pytest.mark.parametrize("offset_s", [-3.0, 1.5, 12.0])
def test_a_shift_is_told_or_mended(settings: Settings, offset_s: float) -> None:
    late = captions_of(unsynced(SPANS, offset_s=offset_s))
    before = intake_of(settings, late)
    lost = len(SPANS) - len(late.cues)
    spans = SPANS[lost:]

    told = synced(before, settings, wishing("tell"))
    assert said(told) == ["captions-late" if offset_s < 0 else "captions-early"]
    assert f"{abs(offset_s):.1f} s" in told.fates[CLIP].reasons[0].en
    assert told.clips == before.clips

    mended = synced(before, settings, wishing("mend"))
    assert said(mended) == ["captions-late-mended" if offset_s < 0 else "captions-early-mended"]
    assert '"off"' in mended.fates[CLIP].reasons[0].en
    # A first cue that was cut off at zero cannot be made whole.
    cues = mended.clips[0].captions[0].cues[1:]
    assert max(abs(float(cue.start_s) - spans[int(cue.text.split()[0])][0]) for cue in cues) < 0.15


@pytest.mark.parametrize("rate", [PAL, 1 / PAL], ids=["slower", "faster"])
def test_a_frame_rate_is_mended(settings: Settings, rate: Fraction) -> None:
    assert rate in RATES
    before = intake_of(settings, captions_of(unsynced(SPANS, rate)))
    assert apart_s(before) > 4
    mended = synced(before, settings, wishing("mend"))
    assert said(mended) == ["captions-drift-mended"]
    assert {"23.976", "25"} <= set(mended.fates[CLIP].reasons[0].en.replace(":", "").split())
    assert apart_s(mended) < 0.25


@pytest.mark.parametrize("wish", ["tell", "mend"])
def test_captions_in_step_stay_as_they_are(settings: Settings, wish: Wish) -> None:
    before = intake_of(settings, captions_of(SPANS))
    assert synced(before, settings, wishing(wish)) == before


def test_each_language_is_judged_by_itself(settings: Settings) -> None:
    before = intake_of(settings, captions_of(SPANS), captions_of(unsynced(SPANS, offset_s=-4), "en"))
    mended = synced(before, settings, wishing("mend"))
    assert said(mended) == ["captions-late-mended"]
    thai, english = mended.clips[0].captions
    assert thai == captions_of(SPANS)
    assert english.cues[5].start_s == pytest.approx(SPANS[5][0], abs=0.15)


def test_captions_of_something_else_stay(settings: Settings) -> None:
    before = intake_of(settings, captions_of(sentences(99, SECONDS)))
    assert synced(before, settings, wishing("mend")) == before


def test_nothing_is_heard_unless_wished_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_module, "listen", None)
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=4)))
    assert synced(before, settings, wishing("off")) == before
    assert not (settings.cache / BOOK).exists()


def test_captions_beyond_the_end_are_looked_into_and_told(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, 1 / PAL)))
    assert before.clips[0].captions[0].cues[-1].end_s > SECONDS + 2
    told = synced(before, settings, wishing("off"))
    assert said(told) == ["captions-drift"]
    assert told.clips == before.clips


def test_what_was_found_is_remembered(settings: Settings, tmp_path: Path) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    first = synced(before, settings, wishing("mend"))
    (settings.media_in / CLIP).unlink()
    (tmp_path / "before.json").write_text(before.model_dump_json(), "utf-8")
    code = f"""
import sys
from pathlib import Path
from pipeline import process
process.start = None
from pipeline.intake.assign import Intake
from pipeline.preset.model import Event
from pipeline.settings import Settings
from pipeline.sync.synced import synced
before = Intake.model_validate_json(Path({str(tmp_path / "before.json")!r}).read_text("utf-8"))
event = Event.model_validate_json({wishing("mend").model_dump_json()!r})
place = Path({str(settings.media_out)!r})
after = synced(before, Settings(place.parent / "in", place, place, None, None, "/nowhere/ffmpeg"), event)
assert "numpy" not in sys.modules and "ffmpeg" not in sys.modules
print(after.model_dump_json())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert Intake.model_validate_json(done.stdout) == first


def test_other_captions_are_compared_anew(settings: Settings) -> None:
    synced(intake_of(settings, captions_of(SPANS)), settings, wishing("tell"))
    assert said(synced(intake_of(settings, captions_of(unsynced(SPANS, offset_s=-2))), settings, wishing("tell")))


def test_the_original_is_not_touched(settings: Settings) -> None:
    clip = settings.media_in / CLIP
    before, stat = clip.read_bytes(), clip.stat()
    synced(intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3))), settings, wishing("mend"))
    assert clip.read_bytes() == before
    assert clip.stat().st_mtime_ns == stat.st_mtime_ns
    assert list(settings.media_in.iterdir()) == [clip]
    assert not list(settings.scratch.iterdir())


def test_a_clip_that_cannot_be_heard_keeps_its_captions(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    (settings.media_in / CLIP).unlink()
    (settings.media_in / CLIP).write_bytes(b"\0" * 5000)
    assert synced(before, settings, wishing("mend")) == before


def test_trouble_of_this_machine_is_not_remembered(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def trouble(*_: object) -> None:
        raise MachineError("tool-timeout", "ffmpeg", "120")

    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    with monkeypatch.context() as patched:
        patched.setattr(speech_module, "listen", trouble)
        assert synced(before, settings, wishing("mend")) == before
    assert said(synced(before, settings, wishing("mend"))) == ["captions-late-mended"]


def test_a_broken_book_of_findings_is_made_anew(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    first = synced(before, settings, wishing("mend"))
    (settings.cache / BOOK).write_text("{", "utf-8")
    assert synced(before, settings, wishing("mend")) == first
