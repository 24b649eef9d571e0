"""Loudness: what the meter prints is read, and the loop ends where it should."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import OurError
from pipeline.preset.load import load
from pipeline.store.receipt import Loudness
from pipeline.video.graph import Gain
from pipeline.video.loudness import (
    FLOOR,
    HEADROOM_DB,
    LARGEST_GAIN_DB,
    MOST_PASSES,
    SILENT_LUFS,
    first_gain,
    is_silent,
    next_gain,
    parse,
    warning,
    within,
)

HOUSE = load(Path(__file__).parents[2] / "presets").house
SAID = """\
Input #0, lavfi, from 'sine=f=1000:d=2,aformat=channel_layouts=stereo':
  Duration: N/A, start: 0.000000, bitrate: 1411 kb/s
  Stream #0:0: Audio: pcm_s16le, 44100 Hz, stereo, s16, 1411 kb/s
Stream mapping:
  Stream #0:0 (pcm_s16le) -> ebur128:default
  ebur128:out0 -> Stream #0:0 (pcm_s16le)
Output #0, null, to 'pipe:':
  Metadata:
    encoder         : Lavf63.1.102
[Parsed_ebur128_0 @ 0x7ff0e8001dc0] Summary:

  Integrated loudness:
    I:         -21.1 LUFS
    Threshold: -31.1 LUFS

  Loudness range:
    LRA:         0.0 LU
    Threshold:   0.0 LUFS
    LRA low:     0.0 LUFS
    LRA high:    0.0 LUFS

  True peak:
    Peak:      -20.9 dBFS
