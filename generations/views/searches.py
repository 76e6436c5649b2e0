"""What the gallery may be asked for: the whole form, single menus when they are opened, and saved searches."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generations.access import own_saved_search, own_saved_searches
from generations.forms.search import SaveSearchForm
from generations.lifecycle import searches
from generations.views.filter_bar import LAZY
from generations.views.gallery import bar_of
from generations.views.signed_in import TeamRequest, in_team

SAVED = "saved"


@in_team
@require_safe
def filters(request: TeamRequest) -> HttpResponse:
    """Show every filter as one form; of `?menu=` only that menu's choices, for a page that has just opened it."""
    bar, menu = bar_of(request), request.GET.get("menu", "")
    if menu == SAVED:
        context: dict[str, Any] = {"searches": own_saved_searches(request.membership), "query": bar.query}
        return render(request, "generations/_saved_searches.html", context)
    if menu and menu not in LAZY:
        raise Http404("No such menu.")
    if menu:
        return render(request, "generations/_options.html", {"menu": bar.menu(menu)})
    lazy = [bar.menu(name) for name, _, _ in bar.lazy()]
    saved = own_saved_searches(request.membership)
    context = {"bar": bar, "lazy": lazy, "query": bar.query, "searches": saved}
    return render(request, "generations/filters.html", context)


@in_team
@require_POST
def save(request: TeamRequest) -> HttpResponseBase:
    """Keep the filter that somebody looks at under a name, and go back to it."""
    form = SaveSearchForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(str(errors[0]) for errors in form.errors.values()))
        return redirect(_back(request.POST.get("query", "")))
    name, query = form.cleaned_data["name"], form.cleaned_data["query"]
    try:
        searches.save(request.membership, name, query)
    except searches.CannotSave as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Saved as “{name}”. You find it under Saved.")
    return redirect(_back(query))


@in_team
@require_POST
def delete(request: TeamRequest, pk: int) -> HttpResponseBase:
    """Forget a saved search; its clips have nothing to do with it."""
    search = own_saved_search(request.membership, pk)
    search.delete()
    messages.success(request, f"“{search.name}” is no longer saved.")
    return redirect(_back(request.POST.get("query", "")))


def _back(query: str) -> str:
    """The gallery's own address, whatever the query is."""
    return f"{reverse('gallery')}?{query}"
