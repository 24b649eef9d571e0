"""From what the decoder gives to whole pictures at the house's rate, upright and on the clip's own clock. Pure."""

from __future__ import annotations

from pipeline.media.facts import VideoFacts
from pipeline.preset.model import House
from pipeline.video.stream import Stream


def upright(source: Stream, video: VideoFacts, house: House) -> Stream:
    """Return the stream at constant rate from time zero; ffmpeg has turned it upright before the graph."""
    stream = source
    if video.interlaced:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    stream = stream.filter("fps", fps=str(house.frame_rate), start_time=0)
    if video.has_alpha:
        stream = stream.filter("format", "gbrap").filter("premultiply", inplace=1)
    return stream
