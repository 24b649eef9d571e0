"""Fills an order inside a task: blame decides what happens, attempts are counted, nothing is lost silently."""

from __future__ import annotations

import logging

from pipeline import jobs
from pipeline.errors import MachineError, OurError
from pipeline.orders import Order
from pipeline.reasons import reason
from pipeline.settings import Settings, read_settings
from pipeline.store import publish
from pipeline.toolchain import toolchain
from tasks import progress
from tasks.app import DEFAULT_BROKER
from tasks.messages import unpack

MOST_ATTEMPTS = 4
"""An order that kills its worker every time is parked after so many."""
log = logging.getLogger("showcase.tasks")


def broker_url() -> str:
    """Return the broker's address as Redis clients want it."""
    return read_settings().broker_url or DEFAULT_BROKER


def fill(message: str) -> None:
    """Fill the order in ``message``; whatever happens is noted where the board and the run can see it."""
    settings, order = read_settings(), unpack(message)
    report = progress.Reporter(progress.connect(broker_url()), order.asset)
    if jobs.is_filled(order, settings):
        report.end("done")
        return
    attempts = report.begin()
    if attempts > MOST_ATTEMPTS:
        _park(order, settings, OurError("crash-loop", order.asset, MOST_ATTEMPTS))
        report.end("done")
        return
    try:
        jobs.fill(order, settings, report.share)
    except (MachineError, MemoryError) as error:
        log.warning("%s: %s", order.asset, error)
        report.end("trouble", error.reason if isinstance(error, MachineError) else reason("machine-trouble", "memory"))
    except Exception as error:
        log.exception("%s", order.asset)
        _park(order, settings, OurError("our-fault", order.asset, repr(error)[:200]))
        report.end("trouble", reason("our-fault", order.asset, repr(error)[:200]))
    else:
        report.end("done")


def _park(order: Order, settings: Settings, error: OurError) -> None:
    publish.keep_receipt(settings.media_out, jobs.refusal(order, toolchain(settings), error))
