"""The use cases; the list of stages is the program.

``survey``   scan → assign → orders → which of them are proven
``fill``     one order → scratch → proven → published → receipt
``deliver``  catalog → show, playlists, board, posts, gallery → written
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import delivery
from pipeline import survey as surveys
from pipeline.context import Context
from pipeline.delivery import DELIVERY, Delivered
from pipeline.equip import demand_encoder
from pipeline.errors import InputError, MachineError, MediaError, OurError
from pipeline.intake.assign import Intake, assign
from pipeline.intake.limits import limited
from pipeline.intake.scan import scan
from pipeline.media.identity import digest
from pipeline.orders import (
    PART,
    Order,
    by_asset,
    orders,
    photo_asset,
    recap_asset,
    recap_orders,
    slate_orders,
)
from pipeline.outline import outline
from pipeline.preset.model import Book
from pipeline.ready import require_faces
from pipeline.reasons import Reason
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.store.catalog import Catalog
from pipeline.store.receipt import Receipt
from pipeline.survey import Survey
from pipeline.sync.synced import Ears, synced
from pipeline.toolchain import toolchain

if TYPE_CHECKING:
    from pipeline.preview.make import Preview

Progress = Callable[[float], None]
WORDING = frozenset({"glyph-missing", "text-does-not-fit"})
"""Faults of the words that people gave: a title, a partner's name."""


def survey(context: Context, *, thorough: bool = False, listen: bool = False) -> Survey:
    """Return where things stand. Makes nothing but the notes of what was seen.

    ``thorough`` reads every file again, and listens to clips whose captions were not compared yet, as well as it can.
    With ``listen``, as a run does, captions that are to be mended must be compared. Else only what was found is known.

    Raises:
        PresetError: there is no input folder.
        MachineError: with ``listen``: a clip cannot be listened to, for a reason that may pass; the disk fails.

    """
    settings, book = context.settings, context.book
    sightings = limited(scan(settings, context.tools, thorough=thorough), book.house.limits)
    ears: Ears = "needed" if listen else "open" if thorough else "closed"
    intake = synced(assign(sightings, book.event), settings, book.event, context.tools, ears)
    receipts = publish.read_receipts(settings.media_out)
    wanted = by_asset(orders(intake, book, context.tools, context.recogniser))
    proven = _proven(settings, wanted, receipts)
    if context.recogniser and not context.recogniser.is_at_hand:
        wanted = {asset: order for asset, order in wanted.items() if order.kind != "draft" or asset in proven}
    # A partner whose clip turned out to be unusable gets a slate like one whose clip is missing, or held on site.
    fallen = {clip.partner for clip in intake.clips if clip.partner and _fell(proven.get(f"{clip.id}.air"))}
    held = {key.partition(".")[0] for key in delivery.read_order(settings)[0].hold}
    slates = by_asset(slate_orders(fallen | held, book, context.tools))
    wanted = {asset: order for asset, order in wanted.items() if not _is_needless(order, proven)}
    wanted |= slates
    proven |= _proven(settings, slates, receipts)
    photos = {photo_asset(photo): photo for photo in intake.photos}
    if photos.keys() <= proven.keys():  # a film of half the photos would soon be made anew
        shown = ((photo, proven[asset]) for asset, photo in photos.items())
        recaps = by_asset(recap_orders(shown, book, context.tools))
        wanted |= recaps
        proven |= _proven(settings, recaps, receipts)
    stale = _stale(settings, book, wanted, proven, receipts)
    stale |= _kept_drafts(context, intake, {asset: each for asset, each in receipts.items() if asset not in proven})
    left = frozenset(receipts) - wanted.keys() - stale.keys() - {DELIVERY}
    return Survey(sightings, intake, wanted, proven, stale, left)


def _is_needless(order: Order, proven: Mapping[str, Receipt]) -> bool:
    """Return whether nobody waits for an order: the part of what is made, or versions of a master that will not be."""
    if order.kind == "part" and order.asset.rpartition(PART)[0] in proven:
        return True
    return any(_fell(proven.get(asset)) for asset in order.after if asset.endswith(".air"))


def _stale(
    settings: Settings, book: Book, wanted: dict[str, Order], proven: dict[str, Receipt], receipts: dict[str, Receipt]
) -> dict[str, Receipt]:
    """Return what was proven before its order changed: it stays in use until the new one is proven."""
    kept = {f"{p.id}.slate" for p in book.event.partners if f"{p.id}.air" not in proven}
    if book.event.recap and any(order.kind == "photo" for order in wanted.values()):
        kept |= {recap_asset(output.id) for output in book.videos}
    return {
        asset: receipt
        for asset, receipt in receipts.items()
        if asset not in proven
        and (asset in wanted or asset in kept)
        and not receipt.refused
        and publish.holds(settings.media_out, receipt, receipt.key)
    }


