"""Deliveries: what is proven by now, where people read it."""

from __future__ import annotations

from pipeline import jobs
from pipeline.context import open_context
from pipeline.delivery import DELIVERY
from pipeline.errors import MediaError
from pipeline.settings import read_settings
from tasks import progress
from tasks.app import app
from tasks.filling import broker_url


@app.task(name="showcase.deliver")  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Bring show, lists, board, posts and gallery up to date."""
    report = progress.Reporter(progress.connect(broker_url()), DELIVERY)
    report.begin()
    try:
        jobs.deliver(open_context(read_settings(), decide=False), midway=True)
    except MediaError as error:
        report.end("trouble", error.reason)
    else:
        report.end("done")
