"""What is refused before anything is made of it."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from test_plan import clip_facts

from pipeline.intake.limits import beyond, limited
from pipeline.intake.sighting import Sighting, Stamp
from pipeline.media.facts import ClipFacts
from pipeline.media.probe import probe
from pipeline.media.watching import LARGEST_SIDE_PX
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
        ({"coded_width_px": 4096, "coded_height_px": 16, "pixel_aspect": 4, "rotation_deg": 90}, {}, "too-large"),
        ({"coded_width_px": 16, "coded_height_px": 480, "pixel_aspect": Fraction(1, 4)}, {}, "too-small"),
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


def test_the_size_that_is_told_breaks_the_limit() -> None:
    stored = beyond(clip_facts({"coded_width_px": 8194, "coded_height_px": 4320}), LIMITS)
    wide = {"coded_width_px": 4096, "coded_height_px": 16, "pixel_aspect": 4}
    lying, standing = (beyond(clip_facts(wide | {"rotation_deg": turn}), LIMITS) for turn in (0, 90))
    thin = beyond(clip_facts({"coded_width_px": 16, "pixel_aspect": Fraction(1, 4)}), LIMITS)
    assert stored == reason("too-large", 8194, 4320, 8192)
    assert lying == reason("too-large", 16384, 16, 8192)
    assert standing == reason("too-large", 16, 16384, 8192)
    assert thin == reason("too-small", 4, 720)


def test_a_second_too_long_reads_as_too_long() -> None:
    assert beyond(clip_facts(duration_s=10801), LIMITS) == reason("too-long", 181, 180)


def test_a_preset_can_allow_all_that_the_reader_takes_and_no_more() -> None:
    assert Limits(largest_side_px=LARGEST_SIDE_PX).largest_side_px == LARGEST_SIDE_PX
    with pytest.raises(ValidationError):
        Limits(largest_side_px=LARGEST_SIDE_PX + 1)


def test_the_reader_leaves_large_clips_to_the_preset(tmp_path: Path, ffmpeg: str) -> None:
    path = tmp_path / "wide.mkv"
    picture = ["-f", "lavfi", "-i", "color=s=8448x64:d=0.1", "-c:v", "libx264", "-preset", "ultrafast", str(path)]
    subprocess.run([ffmpeg, "-v", "error", *picture], check=True, timeout=60, stdin=subprocess.DEVNULL)
    facts = probe(path)
    assert beyond(facts, LIMITS) == reason("too-large", 8448, 64, 8192)
    assert beyond(facts, Limits(largest_side_px=9000)) is None


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
