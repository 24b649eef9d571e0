"""How far an order is, and whoever shows it while a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from pipeline.noun import Noun
from pipeline.orders import Order
from pipeline.reasons import Reason

State = Literal["queued", "running", "done", "trouble"]


class Job(Noun):
    """One order's state. ``trouble``: the machine failed it; it may be tried again."""

    state: State
    share: float = 0.0
    attempts: int = 0
    trouble: Reason | None = None


class View(Protocol):
    """Whoever shows a run while it goes on."""

    def begin(self, orders: Mapping[str, Order]) -> None:
        """Take what will be made."""

    def show(self, states: Mapping[str, Job]) -> None:
        """Take how far each order is."""
