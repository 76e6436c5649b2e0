"""A team's collections: what there is, what they are called, and the names to choose from."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.access import kept_team, managed_collection, team_collections, team_tags
from generations.forms.organise import NameForm
from generations.forms.people import in_house_style
from generations.lifecycle import collections as verbs
from generations.models import Collection
from generations.views.collection_cards import page_after, page_from
from generations.views.signed_in import TeamRequest, in_team

MOST_NAMES: Final = 300
"""In a list to choose from."""


@in_team
@require_http_methods(["GET", "HEAD", "POST"])
def collections(request: TeamRequest) -> HttpResponse:
    """Show the team's collections by name, `?after=` a name, or make another one."""
    if request.method != "POST":
        return _page(request)
    team = kept_team(request.user, request.membership)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, making=form)
    name = form.cleaned_data["name"]
    was_there = team_collections(request.membership).filter(name__iexact=name).exists()
    made = verbs.make(team, name, actor=request.user)
    said = (
        f"There is “{made}” already."
        if was_there
        else f"“{made}” is made. Choose clips in the gallery to add."
    )
    messages.success(request, said)
    return redirect("collections")


@in_team
@require_POST
def rename(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Give a collection another name."""
    collection = managed_collection(request.membership, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            verbs.rename(collection, form.cleaned_data["name"])
        except verbs.NameTaken as taken:
            form.add_error("name", str(taken))
    if not form.is_valid():
        return _page(request, renaming=(collection, form))
    messages.success(request, f"It is called “{collection}” now.")
    return redirect("collections")


@in_team
@require_POST
def delete(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Take a collection apart; its clips stay where they are otherwise."""
    collection = managed_collection(request.membership, pk)
    name = collection.name
    verbs.delete(collection)
    messages.success(request, f"“{name}” is no collection any more. Its clips are still in the gallery.")
    return redirect("collections")


@in_team
@require_safe
def names(request: TeamRequest) -> HttpResponse:
    """The names of the team's collections, or tags, as choices of a field; `?of=` says which."""
    of = {"collections": team_collections, "tags": team_tags}.get(request.GET.get("of", ""))
    if of is None:
        raise Http404("No such names.")
    found = of(request.membership).values_list("name", flat=True)[:MOST_NAMES]
    return render(request, "generations/_names.html", {"names": found})


def _page(
    request: TeamRequest,
    *,
    making: NameForm | None = None,
    renaming: tuple[Collection, NameForm] | None = None,
) -> HttpResponse:
    """Draw the page, with the form that was just filled in."""
    after = request.GET.get("after", "").replace("\0", "")
    page = page_from(request.membership, *renaming) if renaming else page_after(request.membership, after)
    context = {
        "page": page,
        "is_first_page": not after and not renaming,
        "making": in_house_style(making or NameForm()),
        "name_length": verbs.NAME_LENGTH,
    }
    wrong = making or renaming
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "generations/collections.html", context, status=status)
