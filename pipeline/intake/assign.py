"""What each file is for: whose clip, which clip's captions, which album. Pure: sightings and event in, intake out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from pipeline.intake.sidecar import Sidecar
from pipeline.intake.sighting import Sighting
from pipeline.media.identity import safe_name
from pipeline.media.match import match
from pipeline.noun import Noun
from pipeline.preset.model import Event
from pipeline.reasons import Reason, reason
from pipeline.store.catalog import InputState
from pipeline.text.cues import Captions

TOP_ALBUM = "photos"
"""Name of the album of the photos that lie in no folder."""
TITLE_CHARACTERS = 80
DRAFT = "draft"
"""Stands in the name of captions that a machine wrote down, before the extension."""
_BESIDE_LANGUAGE = frozenset({DRAFT, "auto", "cc", "default", "forced", "sdh"})
"""What players' and editors' file names say of captions beside their language."""


class ClipIn(Noun):
    """A clip that will be made."""

    id: str
    source: Sighting
    partner: str | None
    title: str
    theme: str | None
    order: int | None
    captions: tuple[Captions, ...]
    sidecar: Sidecar


class PhotoIn(Noun):
    """A photo that will be made."""

    source: Sighting
    album: str
    album_title: str
    name: str
    sidecar: Sidecar


class Fate(Noun):
    """What became of one file."""

    path: str
    state: InputState
    partner: str | None = None
    used_for: str | None = None
    reasons: tuple[Reason, ...] = ()


class Intake(Noun):
    """Every file's fate, and what will be made."""

    clips: tuple[ClipIn, ...]
    photos: tuple[PhotoIn, ...]
    fates: dict[str, Fate]
    superseded: dict[str, tuple[str, ...]]
    """Partner id → paths of the older clips."""


def assign(sightings: Mapping[str, Sighting], event: Event) -> Intake:
    """Return what each file is for."""
    fates: dict[str, Fate] = {}
    sidecars = _sidecars(sightings, fates)
    clips, superseded = _clips(sightings, sidecars, event, fates)
    captions = _captions(sightings, clips, sidecars, fates)
    photos = _photos(sightings, sidecars, fates)
    for path, sighting in sightings.items():
        if path not in fates:
            fates[path] = Fate(path=path, state="refused" if sighting.refusal else "unused")
    return Intake(
        clips=tuple(_with_captions(clip, captions) for clip in clips),
        photos=photos,
        fates=fates,
        superseded=superseded,
    )


def _with_captions(clip: ClipIn, captions: Mapping[str, tuple[Captions, ...]]) -> ClipIn:
    """Return the clip with the captions that came along, else with those inside it."""
    own = captions.get(clip.source.path) or _sorted(clip.source.embedded, clip.sidecar)
    return clip.model_copy(update={"captions": own})


def _of(sightings: Mapping[str, Sighting], kind: str) -> list[Sighting]:
    return [sighting for sighting in sightings.values() if sighting.kind == kind]


def _stem(path: str) -> tuple[str, str]:
    """Return folder and stem for pairing: NFC and folded, because shares change both."""
    pure = PurePosixPath(unicodedata.normalize("NFC", path))
    return str(pure.parent), pure.stem.casefold()


def _sidecars(sightings: Mapping[str, Sighting], fates: dict[str, Fate]) -> dict[str, Sidecar]:
    """Return the sidecar of each file that has one, by the file's path."""
    by_stem: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sighting in sightings.values():
        if sighting.kind in {"clip", "photo"}:
            for whole in (sighting.path, f"{sighting.path}.toml"):  # ``clip.toml`` and ``clip.mp4.toml``
                by_stem[_stem(whole)].append(sighting.path)
    found: dict[str, Sidecar] = {}
    for sighting in _of(sightings, "sidecar"):
        files = by_stem.get(_stem(sighting.path), [])
        if sighting.sidecar is None:
            continue
        found |= dict.fromkeys(files, sighting.sidecar)
        wanted = PurePosixPath(sighting.path).stem
        fates[sighting.path] = (
            Fate(path=sighting.path, state="used", used_for=files[0])
            if files
            else Fate(path=sighting.path, state="unused", reasons=(reason("sidecar-without-file", wanted),))
        )
    return found


