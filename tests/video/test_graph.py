"""Command lines, letter for letter, and what must be true of each of them.

After a change that is meant: ``SHOWCASE_WRITE_GOLDEN=1 pytest tests/video/test_graph.py``, then read the difference.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_plan import BOOK, clip_facts, plan

from pipeline import process
from pipeline.media.facts import ClipFacts
from pipeline.process import Finished
from pipeline.text.cues import Captions, Cue
from pipeline.video import graph, render
from pipeline.video.meter import Bench
from pipeline.video.plan import ClipPlan

GOLDEN = Path(__file__).parents[1] / "golden"
SOURCE = Path("/in/07-คลิป 'ใหม่' [1]%03d.mp4")
THAI = (Captions(language="th", cues=(Cue(start_s=Fraction(0), end_s=Fraction(1), text="สวัสดี"),)),)
FITS = ((-16.0, -9.0),)
TOO_SOFT = ((-22.5, -3.0), (-16.0, -2.2))
"""What the meter reads, pass by pass: the second needs 6.5 dB and a limiter."""
PORTRAIT = {"coded_width_px": 1080, "coded_height_px": 1920}
HLG = {
    "coded_width_px": 3840, "coded_height_px": 2160, "pix_fmt": "yuv420p10le", "bit_depth": 10, "codec": "hevc",
    "color_space": "bt2020nc", "color_primaries": "bt2020", "color_transfer": "arib-std-b67",
}  # fmt: skip
INTERLACED = {"coded_width_px": 720, "coded_height_px": 576, "interlaced": True, "frame_rate": 25, "color_space": None,
              "pixel_aspect": Fraction(16, 15), "color_range": None}  # fmt: skip
ALPHA = {"pix_fmt": "yuva444p12le", "has_alpha": True, "codec": "prores", "bit_depth": 12}
Readings = tuple[tuple[float, float], ...]
NO_SOUND: dict[str, Any] = {"audio": None, "audio_streams": 0}


def air(facts: ClipFacts, captions: tuple[Captions, ...] = (), **more: Any) -> ClipPlan:  # noqa: ANN401 - passed on
    return plan(facts, captions=captions, **more)


def pages(facts: ClipFacts, captions: tuple[Captions, ...] = ()) -> ClipPlan:
    return plan(facts, captions=captions, stage="pages")


CASES: dict[str, tuple[ClipPlan, Readings]] = {
    "air-landscape-captions": (air(clip_facts(), THAI), TOO_SOFT),
    "air-portrait-silent": (air(clip_facts(PORTRAIT, duration_s=3).model_copy(update=NO_SOUND)), FITS),
    "air-hlg": (air(clip_facts(HLG)), FITS),
    "air-interlaced": (air(clip_facts(INTERLACED, container="mpegts")), FITS),
    "air-alpha": (air(clip_facts(ALPHA)), FITS),
    "air-trimmed": (air(clip_facts(duration_s=9), trim=(Fraction(2), Fraction(5))), FITS),
    "pages-captions": (pages(clip_facts(), THAI), FITS),
    "pages": (pages(clip_facts()), FITS),
}


class Caught(Exception):  # noqa: N818 - not an error: it brings the command line out
    """Carries the command line that would have been started."""


def command(made: ClipPlan, readings: Readings) -> list[str]:
    """Return the encoder's command line for a plan, as ``render`` would start it; the meter reads ``readings``."""
    left = list(readings)

    def run(argv: Sequence[str], **_: object) -> Finished:
        if "ebur128" not in " ".join(argv):
            raise Caught(list(argv))
        integrated, peak = left.pop(0) if len(left) > 1 else left[0]
        return Finished(b"", (f"    I:         {integrated} LUFS", f"    Peak:       {peak} dBFS"))

    bench = Bench(SOURCE, Path("/scratch"), "ffmpeg", lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "_lay_out", lambda *_: None)
        patch.setattr(process, "run", run)
        try:
            if made.stage == "air":
                render.render_air(made, bench)
            render.render_pages(made, Path("/out/show/07-a.mp4"), bench)
        except Caught as caught:
            return [str(argument) for argument in caught.args[0]]
    raise AssertionError("no encoder was started")


@cache
def argv_of(name: str) -> list[str]:
    return command(*CASES[name])


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
            options[argv[at]] = argv[at + 1]
        at += 2
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
def test_every_output_has_the_house_format(name: str) -> None:
    made, _ = CASES[name]
    argv = argv_of(name)
    assert outputs(argv) == [f"{output.id}.mp4" for output in made.outputs]
    copied = argv.count("copy") - argv.count("-acodec") if made.stage == "pages" else 0
    encoded = len(made.outputs) - copied
    assert argv.count("libx264") == encoded
    assert argv.count("stitchable=1:keyint=60:min-keyint=60:scenecut=0:open-gop=0") == encoded
    assert argv.count("15360") == len(made.outputs)
    assert argv.count("+faststart") == len(made.outputs)
    assert argv.count("title=ชื่อ") == len(made.outputs)
    assert argv.count("-map_metadata") == len(made.outputs)


def test_pages_copy_what_is_the_same() -> None:
    plain, captioned = argv_of("pages"), argv_of("pages-captions")
    assert plain.count("libx264") == 2  # the wide one is the master itself
    assert captioned.count("libx264") == 3  # on air the captions are burned in, here they can be turned off
    assert captioned.count("mov_text") == 1
    assert "language=tha" in captioned
    assert "mov_text" not in plain
    assert plain.count("aac") == captioned.count("aac") == 0


def test_captions_are_burned_where_they_are_wanted() -> None:
    assert graph_of(argv_of("air-landscape-captions")).count("ass=") == 1
    assert graph_of(argv_of("pages-captions")).count("ass=") == 2
    assert "ass=" not in graph_of(argv_of("pages"))


def test_each_kind_of_picture_gets_what_it_needs() -> None:
    graphs = {name: graph_of(argv_of(name)) for name in CASES}
    assert {name for name in graphs if "tonemap" in graphs[name]} == {"air-hlg"}
    assert {name for name in graphs if "bwdif" in graphs[name]} == {"air-interlaced"}
    assert {name for name in graphs if "premultiply" in graphs[name]} == {"air-alpha"}
    assert {name for name in graphs if "gblur" in graphs[name]} == {
        "air-portrait-silent", "air-interlaced", "pages", "pages-captions"
    }  # fmt: skip
    assert {name for name in graphs if "alimiter" in graphs[name]} == {"air-landscape-captions"}
    assert {name for name in graphs if "anullsrc" in " ".join(argv_of(name))} == {"air-portrait-silent"}


@pytest.mark.parametrize("name", CASES)
def test_lengths_in_the_graph_are_the_plans(name: str) -> None:
    made, _ = CASES[name]
    argv = argv_of(name)
    assert f"trim=end_frame={made.frames}" in graph_of(argv)
    assert f"trim=end_frame={made.lead_frames}" in graph_of(argv)
    if made.stage == "air":
        assert f"atrim=end_sample={made.samples}" in graph_of(argv)


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
    assert [output.id for output in BOOK.stage("pages")] == ["page-1080p", "square", "vertical"]
