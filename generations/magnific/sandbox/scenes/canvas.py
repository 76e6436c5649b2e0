"""What scenes are painted with: gradients, light, ridges and grain, by Pillow alone.

Sizes are (width, height) in pixels; places are shares of the width and height, 0 to 1.
"""

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from generations.magnific.sandbox.scenes.palette import Colour

Size = tuple[int, int]

GRAIN: Final = 5
"""Strongest change of a value by grain, in 255ths: enough to hide the steps of 8-bit gradients."""


def vertical_gradient(size: Size, stops: Sequence[tuple[float, Colour]]) -> Image.Image:
    """Return an RGB picture whose rows pass smoothly through (place, colour) `stops`, top to bottom."""
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        column.putpixel((0, y), _colour_at(y / size[1], stops))
    return column.resize(size, Image.Resampling.NEAREST)


def _colour_at(place: float, stops: Sequence[tuple[float, Colour]]) -> Colour:
    upper = next((index for index, stop in enumerate(stops) if stop[0] >= place), len(stops) - 1)
    (start, first), (end, second) = stops[max(0, upper - 1)], stops[upper]
    share = min(1.0, max(0.0, (place - start) / (end - start))) if end > start else 1.0
    share = share * share * (3 - 2 * share)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def vertical_mask(size: Size, stops: Sequence[tuple[float, int]]) -> Image.Image:
    """Return an L picture whose rows pass through (place, value) `stops`."""
    return vertical_gradient(size, [(place, (value, value, value)) for place, value in stops]).getchannel(0)


def glow_mask(size: Size, place: tuple[float, float], radius: float, power: float = 2.0) -> Image.Image:
    """Return an L picture of a soft round light; `radius` is a share of the longer side."""
    # Pillow's radial gradient runs from 0 in the middle to 255 in the corners of 256 × 256.
    disc = Image.radial_gradient("L").point([round(255 * max(0, 1 - v / 181) ** power) for v in range(256)])
    side = max(2, round(radius * 2 * max(size)))
    mask = Image.new("L", size)
    corner = (round(place[0] * size[0] - side / 2), round(place[1] * size[1] - side / 2))
    mask.paste(disc.resize((side, side), Image.Resampling.BICUBIC), corner)
    return mask


def lit(picture: Image.Image, mask: Image.Image, colour: Colour, strength: float = 1.0) -> Image.Image:
    """Return `picture` with light of `colour` added where `mask` is bright."""
    shades = [mask.point([round(v * strength * part / 255) for v in range(256)]) for part in colour]
    return ImageChops.screen(picture, Image.merge("RGB", shades))


def noise(dice: random.Random, size: Size, cells: tuple[int, int], octaves: int = 4) -> Image.Image:
    """Return cloudy L noise; `cells` is how many humps the coarsest octave has across and down."""
    picture = Image.new("L", size, 128)
    share = 1.0
    for octave in range(octaves):
        across, down = max(2, cells[0] * 2**octave), max(2, cells[1] * 2**octave)
        layer = Image.frombytes("L", (across, down), dice.randbytes(across * down))
        picture = Image.blend(picture, layer.resize(size, Image.Resampling.BICUBIC), share)
        share *= 0.42
    return picture


def contrast(mask: Image.Image, low: int, high: int, top: int = 255) -> Image.Image:
    """Return `mask` with values up to `low` made 0, from `high` on `top`, smooth in between."""
    shares = (min(1.0, max(0.0, (v - low) / (high - low))) for v in range(256))
    return mask.point([round(top * share * share * (3 - 2 * share)) for share in shares])


def ridge(dice: random.Random, points: int, roughness: float) -> list[float]:
    """Return `points` heights of a mountain line from -1 to 1, by midpoint displacement.

    `roughness` from 0.3 (dunes) to 0.6 (crags) is what each halving keeps of the swing before.
    """
    heights = [dice.uniform(-0.5, 0.5), dice.uniform(-0.5, 0.5)]
    swing = 1.0
    while len(heights) < points:
        middles = [(a + b) / 2 + dice.uniform(-swing, swing) for a, b in pairwise(heights)]
        heights = [value for pair in zip(heights[:-1], middles, strict=True) for value in pair] + heights[-1:]
        swing *= roughness
    low, high = min(heights), max(heights)
    return [(height - low) / (high - low) * 2 - 1 for height in heights]


def swell(dice: random.Random, points: int, waves: int = 3) -> list[float]:
    """Return `points` heights of a smooth rolling line around 0, within about ±1."""
    parts = [
        (dice.uniform(0.4, 1.6) * (n + 1) * 0.7, dice.uniform(0, math.tau), 0.7 / (n + 1))
        for n in range(waves)
    ]
    return [
        sum(size * math.sin(math.tau * speed * i / points + phase) for speed, phase, size in parts)
        for i in range(points)
    ]


def below(size: Size, heights: Sequence[float], level: float, swing: float) -> Image.Image:
    """Return an L mask of what lies below a line: `level` and `swing` are shares of the height."""
    big = (size[0] * 2, size[1] * 2)
    step = big[0] / (len(heights) - 1)
    line = [(index * step, (level - height * swing) * big[1]) for index, height in enumerate(heights)]
    mask = Image.new("L", big)
    ImageDraw.Draw(mask).polygon([(0, big[1]), *line, (big[0], big[1])], fill=255)
    return mask.reduce(2)


def darken_corners(picture: Image.Image, strength: float = 0.4) -> Image.Image:
    """Return `picture` with its corners a little darker, as a lens would."""
    fall = [round(255 * (1 - strength * (v / 255) ** 2.4)) for v in range(256)]
    shade = Image.radial_gradient("L").point(fall).resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(picture, Image.merge("RGB", (shade, shade, shade)))


def grainy(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Return `picture` with fine grain, the same in all frames so that it costs few bits."""
    values = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
    layer = values.point([128 + round((v / 255 - 0.5) * 2 * GRAIN) for v in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (layer, layer, layer)), 1, -128)
