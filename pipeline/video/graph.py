"""Filter graphs and command lines for ffmpeg. Pure: a plan in, an argv out; nothing here runs.

The picture: constant rate, upright, tone-mapped, scaled once, captions burned, the card before it, then split to
the outputs. All paths are given by the caller; names inside the scratch folder are plain ASCII because filter
arguments would need three layers of escaping otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.media.facts import AudioFacts, ClipFacts, VideoFacts
from pipeline.preset.model import House, VideoOutput
from pipeline.units import seconds_text
from pipeline.video.colour import scaled
from pipeline.video.fit import picture_in
from pipeline.video.plan import ClipPlan, Span, Third
from pipeline.video.sight import SHORTEST_S
from pipeline.video.stream import Stream
from pipeline.video.upright import upright

BLUR_SHARE = 8
"""The ground is blurred at an eighth of the size: at least 8.6 times cheaper, and it looks the same."""
FONTS = "fonts"
THIRD_MOVE_S = Fraction(3, 5)
THIRD_SLIDE = 0.6
"""Of its distance from the frame's edge: how far a lower third slides."""
JUMPY = frozenset({"mpegts", "mpeg", "ogg", "live_flv"})
"""Demuxers whose times may jump. Source: AVFMT_TS_DISCONT in libavformat/avformat.h, and who has it."""
SEEN = "seen.txt"
"""What the picture was seen to be, as ffmpeg's metadata filter prints it."""


def source_input(path: Path, facts: ClipFacts, begin_s: int = 0) -> Stream:
    """Return the clip as an input that can open neither a second file nor an address, read from ``begin_s`` on.

    What the key frame before that shows comes along, with times below zero: a still that began earlier is not lost.
    """
    options: dict[str, Any] = {"ss": begin_s, "noaccurate_seek": None} if begin_s else {}
    if facts.clock_shift_s:
        options["itsoffset"] = seconds_text(facts.clock_shift_s, 6)
    # Pictures are turned by upright(), which knows broken matrices from good ones.
    options |= {"f": facts.container, "protocol_whitelist": "file", "reinit_filter": 0, "noautorotate": None}
    if facts.video.decoder:
        options["vcodec"] = facts.video.decoder
    return ffmpeg.input(f"file:{path}", **options)


def in_step(source: Stream, facts: ClipFacts, other: VideoFacts | AudioFacts | None) -> list[Stream]:
    """Return an output that reads the other stream of the clip for its times alone, where that is needed.

    Where times may jump, ffmpeg sets its zero and closes the jumps by the streams that it uses. Picture and sound are
    made by two processes: each must use both, or they part by as much as they begin apart.
    """
    if facts.container not in JUMPY or other is None:
        return []
    return [ffmpeg.output(source[str(other.index)], "-", f="null", codec="copy")]


def card_input(name: str) -> Stream:
    """Return a moving card, a film in the scratch folder, as an input."""
    return ffmpeg.input(f"file:{name}", f="mov", protocol_whitelist="file")


def third_input(name: str) -> Stream:
    """Return a lower third, a PNG in the scratch folder, as an input of a single frame."""
    return ffmpeg.input(f"file:{name}", f="png_pipe", protocol_whitelist="file")


def seek_s(plan: ClipPlan, span: Span) -> int:
    """Return where in the source to begin reading for ``span``: whole seconds, so that every clock agrees on it.

    A second early, because a deinterlacer looks back; a tool that seeks begins at the key frame before it.
    """
    first = plan.skip_frames + max(0, span.first_frame - plan.lead_frames)
    return max(0, int(first / plan.house.frame_rate) - 1) if span.first_frame else 0


def footage(source: Stream, plan: ClipPlan, span: Span, output: VideoOutput, begun_s: int) -> Stream:
    """Return the footage of ``span`` in the frame of ``output``, on the clock of the part that is used.

    ``begun_s``: where in the source reading begins.
    """
    rate = plan.house.frame_rate
    first, count = _body_span(plan, span)
    skipped = plan.skip_frames + first - int(begun_s * rate)
    stream = upright(source, plan.facts.video, plan.house)
    if skipped:
        offset = f"+{first * rate.denominator}/{rate.numerator}/TB" if first else ""
        stream = stream.filter("trim", start_frame=skipped).filter("setpts", f"PTS-STARTPTS{offset}")
    return _placed(stream, plan.facts, output).filter("trim", end_frame=count)


