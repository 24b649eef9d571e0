from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import show_factory
from hypothesis import given
from hypothesis import strategies as st
from rules import attributes, check, lines

from pipeline.hls.layout import layout, segment_frames
from pipeline.hls.model import SEGMENTS_FILE, HlsList, HlsMedia, Packed, PackedEntry, read_media
from pipeline.hls.playlists import hls_package, peak_bps
from pipeline.show.model import Entry, Show

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "hls"


def made_up(show: Show, other_init: str = "") -> HlsMedia:
    """What packaging would return, without a file."""
    packed, lists, laid = {}, [], layout(show, 60)
    for listed in show.lists:
        entries = []
        for entry, at in zip(show.entries(listed), laid[listed.id], strict=True):
            folders = {}
            for output, (wide, high) in show_factory.SIZES.items():
                folder = f"playlists/hls/media/{output}-{entry.sha256[output][:12]}-{at.starts_frames}"
                init = "other" if entry.key == other_init else "one"
                per = int(6 * show.frame_rate)
                packed[folder] = Packed(
                    output=output,
                    folder=folder,
                    init=f"playlists/hls/media/init-{output}-{init}.mp4",
                    codecs="avc1.640029,mp4a.40.2",
                    width_px=wide,
                    height_px=high,
                    starts_frames=at.starts_frames,
                    frames=entry.frames,
                    segment_frames=per,
                    bytes=tuple(min(per, entry.frames - n) * wide * 10 for n in range(0, entry.frames, per)),
                )
                folders[output] = folder
            told = {"key": entry.key, "position": entry.position, "frames": entry.frames}
            entries.append(PackedEntry(**told, starts_frames=at.starts_frames, packed=folders))
        lists.append(HlsList(id=listed.id, entries=tuple(entries)))
    return HlsMedia(frame_rate=show.frame_rate, lists=tuple(lists), packed=packed)


def captions(parts: tuple[show_factory.Part, ...] = show_factory.PARTS) -> dict[str, str]:
    return {f"clips/{part.id}/{part.id}.th.vtt": show_factory.vtt(part.cues) for part in parts if part.cues}


@st.composite
def shows(draw: st.DrawFn) -> tuple[Show, dict[str, str]]:
    count = draw(st.integers(1, 7))
    parts = tuple(
        show_factory.Part(
            f"p{n}",
            16 * draw(st.integers(1, 40)),
            session="morning" if n < count // 2 else "afternoon",
            theme=draw(st.sampled_from([None, "green", "red"])),
            cues=tuple(
                (a / 10, (a + b) / 10, "ก")
                for a, b in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 70)), max_size=3))
            ),
        )
        for n in range(count)
    )
    show = show_factory.show(show_factory.entries(parts))
    shift = draw(st.integers(-200, 20_000))
    sessions = (
        show.sessions[0],
        show.sessions[1].model_copy(
            update={"starts_at": show.sessions[0].starts_at + timedelta(seconds=shift), "is_timed": draw(st.booleans())}
        ),
    )
    rate = draw(st.sampled_from([Fraction(25), Fraction(30)]))
    return show.model_copy(update={"sessions": sessions, "frame_rate": rate}), captions(parts)


@given(shows())
def test_every_rule_that_a_program_can_check(made: tuple[Show, dict[str, str]]) -> None:
    show, texts = made
    media = made_up(show)
    package = hls_package(show, media, texts)
    check(package, media.files())
    for listed in media.lists:
        text = package[f"playlists/hls/{listed.id}/air-1080p.m3u8"]
        assert isinstance(text, str)
        total = sum(Fraction(found) for found in re.findall(r"EXTINF:([\d.]+)", text))
        exact = sum(entry.frames for entry in listed.entries) / show.frame_rate
        assert abs(total - exact) <= Fraction(1, 1_000_000)
        assert "DISCONTINUITY" not in text
        _dates_never_go_back(text)


def _dates_never_go_back(text: str) -> None:
    at, told = Fraction(0), None
    for line in lines(text):
        if line.startswith("#EXTINF"):
            at += Fraction(line[8:-1])
        if line.startswith("#EXT-X-PROGRAM"):
            date = datetime.fromisoformat(line.partition(":")[2])
            assert told is None or (date - told[0]).total_seconds() >= float(at - told[1])
            told = date, at


