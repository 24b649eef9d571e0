"""Makes a delivered show whose truth is stated: masters that join, captions, pictures, ``show.json``.

Each master has a moving test picture in a colour of its own and a 1 kHz tone at -16 LUFS, or silence for a slate. The
pictures are small; parameter sets, GOPs, time scale and AAC frames are as on air.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import imageio_ffmpeg

from pipeline.show.model import SHOW_FILE, Entry, EntryKind, Places, Show, ShowList, ShowSession, show_text

RATE, SAMPLE_RATE_HZ = Fraction(30), 48000
SIZES = {"air-1080p": (480, 270), "air-720p": (320, 180)}
START = datetime(2022, 9, 27, 9, tzinfo=ZoneInfo("Asia/Bangkok"))
X264 = "stitchable=1:keyint=60:min-keyint=60:scenecut=0:open-gop=0:8x8dct=1:deblock=0,0"
BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
AMPLITUDE = 10 ** (-16 / 20)
"""A sine of 1 kHz on both channels measures its level in LUFS within 0.1. Source: ITU-R BS.1770-5, annex 1."""


@dataclass(frozen=True)
class Part:
    """One entry to make. ``cues``: start and end in seconds from the entry's start, and the text."""

    id: str
    frames: int
    title: str = "มูลนิธิทดสอบ"
    kind: EntryKind = "clip"
    session: str = "morning"
    theme: str | None = None
    cues: tuple[tuple[float, float, str], ...] = ()


PARTS = (
    Part("opener", 64, "ยินดีต้อนรับ", "opener"),
    Part("one", 160, "มูลนิธิที่หนึ่ง, สงขลา", theme="green", cues=((0.2, 1.8, "ที่นี่มีน้ำใจ"), (4.0, 5.33, "ผู้ใหญ่ใจดี"))),
    Part("two", 96, 'กลุ่ม <สอง> & "เพื่อน"', theme="red", cues=((0.0, 3.2, "สองข้ามขอบ"),)),
    Part("three", 64, "ชมรม 'สาม' 100%", "slate", session="afternoon", theme="green"),
    Part("four", 128, "เครือข่ายที่สี่ #4", session="afternoon", theme="red", cues=((1.0, 2.0, "สี่"),)),
)


def make_master(path: Path, size_px: tuple[int, int], frames: int, hue: int, *, is_silent: bool) -> None:
    """Make one master of ``frames``, a multiple of 16: a test picture of its own colour, and a tone or silence."""
    wide, high = size_px
    samples = frames * 1600 - 1024
    sound = (
        "anullsrc=r=48000:cl=stereo"
        if is_silent
        else f"aevalsrc={AMPLITUDE}*sin(2*PI*1000*t)|{AMPLITUDE}*sin(2*PI*1000*t):s=48000"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            os.environ.get("SHOWCASE_FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y",
            "-f", "lavfi", "-i", f"testsrc2=s={wide}x{high}:r=30,hue=h={hue}",
            "-f", "lavfi", "-i", f"{sound},atrim=end_sample={samples}",
            "-frames:v", str(frames), "-vf", f"setsar=1,format=yuv420p,{BT709}",
            "-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", "-profile:v", "high", "-level:v", "4.1",
            "-x264-params", X264, "-threads:v", "2", "-c:a", "aac", "-b:a", "128k",
            "-video_track_timescale", "15360", "-map_metadata", "-1",
            "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
            "-movflags", "+faststart", "-f", "mp4", str(path),
        ],
        check=True,
    )  # fmt: skip


def vtt(cues: Sequence[tuple[float, float, str]]) -> str:
    """Return WebVTT."""
    rows = [f"{_clock(start)} --> {_clock(end)}\n{text}\n" for start, end, text in cues]
    return "WEBVTT\n\n" + "\n".join(rows)


def _clock(at_s: float) -> str:
    minutes, seconds = divmod(at_s, 60)
    return f"00:{int(minutes):02d}:{seconds:06.3f}"


