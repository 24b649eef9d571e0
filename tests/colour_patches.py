"""Colour patches whose truth is known, as SDR and as HDR of the same scene, and how far apart two colours are.

Everything here is computed in floating point from the standards' own formulas, by none of the filters under test.

Two conventions hold everywhere. A BT.709 signal V is what a BT.1886 display with a black of zero shows as V^2.4: that
is what viewers of the finished file see. The HDR version of the scene shows the same light with white at 203 cd/m²
(75 % of HLG, 58 % of PQ). Source: ITU-R BT.1886, annex 1; ITU-R BT.2408-7, 2.2, and 5 on mapping of display light.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import imageio_ffmpeg
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Curve = Literal["hlg", "pq"]

WHITE_NITS = 203.0
HLG_PEAK_NITS = 1000.0
GAMMA = 2.4
CHECKER: dict[str, tuple[int, int, int]] = {
    "dark skin": (115, 82, 68), "light skin": (194, 150, 130), "blue sky": (98, 122, 157),
    "foliage": (87, 108, 67), "blue flower": (133, 128, 177), "bluish green": (103, 189, 170),
    "orange": (214, 126, 44), "purplish blue": (80, 91, 166), "moderate red": (193, 90, 99),
    "purple": (94, 60, 108), "yellow green": (157, 188, 64), "orange yellow": (224, 163, 46),
    "blue": (56, 61, 150), "green": (70, 148, 73), "red": (175, 54, 60),
    "yellow": (231, 199, 31), "magenta": (187, 86, 149), "cyan": (8, 133, 161),
    "white": (243, 243, 242), "neutral 8": (200, 200, 200), "neutral 6.5": (160, 160, 160),
    "neutral 5": (122, 122, 121), "neutral 3.5": (85, 85, 85), "black": (52, 52, 52),
}  # fmt: skip
"""The classic chart of 24 as 8-bit R'G'B'. Source: X-Rite ColorChecker, published sRGB values."""
PATCH_PX = 40
X265 = ("libx265", "-preset", "ultrafast", "-x265-params", "lossless=1:log-level=error")
COLUMNS = 6

# Chromaticities of red, green, blue. Source: ITU-T H.273, table 2; all have white D65.
PRIMARIES: dict[str, tuple[tuple[float, float], ...]] = {
    "bt709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "bt470bg": ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),
    "smpte170m": ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    "smpte240m": ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_D65 = (0.3127, 0.3290)
# Shares of red and blue in luma. Source: ITU-T H.273, table 4.
LUMA: dict[str, tuple[float, float]] = {
    "bt709": (0.2126, 0.0722),
    "smpte170m": (0.299, 0.114),
    "bt470bg": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt2020nc": (0.2627, 0.0593),
}


def checker() -> Array:
    """Return the chart's R'G'B' in 0–1, one row a patch."""
    return np.array(list(CHECKER.values()), float) / 255


def to_xyz(primaries: str) -> Array:
    """Return the matrix from linear RGB to XYZ. Source: SMPTE RP 177."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in PRIMARIES[primaries]]).T
    white = np.array([_D65[0] / _D65[1], 1, (1 - _D65[0] - _D65[1]) / _D65[1]])
    return columns * np.linalg.solve(columns, white)


def converted(light: Array, source: str, target: str) -> Array:
    """Return linear RGB of one set of primaries in another. Source: ITU-R BT.2087 for 709 to 2020."""
    return light @ (np.linalg.inv(to_xyz(target)) @ to_xyz(source)).T


def pq(nits: Array) -> Array:
    """Return the PQ signal of a luminance in cd/m². Source: ITU-R BT.2100-2, table 4."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = np.clip(nits / 10000, 0, 1) ** m1
    return ((c1 + c2 * power) / (1 + c3 * power)) ** m2


def hlg(nits: Array) -> Array:
    """Return the HLG signal of BT.2020 light on a display of 1000 cd/m². Source: ITU-R BT.2100-2, table 5."""
    gamma, a = 1.2, 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    shown = np.clip(nits / HLG_PEAK_NITS, 0, None)
    luminance = np.maximum(shown @ np.array([0.2627, 0.6780, 0.0593]), 1e-9)
    scene = np.clip(shown * luminance[..., None] ** ((1 - gamma) / gamma), 0, 1)
    signal: Array = np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)
    return signal


