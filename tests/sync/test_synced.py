"""What becomes of captions that are not in step: left, told or mended, as the event wishes, and never asked twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pytest
from spoken import Spans, sentences, unsynced, voice, write_spoken

from pipeline.errors import MachineError, OurError
from pipeline.intake.assign import Intake, assign
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.probe import probe
from pipeline.preset.model import Event
from pipeline.settings import Settings
from pipeline.sync import speech as speech_module
from pipeline.sync.activity import Levels
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
TOOLS = "ffmpeg=1"
Wish = Literal["off", "tell", "mend"]


@pytest.fixture(scope="module")
def spoken_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_spoken(tmp_path_factory.mktemp("spoken") / CLIP, voice(SPANS, SECONDS))


@pytest.fixture
def settings(tmp_path: Path, spoken_clip: Path, ffmpeg: str) -> Settings:
    (tmp_path / "in").mkdir()
    os.link(spoken_clip, tmp_path / "in" / CLIP)
    return Settings(tmp_path / "in", tmp_path / "out", REPOSITORY / "presets", None, None, ffmpeg)


def compared(intake: Intake, settings: Settings, event: Event) -> Intake:
    """Return the intake as a run sees it."""
    return synced(intake, settings, event, TOOLS, "needed")


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
    stamp = Stamp(bytes=path.stat().st_size, mtime_ns=path.stat().st_mtime_ns, ctime_ns=0)
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

    told = compared(before, settings, wishing("tell"))
    assert said(told) == ["captions-late" if offset_s < 0 else "captions-early"]
    assert f"{abs(offset_s):.1f} s" in told.fates[CLIP].reasons[0].en
    assert told.clips == before.clips

    mended = compared(before, settings, wishing("mend"))
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
    mended = compared(before, settings, wishing("mend"))
    assert said(mended) == ["captions-drift-mended"]
    assert {"23.976", "25"} <= set(mended.fates[CLIP].reasons[0].en.replace(":", "").split())
    assert apart_s(mended) < 0.25


@pytest.mark.parametrize("wish", ["tell", "mend"])
def test_captions_in_step_stay_as_they_are(settings: Settings, wish: Wish) -> None:
    before = intake_of(settings, captions_of(SPANS))
    assert compared(before, settings, wishing(wish)) == before


def test_each_language_is_judged_by_itself(settings: Settings) -> None:
    before = intake_of(settings, captions_of(SPANS), captions_of(unsynced(SPANS, offset_s=-4), "en"))
    mended = compared(before, settings, wishing("mend"))
    assert said(mended) == ["captions-late-mended"]
    thai, english = mended.clips[0].captions
    assert thai == captions_of(SPANS)
    assert english.cues[5].start_s == pytest.approx(SPANS[5][0], abs=0.15)


def test_captions_of_something_else_stay(settings: Settings) -> None:
    before = intake_of(settings, captions_of(sentences(99, SECONDS)))
    assert compared(before, settings, wishing("mend")) == before


def test_nothing_is_heard_unless_wished_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_module, "listen", None)
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=4)))
    assert compared(before, settings, wishing("off")) == before
    assert not (settings.cache / BOOK).exists()


def test_captions_beyond_the_end_are_looked_into_and_told(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, 1 / PAL)))
    assert before.clips[0].captions[0].cues[-1].end_s > SECONDS + 2
    told = compared(before, settings, wishing("off"))
    assert said(told) == ["captions-drift"]
    assert told.clips == before.clips


def test_what_was_found_is_remembered(settings: Settings, tmp_path: Path) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    first = compared(before, settings, wishing("mend"))
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
after = synced(before, Settings(place.parent / "in", place, place, None, None, "/nowhere/ffmpeg"), event, {TOOLS!r})
assert "numpy" not in sys.modules and "ffmpeg" not in sys.modules
print(after.model_dump_json())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert Intake.model_validate_json(done.stdout) == first


def test_other_captions_are_compared_anew(settings: Settings) -> None:
    compared(intake_of(settings, captions_of(SPANS)), settings, wishing("tell"))
    assert said(compared(intake_of(settings, captions_of(unsynced(SPANS, offset_s=-2))), settings, wishing("tell")))


def test_the_original_is_not_touched(settings: Settings) -> None:
    clip = settings.media_in / CLIP
    before, stat = clip.read_bytes(), clip.stat()
    compared(intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3))), settings, wishing("mend"))
    assert clip.read_bytes() == before
    assert clip.stat().st_mtime_ns == stat.st_mtime_ns
    assert list(settings.media_in.iterdir()) == [clip]
    assert not list(settings.scratch.iterdir())


def spoil(clip: Path) -> None:
    """Put bytes there that nobody can decode; from outside it looks like the same file."""
    stat = clip.stat()
    clip.unlink()
    clip.write_bytes(b"\0" * stat.st_size)
    os.utime(clip, ns=(stat.st_mtime_ns, stat.st_mtime_ns))


def test_a_clip_that_cannot_be_heard_keeps_its_captions_and_is_not_asked_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    spoil(settings.media_in / CLIP)
    assert compared(before, settings, wishing("mend")) == before
    monkeypatch.setattr(speech_module, "listen", None)
    assert compared(before, settings, wishing("mend")) == before


def test_another_tool_is_asked_anew(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    clip = settings.media_in / CLIP
    whole, stat = clip.read_bytes(), clip.stat()
    spoil(clip)
    assert not said(compared(before, settings, wishing("mend")))
    clip.write_bytes(whole)  # as if the next ffmpeg could read it
    os.utime(clip, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert not said(compared(before, settings, wishing("mend")))
    assert said(synced(before, settings, wishing("mend"), "ffmpeg=2", "needed")) == ["captions-late-mended"]


@pytest.mark.parametrize("change", ["gone", "other"])
def test_a_clip_that_is_away_or_changed_says_nothing_of_its_captions(settings: Settings, change: str) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    clip = settings.media_in / CLIP
    away = clip.rename(clip.with_name("away"))
    if change == "other":
        clip.write_bytes(b"\0" * 5000)
    with pytest.raises(MachineError, match="changed-meanwhile" if change == "other" else "machine-trouble"):
        compared(before, settings, wishing("mend"))
    away.rename(clip)
    assert said(compared(before, settings, wishing("mend"))) == ["captions-late-mended"]


class Ear:
    """Listens only after it has failed so many times."""

    def __init__(self, error: Exception, fails: int) -> None:
        self.error, self.fails, self.asked, self.real = error, fails, 0, speech_module.listen

    def __call__(self, *given: Any) -> Levels:  # noqa: ANN401 - whatever the real one takes
        self.asked += 1
        if self.asked <= self.fails:
            raise self.error
        return self.real(*given)


TROUBLES = [MachineError("tool-killed", "ffmpeg", 9), OSError(5, "the disk"), OurError("tool-failed", "ffmpeg", 1, "x")]


@pytest.mark.parametrize("error", TROUBLES)
def test_trouble_that_passes_is_no_trouble(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(speech_module, "listen", Ear(error, 1))
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    assert said(compared(before, settings, wishing("mend"))) == ["captions-late-mended"]


@pytest.mark.parametrize("error", TROUBLES[:2])
def test_a_run_that_is_to_mend_stops_where_it_cannot_compare(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Wrong times are not encoded. Who only looks, or does not mend, goes on; and nothing of it is remembered."""
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    ear = Ear(error, 6)
    monkeypatch.setattr(speech_module, "listen", ear)
    with pytest.raises(MachineError):
        compared(before, settings, wishing("mend"))
    assert synced(before, settings, wishing("mend"), TOOLS, "open") == before
    assert compared(before, settings, wishing("tell")) == before
    assert ear.asked == 6
    assert said(compared(before, settings, wishing("mend"))) == ["captions-late-mended"]


