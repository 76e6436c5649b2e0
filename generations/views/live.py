"""Keeping open pages up to date: the tiles that changed, out of band, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from generations.access import visible_generations
from generations.forms.gallery import gallery_query
from generations.lifecycle.line import next_place
from generations.models import Generation, Revision, State
from generations.views.arriving import arrivals
from generations.views.clip import parts
from generations.views.context import studio_of
from generations.views.count import quick_count
from generations.views.days import total_of
from generations.views.outcomes import with_outcomes
from generations.views.poll import WHOSE, Poll, shown_on, taken_from
from generations.views.quote import card
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import Tile, drawable, tiles

GALLERIES: Final = tuple(WHOSE)
MOST: Final = 100
"""Tiles in one answer; what is left over comes with the next."""
MOST_GONE: Final = 1000
"""Tiles that leave a page one by one; if it lost more at once it is loaded anew."""


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
    return with_outcomes(_changes(request, asked), request, asked.since)


def _changes(request: MemberRequest, asked: Poll) -> HttpResponse:
    """What the page lacks."""
    now = Poll.start(request, asked.page, asked.clip, asked=asked.asked, takes_new=asked.takes_new)
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
    seen = shown_on(request, asked.page)
    found = asked.asked.find(seen, request.user)
    # Under a filter too: what is on the page says what became of it, also when it fits no more.
    changed = list(drawable(seen).filter(revision__gt=asked.since).order_by("revision")[:MOST])
    waiting = drawable(found).filter(revision__lte=asked.since, state=State.QUEUED)[: MOST - len(changed)]
    shown = sorted([*changed, *waiting], key=lambda generation: generation.number, reverse=True)
    left = taken_from(request, asked.page).filter(revision__gt=asked.since)
    gone = list(left.values_list("pk", flat=True)[: MOST_GONE + 1])
    if asked.page in GALLERIES and _is_flood(changed, len(gone)):
        return HttpResponseClientRefresh()
    if not shown and not gone and asked.shows_the_same_around(now):
        return _nothing()
    if len(changed) == MOST:
        now = replace(now, since=_read_up_to(changed), is_quick=True)
    drawn = tiles(shown, request)
    coming = arrivals(drawn, found, asked, now)
    placed = {arrival.tile.generation.pk for arrival in coming}
    context: dict[str, Any] = {
        **_around(asked, now),
        "changed": [tile for tile in drawn if _is_known(tile, asked) and tile.generation.pk not in placed],
        "arrivals": coming,
        "gone": gone,
    }
    if asked.page == "create":
        studio = studio_of(request)
        context |= {"place": next_place(studio.account, request.user), "card": card(studio)}
    if asked.page in GALLERIES:
        context |= _of_gallery(request, found, asked, now, is_counted=bool(coming or gone))
    return render(request, "generations/_live.html", context)


def _is_flood(changed: Sequence[Generation], gone: int) -> bool:
    """Whether more changed at once, as when all that match are restored, than is drawn tile by tile."""
    fills = len(changed) == MOST and changed[0].revision == changed[-1].revision
    return fills or gone > MOST_GONE


def _read_up_to(changed: Sequence[Generation]) -> int:
    """The revision from which the next answer goes on: perhaps not all of the last one were among these.

    Where all are of one revision it goes on after it, or it would never get further.
    """
    first, last = changed[0].revision, changed[-1].revision
    return last if first == last else last - 1


def _is_known(tile: Tile, asked: Poll) -> bool:
    return tile.generation.born_revision <= asked.since


def _of_gallery(
    request: MemberRequest, found: QuerySet[Generation], asked: Poll, now: Poll, *, is_counted: bool
) -> dict[str, Any]:
    """Return what an open gallery shows beside its tiles: whose they are, the day's sum, and how many there are."""
    whose = WHOSE[asked.page]
    query = gallery_query(asked.asked, whose)
    context: dict[str, Any] = {"whose": whose, "query": query}
    if is_counted and (membership := studio_of(request).membership):
        count = quick_count(found, membership, query)
        context["count"] = count if count.is_exact else None
    if asked.takes_new:
        context["day"] = total_of(found, now.day)
    return context


def _around(asked: Poll, now: Poll) -> dict[str, Any]:
    """Return what stands around every page: the load, and where it has changed the month and the brakes."""
    return {"poll": now, "load": now.load, "around_changed": asked.around != now.around}


def _clip(request: MemberRequest, pk: UUID, asked: Poll, now: Poll) -> HttpResponse:
    """The state, the facts and the history of one clip; the stage only until the player stands on it.

    A clip that was kept private meanwhile leaves the page.
    """
    found = visible_generations(request.user).select_related("owner", "team", "account", "review__by")
    generation = found.filter(pk=pk).first()
    if generation is None:
        return HttpResponseClientRefresh()
    changed = _has_news(generation, asked) or generation.state == State.QUEUED
    if not changed and asked.shows_the_same_around(now):
        return _nothing()
    shown = parts(request, generation)
    now = now.with_clip(is_changing=generation.is_changing, has_player=shown["tile"].has_file)
    context = {
        **_around(asked, now),
        **shown,
        "new_stage": not asked.has_player or generation.is_purged,
        "changed": changed,
    }
    return render(request, "generations/_live_clip.html", context)


def _has_news(generation: Generation, asked: Poll) -> bool:
    """Whether the clip has changed, or one of its order: they stand beside it."""
    if generation.revision > asked.since:
        return True
    return Generation.objects.filter(order=generation.order_id, revision__gt=asked.since).exists()
