"""The live channel over HTTP: ``/live/live.m3u8`` and what it names."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.live.channel import LiveChannel
from pipeline.live.playlist import EMPTY_VTT, caption_playlist, has_output, media_playlist
from pipeline.live.segments import segment_routes
from pipeline.serve.kinds import headers_of
from pipeline.serve.stage import Stage

_CAPTIONS = re.compile(r"captions-([a-z0-9-]{1,20})", re.ASCII)
_KEPT = "public, max-age=1"
"""A list is new every few seconds, and a proxy in front of many players may spare the server the same second."""
_SOON_S = 3


def live_routes(stage: Stage) -> list[Route]:
    """Return the channel's addresses."""
    channel = LiveChannel(stage)
    return [
        Route("/live/live.m3u8", _multivariant(channel)),
        Route(f"/live/{EMPTY_VTT}", _empty),
        Route("/live/{name}.m3u8", _media(channel)),
        *segment_routes(stage.out),
    ]


Endpoint = Callable[[Request], Response]


def _multivariant(channel: LiveChannel) -> Endpoint:
    def answer(_: Request) -> Response:
        text = channel.multivariant() if channel.told() else None
        return _not_yet() if text is None else _told(text, "x.m3u8")

    return answer


def _media(channel: LiveChannel) -> Endpoint:
    def answer(request: Request) -> Response:
        name = request.path_params["name"]
        told = channel.told()
        if told is None:
            return _not_yet()
        journal, at_s = told
        if matched := _CAPTIONS.fullmatch(name):
            return _told(caption_playlist(journal, matched[1], at_s), "x.m3u8")
        if has_output(journal, name):
            return _told(media_playlist(journal, name, at_s), "x.m3u8")
        return PlainTextResponse("Not found", 404)

    return answer


def _empty(_: Request) -> Response:
    return _told("WEBVTT\n", EMPTY_VTT)


def _told(text: str, name: str) -> Response:
    headers = headers_of(f"playlists/{name}") | {"cache-control": _KEPT}
    del headers["accept-ranges"]
    return Response(text, headers=headers)


def _not_yet() -> Response:
    return PlainTextResponse("There is no show yet", 503, {"retry-after": str(_SOON_S)})
