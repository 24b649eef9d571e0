"""Makes the film of the photos: frames drawn here one after another, piped to ffmpeg, encoded in the house format.

Files appear in a scratch folder; nothing here publishes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import ffmpeg
from PIL import Image

from pipeline.card.animate import clip_class
from pipeline.card.planes import Planes
from pipeline.errors import MachineError, OurError
from pipeline.reasons import Reason
from pipeline.recap.camera import Lens, Size, move
from pipeline.recap.plan import RecapPhoto, RecapPlan, recap_promise
from pipeline.recap.planes import blended, filled, picture_of, raw
from pipeline.recap.scene import Scene
from pipeline.recap.sound import sound_options, sounds_for
from pipeline.recap.titles import draw_titles
from pipeline.text.thai import make_breaker
from pipeline.video import graph, loudness
from pipeline.video.encoder import device_arguments
from pipeline.video.ladder import ladder
from pipeline.video.meter import LEAST_TIMEOUT_S, SLOWEST, Bench, Progress, run_tool
from pipeline.video.play import play
from pipeline.video.prove import demand
from pipeline.video.render import Rendered
from pipeline.video.stream import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXELS = "yuv420p"
COVER_QUALITY = 88


def render_recap(plan: RecapPlan, media_out: Path, bench: Bench) -> Rendered:
    """Return the film of ``plan``, proven and with its loudness: ``<output id>.mp4`` in ``bench.folder``.

    The photos are read below ``media_out``. ``bench.source`` is the sting's file; without a sting it is not read.

    Raises:
        InputError: the sting cannot be decoded.
        MachineError: a photo is gone or has changed since it was planned; the tool is missing, was killed, hung or
            took too long; the disk is full.
        OurError: a text has no room or no glyphs; the tool failed on good input, or a promise was broken.

    """
    reel = Reel(plan, media_out)
    for photo in plan.photos:  # before the tool is started, which would have to be ended
        _data(photo, media_out)
    sounds = sounds_for(plan, bench)
    outputs = (plan.output, *plan.smaller)
    picture = _piped(plan).filter("setsar", 1)
    streams = ladder(picture, sounds, outputs, plan.title, plan.house, sound_options(plan))
    _encode(graph.argv(streams, bench.ffmpeg, device_arguments(plan.house)), reel, bench)
    files = {output.id: bench.folder / f"{output.id}.mp4" for output in outputs}
    facts = {output.id: demand(recap_promise(plan, output), files[output.id]) for output in outputs}
    measured = play(list(files.values()), bench, LEAST_TIMEOUT_S)
    told: Reason | None = loudness.warning(measured, plan.house) if plan.sting_sha256 else None
    return Rendered(files, facts, measured, (told,) if told else ())


def save_cover(plan: RecapPlan, media_out: Path, file: Path) -> None:
    """Write the picture that stands for the film, a JPEG: its first photo with the title.

    Raises:
        MachineError, OurError: as in :func:`render_recap`.

    """
    shown = Reel(plan, media_out).at(plan.photo_frames // 2)
    picture_of(shown).save(file, quality=COVER_QUALITY, optimize=True, progressive=True)


def _piped(plan: RecapPlan) -> Stream:
    """Return the frames that come through the pipe, as an input."""
    size = (plan.output.width_px, plan.output.height_px)
    rate = str(plan.house.frame_rate)
    return ffmpeg.input(
        "pipe:0", f="rawvideo", pix_fmt=PIXELS, video_size=size, framerate=rate, protocol_whitelist="pipe"
    )["v"]


def _encode(argv: list[str], reel: Reel, bench: Bench) -> None:
    length_s = float(reel.plan.frames / reel.plan.house.frame_rate)
    timeout_s = max(LEAST_TIMEOUT_S, SLOWEST * length_s)
    run_tool(argv, bench, timeout_s=timeout_s, feed=_told(reel, bench.on_progress))


def _told(reel: Reel, on_progress: Progress) -> Iterator[memoryview]:
    """Yield the reel's frames, telling how far they are."""
    for n, frame in enumerate(reel.frames(), 1):
        yield frame
        on_progress(n / reel.plan.frames)


