"""The front page: where everything is. It reads the show anew each time, so that it never tells of an old one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.deliver.pages import Words, environment
from pipeline.serve.kinds import ASK_FIRST, PAGE_POLICY
from pipeline.serve.stage import Stage
from pipeline.show.model import SHOW_FILE, Show, ShowList, read_show

FRONT_HEADERS = {
    "cache-control": ASK_FIRST,
    "content-security-policy": PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_PAGES = (
    ("board/index.html", Words("กระดานความพร้อม", "Readiness board")),
    ("gallery/index.html", Words("คลิปและภาพถ่าย", "Clips and photos")),
    ("posts/index.html", Words("ชุดโพสต์", "Posts")),
    ("preflight/index.html", Words("ผลตรวจก่อนออกอากาศ", "Preflight report")),
)
_FORMS = (
    ("playlists/hls/{0}/master.m3u8", "HLS"),
    ("playlists/{0}.m3u8", "M3U8"),
    ("playlists/{0}.xspf", "XSPF"),
    ("playlists/{0}.ffconcat", "ffconcat"),
    ("playlists/{0}.mp4", "MP4"),
    ("playlists/{0}.html", "HTML"),
)


@dataclass(frozen=True)
class Link:
    """Where a reader can go. ``path`` is seen from the front page."""

    path: str
    words: Words


@dataclass(frozen=True)
class Lines:
    """One list, and each form of it that is there."""

    title: str
    forms: tuple[tuple[str, str], ...]
    """Path and name of the form."""


def front_page(stage: Stage) -> str:
    """Return the page as HTML.

    Raises:
        PresetError: ``template-broken`` of a template that was changed by hand.

    """
    show = _show(stage.out)
    links = [Link(path.removesuffix("index.html"), said) for path, said in _PAGES if (stage.out / path).is_file()]
    page = environment(stage.templates).get_template("serve.html.j2")
    return page.render(
        name=show.event_name if show else "Showcase",
        air=Link("air/", Words("หน้าควบคุมการออกอากาศ", "Operator page")),
        links=[*links, Link("live/live.m3u8", Words("ช่องถ่ายทอด (HLS)", "Live channel (HLS)"))] if show else links,
        lists=[lines for each in show.lists if (lines := _lines(stage.out, each)).forms] if show else [],
        has_look=(stage.out / "board/look.css").is_file(),
    )


def _show(out: Path) -> Show | None:
    try:
        return read_show((out / SHOW_FILE).read_bytes())
    except (OSError, ValueError):
        return None


def _lines(out: Path, listed: ShowList) -> Lines:
    paths = [(form.format(listed.id), name) for form, name in _FORMS]
    if listed.kind == "all":  # the run-down of the whole show has a name of its own
        paths.append(("playlists/rundown.html", "HTML"))
    return Lines(listed.title, tuple((path, name) for path, name in paths if (out / path).is_file()))
