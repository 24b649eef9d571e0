"""Brings captions in step with what is said, as the event wishes, and remembers what was found.

Only clips whose captions are to be compared are listened to, once. The files under the input folder stay as they are.
"""

from __future__ import annotations

import contextlib

from pydantic import Field, ValidationError

from pipeline.errors import MachineError, OurError
from pipeline.intake.assign import ClipIn, Intake
from pipeline.media.choose import heard
from pipeline.media.facts import AudioFacts, ClipFacts
from pipeline.noun import Noun
from pipeline.preset.model import Event
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish
from pipeline.store.receipt import key_of
from pipeline.sync.finding import Fit, is_asked, moved, told
from pipeline.text.cues import Captions
from pipeline.toolchain import ffmpeg_path

RECIPE = 1
"""Raised by hand when we would find something else in the same sound."""
BOOK = "sync.json"


class Finding(Noun):
    """What came of one comparison: nothing where it was not certain."""

    fit: Fit | None


class FindingBook(Noun):
    """All that was found, by the key of what was compared; as kept between runs."""

    recipe: int = RECIPE
    findings: dict[str, Finding] = Field(default_factory=dict)


def synced(intake: Intake, settings: Settings, event: Event) -> Intake:
    """Return the intake with captions that agree with the speech, where the event wants that and it is certain.

    What was found is told in the fate of the clip. A clip that cannot be listened to keeps its captions. What has not
    changed since it was compared is not listened to again.

    Raises:
        MachineError: the disk is full or fails while the findings are written.

    """
    asked = {clip.id: wanted for clip in intake.clips if (wanted := _asked(clip, event))}
    if not asked:
        return intake
    before = _read_book(settings)
    known = {key: before[key] for wanted in asked.values() for key in wanted if key in before}
    for clip in intake.clips:
        missing = {key: each for key, each in asked.get(clip.id, {}).items() if key not in known}
        if missing:
            known |= _compare(clip, missing, settings, event)
    if known != before:
        content = FindingBook(findings=known).model_dump_json().encode("utf-8")
        publish.write(settings.media_out, f"{STATE_FOLDER}/cache/{BOOK}", content)
    return _applied(intake, asked, known, event)


def _asked(clip: ClipIn, event: Event) -> dict[str, Captions]:
    """Return the captions of a clip that are to be compared, by key."""
    facts = _facts(clip, event)
    if facts is None or facts.audio is None:
        return {}
    return {
        _key(clip, facts.audio, captions): captions
        for captions in clip.captions
        if is_asked(captions, facts.duration_s, event.captions_sync)
    }


def _facts(clip: ClipIn, event: Event) -> ClipFacts | None:
    """Return the clip's facts with the sound that goes on air."""
    told_language = clip.sidecar.language
    languages = (told_language, *event.languages) if told_language else event.languages
    return heard(clip.source.clip, [[language] for language in languages]) if clip.source.clip else None


def _key(clip: ClipIn, audio: AudioFacts, captions: Captions) -> str:
    """Return what a finding depends on. A trim does not count: captions are on the clock of the whole clip."""
    return key_of([clip.source.sha256, audio.index, captions.model_dump(mode="json"), RECIPE])


def _read_book(settings: Settings) -> dict[str, Finding]:
    with contextlib.suppress(OSError, ValidationError):
        book = FindingBook.model_validate_json((settings.cache / BOOK).read_bytes())
        if book.recipe == RECIPE:
            return book.findings
    return {}


def _compare(clip: ClipIn, asked: dict[str, Captions], settings: Settings, event: Event) -> dict[str, Finding]:
    """Return what listening to the clip tells about each of its captions; nothing where this machine had trouble."""
    from pipeline.sync.fit import fit  # noqa: PLC0415 - NumPy, for those who listen
    from pipeline.sync.speech import listen  # noqa: PLC0415 - same
    from pipeline.video import blame  # noqa: PLC0415 - same

    facts = _facts(clip, event)
    if facts is None or facts.audio is None:
        return {}
    source = settings.media_in / clip.source.path
    try:
        with publish.scratch(settings.scratch, f"{clip.id}.sync") as folder:
            speech = listen(source, facts, facts.audio, folder, ffmpeg_path(settings))
    except OurError:
        return dict.fromkeys(asked, Finding(fit=None))
    except MachineError as error:
        # The same bytes would hang or crash the decoder the next time too.
        is_the_clips = blame.is_crash(error) or error.code == "tool-stalled"
        return dict.fromkeys(asked, Finding(fit=None)) if is_the_clips else {}
    except OSError:
        return {}
    return {key: Finding(fit=fit(speech, _times(captions))) for key, captions in asked.items()}


def _times(captions: Captions) -> list[tuple[float, float]]:
    return [(float(cue.start_s), float(cue.end_s)) for cue in captions.cues]


def _applied(intake: Intake, asked: dict[str, dict[str, Captions]], known: dict[str, Finding], event: Event) -> Intake:
    """Return the intake with what was found told, and mended where the event wants it."""
    mends = event.captions_sync == "mend"
    fates, clips = dict(intake.fates), []
    for clip in intake.clips:
        keys = {id(captions): key for key, captions in asked.get(clip.id, {}).items()}
        kept, reasons = [], []
        for captions in clip.captions:
            finding = known.get(keys.get(id(captions), ""))
            fit = finding.fit if finding else None
            off = fit is not None and not fit.in_step
            kept.append(moved(captions, fit) if fit and off and mends else captions)
            reasons += [told(captions, fit, mended=mends)] if fit and off else []
        fate = fates[clip.source.path]
        fates[clip.source.path] = fate.model_copy(update={"reasons": (*fate.reasons, *reasons)})
        clips.append(clip.model_copy(update={"captions": tuple(kept)}))
    return intake.model_copy(update={"clips": tuple(clips), "fates": fates})
