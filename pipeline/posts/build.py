"""Posts of clips, of the recap, and of albums, from the catalog. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.deliver.pages import Pages, clock, one_line, running_order
from pipeline.posts import parts
from pipeline.posts.model import PostCaptions, PostFile, PostOffer, PostPhoto
from pipeline.posts.offers import Stock, offer
from pipeline.posts.texts import Said, alt_text, common_text, worded
from pipeline.preset.model import Book, Event
from pipeline.recap.plan import spread
from pipeline.store.catalog import CardEntry, Catalog, ClipEntry, PhotoEntry
from pipeline.text.thai import make_breaker

MOST_PHOTOS = 10
"""Of an album: more than ten are rarely looked at, and most platforms take no more."""


@dataclass(frozen=True)
class Post:
    """One package, before it becomes files."""

    id: str
    kind: str
    said: Said
    text: str
    alt: str
    stock: Stock
    offers: tuple[PostOffer, ...]
    texts: dict[str, str] = field(default_factory=dict)
    """Texts that differ from the common one, by file name."""
    clip: ClipEntry | None = None
    number: int | None = None
    at: datetime | None = None

    @property
    def title(self) -> str:
        """Its title."""
        return self.said.title

    @property
    def roster(self) -> str:
        """The roster number, or nothing."""
        return f"{self.number:02d}" if self.number is not None else ""

    @property
    def cover(self) -> PostFile | None:
        """The wide cover."""
        return (self.stock.stills or {}).get("poster")

    @property
    def stills(self) -> tuple[PostFile, ...]:
        """The other covers."""
        return tuple(still for name, still in (self.stock.stills or {}).items() if name != "poster")

    @property
    def captions(self) -> tuple[PostCaptions, ...]:
        """Captions files."""
        return self.stock.captions

    @property
    def photos(self) -> tuple[PostPhoto, ...]:
        """The album's chosen photos in the largest size that is there."""
        sizes = (self.stock.photos or {}).values()
        return max(sizes, key=lambda photos: max((p.width_px or 0 for p in photos), default=0), default=())

    @property
    def length(self) -> str:
        """How long the clip is, as people read it."""
        return clock(self.clip.duration_s) if self.clip else ""


def build(catalog: Catalog, pages: Pages) -> list[Post]:
    """Return all posts: partners' clips in running order, the recap, then albums.

    Raises:
        PresetError: ``template-broken``.

    """
    book = pages.book
    ready = [clip for clip in running_order(catalog.clips) if clip.partner and clip.state == "ready"]
    ready += [_as_clip(card, book) for card in catalog.cards if card.kind == "recap"]
    made = [post for clip in ready if (post := _of_clip(clip, pages)).stock.videos]
    return _timed([*made, *_of_albums(catalog.photos, pages)], book.event)


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
        made=card.made,
    )


def _of_clip(clip: ClipEntry, pages: Pages) -> Post:
    book = pages.book
    title = one_line(clip.title)
    name = one_line(clip.partner.name) if clip.partner else None
    theme = book.event.theme_of(clip.theme_id)
    said = Said(title, name if name != title else None, theme, _link(clip, book.event))
    stock = Stock(parts.videos(clip, book), parts.captions(clip), parts.stills(clip, book))
    kind = "clip" if clip.partner else "recap"
    return _post(Post(clip.id, kind, said, "", "", stock, (), clip=clip, number=clip.number), pages)


def _link(clip: ClipEntry, event: Event) -> str | None:
    """Return the address that a post leads to."""
    if event.posts.link or not event.gallery.address:
        return event.posts.link
    page = f"partners/{clip.id}.html" if clip.partner else "index.html"
    return f"{event.gallery.address.rstrip('/')}/gallery/{page}"


def _post(bare: Post, pages: Pages) -> Post:
    """Return the post with its words and what it offers."""
    book, said = pages.book, bare.said
    common, found, texts = common_text(said, pages), [], {}

    def units(text: str) -> list[str]:  # the dictionary takes half a second, and few texts are too long
        return make_breaker(book.words).units(text)

    for platform in book.platforms:
        words = worded(said, platform, pages, units)
        offered = offer(platform, words, common, bare.stock)
        if offered:
            found.append(offered)
            if offered.text_file and words.text != common:
                texts[offered.text_file] = words.text
    alts = [f"{n}. {photo.alt}" for n, photo in enumerate(bare.photos, 1)]
    alt = "\n".join(alts) + "\n" if alts else alt_text(said, pages)
    return replace(bare, text=common, alt=alt, offers=tuple(found), texts=texts)


def _of_albums(entries: Sequence[PhotoEntry], pages: Pages) -> Iterator[Post]:
    """Yield a post for each album: photos spread over its time."""
    event = pages.book.event
    albums: dict[str, list[PhotoEntry]] = {}
    for entry in entries:
        albums.setdefault(entry.details.album, []).append(entry)
    sizes = {platform.photos for platform in pages.book.platforms if platform.photos}
    for name, group in sorted(albums.items()):
        group.sort(key=lambda entry: (entry.details.taken_at is None, entry.details.taken_at or "", entry.source))
        chosen = spread(group, min(MOST_PHOTOS, len(group)))
        folder = one_line((chosen[0].details.album_title or "").rpartition("/")[2])
        title = folder or f"ภาพจาก{event.name}"
        alts = [photo_alt(entry, n, event) for n, entry in enumerate(chosen, 1)]
        photos = {
            size: tuple(p for entry, alt in zip(chosen, alts, strict=True) if (p := parts.photo(entry, size, alt)))
            for size in sorted(sizes)
        }
        if not any(photos.values()):
            continue
        link = event.posts.link
        if not link and event.gallery.address:
            link = f"{event.gallery.address.rstrip('/')}/gallery/albums/{name}.html"
        yield _post(Post(f"album-{name}", "album", Said(title, link=link), "", "", Stock(photos=photos), ()), pages)


def photo_alt(entry: PhotoEntry, number: int, event: Event) -> str:
    """Return what is on a photo, in words: as somebody wrote it, else which photo it is."""
    return one_line(entry.alt or entry.details.caption or f"ภาพที่ {number} จาก{event.name}")


def _timed(made: list[Post], event: Event) -> list[Post]:
    """Return the posts with the times at which they go out, where the event has a schedule."""
    wishes = event.posts
    if wishes.starts_at is None:
        return made
    first = wishes.starts_at if wishes.starts_at.tzinfo else wishes.starts_at.replace(tzinfo=ZoneInfo(event.timezone))
    timed = []
    for n, post in enumerate(made):
        day, place = divmod(n, wishes.per_day)
        # Days are added on the wall's clock: the same time of day, whatever the clocks do.
        at = first + timedelta(days=day)
        timed.append(replace(post, at=at + timedelta(minutes=place * wishes.every_minutes)))
    return timed
