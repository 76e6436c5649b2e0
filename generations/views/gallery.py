"""One's own clips, or what the team shares, newest first, day by day."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from generations.models import Generation
from generations.views.days import Day, days_of
from generations.views.poll import TEAM_PAGE, WHOSE, Poll, shown_on
from generations.views.signed_in import TeamRequest, in_team
from generations.views.tiles import RELATED, tiles

PAGE_SIZE: Final = 24
SENSIBLE_YEARS: Final = (1900, 9000)
"""Beyond these a change of time zone can leave the calendar."""


@in_team
@require_safe
def gallery(request: TeamRequest) -> HttpResponse:
    """Show a page of clips; `?whose=team` those of the team, `?before=` continues after the page before."""
    page_name = TEAM_PAGE if request.GET.get("whose") == "team" else "gallery"
    poll, found = Poll.start(request, page_name), shown_on(request, page_name)
    before = request.GET.get("before")
    wanted = found.select_related(*RELATED)
    rows = list((_after(wanted, before) if before else wanted)[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    days = days_of(found, tiles(page, request))
    context: dict[str, Any] = {
        "days": days,
        "older": _mark(page[-1]) if len(rows) > PAGE_SIZE else None,
        "poll": poll,
        "is_first_page": not before,
        "whose": WHOSE[page_name],
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
