"""Posters: made after a clip is ready, so that they hold nothing up."""

import logging
from pathlib import Path
from typing import Final

import av
from django.conf import settings
from PIL import Image

from generations.media.errors import MediaError
from generations.media.poster import make_poster
from generations.models import Generation, State

logger = logging.getLogger(__name__)

POSTER_TRIES: Final = 3


def add_poster(generation: Generation) -> None:
    """Make the poster of a ready clip that has none; a failure is counted and tried again by the sweep."""
    if generation.state != State.READY or generation.poster_name:
        return
    name = f"posters/{generation.pk.hex[:2]}/{generation.pk.hex}.webp"
    poster = Path(settings.MEDIA_ROOT) / name
    poster.parent.mkdir(parents=True, exist_ok=True)
    generation.change(poster_failures=generation.poster_failures + 1)  # Before: it may kill its process.
    try:
        width, height = make_poster(generation.video_path, poster)
    except (MediaError, OSError, av.FFmpegError, Image.DecompressionBombError):
        logger.exception("No poster for %s.", generation.pk)
        return
    generation.change(poster_name=name, poster_width=width, poster_height=height, poster_failures=0)
