"""What a saved clip is shown by: made after it is ready, so that it holds nothing up, and made again at will."""

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final
from uuid import UUID

import av
from django.conf import settings
from django.db.models import QuerySet
from PIL import Image

from generations import queue, stopping
from generations.lifecycle.saving import many_wait
from generations.media.errors import MediaError, TransferStopped
from generations.media.previews import Places, make_previews
from generations.media.priority import at_low_priority, only_one
from generations.media.proxy import make_proxy
from generations.models import Generation, State

logger = logging.getLogger(__name__)

TRIES: Final = 3
KINDS: Final = {"poster": "webp", "preview": "mp4", "strip": "webp"}
"""What is made in one go, with the endings of the files."""
PROXY_OVER_BYTES: Final = 20_000_000
"""A clip that is larger gets a lighter copy for looking at."""
TURN_SECONDS: Final = 60.0
"""One task begins nothing more after this: a cluster's tasks end in time."""
TROUBLE: Final = (MediaError, OSError, av.FFmpegError, Image.DecompressionBombError)


def take_turn_at_previews(first: UUID) -> None:
    """Make what `first` and then all others lack that are ready, unless somebody here is at it: then he does."""
    _take_turn("previews", without_previews, add_previews, queue.kick_previews, first)


def take_turn_at_proxies(first: UUID) -> None:
    """Make the lighter copy of `first`, then of all others that lack one, unless somebody here is at it."""
    _take_turn("proxies", without_proxy, add_proxy, queue.kick_proxy, first)


def without_previews() -> QuerySet[Generation]:
    """Ready, nothing to be shown by yet, and not given up; what nobody has begun first, the newest of it first."""
    lacking = _with_file().filter(preview_name="", preview_failures__lt=TRIES)
    return lacking.order_by("preview_failures", "-number")


def without_proxy() -> QuerySet[Generation]:
    """Large, shown by its previews, no lighter copy yet, and not given up; in the same order."""
    large = _with_file().filter(video_bytes__gt=PROXY_OVER_BYTES)
    lacking = large.filter(proxy_name="", proxy_failures__lt=TRIES).exclude(preview_name="")
    return lacking.order_by("proxy_failures", "-number")


def _with_file() -> QuerySet[Generation]:
    return Generation.objects.filter(state=State.READY, purged_at=None)


def _take_turn(
    kind: str,
    lacking: Callable[[], QuerySet[Generation]],
    make: Callable[[Generation], None],
    ring: Callable[[UUID], None],
    first: UUID,
) -> None:
    """Make one after the other. Only one process of a machine does, so that most workers are free for saving.

    Looks again each time it has let the lock go: what came for somebody who found it taken is not forgotten.
    """
    ends, tried = time.monotonic() + TURN_SECONDS, list[UUID]()
    while not stopping.is_requested() and not many_wait() and (one := _next(lacking(), tried, first)):
        if time.monotonic() > ends:
            ring(one.pk)
            return
        with only_one(Path(settings.VAR_DIR) / f"{kind}.lock") as is_free:
            if not is_free:
                return
            make(one)
            tried.append(one.pk)


def _next(lacking: QuerySet[Generation], tried: Collection[UUID], first: UUID) -> Generation | None:
    """Return `first`, then the next in order: what another machine is at counts as begun, and comes late."""
    left = lacking.exclude(pk__in=tried).select_related("account")
    return left.filter(pk=first).first() or left.first()


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
