from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from show_factory import PARTS, START, make_show

from pipeline.errors import PresetError
from pipeline.push.packet import Piece
from pipeline.push.player import Player
from pipeline.reasons import Reason
from pipeline.show.channel import Airing, unix_s
from pipeline.show.model import SHOW_FILE, show_text

AIRING = Airing(starts_at=START)
FROM_S = unix_s(START)


def assert_no_hole(pieces: list[Piece], frames: int) -> None:
    video = [piece.dts for piece in pieces if piece.is_video]
    assert video == [512 * n for n in range(frames)]
    audio = [piece.dts for piece in pieces if not piece.is_video]
    assert all(1024 <= later - earlier < 2048 for earlier, later in pairwise(audio))


def test_missing_damaged_and_deleted_masters_leave_no_hole(tmp_path: Path) -> None:
    made, told = make_show(tmp_path, PARTS), list[Reason]()
    (tmp_path / made.items[1].master).unlink()
    damaged = tmp_path / made.items[2].master
    damaged.write_bytes(damaged.read_bytes()[:-20_000])
    player = Player(tmp_path, AIRING, FROM_S, told.append)
    pieces = []
    for piece in player.packets():
        pieces.append(piece)
        if piece.at_s > 12:  # "four" comes last, and is deleted before its turn
            (tmp_path / made.items[4].master).unlink(missing_ok=True)
    assert_no_hole(pieces, sum(entry.frames for entry in made.items))
    assert [reason.code for reason in told] == ["push-missing", "push-damaged", "push-missing"]


def test_a_missing_master_that_comes_back_is_joined_at_its_place(tmp_path: Path) -> None:
    made = make_show(tmp_path, PARTS[:2])
    master = tmp_path / made.items[1].master
    content = master.read_bytes()
    master.unlink()
    player = Player(tmp_path, AIRING, FROM_S, lambda _: None)
    pieces = []
    for piece in player.packets():
        pieces.append(piece)
        if piece.at_s > 3:
            master.write_bytes(content)
    assert_no_hole(pieces, 64 + 160)
    seen = [piece.data for piece in pieces if piece.is_video]
    original = [piece.data for piece in Player(tmp_path, AIRING, FROM_S, lambda _: None).packets() if piece.is_video]
    assert seen[64 + 60 :] == original[64 + 60 :]
    assert seen[64] != original[64]


def test_a_show_that_changes_is_followed_at_the_next_entry(tmp_path: Path) -> None:
    made = make_show(tmp_path, PARTS[:3])
    opener, one, two = made.items
    late = two.model_copy(update={"title": "มาทีหลัง", "media": one.media, "frames": one.frames})
    player, titles = Player(tmp_path, AIRING, FROM_S, lambda _: None), list[str]()
    pieces = []
    for piece in player.packets():
        pieces.append(piece)
        assert player.on_air
        titles.append(player.on_air.run.entry.title)
        if len(pieces) == 20:
            changed = made.model_copy(update={"items": (opener, one, late)})
            (tmp_path / "new").write_text(show_text(changed), "utf-8")
            (tmp_path / "new").replace(tmp_path / SHOW_FILE)
    assert list(dict.fromkeys(titles)) == [opener.title, one.title, "มาทีหลัง"]
    assert_no_hole(pieces, 64 + 160 + 160)


def test_before_its_time_there_is_a_filler_and_the_entry_starts_on_time(tmp_path: Path) -> None:
    make_show(tmp_path, PARTS)
    player = Player(tmp_path, Airing(list_id="session-morning"), FROM_S - Fraction(501, 100), lambda _: None)
    starts = dict[str, Fraction]()
    for piece in player.packets():
        assert player.on_air
        if piece.is_video and not player.on_air.run.is_filler:
            starts.setdefault(player.on_air.run.entry.key, player.zero_s + piece.at_s)
    assert list(starts) == ["opener", "one", "two"]
    assert abs(starts["opener"] - FROM_S) < Fraction(1, 1000)
    assert abs(starts["one"] - FROM_S - Fraction(64, 30)) < Fraction(1, 1000)


def test_what_cannot_begin_is_told(tmp_path: Path) -> None:
    with pytest.raises(PresetError, match="push-no-show"):
        Player(tmp_path, AIRING, FROM_S, lambda _: None)
    made = make_show(tmp_path, PARTS[:1])
    with pytest.raises(PresetError, match="no-such-list"):
        Player(tmp_path, Airing(list_id="absent"), FROM_S, lambda _: None)
    with pytest.raises(PresetError, match="push-over"):
        Player(tmp_path, Airing(), FROM_S + 10_000_000, lambda _: None)
    (tmp_path / made.items[0].master).unlink()
    with pytest.raises(PresetError, match="push-no-picture"):
        Player(tmp_path, AIRING, FROM_S, lambda _: None)
