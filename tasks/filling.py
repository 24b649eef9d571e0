"""Fills an order inside a task: blame decides what happens, attempts are counted, nothing is lost silently."""

from __future__ import annotations

import contextlib
import logging

import redis

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
PATIENCE_S = 900
"""How long a machine without the encoder waits for a sign of one that has it: proving a clip of hours gives none."""
GETTING_ON = "showcase:getting-on"
"""Is there while orders come forward on some machine, and so long after the last sign of it."""
log = logging.getLogger("showcase.tasks")


def broker_url() -> str:
    """Return the broker's address as Redis clients want it."""
    return read_settings().broker_url or DEFAULT_BROKER


def fill(message: str) -> None:
    """Fill the order in ``message``; whatever happens is noted where the board and the run can see it."""
    settings, order = read_settings(), unpack(message)
    client = progress.connect(broker_url())
    report = progress.Reporter(client, order.asset)
    if jobs.is_filled(order, settings):
        report.end("done")
        return
    attempts = report.begin()
    if attempts > MOST_ATTEMPTS:
        _park(order, settings, OurError("crash-loop", order.asset, MOST_ATTEMPTS))
        report.end("done")
        return
    try:
        jobs.fill(order, settings, _telling(client, report))
    except (MachineError, MemoryError) as error:
        log.warning("%s: %s", order.asset, error)
        if isinstance(error, MachineError) and error.code in {"encoder-missing", "speech-missing"}:
            _give_back(client, order.asset)
        report.end("trouble", error.reason if isinstance(error, MachineError) else reason("machine-trouble", "memory"))
    except Exception as error:
        log.exception("%s", order.asset)
        _park(order, settings, OurError("our-fault", order.asset, repr(error)[:200]))
        report.end("trouble", reason("our-fault", order.asset, repr(error)[:200]))
    else:
        report.end("done")


def _telling(client: redis.Redis, report: progress.Reporter) -> jobs.Progress:
    """Return what notes how far an order is, and that some machine gets on with the show."""

    def tell(share: float) -> None:
        report.share(share)
        with contextlib.suppress(redis.RedisError):
            client.set(GETTING_ON, 1, ex=PATIENCE_S)

    return tell


def _give_back(client: redis.Redis, asset: str) -> None:
    """Take back the attempt of a machine that cannot fill the order, while others may: it is handed out again.

    A machine without the encoder is done with an order at once and so always the one that is free: its attempts would
    use up all that there are. They count when nothing has come forward anywhere for :data:`PATIENCE_S`, so that a run
    ends where no machine has the encoder any more.
    """
    name = progress.PREFIX + asset
    with contextlib.suppress(redis.RedisError):
        if client.hsetnx(name, "refused", 1):  # the first time: the others may not have begun
            client.set(GETTING_ON, 1, ex=PATIENCE_S)
        if client.exists(GETTING_ON):
            client.hincrby(name, "attempts", -1)


def _park(order: Order, settings: Settings, error: OurError) -> None:
    publish.keep_receipt(settings.media_out, jobs.refusal(order, toolchain(settings), error))
