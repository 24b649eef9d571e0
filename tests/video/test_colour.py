"""Colours: patches of known light come out as that light, whatever the source calls it; highlights bend, not break."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import colour_patches as cp
import ffmpeg
import numpy as np
import pytest
from colour_patches import Array, Curve
from test_plan import BOOK, clip_facts

from pipeline.media.facts import VideoFacts
from pipeline.media.probe import probe
from pipeline.video import colour
from pipeline.video.upright import upright

SKIN = slice(0, 2)
WHITE = 18
CHART = cp.light_of(cp.checker())
X264 = ("libx264", "-preset", "ultrafast", "-qp", "0")
MASTERING = ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L({0},50)"

# Pairs of CIELAB and how far apart they are. Source: Sharma, Wu, Dalal, 2005, table 1: those that trap wrong programs.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def render(path: Path, size: tuple[int, int], **changed: Any) -> bytes:  # noqa: ANN401 - facts
    """Return the first frame as Showcase makes it: ``yuv420p``, BT.709."""
    video = probe(path).video.model_copy(update=changed)
    stream = colour.scaled(upright(ffmpeg.input(f"file:{path}")["v"], video, BOOK.house), video, *size)
    return cp.run(stream.output("pipe:1", f="rawvideo", vframes=1).compile(cmd="")[1:])


def chart(path: Path, light: Array = CHART, high: int = 0, **changed: Any) -> Array:  # noqa: ANN401 - facts
    """Return the light of each patch of a clip that shows ``light``, or another version of it."""
    size = (cp.COLUMNS * cp.PATCH_PX, high or -(-len(light) // cp.COLUMNS) * cp.PATCH_PX)
    return cp.light_of(cp.shown(render(path, size, **changed), len(light), size))


def apart(found: Array, light: Array = CHART) -> Array:
    return cp.delta_e(cp.lab(found), cp.lab(light))


def filters(video: VideoFacts) -> list[str]:
    """Return the names of the filters that a picture goes through."""
    stream = colour.scaled(ffmpeg.input("x")["v"], video, 1920, 1080).output("y")
    text = stream.compile()[stream.compile().index("-filter_complex") + 1]
    return re.findall(r"\]([a-z0-9]+)=", text)


def side_data(path: Path) -> set[str]:
    """Return the kinds of side data that the first frame carries."""
    with av.open(str(path)) as container:
        parts: Any = next(container.decode(video=0)).side_data
        return {part.type.name for part in parts}


def tags(matrix: str, primaries: str = "bt709", transfer: str = "bt709", span: str = "tv") -> dict[str, str]:
    return {"range": span, "color_primaries": primaries, "color_trc": transfer, "colorspace": matrix}


UNTAGGED = dict.fromkeys(tags(""), "unknown")


@pytest.mark.parametrize(("one", "other", "distance"), PUBLISHED)
def test_the_measure_agrees_with_published_pairs(one: Any, other: Any, distance: float) -> None:  # noqa: ANN401 - numbers
    first, second = np.array(one, float), np.array(other, float)
    assert cp.delta_e(first, second) == pytest.approx(distance, abs=5e-5)
    assert cp.delta_e(second, first) == pytest.approx(distance, abs=5e-5)


def test_the_made_hdr_has_white_where_the_standard_puts_it() -> None:
    white = np.ones((1, 3))
    assert cp.hdr_signal(white, "hlg") == pytest.approx(np.full((1, 3), 0.75), abs=0.002)  # BT.2408-7, table 1
    assert cp.hdr_signal(white, "pq") == pytest.approx(np.full((1, 3), 0.58), abs=0.002)
    assert cp.ipt(white)[0] == pytest.approx([0.58, 0, 0], abs=0.002)


@pytest.mark.parametrize("curve", ["hlg", "pq"])
def test_hdr_looks_like_its_sdr_reference(curve: Curve, tmp_path: Path) -> None:
    found = chart(cp.hdr_clip(tmp_path / "a.mp4", CHART, curve))
    distance = apart(found)
    assert distance.mean() <= 3
    assert distance.max() <= 5
    assert distance[SKIN].max() <= 3
    assert np.ptp(found[WHITE]) <= 0.02  # bends, but stays white


def test_dolby_vision_without_a_base_looks_like_its_sdr_reference(tmp_path: Path) -> None:
    clip = cp.ipt_clip(tmp_path / "a.mp4", CHART)
    assert apart(chart(clip, dolby_vision=5)).mean() <= 3
    assert apart(chart(clip, dolby_vision=10)).mean() <= 3  # the same in AV1
    assert apart(chart(clip)).mean() > 20  # what it looks like when nobody knows


def test_dolby_vision_with_a_base_is_shown_by_its_base(tmp_path: Path) -> None:
    clip = cp.hdr_clip(tmp_path / "a.mp4", CHART, "hlg")
    assert np.array_equal(chart(clip, dolby_vision=8), chart(clip))
    assert np.array_equal(chart(clip, dolby_vision=10), chart(clip))


def test_the_numbers_for_ipt_are_the_formulas() -> None:
    kr, kb = cp.LUMA["bt709"]
    kg = 1 - kr - kb
    rgb = np.array([[1, 0, 2 - 2 * kr], [1, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg], [1, 2 - 2 * kb, 0]])
    assert np.array(colour._LMS_OF_RGB) == pytest.approx(cp.LMS_OF_IPT @ np.linalg.inv(rgb), abs=1e-5)
    narrow = np.linalg.inv(cp.to_xyz("bt709")) @ cp.to_xyz("bt2020")
    whole = narrow @ cp.BT2020_OF_LMS @ np.linalg.inv(cp.CROSSTALK)
    assert np.array(colour._BT709_OF_LMS) == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize(("curve", "most_nits"), [("hlg", 1000), ("pq", 4000)])
def test_highlights_bend_and_do_not_break(curve: Curve, most_nits: int, tmp_path: Path) -> None:
    nits = np.array([100, 150, 203, 250, 300, 400, 500, 600, 700, 800, 900, 1000, 1500, 2000, 3000, 4000])
    nits = nits[nits <= most_nits]
    light = np.repeat(nits[:, None] / cp.WHITE_NITS, 3, 1)
    signal = chart(cp.hdr_clip(tmp_path / "a.mp4", light, curve), light)[:, 1] ** (1 / cp.GAMMA) * 255
    assert np.all(np.diff(signal) > -0.2)  # never darker where the scene is brighter; rounding aside
    white, bright = signal[list(nits).index(203)], signal[list(nits).index(1000)]
    assert 224 <= white <= 245  # white is near white
    assert bright - white >= 20  # and there is room above it
    assert signal[-1] == pytest.approx(255, abs=1)


def test_the_curve_is_near_the_one_of_the_report(tmp_path: Path) -> None:
    """Source: ITU-R BT.2390-11, 5.4.1: from 1000 to 203 cd/m², black at 0; a knee and a Hermite spline, in PQ."""
    nits = np.array([50, 100, 150, 203, 250, 300, 400, 500, 600, 700, 800, 900, 1000])
    light = np.repeat(nits[:, None] / cp.WHITE_NITS, 3, 1)
    found = chart(cp.hdr_clip(tmp_path / "a.mp4", light, "hlg"), light)[:, 1] ** (1 / cp.GAMMA) * 255
    brightest = cp.pq(np.array(cp.HLG_PEAK_NITS))
    signal, most = cp.pq(nits) / brightest, cp.pq(np.array(cp.WHITE_NITS)) / brightest
    knee = 1.5 * most - 0.5
    t = (signal - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    wanted = np.interp(np.where(signal < knee, signal, spline) * brightest, cp.pq(np.arange(1001)), np.arange(1001))
    assert found == pytest.approx((wanted / cp.WHITE_NITS) ** (1 / cp.GAMMA) * 255, abs=6)


@pytest.mark.parametrize("curve", ["hlg", "pq"])
@pytest.mark.parametrize("name", ["dark skin", "light skin", "orange", "blue sky"])
def test_bright_colours_keep_their_hue(name: str, curve: Curve, tmp_path: Path) -> None:
    once = CHART[list(cp.CHECKER).index(name)]
    brightest = 600 / cp.WHITE_NITS / once.max()  # HLG can say no more of a pure colour
    light = np.outer(np.geomspace(1, brightest, 6), once)
    found = chart(cp.hdr_clip(tmp_path / "a.mp4", light, curve), light)
    turns = (cp.hue_deg(found) - cp.hue_deg(light) + 180) % 360 - 180
    assert np.abs(turns).max() <= 6
    assert np.all(np.diff(found.max(1)) > 0)  # every step is seen: nothing is cut off
    assert found.max() < 1


@pytest.mark.parametrize("told", [1000, 4000])
def test_what_a_file_claims_of_its_brightness_changes_nothing(told: int, tmp_path: Path) -> None:
    claims = f"{MASTERING.format(told * 10_000)}:max-cll={told},400"
    size = (cp.COLUMNS * cp.PATCH_PX, 4 * cp.PATCH_PX)
    plain = cp.hdr_clip(tmp_path / "plain.mp4", CHART, "pq")
    claiming = cp.hdr_clip(tmp_path / "claiming.mp4", CHART, "pq", extra=claims)
    assert render(plain, size) == render(claiming, size)


def test_nothing_of_the_source_s_brightness_is_passed_on(tmp_path: Path) -> None:
    claims = f"{MASTERING.format(10_000_000)}:max-cll=1000,400"
    clip, made = cp.hdr_clip(tmp_path / "a.mp4", CHART, "pq", extra=claims), tmp_path / "b.mp4"
    stream = colour.scaled(ffmpeg.input(f"file:{clip}")["v"], probe(clip).video, 240, 160)
    cp.run(stream.output(str(made), vcodec="libx264", preset="ultrafast").compile(cmd="")[1:])
    assert {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"} <= side_data(clip)
    assert side_data(made) <= {"SEI_UNREGISTERED"}  # x264's own name


def test_a_bright_neighbour_changes_nothing(tmp_path: Path) -> None:
    """A curve that follows the picture would make everything else breathe when a lamp comes into view."""
    lamp = np.vstack([CHART, np.full((6, 3), 4000 / cp.WHITE_NITS)])
    night = np.vstack([CHART, np.zeros((6, 3))])
    first, second = (
        chart(cp.hdr_clip(tmp_path / f"{n}.mp4", light, "pq"), light) for n, light in enumerate([lamp, night])
    )
    assert first[:24] == pytest.approx(second[:24], abs=0.004)


@pytest.mark.parametrize(
    ("pix_fmt", "primaries", "span"),
    [("yuv420p10le", "bt2020", "pc"), ("yuv422p10le", "bt2020", "tv"), ("yuv444p10le", "smpte432", "tv")],
)
def test_other_forms_of_pq_are_understood(pix_fmt: str, primaries: str, span: str, tmp_path: Path) -> None:
    signal = cp.pq(cp.converted(CHART, "bt709", primaries) * cp.WHITE_NITS)
    codes = cp.grid(cp.ycbcr(signal, "bt2020nc", 10, full=span == "pc"))
    steps = {"0": (2, 2), "2": (2, 1), "4": (1, 1)}[pix_fmt[5]]
    raw, named = cp.planes(codes, steps, 10), tags("bt2020nc", primaries, "smpte2084", span)
    assert apart(chart(cp.encode(tmp_path / "a.mkv", raw, (240, 160), pix_fmt, named, cp.X265))).mean() <= 1.5


def test_pq_in_rgb_is_understood(tmp_path: Path) -> None:
    codes = np.round(cp.grid(cp.hdr_signal(CHART, "pq")) * 1023).astype("<u2")
    raw = b"".join(codes[..., n].tobytes() for n in (1, 2, 0))
    clip = cp.encode(
        tmp_path / "a.mkv", raw, (240, 160), "gbrp10le", tags("gbr", "bt2020", "smpte2084", "pc"), ("ffv1",)
    )
    assert apart(chart(clip)).mean() <= 1.5


@pytest.mark.parametrize(
    ("named", "bits", "steps", "codec"),
    [
        (tags("bt709"), 8, (2, 2), X264),
        (tags("bt709", transfer="iec61966-2-1"), 8, (2, 2), X264),  # of screens: the same codes
        (tags("bt709", span="pc"), 8, (2, 2), X264),
        (tags("bt709"), 8, (1, 1), X264),
        (tags("bt709"), 10, (2, 1), ("prores_ks", "-profile:v", "3")),
        (tags("smpte170m", "smpte170m", "smpte170m"), 8, (2, 2), X264),
        (tags("bt470bg", "bt470bg"), 8, (2, 2), X264),
        (tags("smpte170m", span="pc"), 8, (2, 2), X264),
        (tags("smpte240m", "smpte240m", "smpte240m"), 8, (2, 2), X264),
        (tags("bt2020nc", "bt2020", "bt2020-10"), 10, (2, 2), X264),
        (tags("bt2020nc", "bt2020"), 8, (2, 2), X264),
        (tags("bt709", "smpte432"), 8, (2, 2), X264),
    ],
)
def test_tagged_sdr_comes_out_as_it_was(
    named: dict[str, str], bits: int, steps: tuple[int, int], codec: tuple[str, ...], tmp_path: Path
) -> None:
    signal = np.clip(cp.converted(CHART, "bt709", named["color_primaries"]), 0, None) ** (1 / cp.GAMMA)
    picture = cp.ycbcr(signal, named["colorspace"], bits, full=named["range"] == "pc")
    pix_fmt = {(2, 2): "yuv420p", (2, 1): "yuv422p", (1, 1): "yuv444p"}[steps] + ("10le" if bits == 10 else "")
    raw = cp.planes(cp.grid(picture), steps, bits)
    clip = cp.encode(tmp_path / "a.mov", raw, (240, 160), pix_fmt, named, codec)
    assert apart(chart(clip)).mean() <= 1.5


@pytest.mark.parametrize(
    ("matrix", "high", "most"), [("bt709", 720, 1.5), ("smpte170m", 160, 1.5), ("smpte170m", 720, 3), ("bt709", 160, 3)]
)
def test_without_tags_the_size_decides(matrix: str, high: int, most: float, tmp_path: Path) -> None:
    codes = cp.grid(cp.ycbcr(cp.checker(), matrix, 8))
    codes = np.concatenate([codes, np.repeat(codes[-1:], high - codes.shape[0], 0)])
    clip = cp.encode(tmp_path / "a.mp4", cp.planes(codes, (2, 2), 8), (240, high), "yuv420p", UNTAGGED, X264)
    assert apart(chart(clip, high=high)).mean() <= most


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mkv", ("libx264rgb", "-preset", "ultrafast", "-qp", "0"), "bgr0"),
        ("a.mkv", ("ffv1",), "bgr0"),
        ("a.mov", ("qtrle",), "rgb24"),
        ("a.mov", ("qtrle",), "argb"),
        ("a.avi", ("rawvideo",), "rgb555le"),
        ("a.avi", ("rawvideo",), "pal8"),
        ("a.mov", ("prores_ks", "-profile:v", "4"), "yuva444p10le"),
    ],
)
def test_rgb_and_alpha_come_out_as_they_were(name: str, codec: tuple[str, ...], pix_fmt: str, tmp_path: Path) -> None:
    raw = np.round(cp.grid(cp.checker()) * 255).astype(np.uint8).tobytes()
    clip = cp.encode(tmp_path / name, raw, (240, 160), "rgb24", {}, (*codec, "-pix_fmt", pix_fmt))
    assert apart(chart(clip)).mean() <= 1.5


@pytest.mark.parametrize("wide", ["smpte432", "bt2020"])
def test_wide_rgb_is_narrowed(wide: str, tmp_path: Path) -> None:
    signal = np.clip(cp.converted(CHART, "bt709", wide), 0, None) ** (1 / cp.GAMMA)
    raw = np.round(cp.grid(signal) * 255).astype(np.uint8).tobytes()
    named = tags("gbr", wide, "iec61966-2-1", "pc")
    clip = cp.encode(tmp_path / "a.mkv", raw, (240, 160), "rgb24", named, ("ffv1", "-pix_fmt", "bgr0"))
    assert apart(chart(clip)).mean() <= 1.5


@pytest.mark.parametrize(("pix_fmt", "span"), [("gray", "pc"), ("gray", "tv"), ("gray10le", "tv")])
def test_grey_stays_grey_and_as_bright(pix_fmt: str, span: str, tmp_path: Path) -> None:
    light = np.repeat(CHART[18:].mean(1, keepdims=True), 3, 1)
    signal = light[:, :1] ** (1 / cp.GAMMA)
    codes = signal * 255 if span == "pc" else signal * 219 + 16
    raw = cp.grid(np.round(codes * (4 if "10" in pix_fmt else 1))).astype("<u2" if "10" in pix_fmt else np.uint8)
    clip = cp.encode(tmp_path / "a.mkv", raw.tobytes(), (240, 40), pix_fmt, {"range": span}, ("ffv1",))
    assert apart(chart(clip, light), light).max() <= 1


def test_ordinary_clips_pay_nothing() -> None:
    plain = ["scale", "format", "setsar"]
    ordinary: list[dict[str, Any]] = [
        {},
        dict.fromkeys(["color_space", "color_primaries", "color_transfer", "color_range"]),
        {"color_space": "smpte170m", "color_primaries": "smpte170m", "color_transfer": "smpte170m"},
        {"color_space": "bt470bg", "color_primaries": "bt470bg", "color_transfer": "bt470bg"},
        {"color_transfer": "iec61966-2-1", "color_range": "pc"},
        {"pix_fmt": "yuv422p10le"},
        {"pix_fmt": "bgr0", "color_space": None},
        {"dolby_vision": 9},
    ]
    for changed in ordinary:
        assert filters(clip_facts(changed).video) == plain
    assert "zscale" in filters(clip_facts({"color_primaries": "bt2020"}).video)


@pytest.mark.parametrize(
    "name", ["hlg-editlist-rot90.mp4", "iphone-dolbyvision-hdr.MOV", "hdr10-hevc-vfr.mp4", "hdr10-av1-portrait.mp4"]
)
def test_real_skies_are_not_cut_off(name: str, shared_media: Path) -> None:
    raw = render(shared_media / "clips" / name, (320, 320))
    luma = np.frombuffer(raw, np.uint8, 320 * 320)
    assert np.mean(luma >= 235) <= 0.02
    assert 60 <= luma.mean() <= 200
