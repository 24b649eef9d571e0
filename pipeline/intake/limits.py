"""Clips beyond what the event's house format takes are refused before anything is made of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipeline.intake.sighting import Sighting
from pipeline.media.facts import ClipFacts
from pipeline.preset.model import Limits
from pipeline.reasons import Reason, reason
from pipeline.units import seconds_text


def limited(sightings: Mapping[str, Sighting], limits: Limits) -> dict[str, Sighting]:
    """Return the sightings, with a refusal where a clip is beyond the limits."""
    return {path: _limited(sighting, limits) for path, sighting in sightings.items()}


def _limited(sighting: Sighting, limits: Limits) -> Sighting:
    why = beyond(sighting.clip, limits) if sighting.clip and not sighting.refusal else None
    return sighting.model_copy(update={"refusal": why}) if why else sighting


def beyond(facts: ClipFacts, limits: Limits) -> Reason | None:
    """Return the limit that a clip breaks, if any."""
    video = facts.video
    # As it is stored and as it is shown: pixels need not be square.
    for wide, high in (
        (video.coded_width_px, video.coded_height_px),
        (video.display_width_px, video.display_height_px),
    ):
        if max(wide, high) > limits.largest_side_px:
            return reason("too-large", wide, high, limits.largest_side_px)
        if min(wide, high) < limits.smallest_side_px:
            return reason("too-small", wide, high)
    if facts.duration_s > limits.longest_s:
        return reason("too-long", math.ceil(facts.duration_s / 60), limits.longest_s // 60)
    if facts.video.frame_rate > limits.largest_frame_rate:
        return reason("too-fast", seconds_text(facts.video.frame_rate, 0), limits.largest_frame_rate)
    return None
