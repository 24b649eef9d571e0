"""Changes the order file, one hand at a time, and has the show delivered again."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import InputError, MediaError, PresetError
from pipeline.reasons import Reason, reason
from pipeline.serve.stage import Stage
from pipeline.show.changes import CHANGES_FILE, Changes, changes_text, read_changes
from pipeline.store import publish

_LOG = logging.getLogger(__name__)


class OrderDesk:
    """The one place of a server where the order file is changed. Any thread may ask."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._file = threading.Lock()
        self._wanted = threading.Event()
        self._deliverer = threading.Lock()
        self.problem: Reason | None = None
        """Why the last delivery failed."""

    @property
    def is_delivering(self) -> bool:
        """Whether a change is on its way into the show."""
        return self._wanted.is_set() or self._deliverer.locked()

    def read(self) -> tuple[Changes | None, str, Reason | None]:
        """Return what was changed, the version of the file, and why it cannot be read (then there are no changes)."""
        return read_order(self._stage.out / CHANGES_FILE)

    def change(self, version: str | None, edit: Callable[[Changes], Changes]) -> str:
        """Have the order file say what ``edit`` makes of it, deliver in the background, return the new version.

        Raises:
            PresetError: ``order-unreadable``; it was edited by hand and stays as it is.
            InputError: ``air-order-changed`` when the file is not the ``version`` that the operator saw.
            MachineError: the disk is full or fails.

        """
        with self._file:
            changes, now, problem = self.read()
            if changes is None:
                raise PresetError("order-unreadable", CHANGES_FILE, problem.en if problem else "")
            if version is not None and version != now:
                raise InputError("air-order-changed")
            text = changes_text(Changes.model_validate(edit(changes).model_dump()))
            publish.write(self._stage.out, CHANGES_FILE, text.encode("utf-8"))
        if self._stage.redeliver is not None:
            self._wanted.set()
            threading.Thread(target=self._deliver, daemon=True).start()
        return _version(text.encode("utf-8"))

    def _deliver(self) -> None:
        """Deliver until nothing more was asked for. Who comes while one is at work finds its wish done by that one."""
        with self._deliverer:
            while self._wanted.is_set():
                self._wanted.clear()
                self._deliver_once()

    def _deliver_once(self) -> None:
        try:
            if self._stage.redeliver is not None:
                self._stage.redeliver()
            self.problem = None
        except MediaError as error:
            self.problem = _undelivered(error.reason.th, error.reason.en)
        except Exception as error:  # noqa: BLE001 - whatever it was, the page must say so and the server go on
            _LOG.exception("the show was not delivered")
            self.problem = _undelivered(type(error).__name__, type(error).__name__)


def _undelivered(th: str, en: str) -> Reason:
    code = "air-not-delivered"
    return Reason(code=code, th=reason(code, th).th, en=reason(code, en).en)


def read_order(path: Path) -> tuple[Changes | None, str, Reason | None]:
    """Return what an order file says, its version, and why it cannot be read. No file says nothing."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Changes(), "none", None
    except OSError as error:
        return None, "unreadable", PresetError("order-unreadable", CHANGES_FILE, str(error.strerror)).reason
    try:
        return read_changes(data.decode("utf-8")), _version(data), None
    except UnicodeDecodeError as error:
        return None, _version(data), PresetError("order-unreadable", CHANGES_FILE, str(error)).reason
    except PresetError as error:
        return None, _version(data), error.reason


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