[out#0/null @ 0x55b1b36eb540] video:0KiB audio:345KiB subtitle:0KiB other streams:0KiB muxing overhead: unknown
"""
"""What ffmpeg 9.0 printed for ``-af ebur128=peak=true:framelog=quiet`` over a 1 kHz tone."""


def loud(integrated: float, peak: float) -> Loudness:
    return Loudness(integrated_lufs=integrated, true_peak_dbtp=peak)


def test_a_real_summary_is_read() -> None:
    assert parse(SAID.splitlines()) == loud(-21.1, -20.9)


@pytest.mark.parametrize(("text", "value"), [("-inf", FLOOR), ("nan", FLOOR), ("inf", FLOOR), ("0.3", 0.3)])
def test_odd_peaks_are_read(text: str, value: float) -> None:
    assert parse(SAID.replace("     -20.9 dBFS", f"      {text} dBFS").splitlines()).true_peak_dbtp == value


def test_silence_is_read_as_numbers_that_json_can_write() -> None:
    found = parse(SAID.replace("-21.1 LUFS", "-70.0 LUFS").replace("-20.9", "-inf").splitlines())
    assert found == loud(-70, FLOOR)
    assert Loudness.model_validate_json(found.model_dump_json()) == found
    assert is_silent(found)


def test_the_last_of_several_summaries_counts() -> None:
    assert parse((SAID + SAID.replace("-21.1", "-9.9")).splitlines()).integrated_lufs == -9.9


@pytest.mark.parametrize("text", ["", "I: x LUFS", SAID.replace("Peak:", "Beak:"), SAID.replace("    I:", "    J:")])
def test_without_a_summary_the_tool_has_failed(text: str) -> None:
    with pytest.raises(OurError) as raised:
        parse(text.splitlines())
    assert raised.value.code == "tool-failed"
    assert raised.value.reason.th


@pytest.mark.parametrize(("source", "silent"), [("sine=f=1000:d=1,aformat=channel_layouts=stereo", False),
                                                ("anullsrc=d=1", True)])  # fmt: skip
def test_the_bundled_ffmpeg_still_prints_it_so(ffmpeg: str, source: str, silent: bool) -> None:  # noqa: FBT001 - a table's column
    argv = [ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-v", "info", "-f", "lavfi", "-i", source]
    argv += ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, check=True, timeout=60).stderr.decode("utf-8", "replace")
    tail = said.splitlines()[-40:]  # as much as process.run keeps
    found = parse(tail)
    assert is_silent(found) is silent
    if not silent:
        assert abs(found.integrated_lufs + 21) < 1


def settle(meter: dict[str, float], passes: int = MOST_PASSES) -> tuple[Gain, Loudness]:
    """Run the loop of ``render`` over a made-up programme and return the last gain and what it measured."""
    raw = loud(meter["raw"], meter["raw"] + meter["crest"])
    gain = first_gain(raw, HOUSE)
    if is_silent(raw):
        return gain, raw
    for _ in range(passes):
        better = next_gain(gain, heard(meter, gain), HOUSE)
        if better is None:
            break
        gain = better
    return gain, heard(meter, gain)


def heard(meter: dict[str, float], gain: Gain) -> Loudness:
    """Return what a programme measures after ``gain``: a limiter takes some loudness with the peaks it takes."""
    peak = meter["raw"] + meter["crest"] + gain.gain_db
    over = max(0.0, peak - gain.ceiling_dbtp) if gain.ceiling_dbtp is not None else 0.0
    limited = min(peak, gain.ceiling_dbtp + meter["overshoot"]) if gain.ceiling_dbtp is not None else peak
    return loud(round(meter["raw"] + gain.gain_db - meter["lost"] * over, 1), round(limited, 1))


PROGRAMMES = st.fixed_dictionaries(
    {
        "raw": st.floats(-50, -5),
        "crest": st.floats(1, 22),
        "lost": st.floats(0, 0.35),
        "overshoot": st.floats(0, 0.8),
    }
)


@given(meter=PROGRAMMES)
def test_the_loop_ends_within_the_houses_loudness(meter: dict[str, float]) -> None:
    gain, measured = settle(meter)
    assert within(measured, HOUSE), (gain, measured)
    assert gain.gain_db <= LARGEST_GAIN_DB
    assert next_gain(gain, measured, HOUSE) is None or abs(measured.integrated_lufs - HOUSE.loudness_lufs) <= 0.5


@given(meter=PROGRAMMES)
def test_a_programme_that_needs_no_limiter_is_set_at_once(meter: dict[str, float]) -> None:
    plain = meter | {"crest": 5.0}
    gain, measured = settle(plain, 1)
    assert gain.ceiling_dbtp is None
    assert within(measured, HOUSE)


def test_peaks_decide_whether_there_is_a_limiter() -> None:
    ceiling = HOUSE.true_peak_dbtp - HEADROOM_DB
    assert first_gain(loud(-26, -15), HOUSE) == Gain(gain_db=10.0, ceiling_dbtp=None)
    assert first_gain(loud(-26, -12), HOUSE) == Gain(gain_db=10.0, ceiling_dbtp=ceiling)
    assert first_gain(loud(-10, -0.5), HOUSE) == Gain(gain_db=-6.0, ceiling_dbtp=None)


def test_a_gain_is_never_larger_than_it_may_be() -> None:
    raw = loud(SILENT_LUFS + 1, -40)
    gain = first_gain(raw, HOUSE)
    assert gain.gain_db == LARGEST_GAIN_DB
    better = next_gain(gain, loud(raw.integrated_lufs + LARGEST_GAIN_DB, -4), HOUSE)
    assert better is None or better.gain_db == LARGEST_GAIN_DB
    if better is not None:
        assert next_gain(better, loud(raw.integrated_lufs + LARGEST_GAIN_DB, -4), HOUSE) is None


@pytest.mark.parametrize("integrated", [-70.0, FLOOR, SILENT_LUFS - 0.1])
def test_silence_is_left_alone(integrated: float) -> None:
    assert first_gain(loud(integrated, FLOOR), HOUSE) == Gain(gain_db=0.0, ceiling_dbtp=None)


def test_a_peak_that_is_too_high_lowers_the_ceiling() -> None:
    gain = Gain(gain_db=4.0, ceiling_dbtp=-2.2)
    better = next_gain(gain, loud(-16.0, -0.6), HOUSE)
    assert better is not None
    assert better.gain_db == 4.0
    assert better.ceiling_dbtp is not None
    assert better.ceiling_dbtp < -2.2
    assert next_gain(gain, loud(-16.0, -1.0), HOUSE) is None


@pytest.mark.parametrize(
    ("integrated", "peak", "code"),
    [
        (-16.0, -1.0, None), (-16.5, -3.0, None), (-15.5, -3.0, None), (-16.6, -3.0, "loudness-off"),
        (-15.4, -3.0, "loudness-off"), (-16.0, -0.9, "loudness-off"), (-70.0, FLOOR, "silent"),
    ],
)  # fmt: skip
def test_what_people_are_told(integrated: float, peak: float, code: str | None) -> None:
    told = warning(loud(integrated, peak), HOUSE)
    assert (told.code if told else None) == code
    assert within(loud(integrated, peak), HOUSE) is (code is None)
    if told and code == "loudness-off":
        assert f"{integrated:.1f} LUFS" in told.en
        assert "-16.0" in told.th
