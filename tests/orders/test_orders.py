"""What should exist besides clips: the event's cards, and the recap when its photos are there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.card.texts import BreakText, CountdownText, EndText, OpenerText
from pipeline.intake.assign import PhotoIn
from pipeline.intake.sidecar import Sidecar
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.orders.cards import card_orders, event_card_text, slate_orders
from pipeline.orders.nouns import CardOrder, RecapOrder
from pipeline.orders.recaps import recap_orders
from pipeline.preset.load import load
from pipeline.preset.model import Book
from pipeline.preset.programme import EventCard
from pipeline.reasons import reason
from pipeline.store.receipt import Made, PhotoDetails, Receipt

BOOK = load(Path(__file__).parents[2] / "presets")


def with_cards(*cards: EventCard, book: Book = BOOK) -> Book:
    return book.model_copy(update={"event": book.event.model_copy(update={"cards": cards})})


def card(kind: str, **more: Any) -> EventCard:  # noqa: ANN401 - passed on
    return EventCard.model_validate({"id": "x", "kind": kind, "title": "พบกัน", **more})


def test_each_kind_says_what_the_event_says() -> None:
    opener = event_card_text(card("opener"), BOOK)
    assert isinstance(opener, OpenerText)
    assert opener.venue == BOOK.event.venue
    assert [theme.name for theme in opener.themes] == [theme.name for theme in BOOK.event.themes]
    end = event_card_text(card("end"), BOOK)
    assert isinstance(end, EndText)
    assert end.thanks == BOOK.event.thanks


def test_the_time_is_written_as_thai_signs_write_it() -> None:
    at = datetime(2022, 9, 28, 13, 5)  # noqa: DTZ001 - local time of the event
    text = event_card_text(card("break", note="กลับมาเวลา {time} น.", starts_at=at), BOOK)
    assert isinstance(text, BreakText)
    assert text.note == "กลับมาเวลา 13.05 น."
    assert text.date_text == "28 กันยายน 2565"


def test_a_time_with_a_zone_is_shown_on_the_events_clock() -> None:
    at = datetime(2022, 9, 27, 20, 0, tzinfo=UTC)
    text = event_card_text(card("break", note="{time}", starts_at=at), BOOK)
    assert isinstance(text, BreakText)
    assert (text.note, text.date_text) == ("03.00", "28 กันยายน 2565")
    (order,) = card_orders(with_cards(card("end", title="ถึง {time}", starts_at=at)), "tools")
    assert isinstance(order.work, CardOrder)
    assert order.work.plan.title == "ถึง 03.00"


def test_a_countdown_counts_as_long_as_it_is_shown() -> None:
    (order,) = card_orders(with_cards(card("countdown", seconds=61)), "tools")
    assert isinstance(order.work, CardOrder)
    assert isinstance(order.work.plan.card, CountdownText)
    assert order.work.plan.card.seconds == 61
    assert 61 * 30 <= order.work.plan.frames < 61 * 30 + 16


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "break", "title": None},
        {"kind": "countdown", "note": "{time}"},
        {"kind": "countdown", "seconds": 0},
        {"kind": "party"},
        {"kind": "end", "title": "{time}"},
        {"kind": "end", "title": "\u200b\u200d"},
        {"kind": "break", "starts_at": date(2022, 9, 27)},
    ],
)
def test_a_card_that_says_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EventCard.model_validate({"id": "x", "title": "พบกัน", **wrong})


def test_the_wording_decides_the_key_and_nothing_else_does() -> None:
    (one,) = card_orders(with_cards(card("end")), "tools")
    (same,) = card_orders(with_cards(card("end")), "tools")
    (other,) = card_orders(with_cards(card("end", title="ขอบคุณ")), "tools")
    assert one.key == same.key != other.key
    slates = list(slate_orders({partner.id for partner in BOOK.event.partners}, BOOK, "tools"))
    assert len({slate.key for slate in slates}) == len(slates) == 31


def photo(name: str, **more: Any) -> tuple[PhotoIn, Receipt]:  # noqa: ANN401 - passed on
    sizes = {"640": (640, 480), "2048": (2048, 1536)}
    made = tuple(
        Made(path=f"photos/a/{name}-{size}.{kind}", sha256=f"{name}-{size}-{kind}", bytes=1, mtime_ns=1)
        for size in sizes
        for kind in ("webp", "jpg")
    )
    details = PhotoDetails(album="a", name=name, width_px=2048, height_px=1536, sizes=sizes)
    parts: dict[str, Any] = {"outputs": made, "photo": details, **more}
    stamp = Stamp(bytes=1, mtime_ns=1, ctime_ns=1)
    source = Sighting(path=f"วันแรก/{name}.jpg", kind="photo", stamp=stamp, sha256=name)
    photo_in = PhotoIn(source=source, album="a", album_title="งาน/วันแรก", name=name, sidecar=Sidecar())
    return photo_in, Receipt(asset=f"a.{name}.photo", kind="photo", key="k", toolchain="t", **parts)


def test_the_recap_is_made_of_the_largest_jpegs_that_are_proven() -> None:
    refused = photo("c", refused=reason("photo-raw"), photo=None, outputs=())
    made = list(recap_orders([photo("b"), photo("a"), refused], BOOK, "tools"))
    works = [order.work for order in made]
    assert [work.plan.output.layout for work in works if isinstance(work, RecapOrder)] == [
        *("wide", "square", "portrait", "tall")
    ]
    first = works[0]
    assert isinstance(first, RecapOrder)
    assert [each.path for each in first.plan.photos] == ["photos/a/a-2048.jpg", "photos/a/b-2048.jpg"]
    assert {each.album_title for each in first.plan.photos} == {"วันแรก"}
    assert {order.asset for order in made} == {
        "recap-air-1080p.recap", "recap-square.recap", "recap-portrait.recap", "recap-vertical.recap"
    }  # fmt: skip


def test_no_photos_or_no_wish_no_recap() -> None:
    assert list(recap_orders([], BOOK, "tools")) == []
    without = BOOK.model_copy(update={"event": BOOK.event.model_copy(update={"recap": None})})
    assert list(recap_orders([photo("a")], without, "tools")) == []
