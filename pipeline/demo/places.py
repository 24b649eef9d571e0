"""Scenes of people's places: the old town, the lantern night, the market."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from pipeline.demo import shapes
from pipeline.demo.shapes import DARK, WARM, Rgb, mix
from pipeline.demo.sheet import Layer, Scene, Sheet, clouds_layer, ridge_layer

LIT_WINDOWS = 0.62
"""Share of the windows with a light behind them."""


def town(sheet: Sheet) -> Scene:
    """Return a street of shophouses at dusk, lit windows, a string of lanterns, people passing."""
    sky = sheet.sky(0.7)
    shapes.add_glow(sky, sheet.width * 0.35, sheet.height * 0.5, sheet.unit * 0.5, sheet.palette.light, 0.6)
    scene = Scene(shapes.to_image(sky))
    scene.layers.append(clouds_layer(sheet, 8, 6))
    scene.layers.append(ridge_layer(sheet, 0.6, 0.1, 1.8, -4, 0.15))
    scene.layers.append(sheet.drifting(lambda w: _houses(sheet, w, 0.3, 0.45), 0, -12 * sheet.unit / 540))
    scene.layers.append(sheet.drifting(lambda w: _houses(sheet, w, 0.48, 0.85), 0, -26 * sheet.unit / 540))
    scene.layers.append(_street(sheet))
    for vx in (34, -28):
        scene.layers.append(_walkers(sheet, 0.86, 0.17, 4, vx))
    scene.layers.append(_string_of_lanterns(sheet, 0.1))
    return scene


def lanterns(sheet: Sheet) -> Scene:
    """Return a lake at night with a moon and paper lanterns that rise."""
    rng, colours = sheet.rng, sheet.palette
    horizon = round(sheet.height * 0.72)
    sky = sheet.sky(0.85)
    moon_x = sheet.width * rng.uniform(0.2, 0.8)
    shapes.add_glow(sky, moon_x, sheet.height * 0.2, sheet.unit * 0.3, (190, 205, 230), 0.5)
    stars = rng.integers(0, [horizon - 4, sheet.width - 2], size=(150, 2))
    sky[stars[:, 0], stars[:, 1]] += rng.uniform(40, 150, size=(150, 1))
    lake = shapes.gradient(sheet.width, sheet.height - horizon, [(0, mix(colours.haze, DARK, 0.3)), (1, DARK)], rng)
    shapes.add_glow(lake, sheet.width / 2, 0, sheet.unit * 0.4, WARM, 0.25)
    sky[horizon:] = lake
    scene = Scene(shapes.to_image(sky))
    moon = round(sheet.unit * 0.045)
    scene.layers.append(Layer(shapes.sun(moon, (214, 222, 238)), moon_x - 3 * moon, sheet.height * 0.2 - 3 * moon))
    hills = ridge_layer(sheet, 0.71, 0.08, 2, -5, 0.6)
    scene.layers.append(
        Layer(hills.image.crop((0, 0, hills.image.width, horizon - round(hills.y))), hills.x, hills.y, hills.vx)
    )
    shine = sheet.drifting(lambda w: shapes.glitter(w, sheet.height - horizon, WARM, 110, rng), horizon, 10)
    scene.layers.append(shine)
    for size, count, rise in ((0.022, 16, 0.025), (0.04, 8, 0.045), (0.075, 4, 0.08)):
        scene.layers.append(_rising(sheet, size, count, rise))
    places = [
        (sheet.width * x, sheet.unit * t) for x, t in ((0.1, 0.21), (0.16, 0.18), (0.2, 0.2), (0.8, 0.2), (0.87, 0.17))
    ]
    crowd = shapes.people(sheet.width, round(sheet.unit * 0.24), DARK, places, rng)
    scene.layers.append(Layer(crowd, 0, sheet.height - crowd.height * 0.9))
    return scene


def market(sheet: Sheet) -> Scene:
    """Return stalls with striped awnings, strings of lamps and people strolling both ways."""
    sky = sheet.sky(0.6)
    shapes.add_glow(sky, sheet.width * 0.5, sheet.height * 0.5, sheet.unit * 0.6, sheet.palette.light, 0.6)
    scene = Scene(shapes.to_image(sky))
    scene.layers.append(ridge_layer(sheet, 0.5, 0.12, 3, -5, 0.25))
    scene.layers.append(_street(sheet))
    scene.layers.append(_walkers(sheet, 0.8, 0.19, 7, 14))
    scene.layers.append(sheet.drifting(lambda w: _stalls(sheet, w), 0, -16 * sheet.unit / 540))
    scene.layers.append(_string_of_lanterns(sheet, 0.02))
    for vx, tall in ((-40, 0.36), (52, 0.42)):
        scene.layers.append(_walkers(sheet, 1.0, tall, 3, vx))
    return scene


def _street(sheet: Sheet) -> Layer:
    high = round(sheet.height * 0.24)
    stops = [(0.0, mix(sheet.palette.haze, sheet.palette.near, 0.62)), (1.0, mix(sheet.palette.near, DARK, 0.5))]
    picture = shapes.to_image(shapes.gradient(sheet.width, high, stops, sheet.rng)).convert("RGBA")
    return Layer(picture, 0, sheet.height - high)


def _walkers(sheet: Sheet, foot: float, tall: float, count: int, vx: float) -> Layer:
    high = round(sheet.unit * tall)

    def paint(width: int) -> Image.Image:
        spots = [
            ((n + sheet.rng.uniform(0.15, 0.85)) * width / count, high * sheet.rng.uniform(0.82, 0.99))
            for n in range(count)
        ]
        return shapes.people(width, high, mix(sheet.palette.near, DARK, 0.6), spots, sheet.rng)

    bob = sheet.unit * 0.004
    return sheet.drifting(paint, foot * sheet.height - high, vx * sheet.unit / 540, bob=bob, period_s=0.6)


def _houses(sheet: Sheet, width: int, tall: float, depth: float) -> Image.Image:
    """Return a row of shophouses that stands on the street."""
    rng, foot = sheet.rng, round(sheet.height * 0.79)
    picture = Image.new("RGBA", (width, foot))
    pen = ImageDraw.Draw(picture)
    walls = ((196, 142, 108), (122, 150, 150), (186, 170, 128), (168, 112, 112), (140, 138, 160))
    x = 0.0
    while x < width:
        wide, top = sheet.unit * rng.uniform(0.16, 0.24), foot - sheet.unit * tall * rng.uniform(0.78, 1.0)
        wall = mix(walls[int(rng.integers(len(walls)))], sheet.palette.near, 0.2 + 0.5 * depth)
        pen.rectangle((x, top, x + wide - 2, foot), fill=(*wall, 255))
        roof = mix(wall, DARK, 0.5)
        pen.polygon(
            [
                (x - 4, top),
                (x + wide * 0.14, top - sheet.unit * 0.05),
                (x + wide * 0.86, top - sheet.unit * 0.05),
                (x + wide + 2, top),
            ],
            fill=(*roof, 255),
        )
        _windows(pen, sheet, (x, top, wide, foot), wall)
        x += wide
    return picture


def _windows(pen: ImageDraw.ImageDraw, sheet: Sheet, box: tuple[float, float, float, float], wall: Rgb) -> None:
    x, top, wide, foot = box
    door = foot - sheet.unit * 0.13
    for n in range(3):
        left = x + wide * (0.13 + 0.28 * n)
        lit = sheet.rng.random() < LIT_WINDOWS
        glass = mix(WARM, wall, float(sheet.rng.uniform(0.0, 0.35))) if lit else mix(wall, DARK, 0.55)
        y = top + sheet.unit * 0.04
        while y < door - sheet.unit * 0.07:
            pen.rectangle((left, y, left + wide * 0.17, y + sheet.unit * 0.055), fill=(*glass, 255))
            pen.pieslice((left, y - wide * 0.07, left + wide * 0.17, y + wide * 0.07), 180, 360, fill=(*glass, 255))
            y += sheet.unit * 0.11
    pen.rectangle((x + wide * 0.1, door, x + wide * 0.88, foot), fill=(*mix(WARM, wall, 0.25), 255))
    pen.rectangle((x, door - sheet.unit * 0.02, x + wide, door), fill=(*mix(wall, DARK, 0.4), 255))


def _stalls(sheet: Sheet, width: int) -> Image.Image:
    rng, foot = sheet.rng, round(sheet.height * 0.88)
    picture = Image.new("RGBA", (width, foot))
    pen = ImageDraw.Draw(picture)
    cloths = ((200, 70, 62), (44, 126, 128), (226, 158, 60), (84, 128, 80), (170, 84, 120))
    wide, x = sheet.unit * 0.42, -sheet.unit * 0.1
    while x < width:
        cloth = mix(cloths[int(rng.integers(len(cloths)))], sheet.palette.near, 0.15)
        top, inside = foot - sheet.unit * 0.36, mix(WARM, cloth, 0.25)
        pen.rectangle(
            (x + wide * 0.06, top, x + wide * 0.94, foot - sheet.unit * 0.12), fill=(*mix(inside, DARK, 0.28), 235)
        )
        for side in (0.06, 0.93):
            pen.rectangle((x + wide * side, top, x + wide * side + 4, foot), fill=(*mix(cloth, DARK, 0.7), 255))
        pen.rectangle(
            (x + wide * 0.02, foot - sheet.unit * 0.13, x + wide * 0.98, foot), fill=(*mix(cloth, DARK, 0.55), 255)
        )
        for n in range(9):
            fruit = mix(((236, 160, 50), (190, 60, 60), (120, 160, 70))[n % 3], DARK, 0.12)
            px, r = x + wide * (0.1 + 0.1 * n), sheet.unit * 0.022
            pen.ellipse(
                (px - r, foot - sheet.unit * 0.13 - r * 1.3, px + r, foot - sheet.unit * 0.13 + r * 0.7),
                fill=(*fruit, 255),
            )
        _awning(pen, (x, top, wide, sheet.unit * 0.1), cloth)
        x += wide * rng.uniform(1.06, 1.2)
    return picture


def _awning(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], cloth: Rgb) -> None:
    x, top, wide, drop = box
    stripes = 8
    for n in range(stripes):
        colour = cloth if n % 2 else mix(cloth, (255, 246, 230), 0.8)
        left, right = x + wide * n / stripes, x + wide * (n + 1) / stripes
        inner = [x + wide * (0.08 + 0.84 * k / stripes) for k in (n, n + 1)]
        pen.polygon(
            [
                (inner[0], top - drop * 0.7),
                (inner[1], top - drop * 0.7),
                (right, top + drop * 0.3),
                (left, top + drop * 0.3),
            ],
            fill=(*colour, 255),
        )
        pen.pieslice((left, top, right, top + drop * 0.6), 0, 180, fill=(*colour, 255))


def _string_of_lanterns(sheet: Sheet, y: float) -> Layer:
    """Return lanterns on a hanging line across the picture."""
    high = round(sheet.unit * 0.34)
    picture = Image.new("RGBA", (sheet.width, high))
    pen = ImageDraw.Draw(picture)
    spans = max(1, round(sheet.width / sheet.unit))
    size = round(sheet.unit * 0.05)
    points = [
        (x, high * (0.05 + 0.35 * math.sin(math.pi * ((x * spans / sheet.width) % 1))))
        for x in range(0, sheet.width + 8, 8)
    ]
    pen.line(points, fill=(*mix(sheet.palette.near, DARK, 0.6), 220), width=2)
    colours = (WARM, (255, 120, 92), (255, 214, 150))
    for n, (x, drop) in enumerate(points[5 :: max(2, round(sheet.unit * 0.02))]):
        lamp = shapes.lantern(size, colours[n % 3])
        picture.alpha_composite(lamp, (max(0, x - lamp.width // 2), max(0, round(drop - size * 0.9))))
    return Layer(picture, 0, y * sheet.height, bob=sheet.unit * 0.005, period_s=3.7)


def _rising(sheet: Sheet, size: float, count: int, rise: float) -> Layer:
    """Return a cloud of lanterns that climbs; some start below the picture's edge."""
    side = max(6, round(size * sheet.unit))
    travel = round(rise * sheet.unit * 4.2)
    high = sheet.height + travel
    picture = Image.new("RGBA", (sheet.width, high))
    lamp = shapes.lantern(side, mix(WARM, (255, 120, 60), 0.3))
    for n in range(count):
        x = round((n + sheet.rng.uniform(0.1, 0.9)) * sheet.width / count - lamp.width / 2)
        y = round(sheet.rng.uniform(0.03, 0.66) * sheet.height)
        picture.paste(lamp, (x, y), lamp)
    return Layer(picture, 0, 0, sheet.unit * 0.006, -rise * sheet.unit)
