"""What each file is for. Sightings are made up, so that every rule stands alone."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
import unicodedata
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.assign import TITLE_CHARACTERS, Intake, _title, assign
from pipeline.intake.sidecar import Sidecar
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.facts import ClipFacts, VideoFacts
from pipeline.orders import orders
from pipeline.photo.facts import PhotoFacts
from pipeline.preset.load import load
from pipeline.preset.model import Event, Partner
from pipeline.reasons import reason
from pipeline.text.cues import Captions, Cue

UNHURRIED = settings(deadline=None)

EVENT = Event.model_validate(
    tomllib.loads((Path(__file__).parents[2] / "presets" / "events" / "songkhla-2565.toml").read_text("utf-8"))
)
SEVENTH = EVENT.partners[6].id
VIDEO = VideoFacts(
    index=0,
    codec="h264",
    profile=None,
    coded_width_px=1280,
    coded_height_px=720,
    rotation_deg=0,
    pixel_aspect=Fraction(1),
    frame_rate=Fraction(30),
    variable_rate=False,
    pix_fmt="yuv420p",
    color_range=None,
    color_space=None,
    color_primaries=None,
    color_transfer=None,
    has_alpha=False,
    start_s=Fraction(0),
    end_s=Fraction(2),
    frames=60,
    promised_frames=60,
)
CLIP = ClipFacts(
    container="mov",
    start_s=Fraction(0),
    duration_s=Fraction(2),
    video=VIDEO,
    audio=None,
    audio_streams=0,
    damaged_packets=0,
)
PHOTO = PhotoFacts(format="JPEG", width_px=800, height_px=600, mode="RGB")


def stamp(at: int) -> Stamp:
    return Stamp(bytes=10, mtime_ns=at, ctime_ns=at)


def clip(path: str, at: int = 0, content: str | None = None, *, broken: bool = False) -> Sighting:
    sha256 = hashlib.sha256((content or path).encode("utf-8", "surrogatepass")).hexdigest()
    refusal = reason("index-missing") if broken else None
    return Sighting(path=path, stamp=stamp(at), kind="clip", sha256=sha256, clip=None if broken else CLIP,
                    refusal=refusal)  # fmt: skip


def photo(path: str) -> Sighting:
    return Sighting(path=path, stamp=stamp(0), kind="photo", sha256="ab" * 32, photo=PHOTO)


def captions(path: str, language: str = "th", at: int = 0, *, broken: bool = False) -> Sighting:
    cues = (Cue(start_s=Fraction(0), end_s=Fraction(1), text=path),)
    return Sighting(
        path=path,
        stamp=stamp(at),
        kind="captions",
        captions=None if broken else Captions(language=language, cues=cues),
        refusal=reason("captions-no-cue") if broken else None,
    )


def sidecar(path: str, **values: object) -> Sighting:
    return Sighting(path=path, stamp=stamp(0), kind="sidecar", sidecar=Sidecar.model_validate(values))


def take(*sightings: Sighting) -> Intake:
    return assign({sighting.path: sighting for sighting in sightings}, EVENT)


def told(intake: Intake, path: str) -> list[str]:
    return [why.code for why in intake.fates[path].reasons]


def test_a_clip_goes_to_its_partner() -> None:
    made = take(clip("07-คลิป.mp4"))
    (found,) = made.clips
    assert (found.id, found.partner, found.title) == (SEVENTH, SEVENTH, EVENT.partners[6].name)
    assert made.fates["07-คลิป.mp4"].state == "queued"
    assert made.fates["07-คลิป.mp4"].partner == SEVENTH
    assert made.superseded == {SEVENTH: ()}


def test_a_clip_of_nobody_is_made_under_a_name_of_its_bytes() -> None:
    made = take(clip("VID_1.mp4"))
    (found,) = made.clips
    assert re.fullmatch(r"x-[0-9a-f]{8}", found.id)
    assert found.source.sha256.startswith(found.id[2:])
    assert found.partner is None
    assert found.title == "VID 1"
    assert told(made, "VID_1.mp4") == ["no-partner"]


def test_the_newest_of_several_clips_is_on_air() -> None:
    made = take(clip("07-ก.mp4", 5), clip("07-ข.mp4", 9), clip("sub/07-ค.mp4", 7), clip("08.mp4", 1))
    assert {found.source.path for found in made.clips} == {"07-ข.mp4", "08.mp4"}
    assert made.superseded[SEVENTH] == ("sub/07-ค.mp4", "07-ก.mp4")
    assert made.fates["07-ก.mp4"].state == "superseded"
    assert told(made, "07-ก.mp4") == ["superseded"]
    assert "07-ข.mp4" in made.fates["07-ก.mp4"].reasons[0].en


def test_a_newer_clip_that_is_broken_does_not_push_out_an_older_one() -> None:
    made = take(clip("07-ก.mp4", 5), clip("07-ข.mp4", 9, broken=True))
    assert [found.source.path for found in made.clips] == ["07-ก.mp4"]
    assert made.fates["07-ข.mp4"].state == "refused"
    assert made.fates["07-ข.mp4"].partner == SEVENTH


def test_of_equally_new_clips_the_same_one_is_always_taken() -> None:
    clips = [clip(f"07-{n}.mp4", 5) for n in range(6)]
    for seed in range(5):
        random.Random(seed).shuffle(clips)  # noqa: S311 - no secret
        assert [found.source.path for found in take(*clips).clips] == ["07-0.mp4"]


def test_the_same_bytes_twice_are_made_once() -> None:
    made = take(clip("a.mp4", content="x"), clip("b.mp4", content="x"))
    assert [found.source.path for found in made.clips] == ["a.mp4"]
    assert made.fates["b.mp4"].state == "duplicate"
    assert told(made, "b.mp4") == ["duplicate"]


def test_the_same_bytes_for_two_partners_are_made_for_both() -> None:
    assert len(take(clip("07.mp4", content="x"), clip("08.mp4", content="x")).clips) == 2


def test_captions_belong_to_the_clip_of_the_same_name() -> None:
    made = take(clip("a/07.mp4"), captions("a/07.srt"), captions("a/07.en.vtt", "en"), captions("b/07.srt"))
    (found,) = made.clips
    assert [each.language for each in found.captions] == ["th", "en"]
    for path in ("a/07.srt", "a/07.en.vtt"):
        fate = made.fates[path]
        assert (fate.state, fate.used_for, fate.partner, fate.reasons) == ("used", "a/07.mp4", SEVENTH, ())
    assert made.fates["b/07.srt"].state == "unused"
    assert told(made, "b/07.srt") == ["captions-without-clip"]


def test_captions_find_their_clip_whatever_the_case_and_form_of_letters() -> None:
    made = take(clip("07-Café.MP4"), captions(unicodedata.normalize("NFD", "07-café.th.SRT")))
    assert len(made.clips[0].captions) == 1


def test_of_two_captions_in_one_language_the_newer_is_shown() -> None:
    made = take(clip("07.mp4"), captions("07.srt", at=1), captions("07.th.vtt", at=2))
    assert [each.cues[0].text for each in made.clips[0].captions] == ["07.th.vtt"]
    assert made.fates["07.srt"].state == "unused"
    assert told(made, "07.srt") == ["captions-not-chosen"]


def test_broken_captions_are_refused_and_say_whose_they_are() -> None:
    made = take(clip("07.mp4"), captions("07.srt", broken=True), captions("lost.srt", broken=True))
    assert made.clips[0].captions == ()
    assert (made.fates["07.srt"].state, made.fates["07.srt"].used_for) == ("refused", "07.mp4")
    assert made.fates["lost.srt"].state == "refused"


def test_captions_of_a_clip_that_is_not_on_air_are_not_used() -> None:
    made = take(clip("07-ก.mp4", 1), clip("07-ข.mp4", 2), captions("07-ก.srt"))
    assert made.clips[0].captions == ()
    assert (made.fates["07-ก.srt"].state, made.fates["07-ก.srt"].used_for) == ("unused", "07-ก.mp4")


def test_a_sidecar_overrides_what_the_name_says() -> None:
    made = take(
        clip("07.mp4"),
        sidecar("07.toml", partner="ho-kan-kha", title="ชื่อใหม่", theme="happy-society", order=3, trim_in_s=1.5),
    )
    (found,) = made.clips
    assert (found.id, found.title, found.theme, found.order) == ("ho-kan-kha", "ชื่อใหม่", "happy-society", 3)
    assert found.sidecar.trim_in_s == Fraction(3, 2)
    assert (made.fates["07.toml"].state, made.fates["07.toml"].used_for) == ("used", "07.mp4")


def test_a_sidecar_with_the_whole_file_name_belongs_to_that_file() -> None:
    forms = [unicodedata.normalize(form, "Café/Café.mp4") for form in ("NFC", "NFD")]
    for name, other in product(forms, forms):
        assert take(clip(name), sidecar(f"{other}.toml", title="ชื่อ")).clips[0].title == "ชื่อ"
    assert take(clip("a.MP4"), sidecar("A.mp4.toml", title="ชื่อ")).clips[0].title == "ชื่อ"


def test_a_sidecar_that_names_nobody_leaves_the_name_to_decide() -> None:
    made = take(clip("07.mp4"), sidecar("07.toml", partner="no-such-partner", theme="no-such-theme"))
    assert (made.clips[0].partner, made.clips[0].theme) == (SEVENTH, None)


def test_a_sidecar_sets_which_captions_are_first() -> None:
    made = take(clip("07.mp4"), captions("07.srt"), captions("07.en.srt", "en"), sidecar("07.toml", language="en"))
    assert [each.language for each in made.clips[0].captions] == ["en", "th"]


def test_a_sidecar_without_a_file_is_told() -> None:
    made = take(sidecar("07.toml", title="x"), clip("sub/07.mp4"))
    assert made.fates["07.toml"].state == "unused"
    assert told(made, "07.toml") == ["sidecar-without-file"]


def test_photos_lie_in_albums_by_folder() -> None:
    made = take(photo("a.jpg"), photo("day-1/a.jpg"), photo("วันแรก/ภาพ 1.jpg"), photo("วันแรก/เช้า/ภาพ 1.jpg"))
    top, plain, thai, deep = made.photos
    assert (top.album, top.album_title, top.name) == ("photos", "", "a")
    assert (plain.album, plain.album_title, plain.name) == ("day-1", "day-1", "a")
    assert (thai.album_title, deep.album_title) == ("วันแรก", "วันแรก/เช้า")
    assert len({each.album for each in made.photos}) == 4
    assert all(
        re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) for each in made.photos for text in (each.album, each.name)
    )
    assert all(made.fates[path].state == "queued" for path in made.fates)


def test_photos_of_one_name_keep_apart() -> None:
    made = take(photo("a/x.jpg"), photo("a/x.png"), photo("a/X.jpg"), photo("a/ภาพ.jpg"), photo("a/ภาพ.png"))
    assert len({each.name.casefold() for each in made.photos}) == 5


def test_a_photo_takes_its_words_from_its_sidecar() -> None:
    made = take(photo("a/x.jpg"), sidecar("a/x.toml", caption="พิธีเปิด", alt="คนยืน"))
    assert (made.photos[0].sidecar.caption, made.photos[0].sidecar.alt) == ("พิธีเปิด", "คนยืน")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("VID_2022 final", "VID 2022 final"),
        ("  คลิป__ที่ 1 ", "คลิป ที่ 1"),
        ("日本🎬", "คลิปวิดีโอ"),
        ("- x -", "x"),
        ("a\u200bb\u0000", "a b"),
        ("ก" * 200, "ก" * TITLE_CHARACTERS),
    ],
)
def test_a_title_from_a_file_name_can_be_drawn(name: str, title: str) -> None:
    assert take(clip(f"{name}.mp4")).clips[0].title == title


NAMES = st.text(st.sampled_from("0789กขอ-_. aB"), min_size=1, max_size=8)
PATHS = st.builds(lambda folder, name: folder + name, st.sampled_from(["", "a/", "07/", "ก ข/"]), NAMES)


@st.composite
def folders(draw: st.DrawFn) -> dict[str, Sighting]:
    found: dict[str, Sighting] = {}
    for path in draw(st.lists(PATHS, max_size=12, unique=True)):
        at, broken = draw(st.integers(0, 3)), draw(st.booleans())
        made = draw(
            st.sampled_from(
                [
                    clip(f"{path}.mp4", at, draw(st.sampled_from(["x", path])), broken=broken),
                    captions(f"{path}.srt", at=at, broken=broken),
                    photo(f"{path}.jpg"),
                    sidecar(f"{path}.toml", title="ชื่อ"),
                    Sighting(path=path, stamp=stamp(at), kind="other", refusal=reason("unknown-file")),
                ]
            )
        )
        found[made.path] = made
    return found


@UNHURRIED
@given(found=folders())
def test_every_file_has_one_fate_and_every_asset_one_name(found: dict[str, Sighting]) -> None:
    made = assign(found, EVENT)
    assert set(made.fates) == set(found)
    assert all(fate.path == path for path, fate in made.fates.items())
    ids = [each.id for each in made.clips]
    names = [f"{each.album}.{each.name}".casefold() for each in made.photos]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    assert all(found[each.source.path].refusal is None for each in made.clips)
    sources = {each.source.path for each in made.clips} | {each.source.path for each in made.photos}
    assert sources == {path for path, fate in made.fates.items() if fate.state == "queued"}
    assert all(fate.used_for is None or fate.used_for in found for fate in made.fates.values())
    refused = {path for path, fate in made.fates.items() if fate.state == "refused"}
    assert refused == {path for path, sighting in found.items() if sighting.refusal}


def test_open_places_take_numbered_clips() -> None:
    open_place = next(n for n, partner in enumerate(EVENT.partners, 1) if partner.open)
    assert take(clip(f"{open_place}-ใคร.mp4")).clips[0].partner == EVENT.partners[open_place - 1].id
    assert isinstance(EVENT.partners[open_place - 1], Partner)


def test_no_two_photos_share_an_asset() -> None:
    book = load(Path(__file__).resolve().parents[2] / "presets")
    paths = ["a.b/c.jpg", "a/b.c.jpg", "a-b/c.jpg", "a.b.jpg", "a/b.jpg", "a/b.png"]
    facts = PhotoFacts(format="JPEG", width_px=10, height_px=10, mode="RGB")
    stamp = Stamp(bytes=1, mtime_ns=1, ctime_ns=1)
    seen = {
        path: Sighting(path=path, stamp=stamp, kind="photo", sha256=f"{n:064x}", photo=facts)
        for n, path in enumerate(paths)
    }
    made = [order.asset for order in orders(assign(seen, book.event), book, "tools") if order.kind == "photo"]
    assert len(set(made)) == len(paths)


def test_a_clip_of_nobody_is_called_after_its_file_in_words_that_can_be_broken() -> None:
    assert _title("screen-518x488_even-not-mod4") == "screen 518x488 even not mod4"
    assert _title("--") == "คลิปวิดีโอ"


@pytest.mark.parametrize(
    ("draft", "wanted"),
    [
        ("07-ก.draft.srt", "07-ก.srt"),
        ("07-ก.th.draft.srt", "07-ก.th.srt"),
        ("07-ก.TH.DRAFT.SRT", "07-ก.TH.SRT"),
        ("07-ก.draft.th.srt", "07-ก.th.srt"),
    ],
)
def test_a_draft_is_kept_with_its_clip_but_not_used(draft: str, wanted: str) -> None:
    made = take(clip("07-ก.mp4"), captions(draft))
    (found,) = made.clips
    fate = made.fates[draft]
    assert found.captions == ()
    assert (fate.state, fate.used_for, fate.partner) == ("unused", "07-ก.mp4", SEVENTH)
    assert fate.reasons == (reason("captions-draft", wanted),)


def test_a_draft_that_somebody_vouches_for_is_used_like_any_other() -> None:
    made = take(clip("07-ก.mp4"), captions("07-ก.th.draft.srt"), sidecar("07-ก.toml", approve_draft=True))
    assert [each.cues[0].text for each in made.clips[0].captions] == ["07-ก.th.draft.srt"]
    assert made.fates["07-ก.th.draft.srt"].state == "used"
    assert told(made, "07-ก.th.draft.srt") == []


def test_what_a_person_wrote_comes_before_a_draft_however_new_that_is() -> None:
    written, draft = captions("07-ก.th.srt", at=1), captions("07-ก.th.draft.srt", at=9)
    made = take(clip("07-ก.mp4"), written, draft, sidecar("07-ก.toml", approve_draft=True))
    assert [each.cues[0].text for each in made.clips[0].captions] == ["07-ก.th.srt"]
    assert told(made, "07-ก.th.draft.srt") == ["captions-not-chosen"]
    made = take(clip("07-ก.mp4"), written, draft)
    assert [each.cues[0].text for each in made.clips[0].captions] == ["07-ก.th.srt"]
    assert told(made, "07-ก.th.draft.srt") == ["captions-draft"]


def test_a_draft_does_not_hide_the_captions_inside_its_clip() -> None:
    inside = Captions(language="th", cues=(Cue(start_s=Fraction(0), end_s=Fraction(1), text="ใน"),))
    with_captions = clip("07-ก.mp4").model_copy(update={"embedded": (inside,)})
    assert take(with_captions, captions("07-ก.draft.srt")).clips[0].captions == (inside,)


def test_a_clip_that_is_called_draft_has_captions_like_any_other() -> None:
    for name in ("07-ก.draft.srt", "07-ก.draft.th.srt"):
        made = take(clip("07-ก.draft.mp4"), captions(name))
        assert [each.cues[0].text for each in made.clips[0].captions] == [name]
    made = take(clip("draft.mp4"), captions("draft.srt"), captions("draft.en.draft.srt", "en"))
    assert [each.language for each in made.clips[0].captions] == ["th"]
    assert made.fates["draft.en.draft.srt"].reasons == (reason("captions-draft", "draft.en.srt"),)


def test_a_draft_of_nothing_is_told_like_other_captions() -> None:
    assert told(take(captions("09.th.draft.srt")), "09.th.draft.srt") == ["captions-without-clip"]
    made = take(clip("09.mp4"), captions("09.th.other.srt"))
    assert told(made, "09.th.other.srt") == ["captions-without-clip"]


@pytest.mark.parametrize(("named", "told"), [("th-TH", None), ("th", "th-TH"), ("th-TH", "th")])
def test_thai_with_a_region_is_thai_and_comes_first(named: str, told: str | None) -> None:
    sightings = {each.path: each for each in (clip("07.mp4"), captions("07.en.srt", "en"), captions("07.x.srt", named))}
    if told:
        sidecar = Sidecar.model_validate({"language": told})
        toml = Sighting(path="07.toml", stamp=stamp(0), kind="sidecar", sidecar=sidecar)
        sightings["07.toml"] = toml
    (made,) = assign(sightings, EVENT).clips
    assert [each.language for each in made.captions] == [named, "en"]


@pytest.mark.parametrize("name", ["07.th.sdh.srt", "07.th.forced.srt", "07.TH.CC.srt"])
def test_words_about_captions_are_no_part_of_the_clips_name(name: str) -> None:
    sightings = {each.path: each for each in (clip("07.mp4"), captions(name, "th"))}
    assert [each.language for each in assign(sightings, EVENT).clips[0].captions] == ["th"]
