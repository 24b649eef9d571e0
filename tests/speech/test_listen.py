"""Drafts are made by the real engine: its voice detector, a real English model, and one that says a stated sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from speech_factory import (
    RATE_HZ,
    Sound,
    english_model,
    joined,
    make_master,
    make_parrot,
    need_engine,
    noise,
    plain,
    say,
    silence,
    tone,
    voice,
)

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.settings import Settings
from pipeline.speech import equip, listen, listener
from pipeline.speech.draft import DraftPlan
from pipeline.speech.listen import Drafted, make_draft, timeout_s, wanted_name
from pipeline.speech.listener import MARGIN_MS, MOST_GAP_S, PAUSE_MS, WINDOW_S, Span, open_model, speech_spans, turns
from pipeline.text.cues import Captions
from pipeline.text.reading import read_captions
from pipeline.video.meter import Bench, Progress

FIRST = "Good morning everyone. The water is clean and the children play near the river."
SECOND = "Please plant a tree in your village today."
SENTENCE = "น้ำในหมู่บ้านของเราใสสะอาด"


def draft(  # noqa: PLR0913 - a test says by name what it changes
    folder: Path,
    model: Path,
    master: Path,
    ffmpeg: str,
    language: str,
    *,
    lead_s: Fraction = Fraction(0),
    on_progress: Progress = lambda _: None,
    **changes: object,
) -> Drafted:
    settings = Settings(folder / "in", folder / "out", folder, None, None, None, speech_model=model)
    recogniser, _ = equip.find_recogniser(settings)
    assert recogniser is not None
    plan = DraftPlan(
        id="07-a",
        sha256="0" * 64,
        sound_index=1,
        skip_s=Fraction(0),
        length_s=Fraction(60),
        language=language,
        recogniser_sha256=recogniser.sha256,
        engine=recogniser.engine,
    ).model_copy(update=changes)
    (folder / "scratch").mkdir(exist_ok=True)
    bench = Bench(folder / "in" / "07-ก.mp4", folder / "scratch", ffmpeg, on_progress)
    return make_draft(plan, master, lead_s, bench, settings)


def captions(made: Drafted) -> Captions:
    assert made.file is not None, made.remarks
    return read_captions(made.file.read_bytes(), "a.th.srt", "th", None).captions


def told(made: Drafted) -> list[str]:
    return [why.code for why in made.remarks]


@pytest.fixture(scope="module")
def parrot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A multilingual model that hears :data:`SENTENCE` in everything."""
    need_engine()
    return make_parrot(tmp_path_factory.mktemp("parrot") / "model", SENTENCE, (0.0, 1.6))


def test_a_voice_is_found_where_it_is_and_nothing_else_is_one() -> None:
    need_engine()
    sound = joined(silence(2), voice(2), silence(2), noise(2), silence(1), tone(2), silence(1))
    ((start, end),) = speech_spans(sound)
    assert start / RATE_HZ == pytest.approx(2.0, abs=0.3)
    assert end / RATE_HZ == pytest.approx(4.0, abs=0.5)
    assert speech_spans(silence(0)) == []


def reference(sound: Sound) -> list[Span]:
    """Return what faster-whisper itself finds, all of the sound at once."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415 - with the engine alone

    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=MARGIN_MS)
    return [(span["start"], span["end"]) for span in get_speech_timestamps(sound, options)]


def test_window_by_window_the_same_voices_are_found() -> None:
    """With long and short pauses, voices at a window's edge, and silence for several windows."""
    need_engine()
    lengths_s = [3, 1, 5, 2.3, 0.9, 4, 1.7, 6, 2.2, 3.1] * 2
    talk = [part for n, length_s in enumerate(lengths_s) for part in (voice(length_s), silence(0.8 + n % 3))]
    sound = joined(silence(1.3), *talk, silence(50), *talk[:8], voice(2.001))
    expected = reference(sound)
    assert len(expected) > 20
    for frames in (1, 100, 313, 10_000):
        assert speech_spans(sound, frames) == expected


def test_a_voice_that_never_pauses_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    need_engine()
    sound = joined(silence(1), voice(3), silence(2))
    ((start, end),) = speech_spans(sound)
    monkeypatch.setattr(listener, "MOST", RATE_HZ)
    pieces = speech_spans(sound)
    assert len(pieces) > 2
    assert (pieces[0][0], pieces[-1][1]) == (start, end)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert all(last - first <= RATE_HZ for first, last in pieces)


