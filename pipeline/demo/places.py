"""Scenes of people's places: the old town, the lantern night, the market, the hall with its stage."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.demo import shapes
from pipeline.demo.shapes import Rgb, mix
from pipeline.demo.sheet import Layer, Scene, Sheet, clouds_layer, ridge_layer

WARM: Rgb = (255, 196, 110)
DARK: Rgb = (12, 14, 22)


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
    rng = sheet.rng
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


def stage(sheet: Sheet) -> Scene:
    """Return a hall: a lit stage with speakers before a picture of the lake, beams that sway, the audience."""
    rng, colours = sheet.rng, sheet.palette
    width, height, unit = sheet.width, sheet.height, sheet.unit
    floor = round(height * 0.68)
    hall = shapes.gradient(
        width, height, [(0, mix(colours.sky, DARK, 0.55)), (0.6, mix(colours.far, DARK, 0.35)), (1, DARK)], rng
    )
    for x in (0.2, 0.5, 0.8):
        shapes.add_glow(hall, width * x, floor, unit * 0.35, mix(WARM, colours.light, 0.5), 0.4)
    picture = shapes.to_image(hall)
    _screen(sheet, picture, floor)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((width * 0.06, floor, width * 0.94, floor + unit * 0.07), fill=mix(colours.near, (90, 60, 44), 0.5))
    pen.rectangle((width * 0.06, floor, width * 0.94, floor + unit * 0.012), fill=mix(WARM, (120, 80, 50), 0.4))
    scene = Scene(picture)
    for n, x in enumerate((0.22, 0.5, 0.78)):
        scene.layers.append(_beam(sheet, x, n))
    tall = round(unit * 0.25)
    places = [(width * x, tall * rng.uniform(0.9, 1.0)) for x in np.linspace(0.27, 0.73, int(rng.integers(3, 7)))]
    speakers = shapes.people(width, tall + 2, mix(DARK, colours.near, 0.3), places, rng)
    scene.layers.append(Layer(speakers, 0, floor - tall + 3))
    for row, (size, y) in enumerate(((0.06, 0.8), (0.085, 0.89))):
        scene.layers.append(_audience(sheet, size, y, 5 if row else -4))
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
        lit = sheet.rng.random() < 0.62
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


def _screen(sheet: Sheet, picture: Image.Image, floor: int) -> None:
    """Hang a wide screen with a lake at sunrise above the stage."""
    wide, high = round(sheet.unit * 0.86), round(sheet.unit * 0.4)
    wide = min(wide, round(sheet.width * 0.8))
    view = shapes.gradient(
        wide, high, [(0, (60, 110, 150)), (0.6, (255, 208, 150)), (0.61, (120, 150, 150)), (1, (20, 66, 84))], sheet.rng
    )
    shapes.add_glow(view, wide * 0.5, high * 0.56, high * 0.3, (255, 240, 200), 0.9)
    left, top = (sheet.width - wide) // 2, floor - round(sheet.unit * 0.2) - high
    light = Image.new("L", picture.size)
    ImageDraw.Draw(light).rectangle((left, top, left + wide, top + high), fill=120)
    picture.paste((255, 226, 190), (0, 0), light.filter(ImageFilter.GaussianBlur(sheet.unit * 0.06)))
    picture.paste(shapes.to_image(view), (left, top))


def _beam(sheet: Sheet, x: float, n: int) -> Layer:
    """Return a beam of light from the ceiling, soft at its edges."""
    wide, high = round(sheet.unit * 0.5), round(sheet.height * 0.7)
    across = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    down = np.linspace(0.02, 1, high, dtype=np.float32)[:, None]
    shine = (
        np.exp(-((across / (0.12 + 0.5 * down)) ** 2) * 2.2)
        * (1 - down) ** 0.7
        * np.clip(1 - np.abs(across), 0, 0.3)
        / 0.3
    )
    colour = np.asarray((WARM, (150, 210, 230), (255, 150, 140))[n % 3], np.float32)
    rgb = np.broadcast_to(colour, (high, wide, 3))
    picture = np.concatenate([rgb, (shine * 105)[:, :, None]], axis=-1).astype(np.uint8)
    speed = sheet.unit * (0.035, -0.02, -0.04)[n % 3]
    return Layer(Image.fromarray(picture, "RGBA"), x * sheet.width - wide / 2, 0, speed)


def _audience(sheet: Sheet, size: float, y: float, vx: float) -> Layer:
    """Return a row of heads and shoulders seen from behind."""
    head = sheet.unit * size

    def paint_on(width: int) -> Image.Image:
        def paint(pen: shapes.Draw, s: float) -> None:
            x = 0.0
            while x < width:
                r, top = head * sheet.rng.uniform(0.42, 0.52), head * sheet.rng.uniform(0.05, 0.4)
                pen.ellipse(tuple(s * v for v in (x - r, top, x + r, top + 2.4 * r)), fill=255)
                pen.rounded_rectangle(
                    tuple(s * v for v in (x - 2.1 * r, top + 2.5 * r, x + 2.1 * r, top + 12 * r)),
                    radius=s * r,
                    fill=255,
                )
                x += head * sheet.rng.uniform(1.5, 2.4)

        high = round(sheet.height * (1 - y) + head * 1.2)
        return shapes.silhouette(width, high, mix(DARK, sheet.palette.near, 0.12 if size > 0.07 else 0.3), paint)

    return sheet.drifting(paint_on, y * sheet.height - head, vx * sheet.unit / 540)
