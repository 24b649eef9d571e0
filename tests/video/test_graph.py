"""Command lines, letter for letter, and what must be true of each of them.

After a change that is meant: ``SHOWCASE_WRITE_GOLDEN=1 pytest tests/video/test_graph.py``, then read the difference.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import BOOK, UNHURRIED, clip_facts, plan

from pipeline.card.texts import ThirdText
from pipeline.media.facts import ClipFacts
from pipeline.preset.fields import Layout
from pipeline.text.cues import Captions, Cue
from pipeline.video import graph
from pipeline.video.cut import pauses_between, spans
from pipeline.video.mux import muxed
from pipeline.video.picture import pictures
from pipeline.video.plan import ClipPlan, Span, parts

GOLDEN = Path(__file__).parents[1] / "golden"
SOURCE = Path("/in/07-คลิป 'ใหม่' [1]%03d.mp4")
THAI = (Captions(language="th", cues=(Cue(start_s=Fraction(0), end_s=Fraction(1), text="สวัสดี"),)),)
PORTRAIT = {"coded_width_px": 1080, "coded_height_px": 1920}
HLG = {
    "coded_width_px": 3840, "coded_height_px": 2160, "pix_fmt": "yuv420p10le", "codec": "hevc",
    "color_space": "bt2020nc", "color_primaries": "bt2020", "color_transfer": "arib-std-b67",
}  # fmt: skip
INTERLACED = {
    "coded_width_px": 720, "coded_height_px": 576, "scan": "interlaced", "frame_rate": 25, "color_space": None,
    "pixel_aspect": Fraction(16, 15), "color_range": None,
}  # fmt: skip
ALPHA = {"pix_fmt": "yuva444p12le", "has_alpha": True, "codec": "prores"}
THIRDS: dict[Layout, tuple[int, int]] = {
    "wide": (160, 700),
    "square": (90, 760),
    "portrait": (90, 990),
    "tall": (90, 1300),
}
FLAGS = {"-noautorotate", "-noaccurate_seek"}
"""Input options without a value."""
NO_SOUND: dict[str, Any] = {"audio": None, "audio_streams": 0}


def air(facts: ClipFacts, captions: tuple[Captions, ...] = (), **more: Any) -> ClipPlan:  # noqa: ANN401 - passed on
    return plan(facts, captions=captions, **more)


def pages(facts: ClipFacts, captions: tuple[Captions, ...] = ()) -> ClipPlan:
    return plan(facts, captions=captions, stage="pages")


THIRD = ThirdText(name="ชื่อ", theme="ประเด็น", number=7, total=31, accent="#FFBE5C")
LONG = air(clip_facts({"end_s": 400}, duration_s=400), THAI, third=THIRD)
CASES: dict[str, tuple[ClipPlan, Span | None]] = {
    "air-landscape-captions": (air(clip_facts(), THAI), None),
    "air-portrait-silent": (air(clip_facts(PORTRAIT, duration_s=3).model_copy(update=NO_SOUND)), None),
    "air-hlg": (air(clip_facts(HLG)), None),
    "air-interlaced": (air(clip_facts(INTERLACED, container="mpegts")), None),
    "air-alpha": (air(clip_facts(ALPHA)), None),
    "air-trimmed": (air(clip_facts(duration_s=9), trim=(Fraction(2), Fraction(5))), None),
    "air-part": (LONG, parts(LONG)[1]),
    "pages-captions": (pages(clip_facts(), THAI), None),
    "pages": (pages(clip_facts()), None),
    "air-third": (air(clip_facts(duration_s=9), third=THIRD), None),
}


def shown(name: str) -> dict[str, Span]:
    """Return which frames each output shows."""
    made, span = CASES[name]
    if span:
        return {output.id: span for output in made.parted}
    pauses = pauses_between(made.captions[0].shifted(made.lead_s)) if made.captions else ()
    return spans(made, made.outputs, pauses)


@cache
def argv_of(name: str) -> list[str]:
    """Return the encoder's command line."""
    made, span = CASES[name]
    return [str(word) for word in graph.argv(pictures(made, span or made.whole, SOURCE, THIRDS, shown(name)), "ffmpeg")]


@cache
def mux_of(name: str) -> list[str]:
    """Return the command line that puts picture and sound together."""
    made, _ = CASES[name]
    drawn = {each.id: graph.card_input(f"{each.id}.x")["v"] for each in made.outputs}
    return [
        str(word) for word in graph.argv(muxed(made, drawn, graph.card_input("sound.x")["a"], shown(name)), "ffmpeg")
    ]


