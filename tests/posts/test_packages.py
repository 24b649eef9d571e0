from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import ask, picture
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_event import TEMPLATES, book, broken_addresses, catalog, clip, files_of, page_of, write
from PIL import Image

from pipeline.posts.packages import downloads, posts
from pipeline.store.catalog import Catalog, ClipEntry
from pipeline.store.package import Copy, Link, Package

BOOK = book()
CATALOG = catalog(BOOK.event)
PARTNER = BOOK.event.partners[0]
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def of(*clips: ClipEntry) -> Catalog:
    return CATALOG.model_copy(update={"clips": clips})


def made(*clips: ClipEntry) -> Package:
    return posts(of(*clips) if clips else CATALOG, BOOK, TEMPLATES)


def text_of(package: Package, name: str, partner_id: str = PARTNER.id) -> str:
    content = package[f"posts/{partner_id}/{name}"]
    assert isinstance(content, str)
    return content


def test_every_partner_with_a_ready_clip_has_a_post_and_nobody_else() -> None:
    ready = {row.partner.id for row in CATALOG.partners if row.state == "ready"}
    assert {path.split("/")[1] for path in made() if path.endswith("post.json")} == ready | {"album-photos"}
    queued = clip(PARTNER, 1).model_copy(update={"state": "queued"})
    nobody = clip(PARTNER, 1).model_copy(update={"partner": None, "number": None})
    assert [path for path in made(queued, nobody) if path.endswith("post.json")] == ["posts/album-photos/post.json"]


def test_post_json_says_what_to_post_and_where_the_files_are() -> None:
    said = json.loads(text_of(made(), "post.json"))
    assert said["title"] == "มูลนิธิชุมชนสงขลา"
    assert said["hashtags"] == ["#วันพลเมืองสงขลา2565", "#พลเมืองสงขลา"]
    assert said["theme"] == {"id": "sustainable-environment", "name": "สิ่งแวดล้อมยั่งยืน"}
    assert said["files"]["page-1080p"] == f"../../clips/{PARTNER.id}/page-1080p.mp4"
    (captions,) = said["captions"]
    assert (captions["language"], captions["locale"], captions["file"]) == ("th", "th_TH", f"{PARTNER.id}.th_TH.srt")
    assert said["cover"] == "cover.jpg"
    assert said["text"] == text_of(made(), "caption.th.txt")


def test_the_caption_names_partner_theme_event_thanks_and_hashtags() -> None:
    assert text_of(made(), "caption.th.txt") == (
        "มูลนิธิชุมชนสงขลา\n\n"
        "ประเด็น: สิ่งแวดล้อมยั่งยืน\n"
        "งานวันพลเมืองสงขลา 2565\n"
        "27–28 กันยายน 2565 ณ ห้องประชุมโรงแรมเบญจพร อำเภอเมือง\n\n"
        "ขอขอบคุณ องค์การบริหารส่วนจังหวัดสงขลา และ สำนักงานคณะกรรมการสุขภาพแห่งชาติ (สช.)\n\n"
        "#วันพลเมืองสงขลา2565 #พลเมืองสงขลา\n"
    )


def test_a_clip_with_a_title_of_its_own_also_names_the_partner() -> None:
    text = text_of(made(clip(PARTNER, 1, "น้ำคือชีวิต")), "caption.th.txt")
    assert text.startswith("น้ำคือชีวิต\n\nคลิปโดย มูลนิธิชุมชนสงขลา\n")


def test_cover_and_captions_are_links_to_what_is_there() -> None:
    package = made()
    assert package[f"posts/{PARTNER.id}/cover.jpg"] == Link(f"clips/{PARTNER.id}/poster.jpg")
    assert package[f"posts/{PARTNER.id}/{PARTNER.id}.th_TH.srt"] == Link(f"clips/{PARTNER.id}/{PARTNER.id}.th.srt")
    links = [content.target for content in package.values() if isinstance(content, Link)]
    assert set(links) <= files_of(CATALOG)


