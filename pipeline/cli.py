"""The ``showcase`` command. It reads arguments, calls a use case, says what came of it; nothing else."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import click

from pipeline import jobs
from pipeline.context import claim, open_context
from pipeline.errors import PresetError
from pipeline.settings import Settings
from pipeline.shell import OK, OUR_FAULT, REJECTED, USAGE, Lang, common, say
from pipeline.store.catalog import Catalog

_PATIENCE_S = 3600
"""How long a change made on site waits for a run that is at work."""
_BESIDE = {"slate", "card", "recap", "pages"}
"""Kinds of assets that no input row tells of when they cannot be made."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="showcase")
def main() -> None:
    """โฟลเดอร์คลิปและภาพถ่าย กลายเป็นงานที่พร้อมออกอากาศ · A folder of clips becomes an event ready to air."""
    # A closed pipe or terminal ends the run like Ctrl-C does: children first.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@main.command()
@common
def run(settings: Settings, lang: Lang) -> int:
    """Bring the output folder up to date with the input folder and presets, once."""
    return _run(settings, lang)


def _run(settings: Settings, lang: Lang, *, is_demo: bool = False) -> int:
    context = open_context(settings)
    claim(settings, is_demo=is_demo)
    from pipeline.screen import Screen, summary  # noqa: PLC0415 - rich takes a while to import
    from tasks.run import run as run_once  # noqa: PLC0415 - and so does redis

    for told in context.remarks:
        say(told, lang)
    with Screen(lang) as screen:
        result = run_once(context, screen)
    catalog = jobs.catalog(context, result.survey)
    summary(context, catalog, result.made, lang)
    for told in (*result.troubles.values(), *result.delivered.remarks):
        say(told, lang)
    for name, reasons in result.delivered.failed.items():
        click.echo(f"{name}:", err=True)
        for told in reasons:
            say(told, lang)
    beside = [r for r in result.survey.proven.values() if r.refused and r.kind in _BESIDE]
    for receipt in beside:
        if receipt.refused:
            say(receipt.refused, lang)
    if (
        result.troubles
        or result.delivered.failed
        or any(receipt.fault == "ours" for receipt in result.survey.proven.values())
    ):
        return OUR_FAULT
    # Words of the event file that cannot be drawn leave a partner without a slate.
    return USAGE if any(receipt.kind in {"slate", "card", "recap"} for receipt in beside) else status_of(catalog)


