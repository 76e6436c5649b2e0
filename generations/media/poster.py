"""Makes the still picture a clip is shown by."""

from pathlib import Path


def make_poster(video: Path, poster: Path, *, width: int = 640) -> tuple[int, int]:
    """Write a WebP of an early frame, at most `width` px on its longer side; returns its size."""
    raise NotImplementedError
