"""What an open page of review asks for, again and again: has anybody said something about the clip it shows?"""

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generations.access import review as access
from generations.models import Generation, Revision, User
from generations.views.discussion import discussion

NEWS = "admin/generations/clipinreview/news.html"


@require_GET
def news(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer 204 if nothing was said since a revision, else all that is said by now and what to ask next."""
    since, now = request.GET.get("since", ""), Revision.current()
    if not (since.isascii() and since.isdecimal() and len(since) < 19):
        return HttpResponseBadRequest("What the page shows could not be read from the address.")
    if int(since) == now:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    access.refuse_who_may_not_judge(request.user)  # Behind the usual answer, which tells nobody anything.
    clip = access.reviewable_generation(cast(User, request.user), pk)
    if clip.revision <= int(since):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, NEWS, said_of(request, clip, is_queue="queue" in request.GET) | {"since": now})


def said_of(request: HttpRequest, clip: Generation, *, is_queue: bool) -> dict[str, Any]:
    """Return what is said of a clip, on the page of the queue or on its own. Two queries at most."""
    page, args = ("queue", []) if is_queue else ("change", [clip.pk])
    way_back = reverse(f"admin:generations_clipinreview_{page}", args=args)
    said = discussion(cast(User, request.user), clip, way_back, resolves_all=True)
    return {"clip": clip, "discussion": said, "is_queue": is_queue}