def status_of(catalog: Catalog) -> int:
    """Return 2 when a TOML beside a file is wrong, 3 when an input was rejected or has no partner, else 0."""
    if any(row.kind == "sidecar" and row.outcome == "reject" for row in catalog.inputs):
        return USAGE
    homeless = any(row.kind == "clip" and row.partner is None and row.state != "duplicate" for row in catalog.inputs)
    return REJECTED if homeless or any(row.outcome == "reject" for row in catalog.inputs) else OK


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@common
def demo(settings: Settings, lang: Lang, folder: Path | None) -> int:
    """Fill FOLDER (media_demo) with a made-up event of 31 clips and 34 photos, and run it."""
    from pipeline.demo.make import make_demo  # noqa: PLC0415 - draws with Pillow and numpy
    from pipeline.screen import counting  # noqa: PLC0415 - rich takes a while to import
    from pipeline.toolchain import ffmpeg_path  # noqa: PLC0415 - as above

    settings = replace(settings, media_in=(folder or Path("media_demo")).absolute())
    context = open_context(settings)
    claim(settings, is_demo=True)
    if not any(settings.media_in.glob("[!.]*")):
        with counting("กำลังสร้างงานตัวอย่าง" if lang == "th" else "Making the demo event") as on_progress:
            make_demo(settings.media_in, context.book.event, ffmpeg_path(settings), on_progress=on_progress)
    return _run(settings, lang, is_demo=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@common
def check(settings: Settings, lang: Lang, paths: tuple[Path, ...], *, as_json: bool) -> int:
    """Read inputs and say what would be done and what is wrong with them; make nothing."""
    from pipeline.deliver.board import input_json  # noqa: PLC0415 - templates are slow to import

    context = open_context(settings)
    found = jobs.survey(context, thorough=True)
    catalog, plans = jobs.catalog(context, found), jobs.outlines(found)
    wanted = [_relative(path, settings.media_in) for path in paths]
    rows = [row for row in catalog.inputs if not wanted or any(_is_under(row.path, name) for name in wanted)]
    if as_json:
        told = [{**input_json(row), "plan": [line.model_dump() for line in plans.get(row.path, ())]} for row in rows]
        click.echo(json.dumps({"inputs": told}, ensure_ascii=False, indent=1))
    else:
        from pipeline.screen import print_inputs  # noqa: PLC0415 - rich takes a while to import

        print_inputs(rows, lang, plans=plans)
    return status_of(catalog.model_copy(update={"inputs": tuple(rows)}))


def _relative(path: Path, root: Path) -> str:
    absolute = path.absolute() if path.exists() or path.is_absolute() else root / path
    if not absolute.is_relative_to(root):
        raise PresetError("path-outside", str(path), str(root))
    return absolute.relative_to(root).as_posix()


def _is_under(path: str, name: str) -> bool:
    return name in {".", path} or path.startswith(f"{name}/")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def status(settings: Settings, lang: Lang, *, as_json: bool) -> int:
    """Show the readiness board."""
    from pipeline.deliver.board import readiness  # noqa: PLC0415 - templates are slow to import

    context = open_context(settings)
    catalog = jobs.catalog(context, jobs.survey(context))
    if as_json:
        click.echo(json.dumps(readiness(catalog, context.book), ensure_ascii=False, indent=1))
    else:
        from pipeline.screen import print_board  # noqa: PLC0415 - rich takes a while to import

        print_board(catalog, lang)
    return OK


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def preview(settings: Settings, lang: Lang, *, as_json: bool) -> int:
    """Draw every card, slate and lower third of the roster on one contact sheet; fail on what does not fit."""
    from pipeline.screen import counting  # noqa: PLC0415 - rich takes a while to import

    context = open_context(settings)
    with counting("กำลังวาดการ์ด" if lang == "th" else "Drawing cards") as on_progress:
        made = jobs.preview(context, on_progress)
    sheet = settings.media_out / made.sheet
    if as_json:
        rows = [{"name": each.name, "problems": [why.model_dump() for why in each.faults]} for each in made.shown]
        click.echo(json.dumps({"sheet": str(sheet), "cards": rows}, ensure_ascii=False, indent=1))
        return USAGE if made.bad else OK
    for each in made.bad:
        for told in each.faults:
            click.echo(f"{each.name}:", err=True)
            say(told, lang)
    click.echo(str(sheet.parent / "index.html"))
    click.echo(str(sheet))
    return USAGE if made.bad else OK


@main.command()
@click.option("--schema", type=click.Path(path_type=Path), help="Write the JSON schemas into this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def presets(settings: Settings, lang: Lang, schema: Path | None, *, as_json: bool) -> int:
    """Check every preset and event file; all problems at once."""
    from pipeline.preset.load import check as check_presets  # noqa: PLC0415 - one verb's own
    from pipeline.preset.load import read_shelf  # noqa: PLC0415 - one verb's own
    from pipeline.ready import face_problems  # noqa: PLC0415 - one verb's own
    from pipeline.schema import write_schemas  # noqa: PLC0415 - one verb's own

    if schema:
        write_schemas(schema)
    styles = read_shelf(settings.presets).styles.values()
    problems = (*check_presets(settings.presets), *(told for style in styles for told in face_problems(style)))
    if as_json:
        click.echo(json.dumps({"problems": [told.model_dump() for told in problems]}, ensure_ascii=False, indent=1))
    else:
        for told in problems:
            say(told, lang)
        if not problems:
            click.echo("ไฟล์ตั้งค่าถูกต้องทั้งหมด" if lang == "th" else "All presets are right.")
    return USAGE if problems else OK


@main.command()
@click.option("--quick", "is_quick", is_flag=True, help="Read the lists only; decode nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@common
def preflight(settings: Settings, lang: Lang, *, is_quick: bool, as_json: bool) -> int:
    """Prove that the output folder can go on air: every list, every entry, as its player would read it."""
    from pipeline.delivery import places_of  # noqa: PLC0415 - one verb's own
    from pipeline.preflight.command import preflight as check_all  # noqa: PLC0415 - one verb's own

    context = open_context(settings)
    return check_all(context, lang, as_json=as_json, is_quick=is_quick, places=places_of(context))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind; 0.0.0.0 for the whole network.")
@click.option("--port", type=click.IntRange(0, 65535), default=8642, show_default=True, help="Port; 0: any free one.")
@click.option("--list", "list_id", default="show", show_default=True, help="The list of the live channel.")
@click.option("--start", help="Live channel: now, or a date and time; else as planned.")
@click.option("--loop", is_flag=True, help="Live channel: begin again when all is over.")
@common
def serve(  # noqa: PLR0913 - options of the command line
    settings: Settings, lang: Lang, *, host: str, port: int, list_id: str, start: str | None, loop: bool
) -> int:
    """Serve lists, media, pages, the live channel and the operator's page. SHOWCASE_TOKEN protects changes."""
    from pipeline.preset.load import load  # noqa: PLC0415 - one verb's own
    from pipeline.serve.run import Service  # noqa: PLC0415 - one verb's own
    from pipeline.serve.run import serve as serve_all  # noqa: PLC0415 - one verb's own
    from pipeline.show.channel import Airing  # noqa: PLC0415 - one verb's own
    from pipeline.show.start import read_start  # noqa: PLC0415 - one verb's own

    zone = load(settings.presets, settings.event).event.timezone
    airing = Airing(list_id=list_id, starts_at=read_start(start, zone, time.time()), loops=loop)
    token = os.environ.get("SHOWCASE_TOKEN") or None
    service = Service(host=host, port=port, token=token, airing=airing, redeliver=lambda: _redeliver(settings))
    return serve_all(settings, lang, service)


def _redeliver(settings: Settings) -> None:
    """Deliver what was changed on site. A run that is at work holds the folder; it is waited for."""
    from tasks.run import only_one  # noqa: PLC0415 - redis takes a while to import

    for second in range(_PATIENCE_S):
        try:
            with only_one(settings):
                jobs.apply_order(open_context(settings))
                return
        except PresetError as error:
            if error.code != "already-running" or second == _PATIENCE_S - 1:
                raise
        time.sleep(1)


@main.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--list", "list_id", default="show", show_default=True, help="Which list.")
@click.option("--start", help="now, or a date and time; else as planned.")
@click.option("--loop", is_flag=True, help="Begin again when all is over.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON each second.")
@common
def push(  # noqa: PLR0913 - options of the command line
    settings: Settings, lang: Lang, *, urls: tuple[str, ...], list_id: str, start: str | None, loop: bool, as_json: bool
) -> int:
    """Send the show to RTMP(S) or SRT in real time, as it is. Keys come from the environment."""
    from pipeline.push.run import push as send  # noqa: PLC0415 - one verb's own

    return send(settings, lang, urls, list_id, start, loop, as_json)
