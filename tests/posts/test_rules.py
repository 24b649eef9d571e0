"""Every rule of every platform is enforced, and the listing of them says so."""

from __future__ import annotations

import json
import os
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_event import TEMPLATES, book, catalog, clip

from pipeline.errors import PresetError
from pipeline.posts.measures import of_text, shortened
from pipeline.posts.model import PostFile
from pipeline.posts.packages import downloads, posts
from pipeline.posts.rules import CODES, broken_by_file, broken_by_photos, broken_by_text, limits
from pipeline.preset.model import Book
from pipeline.preset.outreach import Posts
from pipeline.preset.platform import Measure, Platform, Rule
from pipeline.store.package import Package, Zip
from pipeline.store.receipt import Made
from pipeline.text.thai import clusters, make_breaker

BOOK = book()
ROOT = Path(__file__).resolve().parents[2]
LISTING = ROOT / "docs" / "platforms.md"
RULES = {f"{platform.id}/{rule.id}": (platform, rule) for platform in BOOK.platforms for rule in platform.rules}
PARTNER = BOOK.event.partners[0]
UNITS = make_breaker(BOOK.words).units


def text_with(measure: Measure, amount: int) -> str:
    if measure == "count":
        return " ".join(f"#ก{n}" for n in range(amount))
    return {"characters": "ก", "utf16-units": "ก", "utf8-bytes": "a"}[measure] * amount


def file_with(measure: Measure, value: Fraction) -> PostFile:
    bare = PostFile(file="clip.th_TH.srt", name="clip.mp4")
    named = {"file-bytes": "bytes", "seconds": "duration_s", "width-px": "width_px", "height-px": "height_px",
             "frames-per-second": "frame_rate"}  # fmt: skip
    if measure == "aspect":
        return bare.model_copy(update={"width_px": value.numerator, "height_px": value.denominator})
    whole = measure in {"file-bytes", "width-px", "height-px"}
    return bare.model_copy(update={named[measure]: int(value) if whole else float(value)})


def told(platform: Platform, rule: Rule, value: Fraction) -> set[str]:
    """Return the codes of what is said of a thing that has ``value`` of what the rule measures."""
    alone = platform.model_copy(update={"rules": (rule,)})
    if rule.about == "photos":
        return {why.code for why in broken_by_photos([PostFile(file="a.jpg", name="a")] * int(value), alone)}
    if rule.about in {"text", "title"}:
        return {why.code for why in broken_by_text(text_with(rule.measure, int(value)), rule.about, alone)}
    return {why.code for why in broken_by_file(file_with(rule.measure, value), rule.about, alone)}


@pytest.mark.parametrize("name", RULES)
def test_each_rule_is_enforced(name: str) -> None:
    platform, rule = RULES[name]
    code = CODES[rule.about, rule.measure]
    alone = platform.model_copy(update={"rules": (rule,)})
    if rule.measure == "characters-used":
        assert {why.code for why in broken_by_text(f"a{rule.forbidden[0]}b", rule.about, alone)} == {code}
        assert not list(broken_by_text("ก & ข", rule.about, alone))
    elif rule.measure == "file-name":
        good = "clip.th_TH.srt" if rule.about == "captions" else "a.jpg"
        assert not list(broken_by_file(PostFile(file=good, name=good), rule.about, alone))
        assert {why.code for why in broken_by_file(PostFile(file="a.th", name="a"), rule.about, alone)} == {code}
    else:
        step = Fraction(1, 100) if rule.measure in {"aspect", "seconds", "frames-per-second"} else 1
        for limit, beyond in ((rule.most, step), (rule.least, -step)):
            if limit is not None:
                assert told(platform, rule, limit) == set()
                assert told(platform, rule, limit + beyond) == {code}, limits(rule)


def listing() -> str:
    """Return the listing of all rules, in Markdown."""
    lines = [
        "# Rules of the platforms",
        "",
        "Written by `SHOWCASE_WRITE_GOLDEN=1 pytest tests/posts/test_rules.py` from `presets/outputs/`, where the",
        "rules are data. The test of each row is `test_each_rule_is_enforced[<platform>/<rule>]` in the same file.",
        "A package that breaks a rule says so in `post.json` (`platforms[].problems`) and on its page.",
    ]
    for platform in BOOK.platforms:
        lines += ["", f"## {platform.name} (`{platform.id}`)", "", "| rule | about | limit | source | read on |"]
        lines.append("| --- | --- | --- | --- | --- |")
        for rule in platform.rules:
            said = rule.forbidden or rule.pattern or limits(rule)
            safe = said.replace("|", "\\|")
            sure = "" if rule.is_documented else " (not documented by the platform)"
            limit = f"`{safe}`" if rule.forbidden or rule.pattern else f"{safe} {rule.measure}"
            lines.append(f"| `{rule.id}` | {rule.about} | {limit} | {rule.source}{sure} | {rule.checked_on} |")
    return "\n".join(lines) + "\n"


