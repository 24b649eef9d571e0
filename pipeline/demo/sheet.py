"""A scene as a ground and layers that move, the colours of an hour, and the layers that many scenes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from PIL import Image

from pipeline.demo import shapes
from pipeline.demo.shapes import Rgb, mix

LENGTH_S = 4.2
"""Layers are wide enough to drift for so long: longer than any clip."""


@dataclass(frozen=True)
class Palette:
    """The colours of one hour of the day."""

    sky: Rgb
    haze: Rgb
    far: Rgb
    near: Rgb
    light: Rgb

    @property
    def mid(self) -> Rgb:
        """Between far and near."""
        return mix(self.far, self.near, 0.5)


PALETTES = (
    Palette((38, 74, 120), (255, 196, 140), (92, 108, 140), (18, 40, 56), (255, 208, 130)),  # dawn
    Palette((70, 146, 200), (214, 238, 240), (104, 158, 150), (24, 84, 70), (255, 248, 214)),  # clear morning
    Palette((24, 30, 74), (214, 108, 120), (84, 60, 112), (22, 20, 48), (255, 170, 128)),  # violet dusk
    Palette((10, 74, 92), (180, 224, 206), (52, 122, 122), (6, 46, 56), (255, 224, 150)),  # teal lake
    Palette((206, 110, 84), (255, 222, 158), (178, 112, 96), (70, 38, 46), (255, 240, 190)),  # copper evening
    Palette((96, 128, 168), (246, 214, 220), (136, 140, 170), (50, 64, 98), (255, 228, 220)),  # rose mist
    Palette((34, 110, 92), (236, 238, 176), (86, 148, 98), (16, 60, 44), (255, 244, 176)),  # after rain
    Palette((8, 20, 48), (48, 84, 128), (30, 56, 92), (6, 14, 32), (255, 190, 92)),  # blue night
)


@dataclass(frozen=True)
class Layer:
    """A picture and how it moves: its corner at the start, pixels a second, and a slow bob up and down."""

    image: Image.Image
    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0
    bob: float = 0.0
    period_s: float = 4.0

    def trimmed(self) -> Layer:
        """Return the layer without its clear margins, which cost time to lay over a frame."""
        box = self.image.getbbox()
        if not box:
            return self
        return replace(self, image=self.image.crop(box), x=self.x + box[0], y=self.y + box[1])


@dataclass
class Scene:
    """A ground and what moves before it, back to front."""

    ground: Image.Image
    layers: list[Layer] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What is painted on: the size in pixels, its unit (the shorter side), the colours, the dice."""

    width: int
    height: int
    palette: Palette
    rng: np.random.Generator

    @property
    def unit(self) -> int:
        """The shorter side."""
        return min(self.width, self.height)

    def sky(self, horizon: float) -> shapes.Floats:
        """Return the sky down to ``horizon`` (a share of the height), and its haze below."""
        colours = self.palette
        stops = [(0.0, colours.sky), (horizon, colours.haze), (1.0, mix(colours.haze, colours.far, 0.4))]
        return shapes.gradient(self.width, self.height, stops, self.rng)

    def drifting(self, paint: Callable[[int], Image.Image], y: float, vx: float, **more: float) -> Layer:
        """Return a layer as wide as its drift needs; ``paint`` gets that width."""
        travel = abs(vx) * LENGTH_S
        return Layer(paint(self.width + round(travel) + 2), -travel if vx > 0 else 0.0, y, vx, **more)


def water(sheet: Sheet, horizon: float, light_x: float) -> Scene:
    """Return sky and open water with a path of light on it."""
    colours, rng = sheet.palette, sheet.rng
    ground = sheet.sky(horizon)
    line = round(horizon * sheet.height)
    shapes.add_glow(ground, light_x * sheet.width, line, sheet.unit * 0.5, colours.light, 0.55)
    deep = mix(colours.far, colours.near, 0.6)
    stops = [(0.0, mix(colours.haze, colours.far, 0.35)), (1.0, deep)]
    lake = shapes.gradient(sheet.width, sheet.height - line, stops, rng)
    shapes.add_glow(lake, light_x * sheet.width, 0, sheet.unit * 0.24, colours.light, 0.5)
    ground[line:] = lake
    scene = Scene(shapes.to_image(ground))
    for vx, colour in ((9.0, colours.light), (-14.0, mix(colours.near, colours.far, 0.3))):
        shine = partial(shapes.glitter, height=sheet.height - line, colour=colour, count=130, rng=rng)
        scene.layers.append(sheet.drifting(shine, line, vx * sheet.unit / 540))
    return scene


def ridge_layer(sheet: Sheet, base: float, tall: float, rough: float, vx: float, depth: float) -> Layer:
    """Return a hilly silhouette that drifts; ``depth`` 0 is far, 1 near. Heights are shares of the picture's."""
    top = mix(mix(sheet.palette.haze, sheet.palette.far, 0.5), sheet.palette.near, depth)
    bottom = mix(top, sheet.palette.haze, 0.35 * (1 - depth))
    cut = round((base - tall * 1.1) * sheet.height)

    def paint(width: int) -> Image.Image:
        edge = shapes.ridge(width, base * sheet.height - cut, tall * sheet.height, rough, sheet.rng)
        return shapes.band(edge, sheet.height - cut, top, bottom, sheet.height * 0.3)

    return sheet.drifting(paint, cut, vx * sheet.unit / 540)


def boat_layer(sheet: Sheet, x: float, water: float, long: float, vx: float) -> Layer:
    """Return a boat that bobs and sails; place and length are shares, ``vx`` in pixels of a 540 px picture."""
    size = round(long * sheet.unit)
    picture = shapes.silhouette(
        size + 8, size // 2, mix(sheet.palette.near, (0, 0, 0), 0.25),
        lambda pen, s: shapes.boat(pen, s * (size / 2 + 2), s * size * 0.36, s * size * 0.9),
    )  # fmt: skip
    if vx < 0:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    bob = sheet.unit * 0.006
    return Layer(
        picture, x * sheet.width, water * sheet.height - size * 0.36, vx * sheet.unit / 540, bob=bob, period_s=2.7
    )


def clouds_layer(sheet: Sheet, vx: float = -12.0, count: int = 7) -> Layer:
    """Return clouds that drift."""
    light = mix(sheet.palette.haze, (255, 255, 255), 0.55)
    high = round(sheet.height * 0.75)
    return sheet.drifting(lambda w: shapes.clouds(w, high, light, count, sheet.rng), 0, vx * sheet.unit / 540)


def palm_layer(sheet: Sheet, x: float, tall: float, lean: float) -> Layer:
    """Return a palm at the bottom edge that sways a little; ``x`` and ``tall`` are shares, ``lean`` of its height."""
    picture = shapes.silhouette(
        sheet.width, sheet.height, mix(sheet.palette.near, (0, 0, 0), 0.35),
        lambda pen, s: shapes.palm(pen, s * x * sheet.width, s * 1.03 * sheet.height, s * tall * sheet.unit, lean),
    )  # fmt: skip
    return Layer(picture, 0, 0, bob=sheet.unit * 0.004, period_s=3.3)
