"""Reads a master packet by packet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from pipeline.push.packet import Head, Piece, is_whole


class BadMasterError(Exception):
    """The master cannot be read on. ``is_missing``: it may come back."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__(is_missing)
        self.is_missing = is_missing


class Reel:
    """One opened master.

    Raises:
        BadMasterError: the file is missing, or no film with H.264 and AAC.

    """

    def __init__(self, path: Path) -> None:
        import av  # noqa: PLC0415 - takes a while to load

        self._errors = (av.FFmpegError, OSError)
        try:
            self._container = av.open(str(path), format="mov")
            self._video = self._container.streams.video[0]
            self._audio = self._container.streams.audio[0]
            bases = self._video.time_base, self._audio.time_base
            extra = self._video.codec_context.extradata, self._audio.codec_context.extradata
            names = self._video.codec_context.name, self._audio.codec_context.name
            if None in bases or None in extra or names != ("h264", "aac"):
                raise BadMasterError(is_missing=False)
        except IndexError as error:
            raise BadMasterError(is_missing=False) from error
        except self._errors as error:
            raise BadMasterError(is_missing=not path.is_file()) from error
        self._lead = -min((entry.timestamp for entry in self._video.index_entries[:1]), default=0)
        self.head = Head(
            bytes(extra[0] or b""),
            bytes(extra[1] or b""),
            Fraction(bases[0] or 1),
            Fraction(bases[1] or 1),
            (self._video, self._audio),
        )

    def key_frame_s(self, at_s: Fraction) -> Fraction:
        """Return when the last key frame not behind ``at_s`` is due, in seconds from the start."""
        return max((key_s for key_s in self._keys_s() if key_s <= at_s), default=at_s)

    def next_key_frame_s(self, at_s: Fraction) -> Fraction | None:
        """Return when the first key frame not before ``at_s`` is due; None when there is none."""
        return min((key_s for key_s in self._keys_s() if key_s >= at_s), default=None)

    def _keys_s(self) -> list[Fraction]:
        """Return when each key frame is shown; the index has when it is decoded."""
        index = self._video.index_entries
        return [(entry.timestamp + self._lead) * self.head.video_base for entry in index if entry.is_keyframe]

    def pieces(self, from_s: Fraction = Fraction(0)) -> Iterator[Piece]:
        """Yield the packets in the order in which they are due, from the key frame at ``from_s`` on.

        Raises:
            BadMasterError: a packet cannot be read, or is damaged.

        """
        try:
            if from_s:
                self._container.seek(int(from_s / self.head.video_base), stream=self._video)
            for packet in self._container.demux(self._video, self._audio):
                if packet.dts is None or packet.pts is None:
                    continue
                is_video = packet.stream.type == "video"
                data = bytes(packet)
                if packet.is_corrupt or (is_video and not is_whole(data)):
                    raise BadMasterError(is_missing=False)
                shift, lead = (packet.pts - packet.dts, self._lead) if is_video else (0, 0)
                yield Piece(
                    self.head, is_video, data, packet.dts, packet.duration or 0, packet.is_keyframe, shift, lead
                )
        except self._errors as error:
            raise BadMasterError(is_missing=False) from error

    def close(self) -> None:
        """Close nothing by hand: a target's muxer may still ask the templates. The file goes with the last of them."""
