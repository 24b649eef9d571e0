"""Cross-checks between preset files, and the book they make together. Pure."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from pipeline.preset.model import MASTER, Book, Event, House, PhotoOutput, PosterOutput, Style, VideoOutput
from pipeline.preset.platform import Platform
from pipeline.preset.programme import Session
from pipeline.reasons import Reason, reason

RECAP = "recap"
"""Id of the film of the photos."""
POSTER = "poster"
"""Id of the still that pages show for a clip; others are for posts."""
Output = House | VideoOutput | PosterOutput | PhotoOutput | Platform


@dataclass
class Assembly:
    """The parts of a book, and what is wrong between them."""

    event: Event
    style: Style | None = None
    house: House | None = None
    videos: tuple[VideoOutput, ...] = ()
    posters: tuple[PosterOutput, ...] = ()
    photo: PhotoOutput | None = None
    platforms: tuple[Platform, ...] = ()
    words: tuple[str, ...] = ()
    sting_sha256: str | None = None
    problems: list[Reason] = field(default_factory=list)


def event_problems(event: Event, name: str) -> list[Reason]:
    """Return what is wrong inside one event file that its fields alone cannot show."""
    problems = [
        *_twice(name, "partners.id", (partner.id for partner in event.partners)),
        *_twice(name, "themes.id", (theme.id for theme in event.themes)),
        *_twice(name, "cards.id", [*(card.id for card in event.cards), *([RECAP] if event.recap else [])]),
    ]
    if event.recap:  # they would share a folder of posts
        problems += _twice(name, "partners.id", [RECAP, *(p.id for p in event.partners if p.id == RECAP)])
    if event.ends_on < event.starts_on:
        problems.append(reason("preset-dates", name))
    if event.timezone not in zoneinfo.available_timezones():
        problems.append(reason("preset-wrong-value", name, "timezone", event.timezone))
    if len(event.partners) > event.expected_partners:
        problems.append(
            reason(
                "preset-wrong-value", name, "expected_partners", f"{event.expected_partners} < {len(event.partners)}"
            )
        )
    themes = {theme.id for theme in event.themes}
    problems += [
        _unknown(name, f"partners.{number}.theme", partner.theme, themes)
        for number, partner in enumerate(event.partners, 1)
        if partner.theme and partner.theme not in themes
    ]
    return [*problems, *_session_problems(event, name)]


def _session_problems(event: Event, name: str) -> Iterator[Reason]:
    """Yield what sessions name that is not there, and ends before starts."""
    yield from _twice(name, "sessions.id", (session.id for session in event.sessions))
    cards = {card.id for card in event.cards} | ({RECAP} if event.recap else set())
    known = {"theme": {theme.id for theme in event.themes}, "partners": {partner.id for partner in event.partners}}
    before: set[str] = set()
    for number, session in enumerate(event.sessions, 1):
        where = f"sessions.{number}"
        named = {
            "opens_with": (session.opens_with, cards),
            "closes_with": (session.closes_with, cards),
            "fills_with": ([session.fills_with] if session.fills_with else [], cards),
            "theme": ([session.theme] if session.theme else [], known["theme"]),
            "partners": (session.partners or (), known["partners"]),
            "follows": ([session.follows] if session.follows else [], before),
        }
        for field_name, (ids, there) in named.items():
            yield from (_unknown(name, f"{where}.{field_name}", each, there) for each in ids if each not in there)
        if session.numbers and session.numbers[1] > event.expected_partners:
            yield reason("preset-wrong-value", name, f"{where}.numbers", str(session.numbers[1]))
        if not _is_in_order(session, event):
            yield reason("preset-wrong-value", name, f"{where}.ends_at", f"{session.ends_at}")
        before.add(session.id)


def _is_in_order(session: Session, event: Event) -> bool:
    """Return whether a session ends after it starts, and not days later: a day is easily mistyped."""
    if session.ends_at is None or event.timezone not in zoneinfo.available_timezones():
        return True
    zone = zoneinfo.ZoneInfo(event.timezone)
    ends_at = session.ends_at if session.ends_at.tzinfo else session.ends_at.replace(tzinfo=zone)
    first = session.starts_at or datetime.combine(event.starts_on, time())
    starts_at = first if first.tzinfo else first.replace(tzinfo=zone)
    longest = timedelta(days=1) if session.starts_at else event.ends_on - event.starts_on + timedelta(days=2)
    return timedelta() < ends_at - starts_at <= longest


def assemble(
    event: Event,
    styles: Mapping[str, Style],
    outputs: Sequence[Output],
    words: Mapping[str, tuple[str, ...]],
) -> Assembly:
    """Return the parts that ``event`` names, with a problem for each that is not there."""
    name = f"events/{event.id}.toml"
    made = Assembly(event, style=styles.get(event.style))
    if made.style is None:
        made.problems.append(_unknown(name, "style", event.style, styles))
    houses = {output.id: output for output in outputs if isinstance(output, House)}
    made.house = houses.get(event.house)
    if made.house is None:
        made.problems.append(_unknown(name, "house", event.house, houses))
    made.problems += [_unknown(name, "words", word, words) for word in event.words if word not in words]
    made.words = tuple(word for listed in event.words for word in words.get(listed, ()))
    made.problems += _twice("outputs", "id", (output.id for output in outputs))
    made.videos = tuple(output for output in outputs if isinstance(output, VideoOutput))
    made.posters = tuple(output for output in outputs if isinstance(output, PosterOutput))
    made.photo = next((output for output in outputs if isinstance(output, PhotoOutput)), None)
    made.platforms = tuple(output for output in outputs if isinstance(output, Platform))
    made.problems += _missing_kinds(made)
    return made


def complete(made: Assembly) -> Book:
    """Return the book of an assembly without problems."""
    return Book.model_validate(
        {
            "event": made.event,
            "style": made.style,
            "house": made.house,
            "videos": made.videos,
            "posters": made.posters,
            "photo": made.photo,
            "platforms": made.platforms,
            "words": made.words,
            "sting_sha256": made.sting_sha256,
        }
    )


def _missing_kinds(made: Assembly) -> list[Reason]:
    covers = [poster for poster in made.posters if poster.id == POSTER]
    there = {"video": made.videos, "poster": covers, "photo": made.photo}
    problems = [reason("preset-missing-field", "outputs", f'kind = "{kind}"') for kind, got in there.items() if not got]
    if made.videos and not any(video.stage == "air" and video.id == MASTER for video in made.videos):
        problems.append(reason("preset-missing-field", "outputs", f'stage = "air", id = "{MASTER}"'))
    return problems


def platform_problems(made: Assembly) -> Iterator[Reason]:
    """Yield what platforms name that is not made. Asked last: where an output is wrong, all that name it would be."""
    for platform in made.platforms if not made.problems else ():
        yield from _platform_problems(platform, made)


def _platform_problems(platform: Platform, made: Assembly) -> Iterator[Reason]:
    name = f"outputs/{platform.id}.toml"
    videos, posters = {video.id for video in made.videos}, {poster.id for poster in made.posters}
    yield from (_unknown(name, "videos", each, videos) for each in platform.videos if each not in videos)
    if platform.cover and platform.cover not in posters:
        yield _unknown(name, "cover", platform.cover, posters)
    sizes = {size.name for size in made.photo.sizes} if made.photo else set()
    if platform.photos and platform.photos not in sizes:
        yield _unknown(name, "photos", platform.photos, sizes)
    yield from _twice(name, "rules.id", (rule.id for rule in platform.rules))


def _twice(name: str, where: str, ids: Iterable[str]) -> list[Reason]:
    return [reason("preset-duplicate", name, where, value) for value, n in Counter(ids).items() if n > 1]


def _unknown(name: str, where: str, value: str, known: Iterable[str]) -> Reason:
    return reason("preset-not-found", name, where, value, ", ".join(sorted(known)) or "-")
