from __future__ import annotations

import hashlib
import shutil
import struct
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
import show_factory

from pipeline.errors import MachineError, OurError
from pipeline.hls.model import HlsMedia, Packed, read_media
from pipeline.hls.pack import ensure_media
from pipeline.show.model import Show

PARTS = (
    show_factory.Part("opener", 64, kind="opener"),
    show_factory.Part("long", 400, theme="green", cues=((0.5, 1.5, "หนึ่ง"),)),
    show_factory.Part("two", 192, theme="red"),
    show_factory.Part("three", 64, kind="slate", session="afternoon", theme="green"),
    show_factory.Part("four", 128, session="afternoon", theme="red"),
)


class Made(NamedTuple):
    out: Path
    show: Show
    media: HlsMedia


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("out")
    show = show_factory.make_show(out, PARTS)
    return Made(out, show, ensure_media(out, show))


def boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """A reader of its own, so that writer and reader cannot share a mistake."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at
        yield kind.decode(), data[at + 8 : at + size]
        at += size


def names(data: bytes) -> list[str]:
    found = []
    for kind, content in boxes(data):
        found.append(kind)
        if kind in {"moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf", "edts"}:
            found += names(content)
    return found


class Part(NamedTuple):
    decode: int
    step: int
    sizes: list[int]
    sync: list[bool]
    data: bytes


def parts(data: bytes) -> tuple[int, dict[int, Part]]:
    (styp, _), (moof, content), (mdat, samples) = boxes(data)
    assert (styp, moof, mdat) == ("styp", "moof", "mdat")
    start = len(data) - len(samples)
    sequence, found = 0, {}
    moof_at = data.index(b"moof") - 4
    for kind, box in boxes(content):
        if kind == "mfhd":
            sequence = struct.unpack(">II", box)[1]
            continue
        inner = dict(boxes(box))
        flags, track, step, default = struct.unpack(">IIII", inner["tfhd"])
        assert flags == 0x020028
        version, decode = struct.unpack(">IQ", inner["tfdt"])
        assert version == 1 << 24
        told, count, offset = struct.unpack_from(">IIi", inner["trun"])
        each = 8 if told & 0x400 else 4
        assert told & 0xFFF == (0x601 if each == 8 else 0x201)
        rows = [struct.unpack_from(">II"[: 1 + each // 4], inner["trun"], 12 + n * each) for n in range(count)]
        sync = [(row[1] if each == 8 else default) == 0x02000000 for row in rows]
        at = moof_at + offset
        assert at >= start
        sizes = [row[0] for row in rows]
        found[track] = Part(decode, step, sizes, sync, data[at : at + sum(sizes)])
    assert sum(len(part.data) for part in found.values()) == len(samples)
    return sequence, found


def rendition(made: Made, list_id: str, output: str) -> list[Packed]:
    listed = made.media.list(list_id)
    assert listed
    return [made.media.of(entry, output) for entry in listed.entries]


@pytest.mark.parametrize("output", ["air-1080p", "air-720p"])
@pytest.mark.parametrize("list_id", ["show", "theme-red", "session-afternoon"])
def test_times_go_on_exactly_over_every_segment_and_join(made: Made, list_id: str, output: str) -> None:
    packed = rendition(made, list_id, output)
    starts = packed[0].starts_frames
    video, audio = (10 + Fraction(starts, 30)) * 15360, (10 + Fraction(starts, 30)) * 48000 - 1024
    last = None
    for each in packed:
        for one in each.segments():
            data = (made.out / one.path).read_bytes()
            assert len(data) == one.bytes
            sequence, found = parts(data)
            assert last is None or sequence == last + 1
            last = sequence
            picture, sound = found[1], found[2]
            assert picture.decode == video == (10 + Fraction(one.starts_frames, 30)) * 15360
            assert 0 <= Fraction(picture.decode, 15360) - Fraction(sound.decode, 48000) <= Fraction(1024, 48000)
            assert sound.decode == audio
            assert (picture.step, sound.step) == (512, 1024)
            assert len(picture.sizes) == one.frames
            assert [n for n, key in enumerate(picture.sync) if key] == list(range(0, one.frames, 60))
            assert all(sound.sync)
            video += len(picture.sizes) * 512
            audio += len(sound.sizes) * 1024
    frames = sum(each.frames for each in packed)
    assert video == (10 + Fraction(starts + frames, 30)) * 15360
    assert audio == (10 + Fraction(starts + frames, 30)) * 48000 - 1024


def test_samples_are_the_masters_own(made: Made, ffmpeg: str) -> None:
    for entry, packed in zip(made.show.items, rendition(made, "show", "air-1080p"), strict=True):
        found = [parts((made.out / one.path).read_bytes())[1] for one in packed.segments()]
        for track, kind in ((1, "v"), (2, "a")):
            copied = b"".join(one[track].data for one in found)
            command = [ffmpeg, "-v", "error", "-i", str(made.out / entry.master), "-map", f"0:{kind}", "-c", "copy"]
            raw = subprocess.run([*command, "-f", "data", "-"], capture_output=True, check=True).stdout
            assert hashlib.sha256(copied).digest() == hashlib.sha256(raw).digest()


def test_init_has_no_edit_list_no_length_and_one_name_for_all(made: Made) -> None:
    for output in ("air-1080p", "air-720p"):
        inits = {packed.init for packed in made.media.packed.values() if packed.output == output}
        assert len(inits) == 1
        data = (made.out / inits.pop()).read_bytes()
        found = names(data)
        assert found[0] == "ftyp"
        assert "mvex" in found
        assert not {"elst", "edts", "btrt", "udta"} & set(found)
        mvhd = dict(boxes(dict(boxes(data))["moov"]))["mvhd"]
        assert struct.unpack_from(">I", mvhd, 16)[0] == 0


def test_all_of_it_in_one_decodes_without_an_error(made: Made, ffmpeg: str, tmp_path: Path) -> None:
    packed = rendition(made, "show", "air-1080p")
    files = [packed[0].init, *(one.path for each in packed for one in each.segments())]
    whole = tmp_path / "whole.mp4"
    whole.write_bytes(b"".join((made.out / name).read_bytes() for name in files))
    command = [
        ffmpeg,
        "-v",
        "warning",
        "-xerror",
        "-err_detect",
        "explode",
        "-i",
        str(whole),
        "-fps_mode",
        "passthrough",
    ]
    # The shown time of each frame, in the stream's ticks.
    done = subprocess.run(
        [*command, "-copyts", "-map", "0:v", "-f", "framehash", "-"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    shown = [int(line.split(",")[2]) for line in done.stdout.splitlines() if not line.startswith("#")]
    base = next(line for line in done.stdout.splitlines() if line.startswith("#tb"))
    rate = Fraction(base.split(": ")[1])
    assert [at * rate for at in shown] == [10 + Fraction(n, 30) for n in range(848)]


def test_sessions_and_days_share_the_shows_segments_and_themes_have_their_own(made: Made) -> None:
    show = {one for packed in rendition(made, "show", "air-1080p") for one in packed.segments()}
    for shared in ("session-morning", "session-afternoon", "day-2022-09-27"):
        assert {one for packed in rendition(made, shared, "air-1080p") for one in packed.segments()} <= show
    own = {one for packed in rendition(made, "theme-red", "air-1080p") for one in packed.segments()}
    assert not own & show
    assert made.media.lists[0].entries[3].starts_frames == 656


def test_what_is_there_is_only_read(made: Made, tmp_path: Path) -> None:
    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in made.out.rglob("playlists/**/*")}

    before = state()
    assert ensure_media(made.out, made.show) == made.media
    assert state() == before
    copy = tmp_path / "copy"
    shutil.copytree(made.out, copy, ignore=shutil.ignore_patterns("playlists"))
    assert ensure_media(copy, made.show) == made.media
    for name in made.media.files():
        assert (copy / name).read_bytes() == (made.out / name).read_bytes()
    assert not list((copy / ".showcase" / "scratch").iterdir())


def test_a_longer_first_entry_leaves_nothing_under_an_old_name(made: Made) -> None:
    fewer = made.show.model_copy(update={"lists": (made.show.lists[0].model_copy(update={"positions": (1, 3, 4, 5)}),)})
    media = ensure_media(made.out, fewer)
    old = {packed.folder for packed in rendition(made, "show", "air-1080p")}
    new = {packed.folder for packed in rendition(made._replace(media=media), "show", "air-1080p")}
    assert len(new & old) == 1
    assert all((made.out / name).exists() for name in made.media.files())


def test_a_half_made_folder_is_made_again(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made.out, copy)
    packed = rendition(made, "show", "air-720p")[1]
    (copy / packed.folder / "about.json").unlink()
    (copy / packed.folder / "0002.m4s").unlink()
    assert ensure_media(copy, made.show) == made.media
    assert (copy / packed.folder / "0002.m4s").stat().st_size == packed.bytes[1]


def test_it_goes_through_json(made: Made) -> None:
    assert read_media(made.media.model_dump_json()) == made.media


def test_a_master_of_another_length_is_our_error(made: Made, tmp_path: Path) -> None:
    wrong = made.show.items[0].model_copy(
        update={"frames": 80, "sha256": dict.fromkeys(("air-1080p", "air-720p"), "f" * 64)}
    )
    with pytest.raises(OurError) as caught:
        ensure_media(made.out, made.show.model_copy(update={"items": (wrong, *made.show.items[1:])}))
    assert caught.value.code == "hls-format"
    with pytest.raises(MachineError):
        ensure_media(tmp_path, made.show)


def master_at_25(ffmpeg: str, path: Path, frames: int, gop: int) -> None:
    """Make a master of 25 frames a second, with B-frames."""
    graph = f"testsrc2=s=160x90:r=25,format=yuv420p,setsar=1,{show_factory.BT709}"
    sound = f"anullsrc=r=48000:cl=stereo,atrim=end_sample={frames * 1920 - 1024}"
    x264 = f"keyint={gop}:min-keyint={gop}:stitchable=1:scenecut=0:open-gop=0:bframes=2:b-adapt=0:force-cfr=1"
    command = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", sound, "-frames:v", str(frames)]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", x264, "-video_track_timescale", "12800"]
    subprocess.run([*command, "-c:a", "aac", "-b:a", "64k", str(path)], check=True)


def show_at_25(out: Path, frames: int, count: int) -> Show:
    """Return a show of the same master again and again."""
    digest = hashlib.sha256((out / "m.mp4").read_bytes()).hexdigest()
    items = tuple(
        entry.model_copy(update={"frames": frames, "media": {"air-1080p": "m.mp4"}, "sha256": {"air-1080p": digest}})
        for entry in show_factory.entries()[:count]
    )
    return show_factory.show(items).model_copy(update={"frame_rate": Fraction(25)})


def test_25_frames_a_second_are_exact_too(ffmpeg: str, tmp_path: Path) -> None:
    frames = 160
    master_at_25(ffmpeg, tmp_path / "m.mp4", frames, gop=50)
    show = show_at_25(tmp_path, frames, 2)
    media = ensure_media(tmp_path, show)
    packed = rendition(Made(tmp_path, show, media), "show", "air-1080p")
    ones = [one for each in packed for one in each.segments()]
    assert [one.frames for one in ones] == [150, 10, 150, 10]
    whole = tmp_path / "whole.mp4"
    whole.write_bytes(b"".join((tmp_path / name).read_bytes() for name in [packed[0].init, *(o.path for o in ones)]))
    command = [ffmpeg, "-v", "warning", "-i", str(whole), "-fps_mode", "passthrough", "-copyts", "-map", "0:v"]
    done = subprocess.run([*command, "-f", "framehash", "-"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    rate = Fraction(next(row for row in done.stdout.splitlines() if row.startswith("#tb")).split(": ")[1])
    shown = [int(row.split(",")[2]) * rate for row in done.stdout.splitlines() if not row.startswith("#")]
    assert shown == [10 + Fraction(n, 25) for n in range(2 * frames)]  # B-frames too


def sequence(data: bytes) -> int:
    """Return the number that a segment's fragment tells."""
    return int(struct.unpack(">II", dict(boxes(dict(boxes(data))["moof"]))["mfhd"])[1])


