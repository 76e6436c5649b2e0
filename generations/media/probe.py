"""Reads from an MP4 file whether it is whole and what it shows."""

from dataclasses import dataclass
from pathlib import Path


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
    """Raise NotVideo or NotWhole unless the top-level boxes make a whole MP4 file."""
    raise NotImplementedError


def probe(path: Path) -> VideoFacts:
    """The facts of a whole MP4 file. Raises NotVideo, NotWhole, or ProbeFailed."""
    raise NotImplementedError
