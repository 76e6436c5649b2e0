"""What `POST /v1/ai/video/kling-4k-t2v` accepts: pure data, the only place with these numbers.

Source: the endpoint's official page, copied with its date and marks into `docs/magnific-api.md`.
Lengths count Unicode code points, after line ends have been made LF.
"""

from typing import Final, NamedTuple


class Frame(NamedTuple):
    """Pixel size of a 4K result for one aspect ratio."""

    width: int
    height: int


PROMPT_MAX_LENGTH: Final = 2500
NEGATIVE_PROMPT_MAX_LENGTH: Final = 2500
NEGATIVE_PROMPT_DEFAULT: Final = "blur, distort, and low quality"

CFG_SCALE_MIN: Final = 0.0
CFG_SCALE_MAX: Final = 1.0
CFG_SCALE_DEFAULT: Final = 0.5
CFG_SCALE_STEP: Final = 0.05
"""Step of the slider; the API itself takes any number in the range."""

FRAMES: Final[dict[str, Frame]] = {
    "16:9": Frame(3840, 2160),
    "9:16": Frame(2160, 3840),
    "1:1": Frame(2160, 2160),
}
ASPECT_RATIOS: Final = tuple(FRAMES)
ASPECT_RATIO_DEFAULT: Final = "16:9"

DURATIONS: Final = tuple(range(3, 16))
"""Seconds."""
DURATION_DEFAULT: Final = 5

TAKES_MIN: Final = 1
TAKES_MAX: Final = 4
"""Ours, not the API's: one POST makes one clip, so an order of n takes is n POSTs."""
