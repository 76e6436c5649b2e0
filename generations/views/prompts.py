"""The prompts of all libraries that somebody may read, as cards, or as the filter asks."""

from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.access.prompts import libraries_to_add_to, prompts_in, visible_libraries
from generations.forms.prompt_filter import PromptFilterForm, query_of
from generations.lifecycle.finding import NoMark
from generations.lifecycle.prompt_finding import PromptFilter
from generations.models import Prompt
from generations.views.prompt_cards import cards, drawable
from generations.views.prompt_side import side_of
from generations.views.signed_in import MemberRequest, signed_in

PAGE_SIZE: Final = 24


@signed_in
@require_safe
def prompts(request: MemberRequest) -> HttpResponse:
    """Show a page of prompts; `?before=` continues after the page before, the rest is the filter."""
    asked, before = PromptFilterForm(request.GET).filter, request.GET.get("before", "")
    libraries = list(visible_libraries(request.user).select_related("team", "user").order_by(Lower("name")))
    rows = _page_of(asked, asked.find(prompts_in(libraries), request.user), before)
    page = rows[:PAGE_SIZE]
    context: dict[str, Any] = {
        "cards": cards(page, request.user),
        "is_first_page": not before,
        "older": asked.mark(page[-1]) if len(rows) > PAGE_SIZE else None,
        "query": query_of(asked).urlencode(),
    }
    if before and request.htmx:
        return render(request, "prompts/_cards.html", context)
    context |= {
        "asked": asked,
        "side": side_of(asked, request.user, libraries),
        "hidden": [pair for pair in _pairs(asked) if pair[0] != "q"],
        "may_add": libraries_to_add_to(request.user).exists(),
    }
    return render(request, "prompts/prompts.html", context)


def _page_of(asked: PromptFilter, found: QuerySet[Prompt], before: str) -> list[Prompt]:
    """Return a page of what was found and one more, if there is. Raises Http404 for a mark that is none."""
    try:
        rest = asked.after(found, before) if before else found
    except NoMark as error:
        raise Http404("No such page.") from error
    return list(drawable(rest)[: PAGE_SIZE + 1])


def _pairs(asked: PromptFilter) -> list[tuple[str, str]]:
    """What a search for other words keeps of the address."""
    return [(name, value) for name, values in query_of(asked).lists() for value in values]
