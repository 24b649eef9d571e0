"""The server as one ASGI app: the live channel, the operator page, the front page, and the output folder's files."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from pipeline.live.routes import live_routes
from pipeline.serve.files import Files
from pipeline.serve.front import FRONT_HEADERS, front_page
from pipeline.serve.stage import Stage


def make_app(stage: Stage) -> Starlette:
    """Return the app. Nothing is read before somebody asks, so the output folder may still be empty."""
    air = _air(stage)
    routes = [
        Route("/", _front(stage, has_air=bool(air))),
        Route("/healthz", _health),
        *live_routes(stage, stage.airing),
        *air,
        Mount("/", Files(stage.out)),
    ]
    return Starlette(routes=routes)


def _front(stage: Stage, *, has_air: bool) -> Callable[[Request], Response]:
    def front(_request: Request) -> Response:
        return HTMLResponse(front_page(stage, has_air=has_air), headers=FRONT_HEADERS)

    return front


def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


def _air(stage: Stage) -> list[Route]:
    try:
        from pipeline.serve.air import air_routes  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415 - until it is there
    except ImportError:
        return []
    return list(air_routes(stage))
