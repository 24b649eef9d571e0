from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from pipeline.serve.guard import COOKIE, fields, is_fit, is_loopback, why_not
from pipeline.serve.ranges import PARTS_MAX, parts
from pipeline.serve.stage import Stage

TOKEN = "correct-horse-battery"  # noqa: S105 - of these tests


def _stage(tmp: str = "/nowhere", token: str | None = None) -> Stage:
    return Stage(Path(tmp), Path(tmp), token, lambda: 0.0, None)


def _request(client: str = "127.0.0.1", body: bytes = b"", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": named, "client": (client, 5)}, receive)


def _code(request: Request, token: str | None = None, field: str | None = None) -> str | None:
    told = why_not(request, _stage(token=token), field)
    return told.code if told else None


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (_request(host="127.0.0.1:8642"), None),
        (_request(host="localhost:8642", origin="http://localhost:8642", sec_fetch_site="same-origin"), None),
        (_request("::1", host="[::1]:8642", origin="http://[::1]:8642"), None),
        (_request("::ffff:127.0.0.1", host="127.0.0.1:8642"), None),
        (_request("192.168.1.5", host="127.0.0.1:8642"), "only-here"),
        (_request(host="127.0.0.1:8642", x_forwarded_for="203.0.113.5"), "only-here"),
        (_request(host="127.0.0.1:8642", forwarded="for=203.0.113.5"), "only-here"),
        (_request(host="evil.example:8642", origin="http://evil.example:8642"), "other-site"),
        (_request(host="127.0.0.1:8642", origin="https://evil.example"), "other-site"),
        (_request(host="127.0.0.1:8642", origin="http://127.0.0.1:9999"), "other-site"),
        (_request(host="127.0.0.1:8642", origin="null"), "other-site"),
        (_request(host="127.0.0.1:8642", sec_fetch_site="cross-site"), "other-site"),
        (_request(host="127.0.0.1.evil.example"), "other-site"),
        (_request(), "other-site"),
    ],
)
def test_without_a_token_only_this_machine_and_our_own_page(request_: Request, code: str | None) -> None:
    assert _code(request_) == code


@pytest.mark.parametrize(
    ("request_", "field", "code"),
    [
        (_request("192.168.1.5", host="x", authorization=f"Bearer {TOKEN}"), None, None),
        (_request("192.168.1.5", host="x", authorization=f"bearer  {TOKEN}"), None, None),
        (_request("192.168.1.5", host="x"), TOKEN, None),
        (_request("192.168.1.5", host="x:1", origin="http://x:1", cookie=f"{COOKIE}={TOKEN}"), None, None),
        (_request("192.168.1.5", host="x:1", origin="http://y:1", cookie=f"{COOKIE}={TOKEN}"), None, "other-site"),
        (_request(host="127.0.0.1"), None, "token-wrong"),
        (_request(authorization="Bearer"), None, "token-wrong"),
        (_request(authorization=f"Bearer {TOKEN}x"), None, "token-wrong"),
        (_request(authorization=f"Basic {TOKEN}"), None, "token-wrong"),
        (_request(authorization="Bearer \u0e01"), TOKEN, "token-wrong"),
        (_request(), TOKEN[:-1], "token-wrong"),
        (_request(cookie=f"{COOKIE}=wrong"), None, "token-wrong"),
    ],
)
def test_with_a_token_whoever_brings_it(request_: Request, field: str | None, code: str | None) -> None:
    assert _code(request_, TOKEN, field) == code


def test_tokens_that_can_be_guessed_or_not_be_sent_are_not_fit() -> None:
    assert is_fit(TOKEN)
    assert not any(map(is_fit, ("", "short", "with a space in it", "ภาษาไทยยาวพอสมควร", "semi;colon;semi", "a" * 300)))


def test_names_that_only_look_like_this_machine_are_not() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "LOCALHOST", "::ffff:127.0.0.1")))
    assert not any(map(is_loopback, ("", "localhost.evil.example", "0.0.0.0", "127.1", "::")))  # noqa: S104 - not bound to


def test_forms_and_json_are_read_and_nothing_else() -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    told = asyncio.run(fields(_request(body=b"key=a&before=%E0%B8%81", **form)))
    assert told == {"key": "a", "before": "ก"}
    assert asyncio.run(fields(_request(body=b'{"key": "a"}', content_type="application/json"))) == {"key": "a"}
    for body, kind in ((b"[" * 16000, "application/json"), (b'{"a": 1}', "application/json"),
                       (b"\xff", "application/json"), (b'{"key": "\\ud800"}', "application/json"),
                       (b'{"\\udfff": "a"}', "application/json"), (b"key=%ED%A0%80", form["content_type"]),
                       (b"a" * 20000, form["content_type"]), (b"&".join([b"a=b"] * 99), form["content_type"]),
                       (b"a=b", "text/plain")):  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 - which of them is nobody's business
            asyncio.run(fields(_request(body=body, content_type=kind)))


_ENDS = st.one_of(st.just(""), st.integers(0, 300).map(str))


@given(st.lists(st.tuples(_ENDS, _ENDS), max_size=20), st.integers(0, 250))
def test_parts_are_what_was_asked_and_never_more_than_the_file(asked: list[tuple[str, str]], size: int) -> None:
    found = parts("bytes=" + ",".join(f"{first}-{last}" for first, last in asked), size)
    if found is None:
        return
    bytes_found = [byte for part in found for byte in range(part.first, part.last + 1)]
    assert len(found) <= PARTS_MAX
    assert bytes_found == sorted(set(bytes_found))
    expected: set[int] = set()
    for first, last in asked:
        if first:
            expected |= set(range(int(first), min(int(last) + 1 if last else size, size)))
        elif last:
            expected |= set(range(max(0, size - int(last)), size))
    assert set(bytes_found) == expected
