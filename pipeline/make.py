"""Makes one asset in a scratch folder, proves it and publishes it: the verbs behind an order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from pipeline.deliver.show import MASTER
from pipeline.errors import MachineError
from pipeline.orders import ClipOrder, Order, PartOrder, PhotoOrder, SlateOrder
from pipeline.photo.develop import develop
from pipeline.preset.model import PosterOutput
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.store import publish
from pipeline.store.receipt import ClipDetails, PhotoDetails, Receipt
from pipeline.text.subtitles import to_srt, to_vtt
from pipeline.toolchain import ffmpeg_path
from pipeline.video.meter import Bench, Progress
from pipeline.video.picture import card_file
from pipeline.video.plan import ClipPlan
from pipeline.video.prove import OutputFacts
from pipeline.video.render import Rendered, render_air, render_pages, render_part, render_slate


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
        return Bench(self.source, self.folder, ffmpeg_path(self.settings), self.on_progress)

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
        case SlateOrder() as work:
            return _slate(desk, work)
        case PhotoOrder() as work:
            return _photo(desk, work)


def _clip(desk: Desk, work: ClipOrder) -> Receipt:
    plan = work.plan
    parts = _parts(desk)
    if plan.stage == "air":
        rendered = render_air(plan, desk.bench, parts)
    else:
        rendered = render_pages(plan, _master(desk, work), desk.bench, parts)
    folder = f"clips/{plan.id}"
    files = {f"{folder}/{name}.mp4": path for name, path in rendered.files.items()}
    if plan.stage == "air":
        files |= {f"{folder}/{name}": path for name, path in _beside(desk, plan, work.poster).items()}
    receipt = desk.receipt(files, _facts(folder, rendered))
    languages = tuple(captions.language for captions in plan.captions)
    return receipt.model_copy(
        update={
            "loudness": rendered.loudness,
            "warnings": (*desk.order.warnings, *rendered.warnings),
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


def _master(desk: Desk, work: ClipOrder) -> Path:
    """Return the clip's proven master.

    Raises:
        MachineError: it is not there yet, or is being made anew: this stage comes later.

    """
    out = desk.settings.media_out
    receipt = publish.read_receipt(out, f"{work.plan.id}.air")
    if receipt is None or receipt.refused or not publish.holds(out, receipt, work.needs_key or ""):
        raise MachineError("master-missing", work.plan.id)
    return out / f"clips/{work.plan.id}/{MASTER}.mp4"


def _beside(desk: Desk, plan: ClipPlan, poster: PosterOutput | None) -> dict[str, Path]:
    """Return the files beside the videos: the poster, and captions shifted by the card in each language."""
    files: dict[str, Path] = {}
    if poster is not None:
        with Image.open(desk.folder / card_file("wide")) as card:
            picture = card.convert("RGB").resize((poster.width_px, poster.height_px), Image.Resampling.LANCZOS)
        files["poster.jpg"] = desk.folder / "poster.jpg"
        picture.save(files["poster.jpg"], quality=poster.jpeg_quality, optimize=True, progressive=True)
    for captions in plan.captions:
        shifted = captions.shifted(plan.lead_s)
        for suffix, text in (("srt", to_srt(shifted)), ("vtt", to_vtt(shifted))):
            name = f"{plan.id}.{captions.language}.{suffix}"
            files[name] = desk.folder / name
            files[name].write_text(text, "utf-8", newline="")
    return files


def _facts(folder: str, rendered: Rendered) -> dict[str, dict[str, str | int]]:
    return {f"{folder}/{name}.mp4": _plain(facts) for name, facts in rendered.facts.items()}


def _plain(facts: OutputFacts) -> dict[str, str | int]:
    dumped = facts.model_dump(mode="json", exclude={"key_frame_steps"}, exclude_none=True)
    return {name: value if isinstance(value, int) else str(value) for name, value in dumped.items()}


def _slate(desk: Desk, work: SlateOrder) -> Receipt:
    rendered = render_slate(work.plan, desk.bench)
    folder = f"clips/{work.partner_id}"
    receipt = desk.receipt(
        {f"{folder}/slate.mp4": rendered.files[MASTER]}, {f"{folder}/slate.mp4": _plain(rendered.facts[MASTER])}
    )
    plan = work.plan
    details = ClipDetails(frames=plan.frames, lead_frames=plan.frames, frame_rate=plan.house.frame_rate)
    return receipt.model_copy(update={"clip": details})


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
    )
    receipt = desk.receipt(files, {})
    return receipt.model_copy(update={"photo": details, "warnings": (*desk.order.warnings, *developed.warnings)})
