"""The takes of one order side by side: one is approved, then the others are returned, trashed or cancelled."""

from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from generations.access import CHANGE_REFUSED, changeable
from generations.access import review as access
from generations.forms.review import OtherTakesForm
from generations.lifecycle import review, review_queue, takes
from generations.models import ClipInReview, Generation, State, User, Verdict
from generations.models.review import NOTE_LENGTH
from generations.views import other_takes
from generations.views.comparison import columns, frames_of, seconds_of

PAGE: Final = "admin/generations/clipinreview/takes.html"


@require_http_methods(["GET", "HEAD", "POST"])
def takes_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show all takes of an order that are in review, in step; settle what becomes of those that were not chosen."""
    reviewer = cast(User, request.user)
    clip = access.reviewable_generation(reviewer, pk)
    found = access.takes_to_judge(reviewer, clip)
    form = OtherTakesForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid() and _settle(request, form, found):
        return redirect("admin:generations_clipinreview_takes", pk)
    context = _around(request, clip) | _about(reviewer, clip, found) | {"form": form}
    return render(request, PAGE, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK)


def open_beside(reviewer: User, clip: Generation) -> int:
    """Return how many other takes wait, for a verdict or to be sent, while this one is chosen. One query."""
    return sum(_is_open(one) for one in access.takes_to_judge(reviewer, clip) if one.pk != clip.pk)


def _settle(request: HttpRequest, form: OtherTakesForm, found: list[Generation]) -> bool:
    """Do what was chosen and say what came of it; False where the form is wrong. Raises PermissionDenied."""
    reviewer, shown = cast(User, request.user), other_takes.named(request)
    others, way = other_takes.others(shown, found), takes.Way(form.cleaned_data["way"])
    here = [one.clip for one in others if not one.was_queued]
    if way == takes.Way.TRASH and len(changeable(reviewer, here)) < len(here):
        raise PermissionDenied(CHANGE_REFUSED)
    try:
        settled = takes.settle(reviewer, others, way, form.cleaned_data["note"])
    except review.NoteMissing as missing:
        form.add_error("note", str(missing))
        return False
    other_takes.tell(request, settled, len(shown) - len(others))
    return True


def _is_open(take: Generation) -> bool:
    return take.state == State.QUEUED or take.verdict == Verdict.WAITING


def _around(request: HttpRequest, clip: Generation) -> dict[str, Any]:
    around = {"title": f"Takes of {clip.title}", "opts": ClipInReview._meta, "is_nav_sidebar_enabled": False}
    return {**admin.site.each_context(request), **around}


def _about(reviewer: User, clip: Generation, found: list[Generation]) -> dict[str, Any]:
    """Return the films, with who else has each before them; what was chosen; and what is open beside it."""
    films = [take for take in found if take.state == State.READY]
    chosen = [take for take in films if take.verdict == Verdict.APPROVED]
    left = [take for take in found if _is_open(take)]
    here = [take for take in left if take.state == State.READY]
    return {
        "clip": clip,
        "films": [
            (one, frames_of(one), seconds_of(one), review_queue.holder(one, reviewer)) for one in films
        ],
        "columns": columns([one.frame.width / one.frame.height for one in films]),
        "frames": max(map(frames_of, films)),
        "seconds": max(map(seconds_of, films)),
        "chosen": chosen,
        "left": left if chosen else [],
        "here": here,
        "may_trash": len(changeable(reviewer, here)) == len(here),
        "note": takes.NOTE,
        "note_length": NOTE_LENGTH,
    }
