"""The pictures of a clip: one second of a synthetic landscape that loops without a seam."""

import hashlib
import math
import random
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from generations.constraints import Frame

FRAME_RATE: Final = 24


def frames(prompt: str, take: int, frame: Frame) -> Iterator[Image.Image]:
    """Yield the 24 RGB pictures of one second, at a quarter of `frame` a side."""
    seed = hashlib.sha256(f"{prompt}\0{take}".encode()).digest()
    dice = random.Random(seed)  # noqa: S311 - pictures, not secrets
    size = (frame.width // 4, frame.height // 4)
    colours = [tuple(dice.randrange(20, 200) for _ in range(3)) for _ in range(3)]
    gradient = Image.linear_gradient("L").resize(size)
    sky = Image.composite(Image.new("RGB", size, colours[0]), Image.new("RGB", size, colours[1]), gradient)
    for number in range(FRAME_RATE):
        angle = math.tau * number / FRAME_RATE
        picture = sky.copy()
        x, y = size[0] * (0.5 + 0.2 * math.cos(angle)), size[1] * (0.4 + 0.1 * math.sin(angle))
        r = min(size) * 0.1
        ImageDraw.Draw(picture).ellipse((x - r, y - r, x + r, y + r), fill=colours[2])
        yield picture.filter(ImageFilter.GaussianBlur(8))
