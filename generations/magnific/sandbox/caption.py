"""Some of the prompt's words, drawn into the lower third at full resolution."""

from typing import Final

import av
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from generations.constraints import Frame

MAX_LETTERS: Final = 42
WHITE: Final = 226
"""Luma of the words; a little below full white, as titles are graded."""
NEUTRAL: Final = 128
"""Chroma without colour."""


def words_of(prompt: str, font: ImageFont.FreeTypeFont, max_letters: int = MAX_LETTERS) -> str:
    """Return the prompt's first words that the font can draw, cut at a word with an ellipsis."""
    unknown = bytes(font.getmask("\uffff"))
    drawable = "".join(
        letter if letter.isspace() or bytes(font.getmask(letter)) != unknown else " "
        for letter in prompt[: max_letters * 4]
    )
    text = ""
    for word in drawable.split():
        if len(text) + len(word) + 1 > max_letters:
            return f"{text or word[:max_letters]}…".replace(",…", "…")
        text = f"{text} {word}".strip()
    return text


class Caption:
    """The words of one clip, ready to be drawn on each of its yuv420p frames."""

    def __init__(self, prompt: str, frame: Frame) -> None:
        margin = round(frame.width * 0.055)
        font, text = _fit(prompt, frame.width - 2 * margin, round(min(frame) * 0.046))
        self._words = Image.new("L", (frame.width, round(font.size * 2.4) // 2 * 2))
        self._top = round(frame.height * 0.70) // 2 * 2
        ImageDraw.Draw(self._words).text(
            (margin, self._words.height // 2), text, font=font, fill=255, anchor="lm"
        )
        shadow = self._words.filter(ImageFilter.GaussianBlur(font.size * 0.16))
        self._shadow = shadow.point(lambda value: min(120, value * 1.3))

    def draw(self, picture: av.VideoFrame) -> None:
        """Draw the words into the planes of `picture`, with a soft shadow for bright scenes."""
        luma, *chroma = picture.planes
        _blend(luma, self._top, ((0, self._shadow), (WHITE, self._words)))
        small = self._words.reduce(2)
        for plane in chroma:
            _blend(plane, self._top // 2, ((NEUTRAL, small),))


def _fit(prompt: str, width: int, size: int) -> tuple[ImageFont.FreeTypeFont, str]:
    """Return the largest font up to `size` pixels in which the words fit `width`, and the words."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so that no words can be drawn")
    text = words_of(prompt, font)
    length = font.getlength(text)
    return (font.font_variant(size=size * width / length) if length > width else font), text


def _blend(plane: av.video.plane.VideoPlane, top: int, layers: tuple[tuple[int, Image.Image], ...]) -> None:
    """Paste (value, mask) layers into the rows of `plane` from `top` on."""
    pixels = memoryview(plane)
    height = layers[0][1].height
    rows = slice(top * plane.line_size, (top + height) * plane.line_size)
    strip = Image.frombytes("L", (plane.line_size, height), bytes(pixels[rows]))
    for value, mask in layers:
        strip.paste(value, (0, 0), mask)
    pixels[rows] = strip.tobytes()
