"""The pictures of a clip: one second of a synthetic landscape that loops without a seam."""

import hashlib
import random
from collections.abc import Callable
from typing import Final

from generations.constraints import Frame
from generations.magnific.sandbox.scenes import land, night, sea
from generations.magnific.sandbox.scenes.motion import Painter
from generations.magnific.sandbox.scenes.palette import PALETTES, palette_for, speaks_of
from generations.magnific.sandbox.scenes.stage import Stage

FRAME_RATE: Final = 24
ENLARGED: Final = 2
"""A picture is painted at half the result's width and height: four times as fast, and it is all soft."""

SEA: Final = ("sea", "ocean", "harbou?r", "pier", "ship", "sail", "boat", "water", "wave", "beach", "lake")

Scene = Callable[[Stage], Painter]

SCENES: Final[tuple[tuple[Scene, tuple[str, ...], tuple[str, ...]], ...]] = (
    (night.aurora, ("aurora", "northern light", "polarlicht"), ("blue",)),
    (night.bokeh, ("rain", "neon", "market", "bokeh", "umbrella"), ("blue", "teal", "violet")),
    (night.city, ("city", "street", "skyline", "tower", "urban", "traffic"), ("blue", "violet", "dawn")),
    (sea.sea, SEA, ("dawn", "rose", "teal")),
    (land.dunes, ("dune", "desert", "sand", "camel"), ("gold", "ember", "rose")),
    (land.snow, ("snow", "winter", "ice", "frost"), ("mist", "blue")),
    (land.forest, ("forest", "tree", "wood", "garden", "jungle", "meadow"), ("moss", "gold", "teal")),
    (land.mountains, ("mountain", "pass", "ridge", "valley", "hill", "fog", "peak"), tuple(PALETTES)),
)
"""For each scene: the words that call for it and the palettes that suit it."""


def painter_for(prompt: str, take: int, frame: Frame) -> Painter:
    """Return what paints the RGB picture of a moment (0 to 1), at half of `frame` a side.

    The same prompt, take and frame always give the same pictures. Any thread may paint.
    """
    dice = random.Random(hashlib.sha256(f"{prompt}\0{take}".encode()).digest())  # noqa: S311 - no secret
    text = prompt.lower()
    scene, palettes = scene_for(text, dice)
    size = (frame.width // ENLARGED, frame.height // ENLARGED)
    return scene(Stage(size, dice, palette_for(text, dice, palettes), text))


def scene_for(text: str, dice: random.Random) -> tuple[Scene, tuple[str, ...]]:
    """Return the scene that the words of `text` (lower case) call for, or any, with its palettes."""
    for scene, calls, palettes in SCENES:
        if speaks_of(text, calls):
            return scene, palettes
    scene, _, palettes = dice.choice(SCENES)
    return scene, palettes
