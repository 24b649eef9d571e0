"""A delivery: what is proven by now, where people and players find it.

Media comes first, then the lists that name it, then the pages. Nothing that a player may have open changes: media has
names that stand for its bytes, lists are replaced by rename, and media that no list names any more stays for a while.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import survey as surveys
from pipeline.context import Context
from pipeline.errors import PresetError
from pipeline.media.identity import digest
from pipeline.orders import ClipOrder
from pipeline.packing import HEAVY, HLS, LINGERING, Packing, as_delivered, pack
from pipeline.reasons import Reason
from pipeline.settings import STATE_FOLDER, Settings
from pipeline.show.changes import CHANGES_FILE, Changes, read_changes
from pipeline.show.model import SHOW_FILE, Places, Show, read_show
from pipeline.show.order import running_order
from pipeline.store import publish
from pipeline.store.catalog import Catalog
from pipeline.store.package import Package
from pipeline.store.receipt import Made, Receipt, key_of
from pipeline.survey import Survey

DELIVERY = "deliver"
"""Name of the delivery's receipt."""
NEEDS_HEAVY = frozenset({"playlists/obs-scenes.json"})
"""Lists that name what is only made when a run is done."""
ARCHIVE = ".zip"
_OLD = f"{STATE_FOLDER}/old.json"
_KEPT_CHANGES = f"{STATE_FOLDER}/order.json"
_WRITING = f"{STATE_FOLDER}/delivering.json"
"""Names that a delivery gives for the first time. A killed one leaves them to the next, as no receipt has them."""


