"""One's own clips, newest first, day by day."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.access import own_generations
from generations.models import Generation
from generations.views.context import studio_of
from generations.views.days import Day, days_of
from generations.views.poll import Poll
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import tiles

PAGE_SIZE: Final = 24
SENSIBLE_YEARS: Final = (1900, 9000)
"""Beyond these a change of time zone can leave the calendar."""


@signed_in
@require_safe
def gallery(request: MemberRequest) -> HttpResponse:
    """Show a page of clips; `?before=` continues after the last one of the page before."""
    poll = Poll.start(request, "gallery")
    before = request.GET.get("before")
    found = own_generations(request.user).select_related("account")
    rows = list((_after(found, before) if before else found)[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    days = days_of(request.user, tiles(page, studio_of(request).account))
    context: dict[str, Any] = {
        "days": days,
        "older": _mark(page[-1]) if len(rows) > PAGE_SIZE else None,
        "poll": poll,
        "is_first_page": not before,
    }
    if before and request.htmx:
        context["continued"] = days.pop(0) if days and days[0].date == _day_of(before) else None
        return render(request, "generations/_older.html", context)
    if not before and (not days or days[0].date != poll.day):
        days.insert(0, Day(poll.day))
    return render(request, "generations/gallery.html", context)


def _mark(generation: Generation) -> str:
    """The place of a generation in the order, for an address."""
    return f"{generation.created_at.isoformat()}_{generation.pk}"


def _read(mark: str) -> tuple[datetime, UUID]:
    """Read a mark. Raises Http404 for what is none."""
    at, _, pk = mark.partition("_")
    try:
        moment, key = datetime.fromisoformat(at), UUID(pk)
    except ValueError as error:
        raise Http404("No such page.") from error
    if timezone.is_naive(moment) or not SENSIBLE_YEARS[0] < moment.year < SENSIBLE_YEARS[1]:
        raise Http404("No such page.")
    return moment, key


def _after(generations: QuerySet[Generation], mark: str) -> QuerySet[Generation]:
    """What comes after a mark, in the order newest first."""
    at, pk = _read(mark)
    return generations.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(pk__lt=pk))


def _day_of(mark: str) -> date:
    return timezone.localdate(_read(mark)[0])