class Reel:
    """The film, a frame at a time. Quickest in order: no more than two photos are kept ready."""

    def __init__(self, plan: RecapPlan, media_out: Path) -> None:
        """Draw the words; photos below ``media_out`` are read when they are needed.

        Raises:
            MachineError: ``shaping-missing``: this machine would draw Thai wrongly.
            OurError: ``glyph-missing`` or ``text-does-not-fit``, with the text.

        """
        self.plan = plan
        self.size = Size(plan.output.width_px, plan.output.height_px)
        self._media_out = media_out
        self._titles = draw_titles(plan, make_breaker(plan.words))
        self._slots = plan.slots
        self._dark = filled(plan.style.ground_dark, self.size)
        self._scenes: dict[int, Scene] = {}

    def frames(self) -> Iterator[memoryview]:
        """Yield every frame as ffmpeg's ``yuv420p`` has it.

        Raises:
            MachineError, OurError: as in :func:`render_recap`.

        """
        rate = self.plan.house.frame_rate
        film = clip_class()(lambda at_s: self.levels(round(at_s * rate)), duration=float(self.plan.frames / rate))
        for n in range(self.plan.frames):
            yield memoryview(film.get_frame(float(n / rate)))

    def levels(self, frame: int) -> NDArray[np.uint8]:
        """Return a frame as rows of bytes: its planes under one another, as wide as the film."""
        import numpy as np  # noqa: PLC0415 - 0.25 s, only for those who draw

        return np.frombuffer(raw(self.at(frame)), np.uint8).reshape(-1, self.size.width_px)

    def at(self, frame: int) -> Planes:
        """Return one frame: a photo, the next one over its end, words over it, and the dark at the very end."""
        plan = self.plan
        n = min(frame // plan.photo_frames, len(self._slots) - 1)
        picture = self._seen(n, frame)
        for title in self._titles:
            title.onto(picture, frame)
        into = frame - (self._slots[n].end_frame - plan.fade_frames) + 1
        if into <= 0:
            return picture
        if n == len(self._slots) - 1:
            return blended(picture, self._dark, into / plan.fade_frames)
        return blended(picture, self._seen(n + 1, frame), into / (plan.fade_frames + 1))

    def _seen(self, n: int, frame: int) -> Planes:
        for old in [other for other in self._scenes if other < n - 1 or other > n + 1]:
            del self._scenes[old]
        if n not in self._scenes:
            self._scenes[n] = self._scene(n)
        return self._scenes[n].at(frame - self._slots[n].first_frame)

    def _scene(self, n: int) -> Scene:
        plan, photo = self.plan, self.plan.photos[n]
        lens = Lens(
            width_px=self.size.width_px,
            height_px=self.size.height_px,
            frames=self._slots[n].frames,
            frame_rate=plan.house.frame_rate,
        )
        picture = _opened(photo, self._media_out)
        return Scene(picture, move(Size(*picture.size), lens, photo.sha256, n), self.size)


def _data(photo: RecapPhoto, media_out: Path) -> bytes:
    """Return a developed photo's file, which is exactly the one that was planned with."""
    try:
        data = (media_out / photo.path).read_bytes()
    except OSError as error:
        raise MachineError("machine-trouble", f"{photo.path}: {error.strerror or error}") from error
    if hashlib.sha256(data).hexdigest() != photo.sha256:
        raise MachineError("machine-trouble", f"{photo.path}: changed")
    return data


def _opened(photo: RecapPhoto, media_out: Path) -> Image.Image:
    """Return a developed photo's picture."""
    try:
        with Image.open(BytesIO(_data(photo, media_out))) as image:
            return image.convert("RGB")
    except (OSError, ValueError) as error:  # its digest is right, so it was developed like that
        raise OurError("our-fault", photo.path, str(error)[:120]) from error
