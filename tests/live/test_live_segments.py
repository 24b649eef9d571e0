"""What the channel sends in place of a segment's file: the same pictures and sound, with the channel's time."""

from __future__ import annotations

import io
import re
import struct
import urllib.error
import urllib.request
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_live_http import at_noon, get, looping, out, serving

from pipeline.hls.mp4 import AUDIO_ID, VIDEO_ID, Run, Sample, media_head, read_runs
from pipeline.live.timing import Timing, finest_cut, read_caption_name, read_media_name, retimed
from pipeline.show.channel import Airing

__all__ = ["out"]

SAMPLES = st.builds(
    Sample, st.just(0), st.integers(1, 99), is_sync=st.booleans(), shift=st.sampled_from([0, 0, 512, -512])
)
TIMINGS = st.builds(Timing, st.integers(0, 9**9), st.integers(0, 10**12), st.just(1600), st.integers(1, 9))


def written(picture: list[Sample], sound: list[Sample], ticks: tuple[int, int] = (153600, 478976)) -> bytes:
    """Return the head of a segment."""
    runs = (Run(VIDEO_ID, ticks[0], 512, picture), Run(AUDIO_ID, ticks[1], 1024, sound))
    return media_head(1, runs)


@given(st.lists(SAMPLES, min_size=1, max_size=9), st.lists(SAMPLES, min_size=1, max_size=9), TIMINGS)
def test_a_head_is_written_anew_with_other_times(picture: list[Sample], sound: list[Sample], timing: Timing) -> None:
    head = written(picture, sound)
    length, runs = read_runs(head)
    assert (length, media_head(1, runs)) == (len(head), head)
    assert [run.samples[0].at for run in runs] == [length, length + sum(one.size for one in picture)]
    cut = retimed(head, timing)
    _, moved = read_runs(cut.head)
    shown = moved[0].samples
    assert [(one.size, one.shift) for one in shown] == [(one.size, one.shift) for one in picture[: timing.frames]]
    assert moved[0].decode_ticks == 153600 + timing.shift_frames * 512
    assert all(run.decode_ticks == 478976 + timing.shift_frames * 1600 for run in moved[1:])
    assert sum(sum(one.size for one in run.samples) for run in moved) == sum(size for _, size in cut.slices)
    if timing.frames >= len(picture):
        assert len(cut.head) == length
        assert cut.slices[0][0] == length


@given(st.binary(max_size=300), st.integers(0, 400))
def test_what_is_no_segment_is_said_to_be_none(data: bytes, keep: int) -> None:
    for head in (data, written([Sample(0, 5)] * 9, [Sample(0, 5)] * 3)[: keep % 200]):
        with pytest.raises(ValueError, match=r"fragment|picture"):
            retimed(head, Timing(1, 1, 1600, 5))


def test_sound_behind_a_cut_ends_before_what_follows_begins() -> None:
    head = written([Sample(0, 5)] * 180, [Sample(0, 5)] * 282)
    for frames in range(1, 180):
        _, runs = read_runs(retimed(head, Timing(1, 0, 1600, frames)).head)
        ends = 480000 + frames * 1600 - 1024
        heard = [run for run in runs if run.track == AUDIO_ID]
        assert all(ends - 1024 < run.decode_ticks + len(run.samples) * 1024 <= ends for run in heard)
        assert heard or frames == 1


def test_pictures_out_of_order_are_cut_at_key_frames() -> None:
    plain = [Sample(0, 5, n % 60 == 0) for n in range(180)]
    turned = [Sample(0, 5, n % 60 == 0, 512 * (n % 3)) for n in range(180)]
    sound = [Sample(0, 5)]
    assert finest_cut(written(plain, sound)) == 1
    assert finest_cut(written(turned, sound)) == 60
    assert finest_cut(written(turned[:40], sound)) == 40


def rows(base: str) -> list[str]:
    """Return the addresses of the list's segments."""
    text = get(f"{base}air-720p.m3u8")[0].decode()
    return [urljoin(base, line) for line in text.splitlines() if not line.startswith("#")]


