"""The command: exit status, what is said and in which language, and what is left alone."""

from __future__ import annotations

import json
import locale
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from media_factory import Spec, make_clip, make_photo, make_text, truncate

from pipeline import cli, shell
from pipeline.errors import InputError, MachineError, OurError

ROOT = Path(__file__).resolve().parent.parent
EVENT = "songkhla-2565"
COMMAND = Path(sys.executable).with_name("showcase")
KEYS = {"path", "kind", "outcome", "partner", "state", "reasons"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing of the developer's own settings counts, and pytest keeps its signals."""
    for name in [name for name in os.environ if name.startswith("SHOWCASE_") and name != "SHOWCASE_FFMPEG"]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOWCASE_PRESETS", str(ROOT / "presets"))
    monkeypatch.chdir(tmp_path)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the presets, to be spoilt."""
    folder = shutil.copytree(ROOT / "presets", tmp_path / "presets")
    monkeypatch.setenv("SHOWCASE_PRESETS", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An input folder with one good clip in it, and bad company."""
    made = tmp_path / "in"
    clip = make_clip(made / "07-คลิป.mp4", Spec(width=480, height=360, seconds=Fraction(1)))
    shutil.copy(clip, made / "08-ขาด.mp4")
    truncate(made / "08-ขาด.mp4", 0.6)
    make_text(made / "09-ข้อความ.mp4")
    (made / "10-ว่าง.mp4").touch()
    (made / "07-คลิป.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nสวัสดี\n", "utf-8")
    make_photo(made / "ภาพ" / "a.jpg", (1200, 800))
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(clip, outside / "11-ลับ.mp4")
    (made / "ทางลัด").symlink_to(outside, target_is_directory=True)
    (made / ".DS_Store").write_bytes(b"x")
    return made


def showcase(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def rows_of(result: Result) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in json.loads(result.stdout)["inputs"]}


def codes(row: dict[str, Any]) -> list[str]:
    return [why["code"] for why in row["reasons"]]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def has_thai(text: str) -> bool:
    return any("\u0e01" <= c <= "\u0e5b" for c in text)


def test_right_presets_are_praised_in_both_languages() -> None:
    for lang, word in (("th", "ถูกต้อง"), ("en", "right")):
        result = showcase("presets", "--lang", lang)
        assert (result.exit_code, result.stderr) == (0, "")
        assert word in result.stdout
    assert json.loads(showcase("presets", "--json").stdout) == {"problems": []}


def test_every_mistake_in_the_presets_is_told_at_once(presets: Path, tmp_path: Path) -> None:
    event = tmp_path / "งาน.toml"
    shutil.copy(presets / "events" / f"{EVENT}.toml", event)
    change(event, 'timezone = "Asia/Bangkok"', 'timezone = "Asia/Bangok"')
    change(event, "expected_partners = 31", 'expected_partners = "many"')
    change(event, 'accent = "#FFBE5C"', 'accent = "amber"')
    change(presets / "outputs" / "square.toml", "crf = 21.5", "crf = 99.0")
    change(presets / "styles" / "lake.toml", 'ink = "#FFFFFF"', "")
    (presets / "words" / "bad.txt").write_bytes(b"\xa1")
    (tmp_path / "in").mkdir()
    for verb in ("run", "check", "status"):
        result = showcase(verb, "--in", tmp_path / "in", "--out", tmp_path / "out", "--event", event, "--lang", "en")
        assert result.exit_code == 2, verb
        assert result.stdout == ""
        for part in (
            "expected_partners",
            "themes.1.accent",
            "amber",
            "square.toml",
            "crf",
            "lake.toml",
            "ink",
            "bad.txt",
        ):
            assert part in result.stderr, (verb, part)
        lines = result.stderr.splitlines()
        assert not has_thai(lines[0])  # the chosen language first
        assert has_thai(lines[1])
        assert "งาน.toml: the value of expected_partners" in result.stderr
        assert "ไฟล์ งาน.toml: ค่าของ expected_partners" in result.stderr
    assert not (tmp_path / "out").exists()


def test_the_verb_for_presets_tells_the_same(presets: Path) -> None:
    change(presets / "events" / f"{EVENT}.toml", 'style = "lake"', 'style = "laek"')
    change(presets / "outputs" / "square.toml", "crf = 21.5", "crf = 99.0")
    result = showcase("presets", "--lang", "th")
    assert result.exit_code == 2
    assert "laek" in result.stderr
    assert "crf" in result.stderr
    told = json.loads(showcase("presets", "--json").stdout)["problems"]
    assert sorted(each["code"] for each in told) == ["preset-not-found", "preset-wrong-value"]
    assert all(set(each) == {"code", "th", "en"} for each in told)


def test_an_event_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    result = showcase("check", "--in", tmp_path / "in", "--out", tmp_path / "out", "--event", "nothing")
    assert result.exit_code == 2
    assert "nothing" in result.stderr


@pytest.mark.parametrize("verb", ["run", "check", "status"])
def test_a_missing_input_folder_is_named(tmp_path: Path, verb: str) -> None:
    result = showcase(verb, "--in", tmp_path / "ไม่มี", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.count("ไม่มี") >= 2  # in both languages
    assert "There is no folder" in result.stderr
    assert has_thai(result.stderr.splitlines()[0])
    assert not (tmp_path / "ไม่มี").exists()


@pytest.mark.parametrize("arguments", [("fly",), ("check", "--lang", "fr"), ("check", "--nonsense"), ("run", "extra")])
def test_a_wrong_command_line_is_usage(arguments: tuple[str, ...]) -> None:
    assert showcase(*arguments).exit_code == 2


def test_check_tells_what_is_wrong_with_every_input(folder: Path, tmp_path: Path) -> None:
    result = showcase("check", "--json", "--in", folder, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stderr == ""
    rows = rows_of(result)
    assert {path: (row["kind"], row["outcome"], row["state"], codes(row)) for path, row in rows.items()} == {
        "07-คลิป.mp4": ("clip", "ok", "queued", []),
        "07-คลิป.srt": ("captions", "ok", "used", []),
        "08-ขาด.mp4": ("clip", "reject", "refused", ["index-missing"]),
        "09-ข้อความ.mp4": ("clip", "reject", "refused", ["not-media"]),
        "10-ว่าง.mp4": ("clip", "reject", "refused", ["empty-file"]),
        "ทางลัด": ("other", "reject", "refused", ["outside-link"]),
        "ภาพ/a.jpg": ("photo", "ok", "queued", []),
    }
    assert rows["07-คลิป.mp4"]["partner"] == "phithak-sit-khao-khuha"
    assert rows["07-คลิป.srt"]["for"] == "07-คลิป.mp4"
    for path, row in rows.items():
        assert set(row) == KEYS | {"plan"} | ({"for"} if path.endswith(".srt") else set())
        told = row["reasons"] + row["plan"]
        assert all(set(why) == {"code", "th", "en"} and has_thai(why["th"]) for why in told)
    assert list(rows) == sorted(rows)


def test_check_tells_the_plan_of_each_clip_that_can_be_used(folder: Path, tmp_path: Path) -> None:
    rows = rows_of(showcase("check", "--json", "--in", folder, "--out", tmp_path / "out"))
    plan = {line["code"]: line["en"] for line in rows["07-คลิป.mp4"]["plan"]}
    assert next(iter(plan)) == "plan-source"
    assert {"plan-length", "plan-captions", "plan-outputs"} <= set(plan)
    assert "air-1080p.mp4" in plan["plan-outputs"]
    assert [path for path, row in rows.items() if row["plan"]] == ["07-คลิป.mp4"]
    told = showcase("check", "--lang", "en", "--in", folder, "--out", tmp_path / "out").stdout
    assert plan["plan-length"] in told


def test_check_makes_nothing(folder: Path, tmp_path: Path) -> None:
    def state() -> dict[str, tuple[int, bytes]]:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    showcase("check", "--in", folder, "--out", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".showcase"]
    assert state() == before


def test_check_of_good_inputs_is_well(folder: Path, tmp_path: Path) -> None:
    for path in (*folder.glob("08*"), *folder.glob("09*"), *folder.glob("10*"), folder / "ทางลัด"):
        path.unlink()
    result = showcase("check", "--json", "--in", folder, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert len(rows_of(result)) == 3
    (folder / "07-คลิป.mp4").rename(folder / "ใครก็ไม่รู้.mp4")
    homeless = showcase("check", "--json", "--in", folder, "--out", tmp_path / "out")
    assert homeless.exit_code == 3
    assert codes(rows_of(homeless)["ใครก็ไม่รู้.mp4"]) == ["no-partner"]


def test_check_of_some_paths_tells_of_these_alone(folder: Path, tmp_path: Path) -> None:
    common = ("check", "--json", "--in", folder, "--out", tmp_path / "out")
    assert list(rows_of(showcase(*common, folder / "07-คลิป.mp4"))) == ["07-คลิป.mp4"]
    assert showcase(*common, folder / "07-คลิป.mp4").exit_code == 0
    assert list(rows_of(showcase(*common, "ภาพ"))) == ["ภาพ/a.jpg"]
    assert len(rows_of(showcase(*common, folder))) == 7
    outside = showcase(*common, tmp_path / "outside" / "11-ลับ.mp4")
    assert outside.exit_code == 2
    assert "11-ลับ.mp4" in outside.stderr


def test_check_for_people_says_what_to_do_in_both_languages(folder: Path, tmp_path: Path) -> None:
    thai = showcase("check", "--lang", "th", "--in", folder, "--out", tmp_path / "out")
    english = showcase("check", "--lang", "en", "--in", folder, "--out", tmp_path / "out")
    for result in (thai, english):
        assert result.exit_code == 3
        assert "ไฟล์ว่างเปล่า" in result.stdout
        assert "The file is empty" in result.stdout
    assert thai.stdout.index("ไฟล์ว่างเปล่า") < thai.stdout.index("The file is empty")
    assert english.stdout.index("ไฟล์ว่างเปล่า") > english.stdout.index("The file is empty")


def test_names_are_not_taken_for_markup(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.is_file() or path.is_symlink():
            path.unlink()
    (folder / "[red]09[b]:100:.mp4").touch()
    result = showcase("check", "--in", folder, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "[red]09[b]:100:.mp4" in result.stdout


def test_status_tells_of_every_partner(folder: Path, tmp_path: Path) -> None:
    result = showcase("status", "--json", "--in", folder, "--out", tmp_path / "out")
    assert result.exit_code == 0
    board = json.loads(result.stdout)
    states = {row["number"]: row["state"] for row in board["partners"]}
    assert len(states) == 31
    assert {number: states[number] for number in (7, 8, 9, 10, 11)} == {
        7: "queued", 8: "refused", 9: "refused", 10: "refused", 11: "missing"
    }  # fmt: skip
    assert board["summary"]["expected"] == 31
    assert board["summary"]["ready"] == 0


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (OurError("tool-failed", "ffmpeg", 1, "x"), 1),
        (MachineError("disk-full", "x"), 1),
        (InputError("empty-file"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_blame_has_its_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: BaseException, status: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("pipeline.jobs.survey", fail)
    result = showcase("check", "--in", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == status
    assert "Traceback" not in result.output
    assert has_thai(result.stderr) or status == 130


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "th"), ({"LANG": "en_US.UTF-8"}, "en"), ({"LANG": "C.UTF-8"}, "th"), ({"LANG": "th_TH.UTF-8"}, "th"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "th_TH.UTF-8"}, "th"), ({"LC_MESSAGES": "en_GB"}, "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_locales(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], lang: str) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda *_: "C.UTF-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert shell.default_lang() == lang


def test_without_any_locale_the_command_speaks_thai() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    argv = [str(COMMAND), "presets"]
    done = subprocess.run(argv, env=environ, capture_output=True, check=True, timeout=120, stdin=subprocess.DEVNULL)
    assert "ถูกต้อง" in done.stdout.decode("utf-8")


def test_the_installed_command_starts_and_stops(tmp_path: Path) -> None:
    argv = [str(COMMAND), "check", "--in", str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--lang", "en"]
    done = subprocess.run(argv, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert "none" in done.stderr.decode("utf-8")
    helped = subprocess.run([COMMAND, "-h"], capture_output=True, check=True, timeout=120, stdin=subprocess.DEVNULL)
    assert {"run", "check", "status", "presets", "demo"} <= set(helped.stdout.decode("utf-8").split())


def test_starting_loads_nothing_heavy() -> None:
    code = (
        "import sys; import pipeline.cli; "
        "print([n for n in ('av', 'PIL', 'numpy', 'moviepy', 'pythainlp', 'celery', 'rich') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120, cwd=ROOT)
    assert done.stdout == b"[]\n"
