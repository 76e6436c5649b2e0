"""The sea: a low sun, its path on the water, and a boat or a harbour in front."""

import math
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from generations.magnific.sandbox.scenes.canvas import (
    darken_corners,
    glow_mask,
    grainy,
    lit,
    vertical_gradient,
    vertical_mask,
)
from generations.magnific.sandbox.scenes.motion import Cutout, Painter, wave
from generations.magnific.sandbox.scenes.palette import mix, speaks_of
from generations.magnific.sandbox.scenes.stage import Stage

HORIZON: Final = 0.56
"""Share of the height."""

Stroke = tuple[float, float, float, float, float]
"""x, y below the horizon, half length, half thickness (pixels), phase."""


def sea(stage: Stage) -> Painter:
    """Open water under a low sun, glints on the waves, a sail that rocks or cranes on the quay."""
    sun = (stage.dice.choice((0.3, 0.38, 0.62, 0.7)), HORIZON - 0.075)
    still = grainy(darken_corners(_water(stage, sun)), stage.dice)
    bright = lit(still, glow_mask(stage.size, sun, 0.5, 2.2), stage.palette.sun, 0.12)
    at_harbour = speaks_of(stage.text, ("harbou?r", "pier", "crane"))
    subject = _cranes(stage) if at_harbour else _sail(stage, sun[0])
    dark = Image.new("RGB", stage.size, mix(stage.palette.shade, stage.palette.middle, 0.12))
    boat = Cutout(dark, subject)
    rocking = 0 if at_harbour else stage.unit * 0.4
    glints, waves = _glints(stage, sun[0]), _waves(stage)
    mist = stage.mist(HORIZON - 0.10, HORIZON + 0.10, 120, sun=0.3)
    shore = round(stage.size[1] * HORIZON)

    def paint(moment: float) -> Image.Image:
        picture = Image.blend(still, bright, wave(moment))
        mist.draw(picture, moment)
        picture.paste(stage.palette.zenith, (0, shore), _wave_mask(stage, waves, moment))
        picture.paste(stage.palette.sun, (0, shore), _glint_mask(stage, glints, moment))
        boat.draw(picture, rocking * math.sin(math.tau * moment))
        return picture

    return paint


def _water(stage: Stage, sun: tuple[float, float]) -> Image.Image:
    """Return sky and sea with the sun's disc and its broad reflection."""
    light = stage.palette
    picture = stage.sky(HORIZON, sun)
    picture = lit(picture, glow_mask(stage.size, sun, 0.055, 0.35), light.sun, 0.9)
    far = stage.ridge_mask(HORIZON - 0.012, 0.035, 0.5)
    stage.layer(picture, far, 0.3, HORIZON - 0.05)
    water = vertical_gradient(
        stage.size,
        [
            (HORIZON, mix(light.horizon, light.middle, 0.35)),
            (HORIZON + 0.14, mix(light.middle, light.zenith, 0.3)),
            (1.0, mix(light.zenith, light.shade, 0.7)),
        ],
    )
    path = glow_mask(stage.size, (0.5, 0.5), 0.5, 1.8).resize((round(stage.size[0] * 0.34), stage.size[1]))
    column = Image.new("L", stage.size)
    column.paste(path, (round(sun[0] * stage.size[0] - path.width / 2), round(stage.size[1] * 0.13)))
    water = lit(water, column, light.sun, 0.5)
    picture.paste(water, (0, 0), vertical_mask(stage.size, [(HORIZON, 0), (HORIZON + 0.004, 255)]))
    return picture


def _glints(stage: Stage, sun_x: float) -> list[Stroke]:
    """Return sparks that gather below the sun."""
    sparks = []
    for _ in range(520):
        depth = stage.dice.random() ** 1.6
        spread = (0.02 + 0.16 * depth) * max(stage.size)
        x = sun_x * stage.size[0] + stage.dice.gauss(0, 0.6) * spread
        length = stage.unit * (0.4 + 3.2 * depth) * stage.dice.uniform(0.4, 1.3)
        thick = stage.unit * (0.06 + 0.16 * depth)
        sparks.append((x, _line(stage, depth), length, thick, stage.dice.random()))
    return sparks


def _waves(stage: Stage) -> list[Stroke]:
    """Return dark troughs over the whole water."""
    troughs = []
    for _ in range(260):
        depth = stage.dice.random() ** 1.3
        length = stage.unit * (1.5 + 11 * depth) * stage.dice.uniform(0.5, 1.4)
        x = stage.dice.uniform(0, stage.size[0])
        troughs.append((x, _line(stage, depth), length, max(1.0, length * 0.035), stage.dice.random()))
    return troughs


def _line(stage: Stage, depth: float) -> float:
    """Return how many pixels below the horizon water lies that is `depth` (0 to 1) near."""
    return (0.01 + depth * (0.99 - HORIZON)) * stage.size[1]


