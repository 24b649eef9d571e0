from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import ask, picture
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_event import TEMPLATES, book, broken_addresses, catalog, clip, files_of, page_of, photo, write
from PIL import Image

from pipeline.deliver.gallery import gallery
from pipeline.deliver.pages import Words, dates, moment
from pipeline.store.catalog import Catalog, ClipEntry
from pipeline.store.package import Copy

BOOK = book()
CATALOG = catalog(BOOK.event)
PARTNER = BOOK.event.partners[0]
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def of(**changes: Any) -> Catalog:  # noqa: ANN401 - any field of a catalog
    return CATALOG.model_copy(update=changes)


def without(entry: ClipEntry, *names: str) -> ClipEntry:
    return entry.model_copy(update={"files": {name: path for name, path in entry.files.items() if name not in names}})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with tiny pictures in place of all media, and its gallery."""
    out = tmp_path_factory.mktemp("out")
    colours = ("#084858", "#7ed6a0", "#ffbe5c", "#ff8a7a")
    for number, path in enumerate(sorted(files_of(CATALOG))):
        file = out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in {".jpg", ".webp"}:
            Image.new("RGB", (32, 18), colours[number // 8 % 4]).save(file)
        else:
            file.write_bytes(b"")
    write(gallery(CATALOG, BOOK, TEMPLATES), out)
    return out / "gallery" / "index.html"


def test_every_ready_clip_has_a_tile_in_order_and_a_player_with_thai_captions() -> None:
    page = page_of(gallery(CATALOG, BOOK, TEMPLATES), "gallery/index.html")
    links = [attrs for attrs in page.all("a") if attrs.get("class") == "play"]
    assert [link["id"] for link in links] == [f"clip-{entry.id}" for entry in CATALOG.clips]
    assert links[0]["href"] == f"../clips/{PARTNER.id}/page-1080p.mp4"
    videos = page.all("video")
    assert len(videos) == 23
    assert all("controls" in video and video["preload"] == "none" and video["poster"] for video in videos)
    tracks = page.all("track")
    assert len(tracks) == sum(bool(entry.captions) for entry in CATALOG.clips)
    assert all(track["kind"] == "captions" and track["srclang"] == "th" and "default" in track for track in tracks)


def test_every_photo_is_in_the_grid_with_sizes_and_words() -> None:
    page = page_of(gallery(CATALOG, BOOK, TEMPLATES), "gallery/index.html")
    assert len([attrs for attrs in page.all("a") if attrs.get("class") == "photo"]) == 34
    images = [attrs for attrs in page.all("img") if attrs.get("srcset") and attrs.get("loading") == "lazy"]
    assert len(images) == 34
    assert all(image["width"] and image["height"] and image["alt"] and image["sizes"] for image in images)
    assert images[0]["srcset"] == ", ".join(
        f"../photos/photos/img-0000-{name}.jpg {width}w"
        for name, width in (("thumb", 320), ("640", 640), ("1280", 1280), ("2048", 2048))
    )
    assert any("webp" in (attrs.get("srcset") or "") for attrs in page.all("source"))


def test_the_page_names_event_days_and_place() -> None:
    page = page_of(gallery(CATALOG, BOOK, TEMPLATES), "gallery/index.html")
    assert "27–28 กันยายน 2565" in page.text
    assert "27–28 September 2022" in page.text
    assert "ห้องประชุมโรงแรมเบญจพร" in page.text
    og = {attrs["property"]: attrs["content"] for attrs in page.all("meta") if attrs.get("property")}
    assert og["og:title"] == BOOK.event.name
    assert og["og:image"] == "../photos/photos/img-0000-2048.jpg"


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    page = page_of(gallery(CATALOG, BOOK, TEMPLATES), "gallery/index.html")
    policy = next(attrs["content"] for attrs in page.all("meta") if attrs.get("http-equiv"))
    assert policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert all(script.get("src") for script in page.all("script"))
    assert page.all("style") == []
    assert not [name for _, attrs in page.elements for name in attrs if name == "style" or name.startswith("on")]


def test_every_address_leads_somewhere() -> None:
    assert broken_addresses(gallery(CATALOG, BOOK, TEMPLATES), CATALOG) == []


def test_the_same_catalog_gives_the_same_package() -> None:
    assert gallery(CATALOG, BOOK, TEMPLATES) == gallery(CATALOG, BOOK, TEMPLATES)


def test_what_ships_is_there() -> None:
    copies = [content for content in gallery(CATALOG, BOOK, TEMPLATES).values() if isinstance(content, Copy)]
    assert all(copy.source.is_file() for copy in copies)


def test_only_themes_that_have_clips_are_offered() -> None:
    one = CATALOG.clips[0]
    page = page_of(gallery(of(clips=(one,)), BOOK, TEMPLATES), "gallery/index.html")
    assert {attrs["id"] for attrs in page.all("input") if attrs.get("name") == "theme"} == {
        "show-all",
        f"show-{one.theme_id}",
    }
    bare = one.model_copy(update={"theme_id": None})
    page = page_of(gallery(of(clips=(bare,)), BOOK, TEMPLATES), "gallery/index.html")
    assert [attrs for attrs in page.all("input") if attrs.get("name") == "theme"] == []


def test_a_clip_still_without_its_page_version_shows_the_one_on_air_without_double_captions() -> None:
    early = without(CATALOG.clips[0], "page-1080p", "poster")
    page = page_of(gallery(of(clips=(early,)), BOOK, TEMPLATES), "gallery/index.html")
    assert page.all("track") == []
    assert next(a for a in page.all("a") if a.get("class") == "play")["href"] == f"../clips/{PARTNER.id}/air-720p.mp4"


def test_a_clip_that_is_not_ready_is_not_shown() -> None:
    refused = CATALOG.clips[0].model_copy(update={"state": "refused"})
    bare = without(CATALOG.clips[1], "page-1080p", "air-720p", "air-1080p")
    page = page_of(gallery(of(clips=(refused, bare)), BOOK, TEMPLATES), "gallery/index.html")
    assert page.all("video") == []


def test_an_empty_event_is_a_page_too() -> None:
    package = gallery(of(clips=(), photos=()), BOOK, TEMPLATES)
    assert BOOK.event.name in page_of(package, "gallery/index.html").text
    assert broken_addresses(package, of(clips=(), photos=())) == []


def test_albums_have_headings_when_there_are_several() -> None:
    first = photo(0)
    other = photo(1).model_copy(
        update={
            "source": "photos/พิธีเปิด/a.jpg",
            "details": photo(1).details.model_copy(update={"album": "phithi-poet"}),
        }
    )
    package = gallery(of(photos=(first, other)), BOOK, TEMPLATES)
    assert "พิธีเปิด" in page_of(package, "gallery/index.html").text


def test_photos_without_a_time_come_after_the_others() -> None:
    late = photo(0).model_copy(update={"details": photo(0).details.model_copy(update={"taken_at": None})})
    page = page_of(gallery(of(photos=(late, photo(1))), BOOK, TEMPLATES), "gallery/index.html")
    ids = [attrs["id"] for attrs in page.all("a") if attrs.get("class") == "photo"]
    assert ids == ["photo-photos-img-0001", "photo-photos-img-0000"]


@settings(max_examples=25, deadline=None)
@given(title=st.text(min_size=1, max_size=40), caption=st.text(min_size=1, max_size=40))
def test_no_title_or_caption_changes_the_elements_of_the_page(title: str, caption: str) -> None:
    def elements(title: str, caption: str) -> list[tuple[str, list[str]]]:
        made = of(clips=(clip(PARTNER, 1, title),), photos=(photo(0, caption=caption),))
        page = page_of(gallery(made, BOOK, TEMPLATES), "gallery/index.html")
        return [(tag, sorted(attrs)) for tag, attrs in page.elements]

    assert elements(title, caption) == elements("title", "caption")


def test_markup_in_titles_captions_and_paths_stays_words() -> None:
    made = of(clips=(clip(PARTNER, 1, HOSTILE),), photos=(photo(0, f"a b#?%{HOSTILE}", HOSTILE),))
    package = gallery(made, BOOK, TEMPLATES)
    page = page_of(package, "gallery/index.html")
    assert {attrs.get("src") for attrs in page.all("script")} == {"page.js", "gallery.js"}
    assert page.text.count(HOSTILE) >= 2
    assert all(address.startswith(("../", "#")) for address in page.addresses if "script" in address)
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


def test_times_are_words() -> None:
    assert moment("2022-09-27T09:05:00") == Words("27 กันยายน 2565 เวลา 09.05 น.", "27 September 2022, 09:05")
    assert moment("0000:00:00") is None
    assert moment(None) is None
    assert dates(BOOK.event).en == "27–28 September 2022"


@pytest.mark.parametrize("width_px", [390, 1280])
def test_the_gallery_fits_its_screen(site: Path, tmp_path: Path, width_px: int) -> None:
    script = """await doc.fonts.ready;
      const tops = new Map();
      for (const item of doc.querySelectorAll(".grid li")) {
        const box = item.getBoundingClientRect();
        const top = Math.round(box.top);
        tops.set(top, [...(tops.get(top) || []), [box.height, box.right]]);
      }
      const small = [...doc.querySelectorAll("header a, label, button")].map((each) => each.getBoundingClientRect())
        .filter((box) => box.width && (box.height < 43.5 || box.width < 43.5)).length;
      return { wide: doc.documentElement.scrollWidth, rows: [...tops.values()], small };"""
    answer = ask(site, script, width_px)
    assert answer["wide"] == width_px
    assert answer["small"] == 0
    rows = answer["rows"]
    assert len(rows) < 34
    for row in rows:
        assert max(height for height, _ in row) - min(height for height, _ in row) < 1
    edges = [row[-1][1] for row in rows[:-1]]
    assert max(edges) - min(edges) < 1
    with Image.open(picture(site, tmp_path / "gallery.png", width_px)) as image:
        assert image.width == width_px
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 100


def test_the_lightbox_by_keyboard(site: Path) -> None:
    script = """const photos = [...doc.querySelectorAll("a.photo")], box = doc.getElementById("lightbox");
      const key = (name) => box.dispatchEvent(new win.KeyboardEvent("keydown", { key: name, bubbles: true }));
      const place = () => doc.querySelector(".place").textContent;
      photos[0].focus(); photos[0].click();
      const seen = [box.open, place(), doc.querySelector("figcaption").innerText.trim()];
      key("ArrowRight"); seen.push(place(), win.location.hash);
      key("End"); seen.push(place()); key("ArrowRight"); seen.push(place()); key("ArrowLeft"); seen.push(place());
      key("Home"); key("ArrowRight");
      box.querySelector("[data-do=close]").click(); await until(() => !win.location.hash);
      seen.push(box.open, doc.activeElement === photos[1], win.location.hash);
      return seen;"""
    words = "เวทีกลางสมัชชาพลเมือง\n\n27 กันยายน 2565 เวลา 08.00 น."
    assert ask(site, script, 1280) == [
        True,
        "1 / 34",
        words,
        "2 / 34",
        "#photo-photos-img-0001",
        "34 / 34",
        "1 / 34",
        "34 / 34",
        False,
        True,
        "",
    ]


def test_a_deep_link_opens_its_photo_over_the_whole_screen(site: Path) -> None:
    script = """const box = doc.getElementById("lightbox");
      const image = box.querySelector("img"), caption = box.querySelector("figcaption");
      await until(() => image.complete);
      const at = box.getBoundingClientRect(), shown = image.getBoundingClientRect();
      const above = shown.top >= 0 && shown.height > 600 && shown.bottom <= caption.getBoundingClientRect().top;
      return [box.open, doc.querySelector(".place").textContent, at.left, at.top, at.width, at.height, above];"""
    assert ask(site, script, 390, "#photo-photos-img-0006") == [True, "7 / 34", 0, 0, 390, 800, True]


def test_the_player_opens_and_leaves_nothing_running(site: Path) -> None:
    script = """const link = doc.querySelector("a.play"), player = doc.getElementById("player");
      link.focus(); link.click();
      const tracks = player.querySelectorAll("video track").length;
      const seen = [player.open, tracks, doc.getElementById("player-name").innerText.split("\\n")];
      player.close(); await until(() => !win.location.hash);
      return [...seen, player.querySelectorAll("video").length, doc.activeElement === link, win.location.hash];"""
    assert ask(site, script, 1280) == [True, 1, ["01", "มูลนิธิชุมชนสงขลา"], 0, True, ""]


def test_a_theme_hides_the_others(site: Path) -> None:
    script = """const shown = () => [...doc.querySelectorAll(".tile")].filter((tile) => tile.offsetParent).length;
      const all = shown(); doc.getElementById("show-happy-society").click(); return [all, shown()];"""
    chosen = sum(entry.theme_id == "happy-society" for entry in CATALOG.clips)
    assert ask(site, script, 1280) == [23, chosen]
