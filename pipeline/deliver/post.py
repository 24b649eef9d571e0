"""Post packages: one folder per partner, with everything a volunteer needs to post the clip on a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.deliver.pages import Pages, Words, clock, href, json_text, one_line, running_order, words
from pipeline.preset.model import Book, Theme, VideoOutput
from pipeline.store.catalog import CardEntry, Catalog, ClipEntry
from pipeline.store.package import Link, Package

LOCALES = {"th": "th_TH", "en": "en_US", "ms": "ms_MY", "zh": "zh_CN"}
"""Locale in a captions file's name, ``name.th_TH.srt``. Source: Facebook Graph API, video captions."""
LANGUAGES = {"th": Words("ไทย", "Thai"), "en": Words("อังกฤษ", "English")}
REELS_MAX_S = 90
"""Longest Reel by API, 3 to 90 s. Source: Facebook Graph API, Reels publishing, 2026-07-30."""
USES = {
    "wide": Words("แนวนอน สำหรับโพสต์วิดีโอบนเพจ Facebook และ YouTube", "Wide: for a video post on a page and YouTube"),
    "square": Words("จัตุรัส เห็นเต็มจอในฟีดมือถือ", "Square: fills the feed on a phone"),
    "tall": Words("แนวตั้ง สำหรับ Reels, Shorts และ TikTok", "Tall: for Reels, Shorts and TikTok"),
}


STILL_USES: dict[str, Words] = {
    "square": Words("ภาพปกจัตุรัส", "Square cover"),
    "tall": Words("ภาพปกแนวตั้ง สำหรับ Reels และ Shorts", "Tall cover, for Reels and Shorts"),
    "link": Words("ภาพสำหรับโพสต์ลิงก์", "Picture for a post with a link"),
}
"""Stills besides the cover, by their layout."""


@dataclass(frozen=True)
class File:
    """One video to attach."""

    url: str
    name: str
    use: Words
    size: str
    burned: bool
    too_long: bool
    """Tall, and longer than a Reel may be."""


@dataclass(frozen=True)
class Still:
    """A still besides the cover."""

    name: str
    use: Words
    size: str
    target: str


@dataclass(frozen=True)
class CaptionsFile:
    """Captions to attach to a video that has none burned in."""

    language: str
    locale: str
    name: str
    target: str

    @property
    def label(self) -> Words:
        """The language's name."""
        return LANGUAGES.get(self.language, words(self.language))


@dataclass(frozen=True)
class Post:
    """What one package says."""

    clip: ClipEntry
    title: str
    partner: str | None
    theme: Theme | None
    text: str
    alt: str
    files: tuple[File, ...]
    captions: tuple[CaptionsFile, ...]
    stills: tuple[Still, ...]
    length: str

    @property
    def number(self) -> str:
        """The roster number, or nothing."""
        return f"{self.clip.number:02d}" if self.clip.number is not None else ""

    @property
    def cover(self) -> str | None:
        """Where the cover is in the output folder, if it has been made."""
        return self.clip.files.get("poster")