def _glint_mask(stage: Stage, glints: list[Stroke], moment: float) -> Image.Image:
    mask = _water_mask(stage)
    draw = ImageDraw.Draw(mask)
    for x, y, length, thick, phase in glints:
        strength = 215 * wave(moment, phase) ** 2
        draw.ellipse((x - length, y - thick, x + length, y + thick), fill=round(strength))
    return mask.filter(ImageFilter.BoxBlur(1))


def _wave_mask(stage: Stage, waves: list[Stroke], moment: float) -> Image.Image:
    mask = _water_mask(stage)
    draw = ImageDraw.Draw(mask)
    for place, y, length, thick, phase in waves:
        x = place + stage.unit * 1.2 * math.sin(math.tau * (moment + phase))
        strength = 20 + 46 * wave(moment, phase)
        draw.ellipse((x - length, y - thick, x + length, y + thick), fill=round(strength))
    return mask


def _water_mask(stage: Stage) -> Image.Image:
    width, height = stage.size
    return Image.new("L", (width, height - round(height * HORIZON)))


def _sail(stage: Stage, sun_x: float) -> Image.Image:
    """Return the mask of a small sailing boat on the side away from the sun."""
    mask = Image.new("L", (stage.size[0] * 2, stage.size[1] * 2))
    draw = ImageDraw.Draw(mask)
    u = stage.unit * 2
    x = mask.width * (0.68 if sun_x < 0.5 else 0.30)
    y = mask.height * (HORIZON + 0.075)
    hull = [(x - 6 * u, y - u), (x + 6.4 * u, y - 1.5 * u), (x + 4.4 * u, y + u), (x - 4.8 * u, y + u)]
    draw.polygon(hull, fill=255)
    draw.line((x, y, x + 0.3 * u, y - 19 * u), fill=255, width=round(0.3 * u))
    for inner, tip, outer in ((0.6, 18, 6), (-0.4, 16.5, -5)):
        sail = [(x + inner * u, y - tip * u), (x + outer * u, y - 2.6 * u), (x + inner * u, y - 2.2 * u)]
        draw.polygon(sail, fill=235)
    for row in range(12):
        reach = u * (5.6 - row * 0.38) * (0.65 + 0.35 * (row % 2))
        line = y + u * (1.5 + row * 0.85)
        draw.ellipse((x - reach, line, x + reach, line + 0.42 * u), fill=120 - row * 9)
    return mask.reduce(2)


def _cranes(stage: Stage) -> Image.Image:
    """Return the mask of a quay with harbour cranes at both sides of the view."""
    mask = Image.new("L", (stage.size[0] * 2, stage.size[1] * 2))
    draw = ImageDraw.Draw(mask)
    u = stage.unit * 2
    quay = mask.height * (HORIZON + 0.055)
    for left, right in ((0.0, 0.24), (0.74, 1.0)):
        draw.rectangle((mask.width * left, quay, mask.width * right, quay + 2.2 * u), fill=255)
        for post in range(8):
            x = mask.width * (left + (right - left) * (post + 0.5) / 8)
            draw.rectangle((x, quay, x + 0.6 * u, quay + 4.2 * u), fill=255)
    for place, scale, facing in ((0.055, 1.1, 1), (0.17, 0.85, 1), (0.80, 0.9, -1), (0.93, 1.15, -1)):
        _crane(draw, (mask.width * place, quay), u * scale, facing)
    return mask.reduce(2)


def _crane(draw: ImageDraw.ImageDraw, foot: tuple[float, float], u: float, facing: int) -> None:
    """Draw a gantry crane: two legs, a boom over the water, stays to its mast."""
    x, y = foot
    beam, width = y - 17 * u, round(0.55 * u)
    for leg in (-3 * u, 3 * u):
        draw.line((x + leg, y, x + leg * 0.8, beam), fill=255, width=width)
    draw.line((x - 3 * u, y - 8 * u, x + 3 * u, y - 8 * u), fill=255, width=round(0.4 * u))
    draw.line((x - 8 * u * facing, beam, x + 17 * u * facing, beam - 1.2 * u), fill=255, width=round(0.8 * u))
    draw.line((x, beam, x + u * facing, beam - 8 * u), fill=255, width=width)
    for end in (-8 * u, 9 * u, 16.5 * u):
        draw.line((x + u * facing, beam - 8 * u, x + end * facing, beam), fill=235, width=round(0.22 * u))
    draw.line((x + 11 * u * facing, beam, x + 11 * u * facing, beam + 9 * u), fill=220, width=round(0.16 * u))
    draw.rectangle((x - 7.5 * u * facing - u, beam, x - 7.5 * u * facing + u, beam + 2 * u), fill=255)
