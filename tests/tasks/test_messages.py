"""What travels in the queue arrives as it left."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from stage import Stage

from pipeline import jobs
from pipeline.context import open_context
from pipeline.settings import read_settings
from tasks.messages import pack, unpack


def test_every_order_of_a_real_event_survives_the_queue(finished: Stage) -> None:
    context = open_context(read_settings(finished.environment()))
    orders = jobs.survey(context).orders
    assert {order.kind for order in orders.values()} == {"air", "pages", "slate", "photo"}
    for order in orders.values():
        assert unpack(pack(order)) == order


def test_another_version_is_refused(finished: Stage) -> None:
    context = open_context(read_settings(finished.environment()))
    order = next(iter(jobs.survey(context).orders.values()))
    other = json.loads(pack(order)) | {"version": 2}
    with pytest.raises(ValidationError):
        unpack(json.dumps(other))
