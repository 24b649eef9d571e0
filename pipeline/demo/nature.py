"""Scenes of the lake, the sea, the hills and the woods."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipeline.demo import shapes
from pipeline.demo.shapes import Rgb, mix
from pipeline.demo.sheet import Layer, Scene, Sheet, boat_layer, clouds_layer, palm_layer, ridge_layer, water


def sunrise(sheet: Sheet) -> Scene:
    """Return the lake with a sun that rises behind its far shore, and two boats."""
    x, horizon = float(sheet.rng.uniform(0.3, 0.7)), 0.6
    scene = water(sheet, horizon, x)
    radius = round(sheet.unit * 0.075)
    disc = shapes.sun(radius, sheet.palette.light)
    rising = Layer(disc, x * sheet.width - radius * 3, horizon * sheet.height - radius * 3.1, vy=-sheet.unit * 0.034)
    line = round(horizon * sheet.height)
    far = ridge_layer(sheet, horizon - 0.01, 0.07, 2.2, 5, 0.35)
    cropped = far.image.crop((0, 0, far.image.width, line - round(far.y)))
    shore = Layer(cropped, far.x, far.y, far.vx)
    lake = scene.ground.crop((0, line, sheet.width, sheet.height)).convert("RGBA")
    # The lake lies over the sun, or what has not risen yet would shine through it.
    scene.layers[:0] = [rising, clouds_layer(sheet), shore, Layer(lake, 0, line)]
    scene.layers.append(boat_layer(sheet, 0.14, 0.74, 0.34, 26))
    scene.layers.append(boat_layer(sheet, 0.78, 0.645, 0.13, -9))
    return scene


def hills(sheet: Sheet) -> Scene:
    """Return ranges of hills one behind the other, a flock of birds, palms in front."""
    ground = sheet.sky(0.62)
    shapes.add_glow(ground, sheet.width * 0.7, sheet.height * 0.3, sheet.unit * 0.35, sheet.palette.light, 0.7)
    flock = shapes.birds(sheet.unit // 2, sheet.unit // 5, sheet.palette.near, 7, sheet.rng)
    return Scene(
        shapes.to_image(ground),
        [
            clouds_layer(sheet, 10),
            ridge_layer(sheet, 0.52, 0.16, 1.6, -6, 0.05),
            ridge_layer(sheet, 0.62, 0.13, 2.0, -14, 0.3),
            Layer(
                flock,
                sheet.width * 0.1,
                sheet.height * 0.18,
                sheet.unit * 0.09,
                -sheet.unit * 0.012,
                sheet.unit * 0.01,
                1.6,
            ),
            ridge_layer(sheet, 0.74, 0.1, 2.6, -28, 0.6),
            ridge_layer(sheet, 0.88, 0.07, 3.2, -52, 0.95),
            palm_layer(sheet, 0.07, 0.62, 0.12),
            palm_layer(sheet, 0.16, 0.46, 0.2),
            palm_layer(sheet, 0.93, 0.5, -0.14),
        ],
    )


def sea(sheet: Sheet) -> Scene:
    """Return the open sea: swell after swell, boats between them."""
    horizon = 0.44
    scene = water(sheet, horizon, 0.62)
    scene.layers.insert(0, clouds_layer(sheet, -16, 9))
    scene.layers.append(boat_layer(sheet, 0.55, 0.52, 0.16, -10))
    swells = []
    for n in range(4):
        base, length = 0.62 + 0.11 * n, (0.34 + 0.13 * n) * sheet.unit
        colour = mix(sheet.palette.far, sheet.palette.near, 0.2 + 0.25 * n)
        swells.append(_swell(sheet, base, length, colour, (1 if n % 2 else -1) * (20 + 13 * n)))
    scene.layers += [*swells[:2], boat_layer(sheet, 0.12, 0.76, 0.42, 30), *swells[2:]]
    return scene


def _swell(sheet: Sheet, base: float, length: float, colour: Rgb, vx: float) -> Layer:
    cut = round((base - 0.06) * sheet.height)
    tall = sheet.unit * 0.034

    def paint(width: int) -> Image.Image:
        edge = shapes.wave(width, base * sheet.height - cut, tall, length, float(sheet.rng.random()))
        foam = mix(colour, (255, 255, 255), 0.28)
        extra = round(sheet.unit * 0.03)
        return shapes.band(edge, sheet.height - cut + extra, foam, colour, sheet.unit * 0.035, 0.94)

    return sheet.drifting(paint, cut, vx * sheet.unit / 540, bob=sheet.unit * 0.012, period_s=3.1)


def islands(sheet: Sheet) -> Scene:
    """Return the two islands off Songkhla at sunset, under palms."""
    horizon = 0.58
    scene = water(sheet, horizon, 0.5)
    radius = round(sheet.unit * 0.06)
    setting = Layer(
        shapes.sun(radius, sheet.palette.light), sheet.width * 0.5 - radius * 3, sheet.height * 0.36 - radius * 3,
        vy=sheet.unit * 0.022,
    )  # fmt: skip
    colour = mix(sheet.palette.mid, sheet.palette.near, 0.3)
    line = round(horizon * sheet.height)

    def paint(pen: shapes.Draw, s: float) -> None:
        for x, wide, tall in ((0.2, 0.34, 0.2), (0.31, 0.2, 0.12), (0.72, 0.22, 0.11), (0.84, 0.2, 0.06)):
            steps = np.linspace(-1, 1, 41)
            rough = 1 + 0.05 * np.sin(steps * 11 + x * 40) + 0.03 * np.sin(steps * 23)
            tops = line - tall * sheet.unit * np.cos(steps * np.pi / 2) ** 1.4 * rough
            pen.polygon(
                [(s * (x + wide * a / 2) * sheet.width, s * b) for a, b in zip(steps, tops, strict=True)], fill=255
            )

    islands = shapes.silhouette(sheet.width, line, colour, paint)
    scene.layers[:0] = [setting, clouds_layer(sheet, 9, 9), Layer(islands, 0, 0)]
    scene.layers.append(boat_layer(sheet, 0.6, 0.7, 0.22, -18))
    scene.layers += [palm_layer(sheet, 0.98, 0.8, -0.3), palm_layer(sheet, 0.9, 0.55, -0.2)]
    return scene


def forest(sheet: Sheet) -> Scene:
    """Return trunks in morning mist, three rows deep, with fireflies."""
    rng, colours = sheet.rng, sheet.palette
    ground = shapes.gradient(
        sheet.width,
        sheet.height,
        [(0, mix(colours.far, colours.haze, 0.5)), (0.6, colours.haze), (1, colours.far)],
        rng,
    )
    shapes.add_glow(ground, sheet.width * 0.6, sheet.height * 0.35, sheet.unit * 0.5, colours.light, 0.85)
    scene = Scene(shapes.to_image(ground))
    for row, (depth, count, vx) in enumerate(((0.15, 16, -6), (0.5, 10, -18), (0.9, 6, -44))):
        colour = mix(mix(colours.haze, colours.far, 0.8), colours.near, depth)
        scene.layers.append(_trees(sheet, colour, count, row, vx))
        foot = 0.8 + 0.07 * row
        scene.layers.append(ridge_layer(sheet, foot, 0.03, 4, vx, depth))
    fly = shapes.sun(max(2, round(sheet.unit * 0.008)), colours.light)
    for _ in range(7):
        x, y = rng.uniform(0.05, 0.95) * sheet.width, rng.uniform(0.4, 0.9) * sheet.height
        speed = rng.uniform(-0.02, 0.02) * sheet.unit
        scene.layers.append(Layer(fly, x, y, speed, -0.03 * sheet.unit, 0.02 * sheet.unit, rng.uniform(1.5, 3)))
    return scene


def _trees(sheet: Sheet, colour: Rgb, count: int, row: int, vx: float) -> Layer:
    rng, foot = sheet.rng, (0.83 + 0.07 * row) * sheet.height

    def paint_on(width: int) -> Image.Image:
        def paint(pen: shapes.Draw, s: float) -> None:
            for n in range(count):
                x = s * width * (n + rng.uniform(0.2, 0.8)) / count
                thick = s * sheet.unit * (0.008 + 0.011 * row) * rng.uniform(0.7, 1.3)
                lean = s * sheet.unit * rng.uniform(-0.03, 0.03)
                pen.polygon(
                    [
                        (x - thick * 1.7, s * foot),
                        (x - thick * 0.7 + lean, 0),
                        (x + thick * 0.7 + lean, 0),
                        (x + thick * 1.7, s * foot),
                    ],
                    fill=255,
                )
                for _ in range(5 + 3 * row):
                    leaf = s * sheet.unit * rng.uniform(0.03, 0.07) * (1 + 0.4 * row)
                    px = x + lean + rng.normal(0, 1.2) * leaf
                    py = s * sheet.height * abs(rng.normal(0, 0.07 + 0.02 * row))
                    pen.ellipse((px - leaf, py - leaf * 0.5, px + leaf, py + leaf * 0.5), fill=255)

        return shapes.silhouette(width, round(foot) + 2, colour, paint)

    return sheet.drifting(paint_on, 0, vx * sheet.unit / 540)
