"""Scenes in the dark: aurora, city, lights in the rain."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from generations.magnific.sandbox.scenes.canvas import (
    contrast,
    darken_corners,
    glow_mask,
    grainy,
    lit,
    noise,
    vertical_gradient,
    vertical_mask,
)
from generations.magnific.sandbox.scenes.motion import (
    Cutout,
    Drift,
    Painter,
    lens_disc,
    motes,
    rain_mask,
    soft_disc,
    wave,
)
from generations.magnific.sandbox.scenes.palette import Colour, mix
from generations.magnific.sandbox.scenes.stage import Stage

NEON: tuple[Colour, ...] = ((255, 176, 84), (255, 92, 124), (86, 200, 255), (255, 226, 160), (196, 116, 255))
AURORA: tuple[tuple[Colour, Colour], ...] = (
    ((70, 255, 170), (130, 90, 255)),
    ((90, 240, 220), (255, 90, 190)),
    ((150, 255, 120), (60, 150, 255)),
)

Window = tuple[float, float, float, float, float]
"""x, y, width, height (pixels), phase; only low phases blink."""


def aurora(stage: Stage) -> Painter:
    """Curtains of light over black peaks, mirrored in a still lake."""
    sky = vertical_gradient(stage.size, [(0, (5, 8, 26)), (0.5, (12, 24, 54)), (0.8, (28, 62, 86))])
    sky = grainy(sky, stage.dice)
    _stars(stage, sky)
    low, high = stage.dice.choice(AURORA)
    curtains = [_curtain(stage, low, 0.74, 0.62), _curtain(stage, high, 0.52, 0.58)]
    land = vertical_gradient(stage.size, [(0.55, (12, 20, 38)), (0.8, (22, 42, 58))])
    peaks = Cutout(land, stage.ridge_mask(0.70, 0.11, 0.5))
    bank = Cutout(Image.new("RGB", stage.size, (6, 10, 20)), stage.ridge_mask(0.785, 0.025, 0.52))
    area = (0, 0, stage.size[0], stage.size[1] * 0.55)
    discs = [soft_disc(stage.unit * size) for size in (0.3, 0.45)]
    twinkles = motes(stage.dice, 40, area, (0, 0), discs, [(255, 255, 255), (200, 226, 255)])

    def paint(moment: float) -> Image.Image:
        picture = sky.copy()
        for star in twinkles:
            star.draw(picture, moment)
        for curtain in curtains:
            curtain.shine(picture, moment)
        peaks.draw(picture)
        bank.draw(picture)
        _lake(picture, round(stage.size[1] * 0.80))
        return picture

    return paint


def _lake(picture: Image.Image, shore: int) -> None:
    """Turn everything below `shore` into still water that holds the picture above, half as high."""
    width, height = picture.size
    deep = height - shore
    above = picture.crop((0, shore - deep * 2, width, shore)).resize((width, deep))
    mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    picture.paste(mirror.point([round(v * 0.62) for v in range(256)] * 3), (0, shore))


def _curtain(stage: Stage, colour: Colour, bottom: float, reach: float) -> Drift:
    """Return one curtain: rays of uneven brightness whose lower edge meanders."""
    way = round(stage.size[0] * 0.08) // 24 * 24
    width, height = stage.size[0] + way, stage.size[1]
    rays = contrast(noise(stage.dice, (width, 1), (7, 2), 5), 88, 196).resize((width, height))
    fall = vertical_mask((1, height), [(bottom - reach, 0), (bottom - 0.06, 255), (bottom, 0)])
    column = fall.resize((width, height))
    sheet = ImageChops.multiply(rays, column)
    bends = [(stage.dice.uniform(0.6, 2.6), stage.dice.uniform(0, math.tau)) for _ in range(3)]
    bent = Image.new("L", (width, height))
    strip = 6
    for x in range(0, width, strip):
        shift = sum(math.sin(math.tau * speed * x / width + phase) for speed, phase in bends) * height * 0.055
        bent.paste(sheet.crop((x, 0, x + strip, height)), (x, round(shift - height * 0.1)))
    return Drift(bent.filter(ImageFilter.BoxBlur(6)), stage.size[0], colour)


def _stars(stage: Stage, sky: Image.Image) -> None:
    for _ in range(420):
        x, y = stage.dice.randrange(stage.size[0]), round(stage.dice.random() ** 1.4 * stage.size[1] * 0.7)
        shade = stage.dice.randrange(70, 220)
        sky.putpixel((x, y), (shade, shade, min(255, shade + 24)))


def city(stage: Stage) -> Painter:
    """A skyline at night, windows going on and off, traffic along the water front."""
    picture = _city_sky(stage)
    windows: list[Window] = []
    for depth, tall in ((0.42, 0.42), (0.68, 0.36), (0.92, 0.27)):
        _towers(stage, picture, depth, tall, windows)
    picture = grainy(darken_corners(picture), stage.dice)
    cars = [(stage.dice.random(), stage.dice.choice((-1, 1)), stage.dice.random()) for _ in range(26)]
    shore = round(stage.size[1] * 0.86)
    haze = stage.mist(0.5, 0.9, 84, sun=0.2)

    def paint(moment: float) -> Image.Image:
        frame = picture.copy()
        haze.draw(frame, moment)
        draw = ImageDraw.Draw(frame)
        for x, y, wide, tall, phase in windows:
            share = 0.45 + 0.55 * wave(moment, phase) if phase < 0.35 else 0.8
            fill = mix(stage.palette.shade, (255, 214, 142), share)
            draw.rectangle((x, y, x + wide, y + tall), fill=fill)
        _traffic(stage, frame, cars, shore, moment)
        _smear(frame, shore)
        return frame

    return paint


def _city_sky(stage: Stage) -> Image.Image:
    """Return a dark sky that the city lights from below."""
    light = stage.palette
    top, middle = mix(light.zenith, (4, 6, 16), 0.5), mix(light.middle, light.zenith, 0.35)
    picture = vertical_gradient(stage.size, [(0, top), (0.45, middle), (0.8, light.horizon)])
    glow = glow_mask(stage.size, (stage.dice.uniform(0.3, 0.7), 0.74), 0.5)
    return lit(picture, glow, light.sun, 0.35)


def _towers(
    stage: Stage,
    picture: Image.Image,
    depth: float,
    tall: float,
    windows: list[Window],
) -> None:
    """Draw one row of towers and add their lit windows (x, y, width, height, phase)."""
    draw, dice, u = ImageDraw.Draw(picture), stage.dice, stage.unit
    colour = mix(mix(stage.palette.horizon, stage.palette.middle, 0.5), stage.palette.shade, depth)
    foot, x = stage.size[1] * 0.86, -u * 4
    while x < stage.size[0]:
        wide = u * dice.uniform(5, 11)
        top = foot - stage.size[1] * tall * dice.uniform(0.25, 1.0) * (1 if dice.random() > 0.12 else 1.35)
        draw.rectangle((x, top, x + wide, foot), fill=colour)
        if dice.random() < 0.25:
            draw.line((x + wide / 2, top, x + wide / 2, top - u * dice.uniform(3, 8)), fill=colour, width=2)
        if depth > 0.5:
            windows += _windows(stage, (x, top, wide, foot), 0.3 if depth > 0.8 else 0.22)
        x += wide + u * dice.uniform(-1.5, 2.5)


def _windows(stage: Stage, tower: tuple[float, float, float, float], share: float) -> list[Window]:
    x, top, wide, foot = tower
    step, tall = stage.unit * 1.25, stage.unit * 1.7
    rows, columns = int((foot - top) / tall) - 1, int(wide / step) - 1
    return [
        (x + step * (column + 0.8), top + tall * (row + 0.8), step * 0.45, tall * 0.42, stage.dice.random())
        for row in range(rows)
        for column in range(columns)
        if stage.dice.random() < share
    ]


def _traffic(
    stage: Stage, frame: Image.Image, cars: list[tuple[float, int, float]], shore: int, moment: float
) -> None:
    """Paint headlights one way and tail lights the other; each car crosses a sixth of the view a second."""
    lane = soft_disc(stage.unit * 0.9)
    for place, facing, depth in cars:
        age = (moment + depth) % 1
        x = (place + facing * (age - 0.5) / 6) * stage.size[0]
        colour = (255, 238, 206) if facing > 0 else (255, 70, 52)
        mask = lane.point([round(v * math.sin(math.pi * age)) for v in range(256)])
        frame.paste(colour, (round(x), shore - round(stage.unit * (1.6 + 0.7 * facing))), mask)


def _smear(frame: Image.Image, shore: int) -> None:
    """Turn everything below `shore` into dark water that holds the picture above, stretched."""
    width, height = frame.size
    deep = height - shore
    above = frame.crop((0, shore - deep * 2, width, shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    smeared = above.resize((width, deep // 12 + 1), Image.Resampling.BOX).resize(
        (width, deep), Image.Resampling.BICUBIC
    )
    frame.paste(smeared.point([round(v * 0.5) for v in range(256)] * 3), (0, shore))


def bokeh(stage: Stage) -> Painter:
    """Coloured lights out of focus behind rain on a lens."""
    width, height = stage.size
    base = mix(stage.palette.zenith, stage.palette.middle, 0.35)
    picture = vertical_gradient(stage.size, [(0, mix(base, (4, 6, 14), 0.6)), (0.55, base), (1, (7, 9, 18))])
    for _ in range(5):
        place = (stage.dice.random(), stage.dice.uniform(0.35, 0.75))
        glow = glow_mask(stage.size, place, stage.dice.uniform(0.2, 0.4))
        picture = lit(picture, glow, stage.dice.choice(NEON), 0.34)
    for _ in range(46):
        _still_light(stage, picture)
    still = grainy(darken_corners(picture, 0.55), stage.dice)
    discs = [lens_disc(stage.unit * size, 0.62) for size in (1.6, 2.6, 3.8, 5.2)]
    area = (0, height * 0.25, width, height * 0.82)
    floating = motes(stage.dice, 34, area, (stage.unit * 5, -stage.unit * 2), discs, list(NEON))
    drops = [(stage.dice.random(), stage.dice.random(), stage.dice.random()) for _ in range(230)]

    def paint(moment: float) -> Image.Image:
        frame = still.copy()
        for light in floating:
            light.draw(frame, moment)
        frame.paste((206, 222, 240), (0, 0), rain_mask(stage.size, drops, moment))
        return frame

    return paint


def _still_light(stage: Stage, picture: Image.Image) -> None:
    radius = stage.unit * stage.dice.choice((1.2, 2.0, 3.2, 4.6))
    disc = lens_disc(radius, stage.dice.uniform(0.22, 0.6))
    x = stage.dice.uniform(0, stage.size[0]) - radius
    y = stage.size[1] * min(0.9, max(0.08, stage.dice.gauss(0.52, 0.14))) - radius
    picture.paste(stage.dice.choice(NEON), (round(x), round(y)), disc)
