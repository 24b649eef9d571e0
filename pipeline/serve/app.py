"""The server as one ASGI app: the live channel, the operator page, the front page, and the output folder's files."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from pipeline.live.routes import live_routes
from pipeline.serve.air import air_routes
from pipeline.serve.files import Files
from pipeline.serve.front import FRONT_HEADERS, front_page
from pipeline.serve.stage import Stage


def make_app(stage: Stage) -> Starlette:
    """Return the app. Nothing is read before somebody asks, so the output folder may still be empty."""
    routes = [
        Route("/", _front(stage)),
        Route("/healthz", _health),
        *live_routes(stage),
        *air_routes(stage),
        Mount("/", Files(stage.out)),
    ]
    return Starlette(routes=routes)


def _front(stage: Stage) -> Callable[[Request], Response]:
    def front(_request: Request) -> Response:
        return HTMLResponse(front_page(stage), headers=FRONT_HEADERS)

    return front


def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})