def test_idle_time_is_told_once_and_an_overrun_never() -> None:
    show = show_factory.show()
    dates = [line for line in _list(show) if "DATE-TIME" in line]
    assert [line[25:] for line in dates] == ["2022-09-27T09:00:00.000+07:00", "2022-09-27T12:00:00.000+07:00"]
    early = show.sessions[1].model_copy(update={"starts_at": show.sessions[0].starts_at + timedelta(seconds=5)})
    overrun = show.model_copy(update={"sessions": (show.sessions[0], early)})
    assert sum("DATE-TIME" in line for line in _list(overrun)) == 1
    untimed = [session.model_copy(update={"is_timed": False}) for session in show.sessions]
    assert not any("DATE-TIME" in line for line in _list(show.model_copy(update={"sessions": tuple(untimed)})))


def test_where_clocks_change_dates_are_moments() -> None:
    """In Berlin 02:30 came twice on 2022-10-30: first in summer time, an hour later in winter time."""
    show = show_factory.show()
    summer = datetime(2022, 10, 30, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    first, second = show.sessions

    def told(second_at: datetime, items: tuple[Entry, ...] = show.items) -> list[str]:
        sessions = (
            first.model_copy(update={"starts_at": summer}),
            second.model_copy(update={"starts_at": second_at}),
        )
        changed = show.model_copy(update={"sessions": sessions, "items": items, "timezone": "Europe/Berlin"})
        return [line[25:] for line in _list(changed) if "DATE-TIME" in line]

    begins, again = "2022-10-30T02:30:00.000+02:00", "2022-10-30T02:30:00.000+01:00"
    assert told(summer.replace(fold=1)) == [begins, again]
    assert told(summer.replace(hour=3)) == [begins, "2022-10-30T03:30:00.000+01:00"]
    later = show.items[1].model_copy(update={"offset_frames": 3600 * 30})
    items = (show.items[0], later, *show.items[2:])
    assert told(summer, items) == [begins, again]


@given(st.integers(1, 600), st.fractions(10, 60, max_denominator=1001))
def test_segments_are_whole_gops_as_near_to_six_seconds_as_they_come(gop: int, rate: Fraction) -> None:
    frames = segment_frames(gop, rate)
    assert frames % gop == 0 < frames
    assert frames == gop or abs(frames - 6 * rate) <= Fraction(gop, 2)


def test_gops_of_60_make_segments_of_six_seconds_at_30_and_less_at_25() -> None:
    assert [segment_frames(60, Fraction(rate)) for rate in (30, 25)] == [180, 120]


def _list(show: Show) -> list[str]:
    return lines(hls_package(show, made_up(show), captions())["playlists/hls/show/air-1080p.m3u8"])


def test_other_parameters_break_every_rendition_at_the_same_place() -> None:
    show = show_factory.show()
    media = made_up(show, other_init="two")
    package = hls_package(show, media, captions())
    check(package, media.files())
    text = str(package["playlists/hls/show/air-720p.m3u8"])
    assert text.count("#EXT-X-DISCONTINUITY") == 2
    assert text.count("#EXT-X-MAP") == 3


def test_two_languages_are_named_in_themselves() -> None:
    show = show_factory.show()
    both = show.items[1].model_copy(update={"captions": {"en": "e.vtt", **show.items[1].captions}})
    show = show.model_copy(update={"items": (show.items[0], both, *show.items[2:])})
    package = hls_package(show, made_up(show), {**captions(), "e.vtt": show_factory.vtt([(1, 2, "one")])})
    told = [attributes(line) for line in lines(package["playlists/hls/show/master.m3u8"]) if "EXT-X-MEDIA" in line]
    assert [(each["LANGUAGE"], each["NAME"]) for each in told] == [("th", "ไทย"), ("en", "English")]


def test_peak_is_over_half_to_one_and_a_half_targets() -> None:
    short = (900, Fraction(1))
    assert peak_bps([(600, Fraction(6)), short], 6) == Fraction(1500, 7)
    assert peak_bps([(600, Fraction(6)), (1200, Fraction(6))], 6) == 200
    assert peak_bps([short], 6) == 0


def test_the_package_says_what_it_is_made_of() -> None:
    show = show_factory.show()
    media = made_up(show)
    package = hls_package(show, media, {})
    assert read_media(str(package[SEGMENTS_FILE])) == media
    assert len({name for name in package if name.endswith(".vtt")}) == 1  # all empty, all one file


def test_golden() -> None:
    show = show_factory.show()
    package = hls_package(show, made_up(show), captions())
    names = ("master.m3u8", "air-1080p.m3u8", "captions-th.m3u8")
    text = "".join(f"== {name}\n{package[f'playlists/hls/show/{name}']!s}" for name in names)
    assert text == GOLDEN.with_suffix(".txt").read_text("utf-8")