def watched(stream: Stream, later_s: Fraction) -> Stream:
    """Return a small copy of the footage that notes into :data:`SEEN` where it is black or stands still.

    It is seen ``later_s`` later, with the card before it: FFmpeg draws the earliest of its outputs first. Otherwise
    this one would pull as much footage through the graph before its time, 3 MB a frame (a tenth of the CPU, measured).
    """
    noted = (
        stream.filter("scale", 160, 90, flags="fast_bilinear")
        .filter("blackdetect", d=SHORTEST_S)
        .filter("freezedetect", d=SHORTEST_S)
        .filter("metadata", "print", file=SEEN)
    )
    return noted.filter("setpts", f"PTS+{later_s.numerator}/({later_s.denominator}*TB)") if later_s else noted


def body(stream: Stream, plan: ClipPlan, span: Span, ass: str | None) -> Stream:
    """Return footage with its captions, as long as it must be."""
    if ass:
        stream = stream.filter("ass", ass, fontsdir=FONTS)
    held = stream.filter("tpad", stop=-1, stop_mode="clone")
    return _counted(held, _body_span(plan, span)[1], plan.house.frame_rate)


def _body_span(plan: ClipPlan, span: Span) -> tuple[int, int]:
    """Return the first frame of the footage that ``span`` shows, and how many."""
    first = max(0, span.first_frame - plan.lead_frames)
    return first, span.first_frame + span.frames - plan.lead_frames - first


def _placed(stream: Stream, facts: ClipFacts, output: VideoOutput) -> Stream:
    picture = picture_in(facts, output.width_px, output.height_px)
    fitted = scaled(stream, facts.video, picture.width_px, picture.height_px)
    if picture.covers:
        return fitted.filter("crop", output.width_px, output.height_px)
    halves = fitted.filter_multi_output("split", 2)
    ground = _ground(halves[0], picture.width_px, picture.height_px, output)
    return (
        ground.overlay(halves[1], x="(W-w)/2", y="(H-h)/2", format="yuv420")
        .filter("format", "yuv420p")
        .filter("setsar", 1)
    )


def _ground(stream: Stream, width_px: int, height_px: int, output: VideoOutput) -> Stream:
    """Return the blurred, darker copy that fills the frame behind the picture."""
    aspect = Fraction(output.width_px, output.height_px)
    if Fraction(width_px, height_px) > aspect:
        crop = (_even_down(height_px * aspect), height_px)
    else:
        crop = (width_px, _even_down(width_px / aspect))
    small = (_even_down(Fraction(output.width_px, BLUR_SHARE)), _even_down(Fraction(output.height_px, BLUR_SHARE)))
    return (
        stream.filter("crop", *crop)
        .filter("scale", *small, flags="area")
        .filter("gblur", sigma=4)
        .filter("eq", brightness=-0.06, saturation=0.85)
        .filter("scale", output.width_px, output.height_px, flags="bicubic")
        .filter("setsar", 1)
    )


def _even_down(length_px: Fraction) -> int:
    return max(2, 2 * int(length_px / 2))


def _counted(stream: Stream, frames: int, rate: Fraction) -> Stream:
    """Return exactly ``frames`` frames with exact times."""
    return (
        stream.filter("trim", end_frame=frames)
        .filter("settb", f"{rate.denominator}/{rate.numerator}")
        .filter("setpts", "N")
        .filter("fps", fps=str(rate))
    )


def _held(frame: Stream, frames: int, rate: Fraction) -> Stream:
    return _counted(frame.filter("loop", loop=frames - 1, size=1, start=0), frames, rate)


