"""Makes the still picture a clip is shown by."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from generations.media import parts
from generations.media.errors import ProbeFailed
from generations.media.probe import check_boxes, open_video

EARLY_SECONDS = 1.0
STEP_SECONDS = 0.5
MAX_CANDIDATES = 8
# Mean brightness out of 255 below which a frame shows next to nothing: a fade from black.
DARK = 20.0
WEBP_QUALITY = 82


def make_poster(video: Path, poster: Path, *, width: int = 640) -> tuple[int, int]:
    """Write a WebP of an early frame that is not dark; returns its width and height in pixels.

    `width` is that of the longer side; a smaller clip keeps its size. The poster appears whole or
    not at all. Decodes one frame at a time, so memory does not grow with the clip. Raises
    NotVideo, NotWhole, ProbeFailed, DiskFull.
    """
    check_boxes(video)
    with open_video(video) as (container, stream):
        image = _brightest(_candidates(container, stream), width)
    _write(image, poster)
    return image.size


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Frames from one second in (or a third, if that is earlier), half a second apart."""
    due, found = min(EARLY_SECONDS, (container.duration or 0) / av.time_base / 3), 0
    latest = None
    stream.codec_context.skip_frame = "NONREF"
    for frame in container.decode(stream):
        latest = frame
        if (frame.time or 0.0) >= due:
            yield frame
            due, found = (frame.time or 0.0) + STEP_SECONDS, found + 1
        if found == MAX_CANDIDATES:
            return
    if latest is not None and not found:
        yield latest


def _brightest(frames: Iterator[VideoFrame], side: int) -> Image.Image:
    """The first frame that is not dark, small; failing that the brightest."""
    best, best_light = None, -1.0
    for frame in frames:
        image = _small(frame, side)
        light = ImageStat.Stat(image.convert("L")).mean[0]
        if light > best_light:
            best, best_light = image, light
        if light >= DARK:
            break
    if best is None:
        raise ProbeFailed("The file has no frame that can be decoded.")
    return best


def _small(frame: VideoFrame, side: int) -> Image.Image:
    scale = min(1.0, side / max(frame.width, frame.height))
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    return frame.to_image(width=size[0], height=size[1], interpolation="AREA")


def _write(image: Image.Image, poster: Path) -> None:
    with parts.disk_errors(), tempfile.TemporaryDirectory(dir=poster.parent, prefix=".poster-") as folder:
        draft = Path(folder) / poster.name
        image.save(draft, "WEBP", quality=WEBP_QUALITY)
        parts.put_over(draft, poster)
