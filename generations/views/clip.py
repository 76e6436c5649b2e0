"""One clip: the stage, its facts and its history, and the verbs a person has."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations.access import changeable_generation, own_generation, visible_generation
from generations.access.review import judges
from generations.lifecycle import hurry, rehearsal
from generations.lifecycle.cancel import cancel as cancel_generation
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.order import MayNotOrder
from generations.lifecycle.retry import MayHaveBeenCharged, NotRetryable
from generations.lifecycle.retry import retry as retry_generation
from generations.lifecycle.share import keep_private
from generations.lifecycle.share import share as share_generation
from generations.lifecycle.trash import restore as restore_generations
from generations.lifecycle.trash import trash as trash_generations
from generations.models import Generation, State
from generations.models.generation import WITHOUT_DIRECTIONS
from generations.models.states import ENDED
from generations.views.address import back_to_clip
from generations.views.beside import beside, view_query
from generations.views.context import studio_of
from generations.views.discussion import Discussion, discussion
from generations.views.history import history
from generations.views.kept import Kept, kept
from generations.views.poll import Poll
from generations.views.remix import longer_than
from generations.views.reviewed import reviewed
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.takes import takes_of
from generations.views.tiles import Tile, tiles
from generations.views.using import origin_of
from generations.views.words import kept_until

TOO_LATE = "It was already on its way to Magnific: it cannot be cancelled any more, and its price stands."
SENT_NOW = "It is in line now, and will be sent as soon as its turn comes."
ORDERED_AGAIN = "Ordered again, as a new clip."
SHARED = "Everybody in {} sees it now."
KEPT_PRIVATE = "Only you and the admins see it now."
STILL_ON_ITS_WAY = "It is still on its way. It can go to the trash when it is here, or has failed."
TAKEN_BACK = "Taken out of the trash."
GONE = "Its files were removed for good: there is nothing left to take back."
ORDERED_FOR_REAL = "Ordered for real, as a new clip. The rehearsed one is cancelled."


@signed_in
@require_safe
def clip(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show a clip, or where it stands."""
    studio_of(request).opens_clip(pk)
    poll = Poll.start(request, "clip", pk)
    generation = visible_generation(request.user, pk)
    shown = parts(request, generation)
    poll = poll.with_clip(is_changing=generation.is_changing, has_player=shown["tile"].has_file)
    context = {"poll": poll, "beside": beside(request, generation), **shown}
    return render(request, "generations/clip.html", context)


def parts(request: MemberRequest, generation: Generation) -> dict[str, Any]:
    """Return what the stage and the panel are drawn from."""
    tile, keep, view = _tile(request, generation), kept(request, generation), view_query(request, generation)
    return {
        "tile": tile,
        "clip": generation,
        "words": tile.words,
        "history": history(generation),
        "keep": keep,
        "discussion": _discussion(request, generation, keep, view),
        "review": reviewed(tile),
        "takes": takes_of(request, tile),
        "longer": _longer(request, tile),
        "settings": settings_line(generation),
        "may_trash": tile.may_change and generation.state in ENDED,
        "until": kept_until(generation.trashed_at) if generation.trashed_at else None,
        "view": view,
        "origin": origin_of(request.user, generation),
    }


def settings_line(generation: Generation) -> str:
    """Return prompt and settings in the API's words, as one line of JSON that turns no text beside it round."""
    line = json.dumps(generation.video_request().payload(), ensure_ascii=False)
    return line.translate({code: f"\\u{code:04x}" for code in WITHOUT_DIRECTIONS})


def _discussion(request: MemberRequest, generation: Generation, keep: Kept, view: str) -> Discussion:
    """What is said about it. Who may tag is who works in the team, and may resolve what others began."""
    way_back = f"{generation.get_absolute_url()}?{view}"
    resolves_all = keep.may_label or judges(request.user, generation)
    return discussion(request.user, generation, way_back, resolves_all=resolves_all)


@dataclass(frozen=True)
class Longer:
    """The next longer take of the same: its seconds and its price now; None while no price is in force."""

    seconds: int
    price: Decimal | None


def _longer(request: MemberRequest, tile: Tile) -> Longer | None:
    seconds, price = longer_than(tile.generation.duration), studio_of(request).price
    if seconds is None or not tile.may_order or not tile.is_ready:
        return None
    return Longer(seconds, price.of(seconds) if price else None)


def _tile(request: MemberRequest, generation: Generation) -> Tile:
    (tile,) = tiles([generation], request)
    return tile


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


@signed_in
@require_POST
def trash(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Move a clip to the trash; its page then says so, and how to take it back."""
    generation = changeable_generation(request.user, pk)
    if not generation.is_trashed and not trash_generations([generation], actor=request.user):
        messages.error(request, STILL_ON_ITS_WAY)
    return _said(request, generation)


@signed_in
@require_POST
def restore(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Take a clip out of the trash."""
    generation = changeable_generation(request.user, pk)
    if restore_generations([generation], actor=request.user):
        messages.success(request, TAKEN_BACK)
    elif generation.is_purged:
        messages.error(request, GONE)
    return _said(request, generation)


def _ask(request: MemberRequest, generation: Generation) -> HttpResponse:
    if generation.state not in (State.FAILED, State.CANCELLED):
        return redirect(generation)
    context = {"tile": _tile(request, generation), "clip": generation}
    return render(request, "generations/retry.html", context)


def _said(request: MemberRequest, generation: Generation) -> HttpResponse:
    """Go to the clip; a tile's own request stays where it is, shows the message and looks for news."""
    if not request.htmx:
        return redirect(back_to_clip(request, generation))
    answer = render(request, "includes/messages.html", {"oob": True})
    patch_vary_headers(answer, ["HX-Request"])
    return trigger_client_event(answer, "live")
