"""What a plan will do to a file, in a few lines for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.media.facts import AudioFacts
from pipeline.orders import ClipOrder, Order
from pipeline.reasons import Reason, reason
from pipeline.units import clock_text, seconds_text
from pipeline.video.fit import picture_in
from pipeline.video.plan import ClipPlan, parts


def outline(orders: list[Order]) -> tuple[Reason, ...]:
    """Return the lines for all stages of one clip; none for other files."""
    plans = [order.work.plan for order in orders if isinstance(order.work, ClipOrder)]
    if not plans:
        return ()
    outputs = ", ".join(f"{output.id}.mp4" for plan in plans for output in plan.outputs)
    return (*_told(plans[0]), reason("plan-outputs", outputs))


def _told(plan: ClipPlan) -> Iterator[Reason]:
    facts, video, rate = plan.facts, plan.facts.video, plan.house.frame_rate
    yield reason(
        "plan-source",
        f"{facts.container} {video.codec}",
        video.display_width_px,
        video.display_height_px,
        seconds_text(video.frame_rate, 2),
        clock_text(facts.duration_s),
        _sound_text(facts.audio),
    )
    yield from _picture(plan)
    if video.variable_rate or video.frame_rate != rate:
        yield reason("plan-rate", seconds_text(rate, 0))
    if facts.audio is None:
        yield reason("plan-silence")
    else:
        yield reason("plan-sound", f"{plan.house.loudness_lufs:g}", f"{plan.house.true_peak_dbtp:g}")
    for captions in plan.captions:
        yield reason("plan-captions", captions.language, len(captions.cues))
    lengths = (plan.lead_s, plan.body_frames / rate, plan.frames / rate)
    yield reason("plan-length", *(seconds_text(length, 2) for length in lengths), plan.frames)
    if parts(plan):
        yield reason("plan-parts", len(parts(plan)))


def _picture(plan: ClipPlan) -> Iterator[Reason]:
    video, output = plan.facts.video, plan.outputs[0]
    if video.rotation_deg:
        yield reason("plan-turned", video.rotation_deg)
    if video.mirrored:
        yield reason("plan-mirrored")
    if video.scan == "interlaced":
        yield reason("plan-deinterlaced")
    elif video.scan == "telecined":
        yield reason("plan-detelecined")
    if video.is_dolby_vision_alone:
        yield reason("plan-tone-mapped", "Dolby Vision")
    elif video.transfer != "sdr":
        yield reason("plan-tone-mapped", video.transfer.upper())
    picture = picture_in(plan.facts, output.width_px, output.height_px)
    frame = (output.width_px, output.height_px)
    if picture.covers or (picture.width_px, picture.height_px) == frame:
        yield reason("plan-covers", *frame)
    else:
        yield reason("plan-inside", *frame, picture.width_px, picture.height_px)


def _sound_text(audio: AudioFacts | None) -> str:
    if audio is None:
        return "–"
    return f"{audio.codec}, {audio.channels} ch, {audio.sample_rate_hz} Hz"
