"""A made-up event of 31 partners in mixed states and 34 photos, and a reader of the pages made from it."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from pipeline.preset.model import (
    Book,
    Event,
    House,
    Partner,
    PhotoOutput,
    PosterOutput,
    Style,
    VideoOutput,
)
from pipeline.preset.platform import Platform
from pipeline.reasons import reason
from pipeline.store.catalog import Catalog, ClipEntry, InputRow, PartnerRow, PartnerState, PhotoEntry
from pipeline.store.package import Copy, Link, Package
from pipeline.store.receipt import PhotoDetails

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "presets" / "templates"
THEMES = ("creative-economy", "sustainable-environment", "happy-society", None)
STATES: dict[int, PartnerState] = {
    3: "refused", 12: "refused", 5: "missing", 18: "working", 19: "queued", 20: "arriving", 29: "missing", 31: "missing"
}  # fmt: skip
PHOTO_COUNT = 34
PAGES = ("air-720p", "page-1080p", "square", "portrait", "vertical", "clean")
SIZES = {"640": 640, "1280": 1280, "2048": 2048, "thumb": 320}


def read(name: str) -> dict[str, object]:
    return tomllib.loads((ROOT / "presets" / name).read_text("utf-8"))


def book(**changes: object) -> Book:
    """Return the book of the real event file, with ``changes`` to the event."""
    event = Event.model_validate(read("events/songkhla-2565.toml") | changes)
    videos = ("air-1080p", "air-720p", "page-1080p", "square", "portrait", "vertical", "clean")
    platforms = ("facebook", "facebook-reels", "instagram", "youtube", "tiktok", "line")
    return Book(
        event=event,
        style=Style.model_validate(read("styles/lake.toml")),
        house=House.model_validate(read("outputs/house.toml")),
        videos=tuple(VideoOutput.model_validate(read(f"outputs/{name}.toml")) for name in videos),
        posters=(PosterOutput.model_validate(read("outputs/poster.toml")),),
        photo=PhotoOutput.model_validate(read("outputs/photo.toml")),
        platforms=tuple(Platform.model_validate(read(f"outputs/{name}.toml")) for name in platforms),
    )


def clip(partner: Partner, number: int, title: str | None = None, caption_language: str | None = "th") -> ClipEntry:
    files = {name: f"clips/{partner.id}/{name}.mp4" for name in PAGES}
    files |= {"air-1080p": f"show/{number:02d}-{partner.id}.mp4", "poster": f"clips/{partner.id}/poster.jpg"}
    if caption_language:
        files |= {
            f"{caption_language}.{kind}": f"clips/{partner.id}/{partner.id}.{caption_language}.{kind}"
            for kind in ("srt", "vtt")
        }
    return ClipEntry(
        id=partner.id,
        partner=partner,
        number=number,
        title=title or partner.name,
        theme_id=THEMES[number % 4],
        source=f"clips/{number:02d}-{partner.name}.mp4",
        state="ready",
        frames=30 * (50 + 4 * number),
        lead_frames=120,
        frame_rate=Fraction(30),
        captions=(caption_language,) if caption_language else (),
        files=files,
    )


def photo(index: int, name: str | None = None, caption: str | None = None) -> PhotoEntry:
    stem = name or f"img-{index:04d}"
    width, height = ((2048, 1365), (2048, 1152), (1365, 2048), (2048, 1536))[index % 4]
    return PhotoEntry(
        source=f"photos/{stem}.jpg",
        details=PhotoDetails(
            album="photos",
            name=stem,
            width_px=width,
            height_px=height,
            taken_at=f"2022-09-27T{8 + index // 6:02d}:{index % 60:02d}:00",
            caption=caption,
            sizes={
                size: (edge, edge * height // width) if width > height else (edge * width // height, edge)
                for size, edge in SIZES.items()
            },
            framed={"instagram": (1440, 1440 * height // width) if width > height else (1152, 1440)},
        ),
        alt=None,
        files={f"{size}.{kind}": f"photos/photos/{stem}-{size}.{kind}" for size in SIZES for kind in ("jpg", "webp")}
        | {"instagram.jpg": f"photos/photos/{stem}-instagram.jpg"},
    )


def inputs(event: Event) -> tuple[InputRow, ...]:
    first, third = event.partners[0], event.partners[2]
    return (
        InputRow(
            path=f"clips/01-{first.name}.mp4", kind="clip", outcome="ok", partner=first.id, state="ready", reasons=(),
        ),
        InputRow(
            path=f"clips/01-{first.name}.srt", kind="captions", outcome="ok", partner=first.id, state="used",
            reasons=(), used_for=f"clips/01-{first.name}.mp4",
        ),
        InputRow(
            path=f"clips/03-{third.name}.mov", kind="clip", outcome="reject", partner=third.id, state="refused",
            reasons=(reason("index-missing"),),
        ),
        InputRow(
            path="clips/VID_20220910_final(2).mp4", kind="clip", outcome="reject", partner=None, state="unused",
            reasons=(reason("two-partners", "ท่าช้าง, ท่าข้าม"),),
        ),
        InputRow(
            path="clips/13-เทศบาลท่าช้าง.mp4", kind="clip", outcome="ok-with-warning", partner="thesaban-tha-chang",
            state="ready", reasons=(reason("silence-added"), reason("very-long", "4")),
        ),
        InputRow(
            path="clips/เก่า/01-ร่าง.mp4", kind="clip", outcome="ok", partner=first.id, state="superseded",
            reasons=(reason("superseded", f"01-{first.name}.mp4"),),
        ),
        InputRow(
            path="notes.docx", kind="other", outcome="reject", partner=None, state="unused",
            reasons=(reason("unknown-file"),),
        ),
    )  # fmt: skip


def catalog(event: Event) -> Catalog:
    """Return 23 ready partners, eight in other states, and 34 photos."""
    rows, clips = [], []
    for number, partner in enumerate(event.partners, 1):
        state = STATES.get(number, "ready")
        if state == "ready":
            clips.append(clip(partner, number, caption_language="th" if number % 3 else None))
        said = (reason("index-missing"),) if number == 3 else (reason("cut-off", 62),) if number == 12 else ()
        source = None if state == "missing" else f"clips/{number:02d}-{partner.name}.mp4"
        rows.append(
            PartnerRow(
                number=number,
                partner=partner,
                state=state,
                clip=source,
                superseded=("clips/เก่า/01-ร่าง.mp4",) if number == 1 else (),
                reasons=said or ((reason("silence-added"),) if number == 13 else ()),
            )
        )
    photos = tuple(photo(n, caption="เวทีกลางสมัชชาพลเมือง" if n % 5 == 0 else None) for n in range(PHOTO_COUNT))
    return Catalog(inputs=inputs(event), partners=tuple(rows), clips=tuple(clips), slates=(), photos=photos)


def files_of(made: Catalog) -> set[str]:
    """Return every output file the catalog names."""
    named = [clip.files for clip in made.clips] + [photo.files for photo in made.photos]
    return {path for files in named for path in files.values()}


def write(package: Package, out: Path) -> None:
    """Put a package on disk as publishing would, as far as a browser cares."""
    for path, content in package.items():
        file = out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case str():
                file.write_text(content, "utf-8")
            case bytes():
                file.write_bytes(content)
            case Link(target):
                file.unlink(missing_ok=True)
                file.hardlink_to(out / target)
            case Copy(source):
                file.write_bytes(source.read_bytes())


class Page(HTMLParser):
    """What a test asks of a page: elements with their attributes, addresses, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get("id")) is not None]

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def addresses(self) -> list[str]:
        found = [attrs[name] for _, attrs in self.elements for name in ("href", "src", "poster") if attrs.get(name)]
        sets = [attrs["srcset"] for _, attrs in self.elements if attrs.get("srcset")]
        found += [part.split()[0] for text in sets if text for part in text.split(", ")]
        return [address for address in found if address]


def page_of(package: Package, path: str) -> Page:
    content = package[path]
    assert isinstance(content, str)
    return Page(content)


def broken_addresses(package: Package, made: Catalog) -> list[str]:
    """Return the addresses in pages and sheets that lead nowhere."""
    known = set(package) | files_of(made)
    broken = []
    for path in package:
        if not path.endswith(".html"):
            continue
        page = page_of(package, path)
        for address in page.addresses:
            parts = urlsplit(address)
            if address.startswith("data:,"):
                continue
            target = normpath(str(PurePosixPath(path).parent / unquote(parts.path))) if parts.path else path
            here = target == path and (not parts.fragment or unquote(parts.fragment) in page.ids)
            if parts.scheme or parts.netloc or not (here or target in known):
                broken.append(f"{path}: {address}")
    return broken
