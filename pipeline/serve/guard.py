"""Who may change the show. Looking is free; whatever changes state asks here first.

With a token: whoever brings it, in ``Authorization: Bearer``, a form field, or the cookie that the operator page
keeps. Without one: a browser or program on this machine alone. Three things would get round that, and are looked for: a
page of another site that posts here (its ``Origin`` is not ours), a name of another site that suddenly leads to this
machine (DNS rebinding: the ``Host`` is not ours), and a proxy on this machine that hands on what strangers ask.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from pipeline.reasons import Reason, reason
from pipeline.serve.stage import Stage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

COOKIE = "showcase-token"
TOKEN_FIELD = "token"  # noqa: S105 - the name of a form field
TOKEN_LENGTH = range(12, 257)
BODY_MAX_BYTES = 16 * 1024
BODY_WITHIN_S = 10.0
FIELDS_MAX = 20
_HANDED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_OWN_SITE = frozenset({"same-origin", "none"})
"""What a browser says of requests that no other site made. Source: W3C Fetch Metadata, 2.2."""


def is_fit(token: str) -> bool:
    """Return whether a token is long enough, and survives in a header."""
    return len(token) in TOKEN_LENGTH and token.isascii() and token.isprintable() and not set(' ";,\\') & set(token)


def why_not(request: Request, stage: Stage, field: str | None = None) -> Reason | None:
    """Return why this request may not change the show, or None when it may. ``field``: the token as its form has it.

    Whoever asks with this must also allow no method but POST.
    """
    if stage.token is None:
        return _local_only(request)
    bearer = _bearer(request)
    # A page of another site can make a browser send the cookie, but neither of the other two.
    if bearer is not None or field:
        return None if _same(bearer if bearer is not None else field or "", stage.token) else reason("token-wrong")
    if not _same(request.cookies.get(COOKIE, ""), stage.token):
        return reason("token-wrong")
    return None if _is_own_page(request) else reason("other-site")


def _same(offered: str, token: str) -> bool:
    return hmac.compare_digest(offered.encode("utf-8", "surrogateescape"), token.encode("utf-8"))


def _bearer(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _local_only(request: Request) -> Reason | None:
    if request.client is None or not is_loopback(request.client.host):
        return reason("only-here")
    if any(name in request.headers for name in _HANDED_ON):
        return reason("only-here")
    if not is_loopback(_host(request)):
        return reason("other-site")
    return None if _is_own_page(request) else reason("other-site")


def is_loopback(host: str) -> bool:
    """Return whether a name or address means this machine and cannot mean another."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _host(request: Request) -> str:
    hosts = request.headers.getlist("host")
    try:
        return urlsplit(f"//{hosts[0]}").hostname or "" if len(hosts) == 1 else ""
    except ValueError:
        return ""


def _is_own_page(request: Request) -> bool:
    """Return whether a browser says that our own page asks, or nothing at all, as programs do."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITE:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == request.headers.get("host", "").lower()


def keep_token(response: Response, stage: Stage) -> None:
    """Have the browser bring the token by itself from now on, from our own pages only. Call it after a right token."""
    if stage.token is not None:
        response.set_cookie(COOKIE, stage.token, httponly=True, samesite="strict", path="/air/")


async def fields(request: Request) -> dict[str, str]:
    """Return what a form or a JSON object brings, as text; the last one counts where a name comes twice.

    Raises:
        ValueError: too long, too slow, neither, or what is no text. Answer 400 with the reason ``not-a-change``.

    """
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            body = await _body(request)
    except TimeoutError as error:
        message = "too slow"
        raise ValueError(message) from error
    text = body.decode("utf-8")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _texts(text)
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"))
    message = "neither a form nor JSON"
    raise ValueError(message)


async def _body(request: Request) -> bytes:
    from starlette.requests import ClientDisconnect  # noqa: PLC0415 - starts no server where none is wanted

    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_MAX_BYTES:
                message = "too long"
                raise ValueError(message)
    except ClientDisconnect as error:
        message = "cut short"
        raise ValueError(message) from error
    return bytes(body)


def _texts(text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except RecursionError as error:
        message = "too deep"
        raise ValueError(message) from error
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        message = "not an object of texts"
        raise ValueError(message)
    for each in (*value, *value.values()):
        each.encode("utf-8")  # JSON can name half a character, "\ud800", which nothing behind this could write
    return value
