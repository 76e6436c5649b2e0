"""What a scene is given to paint, and steps that several scenes share."""

import random
from dataclasses import dataclass

from PIL import Image

from generations.magnific.sandbox.scenes.canvas import (
    Size,
    below,
    contrast,
    glow_mask,
    lit,
    noise,
    ridge,
    vertical_gradient,
    vertical_mask,
)
from generations.magnific.sandbox.scenes.motion import Drift
from generations.magnific.sandbox.scenes.palette import Palette, mix


@dataclass(frozen=True)
class Stage:
    """One clip to paint: its size in pixels, its own dice, its light, its prompt in lower case."""

    size: Size
    dice: random.Random
    palette: Palette
    text: str

    @property
    def unit(self) -> float:
        """A length in pixels that looks alike in all three ratios: a hundredth of the shorter side."""
        return min(self.size) / 100

    def points(self, detail: float = 1.0) -> int:
        """Return how many points a ridge needs across this width."""
        return max(9, round(220 * detail * self.size[0] / max(self.size)))

    def sky(self, horizon: float, sun: tuple[float, float], strength: float = 1.0) -> Image.Image:
        """Return the sky down to `horizon` (share of the height) with the glow of a low sun."""
        light = self.palette
        stops = [(0.0, light.zenith), (horizon * 0.55, light.middle), (horizon, light.horizon)]
        picture = vertical_gradient(self.size, stops)
        picture = lit(picture, glow_mask(self.size, sun, 0.62, 2.2), light.sun, 0.5 * strength)
        return lit(picture, glow_mask(self.size, sun, 0.22, 2.4), light.sun, 0.75 * strength)

    def sun_place(self, height: float) -> tuple[float, float]:
        """Return a place for the sun off the middle, about `height` down the picture."""
        return self.dice.choice((0.28, 0.36, 0.64, 0.72)), height + self.dice.uniform(-0.03, 0.03)

    def ridge_mask(self, level: float, swing: float, roughness: float) -> Image.Image:
        """Return the mask of a mountain line; `level` and `swing` are shares of the height."""
        return below(self.size, ridge(self.dice, self.points(), roughness), level, swing)

    def layer(self, picture: Image.Image, mask: Image.Image, depth: float, top: float) -> None:
        """Paint one ridge: `depth` 0 is far and hazy, 1 near and dark; haze gathers at its foot."""
        light = self.palette
        colour = mix(mix(light.horizon, light.middle, 0.45), light.shade, depth)
        foot = mix(colour, light.horizon, 0.34 * (1 - depth))
        picture.paste(
            vertical_gradient(self.size, [(top, colour), (min(1.0, top + 0.34), foot)]), (0, 0), mask
        )

    def mist(self, top: float, bottom: float, thickness: int, sun: float, way: float = 0.06) -> Drift:
        """Return mist drifting between two shares of the height.

        `thickness` is its strongest cover in 255ths, `sun` the share of the sun's colour in it, `way`
        the share of the width that it drifts in a second.
        """
        width = round(self.size[0] * (1 + way)) // 24 * 24
        cells = (max(2, round(4 * self.size[0] / max(self.size))), 3)
        cloud = contrast(noise(self.dice, (width, self.size[1]), cells), 92, 190, thickness)
        middle = (top + bottom) / 2
        band = vertical_mask((width, self.size[1]), [(top, 0), (middle, 255), (bottom, 0)])
        texture = Image.new("L", cloud.size)
        texture.paste(cloud, (0, 0), band)
        colour = mix(self.palette.horizon, self.palette.sun, sun)
        return Drift(texture, self.size[0], colour)
