"""One's own clips, or what the team shares, newest first, day by day, or as the filter asks."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url

from generations.forms.gallery import FilterForm
from generations.lifecycle import walking
from generations.lifecycle.finding import NEW, ClipFilter, NoMark
from generations.models import Generation
from generations.views.count import Count, full_count, quick_count
from generations.views.days import Day, days_of, undated
from generations.views.filter_bar import FilterBar
from generations.views.poll import TEAM_PAGE, WHOSE, Poll, shown_on
from generations.views.signed_in import TeamRequest, in_team
from generations.views.tiles import drawable, tiles

PAGE_SIZE: Final = 24
RESULTS: Final = "found"
"""The id of what a search replaces."""


@in_team
@require_safe
def gallery(request: TeamRequest) -> HttpResponse:
    """Show a page of clips; `?whose=` mine or team says whose, `?before=` continues after the page before.

    The rest of the address is the filter, as `FilterForm` reads it.
    """
    page_name, before = page_of(request), request.GET.get("before", "")
    bar = bar_of(request)
    if not request.htmx and bar.form.is_valid() and "" in request.GET.values():
        return redirect(f"{reverse('gallery')}?{bar.query}")  # A form was sent without scripts.
    poll = Poll.start(request, page_name, asked=bar.asked, takes_new=not before and bar.asked.sort == NEW)
    shown = shown_on(request, page_name)
    found = bar.asked.find(shown, request.user)
    context = _page(request, bar, found, _rows(request, bar.asked, shown)) | {"poll": poll}
    days = context["days"]
    if before and request.htmx:
        context["continued"] = days.pop(0) if days and request.GET.get("day") == days[0].key else None
        return render(request, "generations/_older.html", context)
    if poll.takes_new and (not days or days[0].date != poll.day):
        days.insert(0, Day(poll.day))
    context["count"] = _count(request, bar, found, context)
    if request.htmx.target == RESULTS:
        return _searched(request, bar, context)
    return render(request, "generations/gallery.html", context)


@in_team
@require_safe
def count(request: TeamRequest) -> HttpResponse:
    """Say how many clips such a page finds, however many they are."""
    bar = bar_of(request)
    found = bar.asked.find(shown_on(request, page_of(request)), request.user)
    exact = full_count(found, request.membership, bar.query)
    return render(request, "generations/_count.html", {"count": exact, "query": bar.query})


def page_of(request: TeamRequest) -> str:
    """The gallery that is asked for; who only watches begins with the team's, having seldom clips of their own."""
    usual = WHOSE["gallery"] if request.membership.may_order else WHOSE[TEAM_PAGE]
    return TEAM_PAGE if request.GET.get("whose", usual) == WHOSE[TEAM_PAGE] else "gallery"


def bar_of(request: TeamRequest) -> FilterBar:
    """The filter that is asked for."""
    return FilterBar(request.membership, WHOSE[page_of(request)], FilterForm(request.GET))


def _page(
    request: TeamRequest, bar: FilterBar, found: QuerySet[Generation], rows: list[Generation]
) -> dict[str, Any]:
    """Return what the clips of one page are drawn from; `rows` are those and one more, if there is."""
    asked, before = bar.asked, request.GET.get("before", "")
    page = rows[:PAGE_SIZE]
    drawn = tiles(page, request)
    days = days_of(found, drawn) if asked.is_by_day else undated(drawn)
    return {
        "days": days,
        "shown": len(page),
        "older": asked.mark(page[-1]) if len(rows) > PAGE_SIZE else None,
        "last_day": days[-1].key if days else "",
        "before": before,
        "is_first_page": not before,
        "whose": bar.whose,
        "bar": bar,
        "asked": asked,
        "query": bar.query,
    }


def _rows(request: TeamRequest, asked: ClipFilter, shown: QuerySet[Generation]) -> list[Generation]:
    """Return a page of what was found and one more, if there is. Raises Http404 for a mark that is none."""
    before = request.GET.get("before", "")
    try:
        return list(walking.page(asked, drawable(shown), request.user, before, PAGE_SIZE + 1))
    except NoMark as error:
        raise Http404("No such page.") from error


def _count(
    request: TeamRequest, bar: FilterBar, found: QuerySet[Generation], context: dict[str, Any]
) -> Count:
    """How many were found; without a query where all of them are on the page."""
    if context["is_first_page"] and not context["older"]:
        return Count(context["shown"])
    return quick_count(found, request.membership, bar.query)


def _searched(request: TeamRequest, bar: FilterBar, context: dict[str, Any]) -> HttpResponse:
    """Answer a search with what it changes. Typing on in a search is one step back, every other one a step more."""
    answer = render(request, "generations/_searched.html", context)
    address = f"{reverse('gallery')}?{bar.query}"
    is_typing = request.htmx.trigger_name == "q" and "q=" in (request.htmx.current_url or "")
    return replace_url(answer, address) if is_typing else push_url(answer, address)
