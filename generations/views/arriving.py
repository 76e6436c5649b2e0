"""Clips that come to an open page: which of those that changed belong on it now, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from generations.models import Generation
from generations.views.gallery import PAGE_SIZE
from generations.views.poll import WHOSE, Poll
from generations.views.tiles import Tile

DEEPEST: Final = 200
"""Further back in the list nothing comes to a page by itself."""


@dataclass(frozen=True)
class Arrival:
    """A tile, and how htmx puts it where it belongs."""

    tile: Tile
    swap: str


def arrivals(drawn: Iterable[Tile], found: QuerySet[Generation], asked: Poll, now: Poll) -> list[Arrival]:
    """Return what comes to the page, oldest first, so that each finds the one before which it belongs.

    That is what is new and, under a filter, what has begun to fit it; of the gallery's first day only: one of an
    earlier day that was shared just now waits. One query more where a filter has to be asked.
    """
    if not asked.takes_new:
        return []
    may_come = [tile for tile in drawn if _is_news(tile.generation, asked, now)]
    if asked.page not in WHOSE or asked.asked.is_empty:
        return [Arrival(tile, "afterbegin:[data-tiles]") for tile in reversed(may_come)]
    if not may_come:
        return []
    order = dict(found.values_list("pk", "created_at")[:DEEPEST])
    pks, today = list(order), [pk for pk in order if timezone.localdate(order[pk]) == now.day]
    fitting = [tile for tile in reversed(may_come) if tile.generation.pk in order]
    coming = [Arrival(tile, _swap(tile.generation.pk, pks, len(today))) for tile in fitting]
    return [arrival for arrival in coming if arrival.swap]


def _is_news(generation: Generation, asked: Poll, now: Poll) -> bool:
    if asked.page not in WHOSE:
        return generation.born_revision > asked.since
    is_of_today = timezone.localdate(generation.created_at) == now.day
    may_begin_to_fit = not asked.asked.is_empty and generation.revision > asked.since
    return is_of_today and (generation.born_revision > asked.since or may_begin_to_fit)


def _swap(pk: UUID, order: list[UUID], of_today: int) -> str:
    """In front of its successor in the list; where the day has none, at its end, if the page reaches that far."""
    place = order.index(pk) + 1
    if place < of_today:
        return f"beforebegin:#tile-{order[place]}"
    return "beforeend:[data-tiles]" if place <= PAGE_SIZE else ""
