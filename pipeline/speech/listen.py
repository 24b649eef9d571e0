"""Makes the draft captions of a clip: hears its finished master, and writes down what can be believed.

The master, and not the file that was handed in: it is ours, so nothing hostile is read twice; its sound is in step with
the picture, put right and at an even loudness; and only what goes on air is heard.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg
from pydantic import ValidationError

from pipeline import process
from pipeline.errors import MachineError, OurError
from pipeline.process import Stall
from pipeline.reasons import Reason, reason
from pipeline.settings import Settings
from pipeline.speech.draft import DraftPlan
from pipeline.speech.equip import demand_recogniser
from pipeline.speech.listener import OFFLINE, RATE_HZ
from pipeline.speech.segments import Segment, captions_of
from pipeline.text.subtitles import to_srt
from pipeline.units import seconds_text
from pipeline.video import blame, graph
from pipeline.video.meter import LEAST_TIMEOUT_S, Bench, run_tool

SOUND = "speech.f32"
"""The sound in the scratch folder, as the child takes it: 4 MB a minute."""
SLOWEST = 30
"""A draft may take so many times the clip's length; a large model on two slow processors takes five to ten."""
MOST_S = 5 * 3600.0
"""But less than the broker's lease, or it would be handed out a second time meanwhile."""
QUIET_S = 900.0
"""A child that has written nothing for so long hangs: a window of 30 s is heard three times at most."""
_SAID_CHARACTERS = 200


@dataclass(frozen=True)
class Drafted:
    """A draft in the scratch folder, or none; and what people are told either way."""

    file: Path | None
    remarks: tuple[Reason, ...]


def make_draft(plan: DraftPlan, master: Path, lead_s: Fraction, bench: Bench, settings: Settings) -> Drafted:
    """Return the draft of ``plan``. ``lead_s`` is the length of the card before the footage in ``master``.

    A draft is an offer: where none can be made, people are told, and nobody is to blame.

    Raises:
        MachineError: this machine lacks the engine or the model; the tool is missing or was killed; the disk is full.

    """
    folder = demand_recogniser(plan, settings)
    limit_s = timeout_s(plan)
    try:
        _take(plan, master, lead_s, bench)
        segments = _heard(plan, folder, bench, limit_s)
    except OurError as error:
        return _none("draft-failed", _short(error))
    except MachineError as error:
        if blame.is_crash(error):
            return _none("draft-failed", str(error.values[-1]))
        if error.code in {"tool-timeout", "tool-stalled"}:  # again would be as slow, and keep the rest waiting
            return _none("draft-too-slow", error.values[-1])
        raise
    captions = captions_of(segments, plan)
    if not captions.cues:
        return _none("draft-no-speech")
    file = bench.folder / plan.file_name
    file.write_text(to_srt(captions), "utf-8", newline="")
    path = f"clips/{plan.id}/{plan.file_name}"
    return Drafted(file, (reason("draft-ready", path, len(captions.cues), wanted_name(bench.source, plan)),))


def timeout_s(plan: DraftPlan) -> float:
    """Return how long the child may take, in seconds: by the clip's length."""
    return min(MOST_S, LEAST_TIMEOUT_S + SLOWEST * float(plan.length_s))


def wanted_name(source: Path, plan: DraftPlan) -> str:
    """Return the name under which a draft that was read through belongs beside its clip."""
    return f"{source.stem}.{plan.language}.srt"


def _none(code: str, *values: str | float) -> Drafted:
    return Drafted(None, (reason(code, *values),))


def _short(error: OurError) -> str:
    """Return the last of what a tool said, which is what went wrong."""
    return str(error.values[-1]).rpartition(" | ")[2][-_SAID_CHARACTERS:]


def _take(plan: DraftPlan, master: Path, lead_s: Fraction, bench: Bench) -> None:
    """Write the sound of the footage into the scratch folder."""
    source = ffmpeg.input(f"file:{master}", f="mov", protocol_whitelist="file")
    heard = (
        source["a"]
        .filter("atrim", start=seconds_text(lead_s, 6), duration=seconds_text(plan.length_s, 6))
        .filter("asetpts", "PTS-STARTPTS")
        .filter("aresample", RATE_HZ)
        .filter("aformat", sample_fmts="flt", channel_layouts="mono")
    )
    output = ffmpeg.output(heard, SOUND, f="f32le", acodec="pcm_f32le")
    run_tool(graph.argv([output], bench.ffmpeg), bench, timeout_s=max(LEAST_TIMEOUT_S, float(plan.length_s)))


def _heard(plan: DraftPlan, folder: Path, bench: Bench, limit_s: float) -> tuple[Segment, ...]:
    """Return what the child hears.

    Raises:
        OurError: it ended with an error, or without an answer.
        MachineError: it was killed, hung or took too long.

    """
    answers: list[dict[str, object]] = []

    def on_line(line: str) -> None:
        try:
            said = dict(json.loads(line))
        except (TypeError, ValueError):  # cut off where the child was killed: its status tells that
            return
        if "share" in said:
            bench.on_progress(float(said["share"]))
        else:
            answers.append(said)

    code = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "pipeline.speech.listener", str(folder), str(bench.folder / SOUND), plan.language]
    env = os.environ | OFFLINE | {"PYTHONPATH": str(code)}
    process.run(command, timeout_s=limit_s, on_line=on_line, stall=Stall(QUIET_S), cwd=bench.folder, env=env)
    try:
        return tuple(Segment.model_validate(each) for each in answers[-1]["segments"])  # type: ignore[attr-defined]
    except (IndexError, KeyError, TypeError, ValidationError) as error:
        raise OurError("our-fault", plan.id, repr(error)[:_SAID_CHARACTERS]) from error
