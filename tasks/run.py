"""One run: what is missing is handed to workers, followed, and delivered as it gets ready.

The queue is never believed: it may be lost at any time, and then what is missing is worked out again from the files.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from pipeline import jobs
from pipeline.errors import PresetError
from pipeline.jobs import Context
from pipeline.orders import Order
from pipeline.reasons import Reason
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.survey import Survey
from tasks import progress
from tasks.crew import Crew, crew
from tasks.filling import MOST_ATTEMPTS

POLL_S = 0.2
MOST_ROUNDS = 4
"""A clip that fails while being made calls for a slate, which is a second round; more than a few means we err."""
QUEUES = {"air": "air", "slate": "air", "photo": "photo", "pages": "video"}
TASKS = {"air": "showcase.air", "slate": "showcase.air", "photo": "showcase.photo", "pages": "showcase.video"}


class View(Protocol):
    """Whoever shows a run while it goes on."""

    def begin(self, orders: Mapping[str, Order]) -> None:
        """Take what will be made."""

    def show(self, states: Mapping[str, progress.Job]) -> None:
        """Take how far each order is."""


@dataclass
class Result:
    """What a run came to."""

    survey: Survey
    made: int
    delivered: bool
    troubles: dict[str, Reason] = field(default_factory=dict)


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the output folder for this process.

    Raises:
        PresetError: ``already-running``.

    """
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PresetError("already-running", str(settings.media_out)) from error
        yield


def run(context: Context, view: View) -> Result:
    """Bring the output folder up to date; start nothing when nothing is missing.

    Raises:
        PresetError: no input folder, or another run is at work.
        MachineError: no broker, or the disk fails.

    """
    with only_one(context.settings):
        publish.sweep(context.settings.scratch)
        found = jobs.survey(context)
        if not found.pending:
            return Result(found, 0, delivered=jobs.deliver(context, found))
        with crew(context.settings) as hands:
            result = _rounds(context, found, hands, view)
        publish.sweep(context.settings.scratch)
        return result


def _rounds(context: Context, found: Survey, hands: Crew, view: View) -> Result:
    result = Result(found, 0, delivered=False)
    for _ in range(MOST_ROUNDS):
        pending = {order.asset: order for order in found.pending if order.asset not in result.troubles}
        if not pending:
            break
        follow = Follow(hands, pending)
        view.begin(pending)
        follow.to_the_end(view)
        result.troubles |= follow.troubles
        result.made += len(pending) - len(follow.troubles)
        found = jobs.survey(context)
    result.survey = found
    result.delivered = jobs.deliver(context, found)
    return result


class Follow:
    """Hands out a set of orders and follows them until each is done or has failed too often."""

    def __init__(self, hands: Crew, pending: Mapping[str, Order]) -> None:
        self.hands = hands
        self.open = dict(pending)
        self.waiting: dict[str, Order] = {}
        self.again_at: dict[str, float] = {}
        self.troubles: dict[str, Reason] = {}
        self.all = tuple(pending)
        self.to_deliver = False
        self.delivering = False

    def to_the_end(self, view: View) -> None:
        """Return when nothing is open any more."""
        client = self.hands.client
        progress.forget(client, (*self.all, jobs.DELIVERY))
        # A version for pages copies its master's sound, so it waits until that is made.
        self.waiting = {a: o for a, o in self.open.items() if o.kind == "pages" and self._air_of(a) in self.open}
        for asset, order in self.open.items():
            if asset not in self.waiting:
                self._send(order)
        while self.open:
            time.sleep(POLL_S)
            states = progress.read(client, (*self.all, jobs.DELIVERY))
            self._settle(states)
            self._deliver(states[jobs.DELIVERY])
            view.show({asset: states[asset] for asset in self.all})
            if self.hands.revive():
                self._start_over(states)

    def _leads(self, asset: str) -> bool:
        return asset.removesuffix(".air") + ".pages" in self.waiting

    def _air_of(self, asset: str) -> str:
        return asset.removesuffix(".pages") + ".air"

    def _send(self, order: Order) -> None:
        from tasks.messages import pack  # noqa: PLC0415 - with Celery, only when something is sent

        self.hands.post(TASKS[order.kind], QUEUES[order.kind], [pack(order)])

    def _settle(self, states: Mapping[str, progress.Job]) -> None:
        now = time.monotonic()
        for asset in list(self.open):
            job = states[asset]
            if job.state == "done":
                self._done(asset)
            elif job.state == "trouble" and job.trouble:
                self._trouble(asset, job, job.trouble, now)

    def _done(self, asset: str) -> None:
        order = self.open.pop(asset)
        self.to_deliver = self.to_deliver or order.kind in {"air", "slate"}
        pages = self.waiting.pop(asset.removesuffix(".air") + ".pages") if self._leads(asset) else None
        if pages is None:
            return
        receipt = publish.read_receipt(self.hands.settings.media_out, asset)
        if receipt is None or receipt.refused:
            self.open.pop(pages.asset)
        else:
            self._send(pages)

    def _trouble(self, asset: str, job: progress.Job, why: Reason, now: float) -> None:
        if job.attempts >= MOST_ATTEMPTS or why.code == "our-fault":
            self.troubles[asset] = why
            self.open.pop(asset)
            pages = asset.removesuffix(".air") + ".pages"
            if asset.endswith(".air") and pages in self.waiting:
                del self.waiting[pages], self.open[pages]
        elif asset not in self.again_at:
            self.again_at[asset] = now + 2**job.attempts
        elif now >= self.again_at[asset]:
            del self.again_at[asset]
            progress.requeue(self.hands.client, asset)
            self._send(self.open[asset])

    def _deliver(self, job: progress.Job) -> None:
        """Deliver what is ready: one delivery at a time, whatever happens meanwhile goes into the next."""
        if self.delivering and job.state in {"done", "trouble"}:
            self.delivering = False
        if self.to_deliver and not self.delivering and self.open:
            self.to_deliver, self.delivering = False, True
            progress.forget(self.hands.client, [jobs.DELIVERY])
            self.hands.post("showcase.deliver", "deliver", [])

    def _start_over(self, states: Mapping[str, progress.Job]) -> None:
        """The worker died: what it had in hand is lost with it, so hand out again what is open."""
        self.hands.client.flushdb()
        for asset, order in self.open.items():
            attempts = states[asset].attempts
            self.hands.client.hset(progress.PREFIX + asset, mapping={"state": "queued", "attempts": attempts})
            if asset not in self.waiting and asset not in self.again_at:
                self._send(order)
        self.delivering = False
