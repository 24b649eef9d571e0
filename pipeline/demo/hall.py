"""The hall: a lit stage before a screen, seen over the heads of the audience."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pipeline.demo import shapes
from pipeline.demo.shapes import DARK, WARM, mix
from pipeline.demo.sheet import Layer, Scene, Sheet


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
    for size, y, vx, shade in ((0.06, 0.8, -4, 0.3), (0.085, 0.89, 5, 0.12)):
        scene.layers.append(_audience(sheet, size, y, vx, shade))
    return scene


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


def _audience(sheet: Sheet, size: float, y: float, vx: float, shade: float) -> Layer:
    """Return a row of heads and shoulders seen from behind; ``shade`` is how much light is on them."""
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
        return shapes.silhouette(width, high, mix(DARK, sheet.palette.near, shade), paint)

    return sheet.drifting(paint_on, y * sheet.height - head, vx * sheet.unit / 540)
