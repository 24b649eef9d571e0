"""What is refused before anything is made of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from test_plan import clip_facts

from pipeline.intake.limits import beyond, limited
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.facts import ClipFacts
from pipeline.preset.model import Limits
from pipeline.reasons import reason

LIMITS = Limits()


@pytest.mark.parametrize(
    ("video", "whole", "code"),
    [
        ({}, {}, None),
        ({"coded_width_px": 8192, "coded_height_px": 4320}, {}, None),
        ({"coded_width_px": 8194, "coded_height_px": 4320}, {}, "too-large"),
        ({"coded_width_px": 4096, "coded_height_px": 16, "pixel_aspect": 4}, {}, "too-large"),
        ({"coded_width_px": 16, "coded_height_px": 16}, {}, None),
        ({"coded_width_px": 15, "coded_height_px": 480}, {}, "too-small"),
        ({"frame_rate": Fraction(960)}, {}, None),
        ({"frame_rate": Fraction(90000)}, {}, "too-fast"),
        ({}, {"duration_s": 10800}, None),
        ({}, {"duration_s": 10801}, "too-long"),
    ],
)
def test_each_limit_is_named_with_its_number(video: dict[str, Any], whole: dict[str, Any], code: str | None) -> None:
    found = beyond(clip_facts(video, **whole), LIMITS)
    assert (found.code if found else None) == code


def sighting(facts: ClipFacts | None, **more: Any) -> Sighting:  # noqa: ANN401 - passed on
    return Sighting(path="a.mp4", stamp=Stamp(bytes=1, mtime_ns=1, ctime_ns=1), kind="clip", clip=facts, **more)


def test_a_refusal_that_is_there_stays() -> None:
    long = clip_facts(duration_s=99_999)
    before = reason("encrypted")
    seen = {"fine": sighting(clip_facts()), "long": sighting(long), "shut": sighting(long, refusal=before)}
    seen["nothing"] = sighting(None)
    after = limited(seen, LIMITS)
    assert after["fine"] is seen["fine"]
    assert after["nothing"] is seen["nothing"]
    assert after["shut"].refusal == before
    assert after["long"].refusal is not None
    assert after["long"].refusal.code == "too-long"
    assert "1667" in after["long"].refusal.en
    assert "180" in after["long"].refusal.th


def test_the_event_sets_the_limits() -> None:
    assert beyond(clip_facts(duration_s=61), Limits(longest_s=60)) is not None
