"""Whose clip is it? Over the whole roster of the real event, and over names that mean harm."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.media.match import fold, match
from pipeline.preset.model import Event, Partner

UNHURRIED = settings(deadline=None)

EVENT = Event.model_validate(
    tomllib.loads((Path(__file__).parents[2] / "presets" / "events" / "songkhla-2565.toml").read_text("utf-8"))
)
NUMBERED = tuple(enumerate(EVENT.partners, 1))
NAMED = tuple(partner for partner in EVENT.partners if not partner.open)
IDS = {partner.id for partner in EVENT.partners}
ALIASES = tuple((partner, alias) for partner in NAMED for alias in partner.aliases)


def whose(path: str, event: Event = EVENT) -> str | None:
    return match(PurePosixPath(path), event).partner


def codes(path: str, event: Event = EVENT) -> list[str]:
    return [told.code for told in match(PurePosixPath(path), event).reasons]


def roster(*partners: Partner) -> Event:
    return EVENT.model_copy(update={"partners": partners})


def name_of(value: object) -> str:
    return value.id if isinstance(value, Partner) else str(value)


@pytest.mark.parametrize(("number", "partner"), NUMBERED, ids=name_of)
def test_every_partner_is_known_by_number(number: int, partner: Partner) -> None:
    forms = (
        f"{number:02d}-คลิป.mp4", f"{number}-final.mov", f"{number:02d}.mp4", f"{number:02d} x.mp4",
        f"{number:02d}_x.mp4", f"{number:02d}.x.mp4", f" {number:02d}(1).mp4", f"clips/{number:02d}-ส่งแล้ว/VID_0001.MP4",
        f"{number:02d}/สุดท้าย/จริงๆ/clip.mp4",
    )  # fmt: skip
    assert {whose(form) for form in forms} == {partner.id}


def test_thai_digits_are_digits() -> None:
    assert whose("๐๗-คลิป.mp4") == EVENT.partners[6].id


@pytest.mark.parametrize("partner", NAMED, ids=name_of)
def test_every_partner_is_known_by_name_in_a_messy_file_name(partner: Partner) -> None:
    spaced = partner.name.replace(" ", "_")
    for form in (
        f"{partner.name}.mp4",
        f"VID_20220910 {partner.name} (final)(2).mp4",
        f"คลิป_{spaced}_ส่งงาน v3.MOV",
        f"{partner.name.upper()}1080p.mkv",
        f"LINE_ALBUM_{partner.name}_220927_1.mp4",
        f"คลิปวิดีโอ/{partner.name}/VID_0001.mp4",
        unicodedata.normalize("NFD", f"งาน {partner.name}.mp4"),
    ):
        assert whose(form) == partner.id, form


@pytest.mark.parametrize(("partner", "alias"), ALIASES, ids=name_of)
def test_every_partner_is_known_by_alias(partner: Partner, alias: str) -> None:
    assert whose(f"{alias}.mp4") == partner.id
    assert whose(f"คลิป {alias.lower()} ล่าสุด.mp4") == partner.id


@pytest.mark.parametrize("partner", NAMED, ids=name_of)
def test_every_partner_is_known_by_id(partner: Partner) -> None:
    assert whose(f"{partner.id}.mp4") == partner.id


def typos(name: str) -> list[str]:
    """Return the name with one letter lost, doubled or exchanged, at its beginning, in its middle and at its end."""
    places = {1, len(name) // 2, len(name) - 2}
    return [
        form
        for n in sorted(places)
        for form in (name[:n] + name[n + 1 :], name[:n] + name[n] + name[n:], name[:n] + "ฮ" + name[n + 1 :])
    ]


@pytest.mark.parametrize("partner", NAMED, ids=name_of)
def test_one_wrong_letter_never_gives_the_clip_to_another(partner: Partner) -> None:
    found = [whose(f"{typo}.mp4") for typo in typos(partner.name)]
    assert set(found) <= {partner.id, None}
    assert found.count(partner.id) > len(found) / 2


@pytest.mark.parametrize("partner", NAMED, ids=name_of)
def test_a_letter_lost_from_a_name_is_forgiven(partner: Partner) -> None:
    middle = len(partner.name) // 2
    assert whose(f"{partner.name[:middle]}{partner.name[middle + 1 :]}.mp4") == partner.id


def test_a_name_inside_anothers_loses_to_the_longer() -> None:
    short, long = (
        Partner(id="chumchon", name="ชุมชนสงขลา"),
        Partner(id="witthayalai", name="วิทยาลัยชุมชนสงขลา"),
    )
    event = roster(short, long)
    assert whose("คลิปวิทยาลัยชุมชนสงขลา.mp4", event) == "witthayalai"
    assert whose("คลิปชุมชนสงขลา.mp4", event) == "chumchon"
    assert whose("วิทยาลัยชุมชนสงขลา ตอน 2.mp4") == "witthayalai-chumchon-songkhla"
    assert whose("มูลนิธิชุมชนสงขลา ตอน 2.mp4") == "songkhla-community-foundation"


def test_the_files_own_name_comes_before_its_folders() -> None:
    assert whose("หอการค้า/คลิปเขาคูหา.mp4") == "phithak-sit-khao-khuha"
    assert whose("หอการค้า/VID_1.mp4") == "ho-kan-kha"
    assert whose("03-x/05-y.mp4") == EVENT.partners[4].id
    assert whose("03-x/04-y/clip.mp4") == EVENT.partners[3].id


def test_a_number_comes_before_a_name() -> None:
    assert whose("07-หอการค้าจังหวัด.mp4") == EVENT.partners[6].id


def test_two_names_are_asked_about() -> None:
    path = "หอการค้า คุยกับ เขาคูหา.mp4"
    assert whose(path) is None
    assert codes(path) == ["two-partners"]
    told = match(PurePosixPath(path), EVENT).reasons[0]
    assert "หอการค้าจังหวัด" in told.th
    assert "สมาคมพิทักษ์สิทธิเขาคูหา" in told.th


def test_two_alike_are_asked_about() -> None:
    event = roster(Partner(id="a", name="กลุ่มเยาวชนบ้านเหนือ"), Partner(id="b", name="กลุ่มเยาวชนบ้านเนือก"))
    assert codes("กลุ่มเยาวชนบ้านเนือ.mp4", event) == ["two-partners"]


@pytest.mark.parametrize(
    "path",
    [
        "0.mp4", "00-x.mp4", "32-x.mp4", "99.mp4", "2018-04-12 ประชุม.mp4", "20180412_103000.mp4", "VID_20220927.mp4",
        "IMG_0007.MOV", "100.mp4", "7th.mp4", "คลิปวิดีโอ.mp4", "final.mp4", "มูลนิธิ.mp4", "สมาคม.mp4", ".mp4", "(07).mp4",
    ],
)  # fmt: skip
def test_what_names_nobody_belongs_to_nobody(path: str) -> None:
    assert whose(path) is None
    assert codes(path) == ["no-partner"]


def test_a_number_out_of_range_leaves_the_name_to_decide() -> None:
    assert whose("32-หอการค้า.mp4") == "ho-kan-kha"
    assert whose("0 หอการค้า.mp4") == "ho-kan-kha"
    assert whose("2018-04-12 หอการค้า.mp4") == "ho-kan-kha"


def test_a_day_in_front_is_a_number_by_contract() -> None:
    assert whose("27 กันยายน.mp4") == EVENT.partners[26].id


def test_a_place_kept_open_is_known_by_number_alone() -> None:
    assert whose("29-ใครก็ได้.mp4") == "open-29"
    assert whose("ยังไม่ระบุ.mp4") is None
    assert whose("open-29.mp4") is None


def test_a_short_alias_counts_only_as_a_word_of_its_own() -> None:
    assert whose("YSF.mp4") == whose("คลิป_ysf (2).mp4") == whose("YSF/VID_1.mp4") == "young-smart-farmer"
    assert whose("YSFinal cut.mp4") is None
    assert whose("ysf หอการค้า.mp4") == "ho-kan-kha"


def test_anothers_alias_inside_a_misspelt_name_is_asked_about() -> None:
    path = "วทยาลัยชุมชนสงขลา.mp4"  # ชุมชนสงขลา alone is the foundation's alias
    assert whose(path) is None
    assert codes(path) == ["two-partners"]


def test_a_misspelt_name_in_anothers_folder_is_asked_about() -> None:
    assert codes("หอการค้า/สมาคมพิทักสิทธิเขาคูฮา.mp4") == ["two-partners"]


@example("\u0e33" * 50)
@example("07\u0000")
@example("²-x")
@example("\u0663-x")
@example("..")
@UNHURRIED
@given(name=st.text(max_size=60))
def test_it_never_raises_and_invents_nobody(name: str) -> None:
    for path in (name, f"{name}.mp4", f"a/{name}/b.mp4"):
        found = match(PurePosixPath(path), EVENT)
        assert found.partner is None or found.partner in IDS
        assert bool(found.reasons) is (found.partner is None)


@UNHURRIED
@given(before=st.text("abxyz_ -", max_size=8), partner=st.sampled_from(NAMED), after=st.text("_ -()v", max_size=6))
def test_a_name_is_found_wherever_it_stands(before: str, partner: Partner, after: str) -> None:
    assert whose(f"{before}{partner.name}{after}.mp4") == partner.id


LETTERS = st.characters(max_codepoint=0x24F) | st.characters(min_codepoint=0xE01, max_codepoint=0xE5B)


@UNHURRIED
@given(text=st.text(LETTERS, max_size=40))
def test_folding_is_stable_and_blind_to_form_and_case(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold(unicodedata.normalize("NFD", text)) == once
    assert fold(f"--{text} ..") == once