# Source: Ebner and Fairchild, CIC 6, 1998 (IPT); libplacebo, src/shaders/colorspace.c (BT.2020 of Hunt-Pointer-Estevez
# LMS); the crosstalk of 2 % is what such streams say in their metadata, as its inverse.
LMS_OF_IPT = np.array([[1, 0.0975689, 0.205226], [1, -0.1138765, 0.133217], [1, 0.0326151, -0.6768872]])
BT2020_OF_LMS = np.array(
    [
        [3.06441879, -2.16597676, 0.10155818],
        [-0.65612108, 1.78554118, -0.12943749],
        [0.01736321, -0.04725154, 1.03004253],
    ]
)
CROSSTALK = np.full((3, 3), 0.02) + np.eye(3) * 0.94


def ipt(light: Array) -> Array:
    """Return I, P, T of BT.709 light, where 1.0 is white, as Dolby Vision's profile 5 has them before reshaping."""
    wide = converted(light, "bt709", "bt2020") * WHITE_NITS
    lms = wide @ (CROSSTALK @ np.linalg.inv(BT2020_OF_LMS)).T
    return pq(lms) @ np.linalg.inv(LMS_OF_IPT).T


def hdr_signal(light: Array, curve: Curve) -> Array:
    """Return the BT.2020 R'G'B' of BT.709 light, where 1.0 is white."""
    wide = converted(light, "bt709", "bt2020") * WHITE_NITS
    return pq(wide) if curve == "pq" else hlg(wide)


def ycbcr(signal: Array, matrix: str, bits: int, *, full: bool = False) -> Array:
    """Return Y'CbCr codes of R'G'B' in 0–1. Source: ITU-R BT.2100-2, table 9; ITU-T H.273, 8.3."""
    kr, kb = LUMA[matrix]
    luma = signal @ np.array([kr, 1 - kr - kb, kb])
    blue = (signal[..., 2] - luma) / (2 * (1 - kb))
    red = (signal[..., 0] - luma) / (2 * (1 - kr))
    step, most = 2 ** (bits - 8), 2**bits - 1
    mid = 128 * step
    if full:
        codes = np.stack([luma * most, blue * most + mid, red * most + mid], -1)
    else:
        codes = np.stack([(219 * luma + 16) * step, 224 * step * blue + mid, 224 * step * red + mid], -1)
    return np.clip(np.round(codes), 0, most).astype(np.uint16)