def test_what_is_our_fault_stops_nobody_and_is_not_remembered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    monkeypatch.setattr(speech_module, "listen", Ear(OurError("tool-failed", "ffmpeg", 1, "x"), 2))
    assert compared(before, settings, wishing("mend")) == before
    assert said(compared(before, settings, wishing("mend"))) == ["captions-late-mended"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_that_ffmpeg_tells_of_is_not_remembered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    with monkeypatch.context() as patched:
        patched.setattr(speech_module, "HEARD", "/dev/full")
        with pytest.raises(MachineError, match="disk-full"):
            compared(before, settings, wishing("mend"))
    assert said(compared(before, settings, wishing("mend"))) == ["captions-late-mended"]


def test_who_may_not_listen_reads_what_was_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    with monkeypatch.context() as patched:
        patched.setattr(speech_module, "listen", None)
        assert synced(before, settings, wishing("mend"), TOOLS) == before
    assert not (settings.cache / BOOK).exists()
    found = compared(before, settings, wishing("mend"))
    book = (settings.cache / BOOK).read_bytes()
    assert synced(before, settings, wishing("mend"), TOOLS) == found
    other = intake_of(settings, captions_of(unsynced(SPANS, offset_s=4)))
    assert synced(other, settings, wishing("mend"), TOOLS) == other
    assert (settings.cache / BOOK).read_bytes() == book


def test_a_broken_book_of_findings_is_made_anew(settings: Settings) -> None:
    before = intake_of(settings, captions_of(unsynced(SPANS, offset_s=-3)))
    first = compared(before, settings, wishing("mend"))
    (settings.cache / BOOK).write_text("{", "utf-8")
    assert compared(before, settings, wishing("mend")) == first
