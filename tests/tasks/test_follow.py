"""Which order is handed out when: by a crew that only takes notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from test_plan import clip_facts, plan

from pipeline.orders import ClipOrder, Order, PartOrder
from pipeline.reasons import Reason, reason
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.store.receipt import Receipt
from tasks import progress
from tasks.filling import MOST_ATTEMPTS
from tasks.follow import Follow
from tasks.messages import unpack
from tasks.view import Job


class Notes:
    """Stands in for the Redis client: what is written into progress is of no interest here."""

    def hset(self, *_: object, **__: object) -> None:
        return None


class Crew:
    """Notes what is handed out, by asset and queue."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.client = settings, Notes()
        self.sent: list[tuple[str, str]] = []

    def post(self, task: str, queue: str, arguments: list[str]) -> None:
        assert task == f"showcase.{queue}"
        self.sent.append((unpack(arguments[0]).asset, queue))

    def empty(self) -> None:
        return None


def order(asset: str, kind: str, *after: str) -> Order:
    made = plan(clip_facts(), stage="pages" if "pages" in asset else "air")
    work = PartOrder(plan=made, span=made.whole) if kind == "part" else ClipOrder(plan=made)
    return Order(asset=asset, kind=kind, key=f"key of {asset}", source=None, work=work, after=after)


AIR_PARTS, PAGES_PARTS = ("a.air.part-000", "a.air.part-001"), ("a.pages.part-000",)
ORDERS = [
    order("a.air", "air", *AIR_PARTS),
    *(order(name, "part") for name in AIR_PARTS),
    order("a.pages", "pages", "a.air", *PAGES_PARTS),
    *(order(name, "part", "a.air") for name in PAGES_PARTS),
    order("b.air", "air"),
]
TROUBLE = reason("machine-trouble", "x")


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crew:
    monkeypatch.setattr(progress, "requeue", lambda *_: None)
    return Crew(Settings(tmp_path, tmp_path, tmp_path, None, None, None))


def begun(crew: Crew) -> Follow:
    found = Follow(crew, {each.asset: each for each in ORDERS})  # type: ignore[arg-type]
    found.hand_out()
    return found


def done(follow: Follow, crew: Crew, asset: str, *, refused: bool = False) -> list[tuple[str, str]]:
    """Let an order be done, and return what is handed out then."""
    why: Reason | None = reason("no-frame", "x") if refused else None
    receipt = Receipt(asset=asset, kind="air", key="k", toolchain="t", refused=why)
    publish.keep_receipt(crew.settings.media_out, receipt)
    crew.sent.clear()
    look(follow, {asset: Job(state="done")})
    return crew.sent


def look(follow: Follow, states: Mapping[str, Job]) -> None:
    follow.look({asset: states.get(asset, Job(state="queued")) for asset in follow.all})


def test_parts_go_first_then_what_is_joined_from_them_then_pages(crew: Crew) -> None:
    follow = begun(crew)
    assert crew.sent == [("a.air.part-000", "air"), ("a.air.part-001", "air"), ("b.air", "air")]
    assert done(follow, crew, "a.air.part-000") == []
    assert done(follow, crew, "a.air.part-001") == [("a.air", "air")]
    assert done(follow, crew, "a.air") == [("a.pages.part-000", "video")]
    assert done(follow, crew, "a.pages.part-000") == [("a.pages", "video")]
    assert set(follow.open) == {"a.pages", "b.air"}


def test_nothing_is_made_for_pages_of_a_master_that_is_refused(crew: Crew) -> None:
    follow = begun(crew)
    for name in AIR_PARTS:
        done(follow, crew, name)
    assert done(follow, crew, "a.air", refused=True) == []
    assert set(follow.open) == {"b.air"}
    assert follow.failed == {"key of a.pages", "key of a.pages.part-000"}


def test_a_part_that_cannot_be_made_leaves_all_to_its_whole(crew: Crew) -> None:
    follow = begun(crew)
    done(follow, crew, "a.air.part-000")
    crew.sent.clear()
    look(follow, {"a.air.part-001": Job(state="trouble", attempts=MOST_ATTEMPTS, trouble=TROUBLE)})
    assert crew.sent == [("a.air", "air")]
    assert follow.troubles == {}
    assert follow.failed == {"key of a.air.part-001"}


def test_trouble_with_the_master_is_told_once_and_spares_its_pages(crew: Crew) -> None:
    follow = begun(crew)
    for name in AIR_PARTS:
        done(follow, crew, name)
    look(follow, {"a.air": Job(state="trouble", attempts=MOST_ATTEMPTS, trouble=TROUBLE)})
    assert follow.troubles == {"a.air": TROUBLE}
    assert follow.failed == {"key of a.air", "key of a.pages", "key of a.pages.part-000"}


def test_a_worker_that_dies_while_an_order_waits_for_another_try_loses_nothing(crew: Crew) -> None:
    follow = begun(crew)
    states: dict[str, Any] = {each.asset: Job(state="queued") for each in ORDERS}
    states["b.air"] = Job(state="trouble", attempts=1, trouble=TROUBLE)
    follow.look(states)
    assert "b.air" in follow.again_at
    crew.sent.clear()
    follow.start_over(states)
    assert ("b.air", "air") in crew.sent
    assert "b.air" not in follow.again_at