def with_third(stream: Stream, picture: Stream, third: Third, at_px: tuple[int, int], rate: Fraction) -> Stream:
    """Return footage over which a lower third slides in from the left, stays, and slides out.

    Outside its time the footage passes untouched.
    """
    move = min(round(THIRD_MOVE_S * rate), third.frames // 2)
    seconds = seconds_text(move / rate, 6)
    plate = _held(picture.filter("format", "rgba"), third.frames, rate)
    plate = plate.filter("fade", t="in", d=seconds, alpha=1)
    plate = plate.filter("fade", t="out", st=seconds_text((third.frames - move) / rate, 6), d=seconds, alpha=1)
    begin_s = third.first_frame / rate
    plate = plate.filter("setpts", f"PTS+{third.first_frame}")
    x_px, y_px = at_px
    after = f"(t-{seconds_text(begin_s, 6)})/{seconds}"
    before = f"({seconds_text(begin_s + third.frames / rate, 6)}-t)/{seconds}"
    slide = f"{x_px}-{round(x_px * THIRD_SLIDE)}*pow(1-clip(min({after},{before}),0,1),3)"
    return stream.overlay(plate, x=slide, y=y_px, eof_action="pass", format="yuv420").filter("format", "yuv420p")


def with_card(card: Stream, bare: Stream, body: Stream, plan: ClipPlan, span: Span, output: VideoOutput) -> Stream:
    """Return card and body, the card's end cross-fading into the first frame of the ``bare`` footage, which is held.

    Bare, because a caption that begins with the body would come half a second early over the card's own words.

    Only the frames of the cross-fade go through its filter: it copies every frame that it passes on, 4 ms each.
    """
    rate, fade = plan.house.frame_rate, plan.house.card_fade_frames
    alone = plan.lead_frames - fade
    sized = card.filter("scale", output.width_px, output.height_px, flags="bicubic").filter("setsar", 1)
    cards = sized.filter_multi_output("split", 2)
    first = _held(bare.filter("trim", end_frame=1), fade, rate)
    duration = seconds_text(fade / rate, 6)
    last = _counted(cards[1].filter("trim", start_frame=alone), fade, rate)
    fading = ffmpeg.filter([last, first], "xfade", transition="fade", duration=duration, offset=0)
    whole = [_counted(cards[0], alone, rate), _counted(fading, fade, rate), body]
    return _counted(ffmpeg.filter(whole, "concat", n=len(whole), v=1, a=0), span.frames, rate)


def smaller(stream: Stream, output: VideoOutput) -> Stream:
    """Return a finished picture scaled down to ``output``."""
    return tagged(stream.filter("scale", output.width_px, output.height_px, flags="bicubic").filter("setsar", 1))


def tagged(stream: Stream) -> Stream:
    """Return the stream with its colours and scan named, so that every file has the same parameter sets."""
    return stream.filter(
        "setparams",
        range="tv",
        color_primaries="bt709",
        color_trc="bt709",
        colorspace="bt709",
        chroma_location="left",
        field_mode="prog",
    )


def scratch_options(house: House) -> Mapping[str, Any]:
    """Return the muxer's options for a file that is only read by the next step."""
    return {"video_track_timescale": house.timescale_hz, "map_metadata": -1, "map_chapters": -1, "f": "mp4"}


def container_options(title: str, house: House, *, has_edit_list: bool = True) -> Mapping[str, Any]:
    """Return the muxer's options: index first, one clock, nothing of the source's metadata.

    Without an edit list nothing tells players to pass over the packet that AAC begins with. It is left out: sound
    would come 21 ms late.
    """
    bare = {} if has_edit_list else {"use_editlist": 0, "bsf:a": r"noise=drop=eq(n\,0)"}
    return {**scratch_options(house), "movflags": "+faststart", "metadata": f"title={title}", **bare}


def audio_options(house: House) -> Mapping[str, Any]:
    """Return the sound encoder's options."""
    return {"acodec": "aac", "audio_bitrate": f"{house.audio_kbps}k", "ar": house.sample_rate_hz, "ac": 2}


def argv(outputs: list[Stream], binary: str, more: Sequence[str] = ()) -> list[str]:
    """Return the whole command line: quiet but for errors, no standard input, progress on standard output."""
    merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
    head = [binary, "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats", "-progress", "pipe:1"]
    return [*head, "-stats_period", "0.5", *more, *merged.compile(cmd=binary)[1:]]