def test_the_listing_is_up_to_date() -> None:
    if os.environ.get("SHOWCASE_WRITE_GOLDEN"):
        LISTING.write_text(listing(), "utf-8")
    assert LISTING.read_text("utf-8") == listing()


def test_every_rule_tells_where_it_is_written() -> None:
    assert all(rule.source and rule.checked_on <= date(2026, 12, 31) for _, rule in RULES.values())


TEXTS = st.text(st.sampled_from("กขคงา้ิ ำเแ abc#\n😀<"), max_size=300)


@given(TEXTS, st.sampled_from(["characters", "utf16-units", "utf8-bytes"]), st.integers(8, 200))
def test_what_is_shortened_fits_and_keeps_its_end_and_its_letters(text: str, measure: Measure, most: int) -> None:
    short = shortened(text, measure, most, UNITS)
    assert (of_text(short, measure) or 0) <= most
    if (of_text(text, measure) or 0) <= most:
        assert short == text
        return
    whole = clusters(text)
    begun = clusters(short.partition("…")[0].rstrip())
    assert begun == whole[: len(begun)]


def test_hashtags_and_the_address_stay_when_a_text_is_shortened() -> None:
    text = f"{'ประชุมภาคีเครือข่าย ' * 300}\n\n#วันพลเมืองสงขลา2565\nhttps://example.org/a\n"
    short = shortened(text, "utf16-units", 2200, UNITS)
    assert 2100 < len(short) <= 2200
    assert short.endswith("…\n\n#วันพลเมืองสงขลา2565\nhttps://example.org/a\n")
    assert "ประชุมภาคีเครือข่…" not in short


def with_posts(**wishes: object) -> Book:
    return BOOK.model_copy(update={"event": BOOK.event.model_copy(update={"posts": Posts.model_validate(wishes)})})


def package_of(own: Book, /, **changes: object) -> Package:
    changed = clip(PARTNER, 1).model_copy(update=changes)
    return posts(catalog(own.event).model_copy(update={"clips": (changed,)}), own, TEMPLATES)


def said(package: Package) -> dict[str, dict[str, object]]:
    document = json.loads(str(package[f"posts/{PARTNER.id}/post.json"]))
    return {offer["platform"]: offer for offer in document["platforms"]}


def test_a_description_of_5001_bytes_is_shortened_for_youtube_alone() -> None:
    long = "{{ title }}\n\n" + "ก" * 1632 + "\n\n#ป้าย"
    for letters, cut in ((0, False), (1, False), (20, True)):
        package = package_of(with_posts(caption=long.replace("\n\n#", "ข" * letters + "\n\n#")))
        whole = len(str(package[f"posts/{PARTNER.id}/caption.th.txt"]).encode())
        assert (whole > 5000) is cut
        found = said(package)
        assert found["youtube"]["problems"] == []
        assert bool(found["youtube"]["remarks"]) is cut
        assert (f"posts/{PARTNER.id}/caption.youtube.th.txt" in package) is cut
        if cut:
            text = str(package[f"posts/{PARTNER.id}/caption.youtube.th.txt"])
            assert len(text.encode()) <= 5000
            assert text.endswith("…\n\n#ป้าย\n")
            assert found["facebook"]["text_file"] == "caption.th.txt"


def test_a_title_for_youtube_has_no_angle_brackets() -> None:
    found = said(package_of(BOOK, title="<script>alert(1)</script> น้ำ"))["youtube"]
    assert found["title"] == "‹script›alert(1)‹/script› น้ำ"
    assert found["problems"] == []


def made_of(name: str, size: int, frames: int = 0) -> Made:
    return Made(path=f"clips/{PARTNER.id}/{name}", sha256="0" * 64, bytes=size, mtime_ns=0, facts={"frames": frames})


