"""Reads from an MP4 file whether it is whole and what it shows."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from generations.media.errors import NotVideo, NotWhole, ProbeFailed

MAX_TOP_LEVEL_BOXES = 10_000
MAX_SIDE = 8192
MAX_PIXELS = 8192 * 4608
MAX_SECONDS = 600.0
MAX_FRAMES = 120 * 600


@dataclass(frozen=True)
class VideoFacts:
    """What a video file says of itself: size in pixels, duration in seconds, frame count."""

    width: int
    height: int
    duration: float
    codec: str
    frames: int
    has_audio: bool


def check_boxes(path: Path) -> None:
    """Raise NotVideo or NotWhole unless the top-level boxes make a whole MP4 file.

    That is ISO/IEC 14496-12: ftyp first, sizes that add up to the file's, moov and mdat there. A
    decoder alone is content with a file cut at 60 %.
    """
    with path.open("rb") as file:
        kinds = set(_boxes(file, path.stat().st_size))
    if not {b"moov", b"mdat"} <= kinds:
        raise NotWhole("The file has no moov or no mdat box.")


def _boxes(file: BinaryIO, file_size: int) -> Iterator[bytes]:
    """The kinds of the top-level boxes, in order."""
    position = 0
    for index in range(MAX_TOP_LEVEL_BOXES):
        kind, size = _box(file, position, file_size)
        if index == 0 and kind != b"ftyp":
            raise NotVideo("The file does not begin like an MP4 file.")
        if position + size > file_size:
            raise NotWhole("The file ends inside one of its boxes.")
        yield kind
        position += size
        if position == file_size:
            return
    raise NotVideo("The file has too many boxes.")


def _box(file: BinaryIO, position: int, file_size: int) -> tuple[bytes, int]:
    """Kind and size in bytes of the box at `position`; size 0 means "to the end of the file"."""
    file.seek(position)
    header = file.read(16)
    if len(header) < 8:
        raise NotVideo("The file is empty.") if position == 0 else NotWhole("The file ends in a box header.")
    size, kind = struct.unpack(">I4s", header[:8])
    smallest = 8
    if size == 1 and len(header) == 16:
        size, smallest = struct.unpack(">Q", header[8:])[0], 16
    elif size == 0:
        size = file_size - position
    if size < smallest or not kind.isascii() or not kind.decode().isprintable():
        raise NotVideo("The file is not made of boxes.") if position == 0 else NotWhole("A box is damaged.")
    return kind, size


def probe(path: Path) -> VideoFacts:
    """The facts of an MP4 file, without decoding it.

    Raises NotVideo or NotWhole by the boxes, and ProbeFailed for a whole file that cannot be read
    or claims an absurd size or length.
    """
    check_boxes(path)
    with open_video(path, skip_frame="all") as (container, stream):
        facts = VideoFacts(
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            duration=_duration(container, stream),
            codec=stream.codec_context.name,
            frames=stream.frames or _count_frames(container, stream),
            has_audio=bool(container.streams.audio),
        )
    _refuse_absurd(facts)
    return facts


@contextmanager
def open_video(path: Path, **options: str) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open an MP4 file's video for at most two threads; what the decoder raises is ProbeFailed.

    The format is given, so that no playlist in disguise makes the library open other files; a
    picture beyond MAX_PIXELS is refused before memory for it is taken. `options` are the decoder's: with
    `skip_frame="all"` nothing is decoded, which a 4K file otherwise is for a moment just to be opened.
    """
    options = {"max_pixels": str(MAX_PIXELS), **options}
    try:
        with av.open(str(path.resolve()), format="mov", options=options) as container:
            if not container.streams.video:
                raise ProbeFailed("The file has no moving picture.")
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 2
            yield container, stream
    except (av.FFmpegError, ValueError) as error:
        raise ProbeFailed(f"The file cannot be read ({type(error).__name__}).") from error


def _duration(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / av.time_base


def _count_frames(container: InputContainer, stream: VideoStream) -> int:
    """Frames of a fragmented file, whose moov box does not count them."""
    return sum(1 for packet in container.demux(stream) if packet.size)


def _refuse_absurd(facts: VideoFacts) -> None:
    sides = (facts.width, facts.height)
    if min(sides) < 1 or max(sides) > MAX_SIDE or facts.width * facts.height > MAX_PIXELS:
        raise ProbeFailed(f"The picture would be {facts.width}×{facts.height}.")
    if not 0 < facts.duration <= MAX_SECONDS:
        raise ProbeFailed(f"The clip would last {facts.duration:.1f} s.")
    if not 0 < facts.frames <= MAX_FRAMES:
        raise ProbeFailed(f"The clip would have {facts.frames} frames.")
