"""Writes a text better, after a fashion: enough of the words stay for a comparison to make sense."""

import hashlib
import re
from typing import Final

from generations import constraints

EMPTY: Final = (
    "A quiet street after rain, lamps mirrored in the wet asphalt, a cyclist passes from left to right."
)
"""What an empty text becomes."""
BETTER: Final = {
    "big": "towering",
    "small": "tiny",
    "nice": "luminous",
    "walks": "strolls",
    "goes": "glides",
    "moves": "drifts",
    "crosses": "slowly crosses",
    "rain": "fine rain",
    "dusk": "blue dusk",
    "night": "a clear night",
}
CAMERA: Final = ("slow dolly in at eye level", "a steady tracking shot", "a low, gliding camera")
LIGHT: Final = ("soft natural light", "warm side light", "cool diffuse light")
LENS: Final = ("shallow focus", "35 mm, gentle grain", "deep focus, fine detail")
VARIABLE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
WORD: Final = re.compile(rf"{VARIABLE.pattern}|\[[^\]]*\]|\w+", re.DOTALL)
"""Variables and magic words are read as a whole, and so stay as they are."""
FILLER: Final = "Every surface is rendered in exquisite detail, with natural motion and a quiet mood. "


def rewrite(prompt: str) -> str:
    """Return the better text; the same one for the same prompt."""
    body = WORD.sub(lambda found: BETTER.get(found[0], found[0]), prompt.strip().rstrip(".,; ")) or EMPTY[:-1]
    dice = hashlib.sha256(prompt.encode()).digest()
    added = [choices[dice[number] % len(choices)] for number, choices in enumerate((CAMERA, LIGHT, LENS))]
    return f"{', '.join([body, *added])}."


def without_variable(text: str) -> str:
    """Return the text with its first variable gone."""
    return VARIABLE.sub("it", text, count=1)


def too_long(text: str) -> str:
    """Return the text drawn out beyond what a clip's prompt may have."""
    missing = constraints.PROMPT_MAX_LENGTH - len(text)
    return f"{text} {FILLER * (max(missing, 0) // len(FILLER) + 1)}".rstrip()
