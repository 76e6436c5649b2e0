"""Doing one thing to several clips: those that were chosen, or all that match."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from generations import access
from generations.forms import organise as names
from generations.forms.organise import ActForm
from generations.lifecycle import collections, trash
from generations.lifecycle.finding import ClipFilter, in_batches
from generations.models import Collection, Generation
from generations.views.acting import IN_TRASH, Batch, Tally, Verb, act, collecting, tagging, verb_of
from generations.views.address import safe_way_back
from generations.views.poll import shown_on
from generations.views.signed_in import MemberRequest, current_membership, signed_in

OF_TEAM: Final = (names.TAG, names.UNTAG, names.COLLECT, names.UNCOLLECT)
"""What belongs to a team, and is done to its clips alone."""
PAGE_OF: Final = {"": "gallery", names.MINE: "gallery", names.TEAM: "team"}


@signed_in
@require_POST
def clips_act(request: MemberRequest) -> HttpResponseBase:
    """Do one thing to several clips, and say to how many, and what was left out.

    404 for the whole if one of them is not to be seen; what is to be seen but not theirs to change is left out.
    """
    form = ActForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentence)
        return _said(request, form, Tally())
    at = timezone.now()
    chosen = _chosen(request, form)
    verb = _verb(request, form, at)
    tally = act(verb, chosen.batches, request.user, keep_ids=bool(form.cleaned_data["ids"]))
    tally.left[IN_TRASH] = chosen.trashed
    if not (form.cleaned_data["quiet"] and request.htmx):
        is_undoable = form.cleaned_data["action"] == names.TRASH and tally.done
        _say(request, verb.sentence(tally), good=bool(tally.done), undo=at.isoformat() if is_undoable else "")
    return _said(request, form, tally)


@dataclass(frozen=True)
class Chosen:
    """The clips that are meant, in batches, and how many of those named are in the trash meanwhile."""

    batches: Iterable[Batch]
    trashed: int = 0


def _chosen(request: MemberRequest, form: ActForm) -> Chosen:
    said = form.cleaned_data
    if said["all"]:
        return Chosen(in_batches(_matching(request, form.asked, said["whose"])))
    if form.moment:
        seen = access.visible_generations(request.user)
        gone = trash.trashed_at_once(seen, form.moment, actor=request.user)
        return Chosen(in_batches(gone.alias(place=F("number"))))
    return _named(request, said["ids"], said["action"])


def _matching(request: MemberRequest, asked: ClipFilter, whose: str) -> QuerySet[Generation]:
    """Return all that match; of the trash, all that lies there."""
    if whose != names.IN_TRASH:
        return asked.find(shown_on(request, PAGE_OF[whose]), request.user)
    membership = current_membership(request)
    if membership is None:
        return Generation.objects.none().alias(place=F("number"))
    return access.trashed_generations(membership).alias(place=F("number"))


def _named(request: MemberRequest, ids: list[UUID], action: str) -> Chosen:
    """Return those of these ids. Raises Http404 for one not to be seen, or of another team where that counts."""
    chosen = access.chosen_generations(request.user, ids)
    membership = current_membership(request)
    if action in OF_TEAM and chosen.exclude(team=membership.team_id if membership else None).exists():
        raise Http404("No such clips in this team.")
    if action == names.RESTORE:
        return Chosen(in_batches(chosen.alias(place=F("number"))))
    here = chosen.filter(trashed_at=None).alias(place=F("number"))
    return Chosen(in_batches(here), trashed=len(ids) - here.count())


def _verb(request: MemberRequest, form: ActForm, at: Any) -> Verb:
    """Return what is to be done. Raises Http404 and PermissionDenied."""
    said, action = form.cleaned_data, form.cleaned_data["action"]
    if action not in OF_TEAM:
        return verb_of(action, at)
    team = access.kept_team(request.user, current_membership(request))
    if action in (names.TAG, names.UNTAG):
        return tagging(action, team, said["tag"])
    return collecting(action, _collection(request, form))


def _collection(request: MemberRequest, form: ActForm) -> Collection:
    """Return the collection that was chosen, or make the one that was named. Raises Http404."""
    membership = current_membership(request)
    if membership is None:
        raise Http404("No such collection.")
    if pk := form.cleaned_data["collection"]:
        return access.team_collection(membership, pk)
    return collections.make(membership.team, form.cleaned_data["name"], actor=request.user)


def _say(request: MemberRequest, text: str, *, good: bool, undo: str) -> None:
    """Leave a message; with `undo`, the moment that takes back what was moved to the trash."""
    (messages.success if good else messages.error)(request, text, extra_tags=undo)


def _said(request: MemberRequest, form: ActForm, tally: Tally) -> HttpResponseBase:
    """Go back with the message; a page with scripts stays, shows it, and loses the tiles that left it."""
    back = safe_way_back(request, resolve_url("gallery"))
    if not request.htmx:
        return redirect(back)
    if form.is_valid() and form.cleaned_data["all"]:
        return HttpResponseClientRedirect(back)
    if not form.is_valid():
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "generations/_acted.html", {"oob": True}, status=wrong)
    if form.cleaned_data["quiet"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer = render(request, "generations/_acted.html", {"oob": True, **_changes(form, tally)})
    return trigger_client_event(answer, "live")


def _changes(form: ActForm, tally: Tally) -> dict[str, Any]:
    """Return which tiles leave the page that was acted on, and which have another star."""
    said, action = form.cleaned_data, form.cleaned_data["action"]
    leaves = action == names.TRASH or (action == names.RESTORE and said["whose"] == names.IN_TRASH)
    leaves |= action == names.UNCOLLECT and form.asked.collection == said["collection"]
    is_star = action in (names.FAVOURITE, names.UNFAVOURITE)
    return {
        "gone": tally.ids if leaves else (),
        "stars": tally.ids if is_star else (),
        "is_favourite": action == names.FAVOURITE,
    }
