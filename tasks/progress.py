"""How far each order is, for whoever looks: one Redis hash an order. Losing it loses nothing.

Writing progress never fails an encode: the broker may restart in the middle of one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from typing import Any

import redis

from pipeline.reasons import Reason
from tasks.view import Job, State

PREFIX = "showcase:job:"
KEPT_S = 86_400
LEAST_PAUSE_S = 0.25


def connect(url: str) -> redis.Redis:
    """Return a connection to the broker at ``url``."""
    return redis.Redis.from_url(url, socket_timeout=5, decode_responses=True)


class Reporter:
    """Writes one order's progress, at most four times a second."""

    def __init__(self, client: redis.Redis, asset: str) -> None:
        self._client, self._name, self._written_at = client, PREFIX + asset, 0.0

    def begin(self) -> int:
        """Count an attempt and return its number, from 1."""
        with contextlib.suppress(redis.RedisError):
            attempts = int(self._client.hincrby(self._name, "attempts", 1))
            self._write(state="running", share="0")
            return attempts
        return 1

    def share(self, share: float) -> None:
        """Note that this much is done, 0 to 1."""
        now = time.monotonic()
        if now - self._written_at >= LEAST_PAUSE_S:
            self._written_at = now
            self._write(state="running", share=f"{share:.4f}")

    def end(self, state: State, trouble: Reason | None = None) -> None:
        """Note how it ended."""
        self._write(state=state, share="1", trouble=trouble.model_dump_json() if trouble else "")

    def _write(self, **fields: str) -> None:
        with contextlib.suppress(redis.RedisError):
            pipe = self._client.pipeline()
            pipe.hset(self._name, mapping=dict[Any, Any](fields))
            pipe.expire(self._name, KEPT_S)
            pipe.execute()


def forget(client: redis.Redis, assets: Iterable[str]) -> None:
    """Mark orders as queued anew, attempts counted from zero."""
    pipe = client.pipeline()
    for asset in assets:
        pipe.delete(PREFIX + asset)
        pipe.hset(PREFIX + asset, mapping={"state": "queued"})
        pipe.expire(PREFIX + asset, KEPT_S)
    pipe.execute()


def requeue(client: redis.Redis, asset: str) -> None:
    """Mark an order as queued once more; its attempts stay counted."""
    client.hset(PREFIX + asset, "state", "queued")


def read(client: redis.Redis, assets: Iterable[str]) -> dict[str, Job]:
    """Return each order's state; one that is not known is queued."""
    names = list(assets)
    pipe = client.pipeline()
    for asset in names:
        pipe.hgetall(PREFIX + asset)
    return {asset: _job(row) for asset, row in zip(names, pipe.execute(), strict=True)}


def _job(row: dict[str, str]) -> Job:
    trouble = row.get("trouble")
    return Job(
        state=row.get("state", "queued"),
        share=float(row.get("share", 0)),
        attempts=int(row.get("attempts", 0)),
        trouble=Reason.model_validate_json(trouble) if trouble else None,
    )
