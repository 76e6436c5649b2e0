"""Scenes on land: mountains, dunes, forest, snow."""

import math

from PIL import Image, ImageChops, ImageDraw

from generations.magnific.sandbox.scenes.canvas import (
    below,
    darken_corners,
    glow_mask,
    grainy,
    lit,
    swell,
    vertical_gradient,
    vertical_mask,
)
from generations.magnific.sandbox.scenes.motion import Cutout, Mote, Painter, motes, soft_disc, wave
from generations.magnific.sandbox.scenes.palette import mix
from generations.magnific.sandbox.scenes.stage import Stage


def mountains(stage: Stage) -> Painter:
    """Ridge behind ridge into the light, mist drifting in the valleys."""
    sun = stage.sun_place(0.42)
    back = stage.sky(0.62, sun)
    for level, swing, depth in ((0.56, 0.10, 0.22), (0.63, 0.11, 0.42)):
        stage.layer(back, stage.ridge_mask(level, swing, 0.53), depth, level - 0.1)
    back = lit(back, glow_mask(stage.size, sun, 0.42, 2.0), stage.palette.sun, 0.28)
    middle_mask = stage.ridge_mask(0.73, 0.12, 0.52)
    middle = back.copy()
    stage.layer(middle, middle_mask, 0.64, 0.63)
    near_mask = stage.ridge_mask(0.90, 0.10, 0.5)
    near = Image.new("RGB", stage.size)
    stage.layer(near, near_mask, 0.96, 0.76)
    back, middle, near = (grainy(darken_corners(part), stage.dice) for part in (back, middle, near))
    bright = lit(back, glow_mask(stage.size, sun, 0.5, 2.2), stage.palette.sun, 0.16)
    hills, crags = Cutout(middle, middle_mask), Cutout(near, near_mask)
    far_mist, near_mist = stage.mist(0.52, 0.80, 120, sun=0.35), stage.mist(0.66, 0.98, 130, sun=0.15)
    dust = _dust(stage)

    def paint(moment: float) -> Image.Image:
        picture = Image.blend(back, bright, wave(moment))
        far_mist.draw(picture, moment)
        hills.draw(picture)
        near_mist.draw(picture, moment)
        crags.draw(picture)
        for mote in dust:
            mote.draw(picture, moment)
        return picture

    return paint


def _dust(stage: Stage) -> list[Mote]:
    """Return specks in the air that catch the sun."""
    area = (0, stage.size[1] * 0.35, *stage.size)
    discs = [soft_disc(stage.unit * size, 0.5) for size in (0.25, 0.4, 0.7)]
    return motes(stage.dice, 26, area, (stage.unit * 7, -stage.unit * 3), discs, [stage.palette.sun])


def dunes(stage: Stage) -> Painter:
    """Rolling sand, one side of each crest in the light, sand blowing off the crests."""
    sun = stage.sun_place(0.36)
    picture = stage.sky(0.55, sun)
    for level, swing, depth in (
        (0.54, 0.03, 0.05),
        (0.62, 0.06, 0.28),
        (0.74, 0.09, 0.5),
        (0.90, 0.10, 0.78),
    ):
        _dune(stage, picture, level, swing, depth)
    picture = lit(picture, glow_mask(stage.size, sun, 0.5, 2.0), stage.palette.sun, 0.22)
    still = grainy(darken_corners(picture), stage.dice)
    bright = lit(still, glow_mask(stage.size, sun, 0.55, 2.2), stage.palette.sun, 0.14)
    sand = stage.mist(0.50, 0.86, 96, sun=0.5, way=0.16)
    discs = [soft_disc(stage.unit * size, 0.55) for size in (0.15, 0.25, 0.4)]
    area = (0, stage.size[1] * 0.5, *stage.size)
    grains = motes(stage.dice, 60, area, (stage.unit * 26, -stage.unit * 2), discs, [stage.palette.sun])

    def paint(moment: float) -> Image.Image:
        picture = Image.blend(still, bright, wave(moment))
        sand.draw(picture, moment)
        for grain in grains:
            grain.draw(picture, moment)
        return picture

    return paint