def test_real_speech_is_found_in_a_real_clip(shared_media: Path, ffmpeg: str) -> None:
    import numpy as np  # noqa: PLC0415 - with the engine alone

    need_engine()
    argv = [ffmpeg, "-v", "error", "-i", str(shared_media / "clips" / "talk-720p.mp4"), "-ac", "1"]
    argv += ["-ar", str(RATE_HZ), "-f", "f32le", "-"]
    done = subprocess.run(argv, capture_output=True, check=True, timeout=120)
    sound = np.frombuffer(done.stdout, np.dtype("<f4"))
    spans = speech_spans(sound)
    assert spans[0][0] < RATE_HZ
    assert 10 < sum(end - start for start, end in spans) / RATE_HZ < 30  # the rest of the 42 s is silence
    assert spans == speech_spans(sound, 300) == reference(sound)


def test_a_turn_is_no_longer_than_the_engine_hears_and_spans_no_long_silence() -> None:
    second = RATE_HZ
    spans = [(n * 5 * second, (n * 5 + 4) * second) for n in range(12)] + [(100 * second, 140 * second)]
    found = turns(spans)
    assert found[0] == (0, 24 * second)
    assert found[-1] == (100 * second, 140 * second)  # the engine itself goes through what is longer
    assert all(end - start <= WINDOW_S * second for start, end in found[:-1])
    inside = [(a, b) for a, b in pairwise(spans) if any(s <= a[0] and b[1] <= e for s, e in found)]
    assert all(b[0] - a[1] <= MOST_GAP_S * second for a, b in inside)
    assert turns([]) == []


def test_a_real_model_writes_down_what_was_said_and_when(tmp_path: Path, ffmpeg: str) -> None:
    model, first, second = english_model(), say(FIRST), say(SECOND)
    gap_s, lead_s = 4.0, Fraction(3, 2)
    sound = joined(silence(2), first, silence(gap_s), second, silence(2))
    master = make_master(tmp_path / "air.mp4", sound, ffmpeg, lead_s)
    length_s = Fraction(len(sound), RATE_HZ)
    made = draft(tmp_path, model, master, ffmpeg, "en", lead_s=lead_s, skip_s=Fraction(10), length_s=length_s)
    assert told(made) == ["draft-ready"]
    assert made.file is not None
    assert made.file.name == "07-a.en.draft.srt"
    cues = captions(made).cues
    heard = plain(" ".join(cue.text for cue in cues))
    stated = plain(f"{FIRST} {SECOND}")
    assert len([word for word in stated if word in heard]) >= 0.8 * len(stated), heard
    first_end_s = 2 + len(first) / RATE_HZ
    assert float(cues[0].start_s) - 10 == pytest.approx(2, abs=0.5)
    later = [cue for cue in cues if cue.start_s - 10 > first_end_s + gap_s / 2]
    assert float(later[0].start_s) - 10 == pytest.approx(first_end_s + gap_s, abs=0.5)
    assert "tree" in plain(" ".join(cue.text for cue in later))
    for cue in cues:  # no caption stands over the silence between the sentences
        assert cue.end_s - 10 < first_end_s + 1 or cue.start_s - 10 > first_end_s + gap_s - 1


def test_thai_comes_out_of_the_engine_as_it_went_in(tmp_path: Path, parrot: Path, ffmpeg: str) -> None:
    sound = joined(silence(1), voice(2), silence(3), voice(2), silence(1))
    made = draft(tmp_path, parrot, make_master(tmp_path / "air.mp4", sound, ffmpeg), ffmpeg, "th")
    assert told(made) == ["draft-ready"]
    assert "07-a.th.draft.srt" in made.remarks[0].en
    assert "07-ก.th.srt" in made.remarks[0].th
    cues = captions(made).cues
    assert [cue.text for cue in cues] == [SENTENCE, SENTENCE]
    assert [float(cue.start_s) for cue in cues] == pytest.approx([1.0, 6.0], abs=0.4)
    assert [float(cue.end_s - cue.start_s) for cue in cues] == pytest.approx([1.6, 1.6], abs=0.1)


def test_the_same_sound_gives_the_same_draft(tmp_path: Path, parrot: Path, ffmpeg: str) -> None:
    master = make_master(tmp_path / "air.mp4", joined(silence(1), voice(2)), ffmpeg)
    first, second = (draft(tmp_path, parrot, master, ffmpeg, "th") for _ in range(2))
    assert captions(first) == captions(second)


@pytest.mark.parametrize("sound", [silence(3), joined(silence(1), noise(2)), tone(3)])
def test_where_nobody_speaks_there_is_no_draft_and_a_word(
    tmp_path: Path, parrot: Path, ffmpeg: str, sound: object
) -> None:
    made = draft(tmp_path, parrot, make_master(tmp_path / "a.mp4", sound, ffmpeg), ffmpeg, "th")  # type: ignore[arg-type]
    assert (made.file, told(made)) == (None, ["draft-no-speech"])


