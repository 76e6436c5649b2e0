"""Moments of a clip, as people write and read them."""

import re
from typing import Final

WRITTEN: Final = re.compile(r"(?:(\d{1,3}):)?(\d{1,3})(?:[.,](\d{1,3}))?", re.ASCII)


def timecode(seconds: float | None) -> str:
    """0:05.00: minutes, seconds and hundredths, halves upwards, as the player in the page counts."""
    minutes, rest = divmod(int((seconds or 0.0) * 100 + 0.5), 6000)
    return f"{minutes}:{rest // 100:02}.{rest % 100:02}"


def read_moment(text: str) -> int:
    """Return the milliseconds of 0:03.125, 3.1 or 3. Raises ValueError for what is no such time."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no moment of a clip.")
    minutes, seconds, fraction = found.groups(default="0")
    return (int(minutes) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))