@dataclass(frozen=True)
class Delivered:
    """What a delivery came to."""

    is_new: bool
    """Whether anything had to be written."""
    failed: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Lists that would have stopped a player, and why: the last good ones stay."""
    remarks: tuple[Reason, ...] = ()
    """What people should know of the show."""


@dataclass
class _Log:
    """Notes each new name before the file is there, so that a kill between the two leaves nothing for ever."""

    names: set[str]
    before: Mapping[str, Made] = field(default_factory=dict)
    """What the last receipt names."""

    def deliver(self, out: Path, package: Package) -> tuple[Made, ...]:
        if new := package.keys() - self.before.keys() - self.names:
            self.names |= new
            publish.write(out, _WRITING, json.dumps(sorted(self.names), ensure_ascii=False).encode("utf-8"))
        return publish.deliver(out, package, self.before)


def _read_log(out: Path) -> _Log:
    try:
        return _Log({str(path) for path in json.loads((out / _WRITING).read_bytes())})
    except (OSError, ValueError, TypeError):
        return _Log(set())


def read_order(settings: Settings) -> tuple[Changes, tuple[Reason, ...]]:
    """Return what was changed on site. While the order file cannot be read, what it last said counts, which is told."""
    try:
        text = (settings.media_out / CHANGES_FILE).read_text("utf-8")
    except FileNotFoundError:
        return Changes(), ()
    except (OSError, UnicodeDecodeError) as error:
        return _last_order(settings), (PresetError("order-unreadable", CHANGES_FILE, str(error)).reason,)
    try:
        return read_changes(text), ()
    except PresetError as error:
        return _last_order(settings), error.reasons


def _last_order(settings: Settings) -> Changes:
    try:
        return Changes.model_validate_json((settings.media_out / _KEPT_CHANGES).read_bytes())
    except (OSError, ValueError):
        return Changes()


def places_of(context: Context) -> Places:
    """Return where the machines that play find the output folder."""
    settings = context.settings
    base_url = settings.base_url or context.book.event.base_url
    return Places(root=str(settings.playout_root or settings.media_out), base_url=base_url)


def deliver(context: Context, found: Survey, *, midway: bool = False) -> Delivered:
    """Bring everything that people read up to date; return what it came to.

    Assets that are no longer wanted leave last, when nothing names them any more. A show is never mixed from pictures
    that do not join: ``midway`` through a run that makes it all anew, the old one stays as it is.

    Raises:
        MachineError: the disk is full or fails.

    """
    out = context.settings.media_out
    if found.foreign and midway:
        return Delivered(is_new=False)
    found = found.without(found.foreign)
    catalog = surveys.catalog_of(found, context.book)
    changes, told = read_order(context.settings)
    key = _key(context, catalog, changes, told)
    before, log = publish.read_receipt(out, DELIVERY), _read_log(out)
    if before is not None and not log.names and publish.holds(out, before, key):
        if found.left:
            _retire(context, found, set(), before)
        if not midway:
            _forget_old(context, {made.path for made in before.outputs})
        return Delivered(is_new=False, remarks=_told_before(out))
    show = running_order(catalog, context.book, changes)
    show = show.model_copy(update={"remarks": (*told, *show.remarks)})
    old = before.outputs if before else ()
    log.before = {each.path: each for each in old}
    made, failed = _publish(context, catalog, show, old, log, midway=midway)
    # What failed, or waits for the end of the run, is tried again by the next delivery.
    key = key if not failed and not midway else f"{key}-open"
    receipt = Receipt(asset=DELIVERY, kind="deliver", key=key, outputs=made, toolchain=context.tools)
    # The receipt comes last: a crash before it leaves the old one, whose list of files is then gone through again.
    _retire(context, found, log.before.keys() | log.names, receipt)
    publish.keep_receipt(out, receipt)
    (out / _WRITING).unlink(missing_ok=True)
    if not told:
        publish.write(out, _KEPT_CHANGES, changes.model_dump_json().encode("utf-8"))
    if not midway:
        _forget_old(context, {each.path for each in made})
        _sweep_films(context, found)
    return Delivered(is_new=True, failed=failed, remarks=show.remarks)


def _told_before(out: Path) -> tuple[Reason, ...]:
    """Return the remarks of the show as it was delivered: what is still wrong is told by every run."""
    try:
        return read_show((out / SHOW_FILE).read_bytes()).remarks
    except (OSError, ValueError):
        return ()


def _key(context: Context, catalog: Catalog, changes: Changes, told: tuple[Reason, ...]) -> str:
    return key_of(
        [
            _timeless(catalog.model_dump(mode="json")),
            context.book.model_dump(mode="json"),
            changes.model_dump(mode="json"),
            [each.en for each in told],
            places_of(context).model_dump(mode="json"),
            _templates(context),
            context.tools,
        ]
    )


def _timeless(value: object) -> object:
    """Return a document without the times of files: the same bytes, restored or made again, are the same delivery."""
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name != "mtime_ns"}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def _publish(
    context: Context, catalog: Catalog, show: Show, old: tuple[Made, ...], log: _Log, *, midway: bool
) -> tuple[tuple[Made, ...], Mapping[str, tuple[Reason, ...]]]:
    """Write media, then lists, then pages; return all that is there now, and what failed."""
    from pipeline.deliver import everything  # noqa: PLC0415 - templates are slow to load, and often nothing is new
    from pipeline.preflight.quick import quick  # noqa: PLC0415 - as above

    out, templates = context.settings.media_out, context.settings.presets / "templates"
    made = log.deliver(out, everything.masters(show, catalog))
    lists = everything.lists(show, context.book, places_of(context), templates)
    packing = Packing() if midway else pack(context, show)
    made += as_delivered(context, packing.files)
    if not any(each.path.startswith(HEAVY) for each in old) and not packing.lists:
        lists = {path: content for path, content in lists.items() if path not in NEEDS_HEAVY}
    lists = packing.lists | lists
    found = quick(lists, show, out, everything.facts(catalog), places_of(context))
    failed = packing.failed | {
        _withheld(path): tuple(Reason(code=each.code, th=each.th, en=each.en) for each in wrong)
        for path, wrong in found.items()
        if wrong
    }
    bad = tuple(failed)
    made += log.deliver(out, {path: content for path, content in lists.items() if not path.startswith(bad)})
    there = {each.path for each in made}
    # Midway nothing heavy is made. What failed stays as it was, with the media that it names.
    stays = (*bad, *LINGERING) if bad else ()
    kept = (each for each in old if (midway and _is_heavy(each.path, show)) or each.path.startswith(stays))
    made += tuple(each for each in kept if each.path not in there)
    made += log.deliver(out, everything.document(show))
    made += log.deliver(out, everything.pages(catalog, context.book, templates))
    if midway:  # the archives of before stay: writing them takes long, and they are made when the run is done
        return made + tuple(each for each in old if each.path.endswith(ARCHIVE)), failed
    return made + log.deliver(out, everything.downloads(catalog, context.book, templates)), failed


def _withheld(path: str) -> str:
    """Return what is not published when a list fails: itself, or all of HLS, whose lists share what they name."""
    return HLS if path.startswith(HLS) else path


def _is_heavy(path: str, show: Show) -> bool:
    return path.startswith(HEAVY) or path in {f"playlists/{listed.id}.mp4" for listed in show.lists}


def _retire(context: Context, found: Survey, before: set[str], now: Receipt) -> None:
    """Remove what is no longer wanted: delivered files, then assets. Media that may be open stays for a while."""
    out = context.settings.media_out
    kept = {made.path for made in now.outputs}
    for path in sorted(before - kept):
        if not path.startswith(LINGERING):
            publish.remove(out, path)
    receipts = publish.read_receipts(out)
    wanted = {*found.orders, *found.stale, DELIVERY}
    still = {made.path for asset, receipt in receipts.items() if asset in wanted for made in receipt.outputs}
    for asset, receipt in receipts.items():
        if asset not in wanted:
            publish.retire(out, receipt, still | kept)


def _forget_old(context: Context, named: set[str], now_s: float | None = None) -> None:
    """Remove media that no list has named for as long as the event keeps it, and note what is not named any more.

    What is noted is compared with what lies there, so that a crash loses nothing and leaves nothing for ever.
    """
    out, now_s = context.settings.media_out, time.time() if now_s is None else now_s
    roots = (out / folder for folder in LINGERING)
    there = {path.relative_to(out).as_posix() for root in roots for path in root.rglob("*") if path.is_file()}
    since = _old_since(out)
    old = {path: since.get(path, now_s) for path in there - named}
    # A clock that was set back must not keep things for ever.
    over = {path for path, at_s in old.items() if now_s - at_s >= context.book.event.keep_old_s}
    for path in sorted(over):
        publish.remove(out, path)
    left = {path: min(at_s, now_s) for path, at_s in sorted(old.items()) if path not in over}
    if left != since:
        publish.write(out, _OLD, json.dumps(left, indent=0).encode("ascii"))


def _old_since(out: Path) -> dict[str, float]:
    try:
        return {str(path): float(at_s) for path, at_s in json.loads((out / _OLD).read_bytes()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _templates(context: Context) -> list[tuple[str, str]]:
    """Return name and digest of each template: the team may change them, and pages change with them."""
    folder = context.settings.presets / "templates"
    return [(path.name, digest(path)) for path in sorted(folder.rglob("*")) if path.is_file()]


def _sweep_films(context: Context, found: Survey) -> None:
    """Remove films of title cards that no clip needs any more."""
    from pipeline.make import FILMS  # noqa: PLC0415 - loads Pillow, and often nothing is new
    from pipeline.video.film import film_key, sweep  # noqa: PLC0415 - as above

    plans = (order.work.plan for order in found.orders.values() if isinstance(order.work, ClipOrder))
    kept = {film_key(film, context.tools) for plan in plans for film in plan.films.values()}
    sweep(context.settings.state / FILMS, kept)