def _dune(stage: Stage, picture: Image.Image, level: float, swing: float, depth: float) -> None:
    """Paint one dune with the shadow that falls from its crest; far ones are paler and flatter."""
    light = stage.palette
    heights = swell(stage.dice, 240)
    mask = below(stage.size, heights, level, swing)
    sand = mix(mix(light.horizon, light.sun, 0.25), light.shade, depth * 0.62)
    dark = mix(light.middle, light.shade, 0.35 + depth * 0.6)
    slope = vertical_gradient(stage.size, [(level - swing, sand), (min(1.0, level + 0.30), dark)])
    picture.paste(slope, (0, 0), mask)
    crest = max(range(len(heights) // 5, len(heights) * 4 // 5), key=heights.__getitem__)
    top = (crest / (len(heights) - 1), level - heights[crest] * swing)
    strength = round(50 + 130 * depth)
    picture.paste(dark, (0, 0), ImageChops.multiply(_shadow(stage, top, strength), mask))


def _shadow(stage: Stage, top: tuple[float, float], strength: int) -> Image.Image:
    """Return the mask of a shadow right of a curved edge that starts at `top`, fading downwards."""
    width, height = stage.size[0] * 2, stage.size[1] * 2
    edge = [
        (top[0] + math.sin(share * 4.2) * 0.05 + share * 0.10, top[1] + share * (1.05 - top[1]))
        for share in (step / 40 for step in range(41))
    ]
    shape = Image.new("L", (width, height))
    points = [(x * width, y * height) for x, y in edge]
    corners = [(width, height * 1.1), (width, 0), (points[0][0], 0)]
    ImageDraw.Draw(shape).polygon([*points, *corners], fill=strength)
    fade = vertical_mask(stage.size, [(top[1], 255), (min(1.0, top[1] + 0.42), 0)])
    return ImageChops.multiply(shape.reduce(2), fade)


def _pines(stage: Stage, level: float, swing: float, tall: float, gap: float) -> Image.Image:
    """Return the mask of a ridge grown over with firs; `tall` and `gap` are shares of the height."""
    width, height = stage.size[0] * 2, stage.size[1] * 2
    heights = swell(stage.dice, 200)
    mask = below(stage.size, heights, level, swing).resize((width, height))
    draw = ImageDraw.Draw(mask)
    x = -gap * height
    while x < width + gap * height:
        index = min(len(heights) - 1, max(0, round(x / width * (len(heights) - 1))))
        foot = (level - heights[index] * swing) * height + 0.02 * height
        _fir(draw, stage, x, foot, tall * height * stage.dice.uniform(0.45, 1.15))
        x += gap * height * stage.dice.uniform(0.3, 1.6)
    return mask.reduce(2)


def _fir(draw: ImageDraw.ImageDraw, stage: Stage, x: float, foot: float, tall: float) -> None:
    """Draw one fir: tiers of boughs, each a little ragged, narrowing to a tip."""
    tiers = 9
    for tier in range(tiers):
        top = foot - tall * (1 - tier / (tiers + 1))
        reach = tall * 0.025 + tall * 0.155 * (tier + 1) / tiers * stage.dice.uniform(0.8, 1.15)
        bottom = top + tall * 0.20
        left, right = x - reach, x + reach * stage.dice.uniform(0.85, 1.1)
        draw.polygon(
            [(x, top - tall * 0.03), (right, bottom), (x, bottom - tall * 0.05), (left, bottom)], fill=255
        )
    draw.rectangle((x - tall * 0.012, foot - tall * 0.2, x + tall * 0.012, foot + tall * 0.1), fill=255)


def forest(stage: Stage) -> Painter:
    """Firs in the haze, light falling between them, sparks of dust rising."""
    return _woods(stage, (stage.unit * 3, -stage.unit * 9), count=46)


def snow(stage: Stage) -> Painter:
    """Firs on pale slopes, snow falling."""
    return _woods(stage, (-stage.unit * 8, stage.unit * 30), count=190)


def _woods(stage: Stage, way: tuple[float, float], count: int) -> Painter:
    sun = stage.sun_place(0.30)
    back = stage.sky(0.70, sun, 0.9)
    stage.layer(back, stage.ridge_mask(0.46, 0.11, 0.5), 0.16, 0.36)
    for level, tall, gap, depth in ((0.58, 0.12, 0.022, 0.34), (0.68, 0.19, 0.036, 0.55)):
        stage.layer(back, _pines(stage, level, 0.05, tall, gap), depth, level - tall)
    back = lit(back, glow_mask(stage.size, sun, 0.45, 2.0), stage.palette.sun, 0.30)
    near_mask = _pines(stage, 0.95, 0.04, 0.40, 0.085)
    near = Image.new("RGB", stage.size)
    stage.layer(near, near_mask, 0.94, 0.55)
    back, near = (grainy(darken_corners(part), stage.dice) for part in (back, near))
    bright = lit(back, glow_mask(stage.size, sun, 0.55, 2.0), stage.palette.sun, 0.2)
    trees = Cutout(near, near_mask)
    mist = stage.mist(0.44, 0.94, 150, sun=0.3)
    discs = [soft_disc(stage.unit * size, 0.85) for size in (0.3, 0.45, 0.7)]
    colours = [stage.palette.sun, mix(stage.palette.sun, (255, 255, 255), 0.5)]
    flakes = motes(stage.dice, count, (0, 0, *stage.size), way, discs, colours)

    def paint(moment: float) -> Image.Image:
        picture = Image.blend(back, bright, wave(moment))
        mist.draw(picture, moment)
        trees.draw(picture)
        for flake in flakes:
            flake.draw(picture, moment)
        return picture

    return paint
