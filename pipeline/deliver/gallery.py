"""The gallery: one page with every clip and photo, that works from any folder and without a server. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.deliver.pages import Pages, Words, clock, href, moment, running_order, slug, words
from pipeline.preset.model import Book, Event, Theme
from pipeline.store.catalog import Catalog, ClipEntry, PhotoEntry
from pipeline.store.package import Package

SOFT_VIDEO = "page-1080p"
"""Captions are not burned into this one, so it gets them as tracks."""
VIDEOS = (SOFT_VIDEO, "air-720p", "air-1080p")
"""What the page plays: the first of these that is proven."""
LANGUAGES = {"th": "ไทย", "en": "English", "ms": "Bahasa Melayu", "zh": "中文"}
HERO_RATIO = 1.3
"""A picture at least this wide for its height can carry the event's name."""
RATIO_STEP = 0.05
"""Widths of photos in the grid are rounded to this, so that a style sheet can name them."""
RATIO_MIN, RATIO_MAX = 0.5, 2.6
NO_THEME = "none"


@dataclass(frozen=True)
class Track:
    """Captions of a clip in one language."""

    language: str
    label: str
    url: str


@dataclass(frozen=True)
class Video:
    """One clip as the page shows it. Addresses are relative to ``gallery/``."""

    id: str
    number: str
    title: Words
    partner: Words | None
    """Set when the clip has a title of its own."""
    theme: Theme | None
    theme_key: str
    length: str
    url: str
    poster: str | None
    tracks: tuple[Track, ...]


@dataclass(frozen=True)
class Source:
    """One file of a photo."""

    url: str
    width_px: int


@dataclass(frozen=True)
class Photo:
    """One photo as the page shows it. ``ratio`` is a class name of the style sheet."""

    id: str
    alt: str
    caption: str | None
    when: Words | None
    width_px: int
    height_px: int
    ratio: str
    jpegs: tuple[Source, ...]
    webps: tuple[Source, ...]


@dataclass(frozen=True)
class Album:
    """The photos of one folder."""

    id: str
    name: str
    photos: tuple[Photo, ...]


def gallery(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return ``gallery/``: the page and all it needs except the media, which it finds beside itself."""
    pages = Pages(templates, book)
    videos = [video for clip in running_order(catalog.clips) if (video := _video(clip, book.event))]
    albums = _albums(catalog.photos, book.event)
    photos = [photo for album in albums for photo in album.photos]
    used = {video.theme_key for video in videos}
    filters = [theme for theme in book.event.themes if theme.id in used]
    page = pages.render(
        "gallery.html.j2",
        videos=videos,
        albums=albums,
        photos=photos,
        hero=next((photo for photo in photos if photo.width_px >= HERO_RATIO * photo.height_px), None),
        filters=filters,
        without_theme=NO_THEME in used,
        no_theme=NO_THEME,
    )
    package = pages.assets("gallery", "gallery.js")
    ratios = sorted({photo.ratio for photo in photos})
    package["gallery/photos.css"] = "".join(f".{name} {{ --ratio: {int(name[1:]) / 100:.2f}; }}\n" for name in ratios)
    package["gallery/index.html"] = page
    return package


def _video(clip: ClipEntry, event: Event) -> Video | None:
    output = next((name for name in VIDEOS if name in clip.files), None)
    if clip.state != "ready" or output is None:
        return None
    theme = event.theme_of(clip.theme_id)
    owner = words(clip.partner.name, clip.partner.name_en) if clip.partner else None
    own_title = owner is None or clip.title != owner.th
    return Video(
        id=slug(f"clip-{clip.id}"),
        number=f"{clip.number:02d}" if clip.number is not None else "",
        title=words(clip.title) if own_title or owner is None else owner,
        partner=owner if own_title else None,
        theme=theme,
        theme_key=theme.id if theme else NO_THEME,
        length=clock(clip.duration_s),
        url=href(clip.files[output], up=1),
        poster=href(clip.files["poster"], up=1) if "poster" in clip.files else None,
        tracks=_tracks(clip) if output == SOFT_VIDEO else (),
    )


def _tracks(clip: ClipEntry) -> tuple[Track, ...]:
    found = [(language, clip.files.get(f"{language}.vtt")) for language in clip.captions]
    ordered = sorted(found, key=lambda pair: pair[0] != "th")
    return tuple(
        Track(language, LANGUAGES.get(language, language), href(path, up=1)) for language, path in ordered if path
    )


def _albums(entries: tuple[PhotoEntry, ...], event: Event) -> list[Album]:
    groups: dict[str, list[PhotoEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.details.album, []).append(entry)
    albums = []
    for name, group in sorted(groups.items()):
        group.sort(key=lambda entry: (entry.details.taken_at is None, entry.details.taken_at or "", entry.source))
        photos = tuple(photo for number, entry in enumerate(group, 1) if (photo := _photo(entry, number, event)))
        if photos:
            folder = PurePosixPath(group[0].source).parent.name
            albums.append(Album(slug(f"album-{name}"), folder or name, photos))
    return albums


def _photo(entry: PhotoEntry, number: int, event: Event) -> Photo | None:
    details = entry.details
    jpegs = _sources(entry, "jpg")
    if not jpegs:
        return None
    caption = details.caption or None
    return Photo(
        id=slug(f"photo-{details.album}-{details.name}"),
        alt=entry.alt or caption or f"ภาพที่ {number} จาก{event.name}",
        caption=caption,
        when=moment(details.taken_at),
        width_px=details.width_px,
        height_px=details.height_px,
        ratio=_ratio(details.width_px, details.height_px),
        jpegs=jpegs,
        webps=_sources(entry, "webp"),
    )


def _sources(entry: PhotoEntry, extension: str) -> tuple[Source, ...]:
    """Return the photo's files of one format by rising width, one a width."""
    by_width = {
        width_px: Source(href(entry.files[f"{size}.{extension}"], up=1), width_px)
        for size, (width_px, _) in entry.details.sizes.items()
        if f"{size}.{extension}" in entry.files
    }
    return tuple(by_width[width_px] for width_px in sorted(by_width))


def _ratio(width_px: int, height_px: int) -> str:
    steps = round(min(max(width_px / height_px, RATIO_MIN), RATIO_MAX) / RATIO_STEP)
    return f"r{round(steps * RATIO_STEP * 100)}"
