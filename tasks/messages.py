"""What travels in the queue: frozen, versioned JSON. A worker refuses a version that it does not know."""

from __future__ import annotations

from typing import Literal

from pipeline.noun import Noun
from pipeline.orders import Order


class Message(Noun):
    """One order on its way to a worker."""

    version: Literal[1] = 1
    order: Order


def pack(order: Order) -> str:
    """Return the order as text for the queue."""
    return Message(order=order).model_dump_json()


def unpack(text: str) -> Order:
    """Return the order in a message.

    Raises:
        pydantic.ValidationError: another version, or not a message at all: a mistake of ours.

    """
    return Message.model_validate_json(text).order