def test_fragments_are_counted_without_a_gap_at_25_frames_a_second(ffmpeg: str, tmp_path: Path) -> None:
    """GOPs of 60 frames do not go into 6 s at 25 frames a second: segments are 4.8 s."""
    master_at_25(ffmpeg, tmp_path / "m.mp4", 304, gop=60)
    show = show_at_25(tmp_path, 304, 3)
    packed = rendition(Made(tmp_path, show, ensure_media(tmp_path, show)), "show", "air-1080p")
    ones = [one for each in packed for one in each.segments()]
    assert [one.frames for one in ones] == [120, 120, 64] * 3
    assert [sequence((tmp_path / one.path).read_bytes()) for one in ones] == list(range(1, 10))


@pytest.mark.parametrize(
    "damage", ["empty", "zeros", "no moov", "cut in moov", "cut", "last byte", "sound only", "picture only", "noise"]
)
def test_a_damaged_master_is_our_error_and_named(made: Made, ffmpeg: str, tmp_path: Path, damage: str) -> None:
    entry = made.show.items[1]
    whole = (made.out / entry.master).read_bytes()
    shutil.copytree(made.out / "masters", tmp_path / "masters")
    hurt = tmp_path / entry.master
    moov = whole.index(b"moov")
    cuts = {"empty": 0, "no moov": moov - 4, "cut in moov": moov + 500, "cut": len(whole) // 2, "last byte": -1}
    if damage in cuts:
        hurt.write_bytes(whole[: cuts[damage]])
    elif damage == "zeros":
        hurt.write_bytes(bytes(len(whole)))
    elif damage == "noise":
        hurt.write_bytes(whole[: moov + 4] + hashlib.sha256(whole).digest() * 40 + whole[moov + 4 + 1280 :])
    else:
        source = ["-i", str(made.out / entry.master), "-map", "0:a" if damage == "sound only" else "0:v"]
        subprocess.run([ffmpeg, "-v", "error", "-y", *source, "-c", "copy", str(hurt)], check=True)
    with pytest.raises(OurError) as caught:
        ensure_media(tmp_path, made.show)
    assert caught.value.code == "hls-format"
    assert hurt.name in caught.value.reason.en


def test_all_that_is_made_is_named(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made.out, copy, ignore=shutil.ignore_patterns("playlists"))
    media = ensure_media(copy, made.show)
    there = {path.relative_to(copy).as_posix() for path in (copy / "playlists").rglob("*") if path.is_file()}
    assert media.files() == there