def _kept_drafts(context: Context, intake: Intake, unproven: Mapping[str, Receipt]) -> dict[str, Receipt]:
    """Return the drafts that stay while nobody can make others: those of clips that still lack captions."""
    if context.recogniser and context.recogniser.is_at_hand:
        return {}
    bare = {f"{clip.id}.draft": clip.source.sha256 for clip in intake.clips if not clip.captions}
    return {asset: each for asset, each in unproven.items() if each.source and bare.get(asset) == each.source.sha256}


def _fell(receipt: Receipt | None) -> bool:
    return receipt is not None and receipt.refused is not None


def _proven(settings: Settings, wanted: dict[str, Order], receipts: dict[str, Receipt]) -> dict[str, Receipt]:
    return {
        asset: receipts[asset]
        for asset, order in wanted.items()
        if publish.holds(settings.media_out, receipts.get(asset), order.key)
    }


def outlines(found: Survey) -> dict[str, tuple[Reason, ...]]:
    """Return what will be done to each clip, in lines for people, by its path."""
    by_path: dict[str, list[Order]] = {}
    for order in found.orders.values():
        if order.source:
            by_path.setdefault(order.source.path, []).append(order)
    return {path: outline(several) for path, several in by_path.items()}


def is_filled(order: Order, settings: Settings) -> bool:
    """Return whether somebody has filled the order already: redelivered orders cost nothing."""
    return publish.holds(settings.media_out, publish.read_receipt(settings.media_out, order.asset), order.key)


def fill(order: Order, settings: Settings, on_progress: Progress) -> Receipt:
    """Make one asset, prove it, publish it, and return its receipt. An order that is filled costs nothing.

    A fault of the input or of ours is kept as a receipt too, so that the same bytes are not tried again.

    Raises:
        MachineError: this machine had trouble; trying again can help.

    """
    tools = toolchain(settings)
    with publish.scratch(settings.scratch, order.asset) as folder:
        try:
            with publish.disk_errors():
                demand_encoder(order, settings)
                receipt = _make(order, settings, folder, tools, on_progress)
        except (InputError, OurError) as error:
            receipt = refusal(order, tools, error)
    publish.keep_receipt(settings.media_out, receipt)
    return receipt


def refusal(order: Order, tools: str, error: MediaError) -> Receipt:
    """Return the receipt that says why an order cannot be filled."""
    return Receipt(
        asset=order.asset,
        kind=order.kind,
        key=order.key,
        source=order.source,
        toolchain=tools,
        warnings=order.warnings,
        refused=error.reason,
        fault="input" if isinstance(error, InputError) or error.code in WORDING else "ours",
    )


def _make(order: Order, settings: Settings, folder: Path, tools: str, on_progress: Progress) -> Receipt:
    from pipeline import make  # noqa: PLC0415 - loads the weight of Pillow and PyAV: for those who make something

    return make.make(make.Desk(order, _source(order, settings), folder, settings, tools, on_progress))


def _source(order: Order, settings: Settings) -> Path:
    """Return the source's path after checking that it still holds the bytes that were planned for."""
    if order.source is None:
        return settings.media_in
    path = settings.media_in / order.source.path
    try:
        if path.stat().st_size != order.source.bytes or digest(path) != order.source.sha256:
            raise MachineError("changed-meanwhile")
    except OSError as error:
        # It was read a moment ago: a share may be away for a while, or the file was taken out.
        raise MachineError("source-away", error.strerror or str(error)) from error
    return path


def catalog(context: Context, found: Survey) -> Catalog:
    """Return the catalog of a survey."""
    return surveys.catalog_of(found, context.book)


def deliver(context: Context, found: Survey | None = None, *, midway: bool = False) -> Delivered:
    """Bring everything that people read up to date; return what it came to.

    Raises:
        MachineError: the disk is full or fails.

    """
    return delivery.deliver(context, found or survey(context), midway=midway)


def apply_order(context: Context) -> None:
    """Deliver the show as it was changed on site at once, then again with the slates that the change asks for.

    Raises:
        MachineError: a slate cannot be made here; the disk is full or fails.

    """
    found = survey(context)
    deliver(context, found, midway=True)  # what is made from whole masters may take a while
    slates = [order for order in found.pending if order.kind == "slate"]
    if slates:
        require_faces(context.book.style)
        for order in slates:
            fill(order, context.settings, lambda _: None)
    deliver(context)


def preview(context: Context, on_progress: Callable[[int, int], None]) -> Preview:
    """Draw the contact sheet of the event into the output folder and return what was found; pictures come first.

    Raises:
        MachineError: this machine would draw Thai wrongly; the disk is full or fails.
        PresetError: the page's template is broken.

    """
    from pipeline.preview.make import ROOT, make_preview  # noqa: PLC0415 - loads Pillow and the templates

    out = context.settings.media_out
    require_faces(context.book.style)
    made = make_preview(context.book, context.settings.presets / "templates", on_progress)
    before = {path.relative_to(out).as_posix() for path in (out / ROOT).rglob("*") if path.is_file()}
    publish.deliver(out, made.package)
    for name in sorted(before - made.package.keys()):
        publish.remove(out, name)
    return made