def posts(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return ``posts/``: a folder per partner with a ready clip, and a page that lists them."""
    pages = Pages(templates, book)
    ready = [clip for clip in running_order(catalog.clips) if clip.partner and clip.state == "ready"]
    ready += [_as_clip(card, book) for card in catalog.cards if card.kind == "recap"]
    made = [post for clip in ready if (post := _post(clip, pages)).files]
    package = pages.assets("posts", "post.js")
    for post in made:
        package.update(_folder(post, pages))
    package["posts/index.html"] = pages.render("posts.html.j2", posts=made)
    return package


def _as_clip(card: CardEntry, book: Book) -> ClipEntry:
    """Return the recap as what a post is made of: a clip of nobody's."""
    return ClipEntry(
        id=card.id,
        partner=None,
        number=None,
        title=card.title,
        theme_id=None,
        source="",
        state="ready",
        frames=card.frames,
        frame_rate=book.house.frame_rate,
        files=card.files,
    )


def _post(clip: ClipEntry, pages: Pages) -> Post:
    event = pages.book.event
    title = one_line(clip.title)
    name = one_line(clip.partner.name) if clip.partner else None
    theme = event.theme_of(clip.theme_id)
    said = {"title": title, "partner": name if name != title else None, "theme": theme}
    return Post(
        clip=clip,
        title=title,
        partner=said["partner"] if isinstance(said["partner"], str) else None,
        theme=theme,
        text=_tidy(pages.render("caption.th.txt.j2", **said)),
        alt=_tidy(pages.render("alt.th.txt.j2", **said)),
        files=_files(clip, pages.book),
        captions=_captions(clip),
        stills=_stills(clip, pages.book),
        length=clock(clip.duration_s),
    )


def _tidy(text: str) -> str:
    """Return text without trailing blanks, with one blank line at most between paragraphs."""
    lines = [line.strip() for line in text.strip().splitlines()]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return "\n".join(kept) + "\n"


def _files(clip: ClipEntry, book: Book) -> tuple[File, ...]:
    """Return the videos for pages, and the on-air one of a layout while there is no other."""
    chosen = [video for video in book.stage("pages") if video.id in clip.files]
    for video in book.stage("air"):
        if video.id in clip.files and video.layout not in {other.layout for other in chosen}:
            chosen.append(video)
    return tuple(_file(clip, video) for video in chosen)


def _file(clip: ClipEntry, video: VideoOutput) -> File:
    path = clip.files[video.id]
    return File(
        url=href(path, up=2),
        name=Path(path).name,
        use=USES[video.layout],
        size=f"{video.width_px}×{video.height_px}",
        burned=video.captions == "burned" and bool(clip.captions),
        too_long=video.layout == "tall" and clip.duration_s > Fraction(REELS_MAX_S),
    )


def _captions(clip: ClipEntry) -> tuple[CaptionsFile, ...]:
    return tuple(
        CaptionsFile(language, LOCALES[language], f"{clip.id}.{LOCALES[language]}.srt", clip.files[f"{language}.srt"])
        for language in clip.captions
        if language in LOCALES and f"{language}.srt" in clip.files
    )


def _stills(clip: ClipEntry, book: Book) -> tuple[Still, ...]:
    return tuple(
        Still(
            name=f"{poster.id}.jpg",
            use=STILL_USES[poster.layout],
            size=f"{poster.width_px}×{poster.height_px}",
            target=clip.files[poster.id],
        )
        for poster in book.posters
        if poster.layout in STILL_USES and poster.id in clip.files
    )


def _folder(post: Post, pages: Pages) -> Package:
    root = f"posts/{post.clip.id}"
    package: Package = {f"{root}/caption.th.txt": post.text, f"{root}/alt.th.txt": post.alt}
    if post.cover:
        package[f"{root}/cover.jpg"] = Link(post.cover)
    package.update({f"{root}/{still.name}": Link(still.target) for still in post.stills})
    for captions in post.captions:
        package[f"{root}/{captions.name}"] = Link(captions.target)
    package[f"{root}/index.html"] = pages.render("post.html.j2", post=post)
    package[f"{root}/post.json"] = json_text(_json(post, pages.book))
    return package


def _json(post: Post, book: Book) -> dict[str, object]:
    clip, event = post.clip, book.event
    return {
        "id": clip.id,
        "number": clip.number,
        "title": post.title,
        "partner": one_line(clip.partner.name) if clip.partner else None,
        "text": post.text,
        "alt": post.alt,
        "hashtags": list(event.hashtags),
        "theme": {"id": post.theme.id, "name": post.theme.name} if post.theme else None,
        "event": {"id": event.id, "name": event.name},
        "duration_s": float(clip.duration_s),
        "files": {name: href(path, up=2) for name, path in sorted(clip.files.items())},
        "cover": "cover.jpg" if post.cover else None,
        "captions": [
            {"language": captions.language, "locale": captions.locale, "file": captions.name}
            for captions in post.captions
        ],
    }