def _clips(
    sightings: Mapping[str, Sighting], sidecars: Mapping[str, Sidecar], event: Event, fates: dict[str, Fate]
) -> tuple[list[ClipIn], dict[str, tuple[str, ...]]]:
    usable: dict[str | None, list[ClipIn]] = defaultdict(list)
    for sighting in _of(sightings, "clip"):
        clip, reasons = _clip(sighting, sidecars.get(sighting.path, Sidecar()), event)
        state: InputState = "refused" if sighting.refusal else "queued"
        told = () if sighting.refusal else reasons
        fates[sighting.path] = Fate(path=sighting.path, state=state, partner=clip.partner, reasons=told)
        if sighting.refusal is None:
            usable[clip.partner].append(clip)
    superseded: dict[str, tuple[str, ...]] = {}
    chosen = _without_twins(usable.pop(None, []), fates)
    for partner, clips in usable.items():
        clips.sort(key=lambda clip: (-clip.source.stamp.mtime_ns, clip.source.path))
        newest, *older = clips
        chosen.append(newest)
        superseded[str(partner)] = tuple(clip.source.path for clip in older)
        for clip in older:
            why = reason("superseded", newest.source.path)
            fates[clip.source.path] = Fate(
                path=clip.source.path, state="superseded", partner=partner, used_for=None, reasons=(why,)
            )
    return chosen, superseded


def _clip(sighting: Sighting, sidecar: Sidecar, event: Event) -> tuple[ClipIn, tuple[Reason, ...]]:
    path = PurePosixPath(sighting.path)
    reasons: tuple[Reason, ...] = ()
    partner = event.partner(sidecar.partner)
    if partner is None:
        matched = match(path, event)
        partner, reasons = event.partner(matched.partner), matched.reasons
    title = sidecar.title or (partner.name if partner else _title(path.stem))
    theme = sidecar.theme if event.theme_of(sidecar.theme) else (partner.theme if partner else None)
    clip = ClipIn(
        id=partner.id if partner else f"x-{sighting.sha256[:8]}",
        source=sighting,
        partner=partner.id if partner else None,
        title=title,
        theme=theme,
        order=sidecar.order,
        captions=(),
        sidecar=sidecar,
    )
    return clip, reasons


def _title(stem: str) -> str:
    """Return a file's name as words that every face can draw: Latin, Thai, digits and plain marks."""
    text = unicodedata.normalize("NFC", stem).replace("_", " ").replace("-", " ")
    kept = "".join(c if " " <= c <= "~" or "\u0e01" <= c <= "\u0e5b" else " " for c in text)
    return " ".join(kept.split())[:TITLE_CHARACTERS].strip(" -.") or "คลิปวิดีโอ"


def _without_twins(clips: list[ClipIn], fates: dict[str, Fate]) -> list[ClipIn]:
    """Return clips of nobody once each: the same bytes have the same id."""
    first: dict[str, ClipIn] = {}
    for clip in clips:
        twin = first.setdefault(clip.id, clip)
        if twin is not clip:
            why = reason("duplicate", twin.source.path)
            fates[clip.source.path] = Fate(path=clip.source.path, state="duplicate", reasons=(why,))
    return list(first.values())


