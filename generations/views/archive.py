"""Several clips as one ZIP, with a table of what they are and a note of what is missing."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from generations.access import visible_generations
from generations.csv_file import csv_lines, harmless
from generations.media.archive import archive
from generations.models import Generation, State
from generations.views.media import file_name, release_connection
from generations.views.signed_in import MemberRequest, signed_in

logger = logging.getLogger(__name__)

MOST_CLIPS: Final = 500
"""In one archive. Some 15 GB, and a form's fields that Django still takes."""
TABLE: Final = "clips.csv"
NOTE: Final = "missing.txt"
COLUMNS: Final = (
    *("file", "id", "prompt", "negative prompt", "aspect ratio", "seconds", "cfg scale"),
    *("owner", "ordered at", "price", "currency", "SHA-256"),
)


class Named(NamedTuple):
    """A clip whose file is here, under its name in the archive."""

    name: str
    clip: Generation


class Missing(NamedTuple):
    """A clip that is left out, and why, in a few words."""

    clip: Generation
    why: str

    def __str__(self) -> str:
        return f"{self.clip.pk}  {self.clip.title}: {self.why}"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def clips_zip(request: MemberRequest) -> HttpResponseBase:
    """The clips of `ids` in one ZIP: GET is for links, POST for forms with many of them."""
    ids = _asked(request)
    if len(ids) > MOST_CLIPS:
        return _refusal(request, f"You chose {len(ids)} clips; one ZIP takes {MOST_CLIPS}. Choose fewer.")
    clips = read_clips(visible_generations(request.user).filter(pk__in=ids))
    if len(clips) < len(ids):
        raise Http404("No such clips.")
    return send_zip(request, clips)


def read_clips(wanted: QuerySet[Generation]) -> list[Generation]:
    """Read what `send_zip` takes, with all that it needs and one more than it would: one query."""
    return list(wanted.select_related("owner")[: MOST_CLIPS + 1])


def send_zip(request: MemberRequest, clips: Sequence[Generation]) -> HttpResponseBase:
    """Answer with the files of `clips`, which the visitor may see and which came from `read_clips`.

    What is not ready, or has no whole file, is named in a note inside instead. Without any file at all, and for
    more than MOST_CLIPS, the answer is a page that says so (422). A connection that ends before the length that was
    promised means that a file went away meanwhile.
    """
    if len(clips) > MOST_CLIPS:
        return _refusal(request, f"These are more clips than one ZIP takes: {MOST_CLIPS}. Choose fewer.")
    if not clips:
        return _refusal(request, "No clip is chosen. Choose some in the gallery first.")
    missing = [Missing(clip, why) for clip in clips if (why := _what_is_wrong(clip))]
    left_out = {one.clip.pk for one in missing}
    named = list(_under_names(clip for clip in clips if clip.pk not in left_out))
    if not named:
        return _refusal(request, "None of these clips has a file to download, or not yet.")
    release_connection()
    return _stream(request, named, missing)


def _asked(request: MemberRequest) -> list[UUID]:
    """Return the ids that were sent, each once. Raises Http404 for what is none."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        return list(dict.fromkeys(map(UUID, sent.getlist("ids"))))
    except ValueError as error:
        raise Http404("No such clips.") from error


def _refusal(request: MemberRequest, why: str) -> HttpResponse:
    page = "generations/zip_refused.html"
    return render(request, page, {"why": why}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _what_is_wrong(clip: Generation) -> str:
    """Why a clip cannot be in an archive; nothing if it can. Looks at its file."""
    if clip.state != State.READY:
        return f"not ready ({clip.get_state_display().lower()})"
    if clip.purged_at:
        return "its file was removed for good"
    try:
        size = clip.video_path.stat().st_size
    except OSError:
        size = None
    if size == clip.video_bytes:
        return ""
    why = "its file is missing" if size is None else "its file is not whole"
    logger.error("Clip %s is left out of an archive: %s.", clip.pk, why)
    return f"{why}; tell an admin"


def _under_names(clips: Iterable[Generation]) -> Iterator[Named]:
    """Give each clip a name that none before it has, also where upper and lower case are one."""
    taken = {TABLE, NOTE}
    for clip in clips:
        name, number = Path(file_name(clip)), 1
        stem = name.stem
        while name.name.lower() in taken:
            number += 1
            name = name.with_stem(f"{stem}-{number}")
        taken.add(name.name.lower())
        yield Named(name.name, clip)


def _stream(request: MemberRequest, named: Sequence[Named], missing: Sequence[Missing]) -> HttpResponseBase:
    texts = {TABLE: "".join(csv_lines(COLUMNS, map(_cells, named)))}
    if missing:
        texts[NOTE] = "\n".join(["Not in this archive:", "", *map(str, missing), ""])
    made = archive(texts, [(one.name, one.clip.video_path) for one in named])
    headers = {
        "Content-Type": "application/zip",
        "Content-Length": str(made.size),
        "Content-Disposition": f'attachment; filename="{_archive_name(len(named))}"',
        "Accept-Ranges": "none",
        "X-Content-Type-Options": "nosniff",
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(made.blocks, headers=headers)


def _cells(one: Named) -> Sequence[object]:
    """What the table says of a clip, in the order of COLUMNS."""
    clip = one.clip
    ordered_at = timezone.localtime(clip.created_at).isoformat(timespec="seconds")
    return (
        *(one.name, clip.pk, harmless(clip.prompt), harmless(clip.negative_prompt)),
        *(clip.aspect_ratio, clip.duration, clip.cfg_scale),
        *(harmless(str(clip.owner)), ordered_at, clip.price, clip.currency, clip.video_sha256),
    )


def _archive_name(clips: int) -> str:
    """kling_12-clips_2026-11-26_1430.zip."""
    return f"kling_{clips}-clips_{timezone.localtime():%Y-%m-%d_%H%M}.zip"
