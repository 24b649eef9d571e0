from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from show_book import book as real_book

from pipeline.errors import PresetError
from pipeline.preset.book import event_problems
from pipeline.preset.model import Book, Event
from pipeline.show.changes import Changes, changes_text, read_changes
from pipeline.show.model import Show, read_show, show_text
from pipeline.show.order import running_order
from pipeline.store.catalog import CardEntry, Catalog, ClipEntry, SlateEntry
from pipeline.store.receipt import Loudness, Made

BANGKOK = ZoneInfo("Asia/Bangkok")
PARTNERS = [{"id": f"p{n}", "name": f"กลุ่มที่ {n}", "theme": ["sea", "hill"][n % 2]} for n in range(1, 6)]
EVENT = {
    "id": "test",
    "name": "งานทดสอบ",
    "starts_on": "2022-09-27",
    "ends_on": "2022-09-28",
    "timezone": "Asia/Bangkok",
    "venue": "ห้องประชุม",
    "style": "lake",
    "expected_partners": 5,
    "themes": [{"id": "sea", "name": "ทะเล"}, {"id": "hill", "name": "ภูเขา"}],
    "cards": [
        {"id": "opener", "kind": "opener", "seconds": 8},
        {"id": "count", "kind": "countdown", "title": "เริ่มใน", "starts_at": "2022-09-27T09:00:00", "seconds": 60},
        {"id": "rest", "kind": "break", "title": "พัก", "seconds": 16},
        {"id": "end", "kind": "end", "title": "ขอบคุณ", "seconds": 8},
    ],
    "recap": {"title": "ภาพงาน"},
    "partners": PARTNERS,
}
CARD_FRAMES = {"opener": 240, "count": 1808, "rest": 480, "end": 240}
CLIP_FRAMES = 1600


def made(path: str) -> Made:
    return Made(path=path, sha256=f"{abs(hash(path)):064x}", bytes=1, mtime_ns=1)


def air(folder: str) -> Mapping[str, Made]:
    return {output: made(f"{folder}/{output}.mp4") for output in ("air-1080p", "air-720p")}


def book_of(**changes: object) -> Book:
    return real_book(Event.model_validate({**EVENT, **changes}))


def catalog_of(book: Book, *, clips: set[str], slates: set[str] | None = None, strangers: int = 0) -> Catalog:
    rate = book.house.frame_rate
    entries = [
        ClipEntry(
            id=partner.id, partner=partner, number=n, title=partner.name, theme_id=None, source=f"{partner.id}.mp4",
            state="ready", frames=CLIP_FRAMES, frame_rate=rate, air=air(f"clips/{partner.id}"), captions=("th",),
            files={"th.vtt": f"clips/{partner.id}/{partner.id}.th.vtt", "poster": f"clips/{partner.id}/poster.jpg"},
            loudness=Loudness(integrated_lufs=-16.0, true_peak_dbtp=-1.5),
        )
        for n, partner in enumerate(book.event.partners, 1)
        if partner.id in clips
    ]  # fmt: skip
    entries += [
        ClipEntry(
            id=f"x-{n:08x}", partner=None, number=None, title=f"คลิปแถม {n}", theme_id=None, source=f"z{n}.mp4",
            state="ready", frames=CLIP_FRAMES, frame_rate=rate, air=air(f"clips/x-{n:08x}"),
        )
        for n in range(strangers)
    ]  # fmt: skip
    held = {partner.id for partner in book.event.partners} - clips if slates is None else slates
    cards = [
        CardEntry(
            id=card.id, kind=card.kind, title=card.title or "", frames=CARD_FRAMES[card.id], files={},
            air=air(f"cards/{card.id}"),
        )
        for card in book.event.cards
    ]  # fmt: skip
    cards.append(CardEntry(id="recap", kind="recap", title="ภาพงาน", frames=960, files={}, air=air("cards/recap")))
    return Catalog(
        inputs=(),
        partners=(),
        clips=tuple(entries),
        slates=tuple(SlateEntry(partner_id=each, frames=240, air=air(f"clips/{each}/slate")) for each in sorted(held)),
        cards=tuple(cards),
        photos=(),
    )


