"""What is made from whole masters: HLS segments, and continuous videos; when a run is done, not with every clip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.context import Context
from pipeline.errors import MachineError, MediaError
from pipeline.reasons import Reason
from pipeline.show.model import Show
from pipeline.store.package import Link, Package
from pipeline.store.receipt import Made
from pipeline.toolchain import ffmpeg_path

HLS = "playlists/hls/"
HEAVY = (HLS, "playlists/joined/")
"""Where it lies, with the lists that name it."""
LINGERING = ("masters/", "playlists/hls/media/", "playlists/hls/captions/", "playlists/joined/")
"""Media that a player may have open: it leaves only when no list has named it for the time that the event sets."""


@dataclass
class Packing:
    """What was made. ``files`` are in the output folder; their bytes never change."""

    files: set[str] = field(default_factory=set)
    lists: Package = field(default_factory=dict)
    failed: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    """What could not be made, by the folder or file it would have been: the last good one stays."""


def pack(context: Context, show: Show) -> Packing:
    """Return HLS of every list and continuous videos, made where they are not there yet.

    What fails is told and leaves the rest alone.
    """
    packing = Packing()
    if show.items:
        _hls(context, show, packing)
        _joined(context, show, packing)
    return packing


def _hls(context: Context, show: Show, packing: Packing) -> None:
    from pipeline.hls.pack import ensure_media  # noqa: PLC0415 - loads PyAV, and often nothing is new
    from pipeline.hls.playlists import hls_package  # noqa: PLC0415 - as above

    out = context.settings.media_out
    try:
        media = ensure_media(out, show)
        texts = {path: _text(out, path) for entry in show.items for path in entry.captions.values()}
        packing.lists |= hls_package(show, media, texts)
        packing.files |= media.files()
    except MediaError as error:
        packing.failed[HLS] = (error.reason,)


def _text(out: Path, path: str) -> str:
    """Return a caption file that was proven.

    Raises:
        MachineError: it is gone, or is no longer what was made.

    """
    try:
        return (out / path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MachineError("machine-trouble", f"{path}: {error}") from error


def _joined(context: Context, show: Show, packing: Packing) -> None:
    from pipeline.joined.join import ensure_joined  # noqa: PLC0415 - loads PyAV, and often nothing is new
    from pipeline.joined.plan import JOINED_KINDS, plan_joined  # noqa: PLC0415 - as above
    from pipeline.rundown.chapters import chapters_metadata  # noqa: PLC0415 - as above

    settings = context.settings
    whole = show.lists[0].positions
    for listed in show.lists:
        # A session that is the whole show would be as large again.
        if listed.kind not in JOINED_KINDS or (listed.kind == "session" and listed.positions == whole):
            continue
        chapters = chapters_metadata(show, listed)
        link = f"playlists/{listed.id}.mp4"
        try:
            plan = plan_joined(show, listed, chapters)
            made = ensure_joined(settings.media_out, show, listed, ffmpeg_path(settings), settings.scratch, chapters)
        except MediaError as error:
            packing.failed[link] = (error.reason,)
        else:
            packing.files.add(made.path)
            packing.lists[plan.link] = Link(made.path)


def as_delivered(context: Context, paths: Iterable[str]) -> tuple[Made, ...]:
    """Return files that lie in the output folder already, as a delivery notes them: their names vouch for the bytes."""
    found = []
    for path in sorted(paths):
        stat = (context.settings.media_out / path).stat()
        found.append(Made(path=path, sha256="", bytes=stat.st_size, mtime_ns=stat.st_mtime_ns))
    return tuple(found)
