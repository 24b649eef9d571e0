"""Loudness: what the meter prints is read, and the loop ends where it should."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import clip_facts, plan

from pipeline.errors import OurError
from pipeline.preset.load import load
from pipeline.store.receipt import Loudness
from pipeline.video import meter
from pipeline.video.audio import Gain
from pipeline.video.loudness import (
    FLOOR,
    HEADROOM_DB,
    LARGEST_GAIN_DB,
    MOST_PASSES,
    SILENT_LUFS,
    after,
    distance,
    first_gain,
    is_silent,
    next_gain,
    parse,
    settled,
    warning,
    within,
)

UNHURRIED = settings(deadline=None)

HOUSE = load(Path(__file__).parents[2] / "presets").house
PLAN = plan(clip_facts())
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


def settle(programme: dict[str, float]) -> tuple[Gain, Loudness, int]:
    """Run the loop over a made-up programme; return its gain, what that measures, and how often it measured."""
    measured: list[Gain] = []

    def listen(_: object, __: object, ___: object, gain: Gain) -> Loudness:
        measured.append(gain)
        return heard(programme, gain)

    bench = meter.Bench(Path("in"), Path("scratch"), "ffmpeg", lambda _: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meter, "_measure_own", listen)
        raw = heard(programme, Gain(gain_db=0.0, ceiling_dbtp=None))
        gain = meter.find_gain(PLAN, bench, raw, None)
    return gain, heard(programme, gain), len(measured)


def heard(programme: dict[str, float], gain: Gain) -> Loudness:
    """Return what a programme measures after ``gain``: a limiter takes some loudness with the peaks it takes."""
    peak = programme["raw"] + programme["crest"] + gain.gain_db
    over = max(0.0, peak - gain.ceiling_dbtp) if gain.ceiling_dbtp is not None else 0.0
    limited = min(peak, gain.ceiling_dbtp + programme["overshoot"]) if gain.ceiling_dbtp is not None else peak
    return loud(round(programme["raw"] + gain.gain_db - programme["lost"] * over, 1), round(limited, 1))


PROGRAMMES = st.fixed_dictionaries(
    {
        "raw": st.floats(SILENT_LUFS, -5),
        "crest": st.floats(1, 22),
        "lost": st.floats(0, 0.6),
        "overshoot": st.floats(0, 0.8),
    }
)


@UNHURRIED
@given(programme=PROGRAMMES)
def test_every_programme_comes_to_the_houses_loudness_as_far_as_the_gain_reaches(programme: dict[str, float]) -> None:
    gain, measured, passes = settle(programme)
    assert within(measured, HOUSE) or (gain.gain_db == LARGEST_GAIN_DB and programme["raw"] < -50), (gain, measured)
    assert gain.gain_db <= LARGEST_GAIN_DB
    assert passes <= MOST_PASSES + 1


@UNHURRIED
@given(programme=PROGRAMMES)
def test_a_programme_that_needs_no_limiter_is_set_at_once(programme: dict[str, float]) -> None:
    gain, measured, passes = settle(programme | {"crest": 5.0})
    assert gain.ceiling_dbtp is None
    assert within(measured, HOUSE)
    assert passes == 0


@UNHURRIED
@given(raw=st.floats(-70, 0), crest=st.floats(0, 60), lost=st.floats(0.9, 1.2), overshoot=st.floats(0, 3))
def test_a_programme_that_cannot_be_set_ends_the_loop_all_the_same(
    raw: float, crest: float, lost: float, overshoot: float
) -> None:
    gain, _, passes = settle({"raw": raw, "crest": crest, "lost": lost, "overshoot": overshoot})
    assert passes <= MOST_PASSES + 1
    assert gain.gain_db <= LARGEST_GAIN_DB


def test_silence_is_not_set() -> None:
    gain, _, passes = settle({"raw": SILENT_LUFS - 1, "crest": 5.0, "lost": 0.0, "overshoot": 0.0})
    assert (gain.gain_db, gain.ceiling_dbtp, passes) == (0.0, None, 0)


def test_peaks_decide_whether_there_is_a_limiter() -> None:
    ceiling = HOUSE.true_peak_dbtp - HEADROOM_DB
    assert first_gain(loud(-26, -15), HOUSE) == Gain(gain_db=10.0, ceiling_dbtp=None)
    assert first_gain(loud(-26, -12), HOUSE) == Gain(gain_db=10.0, ceiling_dbtp=ceiling)
    assert first_gain(loud(-10, -0.5), HOUSE) == Gain(gain_db=-6.0, ceiling_dbtp=None)


def test_a_gain_is_never_larger_than_it_may_be() -> None:
    most = Gain(gain_db=LARGEST_GAIN_DB, ceiling_dbtp=-2.2)
    assert next_gain(most, loud(-40.0, -2.2), HOUSE) is None
    better = next_gain(Gain(gain_db=LARGEST_GAIN_DB - 1, ceiling_dbtp=-2.2), loud(-40.0, -2.2), HOUSE, 0.2)
    assert better == most


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
    assert next_gain(gain, loud(-16.0, -1.1), HOUSE) is None


def test_where_the_limiter_works_hard_there_is_more_room_for_what_aac_adds() -> None:
    talk, claps = first_gain(loud(-26, -8), HOUSE), first_gain(loud(-36, 0), HOUSE)
    assert talk.ceiling_dbtp is not None
    assert claps.ceiling_dbtp is not None
    assert claps.ceiling_dbtp < talk.ceiling_dbtp


def test_tenths_are_not_trusted() -> None:
    for measured in (loud(-16.5, -3), loud(-15.5, -3), loud(-16, -1)):
        assert within(measured, HOUSE)
        assert not settled(measured, HOUSE)
        assert distance(measured, HOUSE) == 0
    assert settled(loud(-16.4, -1.1), HOUSE)
    assert distance(loud(-17, -0.5), HOUSE) == pytest.approx(1.0)


def test_one_side_put_on_both_is_three_decibels_louder() -> None:
    assert after(loud(-30, -10), "left-only").integrated_lufs == pytest.approx(-27, abs=0.02)
    assert after(loud(-30, -10), "inverted") == loud(-30, -10)
    assert after(loud(-30, -10), None) == loud(-30, -10)


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