def _captions(
    sightings: Mapping[str, Sighting],
    clips: Iterable[ClipIn],
    sidecars: Mapping[str, Sidecar],
    fates: dict[str, Fate],
) -> dict[str, tuple[Captions, ...]]:
    """Return the captions of each clip by its path: one per language, Thai first."""
    on_air = {clip.source.path for clip in clips}
    by_stem = {_stem(sighting.path): sighting.path for sighting in _of(sightings, "clip")}
    paired = [(sighting, *_clip_of_captions(sighting.path, by_stem)) for sighting in _of(sightings, "captions")]
    found: dict[str, dict[str, Sighting]] = defaultdict(dict)
    # What a person wrote comes before a draft, however new that is.
    for sighting, clip, is_draft in sorted(paired, key=lambda p: (p[2], -p[0].stamp.mtime_ns, p[0].path)):
        if clip is None:
            why = () if sighting.refusal else (reason("captions-without-clip"),)
            state: InputState = "refused" if sighting.refusal else "unused"
            fates[sighting.path] = Fate(path=sighting.path, state=state, reasons=why)
            continue
        if sighting.captions is None:
            fates[sighting.path] = Fate(path=sighting.path, state="refused", used_for=clip)
            continue
        language = sighting.captions.language
        if is_draft and not sidecars.get(clip, Sidecar()).approve_draft:
            fates[sighting.path] = _unread(sighting, clip, fates[clip].partner)
            continue
        chosen = found[clip].setdefault(language, sighting)
        used = chosen is sighting and clip in on_air
        why = () if chosen is sighting else (reason("captions-not-chosen", chosen.path),)
        fates[sighting.path] = Fate(
            path=sighting.path,
            state="used" if used else "unused",
            used_for=clip,
            reasons=why,
            partner=fates[clip].partner,
        )
    return {clip: _by_language(by.values(), sidecars.get(clip)) for clip, by in found.items()}


def _unread(draft: Sighting, clip: str, partner: str | None) -> Fate:
    """Return the fate of a draft that nobody has read through yet."""
    wanted = re.sub(rf"(?i)\.{DRAFT}(?=(\.[^.]+)?\.[^.]+$)", "", PurePosixPath(draft.path).name)
    why = reason("captions-draft", wanted)
    return Fate(path=draft.path, state="unused", used_for=clip, partner=partner, reasons=(why,))


def _clip_of_captions(path: str, by_stem: Mapping[tuple[str, str], str]) -> tuple[str | None, bool]:
    """Return the clip that captions belong to, and whether their name says that they are a draft of its captions.

    The name is the clip's, and after it the language, a word such as ``draft``, or both: ``clip.srt``,
    ``clip.th.sdh.srt``. A clip may have such a word in its own name.
    """
    folder, stem = _stem(path)
    for words in range(3):
        name, *after = stem.rsplit(".", words)
        clip = by_stem.get((folder, name))
        if clip is not None and len(after) == words and (words < 2 or _BESIDE_LANGUAGE & set(after)):  # noqa: PLR2004 - both
            return clip, DRAFT in after
    return None, False


def _by_language(found: Iterable[Sighting], sidecar: Sidecar | None) -> tuple[Captions, ...]:
    return _sorted([sighting.captions for sighting in found if sighting.captions], sidecar)


def _sorted(captions: Iterable[Captions], sidecar: Sidecar | None) -> tuple[Captions, ...]:
    first = sidecar.language if sidecar and sidecar.language else "th"
    main = first.partition("-")[0]  # th-TH is Thai too
    return tuple(
        sorted(captions, key=lambda c: (c.language != first, c.language.partition("-")[0] != main, c.language))
    )


def _photos(
    sightings: Mapping[str, Sighting], sidecars: Mapping[str, Sidecar], fates: dict[str, Fate]
) -> tuple[PhotoIn, ...]:
    taken: dict[str, set[str]] = defaultdict(set)
    photos = []
    for sighting in _of(sightings, "photo"):
        if sighting.refusal:
            continue
        path = PurePosixPath(sighting.path)
        folder = "" if str(path.parent) == "." else str(path.parent)
        album = _album(folder) if folder else TOP_ALBUM
        name = safe_name(path.stem, _digits(path.name))
        if name.casefold() in taken[album]:  # the same stem with another extension, or on a share that folds case
            name = f"{name}-{_digits(path.name)}"
        taken[album].add(name.casefold())
        fates[sighting.path] = Fate(path=sighting.path, state="queued")
        photos.append(
            PhotoIn(
                source=sighting,
                album=album,
                album_title=folder,
                name=name,
                sidecar=sidecars.get(sighting.path, Sidecar()),
            )
        )
    return tuple(photos)


def _album(folder: str) -> str:
    """Return a name without dots, so that the first dot of an asset's name ends its album's."""
    name = safe_name(folder, _digits(folder))
    return f"{name.replace('.', '-')}-{_digits(folder)}" if "." in name else name


def _digits(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogateescape")).hexdigest()[:8]