ALL = {"p1", "p2", "p3", "p4", "p5"}
MORNING = {
    "id": "morning",
    "name": "เช้า",
    "starts_at": "2022-09-27T09:00:00",
    "opens_with": ["count", "opener"],
    "numbers": [1, 2],
    "closes_with": ["rest"],
}
LATER = {"id": "later", "name": "บ่าย", "closes_with": ["end"]}


def keys(show: Show, session: str | None = None) -> list[str]:
    return [entry.key for entry in show.items if session in {None, entry.session}]


def codes(show: Show) -> list[str]:
    return [told.code for told in show.remarks]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)


def test_an_event_without_sessions_is_one_session_with_everything() -> None:
    book = book_of()
    show = running_order(catalog_of(book, clips=ALL, strangers=1), book)
    assert keys(show) == ["count", "opener", "p1", "p2", "p3", "p4", "p5", "x-00000000", "end"]
    assert [entry.position for entry in show.items] == list(range(1, 10))
    assert show.items[2].file == "03-p1.mp4"
    assert show.starts_at(show.items[1]) == at("2022-09-27T09:00:00")


def test_a_countdown_ends_when_its_session_starts() -> None:
    book = book_of(sessions=[MORNING, LATER])
    show = running_order(catalog_of(book, clips=ALL), book)
    count, opener = show.items[:2]
    assert count.offset_frames == -1808
    assert opener.offset_frames == 0
    assert show.starts_at(opener) == at("2022-09-27T09:00:00")
    assert "countdown-off" not in codes(show)


def test_a_session_takes_the_numbers_it_names_and_the_next_one_the_rest() -> None:
    book = book_of(sessions=[MORNING, LATER])
    show = running_order(catalog_of(book, clips=ALL, strangers=2), book)
    assert keys(show, "morning") == ["count", "opener", "p1", "p2", "rest"]
    assert keys(show, "later") == ["p3", "p4", "p5", "x-00000000", "x-00000001", "end"]


def test_a_relative_session_starts_when_the_one_before_is_over_rounded_up_to_a_second() -> None:
    book = book_of(sessions=[MORNING, {**LATER, "pause_s": 600}])
    show = running_order(catalog_of(book, clips=ALL), book)
    over_s = Fraction(240 + 2 * CLIP_FRAMES + 480, 30)
    starts_at = show.sessions[1].starts_at
    assert starts_at.microsecond == 0
    waited_s = (starts_at - at("2022-09-27T09:00:00")).total_seconds() - 600
    assert over_s <= waited_s < over_s + 1


def test_a_partner_without_a_clip_has_a_slate_until_the_clip_is_proven() -> None:
    book = book_of()
    before = running_order(catalog_of(book, clips=ALL - {"p3"}), book)
    entry = next(entry for entry in before.items if entry.id == "p3")
    assert (entry.kind, entry.frames, entry.reason.code if entry.reason else "") == ("slate", 240, "slate-missing")
    after = running_order(catalog_of(book, clips=ALL), book)
    assert [e.kind for e in after.items if e.id == "p3"] == ["clip"]
    assert keys(before) == keys(after)


def test_idle_time_overruns_and_clashes_are_told() -> None:
    early = {**MORNING, "ends_at": "2022-09-27T09:01:00"}
    clash = {**LATER, "starts_at": "2022-09-27T09:01:00"}
    book = book_of(sessions=[early, clash])
    assert codes(running_order(catalog_of(book, clips=ALL), book)) == ["session-overruns", "session-clash"]
    roomy = book_of(
        sessions=[{**MORNING, "ends_at": "2022-09-27T10:00:00"}, {**LATER, "starts_at": "2022-09-27T13:00:00"}]
    )
    assert codes(running_order(catalog_of(roomy, clips=ALL), roomy)) == ["session-idle"]
    elsewhere = book_of(sessions=[MORNING, {**clash, "room": "ห้องเล็ก"}])
    assert "session-clash" not in codes(running_order(catalog_of(elsewhere, clips=ALL), elsewhere))


def test_a_countdown_to_another_moment_is_told() -> None:
    book = book_of(sessions=[{**MORNING, "starts_at": "2022-09-27T09:30:00"}, LATER])
    assert "countdown-off" in codes(running_order(catalog_of(book, clips=ALL), book))