def test_captions_of_300_kb_are_not_attached_to_facebook_but_are_in_the_picture() -> None:
    found = said(package_of(BOOK, made={"th.srt": made_of(f"{PARTNER.id}.th.srt", 300_000)}))
    facebook = found["facebook"]
    assert facebook["captions"] == []
    assert facebook["video"]["output"] == "portrait"  # type: ignore[index]
    assert facebook["video"]["has_captions"] is True  # type: ignore[index]
    assert [why["code"] for why in facebook["problems"]] == ["post-captions-large"]  # type: ignore[attr-defined]
    assert found["youtube"]["captions"]
    assert found["youtube"]["problems"] == []


@pytest.mark.parametrize(("length_s", "kept_s"), [(91, 88), (180, 89)])
def test_a_clip_that_is_too_long_comes_cut_where_it_must_and_whole_elsewhere(length_s: int, kept_s: int) -> None:
    frames = dict.fromkeys(("page-1080p", "square", "portrait", "clean"), length_s * 30)
    made = {name: made_of(f"{name}.mp4", 1000, count) for name, count in (frames | {"vertical": kept_s * 30}).items()}
    found = said(package_of(BOOK, frames=length_s * 30, made=made))
    assert found["facebook-reels"]["problems"] == []
    assert [why["code"] for why in found["facebook-reels"]["remarks"]] == ["post-video-cut"]  # type: ignore[attr-defined]
    assert found["facebook"]["video"]["duration_s"] == length_s  # type: ignore[index]
    assert found["facebook"]["remarks"] == []


def test_a_clip_of_two_seconds_is_no_reel() -> None:
    found = said(package_of(BOOK, frames=60))
    assert [why["code"] for why in found["facebook-reels"]["problems"]] == ["post-video-length"]  # type: ignore[attr-defined]
    assert found["facebook"]["problems"] == []


def test_the_events_own_template_is_used_and_a_broken_one_is_told() -> None:
    package = package_of(with_posts(caption="{{ title }} {{ link }} {{ platform.name if platform else '' }}",
                                    link="https://example.org/x?a=1&b=2"))  # fmt: skip
    assert package[f"posts/{PARTNER.id}/caption.th.txt"] == f"{PARTNER.name} https://example.org/x?a=1&b=2\n"
    assert "YouTube" in str(package[f"posts/{PARTNER.id}/caption.youtube.th.txt"])
    for broken in ("{{ no_such }}", "{% if %}", "{{ ''.__class__.__mro__ }}", "{{ title.nothing() }}"):
        with pytest.raises(PresetError) as raised:
            package_of(with_posts(caption=broken))
        assert raised.value.code == "template-broken"


def test_posts_go_out_one_after_another_some_a_day() -> None:
    made = with_posts(starts_at="2022-09-27T17:00:00", every_minutes=20, per_day=3)
    package = posts(catalog(made.event), made, TEMPLATES)
    table = str(package["posts/schedule.csv"]).lstrip("\ufeff").split("\r\n")
    assert [row.split(",")[:2] for row in table[1:6]] == [
        ["2022-09-27", "17:00"], ["2022-09-27", "17:20"], ["2022-09-27", "17:40"],
        ["2022-09-28", "17:00"], ["2022-09-28", "17:20"],
    ]  # fmt: skip
    calendar = str(package["posts/schedule.ics"])
    assert calendar.count("BEGIN:VEVENT") == len(table) - 2
    assert "DTSTART:20220927T100000Z" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert "posts/schedule.csv" not in posts(catalog(BOOK.event), BOOK, TEMPLATES)


def test_an_archive_holds_what_is_posted_under_names_that_say_what_it_is() -> None:
    made = downloads(catalog(BOOK.event), BOOK, TEMPLATES)
    content = made[f"posts/{PARTNER.id}/{PARTNER.id}.zip"]
    assert isinstance(content, Zip)
    names = [name for name, _ in content.members]
    assert len(names) == len(set(names))
    assert {"caption.th.txt", "alt.th.txt", "cover.jpg", f"{PARTNER.id}.th_TH.srt", f"{PARTNER.id}-clean.mp4"} <= set(
        names
    )
    package = posts(catalog(BOOK.event), BOOK, TEMPLATES)
    assert all(path in package or path.startswith(("clips/", "photos/")) for _, path in content.members)
    album = made["posts/album-photos/album-photos.zip"]
    assert isinstance(album, Zip)
    assert sum(name.startswith("instagram/") for name, _ in album.members) == 10
