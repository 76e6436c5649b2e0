"""Movement that ends where it began: `moment` runs from 0 to 1 within the second that is repeated."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from generations.magnific.sandbox.scenes.canvas import Size, glow_mask, lit
from generations.magnific.sandbox.scenes.palette import Colour

Painter = Callable[[float], Image.Image]


def wave(moment: float, phase: float = 0.0) -> float:
    """Return a value that swings from 0 to 1 and back once."""
    return 0.5 - 0.5 * math.cos(math.tau * (moment + phase))


class Drift:
    """A cloudy mask that seems to drift for ever.

    Two windows slide over one texture half a second apart, each fading out before it jumps back.
    """

    def __init__(self, texture: Image.Image, width: int, colour: Colour) -> None:
        _, self._top, _, bottom = texture.getbbox() or (0, 0, 1, 1)
        self._texture = texture.crop((0, self._top, texture.width, bottom))
        self._width = width
        self._way = texture.width - width
        self._colour = colour

    def draw(self, picture: Image.Image, moment: float) -> None:
        """Draw the cloud of this moment onto `picture`."""
        picture.paste(self._colour, (0, self._top), self._mask(moment))

    def shine(self, picture: Image.Image, moment: float) -> None:
        """Add the cloud of this moment to `picture` as light."""
        mask = self._mask(moment)
        box = (0, self._top, self._width, self._top + mask.height)
        picture.paste(lit(picture.crop(box), mask, self._colour), box)

    def _mask(self, moment: float) -> Image.Image:
        first, second = self._window(moment), self._window((moment + 0.5) % 1)
        return Image.blend(second, first, wave(moment))

    def _window(self, moment: float) -> Image.Image:
        left = round(self._way * moment)
        return self._texture.crop((left, 0, left + self._width, self._texture.height))


class Cutout:
    """A part of a picture that stands in front of what moves."""

    def __init__(self, picture: Image.Image, mask: Image.Image) -> None:
        box = mask.getbbox() or (0, 0, 1, 1)
        self._corner = box[:2]
        self._picture = picture.crop(box)
        self._mask = mask.crop(box)

    def draw(self, picture: Image.Image, lower: float = 0.0) -> None:
        """Draw it onto `picture` in its place, or `lower` pixels further down."""
        picture.paste(self._picture, (self._corner[0], self._corner[1] + round(lower)), self._mask)


@dataclass(frozen=True)
class Mote:
    """A small soft light that is born, moves and fades within one second of its own beginning.

    Place and way are in pixels; `disc` is its L mask at full strength.
    """

    place: tuple[float, float]
    way: tuple[float, float]
    phase: float
    disc: Image.Image
    colour: Colour

    def draw(self, picture: Image.Image, moment: float) -> None:
        """Draw it onto `picture`."""
        age = (moment + self.phase) % 1
        strength = math.sin(math.pi * age)
        x = self.place[0] + self.way[0] * (age - 0.5) - self.disc.width / 2
        y = self.place[1] + self.way[1] * (age - 0.5) - self.disc.height / 2
        mask = self.disc.point([round(v * strength) for v in range(256)])
        picture.paste(self.colour, (round(x), round(y)), mask)


def soft_disc(radius: float, strength: float = 1.0) -> Image.Image:
    """Return the mask of a light without an edge; `radius` in pixels."""
    side = max(3, round(radius * 2))
    return glow_mask((side, side), (0.5, 0.5), 0.5, 1.6).point([round(v * strength) for v in range(256)])


def lens_disc(radius: float, strength: float = 1.0) -> Image.Image:
    """Return the mask of a light out of focus: an even disc with a slightly brighter rim."""
    side = max(4, round(radius * 2))
    mask = Image.new("L", (side * 4, side * 4))
    draw = ImageDraw.Draw(mask)
    draw.ellipse((2, 2, side * 4 - 3, side * 4 - 3), fill=round(255 * strength))
    rim = side * 4 * 0.04
    draw.ellipse((rim, rim, side * 4 - rim, side * 4 - rim), fill=round(190 * strength))
    return mask.reduce(4)


def motes(
    dice: random.Random,
    count: int,
    area: tuple[float, float, float, float],
    way: tuple[float, float],
    discs: list[Image.Image],
    colours: list[Colour],
) -> list[Mote]:
    """Scatter `count` motes over `area` (left, top, right, bottom in pixels), each moving about `way`."""
    left, top, right, bottom = area
    return [
        Mote(
            place=(dice.uniform(left, right), dice.uniform(top, bottom)),
            way=(way[0] * dice.uniform(0.5, 1.5), way[1] * dice.uniform(0.5, 1.5)),
            phase=dice.random(),
            disc=dice.choice(discs),
            colour=dice.choice(colours),
        )
        for _ in range(count)
    ]


def rain_mask(size: Size, drops: list[tuple[float, float, float]], moment: float) -> Image.Image:
    """Return the L mask of rain: (x share, phase, depth 0 to 1) drops, each falling through once a second."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for x, phase, depth in drops:
        length = size[1] * (0.05 + 0.09 * depth)
        y = ((moment + phase) % 1) * (size[1] + 2 * length) - length
        left = x * size[0] * 1.1 - y * 0.08
        draw.line(
            (left, y, left - length * 0.08, y + length), fill=round(22 + 50 * depth), width=1 + round(depth)
        )
    return mask
