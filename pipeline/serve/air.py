"""The operator page ``/air/``: what is on, what comes, the lists to copy, and changes of the order.

Everybody may look. The page asks for ``/air/state.json`` every few seconds: that survives a lost network and a server
that was started again, without anything to be set up anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.deliver.pages import environment
from pipeline.errors import InputError, MachineError, MediaError, PresetError
from pipeline.reasons import Reason, reason
from pipeline.serve.files import missing
from pipeline.serve.guard import COOKIE, fields, keep_token, why_not
from pipeline.serve.order import OrderDesk
from pipeline.serve.stage import Stage
from pipeline.serve.state import Telling
from pipeline.show.changes import Changes
from pipeline.show.model import Show

HLS_JS = Path(__file__).resolve().parents[2] / "node_modules" / "hls.js"
"""Where ``npm ci`` puts it. Without it the page has no preview, except where the browser plays HLS by itself."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""hls.js hands the browser its media as a blob, and begins each caption track with an empty one as data."""
_HEADERS = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
_SCRIPT, _SHEET = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_FACES = {"prompt-600": ("Prompt", 600), "prompt-500": ("Prompt", 500), "sarabun-500": ("Sarabun", 500)}
Endpoint = Callable[[Request], Response]
AsyncEndpoint = Callable[[Request], Awaitable[Response]]


def air_routes(stage: Stage, hls_js: Path = HLS_JS) -> list[Route]:
    """Return the page's addresses. ``hls_js``: the folder of the package hls.js, which need not be there."""
    desk = OrderDesk(stage)
    telling = Telling(stage, desk)
    program = hls_js / "dist" / "hls.min.js"
    return [
        Route("/air", lambda _: RedirectResponse("/air/", 308)),
        Route("/air/", _page(stage, program)),
        Route("/air/state.json", _state(stage, telling)),
        Route("/air/air.css", _file(stage.templates / "air.css", _SHEET)),
        Route("/air/air.js", _file(stage.templates / "air.js", _SCRIPT)),
        Route("/air/page.js", _file(stage.templates / "page.js", _SCRIPT)),
        Route("/air/fonts/{face}", _face),
        Route("/air/hls.min.js", _file(program, _SCRIPT)),
        Route("/air/hls.LICENSE.txt", _file(hls_js / "LICENSE", "text/plain; charset=utf-8")),
        Route("/air/token", _token(stage), methods=["POST"]),
        *(
            Route(f"/air/{name}", _change(stage, desk, telling, edit), methods=["POST"])
            for name, edit in _EDITS.items()
        ),
    ]


def _page(stage: Stage, program: Path) -> Endpoint:
    def page(_request: Request) -> Response:
        text = environment(stage.templates).get_template("air.html.j2").render(
            has_hls=program.is_file(), has_look=(stage.out / "board" / "look.css").is_file()
        )  # fmt: skip
        headers = _HEADERS | {"content-security-policy": POLICY}
        return Response(text, headers=headers, media_type="text/html")

    return page


def _state(stage: Stage, telling: Telling) -> Endpoint:
    def state(request: Request) -> Response:
        refused = why_not(request, stage)
        if refused and stage.token is not None and COOKIE not in request.cookies:
            refused = reason("air-give-token")
        told = telling.state() | {
            "may_not": None if refused is None else words(refused),
            "wants_token": refused is not None and stage.token is not None,
        }
        return JSONResponse(told, headers=_HEADERS | {"cache-control": "no-store"})

    return state


def _file(path: Path, kind: str) -> Endpoint:
    def answer(_request: Request) -> Response:
        if not path.is_file():
            return missing()
        return FileResponse(path, headers=_HEADERS | {"content-type": kind})

    return answer


def _face(request: Request) -> Response:
    """Answer with a face for while the pages of the event, which have their own, are not there yet."""
    from fontpkg import path as font_path  # noqa: PLC0415 - only where such a page is looked at

    family, weight = _FACES.get(request.path_params["face"], ("", 0))
    return _file(Path(font_path(family, weight=weight)), "font/ttf")(request) if family else missing()


def _token(stage: Stage) -> AsyncEndpoint:
    async def token(request: Request) -> Response:
        try:
            brought = await fields(request)
        except ValueError:
            return _refused(reason("not-a-change"), 400)
        refused = why_not(request, stage, brought.get("token"))
        if refused:
            return _refused(refused, 403)
        response = JSONResponse({}, headers=_HEADERS)
        keep_token(response, stage)
        return response

    return token


Edit = Callable[[Changes, str, str | None], Changes]
_EDITS: dict[str, Edit] = {
    "hold": lambda changes, key, _: changes.put_back(key).held(key),
    "skip": lambda changes, key, _: changes.put_back(key).skipped(key),
    "put-back": lambda changes, key, _: changes.put_back(key),
    "move": lambda changes, key, before: changes.moved(key, before),
}


def _change(stage: Stage, desk: OrderDesk, telling: Telling, edit: Edit) -> AsyncEndpoint:
    def do(asked: dict[str, str], name: str) -> str:
        key, before = asked["key"], asked.get("before") or None
        if name != "put-back":
            check_programme(telling.show(), key, before if name == "move" else None)
        if name == "hold":
            check_clip(telling.show(), key)

        def checked(changes: Changes) -> Changes:
            check_known(telling.show(), changes, key, before if name == "move" else None)
            return edit(changes, key, before)

        version = desk.change(asked.get("version"), checked)
        telling.changed()
        return version

    async def change(request: Request) -> Response:
        refused = why_not(request, stage)
        if refused:
            return _refused(refused, 403)
        try:
            asked = await fields(request)
            if "key" not in asked:
                return _refused(reason("not-a-change"), 400)
            name = request.url.path.rpartition("/")[2]
            version = await run_in_threadpool(do, asked, name)
        except ValueError:
            return _refused(reason("not-a-change"), 400)
        except MediaError as error:
            return _refused(error.reason, _status(error))
        return JSONResponse({"version": version}, headers=_HEADERS)

    return change


def check_known(show: Show | None, changes: Changes, key: str, before: str | None) -> None:
    """See to it that a change names what is there.

    Raises:
        InputError: ``air-unknown-key``; ``air-no-show`` while there is none.

    """
    if show is None:
        raise InputError("air-no-show")
    there = {entry.key for entry in show.items}
    if key not in there | {*changes.hold, *changes.skip}:
        raise InputError("air-unknown-key", key[:80])
    if before is not None and (before not in there or before == key):
        raise InputError("air-unknown-key", before[:80])


def check_programme(show: Show | None, *keys: str | None) -> None:
    """See to it that nothing is asked of what only fills time: the order file could not change it.

    Raises:
        InputError: ``air-only-fills``.

    """
    for entry in show.items if show else ():
        if entry.is_filler and entry.key in keys:
            raise InputError("air-only-fills", entry.title)


def check_clip(show: Show | None, key: str) -> None:
    """See to it that only clips are held: a card has no slate.

    Raises:
        InputError: ``air-only-clips``.

    """
    kinds = {entry.key: entry.kind for entry in show.items} if show else {}
    if kinds.get(key, "clip") not in {"clip", "slate"}:
        raise InputError("air-only-clips", key)


def _status(error: MediaError) -> int:
    if isinstance(error, MachineError):
        return 503
    if isinstance(error, PresetError) or error.code == "air-order-changed":
        return 409
    return 422


def _refused(why: Reason, status: int) -> Response:
    return JSONResponse({"reason": words(why)}, status, headers=_HEADERS)


def words(told: Reason) -> dict[str, str]:
    """Return a reason for the page."""
    return {"code": told.code, "th": told.th, "en": told.en}
