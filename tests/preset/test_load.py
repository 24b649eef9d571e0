"""Presets with mistakes in them: every mistake is told at once, in both languages, by file and place."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PresetError
from pipeline.preset.load import check, load, read_shelf
from pipeline.schema import schemas, write_schemas

UNHURRIED = settings(deadline=None)

PRESETS = Path(__file__).parents[2] / "presets"
EVENT = "songkhla-2565"


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    """A copy of the presets, to be spoilt."""
    return shutil.copytree(PRESETS, tmp_path / "presets")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def failure(presets: Path, event: str | None = None) -> PresetError:
    with pytest.raises(PresetError) as raised:
        load(presets, event)
    return raised.value


def codes(presets: Path, event: str | None = None) -> list[str]:
    return sorted(told.code for told in failure(presets, event).others)


def test_the_presets_that_ship_are_right() -> None:
    assert check(PRESETS) == ()
    book = load(PRESETS)
    assert book.event.id == EVENT
    assert len(book.event.partners) == book.event.expected_partners == 31
    assert [partner.id for partner in book.event.partners if partner.open] == ["open-29", "open-30", "open-31"]
    pages = {"page-1080p", "square", "portrait", "vertical", "clean"}
    assert {video.id for video in book.videos} == {"air-1080p", "air-720p", *pages}
    assert [video.id for video in book.stage("air")] == ["air-1080p", "air-720p"]
    assert "พชอ." in book.words


def test_the_house_format_is_what_the_contract_says() -> None:
    house = load(PRESETS).house
    assert (house.frame_rate, house.timescale_hz, house.gop_frames) == (Fraction(30), 15360, 60)
    assert (house.profile, house.level, house.sample_rate_hz, house.audio_kbps) == ("high", "4.1", 48000, 192)
    assert (house.loudness_lufs, house.loudness_tolerance_lu, house.true_peak_dbtp) == (-16.0, 0.5, -1.0)
    master = load(PRESETS).stage("air")[0]
    assert (master.id, master.width_px, master.height_px) == ("air-1080p", 1920, 1080)


def test_the_schemas_in_docs_are_up_to_date() -> None:
    written = {path.name: path.read_text("utf-8") for path in (PRESETS.parent / "docs" / "schemas").glob("*.json")}
    assert written == schemas(), "run: showcase presets --schema docs/schemas"


def test_schemas_are_written_whole(tmp_path: Path) -> None:
    write_schemas(tmp_path / "new" / "folder")
    for path in (tmp_path / "new" / "folder").iterdir():
        assert json.loads(path.read_text("utf-8"))["type"] == "object"


def test_the_only_event_is_taken_by_itself_by_name_or_by_file(presets: Path, tmp_path: Path) -> None:
    assert load(presets).event == load(presets, EVENT).event
    elsewhere = tmp_path / "my event.toml"
    shutil.copy(presets / "events" / f"{EVENT}.toml", elsewhere)
    change(elsewhere, "งานวันพลเมืองสงขลา 2565", "งานอื่น")
    change(elsewhere, "งานวันพลเมืองสงขลา 2565", "งานอื่น")
    assert load(presets, str(elsewhere)).event.name == "งานอื่น"


def test_several_events_must_be_chosen_from(presets: Path) -> None:
    shutil.copy(presets / "events" / f"{EVENT}.toml", presets / "events" / "other.toml")
    change(presets / "events" / "other.toml", f'id = "{EVENT}"', 'id = "other"')
    assert failure(presets).code == "event-not-chosen"
    assert failure(presets).values == (f"other, {EVENT}",)
    assert load(presets, "other").event.id == "other"


@pytest.mark.parametrize("event", ["nothing", "nothing.toml", "/no/such/event.toml", ""])
def test_an_event_that_is_not_there_is_named(presets: Path, event: str) -> None:
    assert failure(presets, event).code == "event-missing"


def test_no_presets_at_all(tmp_path: Path) -> None:
    assert failure(tmp_path / "nowhere").code == "event-missing"


def test_every_problem_is_told_at_once(presets: Path) -> None:
    event = presets / "events" / f"{EVENT}.toml"
    change(event, 'timezone = "Asia/Bangkok"', 'timezone = "Asia/Bangok"')
    change(event, "ends_on = 2022-09-28", "ends_on = 2022-09-26")
    change(event, 'id = "asa-sang-suk"', 'id = "khon-chuai-khon"')
    change(event, 'name = "อบต.ท่าข้าม"', 'name = "อบต.ท่าข้าม"\ntheme = "happy-sociaty"')
    change(event, 'style = "lake"', 'style = "laek"')
    change(presets / "outputs" / "square.toml", "crf = 21.5", "crf = 99.0")
    change(presets / "outputs" / "vertical.toml", "width_px = 1080", "widht_px = 1080")
    (presets / "styles" / "broken.toml").write_text('id = "x', "utf-8")
    (presets / "words" / "bad.txt").write_bytes(b"\xa1\xd2")
    error = failure(presets)
    assert error.code == "presets-wrong"
    assert error.values == (len(error.others),)
    told = {(why.code, why.en) for why in error.others}
    for code, *parts in (
        ("preset-wrong-value", f"{EVENT}.toml", "timezone", "Asia/Bangok"),
        ("preset-dates", f"{EVENT}.toml"),
        ("preset-duplicate", f"{EVENT}.toml", "partners.id", "khon-chuai-khon"),
        ("preset-not-found", f"{EVENT}.toml", "partners.17.theme", "happy-sociaty", "happy-society"),
        ("preset-not-found", f"{EVENT}.toml", "style", "laek", "lake"),
        ("preset-wrong-value", "square.toml", "crf", "99.0"),
        ("preset-missing-field", "vertical.toml", "width_px"),
        ("preset-unknown-field", "vertical.toml", "widht_px"),
        ("preset-not-toml", "broken.toml"),
        ("preset-unreadable", "bad.txt"),
    ):
        assert any(code == said and all(part in text for part in parts) for said, text in told), (code, parts)
    assert len(error.others) == 10
    assert all(any("\u0e01" <= c <= "\u0e5b" for c in why.th) for why in error.reasons)
    assert set(error.others) == set(check(presets))


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (f"events/{EVENT}.toml", 'id = "asa-sang-suk"', 'id = "Asa Sang Suk"', "preset-wrong-value"),
        (f"events/{EVENT}.toml", 'id = "asa-sang-suk"', 'id = "../../x"', "preset-wrong-value"),
        (f"events/{EVENT}.toml", 'name = "มูลนิธิคนช่วยคน"', 'name = "  "', "preset-wrong-value"),
        (f"events/{EVENT}.toml", "expected_partners = 31", "expected_partners = 5", "preset-wrong-value"),
        (f"events/{EVENT}.toml", "expected_partners = 31", "", "preset-missing-field"),
        (f"events/{EVENT}.toml", 'accent = "#7ED6A0"', 'accent = "green"', "preset-wrong-value"),
        (f"events/{EVENT}.toml", "starts_on = 2022-09-27", 'starts_on = "27 ก.ย. 2565"', "preset-wrong-value"),
        (f"events/{EVENT}.toml", 'id = "happy-society"', 'id = "creative-economy"', "preset-duplicate"),
        (f"events/{EVENT}.toml", 'words = ["th"]', 'words = ["thai"]', "preset-not-found"),
        (f"events/{EVENT}.toml", 'style = "lake"', 'style = "lake"\nhouse = "home"', "preset-not-found"),
        ("styles/lake.toml", "weight = 600", "weight = 1600", "preset-wrong-value"),
        ("outputs/square.toml", 'kind = "video"', 'kind = "movie"', "preset-wrong-value"),
        ("outputs/square.toml", 'kind = "video"', "", "preset-wrong-value"),
        ("outputs/square.toml", 'id = "square"', 'id = "vertical"', "preset-duplicate"),
        ("outputs/house.toml", 'frame_rate = "30/1"', 'frame_rate = "thirty"', "preset-wrong-value"),
        ("outputs/photo.toml", "webp_method = 2", "webp_method = 7", "preset-wrong-value"),
    ],
)
def test_each_mistake_has_its_words(presets: Path, file: str, old: str, new: str, code: str) -> None:
    change(presets / file, old, new)
    assert code in codes(presets)


@pytest.mark.parametrize("kind", ["poster", "photo"])
def test_an_output_that_is_needed_and_not_there(presets: Path, kind: str) -> None:
    (presets / "outputs" / f"{kind}.toml").unlink()
    assert codes(presets) == ["preset-missing-field"]
    assert kind in failure(presets).others[0].en


def test_nothing_to_put_on_air(presets: Path) -> None:
    for name in ("air-1080p", "air-720p"):
        (presets / "outputs" / f"{name}.toml").unlink()
    assert codes(presets) == ["preset-missing-field"]
    assert "air" in failure(presets).others[0].en


def test_two_files_of_one_id_are_told(presets: Path) -> None:
    shutil.copy(presets / "styles" / "lake.toml", presets / "styles" / "river.toml")
    shutil.copy(presets / "events" / f"{EVENT}.toml", presets / "events" / "copy.toml")
    assert [told.code for told in check(presets)] == ["preset-duplicate"] * 2


def test_a_byte_order_mark_is_no_mistake(presets: Path) -> None:
    for path in (*presets.glob("*/*.toml"), *presets.glob("words/*.txt")):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check(presets) == ()
    assert load(presets) == load(PRESETS)


def test_hidden_files_are_none_of_ours(presets: Path) -> None:
    (presets / "events" / "._songkhla.toml").write_bytes(b"\x00\x05\x16\x07")
    assert check(presets) == ()


def test_a_folder_named_like_a_file_is_told(presets: Path) -> None:
    (presets / "styles" / "x.toml").mkdir()
    assert codes(presets) == ["preset-unreadable"]


@UNHURRIED
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    for part, suffix in (("events", "toml"), ("styles", "toml"), ("outputs", "toml"), ("words", "txt")):
        (root / part).mkdir(parents=True, exist_ok=True)
        (root / part / f"x.{suffix}").write_bytes(data)
    shelf = read_shelf(root)
    assert shelf.problems
    assert not shelf.events


def test_ids_that_would_share_a_folder_are_told(presets: Path) -> None:
    event = presets / "events" / f"{EVENT}.toml"
    change(event, 'id = "sapha-ongkon-chumchon"', 'id = "recap"')
    assert codes(presets) == ["preset-duplicate"]
    change(event, 'id = "break"', 'id = "opener"')
    # A session closes with the card that is gone now.
    assert codes(presets) == ["preset-duplicate", "preset-duplicate", "preset-not-found"]


@pytest.mark.parametrize("name", ["sounds/none.wav", "../outside.wav", "sounds"])
def test_a_sting_is_a_file_below_the_presets(presets: Path, name: str) -> None:
    (presets.parent / "outside.wav").write_bytes(b"x")
    (presets / "sounds").mkdir()
    event = presets / "events" / f"{EVENT}.toml"
    change(event, "[recap]\n", f'[recap]\nsting = "{name}"\n')
    assert codes(presets) == ["preset-not-found"]
    assert [told.code for told in check(presets)] == ["preset-not-found"]


def test_the_stings_bytes_are_part_of_the_book(presets: Path) -> None:
    assert load(presets).sting_sha256 is None
    (presets / "sounds").mkdir()
    (presets / "sounds" / "sting.wav").write_bytes(b"one")
    change(presets / "events" / f"{EVENT}.toml", "[recap]\n", '[recap]\nsting = "sounds/sting.wav"\n')
    one = load(presets).sting_sha256
    (presets / "sounds" / "sting.wav").write_bytes(b"two")
    assert one is not None
    assert load(presets).sting_sha256 != one


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("outputs/square.toml", "width_px = 1080", "width_px = 1081"),
        ("outputs/house.toml", 'frame_rate = "30/1"', 'frame_rate = "0/1"'),
        ("outputs/house.toml", "card_fade_frames = 15", "card_fade_frames = 200"),
        (f"events/{EVENT}.toml", 'name = "มูลนิธิคนช่วยคน"', 'name = "\u200b\u200d"'),
    ],
)
def test_what_could_never_be_made_is_told_at_once(presets: Path, file: str, before: str, after: str) -> None:
    change(presets / file, before, after)
    assert "preset-wrong-value" in codes(presets)


def test_the_output_that_goes_on_air_has_its_name(presets: Path) -> None:
    change(presets / "outputs" / "air-1080p.toml", 'id = "air-1080p"', 'id = "air-main"')
    assert codes(presets) == ["preset-missing-field"]
