"""Drafts take hours: who lacks the setting, or the engine, does not lose them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from media_factory import Spec, make_clip
from stage import Stage, set_stage

from pipeline import jobs
from pipeline.context import Context, open_context
from pipeline.settings import STATE_FOLDER, read_settings
from pipeline.speech import equip
from pipeline.speech.draft import DraftOrder, Recogniser
from pipeline.store import publish
from pipeline.store.receipt import Receipt
from pipeline.survey import Survey
from pipeline.sync import synced as synced_module

HEARD_BY = Recogniser(sha256="ab" * 32, engine="faster-whisper=1", is_multilingual=True)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_stage(tmp_path, small=True)
    make_clip(made.media_in / "01-one.mp4", Spec(width=160, height=90))
    return made


def opened(stage: Stage) -> Context:
    """Return the context of a shell that lacks the setting."""
    return open_context(read_settings(stage.environment()))


def drafted(stage: Stage) -> tuple[str, Path]:
    """Have a draft made as by an earlier run that had the setting; return its asset and its file."""
    context = replace(opened(stage), recogniser=HEARD_BY)
    memory = equip._Memory(recogniser=HEARD_BY)
    publish.write(stage.media_out, f"{STATE_FOLDER}/{equip.MEMORY}", memory.model_dump_json().encode())
    order = next(each for each in jobs.survey(context).orders.values() if each.kind == "draft")
    assert isinstance(order.work, DraftOrder)
    name = f"clips/{order.work.plan.id}/{order.work.plan.file_name}"
    scratch = stage.media_out / STATE_FOLDER / "scratch" / "made.srt"
    scratch.parent.mkdir(parents=True, exist_ok=True)
    scratch.write_text("1\n00:00:00,200 --> 00:00:01,200\nhello\n", "utf-8")
    made = publish.publish(stage.media_out, {name: scratch}, {})
    receipt = Receipt(
        asset=order.asset, kind="draft", key=order.key, source=order.source, outputs=made, toolchain=context.tools
    )
    publish.keep_receipt(stage.media_out, receipt)
    return order.asset, stage.media_out / name


def clip_of(stage: Stage, found: Survey, asset: str) -> Path:
    return stage.media_in / next(c.source.path for c in found.intake.clips if f"{c.id}.draft" == asset)


def test_a_run_without_the_setting_keeps_the_drafts_until_captions_come(stage: Stage) -> None:
    asset, file = drafted(stage)
    found = jobs.survey(opened(stage))
    assert asset in found.proven
    assert not any(order.kind == "draft" for order in found.pending)
    jobs.deliver(opened(stage))
    assert file.exists()
    clip_of(stage, found, asset).with_suffix(".th.srt").write_bytes(file.read_bytes())
    jobs.deliver(opened(stage))
    assert not file.exists()


@pytest.mark.parametrize("change", ["trim", "memory"])
def test_a_draft_that_cannot_be_made_anew_stays(stage: Stage, change: str) -> None:
    asset, file = drafted(stage)
    if change == "trim":
        clip = clip_of(stage, jobs.survey(opened(stage)), asset)
        clip.with_suffix(".toml").write_text("trim_in_s = 0.2\n", "utf-8")
    else:
        (stage.media_out / STATE_FOLDER / equip.MEMORY).unlink()
    found = jobs.survey(opened(stage))
    assert asset not in found.proven
    jobs.deliver(opened(stage))
    assert file.exists()


def test_a_draft_goes_with_its_clip(stage: Stage) -> None:
    asset, file = drafted(stage)
    clip_of(stage, jobs.survey(opened(stage)), asset).unlink()
    jobs.deliver(opened(stage))
    assert not file.exists()


def test_runs_must_listen_checks_may_and_others_do_not(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []
    real = synced_module.synced

    def synced(*arguments: object) -> object:
        given.append(arguments[-1])
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "synced", synced)
    context = opened(stage)
    jobs.survey(context, listen=True)
    jobs.survey(context, thorough=True)
    jobs.survey(context)
    jobs.deliver(context, midway=True)
    assert given == ["needed", "open", "closed", "closed"]
