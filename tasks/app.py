"""The Celery app. One a process: an app is never pointed at another broker."""

from __future__ import annotations

from celery import Celery

from pipeline.settings import read_settings

DEFAULT_BROKER = "redis://127.0.0.1:6379/0"


def make_app(broker_url: str | None) -> Celery:
    """Return the app, with every task by name."""
    app = Celery(
        "showcase", broker=broker_url or DEFAULT_BROKER, include=["tasks.clips", "tasks.photos", "tasks.deliver"]
    )
    app.config_from_object("tasks.celeryconfig")
    return app


def transport_url(broker_url: str) -> str:
    """Return the broker's address as Celery wants it: ``unix://`` is Redis's own word, ``redis+socket://`` Celery's."""
    return broker_url.replace("unix://", "redis+socket://", 1)


app = make_app(transport_url(read_settings().broker_url or DEFAULT_BROKER))
