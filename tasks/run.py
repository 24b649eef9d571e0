"""One run: what is missing is handed to workers, followed, and delivered as it gets ready.

The queue is never believed: it may be lost at any time, and then what is missing is worked out again from the files.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import jobs
from pipeline.context import Context
from pipeline.delivery import Delivered
from pipeline.errors import MachineError, PresetError
from pipeline.ready import require_faces, require_ffmpeg
from pipeline.reasons import Reason
from pipeline.settings import Settings
from pipeline.store import publish
from pipeline.survey import Survey
from tasks.view import View

if TYPE_CHECKING:
    from tasks.crew import Crew

MOST_ROUNDS = 4
"""A clip that fails while being made calls for a slate, which is a second round; more than a few means we err."""


@dataclass
class Result:
    """What a run came to."""

    survey: Survey
    made: int
    delivered: Delivered
    troubles: dict[str, Reason] = field(default_factory=dict)


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the output folder for this process.

    Raises:
        PresetError: ``already-running``.

    """
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
        (settings.state / "run.lock").touch()
    except OSError as error:
        raise PresetError("out-unusable", str(settings.media_out), error.strerror or str(error)) from error
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
        _sweep(context.settings)
        found = jobs.survey(context, listen=True)
        if not found.pending:
            return Result(found, 0, delivered=jobs.deliver(context, found))
        require_faces(context.book.style)
        require_ffmpeg(context.settings)
        import redis  # noqa: PLC0415 - Redis and Celery take 0.5 s to import, and often nothing is missing
        from kombu.exceptions import OperationalError  # noqa: PLC0415 - as above

        from tasks.crew import crew  # noqa: PLC0415 - as above

        try:
            with crew(context.settings) as hands:
                result = _rounds(context, found, hands, view)
        except (redis.RedisError, OperationalError) as error:
            raise MachineError("broker-failed", str(error)) from error
        _sweep(context.settings)
        return result


def _sweep(settings: Settings) -> None:
    """Empty scratch, unless workers of other machines may be at work in it."""
    if not settings.broker_url:
        publish.sweep(settings.media_out, settings.scratch)


def _rounds(context: Context, found: Survey, hands: Crew, view: View) -> Result:
    from tasks.follow import Follow  # noqa: PLC0415 - as above

    result = Result(found, 0, delivered=Delivered(is_new=False))
    failed: set[str] = set()
    for _ in range(MOST_ROUNDS):
        pending = {order.asset: order for order in found.pending if order.key not in failed}
        if not pending:
            break
        follow = Follow(hands, pending)
        view.begin(pending)
        follow.to_the_end(view)
        result.troubles |= follow.troubles
        failed |= follow.failed
        result.made += len(pending) - len(follow.failed)
        found = jobs.survey(context, listen=True)
    # What was taken out or replaced meanwhile is no trouble any more.
    result.troubles = {
        asset: why for asset, why in result.troubles.items() if asset in {o.asset for o in found.pending}
    }
    result.survey = found
    result.delivered = jobs.deliver(context, found)
    return result