def entries(parts: Sequence[Part] = PARTS) -> tuple[Entry, ...]:
    """Return the entries without making a file; digests are made up."""
    made: list[Entry] = []
    for position, part in enumerate(parts, 1):
        before = sum(entry.frames for entry in made if entry.session == part.session)
        sha256 = {output: hashlib.sha256(f"{part}{output}".encode()).hexdigest() for output in SIZES}
        made.append(
            Entry(
                position=position,
                key=part.id,
                id=part.id,
                kind=part.kind,
                title=part.title,
                file=f"{position:02d}-{part.id}.mp4",
                frames=part.frames,
                duration_s=float(part.frames / RATE),
                session=part.session,
                offset_frames=before,
                media={output: f"masters/{part.id}.{output}.{sha256[output][:12]}.mp4" for output in SIZES},
                sha256=sha256,
                captions={"th": f"clips/{part.id}/{part.id}.th.vtt"} if part.cues else {},
                poster=f"clips/{part.id}/poster.jpg",
                partner=part.id if part.kind in {"clip", "slate"} else None,
                theme=part.theme,
                integrated_lufs=-16.0 if part.kind == "clip" else None,
            )
        )
    return tuple(made)


def show(items: tuple[Entry, ...] | None = None) -> Show:
    """Return the show of those entries: two sessions, three hours apart, with a list for everything there is."""
    items = entries() if items is None else items
    sessions = (
        ShowSession(id="morning", name="ช่วงเช้า", room="ห้องใหญ่", starts_at=START),
        ShowSession(id="afternoon", name="ช่วงบ่าย", room="ห้องใหญ่", starts_at=START.replace(hour=12)),
    )
    lists = [ShowList(id="show", kind="all", title="งานทดสอบ 2565", positions=tuple(e.position for e in items))]
    for session in sessions:
        mine = tuple(entry.position for entry in items if entry.session == session.id)
        if mine:
            lists.append(ShowList(id=f"session-{session.id}", kind="session", title=session.name, positions=mine))
    for theme in sorted({entry.theme for entry in items if entry.theme}):
        mine = tuple(entry.position for entry in items if entry.theme == theme)
        lists.append(ShowList(id=f"theme-{theme}", kind="theme", title=theme, positions=mine))
    every = tuple(entry.position for entry in items)
    lists.append(ShowList(id="day-2022-09-27", kind="day", title="27 กันยายน 2565", positions=every))
    return Show(
        event_id="test",
        event_name="งานทดสอบ 2565",
        timezone="Asia/Bangkok",
        frame_rate=RATE,
        sample_rate_hz=SAMPLE_RATE_HZ,
        items=items,
        sessions=sessions,
        lists=tuple(lists),
    )


def make_show(out: Path, parts: Sequence[Part] = PARTS) -> Show:
    """Make the masters, captions and ``show.json`` of these parts in ``out`` and return the show."""
    items = []
    for number, (part, entry) in enumerate(zip(parts, entries(parts), strict=True)):
        media, digests = {}, {}
        for output, size_px in SIZES.items():
            scratch = out / "making.mp4"
            make_master(scratch, size_px, part.frames, 40 * number, is_silent=entry.is_silent)
            digests[output] = hashlib.sha256(scratch.read_bytes()).hexdigest()
            media[output] = f"masters/{part.id}.{output}.{digests[output][:12]}.mp4"
            (out / media[output]).parent.mkdir(parents=True, exist_ok=True)
            scratch.rename(out / media[output])
        for path in entry.captions.values():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_text(vtt(part.cues), "utf-8")
        (out / "show").mkdir(exist_ok=True)
        (out / "show" / entry.file).hardlink_to(out / media["air-1080p"])
        items.append(entry.model_copy(update={"media": media, "sha256": digests}))
    made = show(tuple(items))
    (out / SHOW_FILE).write_text(show_text(made), "utf-8")
    return made


def places(out: Path, base_url: str | None = None) -> Places:
    """Return where a player finds the output folder."""
    return Places(root=str(out), base_url=base_url)
