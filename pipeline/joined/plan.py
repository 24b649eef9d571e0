"""What a continuous video of a list will be: its name, what it is made of, how many packets it must turn out to have.

Pure. The name is known before the file is made: it is a digest over everything that the bytes depend on, so a file
with that name never changes and is never made twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.errors import OurError
from pipeline.noun import Noun
from pipeline.preset.model import MASTER
from pipeline.show.model import Show, ShowList
from pipeline.store.package import Link, Package
from pipeline.units import AAC_FRAME_SAMPLES, samples_in

if TYPE_CHECKING:
    from pipeline.joined.packets import Packets, Track

FOLDER = "playlists/joined"
"""Files whose bytes never change, in the output folder."""
JOINED_KINDS = frozenset({"all", "session"})
"""Of these lists a continuous video is made: each is as large as all that it holds."""
_RECIPE = 1
"""Raised by hand when other bytes are made of the same entries."""
_NAME_DIGITS = 12


class Piece(Noun):
    """One entry within a continuous video."""

    key: str
    master: str
    sha256: str | None
    frames: int
    audio_packets: int


class JoinPlan(Noun):
    """A continuous video of one list. Paths are relative to the output folder."""

    list_id: str
    title: str
    chapters: str | None
    """An FFMETADATA file."""
    frame_rate: Fraction
    sample_rate_hz: int
    pieces: tuple[Piece, ...]

    @property
    def path(self) -> str:
        """Where the file lies; a name that says what is in it."""
        parts = [_RECIPE, self.title, self.chapters, *((p.master, p.sha256) for p in self.pieces)]
        digest = hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()
        return f"{FOLDER}/{self.list_id}.{digest[:_NAME_DIGITS]}.mp4"

    @property
    def link(self) -> str:
        """The name that stays, which people open."""
        return f"playlists/{self.list_id}.mp4"

    @property
    def chapter_titles(self) -> tuple[str, ...]:
        """The titles of its chapters. Source: ffmpeg-formats(1), metadata."""
        sections = (self.chapters or "").split("[CHAPTER]")[1:]
        titles = (re.search(r"^title=((?:[^\\\n]|\\.)*)$", section, re.MULTILINE | re.DOTALL) for section in sections)
        return tuple(re.sub(r"\\(.)", r"\1", title[1], flags=re.DOTALL) if title else "" for title in titles)

    @property
    def frames(self) -> int:
        """How many frames it must have."""
        return sum(piece.frames for piece in self.pieces)

    @property
    def audio_packets(self) -> int:
        """How many packets of sound it must have."""
        return sum(piece.audio_packets for piece in self.pieces)

    @property
    def length_s(self) -> Fraction:
        """How long it must be."""
        return self.frames / self.frame_rate


def plan_joined(show: Show, listed: ShowList, chapters: str | None = None) -> JoinPlan:
    """Return what the continuous video of ``listed`` will be. ``chapters``: FFMETADATA, if it shall have chapters.

    Raises:
        OurError: ``join-impossible``: the list is empty, or an entry's length is not in whole packets of sound.

    """
    entries = show.entries(listed)
    if not entries:
        raise OurError("join-impossible", listed.id, "0")
    pieces = []
    for entry in entries:
        samples = samples_in(entry.frames, show.frame_rate, show.sample_rate_hz)
        if samples % AAC_FRAME_SAMPLES:
            raise OurError("join-impossible", listed.id, f"{entry.key}: {entry.frames}")
        pieces.append(
            Piece(
                key=entry.key,
                master=entry.master,
                sha256=entry.sha256.get(MASTER),
                frames=entry.frames,
                audio_packets=samples // AAC_FRAME_SAMPLES,
            )
        )
    title = listed.title if listed.kind == "all" else f"{show.event_name} · {listed.title}"
    return JoinPlan(
        list_id=listed.id,
        title=title,
        chapters=chapters,
        frame_rate=show.frame_rate,
        sample_rate_hz=show.sample_rate_hz,
        pieces=tuple(pieces),
    )


def joined_lists(show: Show) -> tuple[ShowList, ...]:
    """Return the lists of which a continuous video is made."""
    return tuple(listed for listed in show.lists if listed.kind in JOINED_KINDS and listed.positions)


def joined_links(plans: Iterable[JoinPlan]) -> Package:
    """Return the names that stay, as links to the files that are there already."""
    return {plan.link: Link(plan.path) for plan in plans}


def differences(plan: JoinPlan, source: Packets, found: Packets, digests: Sequence[tuple[int, int]]) -> list[str]:
    """Return every way in which the video ``found`` is not what ``plan`` says; empty when it is.

    ``source``: the packets of its first master. ``digests``: of each master's picture and sound, as in
    :class:`pipeline.joined.packets.Track`.
    """
    told = [
        f"{name}: {source.signature.get(name)} ≠ {found.signature.get(name)}"
        for name in sorted(source.signature.keys() | found.signature.keys())
        if source.signature.get(name) != found.signature.get(name)
    ]
    if plan.title != found.title:
        told.append(f"title: {plan.title} ≠ {found.title}")
    if plan.chapter_titles != found.chapters:
        told.append(f"chapters: {' | '.join(plan.chapter_titles)} ≠ {' | '.join(found.chapters)}")
    video_step, audio_step = plan.length_s / plan.frames, Fraction(AAC_FRAME_SAMPLES, plan.sample_rate_hz)
    told += _of_track("video", found.video, plan.frames, video_step)
    told += _of_track("audio", found.audio, plan.audio_packets, audio_step)
    for kind, track in enumerate((found.video, found.audio)):
        if track is not None:
            told += [
                f"{piece.key}: {('picture', 'sound')[kind]} is not its master's"
                for piece, wanted_digests, digest in zip(plan.pieces, digests, track.digests, strict=False)
                if wanted_digests[kind] != digest
            ]
    return told


def _of_track(kind: str, track: Track | None, packets: int, step_s: Fraction) -> list[str]:
    if track is None:
        return [f"{kind}: missing"]
    told = [] if track.packets == packets else [f"{kind} packets: {packets} ≠ {track.packets}"]
    if track.step * track.base != step_s:
        told.append(f"{kind} step: {step_s} ≠ {track.step * track.base}")
    told += [f"{kind}: uneven before packet {n}" for n in track.uneven[:3]]
    # One packet primes the decoder of the sound and is not heard. Source: ISO/IEC 14496-3, the encoder's delay.
    begins = -AAC_FRAME_SAMPLES if kind == "audio" else 0
    if track.starts != begins:
        told.append(f"{kind} begins: {begins} ≠ {track.starts}")
    if track.new_headers:
        told.append(f"{kind}: {track.new_headers} other parameter sets on the way")
    return told
