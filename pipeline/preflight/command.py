"""``showcase preflight``: checks what was delivered, writes the page, and says what is wrong."""

from __future__ import annotations

import json
import sys

from pipeline.context import Context
from pipeline.errors import MachineError
from pipeline.preflight.full import check_fully, check_quickly, open_delivered
from pipeline.preflight.media import Player
from pipeline.preflight.report import PAGE, page, print_report
from pipeline.reasons import reason
from pipeline.show.model import Places
from pipeline.store import publish
from pipeline.toolchain import ffmpeg_path

OK, NOT_READY = 0, 4


def preflight(
    context: Context, lang: str, *, as_json: bool = False, is_quick: bool = False, places: Places | None = None
) -> int:
    """Check what was delivered and return the exit status: 0, or 4 where it cannot go on air.

    Raises:
        PresetError: ``no-show``: there is nothing to check; ``show-damaged``; the page's template is broken.
        MachineError: a tool is missing or hung.

    """
    settings, book = context.settings, context.book
    delivered = open_delivered(settings.media_out, places)
    if is_quick:
        report = check_quickly(delivered)
    else:
        from pipeline.screen import counting  # noqa: PLC0415 - rich takes a while to import

        player = Player(settings.media_out, ffmpeg_path(settings), context.tools)
        with counting("กำลังเล่นทุกไฟล์" if lang == "th" else "Playing every file") as on_progress:
            report = check_fully(delivered, player, book.house, on_progress)
    pages, unwritten = page(report, delivered.show, book, settings.presets / "templates"), ""
    try:
        publish.deliver(settings.media_out, pages)
    except (MachineError, OSError) as error:  # the verdict is what counts
        told = reason("page-unwritten", str(error))
        unwritten = told.th if lang == "th" else told.en
    if as_json:
        sys.stdout.write(json.dumps(report.told(), ensure_ascii=False, indent=1) + "\n")
    else:
        print_report(report, delivered.show, lang)
        if not unwritten:
            sys.stdout.write(f"{settings.media_out / PAGE}\n")
    if unwritten:
        sys.stderr.write(f"{unwritten}\n")
    return OK if report.ok else NOT_READY