def as_text(argv: list[str]) -> str:
    """Return one argument a line, filter graphs one filter chain a line."""
    lines = []
    for before, argument in zip(["", *argv], argv, strict=False):
        if before == "-filter_complex":
            lines += [f"    {part}" for part in argument.split(";")]
        else:
            lines.append(argument)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_the_command_line_is_the_one_we_know(name: str) -> None:
    text, path = as_text(argv_of(name)), GOLDEN / f"{name}.txt"
    if os.environ.get("SHOWCASE_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def inputs(argv: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Return each input's name with the options before it."""
    found, options, at = [], dict[str, str](), argv.index("-stats_period") + 2
    while at < len(argv) and argv[at] not in {"-filter_complex", "-map"}:
        if argv[at] == "-i":
            found.append((argv[at + 1], options))
            options = {}
        else:
            options[argv[at]] = "" if argv[at] in FLAGS else argv[at + 1]
        at += 1 if argv[at] in FLAGS else 2
    return found


def outputs(argv: list[str]) -> list[str]:
    return [argument for argument in argv if argument.endswith(".mp4") and not argument.startswith("file:")]


def graph_of(argv: list[str]) -> str:
    return argv[argv.index("-filter_complex") + 1]


@pytest.mark.parametrize("name", CASES)
def test_no_input_can_open_more_than_itself(name: str) -> None:
    found = inputs(argv_of(name))
    assert found
    for path, options in found:
        assert "-f" in options, path
        if options["-f"] == "lavfi":
            assert path.startswith("anullsrc=")  # made here, and opens nothing
            continue
        assert path.startswith("file:")
        assert options["-protocol_whitelist"] == "file"
        assert options["-f"] in {"mov", "mpegts", "png_pipe", "srt"}
    assert not any(part in graph_of(argv_of(name)) for part in ("movie=", "sendcmd", "http"))


@pytest.mark.parametrize("name", ["-i.mp4", "-", "http://x/y.mp4", "concat:a|b", "pipe:0", "a'b;[c],d.mp4"])
def test_no_name_is_taken_for_an_option_or_an_address(name: str) -> None:
    stream = graph.source_input(Path(name), clip_facts())
    argv = graph.argv([stream["v"].output("x.mp4")], "ffmpeg")
    assert [path for path, _ in inputs(argv)] == [f"file:{Path(name)}"]


@pytest.mark.parametrize("name", CASES)
def test_every_command_line_is_quiet_deaf_and_reports_progress(name: str) -> None:
    argv = argv_of(name)
    assert argv[0] == "ffmpeg"
    assert {"-nostdin", "-hide_banner", "-y", "-nostats"} <= set(argv)
    assert argv[argv.index("-progress") + 1] == "pipe:1"
    assert argv[argv.index("-v") + 1] == "error"


@pytest.mark.parametrize("name", CASES)
def test_every_picture_has_the_house_format(name: str) -> None:
    made, _ = CASES[name]
    argv = argv_of(name)
    assert sorted(outputs(argv)) == [f"{output.id}.picture.mp4" for output in made.encoded]
    encoded = len(made.encoded)
    assert argv.count("libx264") == encoded
    assert argv.count("stitchable=1:keyint=60:min-keyint=60:scenecut=0:open-gop=0:8x8dct=1:deblock=0,0") == encoded
    assert argv.count("15360") == encoded
    assert argv.count("-map_metadata") == encoded


@pytest.mark.parametrize("name", ["air-landscape-captions", "pages", "pages-captions"])
def test_putting_together_encodes_nothing(name: str) -> None:
    made, argv = CASES[name][0], mux_of(name)
    assert outputs(argv) == [f"{output.id}.mp4" for output in made.outputs]
    assert "libx264" not in argv
    apart = sum(made.is_apart(output) for output in made.outputs)  # those have a part of the sound, encoded again
    assert argv.count("aac") == apart
    assert argv.count("copy") == 2 * len(made.outputs) - apart
    for sign in ("15360", "+faststart", "title=ชื่อ", "-map_metadata", "-map_chapters"):
        assert argv.count(sign) == len(made.outputs)


def test_pages_copy_what_is_the_same() -> None:
    plain, captioned = CASES["pages"][0], CASES["pages-captions"][0]
    assert [output.id for output in plain.copied] == ["page-1080p"]  # the wide one is the master itself
    assert captioned.copied == ()  # on air the captions are burned in, here they can be turned off
    assert CASES["air-landscape-captions"][0].copied == ()
    assert mux_of("pages-captions").count("mov_text") == 1
    assert "language=tha" in mux_of("pages-captions")
    assert "mov_text" not in mux_of("pages")


def test_captions_are_burned_where_they_are_wanted() -> None:
    assert graph_of(argv_of("air-landscape-captions")).count("ass=") == 1
    assert graph_of(argv_of("pages-captions")).count("ass=") == 3
    assert "ass=" not in graph_of(argv_of("pages"))


def test_each_kind_of_picture_gets_what_it_needs() -> None:
    graphs = {name: graph_of(argv_of(name)) for name in CASES}
    assert {name for name in graphs if "tonemap" in graphs[name]} == {"air-hlg"}
    assert {name for name in graphs if "bwdif" in graphs[name]} == {"air-interlaced"}
    assert {name for name in graphs if "premultiply" in graphs[name]} == {"air-alpha"}
    assert {name for name in graphs if "gblur" in graphs[name]} == {
        "air-portrait-silent", "air-interlaced", "pages", "pages-captions"
    }  # fmt: skip
    assert {name for name in graphs if "freezedetect" in graphs[name]} == {n for n in graphs if n.startswith("air")}


@pytest.mark.parametrize("name", CASES)
def test_lengths_in_the_graph_are_the_plans(name: str) -> None:
    made, span = CASES[name]
    text = graph_of(argv_of(name))
    if span is None:
        assert f"trim=end_frame={made.frames}" in text
        assert f"trim=end_frame={made.lead_frames - made.house.card_fade_frames}" in text
    else:
        assert f"trim=end_frame={span.frames}" in text
        assert "xfade" not in text  # the card is in the first part


def test_a_lower_third_passes_over_the_footage_once() -> None:
    assert {name for name in CASES if "third-" in " ".join(argv_of(name))} == {"air-third"}  # a later part has none
    text = graph_of(argv_of("air-third"))
    assert "loop=loop=149" in text
    assert "PTS+15" in text
    assert "eof_action=pass" in text


def test_a_part_is_read_from_the_key_frame_before_it() -> None:
    made, span = CASES["air-part"]
    argv = [word for word in argv_of("air-part") if word != "-noaccurate_seek"]
    ((source, options),) = inputs(argv)
    assert span is not None
    begin_s = int(options["-ss"])
    first = span.first_frame - made.lead_frames
    assert begin_s == first // 30 - 1
    assert f"trim=start_frame={first - 30 * begin_s}" in graph_of(argv_of("air-part"))
    assert "-noaccurate_seek" in argv_of("air-part")
    assert source == f"file:{SOURCE}"


@UNHURRIED
@given(duration_s=st.integers(250, 4000))
def test_parts_are_the_whole(duration_s: int) -> None:
    made = plan(clip_facts({"end_s": duration_s}, duration_s=duration_s))
    found = parts(made)
    assert bool(found) is (duration_s > 300)
    if found:
        assert [part.first_frame for part in found] == [sum(p.frames for p in found[:n]) for n in range(len(found))]
        assert sum(part.frames for part in found) == made.frames
        assert all(part.first_frame % made.house.gop_frames == 0 for part in found)
        assert found[0].frames > made.lead_frames


def test_what_cannot_be_parted_is_made_in_one_go() -> None:
    assert parts(plan(clip_facts({"end_s": 400}, duration_s=400)))
    assert not parts(plan(clip_facts({"end_s": 60}, duration_s=400)))  # the last part would find no picture to hold
    assert not parts(plan(clip_facts({"end_s": 400, "scan": "telecined"}, duration_s=400)))
    assert not parts(plan(clip_facts({"end_s": 400, "wild_times": True}, duration_s=400)))
    assert not parts(plan(clip_facts({"end_s": 400}, duration_s=400, container="mpegts")))
    house = BOOK.house.model_copy(update={"part_frames": 60_000})
    assert not parts(plan(clip_facts({"end_s": 400}, duration_s=400), BOOK.model_copy(update={"house": house})))


def test_the_command_line_does_not_depend_on_the_process() -> None:
    code = "import test_graph as t; print(t.as_text(t.argv_of('pages-captions')), end='')"
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONUTF8": "1",
               "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)])}  # fmt: skip
    argv = [sys.executable, "-c", code]
    said = subprocess.run(argv, env=environ, capture_output=True, check=True, timeout=60).stdout.decode("utf-8")
    assert said == (GOLDEN / "pages-captions.txt").read_text("utf-8")


def test_a_known_ffmpeg_understands_the_graphs(ffmpeg: str) -> None:
    """Every filter that the graphs name is one that the bundled ffmpeg has."""
    said = subprocess.run([ffmpeg, "-hide_banner", "-filters"], capture_output=True, check=True, timeout=60).stdout
    known = {line.split()[1] for line in said.decode().splitlines() if len(line.split()) > 2}
    used = {name for case in CASES for name in re.findall(r"\]([a-z0-9_]+)(?==|\[)", graph_of(argv_of(case)))}
    assert {"scale", "xfade", "overlay", "tpad"} <= used
    assert used - known == set()


def test_the_book_has_the_outputs_that_these_lines_are_for() -> None:
    assert [output.id for output in BOOK.stage("air")] == ["air-1080p", "air-720p"]
    assert [output.id for output in BOOK.stage("pages")] == [*("clean", "page-1080p", "portrait", "square", "vertical")]
