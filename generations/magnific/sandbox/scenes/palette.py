"""Colours and times of day."""

import random
import re
from dataclasses import dataclass
from typing import Final

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The light of one clip, from the top of the sky down to the nearest shadow."""

    zenith: Colour
    middle: Colour
    horizon: Colour
    sun: Colour
    shade: Colour


PALETTES: Final = {
    "dawn": Palette((24, 27, 58), (112, 72, 84), (228, 142, 92), (255, 210, 156), (30, 18, 36)),
    "rose": Palette((44, 26, 70), (158, 58, 98), (246, 134, 124), (255, 206, 184), (40, 12, 40)),
    "gold": Palette((96, 116, 134), (232, 172, 112), (255, 218, 146), (255, 243, 206), (74, 32, 20)),
    "violet": Palette((22, 17, 56), (80, 54, 134), (190, 134, 202), (255, 220, 248), (22, 13, 42)),
    "teal": Palette((8, 30, 48), (26, 84, 102), (142, 186, 176), (238, 246, 222), (6, 22, 32)),
    "moss": Palette((34, 56, 52), (98, 126, 84), (202, 210, 140), (250, 250, 204), (12, 27, 19)),
    "mist": Palette((142, 157, 171), (184, 194, 200), (224, 225, 221), (255, 252, 242), (62, 74, 84)),
    "blue": Palette((8, 12, 36), (28, 50, 104), (124, 142, 186), (246, 224, 204), (6, 10, 25)),
    "ember": Palette((34, 16, 30), (124, 38, 36), (240, 104, 56), (255, 196, 120), (26, 8, 14)),
}

MOODS: Final = {
    "blue": ("night", "midnight", "moon", "blue hour", "twilight"),
    "dawn": ("first light", "dawn", "morning", "harbou?r"),
    "gold": ("sunrise", "golden", "noon", "summer", "desert", "honey"),
    "rose": ("sunset", "dusk", "pink", "romantic", "rose"),
    "ember": ("volcano", "fire", "ember", "lava", "autumn"),
    "mist": ("fog", "mist", "snow", "winter", "overcast", "pale"),
    "moss": ("forest", "jungle", "spring", "meadow"),
    "violet": ("dream", "violet", "purple", "magic", "lavender"),
    "teal": ("ocean", "storm", "rain", "glacier", "arctic"),
}


def speaks_of(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether one of `words` (regular expressions), or its plural, stands in `text` (lower case)."""
    return re.search(rf"\b(?:{'|'.join(words)})(?:s|es|y|ing)?\b", text) is not None


def palette_for(text: str, dice: random.Random, names: tuple[str, ...]) -> Palette:
    """Return the palette that `text` (lower case) speaks of, or one of `names` by chance."""
    for name, words in MOODS.items():
        if speaks_of(text, words):
            return PALETTES[name]
    return PALETTES[dice.choice(names)]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `first` with `share` (0 to 1) of `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
