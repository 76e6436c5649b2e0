"""The files of a clip: for players, for keeping, and what it is shown by."""

import logging
import re
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from generations.access import visible_generation
from generations.access.review import watchable_generation
from generations.media.serve import serve_file
from generations.models import Generation, State
from generations.templatetags.studio import shape
from generations.views.signed_in import MemberRequest, signed_in

logger = logging.getLogger(__name__)

PIECE_BYTES: Final = 1024 * 1024
"""A paused player holds no more than this; it asks again for what is missing."""
NAME_WORDS: Final = 4
NAME_LENGTH: Final = 48
PURGED: Final = "The files of this clip were removed for good."


@signed_in
@require_safe
def video(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The clip for players, in pieces."""
    return _send_video(request, _ready(watchable_generation(request.user, pk)), piece_bytes=PIECE_BYTES)


@signed_in
@require_safe
def download(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The clip for keeping, whole, under a name that says what it is."""
    generation = _ready(visible_generation(request.user, pk))
    return _send_video(request, generation, piece_bytes=None, name=file_name(generation))


@signed_in
@require_safe
def poster(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A still picture of the clip."""
    return _send_made(request, pk, "poster", "image/webp")


@signed_in
@require_safe
def preview(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """The clip in small, without sound, for a glance."""
    return _send_made(request, pk, "preview", "video/mp4", piece_bytes=PIECE_BYTES)


@signed_in
@require_safe
def strip(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Thumbnails for the seek bar, side by side."""
    return _send_made(request, pk, "strip", "image/webp")


@signed_in
@require_safe
def proxy(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """A lighter copy of a large clip for players, in pieces."""
    return _send_made(request, pk, "proxy", "video/mp4", piece_bytes=PIECE_BYTES)


def file_name(generation: Generation) -> str:
    """kling_paper-boat-crosses-a_16x9_5s_1a2b3c4d.mp4: plain ASCII, sortable, traceable to the clip."""
    words = re.sub(r"^(a|an|the)-", "", slugify(generation.prompt[:400])).split("-")[:NAME_WORDS]
    subject = "-".join(words)[:NAME_LENGTH].strip("-") or "clip"
    frame, length = shape(generation.aspect_ratio), generation.duration
    return f"kling_{subject}_{frame}_{length}s_{generation.pk.hex[:8]}.mp4"


def _ready(generation: Generation) -> Generation:
    """Return it. Raises Http404 where there is no file."""
    if generation.state != State.READY:
        raise Http404("This clip is not here yet.")
    if generation.is_purged:
        raise Http404(PURGED)
    return generation


def _send_made(
    request: MemberRequest, pk: UUID, kind: str, content_type: str, *, piece_bytes: int | None = None
) -> HttpResponseBase:
    """Answer with a file that was made of the clip. Raises Http404 where there is none (yet)."""
    generation = watchable_generation(request.user, pk)
    name: str = getattr(generation, f"{kind}_name")
    if not name:
        raise Http404("This is not made yet.")
    if generation.is_purged:
        raise Http404(PURGED)
    etag = f"{kind}-{generation.video_sha256}"
    return _send(
        request,
        generation,
        Path(settings.MEDIA_ROOT) / name,
        content_type=content_type,
        etag=etag,
        piece_bytes=piece_bytes,
    )


def _send_video(
    request: MemberRequest, generation: Generation, *, piece_bytes: int | None, name: str | None = None
) -> HttpResponseBase:
    return _send(
        request,
        generation,
        generation.video_path,
        content_type="video/mp4",
        etag=generation.video_sha256,
        piece_bytes=piece_bytes,
        name=name,
    )


def _send(
    request: MemberRequest,
    generation: Generation,
    path: Path,
    *,
    content_type: str,
    etag: str,
    piece_bytes: int | None,
    name: str | None = None,
) -> HttpResponseBase:
    release_connection()
    try:
        return serve_file(
            request,
            path,
            content_type=content_type,
            etag=etag,
            piece_bytes=piece_bytes,
            download_name=name,
            last_modified=generation.ready_at,
        )
    except FileNotFoundError as error:
        logger.error("The file of clip %s is missing: %s", generation.pk, path.name)  # noqa: TRY400
        raise Http404("The file of this clip is missing. Tell an admin.") from error


def release_connection() -> None:
    """Give the connection back before streaming: a slow reader must not hold one of the pool's few."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
