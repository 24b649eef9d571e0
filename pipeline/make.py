"""Makes one asset in a scratch folder, proves it and publishes it: the verbs behind an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pipeline.errors import InputError, MachineError
from pipeline.orders import CardOrder, ClipOrder, DraftOrder, Order, PartOrder, PhotoOrder, RecapOrder
from pipeline.photo.develop import develop
from pipeline.preset.book import RECAP
from pipeline.preset.model import MASTER
from pipeline.recap.reel import render_recap, save_cover
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.speech.listen import make_draft
from pipeline.store import publish
from pipeline.store.receipt import ClipDetails, PhotoDetails, Receipt
from pipeline.toolchain import ffmpeg_path
from pipeline.video.beside import caption_files, stills
from pipeline.video.meter import Bench, Progress
from pipeline.video.prove import OutputFacts
from pipeline.video.render import Rendered, render_air, render_card, render_pages, render_part

FILMS = "cards"
"""Where in the state folder the films of title cards are kept."""


@dataclass(frozen=True)
class Desk:
    """Where an order is filled: its source, a scratch folder, the settings, and who is told of progress."""

    order: Order
    source: Path
    folder: Path
    settings: Settings
    tools: str
    on_progress: Progress

    @property
    def bench(self) -> Bench:
        """The same for the renderer."""
        return Bench(
            self.source,
            self.folder,
            ffmpeg_path(self.settings),
            self.on_progress,
            tools=self.tools,
            films=self.settings.state / FILMS,
        )

    def receipt(self, files: dict[str, Path], facts: dict[str, dict[str, str | int]]) -> Receipt:
        """Publish ``files`` (path in the output folder → scratch file) and return the receipt, not yet kept."""
        return Receipt(
            asset=self.order.asset,
            kind=self.order.kind,
            key=self.order.key,
            source=self.order.source,
            outputs=publish.publish(self.settings.media_out, files, facts),
            toolchain=self.tools,
            warnings=self.order.warnings,
        )


def make(desk: Desk) -> Receipt:
    """Make, prove and publish what the desk's order asks for; return its receipt, which the caller keeps.

    Raises:
        InputError, MachineError, OurError: whoever is at fault.

    """
    match desk.order.work:
        case ClipOrder() as work:
            return _clip(desk, work)
        case PartOrder() as work:
            return _part(desk, work)
        case CardOrder() as work:
            return _card(desk, work)
        case RecapOrder() as work:
            return _recap(desk, work)
        case PhotoOrder() as work:
            return _photo(desk, work)
        case DraftOrder() as work:
            return _draft(desk, work)


def _clip(desk: Desk, work: ClipOrder) -> Receipt:
    plan = work.plan
    parts = _parts(desk)
    drawn = stills(plan, work.posters, desk.folder)  # first: what has no room is known before anything is encoded
    if plan.stage == "air":
        rendered = render_air(plan, desk.bench, parts)
    else:
        rendered = render_pages(plan, _master(desk, plan.id, work.needs_key)[0], desk.bench, parts)
    folder = f"clips/{plan.id}"
    files = {f"{folder}/{name}.mp4": path for name, path in rendered.files.items()}
    if plan.stage == "air":
        beside = drawn.files | caption_files(plan, rendered.captions, desk.folder)
        files |= {f"{folder}/{name}": path for name, path in beside.items()}
    receipt = desk.receipt(files, _facts(folder, rendered))
    languages = tuple(captions.language for captions in plan.captions)
    return receipt.model_copy(
        update={
            "loudness": rendered.loudness,
            "warnings": (*desk.order.warnings, *drawn.warnings, *rendered.warnings),
            "clip": ClipDetails(
                frames=plan.frames,
                lead_frames=plan.lead_frames,
                frame_rate=plan.house.frame_rate,
                captions=languages,
            ),
        }
    )


def _part(desk: Desk, work: PartOrder) -> Receipt:
    files = render_part(work.plan, work.span, desk.bench)
    return desk.receipt({f"{_part_folder(desk.order.asset)}/{name}": path for name, path in files.items()}, {})


def _part_folder(asset: str) -> str:
    return f"{STATE_FOLDER}/parts/{asset}"


def _parts(desk: Desk) -> list[Path]:
    """Return the folders of the order's parts where all of them are proven, else none: then it encodes by itself."""
    out = desk.settings.media_out
    for asset, key in desk.order.parts.items():
        receipt = publish.read_receipt(out, asset)
        if receipt is None or receipt.refused or not publish.holds(out, receipt, key):
            return []
    return [out / _part_folder(asset) for asset in desk.order.parts]


