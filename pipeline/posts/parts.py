"""The files that packages hold: which there are, how large, and under which name they are saved. Pure."""

from __future__ import annotations

from fractions import Fraction

from pipeline.deliver.pages import href
from pipeline.posts.model import PostCaptions, PostFile, PostPhoto, PostVideo
from pipeline.preset.model import Book, PosterOutput, VideoOutput
from pipeline.store.catalog import ClipEntry, PhotoEntry
from pipeline.store.receipt import Made

LOCALES = {"th": "th_TH", "en": "en_US", "ms": "ms_MY", "zh": "zh_CN"}
"""Locale in a captions file's name, ``name.th_TH.srt``. Source: Facebook Graph API, video captions."""
COVER = "cover.jpg"
UP = 2
"""A package's folder lies two folders below the output folder."""


def videos(clip: ClipEntry, book: Book) -> tuple[PostVideo, ...]:
    """Return the versions for pages that are made, and the on-air one of a layout while there is no other."""
    chosen = [video for video in book.stage("pages") if video.id in clip.files]
    for video in book.stage("air"):
        if video.id in clip.files and video.layout not in {other.layout for other in chosen}:
            chosen.append(video)
    return tuple(_video(clip, video) for video in chosen)


def _video(clip: ClipEntry, output: VideoOutput) -> PostVideo:
    path, made = clip.files[output.id], clip.made.get(output.id)
    frames = int(made.facts.get("frames") or 0) if made else 0
    frames = frames or clip.frames
    whole = clip.frames if output.has_graphics else clip.frames - clip.lead_frames
    return PostVideo(
        file=href(path, up=UP),
        name=f"{clip.id}-{path.rpartition('/')[2]}",
        bytes=made.bytes if made else 0,
        width_px=output.width_px,
        height_px=output.height_px,
        duration_s=float(Fraction(frames) / clip.frame_rate),
        frame_rate=float(clip.frame_rate),
        output=output.id,
        has_captions=output.captions == "burned" and bool(clip.captions),
        has_graphics=output.has_graphics,
        is_cut=frames < whole,
    )


def captions(clip: ClipEntry) -> tuple[PostCaptions, ...]:
    """Return the captions files, by the names that Facebook takes."""
    found = []
    for language in clip.captions:
        locale, made = LOCALES.get(language), clip.made.get(f"{language}.srt")
        if locale and f"{language}.srt" in clip.files:
            name = f"{clip.id}.{locale}.srt"
            size = made.bytes if made else 0
            found.append(PostCaptions(file=name, name=name, bytes=size, language=language, locale=locale))
    return tuple(found)


def stills(clip: ClipEntry, book: Book) -> dict[str, PostFile]:
    """Return the stills by poster id: the clip's own is :data:`COVER`."""
    return {
        poster.id: _still(poster, clip.id, clip.made.get(poster.id))
        for poster in book.posters
        if poster.id in clip.files
    }


def _still(poster: PosterOutput, clip_id: str, made: Made | None) -> PostFile:
    name = COVER if poster.id == "poster" else f"{poster.id}.jpg"
    return PostFile(
        file=name,
        name=f"{clip_id}-{name}",
        bytes=made.bytes if made else 0,
        width_px=poster.width_px,
        height_px=poster.height_px,
    )


def photo(entry: PhotoEntry, size: str, alt: str) -> PostPhoto | None:
    """Return one size of a photo as JPEG; None where it is not made."""
    path, made = entry.files.get(f"{size}.jpg"), entry.made.get(f"{size}.jpg")
    if path is None:
        return None
    width_px, height_px = entry.details.framed.get(size) or entry.details.sizes.get(size) or (None, None)
    return PostPhoto(
        file=href(path, up=UP),
        name=path.rpartition("/")[2],
        bytes=made.bytes if made else 0,
        width_px=width_px,
        height_px=height_px,
        alt=alt,
    )