def grid(patches: Array, columns: int = COLUMNS) -> Array:
    """Return a picture of square patches, filled up with black."""
    rows = -(-len(patches) // columns)
    cells = np.zeros((rows * columns, patches.shape[1]), patches.dtype)
    cells[: len(patches)] = patches
    return cells.reshape(rows, columns, -1).repeat(PATCH_PX, 0).repeat(PATCH_PX, 1)


def planes(picture: Array, subsampled: tuple[int, int], bits: int) -> bytes:
    """Return a Y'CbCr picture as planes; chroma is taken from every so many pixels across and down."""
    across, down = subsampled
    kind = np.uint8 if bits == 8 else "<u2"
    parts = (picture[..., 0], picture[::down, ::across, 1], picture[::down, ::across, 2])
    return b"".join(part.astype(kind).tobytes() for part in parts)


def encode(
    path: Path, raw: bytes, size: tuple[int, int], pix_fmt: str, tags: Mapping[str, str], codec: Sequence[str]
) -> Path:
    """Write one picture, five times, as a clip with exactly these tags (as ``setparams`` names them)."""
    named = ":".join(f"{name}={value}" for name, value in tags.items())
    chain = f"setparams={named}" if named else "null"
    argv = ["-f", "rawvideo", "-pix_fmt", pix_fmt, "-s", f"{size[0]}x{size[1]}", "-framerate", "25", "-i", "pipe:0"]
    argv += ["-vf", chain, "-c:v", *codec, str(path)]
    run(argv, raw * 5)
    return path


def hdr_clip(path: Path, light: Array, curve: Curve, columns: int = COLUMNS, extra: str = "") -> Path:
    """Write patches of BT.709 light (1.0 is white) as HEVC Main 10 in BT.2020 with the curve, without loss."""
    picture = grid(ycbcr(hdr_signal(light, curve), "bt2020nc", 10), columns)
    transfer = {"hlg": "arib-std-b67", "pq": "smpte2084"}[curve]
    tags = {"range": "tv", "color_primaries": "bt2020", "color_trc": transfer, "colorspace": "bt2020nc"}
    codec = (*X265[:-1], X265[-1] + extra)
    size = (picture.shape[1], picture.shape[0])
    return encode(path, planes(picture, (2, 2), 10), size, "yuv420p10le", tags, codec)


def ipt_clip(path: Path, light: Array) -> Path:
    """Write patches of BT.709 light as Dolby Vision's profile 5 has them: full range, no tags. The box is left out."""
    picture = grid(np.clip(np.round(ipt(light) * 1023 + [0, 512, 512]), 0, 1023).astype(np.uint16))
    size = (picture.shape[1], picture.shape[0])
    return encode(path, planes(picture, (2, 2), 10), size, "yuv420p10le", {"range": "pc"}, X265)


def shown(raw: bytes, count: int, size: tuple[int, int], columns: int = COLUMNS) -> Array:
    """Return each patch's R'G'B' in 0–1 from one frame of ``yuv420p``, BT.709, limited range.

    A patch is the mean of its middle half: dither is part of the picture, and its mean is what is seen.
    """
    wide, high = size
    luma = np.frombuffer(raw, np.uint8, wide * high).reshape(high, wide)
    halves = np.frombuffer(raw, np.uint8, wide * high // 2, wide * high).reshape(2, high // 2, wide // 2)
    kr, kb = LUMA["bt709"]
    found = []
    for n in range(count):
        row, column, quarter = n // columns, n % columns, PATCH_PX // 4
        down = slice(row * PATCH_PX + quarter, (row + 1) * PATCH_PX - quarter)
        across = slice(column * PATCH_PX + quarter, (column + 1) * PATCH_PX - quarter)
        half = (slice(down.start // 2, down.stop // 2), slice(across.start // 2, across.stop // 2))
        y = (luma[down, across].mean() - 16) / 219
        blue, red = ((float(plane[half].mean()) - 128) / 224 for plane in halves)
        r, b = y + 2 * (1 - kr) * red, y + 2 * (1 - kb) * blue
        found.append((r, (y - kr * r - kb * b) / (1 - kr - kb), b))
    return np.clip(np.array(found), 0, 1)


def light_of(signal: Array) -> Array:
    """Return what a BT.1886 display shows of a signal; 1.0 is its white."""
    return np.clip(signal, 0, None) ** GAMMA


def lab(light: Array) -> Array:
    """Return CIELAB of linear BT.709, seen against D65. Source: CIE 15:2018, 8.2.1."""
    matrix = to_xyz("bt709")
    ratio = light @ matrix.T / matrix.sum(1)
    cube = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = cube[..., 0], cube[..., 1], cube[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def delta_e(one: Array, other: Array) -> Array:
    """Return CIEDE2000 between CIELAB colours. Source: Sharma, Wu, Dalal, Color Research & Application 30(1), 2005."""
    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    (l1, c1, h1), (l2, c2, h2) = (_polar(colour, g) for colour in (one, other))
    turn = h2 - h1
    turn = np.where(c1 * c2 == 0, 0, turn - 360 * np.round(turn / 360))
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    light, c = (l1 + l2) / 2, (c1 + c2) / 2
    far = np.abs(h1 - h2) > 180
    h = np.where(c1 * c2 == 0, h1 + h2, (h1 + h2 + np.where(far, np.where(h1 + h2 < 360, 360, -360), 0)) / 2)
    t = 1 - 0.17 * _cos(h - 30) + 0.24 * _cos(2 * h) + 0.32 * _cos(3 * h + 6) - 0.20 * _cos(4 * h - 63)
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    rt = -np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2)))) * rc
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    apart: Array = np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh)
    return apart


def _polar(colour: Array, g: Array) -> tuple[Array, Array, Array]:
    a = (1 + g) * colour[..., 1]
    return colour[..., 0], np.hypot(a, colour[..., 2]), np.degrees(np.arctan2(colour[..., 2], a)) % 360


def _cos(degrees: Array) -> Array:
    return np.cos(np.radians(degrees))


def hue_deg(light: Array) -> Array:
    """Return the CIELAB hue of linear BT.709."""
    colour = lab(light)
    return np.degrees(np.arctan2(colour[..., 2], colour[..., 1])) % 360


def run(argv: Sequence[str], stdin: bytes = b"") -> bytes:
    """Return what the bundled ffmpeg writes to standard output."""
    quiet = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y", *argv]
    done = subprocess.run(quiet, input=stdin, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout
