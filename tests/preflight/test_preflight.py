"""Each kind of fault, made in a delivered show: found with its code, at its entry; a whole show has none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from delivered import HLS, deliver
from show_factory import X264, make_master, places

from pipeline.dialects.ffplayout import ffplayout
from pipeline.errors import PresetError
from pipeline.preflight.days import day_path
from pipeline.preflight.full import check_fully, check_quickly, open_delivered
from pipeline.preflight.media import MEMORY, Player
from pipeline.preflight.model import Report
from pipeline.preflight.quick import quick
from pipeline.preset.load import load
from pipeline.show.model import SHOW_FILE, Show, read_show

HOUSE = load(Path(__file__).resolve().parents[2] / "presets", None).house
Harm = Callable[[Path, Show, str], None]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    deliver(out, ffmpeg)
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    """A copy that may be harmed. Absolute paths in its lists name the place where it was made."""
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def fully(out: Path, made_in: Path, ffmpeg: str) -> Report:
    return check_fully(open_delivered(out, places(made_in)), Player(out, ffmpeg, "tools"), HOUSE, lambda *_: None)


def found(report: Report, name: str = SHOW_FILE) -> set[tuple[str | None, str]]:
    return {(p.entry, p.code) for each in report.lists if each.list == name for p in each.problems}


def test_a_whole_show_has_no_problem(out: Path, whole: Path, ffmpeg: str) -> None:
    report = fully(out, whole, ffmpeg)
    assert [(each.list, each.problems) for each in report.lists if each.problems] == []
    assert report.ok
    assert report.files == 10
    names = {each.list for each in report.lists}
    assert {SHOW_FILE, "playlists/show.m3u8", "playlists/show.mp4", f"{HLS}/master.m3u8"} <= names
    assert {
        "playlists/obs-scenes.json",
        "playlists/theme-red.xspf",
        "playlists/ffplayout/2022/09/2022-09-27.json",
    } <= names
    # What played once is remembered by its bytes: a tool that is not there is not asked again.
    assert fully(out, whole, "/no/such/ffmpeg").ok
    (out / MEMORY).unlink()
    told = report.told()
    assert told["ok"] is True
    assert {"list", "entries", "problems"} <= told["lists"][0].keys()


def gone(out: Path, show: Show, _: str) -> None:
    (out / show.items[1].master).unlink()


def cut(out: Path, show: Show, _: str) -> None:
    path = out / show.items[1].master
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def corrupt(out: Path, show: Show, _: str) -> None:
    data = bytearray((out / show.items[1].master).read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 40_000, 400):
        data[at : at + 40] = os.urandom(40)
    (out / show.items[1].master).write_bytes(bytes(data))


def other_size(out: Path, show: Show, _: str) -> None:
    make_master(out / show.items[1].master, (320, 240), 160, 40, is_silent=False)


def made_with(out: Path, show: Show, ffmpeg: str, *options: str) -> None:
    """Make the second entry again, with other options."""
    path = out / show.items[1].master
    subprocess.run(
        [
            ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "testsrc2=s=480x270:r=30", "-f", "lavfi",
            "-i", "aevalsrc=0.158*sin(2*PI*1000*t)|0.158*sin(2*PI*1000*t):s=48000", "-t", "5.333333",
            "-vf", "setsar=1,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
            "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-level:v", "4.1", "-x264-params", X264,
            "-c:a", "aac", "-video_track_timescale", "15360", *options, "-movflags", "+faststart", "-f", "mp4",
            str(path),
        ],
        check=True,
    )  # fmt: skip


def other_rate(out: Path, show: Show, ffmpeg: str) -> None:
    made_with(out, show, ffmpeg, "-r", "25")


def mono(out: Path, show: Show, ffmpeg: str) -> None:
    made_with(out, show, ffmpeg, "-ac", "1")


def slow_sound(out: Path, show: Show, ffmpeg: str) -> None:
    made_with(out, show, ffmpeg, "-ar", "44100")


def no_sound(out: Path, show: Show, ffmpeg: str) -> None:
    made_with(out, show, ffmpeg, "-an")


def too_soft(out: Path, show: Show, ffmpeg: str) -> None:
    made_with(out, show, ffmpeg, "-af", "volume=-12dB")


def outside(out: Path, show: Show, _: str) -> None:
    path = out / show.items[1].master
    path.rename(out.parent / "elsewhere.mp4")
    path.symlink_to(out.parent / "elsewhere.mp4")


def late_captions(out: Path, show: Show, _: str) -> None:
    (out / show.items[1].captions["th"]).write_text("WEBVTT\n\n00:00:01.000 --> 00:00:09.000\nยาวไป\n", "utf-8")


def no_captions(out: Path, show: Show, _: str) -> None:
    (out / show.items[1].captions["th"]).write_text("1\n00:00:01,000 --> 00:00:02,000\nไม่ใช่\n", "utf-8")


@pytest.mark.parametrize(
    ("harm", "codes"),
    [
        (gone, {"file-missing"}),
        (cut, {"bytes-changed", "frames-differ", "sound-differs", "decode-fails"}),
        (corrupt, {"bytes-changed", "decode-fails"}),
        (other_size, {"bytes-changed", "signature-differs"}),
        (other_rate, {"bytes-changed", "frames-differ", "not-joinable", "signature-differs"}),
        (mono, {"bytes-changed", "signature-differs"}),
        (slow_sound, {"bytes-changed", "signature-differs", "sound-differs"}),
        (no_sound, {"bytes-changed", "sound-missing"}),
        (too_soft, {"bytes-changed", "loudness-out"}),
        (outside, {"file-is-link"}),
        (late_captions, {"captions-overrun"}),
        (no_captions, {"captions-gone"}),
    ],
)
def test_a_fault_of_an_entry_is_found(harm: Harm, codes: set[str], out: Path, whole: Path, ffmpeg: str) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    harm(out, show, ffmpeg)
    report = fully(out, whole, ffmpeg)
    here = found(report)
    assert codes <= {code for key, code in here if key == "one"}, here
    # Every list that has the entry fails with it, and no other entry is blamed but for a jump in sound.
    assert {key for key, code in here if code != "loudness-jump"} == {"one"}
    for name in ("playlists/show.m3u8", "playlists/theme-green.ffconcat", f"{HLS}/master.m3u8"):
        assert {key for key, _ in found(report, name)} >= {"one"}
    assert not found(report, "playlists/theme-red.m3u8") - {("two", "loudness-jump")}


def test_all_problems_at_once(out: Path, whole: Path, ffmpeg: str) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    gone(out, show, ffmpeg)
    (out / show.items[3].media["air-720p"]).write_bytes(b"")
    late_captions(out, show, ffmpeg)
    assert {("one", "file-missing"), ("three", "file-empty"), ("one", "captions-overrun")} <= found(
        fully(out, whole, ffmpeg)
    )


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8"))


def lines_swapped(path: Path, first: str, second: str) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace(first, "\0").replace(second, first).replace("\0", second), "utf-8")


@pytest.mark.parametrize("suffix", ["m3u8", "xspf", "ffconcat", "liquidsoap.m3u", "vod.json"])
def test_faults_of_a_list_are_found_in_every_dialect(suffix: str, out: Path, whole: Path) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    name = f"playlists/show.{suffix}"
    path, (opener, one, *_) = out / name, (entry.master for entry in show.items)
    original = path.read_text("utf-8")

    def codes() -> set[tuple[str | None, str]]:
        return found(check_quickly(open_delivered(out, places(whole))), name)

    assert codes() == set()
    lines_swapped(path, opener, one)
    assert ("opener", "list-order") in codes()
    path.write_text("\ufeff" + original, "utf-8")
    assert (None, "list-bom") in codes()
    path.write_text(original.replace(one, "masters/no-such.mp4"), "utf-8")
    assert ("one", "file-missing") in codes()
    root = str(whole) + "/" if str(whole) in original else "../"
    path.write_text(original.replace(root + one, "/etc/passwd"), "utf-8")
    assert ("one", "entry-outside") in codes()
    path.write_text(original.replace(root + one, root + "../../../outside.mp4"), "utf-8")
    assert ("one", "entry-outside") in codes()
    lengths = {"m3u8": ("5.333", "6.333"), "xspf": ("5333", "6333"), "vod.json": ("5334", "6334")}
    old, new = lengths.get(suffix, ("5.333333", "6.333333"))
    path.write_text(original.replace(old, new), "utf-8")
    assert {("one", "list-duration"), (None, "list-length")} <= codes()
    path.write_bytes(b"\xff\xfe" + original.encode("utf-16-le"))
    assert (None, "list-unreadable") in codes()
    path.unlink()
    if suffix in {"m3u8", "xspf", "ffconcat"}:
        assert codes() == {(None, "list-absent")}


def test_a_clip_that_is_left_out_or_comes_twice(out: Path, whole: Path) -> None:
    path = out / "playlists" / "show.m3u8"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:3], *lines[5:], *lines[-2:]]) + "\n", "utf-8")
    here = found(check_quickly(open_delivered(out, places(whole))), "playlists/show.m3u8")
    assert ("one", "list-missing") in here
    assert "list-extra" in {code for _, code in here}


def test_first_lines_and_tags(out: Path, whole: Path) -> None:
    edited(out / "playlists/show.m3u8", "#EXTM3U\n", "#EXTM3U\n#EXT-X-VERSION:3\n")
    edited(out / "playlists/show.ffconcat", "ffconcat version 1.0\n", "")
    edited(out / "playlists/show.xspf", "<trackNum>1</trackNum>", "<number>1</number>")
    report = check_quickly(open_delivered(out, places(whole)))
    assert (None, "list-is-hls") in found(report, "playlists/show.m3u8")
    assert (None, "list-first-line") in found(report, "playlists/show.ffconcat")
    assert "list-rule" in {code for _, code in found(report, "playlists/show.xspf")}


def test_pieces_of_hls(out: Path, whole: Path, ffmpeg: str) -> None:
    name = f"{HLS}/master.m3u8"
    data = bytearray((out / HLS / "air-720p.003.m4s").read_bytes())
    data[-2000:-1000] = os.urandom(1000)
    (out / HLS / "air-720p.003.m4s").write_bytes(bytes(data))
    damaged = found(fully(out, whole, ffmpeg), name)
    assert {code for _, code in damaged} == {"copy-differs"}
    (out / HLS / "air-720p.003.m4s").unlink()
    edited(out / HLS / "master.m3u8", 'LANGUAGE="th"', 'LANGUAGE="en"')
    here = found(check_quickly(open_delivered(out, places(whole))), name)
    assert (None, "hls-captions") in here
    assert {key for key, code in here if code == "file-missing"} == {key for key, _ in damaged}
    (out / HLS / "air-720p.init.mp4").unlink()
    edited(out / HLS / "air-1080p.m3u8", "#EXTINF:2.000000", "#EXTINF:9.000000")
    codes = {code for _, code in found(check_quickly(open_delivered(out, places(whole))), name)}
    assert {"file-missing", "list-length", "list-rule"} <= codes


def test_a_continuous_video_that_is_damaged_in_the_middle(out: Path, whole: Path, ffmpeg: str) -> None:
    path = out / "playlists" / "show.mp4"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = os.urandom(64)
    path.write_bytes(bytes(data))
    here = found(fully(out, whole, ffmpeg), "playlists/show.mp4")
    assert {code for _, code in here} == {"copy-differs"}
    assert len(here) == 1


def test_scenes_and_the_folder(out: Path, whole: Path) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    edited(out / "playlists/obs-scenes.json", f"{whole}/{show.items[4].master}", f"{whole}/masters/gone.mp4")
    (out / "show" / "06-old.mp4").write_bytes(b"old")
    (out / "show" / show.items[0].file).unlink()
    report = check_quickly(open_delivered(out, places(whole)))
    assert ("four", "file-missing") in found(report, "playlists/obs-scenes.json")
    assert {(None, "list-extra"), ("opener", "file-missing")} <= found(report)


def test_quick_looks_at_what_will_be_published(out: Path, whole: Path) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    texts = {
        path.relative_to(out).as_posix(): path.read_text("utf-8")
        for path in (out / "playlists").rglob("*")
        if path.suffix in {".m3u8", ".m3u", ".xspf", ".ffconcat", ".json"}
    }
    facts: dict[str, dict[str, object]] = {
        path: {"codec": "h264", "parameter_sets_sha256": output, "frames": entry.frames}
        for entry in show.items
        for output, path in entry.media.items()
    }
    told = quick(texts, show, out, facts, places(whole))
    assert len(told) > 30
    assert not any(told.values())
    facts[show.items[1].master]["parameter_sets_sha256"] = "other"
    facts[show.items[2].master]["frames"] = 95
    told = quick(texts, show, out, facts, places(whole))
    assert {(p.entry, p.code) for p in told["playlists/show.m3u8"]} == {
        ("one", "signature-differs"),
        ("two", "frames-differ"),
    }
    assert {p.entry for p in told["playlists/theme-green.xspf"]} == {"one"}
    assert not told["playlists/session-afternoon.m3u8"]


def test_there_is_no_show(tmp_path: Path) -> None:
    with pytest.raises(PresetError) as told:
        open_delivered(tmp_path)
    assert told.value.code == "no-show"


def test_the_command_says_it_all(out: Path, whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.context import open_context  # noqa: PLC0415 - heavy
    from pipeline.preflight.command import preflight  # noqa: PLC0415 - heavy
    from pipeline.settings import read_settings  # noqa: PLC0415 - heavy

    presets = Path(__file__).resolve().parents[2] / "presets"
    context = open_context(read_settings({"SHOWCASE_OUT": str(out), "SHOWCASE_PRESETS": str(presets)}))
    assert preflight(context, "th", as_json=True, places=places(whole)) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    show = read_show((out / SHOW_FILE).read_bytes())
    (out / show.items[1].master).unlink()
    assert preflight(context, "en", is_quick=True, places=places(whole)) == 4
    said = capsys.readouterr().out
    assert "is not there" in said
    assert "Not ready" in said
    text = (out / "preflight" / "index.html").read_text("utf-8")
    assert "ยังออกอากาศไม่ได้" in text
    assert "กลุ่ม &lt;สอง&gt;" not in text  # only what has a problem is named


def test_sessions_that_overlap_by_plan_pass(out: Path, whole: Path) -> None:
    made = read_show((out / SHOW_FILE).read_bytes())
    morning, afternoon = made.sessions
    overlap = afternoon.model_copy(update={"starts_at": morning.starts_at + timedelta(seconds=2)})
    show = made.model_copy(update={"sessions": (morning, overlap)})
    lists = {day_path(day): text for day, text in ffplayout(show, str(whole)).items()}
    told = quick(lists, show, out, places=places(whole))
    assert told == {"playlists/ffplayout/2022/09/2022-09-27.json": ()}
    (path, text), *_ = lists.items()
    rows = text.split("\n")
    at = next(number for number, row in enumerate(rows) if "/two.air" in row)
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    codes = {(p.entry, p.code) for p in quick({path: "\n".join(rows)}, show, out, places=places(whole))[path]}
    assert ("two", "list-time") in codes
    twice = quick({path: text.replace(show.items[1].master, show.items[2].master)}, show, out, places=places(whole))
    codes = {(p.entry, p.code) for p in twice[path]}
    assert {("one", "list-missing"), (None, "list-extra")} <= codes


def test_a_day_on_which_clocks_are_changed(out: Path) -> None:
    made = read_show((out / SHOW_FILE).read_bytes())
    for day in (26, 29):  # of March and of October 2022 and 2023
        month, year = (3, 2022) if day == 26 else (10, 2022)
        starts_at = datetime(year, month, day, 22, tzinfo=ZoneInfo("Europe/Berlin"))
        sessions = tuple(each.model_copy(update={"starts_at": starts_at}) for each in made.sessions)
        show = made.model_copy(update={"sessions": sessions, "timezone": "Europe/Berlin"})
        lists = {day_path(each): text for each, text in ffplayout(show, str(out)).items()}
        assert lists
        assert not any(quick(lists, show, out).values())


def test_what_must_be_there(out: Path, whole: Path) -> None:
    gone = [
        *(f"playlists/show.{suffix}" for suffix in ("m3u8", "xspf", "ffconcat", "mp4")),
        "playlists/obs-scenes.json", "playlists/ffplayout/2022/09/2022-09-27.json", f"{HLS}/master.m3u8",
        *(f"playlists/rundown.{suffix}" for suffix in ("html", "csv", "ics", "xml")),
    ]  # fmt: skip
    for name in gone:
        (out / name).unlink()
    report = check_quickly(open_delivered(out, places(whole)))
    assert {each.list for each in report.lists if each.problems} == set(gone)
    assert all(found(report, name) == {(None, "list-absent")} for name in gone)


def test_papers_and_captions_are_read(out: Path, whole: Path) -> None:
    (out / HLS / "0.vtt").write_text("WEBVTT\n", "utf-8")
    edited(out / "playlists/rundown.ics", "BEGIN:VEVENT", "BEGIN:VTODO")
    (out / "playlists/rundown.xml").write_text("<tv></tv>", "utf-8")
    (out / "playlists/show.xspf").unlink()
    os.mkfifo(out / "playlists/show.xspf")
    report = check_quickly(open_delivered(out, places(whole)))
    assert (None, "captions-segment") in found(report, f"{HLS}/master.m3u8")
    for name, code in (
        ("rundown.ics", "list-unreadable"),
        ("rundown.xml", "list-rule"),
        ("show.xspf", "list-unreadable"),
    ):
        assert code in {code for _, code in found(report, f"playlists/{name}")} or name == "rundown.ics"
    assert found(report, "playlists/rundown.ics")


def test_a_folder_that_was_moved_is_told_once_for_each_list(out: Path) -> None:
    report = check_quickly(open_delivered(out))
    assert found(report, "playlists/show.liquidsoap.m3u") == {(None, "list-elsewhere")}
    assert found(report, "playlists/ffplayout/2022/09/2022-09-27.json") == {(None, "list-elsewhere")}


def test_a_damaged_show_is_not_called_none(out: Path) -> None:
    (out / SHOW_FILE).write_text("{", "utf-8")
    with pytest.raises(PresetError) as told:
        open_delivered(out)
    assert told.value.code == "show-damaged"


def test_every_name_of_a_damaged_file_is_told(out: Path, whole: Path, ffmpeg: str) -> None:
    show = read_show((out / SHOW_FILE).read_bytes())
    (out / "clips" / "one").mkdir(parents=True, exist_ok=True)
    os.link(out / show.items[1].master, out / "clips/one/air-1080p.mp4")
    corrupt(out, show, ffmpeg)
    words = [p.en for each in fully(out, whole, ffmpeg).lists for p in each.problems if p.code == "bytes-changed"]
    assert words
    assert all("clips/one/air-1080p.mp4" in each for each in words)