def test_a_segment_has_the_bytes_of_its_file_and_times_that_go_on(out: Path) -> None:
    with serving(out, looping(100)) as base:
        ends: dict[int, Fraction] = {}
        for url in rows(base):
            data, headers = get(url)
            path = out / "playlists/hls/media" / "/".join(url.split("/")[-2:])
            file = path.read_bytes()
            length, runs = read_runs(data)
            assert len(data) == len(file) == int(headers["content-length"])
            assert data[length:] == file[length:]
            assert "immutable" in headers["cache-control"]
            assert headers["content-type"] == "video/iso.segment"
            for run in runs:
                assert ends.setdefault(run.track, Fraction(run.decode_ticks)) == run.decode_ticks
                ends[run.track] += run.sample_ticks * len(run.samples)
            at_s = Fraction(runs[0].decode_ticks, 512 * 30) - 10
            assert abs(runs[1].decode_ticks - (at_s + 10) * 48000) <= 1024
            number = struct.unpack(">I", data[data.index(b"mfhd") + 8 :][:4])[0]
            assert number == int(url.split("/")[-3].partition("-")[0])


def test_a_piece_of_a_segment_is_decoded_to_its_last_picture(out: Path) -> None:
    with serving(out, Airing(), clock=at_noon(8)) as base:
        cut = next(url for url in rows(base) if re.search(r"-1600-80/", url))  # what is left of the idle time
        init = re.findall(r'MAP:URI="([^"]+)"', get(f"{base}air-720p.m3u8")[0].decode())[0]
        data = get(urljoin(base, init))[0] + get(cut)[0]
    with av.open(io.BytesIO(data), "r") as container:
        frames = [frame.pts or 0 for frame in container.decode(video=0)]
    assert len(frames) == 80
    assert {later - before for before, later in pairwise(frames)} == {512}


def ask(url: str, **fields: str) -> tuple[int, bytes, dict[str, str]]:
    """Return status, body and headers."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): text for name, text in fields.items()})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), {name.lower(): text for name, text in answer.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, error.read(), {name.lower(): text for name, text in error.headers.items()}


def test_parts_of_a_segment_are_parts_of_what_is_sent(out: Path) -> None:
    with serving(out, looping(100)) as one, serving(out, looping(100)) as other:
        url = rows(one)[3]
        whole, headers = get(url)
        assert get(urljoin(other, "media/" + url.partition("/media/")[2]))[1]["etag"] == headers["etag"]
        length, _ = read_runs(whole)
        for first, last in ((0, 9), (length - 5, length + 5), (100, len(whole) - 1), (length, length), (0, 10**9)):
            status, data, told = ask(url, Range=f"bytes={first}-{last}")
            assert (status, data) == (206, whole[first : last + 1])
            assert told["content-range"] == f"bytes {first}-{min(last, len(whole) - 1)}/{len(whole)}"
        assert ask(url, Range="bytes=-7")[1] == whole[-7:]
        assert ask(url, Range="bytes=0-1,9-12")[:2] == (200, whole)
        assert ask(url, Range=f"bytes={len(whole)}-")[0] == 416
        assert ask(url, If_None_Match=headers["etag"])[:2] == (304, b"")
        assert ask(url, If_Range='"other"', Range="bytes=0-9")[0] == 200


@pytest.mark.parametrize(
    "name",
    [
        "media/1-2-1600-180/../../show.json", "media/1-2-1600-180/x/0001.m4s", "media/1-2-1600/x/0001.m4s",
        "media/1-2-1600-180/init-air-720p.mp4", "media/%2e%2e/0001.m4s", "captions/1-2/x.vtt", "captions/1/x.vtt",
        "media/99999999999-2-1600-180/x/0001.m4s", "media/", "captions/",
    ],
)  # fmt: skip
def test_any_other_address_is_nothing(out: Path, name: str) -> None:
    with serving(out, looping(100)) as base:
        assert ask(f"{base}{name}")[0] == 404


def test_a_damaged_segment_is_not_sent(out: Path) -> None:
    broken = out / "playlists/hls/media/broken"
    broken.mkdir(exist_ok=True)
    (broken / "0001.m4s").write_bytes(b"\0\0\0\x18moof" + bytes(16))
    with serving(out, looping(100)) as base:
        assert ask(f"{base}media/1-2-1600-180/broken/0001.m4s")[0] == 404


@given(st.text(alphabet="0123456789-/.amsvtx\n", max_size=40))
def test_names_are_read_or_refused(name: str) -> None:
    assert read_media_name(name) is None
    header = read_caption_name(name)
    assert header is None or header[0].startswith("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:")


def test_times_that_no_box_can_hold_are_not_sent(out: Path) -> None:
    with serving(out, looping(100)) as base:
        file = "/".join(rows(base)[0].split("/")[-2:])
        assert ask(f"{base}media/1-2-1600-180/{file}")[0] == 200
        assert ask(f"{base}media/9999999999-2-1600-180/{file}")[0] == 404
        assert ask(f"{base}media/1-99999999999999-999999-180/{file}")[0] == 404
        assert ask(f"{base}media/1-2-1600-0/{file}")[0] == 404
