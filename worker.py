"""``celery -A worker worker``: settings, logging, the Celery app."""

from __future__ import annotations

import logging
import sys

from celery.signals import setup_logging

from tasks.app import app

__all__ = ["app"]


@setup_logging.connect  # type: ignore[untyped-decorator]
def log_to_stderr(**_: object) -> None:
    """Log one line an event, with the time and the process, to standard error."""
    form = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=form, force=True)
    logging.getLogger("celery").setLevel(logging.WARNING)
