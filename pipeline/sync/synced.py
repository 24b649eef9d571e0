"""Brings captions in step with what is said, as the event wishes, and remembers what was found.

Only clips whose captions are to be compared are listened to, once. The files under the input folder stay as they are.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from pipeline.errors import InputError, MachineError, OurError
from pipeline.intake.assign import ClipIn, Intake
from pipeline.media.choose import on_air
from pipeline.media.facts import AudioFacts, ClipFacts
from pipeline.noun import Noun
from pipeline.preset.model import Event
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish
from pipeline.store.receipt import key_of
from pipeline.sync.finding import Fit, is_asked, moved, told
from pipeline.text.cues import Captions
from pipeline.toolchain import ffmpeg_path

if TYPE_CHECKING:
    from pipeline.sync.activity import Levels

Ears = Literal["closed", "open", "needed"]
"""Closed: what was found before is read. Open: clips are listened to. Needed: and it must not fail where the event has
captions mended, or what is wrong would go on air."""
RECIPE = 2
"""Raised by hand when we would find something else in the same sound."""
BOOK = "sync.json"


class Finding(Noun):
    """What came of one comparison: nothing where it was not certain."""

    fit: Fit | None


class FindingBook(Noun):
    """All that was found, by the key of what was compared; as kept between runs."""

    recipe: int = RECIPE
    findings: dict[str, Finding] = Field(default_factory=dict)


def synced(intake: Intake, settings: Settings, event: Event, tools: str, ears: Ears = "closed") -> Intake:
    """Return the intake with captions that agree with the speech, where the event wants that and it is certain.

    What was found is told in the fate of the clip. A clip that cannot be decoded keeps its captions. What has not
    changed since it was compared is not listened to again, unless other ``tools`` may hear more. ``ears``: whether what
    was never compared is listened to now; with closed ones nothing is written either.

    Raises:
        MachineError: the disk is full or fails while the findings are written. With ``needed`` ears also: captions that
            are to be mended could not be compared, for a reason of this machine's that may pass.

    """
    asked = {clip.id: wanted for clip in intake.clips if (wanted := _asked(clip, event, tools))}
    if not asked:
        return intake
    before = _read_book(settings)
    known = {key: before[key] for wanted in asked.values() for key in wanted if key in before}
    trouble = _find(intake, asked, known, settings, event) if ears != "closed" else None
    if known != before and ears != "closed":
        content = FindingBook(findings=known).model_dump_json().encode("utf-8")
        publish.write(settings.media_out, f"{STATE_FOLDER}/cache/{BOOK}", content)
    if trouble and ears == "needed" and event.captions_sync == "mend":
        raise trouble
    return _applied(intake, asked, known, event)


def _find(
    intake: Intake, asked: dict[str, dict[str, Captions]], known: dict[str, Finding], settings: Settings, event: Event
) -> MachineError | None:
    """Add to ``known`` what listening to clips tells; return the last trouble of this machine that hindered it."""
    trouble = None
    for clip in intake.clips:
        missing = {key: each for key, each in asked.get(clip.id, {}).items() if key not in known}
        if missing:
            try:
                known |= _compare(clip, missing, settings, event)
            except MachineError as error:
                trouble = error
    return trouble


def _asked(clip: ClipIn, event: Event, tools: str) -> dict[str, Captions]:
    """Return the captions of a clip that are to be compared, by key."""
    facts = _facts(clip, event)
    if facts is None or facts.audio is None:
        return {}
    return {
        _key(clip, facts.audio, captions, tools): captions
        for captions in clip.captions
        if is_asked(captions, facts.duration_s, event.captions_sync)
    }


def _facts(clip: ClipIn, event: Event) -> ClipFacts | None:
    """Return the clip's facts with the sound that goes on air."""
    return on_air(clip.source.clip, clip.sidecar.language, event.languages) if clip.source.clip else None


def _key(clip: ClipIn, audio: AudioFacts, captions: Captions, tools: str) -> str:
    """Return what a finding depends on. A trim does not count: captions are on the clock of the whole clip."""
    return key_of([clip.source.sha256, audio.index, captions.model_dump(mode="json"), tools, RECIPE])


def _read_book(settings: Settings) -> dict[str, Finding]:
    with contextlib.suppress(OSError, ValidationError):
        book = FindingBook.model_validate_json((settings.cache / BOOK).read_bytes())
        if book.recipe == RECIPE:
            return book.findings
    return {}


def _compare(clip: ClipIn, asked: dict[str, Captions], settings: Settings, event: Event) -> dict[str, Finding]:
    """Return what listening to the clip tells about each of its captions; nothing where we are at fault.

    Raises:
        MachineError: this machine had trouble, and once more when it was tried again.

    """
    from pipeline.sync.fit import fit  # noqa: PLC0415 - NumPy, for those who listen

    facts = _facts(clip, event)
    if facts is None or facts.audio is None:
        return {}
    try:
        try:
            speech = _heard(clip, facts, facts.audio, settings)
        except (MachineError, OurError):
            speech = _heard(clip, facts, facts.audio, settings)
    except InputError:
        return dict.fromkeys(asked, Finding(fit=None))
    except OurError:  # the others' clips must not wait for us, and another time it may go well
        return {}
    return {key: Finding(fit=fit(speech, _times(captions))) for key, captions in asked.items()}


def _heard(clip: ClipIn, facts: ClipFacts, audio: AudioFacts, settings: Settings) -> Levels:
    """Return how much of each hop of the clip is speech.

    Raises:
        InputError: the clip as it was sighted cannot be decoded.
        MachineError: this machine had trouble, or the clip is away or another one meanwhile.
        OurError: we are at fault.

    """
    from pipeline.sync.speech import listen  # noqa: PLC0415 - NumPy, as above

    source = settings.media_in / clip.source.path
    with publish.scratch(settings.scratch, f"{clip.id}.sync") as folder, publish.disk_errors():
        try:
            return listen(source, facts, audio, folder, ffmpeg_path(settings))
        except InputError as error:
            stamp = source.stat()
            if (stamp.st_size, stamp.st_mtime_ns) != (clip.source.stamp.bytes, clip.source.stamp.mtime_ns):
                raise MachineError("changed-meanwhile") from error
            raise


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