def _master(desk: Desk, clip_id: str, key: str | None) -> tuple[Path, Fraction]:
    """Return the clip's proven master, and how long its card is.

    Raises:
        MachineError: it is not there yet, or is being made anew: this stage comes later.

    """
    out = desk.settings.media_out
    receipt = publish.read_receipt(out, f"{clip_id}.air")
    if receipt is None or receipt.refused or not receipt.clip or not publish.holds(out, receipt, key or ""):
        raise MachineError("master-missing", clip_id)
    return out / f"clips/{clip_id}/{MASTER}.mp4", receipt.clip.lead_frames / receipt.clip.frame_rate


def _draft(desk: Desk, work: DraftOrder) -> Receipt:
    master, lead_s = _master(desk, work.plan.id, work.needs_key)
    drafted = make_draft(work.plan, master, lead_s, desk.bench, desk.settings)
    files = {f"clips/{work.plan.id}/{drafted.file.name}": drafted.file} if drafted.file else {}
    return desk.receipt(files, {}).model_copy(update={"warnings": drafted.remarks})


def _facts(folder: str, rendered: Rendered) -> dict[str, dict[str, str | int]]:
    return {f"{folder}/{name}.mp4": _plain(facts) for name, facts in rendered.facts.items()}


def _plain(facts: OutputFacts) -> dict[str, str | int]:
    dumped = facts.model_dump(mode="json", exclude={"key_frame_steps"}, exclude_none=True)
    return {name: value if isinstance(value, int) else str(value) for name, value in dumped.items()}


def _card(desk: Desk, work: CardOrder) -> Receipt:
    plan, slate = work.plan, desk.order.kind == "slate"
    rendered = render_card(plan, desk.bench)
    folder = f"clips/{work.id}/slate" if slate else f"cards/{work.id}"
    files = {f"{folder}/{name}.mp4": path for name, path in rendered.files.items()}
    receipt = desk.receipt(files, _facts(folder, rendered))
    details = ClipDetails(frames=plan.frames, lead_frames=plan.frames, frame_rate=plan.house.frame_rate)
    return receipt.model_copy(update={"clip": details})


def _recap(desk: Desk, work: RecapOrder) -> Receipt:
    settings, plan = desk.settings, work.plan
    sting = settings.presets / work.sting if work.sting else settings.presets
    try:
        rendered = render_recap(plan, settings.media_out, replace(desk.bench, source=sting))
    except InputError as error:  # the photos are ours: what cannot be read is the sting
        raise InputError("sting-unusable", work.sting or "") from error
    folder = f"cards/{RECAP}"
    files = {f"{folder}/{name}.mp4": path for name, path in rendered.files.items()}
    if plan.output.id == MASTER:
        cover = desk.folder / "poster.jpg"
        save_cover(plan, settings.media_out, cover)
        files[f"{folder}/poster.jpg"] = cover
    receipt = desk.receipt(files, _facts(folder, rendered))
    details = ClipDetails(frames=plan.frames, lead_frames=0, frame_rate=plan.house.frame_rate)
    return receipt.model_copy(update={"clip": details, "loudness": rendered.loudness, "warnings": rendered.warnings})


def _photo(desk: Desk, work: PhotoOrder) -> Receipt:
    developed = develop(desk.source, work.plan, desk.folder)
    files = {f"photos/{work.plan.album}/{path.name}": path for path in developed.files.values()}
    width_px, height_px = max(developed.sizes.values())
    details = PhotoDetails(
        album=work.plan.album,
        name=work.plan.name,
        width_px=width_px,
        height_px=height_px,
        taken_at=developed.facts.taken_at,
        caption=developed.facts.caption,
        sizes=developed.sizes,
        framed=developed.framed,
    )
    receipt = desk.receipt(files, {})
    return receipt.model_copy(update={"photo": details, "warnings": (*desk.order.warnings, *developed.warnings)})
