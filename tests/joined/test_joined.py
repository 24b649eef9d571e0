"""Twenty entries as one file by copy: exact, and never by ffmpeg's word alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import av
import pytest
from show_factory import PARTS, Part, make_master, make_show

from pipeline.errors import OurError
from pipeline.joined.join import ensure_joined, join, unused
from pipeline.joined.packets import read_packets
from pipeline.joined.plan import joined_links, joined_lists, plan_joined
from pipeline.show.model import Show, ShowList

CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=2133
title=ยินดีต้อนรับ
[CHAPTER]
TIMEBASE=1/1000
START=2133
END=17066
title=คลิปที่เหลือ
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Show]:
    out = tmp_path_factory.mktemp("joined")
    return out, make_show(out)


def twenty(show: Show) -> tuple[Show, ShowList]:
    """The five entries four times over, as a show of twenty."""
    items = tuple(
        entry.model_copy(update={"position": 5 * round_ + entry.position, "key": f"{entry.key}.{round_}"})
        for round_ in range(4)
        for entry in show.items
    )
    listed = ShowList(id="show", kind="all", title="ทั้งงาน", positions=tuple(e.position for e in items))
    return show.model_copy(update={"items": items, "lists": (listed,)}), listed


def test_twenty_entries_are_one_file_with_every_packet(made: tuple[Path, Show], ffmpeg: str, tmp_path: Path) -> None:
    out, show = made
    show, listed = twenty(show)
    frames = 4 * sum(part.frames for part in PARTS)
    done = join(out, show, listed, ffmpeg, tmp_path, None)
    assert done.frames == frames
    found = read_packets(out / done.path)
    assert found.video
    assert found.audio
    assert (found.video.packets, found.video.starts, found.video.uneven) == (frames, 0, ())
    assert found.audio.packets == frames * 1600 // 1024
    assert (found.audio.starts, found.audio.uneven, found.audio.step) == (-1024, (), 1024)
    assert found.video.length_s == found.audio.length_s == done.frames / show.frame_rate
    assert found.title == "ทั้งงาน"
    # Played by a decoder that knows nothing of us: as many pictures, and sound for all but the primed packet.
    with av.open(str(out / done.path)) as container:
        pictures = [frame.pts for frame in container.decode(video=0)]
    assert len(pictures) == frames
    assert list(tmp_path.iterdir()) == []


def test_chapters_are_in_it_and_change_its_name(made: tuple[Path, Show], ffmpeg: str, tmp_path: Path) -> None:
    out, show = made
    listed = show.lists[0]
    plain, told = plan_joined(show, listed), plan_joined(show, listed, CHAPTERS)
    assert plain.path != told.path
    assert plain.link == told.link == "playlists/show.mp4"
    done = ensure_joined(out, show, listed, ffmpeg, tmp_path, CHAPTERS)
    assert done.path == told.path
    assert read_packets(out / done.path).chapters == ("ยินดีต้อนรับ", "คลิปที่เหลือ")
    assert joined_links([told])["playlists/show.mp4"].target == told.path  # type: ignore[union-attr]


def test_what_is_there_and_whole_is_not_made_again(made: tuple[Path, Show], ffmpeg: str, tmp_path: Path) -> None:
    out, show = made
    listed = joined_lists(show)[1]
    done = ensure_joined(out, show, listed, ffmpeg, tmp_path)
    before = (out / done.path).stat()
    assert ensure_joined(out, show, listed, "/no/such/ffmpeg", tmp_path) == done
    shutil.rmtree(out / ".showcase" / "cache")  # the notes may go: the file itself is proven again
    assert ensure_joined(out, show, listed, "/no/such/ffmpeg", tmp_path) == done
    assert (out / done.path).stat().st_ino == before.st_ino
    assert done.path not in unused(out, [plan_joined(show, listed)])
    (out / done.path).write_bytes((out / done.path).read_bytes()[:-5000])
    assert ensure_joined(out, show, listed, ffmpeg, tmp_path) == done
    assert (out / done.path).stat().st_size == before.st_size


def test_new_bytes_of_an_entry_give_another_name(made: tuple[Path, Show]) -> None:
    _, show = made
    first = show.items[0].model_copy(update={"sha256": {"air-1080p": "0" * 64}})
    other = show.model_copy(update={"items": (first, *show.items[1:])})
    assert plan_joined(show, show.lists[0]).path != plan_joined(other, show.lists[0]).path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def corrupt(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = os.urandom(64)
    path.write_bytes(bytes(data))


def other_size(path: Path) -> None:
    make_master(path, (320, 180), 96, 80, is_silent=False)


@pytest.mark.parametrize(
    ("harm", "knows_digest"),
    [
        *((harm, True) for harm in (Path.unlink, cut, corrupt, other_size)),
        # Without a digest nobody knows what the bytes were.
        *((harm, False) for harm in (Path.unlink, cut, other_size)),
    ],
)
def test_a_master_that_is_gone_or_broken_is_told(harm: object, knows_digest: bool, ffmpeg: str, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    show = make_show(tmp_path / "out", (PARTS[0], PARTS[2], Part("last", 64)))
    middle = tmp_path / "out" / show.items[1].master
    harm(middle)  # type: ignore[operator]
    if not knows_digest:
        show = show.model_copy(update={"items": tuple(e.model_copy(update={"sha256": {}}) for e in show.items)})
    with pytest.raises(OurError) as told:
        join(tmp_path / "out", show, show.lists[0], ffmpeg, tmp_path / "scratch", None)
    assert told.value.code == "join-source"
    assert middle.name in str(told.value.values[1])
    assert not (tmp_path / "out" / "playlists").exists()


def test_a_copy_that_stops_in_the_middle_is_told_though_the_tool_says_it_is_well(ffmpeg: str, tmp_path: Path) -> None:
    """A tool that loses an entry between the check and the copy, and ends with status 0 as ffmpeg does."""
    show = make_show(tmp_path / "out", (PARTS[0], PARTS[2], Part("last", 64)))
    middle = tmp_path / "out" / show.items[1].master
    tool = tmp_path / "tool"
    away, back = f'mv "{middle}" "{middle}.gone"', f'mv "{middle}.gone" "{middle}"'
    noted = f'echo $status > "{tmp_path}/status"\nexit $status\n'
    tool.write_text(f'#!/bin/sh\n{away}\n"{ffmpeg}" "$@"\nstatus=$?\n{back}\n{noted}')
    tool.chmod(0o755)
    with pytest.raises(OurError) as told:
        join(tmp_path / "out", show, show.lists[0], str(tool), tmp_path / "scratch", None)
    assert (tmp_path / "status").read_text().strip() == "0"
    assert told.value.code == "join-differs"
    assert "video packets: 224 ≠ 64" in str(told.value.values[1])
    assert not (tmp_path / "out" / "playlists").exists()
