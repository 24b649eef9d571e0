"""Makes the demo: draws, films and writes everything the script asks for, whole files only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from PIL import Image

from pipeline import process
from pipeline.demo import movie, snapshot
from pipeline.demo.scenes import draw_scene
from pipeline.demo.script import CaptionFile, Clip, Photo, Script, write_script
from pipeline.errors import PresetError
from pipeline.preset.model import Event
from pipeline.text.subtitles import to_srt, to_vtt

CLIP_TIMEOUT_S = 120.0
"""A clip takes about a second; this only ends what hangs."""


def make_demo(
    folder: Path, event: Event, ffmpeg: str, *, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Fill ``folder`` with a made-up event: a clip for each partner, captions, photos in albums.

    Everything is made in a hidden folder inside and moved at the end, so a demo that was interrupted leaves
    nothing. ``on_progress`` hears how many of how many clips and photos are done.

    Raises:
        PresetError: ``folder-not-empty``: the folder holds something that is not hidden.
        MachineError: ffmpeg is missing or hangs.
        OurError: ffmpeg refused one of our own pictures.

    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(not entry.name.startswith(".") for entry in folder.iterdir()):
        raise PresetError("folder-not-empty", str(folder))
    hidden = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder))
    try:
        made = hidden / "made"
        made.mkdir()
        make_all(write_script(event), made, hidden, ffmpeg, on_progress)
        for entry in sorted(made.iterdir()):
            _move(entry, folder / entry.name)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def make_all(
    script: Script, made: Path, scratch: Path, ffmpeg: str, on_progress: Callable[[int, int], None] | None = None
) -> None:
    """Make everything of ``script`` under ``made``, on all processors; ``scratch`` holds what is thrown away."""
    jobs: list[Callable[[], None]] = [partial(make_clip, clip, made, scratch, ffmpeg) for clip in script.clips]
    jobs += [partial(make_photo, photo, made) for photo in script.photos]
    # One more than processors: while ffmpeg encodes on each, the next scene is drawn.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        try:
            for done, job in enumerate(as_completed([pool.submit(job) for job in jobs]), 1):
                job.result()
                if on_progress:
                    on_progress(done, len(jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def make_clip(clip: Clip, made: Path, scratch: Path, ffmpeg: str) -> None:
    """Film one clip and write its captions and sidecar."""
    form = clip.form
    target = made / clip.path
    target.parent.mkdir(parents=True, exist_ok=True)
    scene = draw_scene(clip.scene, form.width_px, form.height_px, clip.seed)
    zoom = form.width_px / scene.ground.width
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        work = Path(name)
        ground = _keep(scene.ground, work / "ground.png")
        layers = [(_keep(layer.image, work / f"{n}.png"), layer) for n, layer in enumerate(scene.layers)]
        filmed = work / f"flat{form.suffix}" if form.turned else target
        process.run(movie.film(ffmpeg, clip, ground, layers, zoom, filmed), timeout_s=CLIP_TIMEOUT_S)
        if form.turned:
            process.run(movie.lay(ffmpeg, filmed, target), timeout_s=CLIP_TIMEOUT_S)
    if clip.captions:
        _write_captions(clip.captions, made)
    if clip.title:
        target.with_suffix(".toml").write_text(f'title = "{clip.title}"\n', encoding="utf-8")


def make_photo(photo: Photo, made: Path) -> None:
    """Take one photo."""
    target = made / photo.path
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = snapshot.take(photo)
    picture.save(target, "JPEG", quality=snapshot.JPEG_QUALITY, exif=snapshot.exif_of(photo))


def _keep(picture: Image.Image, path: Path) -> Path:
    picture.save(path, "PNG", compress_level=1)
    return path


def _write_captions(file: CaptionFile, made: Path) -> None:
    text = to_vtt(file.captions) if file.path.suffix == ".vtt" else to_srt(file.captions)
    (made / file.path).write_bytes(text.replace("\n", file.newline).encode(file.encoding))


def _move(source: Path, target: Path) -> None:
    """Move a whole file or folder to where nothing is."""
    if target.exists():  # something arrived while the demo was made: it stays
        raise PresetError("folder-not-empty", str(target.parent))
    source.rename(target)