def test_a_model_that_is_none_is_told_and_nothing_fails(tmp_path: Path, parrot: Path, ffmpeg: str) -> None:
    broken = Path(shutil.copytree(parrot, tmp_path / "broken"))
    (broken / "model.bin").write_bytes(b"\x06\0\0\0" + b"no weights at all" * 9)
    master = make_master(tmp_path / "air.mp4", voice(2), ffmpeg)
    made = draft(tmp_path, broken, master, ffmpeg, "th")
    assert (made.file, told(made)) == (None, ["draft-failed"])


def test_an_english_model_writes_no_english_under_thai(tmp_path: Path, ffmpeg: str) -> None:
    master = make_master(tmp_path / "air.mp4", voice(2), ffmpeg)
    made = draft(tmp_path, english_model(), master, ffmpeg, "th")
    assert told(made) == ["draft-failed"]
    assert "English only" in made.remarks[0].en


def test_a_model_whose_ears_are_not_described_is_opened_all_the_same(tmp_path: Path, parrot: Path) -> None:
    model = open_model(parrot)
    assert len(model.feature_extractor.mel_filters) == model.model.n_mels == 80
    assert not (parrot / "preprocessor_config.json").exists()
    del tmp_path


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[process.Child]:
    """All processes that are started."""
    found: list[process.Child] = []
    started = process.start

    def start(*args: object, **options: object) -> process.Child:
        found.append(started(*args, **options))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(process, "start", start)
    return found


def test_a_draft_that_takes_too_long_is_given_up_and_its_child_gone(
    tmp_path: Path, parrot: Path, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, children: list[process.Child]
) -> None:
    monkeypatch.setattr(listen, "timeout_s", lambda _: 0.0)
    made = draft(tmp_path, parrot, make_master(tmp_path / "air.mp4", voice(2), ffmpeg), ffmpeg, "th")
    assert (made.file, told(made)) == (None, ["draft-too-slow"])
    assert len(children) == 2  # the sound, then the listener
    assert all(child.poll() is not None for child in children)


def test_the_child_can_be_ended_while_it_listens(
    tmp_path: Path, parrot: Path, ffmpeg: str, children: list[process.Child]
) -> None:
    """As a machine does that runs out of memory: it is the machine's trouble, and is tried again."""
    master = make_master(tmp_path / "air.mp4", joined(*[voice(3), silence(3)] * 8), ffmpeg)
    shares: list[float] = []

    def end_it(share: float) -> None:
        shares.append(share)
        children[-1].kill()

    with pytest.raises(MachineError, match="tool-killed"):
        draft(tmp_path, parrot, master, ffmpeg, "th", on_progress=end_it)
    assert shares[0] == 0.0
    assert not list((tmp_path / "scratch").glob("*.srt"))


def test_a_child_that_is_killed_in_the_middle_of_a_line_is_the_machines_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_segments import PLAN  # noqa: PLC0415 - any plan

    child = tmp_path / "child"
    child.write_text("""#!/bin/sh\nprintf '{"share": 0.5}\\n{"segm'\nkill -9 $$\n""", "ascii")
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    shares: list[float] = []
    bench = Bench(tmp_path / "a.mp4", tmp_path, "ffmpeg", shares.append)
    with pytest.raises(MachineError, match="tool-killed"):
        listen._heard(PLAN, tmp_path, bench, 60)
    assert shares == [0.5]


@pytest.mark.parametrize("said", ['{"segm', "7", '{"share": 1.0}', '{"segments": 3}', ""])
def test_a_child_without_an_answer_is_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    from test_segments import PLAN  # noqa: PLC0415 - any plan

    child = tmp_path / "child"
    child.write_text(f"#!/bin/sh\nprintf '%s' '{said}'\n", "ascii")
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    bench = Bench(tmp_path / "a.mp4", tmp_path, "ffmpeg", lambda _: None)
    with pytest.raises(OurError, match="our-fault"):
        listen._heard(PLAN, tmp_path, bench, 60)


def test_longer_clips_have_longer_but_never_longer_than_the_lease() -> None:
    from test_segments import PLAN  # noqa: PLC0415 - a plan of a minute

    assert timeout_s(PLAN) == 600 + 30 * 60
    assert timeout_s(PLAN.model_copy(update={"length_s": Fraction(36000)})) == 5 * 3600
    assert wanted_name(Path("/in/07-ก.ข.mp4"), PLAN) == "07-ก.ข.th.srt"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs a machine without a net")
def test_nothing_is_fetched(tmp_path: Path, parrot: Path) -> None:
    """The child works where there is no net at all."""
    sound = tmp_path / "s.f32"
    voice(2).tofile(sound)
    argv = ["unshare", "-n", sys.executable, "-m", "pipeline.speech.listener", str(parrot), str(sound), "th"]
    done = subprocess.run(argv, capture_output=True, check=False, text=True, timeout=120)
    if "unshare" in done.stderr:
        pytest.skip("this machine lets nobody unplug the net")
    assert done.returncode == 0, done.stderr
    assert "\\u0e19" in done.stdout.splitlines()[-1]
