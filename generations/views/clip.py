"""One clip: the stage, its facts and its history, and the two verbs a person has."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations.access import changeable_generation, own_generation, visible_generation
from generations.lifecycle import hurry, rehearsal
from generations.lifecycle.cancel import cancel as cancel_generation
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.order import MayNotOrder
from generations.lifecycle.retry import MayHaveBeenCharged, NotRetryable
from generations.lifecycle.retry import retry as retry_generation
from generations.lifecycle.share import keep_private
from generations.lifecycle.share import share as share_generation
from generations.models import Generation, State
from generations.views.history import history
from generations.views.poll import Poll
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import tiles

TOO_LATE = "It was already on its way to Magnific: it cannot be cancelled any more."
SENT_NOW = "It is in line now, and will be sent as soon as its turn comes."
ORDERED_AGAIN = "Ordered again, as a new clip."
SHARED = "Everybody in {} sees it now."
KEPT_PRIVATE = "Only you and the admins see it now."
ORDERED_FOR_REAL = "Ordered for real, as a new clip. The rehearsed one is cancelled."


@signed_in
@require_safe
def clip(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show a clip, or where it stands."""
    poll = Poll.start(request, "clip", pk)
    generation = visible_generation(request.user, pk)
    poll = poll.with_clip(is_changing=generation.is_changing, has_player=generation.state == State.READY)
    return render(request, "generations/clip.html", {"poll": poll, **parts(request, generation)})


def parts(request: MemberRequest, generation: Generation) -> dict[str, Any]:
    """Return what the stage and the panel are drawn from."""
    (tile,) = tiles([generation], request)
    return {"tile": tile, "clip": generation, "words": tile.words, "history": history(generation)}


@signed_in
@require_POST
def cancel(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Take a queued clip out of the line."""
    generation = changeable_generation(request.user, pk)
    if cancel_generation(generation, actor=request.user):
        messages.success(request, "Cancelled before it was sent, nothing spent.")
    elif generation.state != State.CANCELLED:
        messages.error(request, TOO_LATE)
    return _said(request, generation)


@signed_in
@require_POST
def send_now(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Let a clip that waits for its time stand in line at once."""
    generation = changeable_generation(request.user, pk)
    if hurry.send_now(generation, actor=request.user):
        messages.success(request, SENT_NOW)
    return _said(request, generation)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Order the same again as a new clip; ask first where the old one may have been charged."""
    generation = changeable_generation(request.user, pk)
    if request.method != "POST":
        return _ask(request, generation)
    try:
        again = retry_generation(
            generation, actor=request.user, confirmed=request.POST.get("confirmed") == "yes"
        )
    except (NotRetryable, MayNotOrder, OverLimit) as error:
        messages.error(request, str(error))
        return _said(request, generation)
    except MayHaveBeenCharged:
        return HttpResponseClientRedirect(request.path) if request.htmx else redirect(request.path)
    messages.success(request, ORDERED_AGAIN)
    return _said(request, again)


@signed_in
@require_POST
def order_for_real(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Order a clip that waits in rehearsal from the live account, which is paid for."""
    generation = changeable_generation(request.user, pk)
    try:
        real = rehearsal.order_for_real(generation, actor=request.user)
    except (rehearsal.NotForReal, MayNotOrder, OverLimit) as error:
        messages.error(request, str(error))
        return _said(request, generation)
    messages.success(request, ORDERED_FOR_REAL)
    return _said(request, real)


@signed_in
@require_POST
def share(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Show a private clip to the team, or keep it to oneself again."""
    generation = own_generation(request.user, pk)
    if request.POST.get("private") == "yes":
        keep_private(generation, actor=request.user)
        messages.success(request, KEPT_PRIVATE)
    else:
        share_generation(generation, actor=request.user)
        messages.success(request, SHARED.format(generation.team))
    return _said(request, generation)


def _ask(request: MemberRequest, generation: Generation) -> HttpResponse:
    if generation.state not in (State.FAILED, State.CANCELLED):
        return redirect(generation)
    return render(request, "generations/retry.html", parts(request, generation))


def _said(request: MemberRequest, generation: Generation) -> HttpResponse:
    """Go to the clip; a tile's own request stays where it is, shows the message and looks for news."""
    if not request.htmx:
        return redirect(generation)
    answer = render(request, "includes/messages.html", {"oob": True})
    patch_vary_headers(answer, ["HX-Request"])
    return trigger_client_event(answer, "live")
