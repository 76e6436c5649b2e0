"""What a saved clip is shown by: made after it is ready, so that it holds nothing up, and made again at will."""

import logging
from pathlib import Path
from typing import Final

import av
from django.conf import settings
from PIL import Image

from generations import queue, stopping
from generations.media.errors import MediaError, TransferStopped
from generations.media.previews import Places, make_previews
from generations.media.priority import at_low_priority
from generations.media.proxy import make_proxy
from generations.models import Generation, State

logger = logging.getLogger(__name__)

TRIES: Final = 3
KINDS: Final = {"poster": "webp", "preview": "mp4", "strip": "webp"}
"""What is made in one go, with the endings of the files."""
PROXY_OVER_BYTES: Final = 20_000_000
"""A clip that is larger gets a lighter copy for looking at."""
TROUBLE: Final = (MediaError, OSError, av.FFmpegError, Image.DecompressionBombError)


def add_previews(generation: Generation) -> None:
    """Make poster, preview and thumbnails of a ready clip that has none, and let its lighter copy follow.

    A failure is counted, and tried again by the sweep.
    """
    if generation.state != State.READY or generation.preview_name:
        return
    names = {kind: _name(generation, kind, ending) for kind, ending in KINDS.items()}
    places = Places(**{kind: _place(name) for kind, name in names.items()})
    generation.change(preview_failures=generation.preview_failures + 1)  # Before: it may kill its process.
    try:
        made = at_low_priority(make_previews, generation.video_path, places)
    except TROUBLE:
        logger.exception("No previews for %s.", generation.pk)
        return
    generation.change(
        poster_name=names["poster"],
        poster_width=made.poster.width,
        poster_height=made.poster.height,
        preview_name=names["preview"],
        strip_name=names["strip"],
        strip_count=made.thumbnails,
        strip_width=made.thumbnail.width,
        strip_height=made.thumbnail.height,
        preview_failures=0,
    )
    if wants_proxy(generation):
        queue.kick_proxy(generation.pk)


def add_proxy(generation: Generation) -> None:
    """Make the lighter copy of a large clip that has none; a failure is counted, and tried again by the sweep."""
    if generation.state != State.READY or generation.proxy_name or not wants_proxy(generation):
        return
    name = _name(generation, "proxy", "mp4")
    generation.change(proxy_failures=generation.proxy_failures + 1)
    try:
        size = at_low_priority(
            make_proxy, generation.video_path, _place(name), should_stop=stopping.is_requested
        )
    except TransferStopped:
        generation.change(proxy_failures=generation.proxy_failures - 1)
        return
    except TROUBLE:
        logger.exception("No lighter copy of %s.", generation.pk)
        return
    generation.change(proxy_name=name, proxy_bytes=size, proxy_failures=0)


def wants_proxy(generation: Generation) -> bool:
    """Whether the clip is too large to be looked at as it is."""
    return (generation.video_bytes or 0) > PROXY_OVER_BYTES


def forget(generation: Generation) -> None:
    """Let everything be made again; what is there stays until the new one takes its place."""
    generation.change(preview_name="", preview_failures=0, proxy_name="", proxy_failures=0)
    queue.kick_previews(generation.pk)


def _name(generation: Generation, kind: str, ending: str) -> str:
    folder = {"proxy": "proxies"}.get(kind, f"{kind}s")
    return f"{folder}/{generation.pk.hex[:2]}/{generation.pk.hex}.{ending}"


def _place(name: str) -> Path:
    place = Path(settings.MEDIA_ROOT) / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