def test_without_captions_or_poster_there_are_no_such_files_or_steps() -> None:
    bare = clip(PARTNER, 1, caption_language=None)
    bare = bare.model_copy(update={"files": {name: path for name, path in bare.files.items() if name != "poster"}})
    package = made(bare)
    assert not [content for content in package.values() if isinstance(content, Link)]
    page = page_of(package, f"posts/{PARTNER.id}/index.html")
    assert not [attrs for attrs in page.all("img") if "cover" in (attrs.get("src") or "")]
    assert "ห้ามเปลี่ยนชื่อไฟล์" not in page.text
    assert broken_addresses(package | downloads(of(bare), BOOK, TEMPLATES), of(bare)) == []


def test_each_platform_is_offered_the_video_that_suits_it() -> None:
    said = json.loads(text_of(made(), "post.json"))
    offered = {offer["platform"]: offer["video"]["output"] for offer in said["platforms"]}
    assert offered == {
        "facebook": "page-1080p",
        "facebook-reels": "vertical",
        "instagram": "vertical",
        "youtube": "page-1080p",
        "tiktok": "clean",
        "line": "square",
    }
    assert [offer["problems"] for offer in said["platforms"]] == [[]] * 6
    assert {offer["platform"] for offer in said["platforms"] if offer["captions"]} == {"facebook", "youtube"}
    page = page_of(made(), f"posts/{PARTNER.id}/index.html")
    there = {attrs["href"] for attrs in page.all("a") if (attrs.get("href") or "").endswith(".mp4")}
    assert there == {f"../../clips/{PARTNER.id}/{name}.mp4" for name in offered.values()}


def test_an_album_has_ten_photos_over_its_time_in_each_platforms_size() -> None:
    said = json.loads(text_of(made(), "post.json", "album-photos"))
    photos = {offer["platform"]: [photo["file"] for photo in offer["photos"]] for offer in said["platforms"]}
    assert photos.keys() == {"facebook", "instagram", "line"}
    assert {len(files) for files in photos.values()} == {10}
    assert all(file.endswith("-instagram.jpg") for file in photos["instagram"])
    assert photos["facebook"] == sorted(photos["facebook"])
    assert [offer["problems"] for offer in said["platforms"]] == [[]] * 3
    assert "เวทีกลาง" in text_of(made(), "alt.th.txt", "album-photos")


def test_every_address_leads_somewhere() -> None:
    assert broken_addresses(made() | downloads(CATALOG, BOOK, TEMPLATES), CATALOG) == []


def test_the_same_catalog_gives_the_same_package() -> None:
    assert made() == made()


def test_what_ships_is_there() -> None:
    assert all(content.source.is_file() for content in made().values() if isinstance(content, Copy))


def test_a_title_of_markup_stays_words() -> None:
    package = made(clip(PARTNER, 1, HOSTILE))
    page = page_of(package, f"posts/{PARTNER.id}/index.html")
    assert {attrs.get("src") for attrs in page.all("script")} == {"../page.js", "../post.js"}
    assert page.text.count(HOSTILE) >= 3
    assert text_of(package, "caption.th.txt").startswith(HOSTILE)
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]


@settings(max_examples=25, deadline=None)
@given(title=st.text(min_size=1, max_size=60))
def test_any_title_gives_one_line_of_clean_text(title: str) -> None:
    package = made(clip(PARTNER, 1, title))
    said = json.loads(text_of(package, "post.json"))
    assert said["title"] == " ".join(said["title"].split())
    said["title"].encode("utf-8")
    assert text_of(package, "caption.th.txt").count("\n") <= 10
    calm = page_of(made(clip(PARTNER, 1, "title")), f"posts/{PARTNER.id}/index.html")
    page = page_of(package, f"posts/{PARTNER.id}/index.html")
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in calm.elements]


@pytest.mark.parametrize("width_px", [390, 1280])
def test_the_post_page_fits_its_screen(tmp_path: Path, width_px: int) -> None:
    for path in files_of(CATALOG):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    write(made(), tmp_path)
    for page in (tmp_path / "posts" / PARTNER.id / "index.html", tmp_path / "posts" / "index.html"):
        assert ask(page, "await doc.fonts.ready; return doc.documentElement.scrollWidth;", width_px) == width_px
    with Image.open(picture(tmp_path / "posts" / PARTNER.id / "index.html", tmp_path / "post.png", width_px)) as image:
        assert image.width == width_px
        assert len(image.convert("RGB").getcolors(1 << 24) or ()) > 100
