"""What the made-up event consists of: every clip, caption file and photo, worked out from the roster and a seed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Literal
from zoneinfo import ZoneInfo

from pipeline.demo.sayings import NEWCOMERS, PHOTO_WORDS, sayings_of
from pipeline.preset.model import Event, Partner
from pipeline.text.cues import Captions, Cue
from pipeline.units import frames_in

SceneKind = Literal["sunrise", "hills", "sea", "town", "forest", "lanterns", "market", "islands", "stage"]
CLIP_SCENES: tuple[SceneKind, ...] = (
    "sunrise", "town", "forest", "hills", "sea", "lanterns", "hills", "market", "islands", "stage",
)  # fmt: skip
PHOTO_SCENES: tuple[SceneKind, ...] = (
    "stage", "market", "sunrise", "stage", "town", "market", "lanterns", "islands", "stage", "sea",
)  # fmt: skip
NTSC = Fraction(30000, 1001)

PHOTO_SIZES = (((1080, 608), 1), ((1108, 1477), 2), ((1080, 1440), 3), ((1706, 960), 14), ((1920, 1080), 14))
"""(width, height) in pixels, and how many: the sizes of the photos of the event of 2022."""


@dataclass(frozen=True)
class Form:
    """How a clip is stored. ``turned`` means the picture lies on its side and a display matrix puts it upright."""

    suffix: str
    video: str
    audio: str
    width_px: int
    height_px: int
    frame_rate: Fraction
    vfr: bool = False
    turned: bool = False


@dataclass(frozen=True)
class Sound:
    """A soft chord: how loud, in how many channels."""

    channels: int
    sample_rate_hz: int
    loudness_lufs: float
    root_hz: float


@dataclass(frozen=True)
class CaptionFile:
    """A caption file beside a clip. ``encoding`` is a Python codec name."""

    path: PurePosixPath
    captions: Captions
    encoding: str = "utf-8"
    newline: str = "\n"


@dataclass(frozen=True)
class Clip:
    """One clip of the event. ``frames`` at the form's frame rate are its length; ``seed`` draws its scene."""

    path: PurePosixPath
    form: Form
    frames: int
    scene: SceneKind
    seed: int
    sound: Sound | None
    captions: CaptionFile | None
    title: str | None

    @property
    def duration_s(self) -> Fraction:
        """The clip's length in seconds."""
        return Fraction(self.frames) / self.form.frame_rate


@dataclass(frozen=True)
class Photo:
    """One photo; ``taken_at`` and ``place`` (latitude, longitude in degrees) go into its EXIF when set."""

    path: PurePosixPath
    width_px: int
    height_px: int
    scene: SceneKind
    seed: int
    taken_at: datetime | None
    place: tuple[float, float] | None
    words: str | None


@dataclass(frozen=True)
class Script:
    """Everything that is made."""

    clips: tuple[Clip, ...]
    photos: tuple[Photo, ...]


def _h264(suffix: str, width_px: int, height_px: int, rate: Fraction | int, **more: bool) -> Form:
    return Form(suffix, "h264", "aac", width_px, height_px, Fraction(rate), **more)


FORMS = (
    _h264(".mp4", 1920, 1080, 30),
    _h264(".mp4", 1280, 720, 25),
    _h264(".mp4", 1920, 1080, NTSC),
    _h264(".mov", 1280, 720, 24),
    _h264(".mp4", 720, 1280, 30),
    _h264(".mkv", 1280, 720, 25),
    _h264(".mov", 1920, 1080, 25),
    _h264(".mp4", 1080, 1080, 30),
    Form(".webm", "vp8", "vorbis", 854, 480, Fraction(25)),
    _h264(".mp4", 1280, 720, 60),
    _h264(".mp4", 1080, 1920, 30, turned=True),
    Form(".avi", "mpeg4", "mp3", 640, 480, Fraction(25)),
    Form(".ts", "mpeg2", "mp2", 1280, 720, Fraction(25)),
    _h264(".mp4", 854, 480, NTSC),
    _h264(".mp4", 1280, 720, 30, vfr=True),
    Form(".webm", "vp9", "opus", 854, 480, Fraction(24)),
    _h264(".mkv", 1920, 1080, 24),
    _h264(".mp4", 720, 1280, NTSC),
    _h264(".mp4", 1280, 720, 30),
    _h264(".mov", 1280, 720, NTSC),
    _h264(".mp4", 640, 480, 25),
    _h264(".mp4", 1920, 1080, 30),
    _h264(".mp4", 1280, 720, 25),
    _h264(".mp4", 1080, 1080, 25),
    _h264(".mkv", 854, 480, 30),
    _h264(".mp4", 1280, 720, 30),
    _h264(".mp4", 1920, 1080, 25),
    _h264(".mp4", 1280, 720, 24),
    _h264(".mp4", 1280, 720, 30),
    _h264(".mov", 1280, 720, 25),
    _h264(".mp4", 854, 480, 60),
)
"""One form for each roster number; a longer roster starts over."""

