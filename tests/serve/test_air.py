"""The operator page by HTTP: its state, changes of the order file, and who may make them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import show_factory
from air_stand import TEMPLATES, ask, serving
from show_factory import START

from pipeline.serve.stage import Stage
from pipeline.show.changes import CHANGES_FILE, Changes, read_changes
from pipeline.show.model import SHOW_FILE, Show, show_text

START_S = START.timestamp()


@dataclass
class Stand:
    out: Path
    port: int
    at_s: list[float]
    delivered: list[Changes] = field(default_factory=list)

    def changes(self) -> Changes:
        return read_changes((self.out / CHANGES_FILE).read_text("utf-8"))


def put(out: Path, show: Show) -> None:
    (out / "show").mkdir(parents=True, exist_ok=True)
    scratch = out / "show.tmp"
    scratch.write_text(show_text(show), "utf-8")
    scratch.rename(out / SHOW_FILE)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    put(tmp_path, show_factory.show())
    (tmp_path / "playlists").mkdir()
    (tmp_path / "playlists" / "show.m3u8").write_text("#EXTM3U\n", "utf-8")
    return tmp_path


@pytest.fixture
def make(out: Path) -> Iterator[Callable[..., Stand]]:
    """Start servers; they end with the test."""
    with ExitStack() as ends:

        def started(token: str | None = None, redeliver: Callable[[], None] | None = None) -> Stand:
            at_s = [START_S + 3]
            stage = Stage(out=out, templates=TEMPLATES, token=token, clock=lambda: at_s[0], redeliver=redeliver)
            return Stand(out, ends.enter_context(serving(stage)), at_s)

        yield started


def test_the_state_tells_now_next_and_the_whole_order(make: Callable[..., Stand]) -> None:
    stand = make()
    told = ask(stand.port, "/air/state.json").json
    assert told["server_s"] == START_S + 3
    assert told["now"]["key"] == "one"
    assert told["now"]["remaining_s"] == pytest.approx((64 + 160) / 30 - 3, abs=0.001)
    assert [each["key"] for each in told["next"]] == ["two", "three", "four"]
    assert told["drift_s"] == 0
    assert [(each["key"], each["place"]) for each in told["entries"]] == [
        ("opener", "done"), ("one", "now"), ("two", "coming"), ("three", "coming"), ("four", "coming"),
    ]  # fmt: skip
    assert told["next"][1]["starts_s"] == START_S + 3 * 3600
    assert told["lists"][0]["forms"] == [{"name": "M3U8", "path": "/playlists/show.m3u8"}]
    assert told["may_not"] is None
    stand.at_s[0] = START_S + 3600
    idle = ask(stand.port, "/air/state.json").json
    assert idle["now"]["is_filler"]
    assert idle["now"]["remaining_s"] == 2 * 3600


def test_a_changed_show_is_seen_at_once(make: Callable[..., Stand], out: Path) -> None:
    stand = make()
    assert ask(stand.port, "/air/state.json").json["show"]["name"] == "งานทดสอบ 2565"
    put(out, show_factory.show().model_copy(update={"event_name": "งานอื่น"}))
    assert ask(stand.port, "/air/state.json").json["show"]["name"] == "งานอื่น"
    (out / SHOW_FILE).write_text("{half", "utf-8")
    assert ask(stand.port, "/air/state.json").json["show"]["name"] == "งานอื่น"


def test_without_a_show_the_page_says_so(make: Callable[..., Stand], out: Path) -> None:
    (out / SHOW_FILE).unlink()
    stand = make()
    told = ask(stand.port, "/air/state.json").json
    assert told["show"] is None
    assert "showcase run" in told["problem"]["th"]
    assert ask(stand.port, "/air/hold", {"key": "one"}).status == 422


def test_each_change_reaches_the_order_file(make: Callable[..., Stand]) -> None:
    stand = make()
    assert ask(stand.port, "/air/hold", {"key": "two"}).status == 200
    assert ask(stand.port, "/air/skip", {"key": "three"}).status == 200
    assert ask(stand.port, "/air/move", {"key": "four", "before": "two"}).status == 200
    assert ask(stand.port, "/air/move", {"key": "one"}).status == 200
    changes = stand.changes()
    assert (changes.hold, changes.skip) == (("two",), ("three",))
    assert [(move.key, move.before) for move in changes.moves] == [("four", "two"), ("one", None)]
    told = ask(stand.port, "/air/state.json").json
    assert {each["key"] for each in told["entries"] if each["is_held"]} == {"two"}
    assert {each["key"] for each in told["entries"] if each["is_moved"]} == {"one", "four"}
    assert told["pending"]
    for key in ("two", "three"):
        assert ask(stand.port, "/air/put-back", {"key": key}).status == 200
    assert (stand.changes().hold, stand.changes().skip) == ((), ())


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("hold", {"key": "nobody"}),
        ("skip", {"key": "../etc"}),
        ("hold", {"key": "opener"}),
        ("move", {"key": "one", "before": "nobody"}),
        ("move", {"key": "one", "before": "one"}),
    ],
)
def test_what_is_not_there_changes_nothing(make: Callable[..., Stand], name: str, body: dict[str, str]) -> None:
    stand = make()
    answer = ask(stand.port, f"/air/{name}", body)
    assert answer.status == 422
    assert answer.json["reason"]["th"]
    assert not (stand.out / CHANGES_FILE).exists()


def test_what_only_fills_time_is_left_alone(make: Callable[..., Stand], out: Path) -> None:
    *others, last = show_factory.entries()
    filler = last.model_copy(update={"key": "recap.afternoon.1", "kind": "recap", "is_filler": True})
    put(out, show_factory.show((*others, last, filler.model_copy(update={"position": last.position + 1}))))
    stand = make()
    for name, body in (
        ("hold", {"key": filler.key}),
        ("skip", {"key": filler.key}),
        ("move", {"key": filler.key}),
        ("move", {"key": "four", "before": filler.key}),
    ):
        answer = ask(stand.port, f"/air/{name}", body)
        assert answer.status == 422, name
        assert filler.title in answer.json["reason"]["th"]
    assert not (out / CHANGES_FILE).exists()
    (out / CHANGES_FILE).write_text(f'skip = ["{filler.key}"]', "utf-8")  # by hand
    told = ask(stand.port, "/air/state.json").json
    assert not told["pending"], "it would be for ever"
    assert [each["key"] for each in told["entries"] if each["only_fills"]] == [filler.key]
    assert ask(stand.port, "/air/put-back", {"key": filler.key}).status == 200
    assert stand.changes().skip == ()


@pytest.mark.parametrize(
    ("name", "body"),
    [("hold", {"key": "\ud800"}), ("move", {"key": "one", "before": "\ud800"}), ("token", {"token": "\ud800"})],
)
@pytest.mark.parametrize("token", [None, "long-enough-here"])
def test_half_a_character_is_refused(
    make: Callable[..., Stand], name: str, body: dict[str, str], token: str | None
) -> None:
    brought = {"authorization": f"Bearer {token}"} if token else {}
    assert ask(make(token).port, f"/air/{name}", body, brought).status == 400


@pytest.mark.parametrize("body", [[], {"nothing": "x"}, {"key": 3}, "text"])
def test_nonsense_is_refused(make: Callable[..., Stand], body: object) -> None:
    stand = make()
    assert ask(stand.port, "/air/hold", body).status == 400
    assert ask(stand.port, "/air/hold").status in {404, 405}
    assert not (stand.out / CHANGES_FILE).exists()


def test_a_broken_order_file_is_told_and_left_alone(make: Callable[..., Stand], out: Path) -> None:
    (out / CHANGES_FILE).write_text('hold = ["one"', "utf-8")
    stand = make()
    assert CHANGES_FILE in ask(stand.port, "/air/state.json").json["order_problem"]["en"]
    assert ask(stand.port, "/air/skip", {"key": "two"}).status == 409
    assert (out / CHANGES_FILE).read_text("utf-8") == 'hold = ["one"'


def test_who_saw_an_older_order_is_told(make: Callable[..., Stand], out: Path) -> None:
    stand = make()
    version = ask(stand.port, "/air/state.json").json["version"]
    assert ask(stand.port, "/air/hold", {"key": "one", "version": version}).status == 200
    late = ask(stand.port, "/air/hold", {"key": "two", "version": version})
    assert (late.status, late.json["reason"]["code"]) == (409, "air-order-changed")
    assert stand.changes().hold == ("one",)
    (out / CHANGES_FILE).write_text('hold = ["four"]', "utf-8")  # by hand
    seen = ask(stand.port, "/air/state.json").json
    assert [each["key"] for each in seen["entries"] if each["is_held"]] == ["four"]
    assert ask(stand.port, "/air/skip", {"key": "two", "version": seen["version"]}).status == 200
    assert (stand.changes().hold, stand.changes().skip) == (("four",), ("two",))


def test_operators_at_once_lose_nothing(make: Callable[..., Stand]) -> None:
    stand = make()
    keys = ["one", "two", "three", "four", "opener"]
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda key: ask(stand.port, "/air/skip", {"key": key}).status, keys * 4))
    assert set(statuses) == {200}
    assert sorted(stand.changes().skip) == sorted(keys)


def test_the_token_is_asked_for_and_kept(make: Callable[..., Stand]) -> None:
    token = "long-enough-here"  # noqa: S105 - the test's own
    stand = make(token)
    told = ask(stand.port, "/air/state.json").json
    assert told["wants_token"]
    assert told["now"]["key"] == "one", "looking is free"
    assert ask(stand.port, "/air/hold", {"key": "one"}).status == 403
    assert ask(stand.port, "/air/token", {"token": "wrong-wrong-wrong"}).status == 403
    cookie = ask(stand.port, "/air/token", {"token": token}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    brought = {"cookie": cookie.partition(";")[0]}
    assert ask(stand.port, "/air/state.json", headers=brought).json["may_not"] is None
    foreign = brought | {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert ask(stand.port, "/air/hold", {"key": "one"}, foreign).status == 403
    assert not (stand.out / CHANGES_FILE).exists()
    assert ask(stand.port, "/air/hold", {"key": "one"}, brought).status == 200
    assert ask(stand.port, "/air/skip", {"key": "two"}, {"authorization": f"Bearer {token}"}).status == 200


def test_another_site_cannot_change_the_show(make: Callable[..., Stand]) -> None:
    stand = make()
    assert ask(stand.port, "/air/hold", {"key": "one"}, {"origin": "http://evil.example"}).status == 403
    assert not (stand.out / CHANGES_FILE).exists()


def test_the_show_is_delivered_again_in_the_background(make: Callable[..., Stand], out: Path) -> None:
    may_go, calls = threading.Event(), []

    def redeliver() -> None:
        calls.append(read_changes((out / CHANGES_FILE).read_text("utf-8")))
        assert may_go.wait(20)
        if len(calls) > 1:
            message = "the disk"
            raise OSError(message)

    stand = make(None, redeliver)
    assert ask(stand.port, "/air/move", {"key": "four", "before": "one"}).status == 200
    assert ask(stand.port, "/air/state.json").json["pending"]
    assert ask(stand.port, "/air/move", {"key": "two"}).status == 200
    may_go.set()
    for _ in range(200):
        told = ask(stand.port, "/air/state.json").json
        if not told["pending"]:
            break
        time.sleep(0.05)
    assert not told["pending"]
    assert calls[-1] == stand.changes(), "the last change was delivered"
    if len(calls) > 1:
        assert "OSError" in told["delivery_problem"]["en"]


def test_files_of_the_page_are_served_with_a_strict_policy(make: Callable[..., Stand]) -> None:
    stand = make()
    page = ask(stand.port, "/air/")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert b"<script>" not in page.body
    for name in ("air.css", "air.js", "page.js"):
        assert ask(stand.port, f"/air/{name}").status == 200
    assert ask(stand.port, "/air").headers["location"] == "/air/"