def test_a_filler_is_shown_as_often_as_fits_before_the_closing_cards() -> None:
    book = book_of(sessions=[{**MORNING, "ends_at": "2022-09-27T09:05:00", "fills_with": "recap"}, LATER])
    show = running_order(catalog_of(book, clips=ALL), book)
    mine = [entry.id for entry in show.items if entry.session == "morning"]
    free = 300 * 30 - (240 + 2 * CLIP_FRAMES + 480)
    assert mine == ["count", "opener", "p1", "p2", *["recap"] * (free // 960), "rest"]
    assert len(set(keys(show))) == len(show.items)


def test_lists_for_everything_and_one_per_session_theme_and_day() -> None:
    book = book_of(sessions=[MORNING, {**LATER, "starts_at": "2022-09-28T09:00:00"}])
    show = running_order(catalog_of(book, clips=ALL), book)
    found = {listed.id: [entry.key for entry in show.entries(listed)] for listed in show.lists}
    assert list(found) == [
        "show", "session-morning", "session-later", "theme-sea", "theme-hill", "day-2022-09-27", "day-2022-09-28"
    ]  # fmt: skip
    assert found["show"] == keys(show)
    assert found["theme-hill"] == ["p1", "p3", "p5"]
    assert found["day-2022-09-28"] == keys(show, "later")


def test_changes_on_site_hold_skip_and_move() -> None:
    book = book_of(sessions=[MORNING, LATER])
    changes = Changes().held("p1").skipped("p4").moved("p5", "p2").moved("p3", None)
    show = running_order(catalog_of(book, clips=ALL, slates={"p1"}), book, changes)
    assert keys(show, "morning") == ["count", "opener", "p1", "p5", "p2", "rest"]
    assert keys(show, "later") == ["end", "p3"]
    held = show.items[2]
    assert (held.kind, held.reason.code if held.reason else "") == ("slate", "slate-held")


def test_a_held_clip_without_a_slate_shows_the_break_card_under_its_own_key() -> None:
    book = book_of()
    show = running_order(catalog_of(book, clips=ALL), book, Changes().held("p2"))
    entry = next(entry for entry in show.items if entry.key == "p2")
    assert (entry.id, entry.kind) == ("rest", "break")
    back = running_order(catalog_of(book, clips=ALL), book, Changes().held("p2").put_back("p2"))
    assert next(entry for entry in back.items if entry.key == "p2").kind == "clip"


def test_a_change_of_what_is_not_there_is_told_and_changes_nothing() -> None:
    book = book_of()
    catalog = catalog_of(book, clips=ALL)
    show = running_order(catalog, book, Changes().skipped("nobody").moved("p1", "nowhere"))
    assert codes(show) == ["order-unknown", "order-unknown"]
    assert keys(show) == keys(running_order(catalog, book))


@given(st.data())
def test_however_it_is_changed_nothing_is_shown_twice_and_frames_add_up(data: st.DataObject) -> None:
    book = book_of(sessions=[MORNING, LATER])
    catalog = catalog_of(book, clips=ALL)
    names = sorted(ALL | {"opener", "rest", "end", "gone"})
    changes = Changes()
    for _ in range(data.draw(st.integers(0, 12))):
        key, verb = data.draw(st.sampled_from(names)), data.draw(st.integers(0, 3))
        other = data.draw(st.sampled_from([*names, None]))
        changes = [changes.held(key), changes.skipped(key), changes.put_back(key), changes.moved(key, other)][verb]
    assert read_changes(changes_text(changes)) == changes
    show = running_order(catalog, book, changes)
    assert len(set(keys(show))) == len(show.items)
    assert {"p1", "p2", "p3", "p4", "p5"} - set(changes.skip) <= set(keys(show))
    for session in show.sessions:
        mine = [entry for entry in show.items if entry.session == session.id]
        for one, next_one in pairwise(mine):
            assert next_one.offset_frames == one.offset_frames + one.frames
    assert read_show(show_text(show)) == show.model_copy(
        update={"items": tuple(entry.model_copy(update={"sources": {}}) for entry in show.items)}
    )


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_catalog_does_not_matter(chance: random.Random) -> None:
    book = book_of()
    catalog = catalog_of(book, clips=ALL, strangers=3)
    clips = list(catalog.clips)
    chance.shuffle(clips)
    assert running_order(catalog.model_copy(update={"clips": tuple(clips)}), book) == running_order(catalog, book)


@pytest.mark.parametrize("text", ["hold = 3", "hold = ['../x']", "[[moves]]\nbefore = 'a'", "so = [", "nonsense = 1"])
def test_an_order_file_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(PresetError) as caught:
        read_changes(text)
    assert caught.value.code == "order-unreadable"


def test_an_order_file_saved_by_an_editor_of_windows_is_read() -> None:
    assert read_changes('\ufeffskip = ["p1"]\r\n') == Changes(skip=("p1",))


@pytest.mark.parametrize(
    ("session", "where"),
    [
        ({"opens_with": ["nothing"]}, "sessions.1.opens_with"),
        ({"theme": "air"}, "sessions.1.theme"),
        ({"partners": ["p9"]}, "sessions.1.partners"),
        ({"follows": "later"}, "sessions.1.follows"),
        ({"numbers": [1, 6]}, "sessions.1.numbers"),
        ({"starts_at": "2022-09-27T10:00:00", "ends_at": "2022-09-27T09:00:00"}, "sessions.1.ends_at"),
    ],
)
def test_a_session_that_names_what_is_not_there_is_told(session: dict[str, object], where: str) -> None:
    event = Event.model_validate({**EVENT, "sessions": [{"id": "one", "name": "หนึ่ง", **session}]})
    assert any(where in told.en for told in event_problems(event, "events/test.toml"))


def test_a_session_says_one_thing() -> None:
    at_nine = datetime(2022, 9, 27, 9)  # noqa: DTZ001 - as TOML gives it
    wrong_ones: tuple[dict[str, object], ...] = (
        {"theme": "sea", "numbers": [1, 2]},
        {"starts_at": at_nine, "follows": "x"},
        {"fills_with": "rest"},
        {"starts_at": at_nine.date()},
    )
    for wrong in wrong_ones:
        with pytest.raises(ValueError, match="session"):
            Event.model_validate({**EVENT, "sessions": [{"id": "one", "name": "หนึ่ง", **wrong}]})


def test_the_filler_comes_behind_the_last_clip_whatever_was_skipped() -> None:
    filled = {**LATER, "starts_at": "2022-09-27T10:00:00", "ends_at": "2022-09-27T10:10:00", "fills_with": "rest"}
    book = book_of(sessions=[MORNING, filled])
    show = running_order(catalog_of(book, clips=ALL), book, Changes().skipped("end").moved("p3", None))
    mine = [entry.id for entry in show.items if entry.session == "later"]
    assert mine[:3] == ["p4", "p5", "p3"]
    assert set(mine[3:]) == {"rest"}
    assert all(entry.is_filler for entry in show.items if entry.session == "later" and entry.id == "rest")


def test_a_countdown_that_was_moved_behind_clips_moves_nothing_ahead() -> None:
    book = book_of(sessions=[MORNING, LATER])
    show = running_order(catalog_of(book, clips=ALL), book, Changes().moved("count", "rest"))
    assert show.starts_at(show.items[0]) == at("2022-09-27T09:00:00")


def test_a_day_that_was_mistyped_is_told_and_fills_no_month() -> None:
    wrong = {**MORNING, "ends_at": "2022-10-27T10:00:00", "fills_with": "rest"}
    event = Event.model_validate({**EVENT, "sessions": [wrong]})
    assert any("ends_at" in told.en for told in event_problems(event, "events/test.toml"))
    book = book_of(sessions=[wrong])
    show = running_order(catalog_of(book, clips=ALL), book)
    assert len(show.items) <= 24 * 3600 * 30 // CARD_FRAMES["rest"] + 10


def test_where_clocks_change_an_hour_is_an_hour() -> None:
    first = {**MORNING, "starts_at": "2022-10-30T02:30:00", "opens_with": []}
    book = book_of(timezone="Europe/Berlin", sessions=[first, {**LATER, "pause_s": 3600}])
    show = read_show(show_text(running_order(catalog_of(book, clips=ALL), book)))
    one, other = show.sessions
    over_s = sum(entry.frames for entry in show.items if entry.session == "morning") / 30
    apart_s = other.starts_at.timestamp() - one.starts_at.timestamp()
    assert over_s + 3600 <= apart_s < over_s + 3601