SILENT = frozenset({14, 26})
MONO = frozenset({4, 9, 12, 21, 28})
AT_44100 = frozenset({2, 8, 12, 19, 25})
WITHOUT_CAPTIONS = frozenset({3, 9, 13, 20, 24, 26, 31})
CODED: dict[int, tuple[str, str, str]] = {
    6: (".srt", "cp874", "\r\n"),  # what Thai Windows wrote for twenty years
    11: (".vtt", "utf-8", "\n"),
    16: (".srt", "utf-8-sig", "\r\n"),
}
IN_FOLDER = frozenset({7, 15, 23})
ASCII_NAMED = frozenset({4, 8, 11, 17, 20, 25})
LOUDNESS_LUFS = (-16.0, -23.0, -9.0, -20.0, -34.0, -14.0, -27.0, -11.0, -18.0, -30.0)
ROOTS_HZ = (220.0, 196.0, 261.63, 174.61, 246.94, 233.08, 207.65)
LOOSE, TIMELESS = 3, 6
"""Of each four photos this one lies in the top folder; of each seven this one has lost its time in a chat."""
_LONGEST_NAME_BYTES = 230  # file systems allow 255; ours needs room for a suffix
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def write_script(event: Event, seed: int = 2565) -> Script:
    """Return what to make for ``event``; the same for the same ``seed``."""
    dice = random.Random(seed)  # noqa: S311 - variety, not secrets
    clips = tuple(_clip(number, partner, dice) for number, partner in enumerate(event.partners, 1))
    return Script(clips, _photos(event, dice))


def _clip(number: int, partner: Partner, dice: random.Random) -> Clip:
    index = (number - 1) % len(FORMS)
    form = FORMS[index]
    kept = index + 1  # the tables speak of the first 31 numbers; a longer roster repeats them
    newcomer = NEWCOMERS[number % len(NEWCOMERS)]
    title = newcomer if partner.open else None
    path = _path(number, kept, title or partner.name, partner.id, form.suffix)
    frames = frames_in(Fraction(dice.randint(30, 36), 10), form.frame_rate)
    sound = Sound(
        channels=1 if kept in MONO else 2,
        sample_rate_hz=44100 if kept in AT_44100 else 48000,
        loudness_lufs=LOUDNESS_LUFS[index % len(LOUDNESS_LUFS)],
        root_hz=ROOTS_HZ[index % len(ROOTS_HZ)],
    )
    captions = None
    if kept not in WITHOUT_CAPTIONS:
        suffix, encoding, newline = CODED.get(kept, (".srt", "utf-8", "\n"))
        spoken = _cues(sayings_of(partner.id, title or partner.name), Fraction(frames) / form.frame_rate)
        captions = CaptionFile(path.with_name(path.stem + suffix), spoken, encoding, newline)
    return Clip(
        path=path,
        form=form,
        frames=frames,
        scene=CLIP_SCENES[(number - 1) % len(CLIP_SCENES)],
        seed=_seed(dice, CLIP_SCENES, number - 1),
        sound=None if kept in SILENT else sound,
        captions=captions,
        title=title,
    )


def _path(number: int, kept: int, name: str, partner_id: str, suffix: str) -> PurePosixPath:
    safe = _UNSAFE.sub("-", name).rstrip(". ")
    stem = f"{number:02d}-{partner_id if kept in ASCII_NAMED else safe}"
    if len((stem + suffix).encode()) > _LONGEST_NAME_BYTES:
        stem = f"{number:02d}-{partner_id}"
    return PurePosixPath(stem) / f"clip{suffix}" if kept in IN_FOLDER else PurePosixPath(stem + suffix)


def _cues(lines: tuple[str, ...], duration_s: Fraction) -> Captions:
    """Return the lines one after another, each on screen for an equal share of the clip."""
    lead_s, gap_s = Fraction(1, 5), Fraction(1, 10)
    each_s = (duration_s - 2 * lead_s) / len(lines)
    cues = tuple(
        Cue(start_s=lead_s + n * each_s, end_s=lead_s + (n + 1) * each_s - gap_s, text=line)
        for n, line in enumerate(lines)
    )
    return Captions(language="th", cues=cues)


def _photos(event: Event, dice: random.Random) -> tuple[Photo, ...]:
    sizes = [size for size, count in PHOTO_SIZES for _ in range(count)]
    dice.shuffle(sizes)
    days = sorted({event.starts_on, event.ends_on})
    zone = _zone(event.timezone)
    photos = []
    for n, (width_px, height_px) in enumerate(sizes):
        day = days[n * len(days) // len(sizes)]
        at = datetime(day.year, day.month, day.day, 8, 30, tzinfo=zone) + timedelta(seconds=n % 17 * 1711 + 7 * n)
        album = "" if n % 4 == LOOSE else f"ภาพวันที่ {day.day}"
        photos.append(
            Photo(
                path=PurePosixPath(album) / _photo_name(n, at),
                width_px=width_px,
                height_px=height_px,
                scene=PHOTO_SCENES[n % len(PHOTO_SCENES)],
                seed=_seed(dice, PHOTO_SCENES, n),
                taken_at=None if n % 7 == TIMELESS else at,
                place=(7.2 + n / 1e4, 100.595 + n / 2e4) if n % 3 == 0 else None,
                words=PHOTO_WORDS[n // 6 % len(PHOTO_WORDS)] if n % 6 == 0 else None,
            )
        )
    return tuple(photos)


def _seed(dice: random.Random, scenes: tuple[SceneKind, ...], place: int) -> int:
    """Return a seed that gives a scene other colours each time it comes: its remainder counts the times.

    60 is a multiple of every count of palettes that a scene may have.
    """
    kinds = [scenes[n % len(scenes)] for n in range(place + 1)]
    return dice.randrange(1 << 24) * 60 + kinds[:-1].count(kinds[-1])


def _zone(name: str) -> ZoneInfo | timezone:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):  # a wrong zone in the event file is told elsewhere; the demo goes on
        return timezone(timedelta(hours=7))


def _photo_name(n: int, at: datetime) -> str:
    """Return the names that phones, cameras and chat programs give."""
    return (
        f"IMG_{at:%Y%m%d_%H%M%S}.jpg",
        f"DSC_{4120 + 3 * n:04d}.JPG",
        f"S__{41230336 + 17 * n}.jpg",
        f"บรรยากาศงาน {n:02d}.jpg",
    )[n % 4]
