"""All post packages as files: a folder each, a page that lists them, when they go out, and an archive each. Pure."""

from __future__ import annotations

from pathlib import Path

from pipeline.deliver.pages import Pages, href, json_text
from pipeline.posts.build import Post, build
from pipeline.posts.model import PostDocument, PostEvent, PostTheme
from pipeline.posts.offers import problems_of
from pipeline.posts.parts import UP
from pipeline.posts.schedule import as_calendar, as_table
from pipeline.posts.texts import COMMON
from pipeline.preset.model import Book
from pipeline.store.catalog import Catalog
from pipeline.store.package import Content, Link, Package, Zip

ROOT = "posts"
ALT = "alt.th.txt"
DOCUMENT = "post.json"


def posts(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return ``posts/`` without its archives.

    Raises:
        PresetError: ``template-broken``.

    """
    pages = Pages(templates, book)
    made = build(catalog, pages)
    package = pages.assets(ROOT, "post.js", "post.css")
    for post in made:
        package.update(_folder(post, pages))
    scheduled = [post for post in made if post.at]
    if scheduled:
        package[f"{ROOT}/schedule.csv"] = as_table(scheduled)
        package[f"{ROOT}/schedule.ics"] = as_calendar(scheduled, book.event)
    package[f"{ROOT}/index.html"] = pages.render("posts.html.j2", posts=made, scheduled=bool(scheduled))
    return package


def downloads(catalog: Catalog, book: Book, templates: Path) -> Package:
    """Return the archive of each package: what a volunteer posts, without the page that says how."""
    made = build(catalog, Pages(templates, book))
    return {archive(post): Zip(_members(post)) for post in made}


def archive(post: Post) -> str:
    """Return where the archive of a package lies."""
    return f"{ROOT}/{post.id}/{post.id}.zip"


def _members(post: Post) -> tuple[tuple[str, str], ...]:
    """Return the files of an archive: name in it, path in the output folder."""
    folder = f"{ROOT}/{post.id}"
    names = [COMMON, *sorted(post.texts), ALT]
    names += [still.file for still in (post.stock.stills or {}).values()]
    names += [captions.file for captions in post.captions]
    members = [(name, f"{folder}/{name}") for name in names]
    members += [(video.name, _path(post, video.output)) for video in post.stock.videos]
    for size, photos in (post.stock.photos or {}).items():
        members += [(f"{size}/{n:02d}-{photo.name}", _of_out(photo.file)) for n, photo in enumerate(photos, 1)]
    return tuple(members)


def _path(post: Post, output: str) -> str:
    assert post.clip is not None  # noqa: S101 - only clips have videos
    return post.clip.files[output]


def _of_out(file: str) -> str:
    """Return the path in the output folder of an address in a package; delivered names need no escapes."""
    return file.removeprefix("../" * UP)


def _folder(post: Post, pages: Pages) -> Package:
    root = f"{ROOT}/{post.id}"
    files: dict[str, Content] = {COMMON: post.text, ALT: post.alt, **post.texts}
    clip = post.clip
    if clip:
        files |= {still.file: Link(clip.files[name]) for name, still in (post.stock.stills or {}).items()}
        files |= {each.file: Link(clip.files[f"{each.language}.srt"]) for each in post.captions}
    package: Package = {f"{root}/{name}": content for name, content in files.items()}
    package[f"{root}/index.html"] = pages.render(
        "post.html.j2", post=post, texts={COMMON: post.text, **post.texts}, problems=problems_of(post.offers)
    )
    package[f"{root}/{DOCUMENT}"] = json_text(document(post, pages.book).model_dump(mode="json"))
    return package


def document(post: Post, book: Book) -> PostDocument:
    """Return ``post.json``."""
    clip, event, said = post.clip, book.event, post.said
    return PostDocument(
        id=post.id,
        kind=post.kind,
        number=post.number,
        title=post.title,
        partner=said.partner or (post.title if clip and clip.partner else None),
        text=post.text,
        alt=post.alt,
        link=said.link,
        hashtags=event.hashtags,
        theme=PostTheme(id=said.theme.id, name=said.theme.name) if said.theme else None,
        event=PostEvent(id=event.id, name=event.name),
        at=post.at.isoformat() if post.at else None,
        duration_s=float(clip.duration_s) if clip else None,
        files={name: href(path, up=UP) for name, path in sorted(clip.files.items())} if clip else {},
        cover=post.cover.file if post.cover else None,
        captions=post.captions,
        photos=post.photos,
        platforms=post.offers,
    )
