"""Hands orders to workers and follows them. The queue is never believed: it may be lost at any time."""

from __future__ import annotations

import time
from collections.abc import Mapping

import redis

from pipeline.delivery import DELIVERY
from pipeline.orders import CardOrder, ClipOrder, DraftOrder, Order, PartOrder, PhotoOrder, RecapOrder
from pipeline.reasons import Reason
from pipeline.store import publish
from tasks import progress
from tasks.crew import Crew
from tasks.filling import MOST_ATTEMPTS
from tasks.messages import pack
from tasks.view import Job, View

POLL_S = 0.2
LONGEST_DELIVERY_S = 600.0
LOST_S = 15.0
"""A worker says that it has begun within milliseconds of taking an order."""


def queue_of(order: Order) -> str:
    """Return the queue of an order: what goes on air comes before what goes to pages."""
    match order.work:
        case ClipOrder(plan=plan) | PartOrder(plan=plan):
            return "air" if plan.stage == "air" else "video"
        case CardOrder():
            return "air"
        case RecapOrder():
            return "video"
        case PhotoOrder():
            return "photo"
        case DraftOrder():
            return "draft"


class Follow:
    """Hands out a set of orders and follows them until each is done or has failed too often."""

    def __init__(self, hands: Crew, pending: Mapping[str, Order]) -> None:
        self.hands = hands
        self.open = dict(pending)
        self.waiting: dict[str, set[str]] = {}
        """Orders that are not handed out yet, with what must be made before them."""
        self.again_at: dict[str, float] = {}
        self.troubles: dict[str, Reason] = {}
        self.failed: set[str] = set()
        """Keys of the orders that were not filled: those in trouble, and those that cannot be filled without them."""
        self.all = tuple(pending)
        self.to_deliver = False
        self.delivering = False
        self.idle_since: float | None = None

    def to_the_end(self, view: View) -> None:
        """Return when nothing is open any more."""
        client = self.hands.client
        progress.forget(client, (*self.all, DELIVERY))
        self.hand_out()
        while self.open:
            time.sleep(POLL_S)
            states = progress.read(client, (*self.all, DELIVERY))
            self.look(states)
            self._deliver(states[DELIVERY])
            view.show({asset: states[asset] for asset in self.all})
            if self.hands.revive() or self._queue_is_lost(states):
                self.start_over(states)
        self._wait_for_delivery(client)

    def _wait_for_delivery(self, client: redis.Redis) -> None:
        """Wait for a delivery that is still being made: the run's own must be the last to write."""
        until = time.monotonic() + LONGEST_DELIVERY_S
        while self.delivering and time.monotonic() < until and not self.hands.revive():
            if progress.read(client, [DELIVERY])[DELIVERY].state in {"done", "trouble"}:
                return
            time.sleep(POLL_S)

    def hand_out(self) -> None:
        """Hand out what can be begun; what needs others' files first waits for them."""
        # A version for pages copies its master's sound, and a long clip is joined from its parts.
        needs = {asset: {name for name in order.after if name in self.open} for asset, order in self.open.items()}
        self.waiting = {asset: before for asset, before in needs.items() if before}
        for asset, order in self.open.items():
            if asset not in self.waiting:
                self._send(order)

    def _queue_is_lost(self, states: Mapping[str, Job]) -> bool:
        """Return whether orders are open that nobody works on and no queue holds, for some time."""
        sent = [asset for asset in self.open if asset not in self.waiting and asset not in self.again_at]
        idle = bool(sent) and all(states[asset].state == "queued" for asset in sent) and not self.hands.queued()
        self.idle_since = (self.idle_since or time.monotonic()) if idle else None
        return self.idle_since is not None and time.monotonic() - self.idle_since > LOST_S

    def _send(self, order: Order) -> None:
        queue = queue_of(order)
        self.hands.post(f"showcase.{queue}", queue, [pack(order)])

    def look(self, states: Mapping[str, Job]) -> None:
        """Take how far each order is, and hand out what can be begun now."""
        now = time.monotonic()
        for asset in list(self.open):
            job = states[asset]
            if job.state == "done":
                self._done(asset)
            elif job.state == "trouble" and job.trouble:
                self._trouble(asset, job, job.trouble, now)

    def _done(self, asset: str) -> None:
        order = self.open.pop(asset)
        self.to_deliver = self.to_deliver or order.kind in {"air", "slate", "card"}
        receipt = publish.read_receipt(self.hands.settings.media_out, asset)
        self._settled(asset, good=order.kind != "air" or (receipt is not None and not receipt.refused))

    def _settled(self, asset: str, *, good: bool) -> None:
        """Hand out what waited for this asset alone, or drop it where it cannot be made without.

        Who waited for parts that failed encodes by itself, and finds out what is wrong.
        """
        for name, before in list(self.waiting.items()):
            if asset not in before:
                continue
            before.discard(asset)
            if not good:
                del self.waiting[name]
                self.failed.add(self.open.pop(name).key)
            elif not before:
                del self.waiting[name]
                self._send(self.open[name])

    def _trouble(self, asset: str, job: Job, why: Reason, now: float) -> None:
        if job.attempts >= MOST_ATTEMPTS or why.code == "our-fault":
            order = self.open.pop(asset)
            self.failed.add(order.key)
            if order.kind != "part":
                self.troubles[asset] = why
            self._settled(asset, good=order.kind != "air")
        elif asset not in self.again_at:
            self.again_at[asset] = now + 2**job.attempts
        elif now >= self.again_at[asset]:
            del self.again_at[asset]
            progress.requeue(self.hands.client, asset)
            self._send(self.open[asset])

    def _deliver(self, job: Job) -> None:
        """Deliver what is ready: one delivery at a time, whatever happens meanwhile goes into the next."""
        if self.delivering and job.state in {"done", "trouble"}:
            self.delivering = False
        if self.to_deliver and not self.delivering and self.open:
            self.to_deliver, self.delivering = False, True
            progress.forget(self.hands.client, [DELIVERY])
            self.hands.post("showcase.deliver", "deliver", [])

    def start_over(self, states: Mapping[str, Job]) -> None:
        """The worker or the queue is gone, and what it held with it: hand out again what is open."""
        self.hands.empty()
        self.idle_since = None
        self.again_at.clear()
        for asset, order in self.open.items():
            attempts = states[asset].attempts
            self.hands.client.hset(progress.PREFIX + asset, mapping={"state": "queued", "attempts": attempts})
            if asset not in self.waiting:
                self._send(order)
        self.delivering = False
