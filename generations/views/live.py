"""Keeping open pages up to date: the tiles that changed, out of band, or nothing."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from generations.access import visible_generations
from generations.lifecycle.line import next_place
from generations.models import Revision, State
from generations.views.clip import parts
from generations.views.context import studio_of
from generations.views.days import total_of
from generations.views.poll import WHOSE, Poll, shown_on, taken_from
from generations.views.quote import card
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import RELATED, Tile, tiles

GALLERIES: Final = tuple(WHOSE)
MOST: Final = 100
"""Tiles in one answer; what is left over comes with the next."""


@signed_in
@require_GET
def live(request: MemberRequest) -> HttpResponse:
    """Answer 204 if the page is up to date, else what it lacks and the next question."""
    try:
        asked = Poll.read(request.GET)
    except ValueError:
        return HttpResponseBadRequest("What the page shows could not be read from the address.")
    if asked.since == Revision.current():
        return _nothing()
    now = Poll.start(request, asked.page, asked.clip)
    if asked.clip:
        return _clip(request, asked.clip, asked, now)
    if now.team != asked.team or (now.day != asked.day and asked.page in GALLERIES):
        return HttpResponseClientRefresh()
    return _tiles(request, asked, now)


def _nothing() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _tiles(request: MemberRequest, asked: Poll, now: Poll) -> HttpResponse:
    """Changed ones in their places, new ones in front, and those that wait, for their place in line.

    A queued one moves up without a change of its own.
    """
    found = shown_on(request, asked.page)
    own = found.select_related(*RELATED)
    changed = list(own.filter(revision__gt=asked.since).order_by("revision")[:MOST])
    waiting = own.filter(revision__lte=asked.since, state=State.QUEUED)[: MOST - len(changed)]
    shown = sorted([*changed, *waiting], key=lambda generation: generation.created_at, reverse=True)
    gone = list(taken_from(request, asked.page).filter(revision__gt=asked.since).values_list("pk", flat=True))
    if not shown and not gone and asked.shows_the_same_around(now):
        return _nothing()
    if len(changed) == MOST:
        now = replace(now, since=changed[-1].revision - 1, is_quick=True)
    drawn = tiles(shown, request)
    context: dict[str, Any] = {
        **_around(asked, now),
        "changed": [tile for tile in drawn if tile.generation.born_revision <= asked.since],
        "new": [tile for tile in drawn if _goes_in_front(tile, asked, now)],
        "gone": gone,
        "whose": WHOSE.get(asked.page, ""),
    }
    if asked.page == "create":
        studio = studio_of(request)
        context |= {"place": next_place(studio.account, request.user), "card": card(studio)}
    if asked.page in GALLERIES:
        context["day"] = total_of(found, now.day)
    return render(request, "generations/_live.html", context)


def _goes_in_front(tile: Tile, asked: Poll, now: Poll) -> bool:
    """Whether it is new to the page, and of its first day: one of an earlier day that was shared just now waits."""
    of_today = timezone.localdate(tile.generation.created_at) == now.day
    return tile.generation.born_revision > asked.since and (of_today or asked.page not in GALLERIES)


def _around(asked: Poll, now: Poll) -> dict[str, Any]:
    """Return what stands around every page: the load, and where it has changed the month and the brakes."""
    return {"poll": now, "load": now.load, "around_changed": asked.around != now.around}


def _clip(request: MemberRequest, pk: UUID, asked: Poll, now: Poll) -> HttpResponse:
    """The state, the facts and the history of one clip; the stage only until the player stands on it.

    A clip that was kept private meanwhile leaves the page.
    """
    generation = (
        visible_generations(request.user).select_related("owner", "team", "account").filter(pk=pk).first()
    )
    if generation is None:
        return HttpResponseClientRefresh()
    changed = generation.revision > asked.since or generation.state == State.QUEUED
    if not changed and asked.shows_the_same_around(now):
        return _nothing()
    is_ready = generation.state == State.READY
    now = now.with_clip(is_changing=generation.is_changing, has_player=is_ready)
    context = {
        **_around(asked, now),
        **parts(request, generation),
        "new_stage": not asked.has_player,
        "changed": changed,
    }
    return render(request, "generations/_live_clip.html", context)
