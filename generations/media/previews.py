"""What a clip is shown by before anybody plays it: a poster, a small moving preview, thumbnails for the seek bar.

All come from one decode pass that leaves out the frames no other frame needs, one picture in memory at a time.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from generations.media import parts
from generations.media.errors import ProbeFailed
from generations.media.probe import check_boxes, open_video

SIDE: Final = 640
"""Pixels of the longer side of poster and preview; a smaller clip keeps its size."""
PREVIEW_RATE: Final = 12
PREVIEW_OPTIONS: Final = {"preset": "veryfast", "crf": "30", "maxrate": "300k", "bufsize": "600k", "g": "24"}
THUMBNAIL_SIDE: Final = 160
THUMBNAILS_MAX: Final = 30
POSTER_FROM_SECONDS: Final = 1.0
POSTER_STEP_SECONDS: Final = 0.5
POSTER_CANDIDATES: Final = 8
DARK: Final = 20.0
"""Mean brightness out of 255 below which a frame shows next to nothing: a fade from black."""
WEBP_QUALITY: Final = 82


@dataclass(frozen=True)
class Size:
    """Pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Previews:
    """What was written: the poster's size, and the strip's thumbnails, which stand side by side."""

    poster: Size
    thumbnail: Size
    thumbnails: int


@dataclass(frozen=True)
class Places:
    """Where the three files belong; each appears whole or not at all, in place of an older one."""

    poster: Path
    preview: Path
    strip: Path


def make_previews(video: Path, places: Places) -> Previews:
    """Write poster (WebP), preview (muted H.264 MP4, its index in front) and strip (WebP) of a clip.

    Raises NotVideo, NotWhole, ProbeFailed, DiskFull.
    """
    check_boxes(video)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(dir=places.poster.parent, prefix=".previews-"))
        )
        drafts = Places(folder / "poster.webp", folder / "preview.mp4", folder / "strip.webp")
        with parts.disk_errors():
            made = _draw(video, drafts)
            for draft, place in zip(_paths(drafts), _paths(places), strict=True):
                parts.put_over(draft, place)
    return made


def _paths(places: Places) -> tuple[Path, Path, Path]:
    return places.poster, places.preview, places.strip


def _draw(video: Path, drafts: Places) -> Previews:
    with open_video(video) as (container, stream):
        seconds = (container.duration or 0) / av.time_base
        poster, strip = _Poster(seconds), _Strip(seconds)
        with _Preview(drafts.preview) as preview:
            for number, frame in _sampled(container.decode(stream), stream):
                preview.take(frame, number)
                poster.take(frame, number / PREVIEW_RATE)
                strip.take(frame, number / PREVIEW_RATE)
    picture = poster.image
    picture.save(drafts.poster, "WEBP", quality=WEBP_QUALITY)
    thumbnail = strip.save(drafts.strip)
    return Previews(Size(*picture.size), thumbnail, strip.count)


def _sampled(frames: Iterator[VideoFrame], stream: VideoStream) -> Iterator[tuple[int, VideoFrame]]:
    """Yield small pictures with their numbers at the preview's rate, one at least. Raises ProbeFailed for none.

    A number is left out where the clip has no picture for it.
    """
    stream.codec_context.skip_frame = "NONREF"
    start, newest = 0.0, -1
    for frame in frames:
        at = frame.time or 0.0
        start = at if newest < 0 else start
        number = int((at - start) * PREVIEW_RATE + 0.25)
        if number > newest:
            newest = number
            yield number, _small(frame)
    if newest < 0:
        raise ProbeFailed("The file has no frame that can be decoded.")


def _small(frame: VideoFrame) -> VideoFrame:
    """Sides are even, as H.264 wants them."""
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (frame.width, frame.height))
    return frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA")


class _Poster:
    """Chooses the first picture from one second on that is not dark, failing that the brightest of a few."""

    def __init__(self, seconds: float) -> None:
        self._due = min(POSTER_FROM_SECONDS, seconds / 3)
        self._left, self._light = POSTER_CANDIDATES, -1.0
        self._best: Image.Image | None = None
        self._fallback: VideoFrame | None = None

    def take(self, frame: VideoFrame, at: float) -> None:
        """Look at a picture."""
        if self._best is None:
            self._fallback = frame
        if at < self._due or not self._left or self._light >= DARK:
            return
        self._due, self._left = at + POSTER_STEP_SECONDS, self._left - 1
        image = frame.to_image()
        light = ImageStat.Stat(image.convert("L")).mean[0]
        if light > self._light:
            self._best, self._light = image, light

    @property
    def image(self) -> Image.Image:
        """The choice; of a clip that ends before its time comes, the last picture."""
        if self._best is None and self._fallback is not None:
            return self._fallback.to_image()
        if self._best is None:
            raise ProbeFailed("The file has no frame that can be decoded.")
        return self._best


class _Strip:
    """Collects thumbnails at equal distances: two a second, and no more than fit into one picture."""

    def __init__(self, seconds: float) -> None:
        wanted = min(THUMBNAILS_MAX, max(1, round(2 * seconds)))
        self._step, self._due = seconds / wanted, 0.0
        self._pictures: list[Image.Image] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._pictures)

    def take(self, frame: VideoFrame, at: float) -> None:
        """Keep a picture if it is time for one."""
        if at + 1e-3 < self._due or self.count == THUMBNAILS_MAX:
            return
        self._due += self._step
        scale = min(1.0, THUMBNAIL_SIDE / max(frame.width, frame.height))
        size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
        self._pictures.append(frame.to_image(width=size[0], height=size[1], interpolation="AREA"))

    def save(self, path: Path) -> Size:
        """Write them side by side; return the size of each."""
        width, height = self._pictures[0].size
        strip = Image.new("RGB", (width * self.count, height))
        for number, picture in enumerate(self._pictures):
            strip.paste(picture, (number * width, 0))
        strip.save(path, "WEBP", quality=WEBP_QUALITY)
        return Size(width, height)


class _Preview:
    """Encodes pictures at an even rate, without sound."""

    def __init__(self, path: Path) -> None:
        self._container: OutputContainer = av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._stream: VideoStream | None = None

    def __enter__(self) -> "_Preview":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def take(self, frame: VideoFrame, number: int) -> None:
        """Show a picture from its number on; the first one decides the size."""
        stream = self._stream = self._stream or self._new_stream(frame)
        frame.pts, frame.time_base = number, Fraction(1, PREVIEW_RATE)
        self._container.mux(stream.encode(frame))

    def _new_stream(self, frame: VideoFrame) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=PREVIEW_RATE, options=dict(PREVIEW_OPTIONS))
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        stream.codec_context.thread_count = 1
        return stream
